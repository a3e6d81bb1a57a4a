/* Sums of multiples of points by scalars that sixteen points share; included by point_lanes.inc.h. Variable
 * time.
 *
 * For every sum there is a program of steps, each of which takes one division. All pairs of vectors go
 * through their programs at the same time, whatever their steps are, so that a round takes one inversion. */

/* The step's multiple of a point of those that vector i belongs to, but for phi and the sign. */
MONT8_INLINE const AFFINE8 *table_entry(const struct lanes *lanes, size_t i, const struct step *step)
{
    size_t first = i - i % (SIDES * lanes->terms);
    return &lanes->odd[first + SIDES * step->point + i % SIDES][step->entry];
}

/* out becomes its image, or the negative of that. */
MONT8_INLINE void turn(AFFINE8 *out, int image, bool negative, const struct lanes *lanes)
{
    c8_negate(&out->y, negative ? 0xff : 0);
    phi8(&out->x, &out->y, image, &lanes->phi);
}

MONT8_INLINE void look_up_shared(AFFINE8 *out, const struct lanes *lanes, size_t i, const struct step *step)
{
    *out = *table_entry(lanes, i, step);
    turn(out, step->image, step->negative, lanes);
}

/* The step of a pair of vectors in this round, or NULL. */
static const struct step *step_of(const struct lanes *lanes, size_t i, size_t round)
{
    const struct program *program = lanes->program_of[i / SIDES];
    return round < program->count ? &program->step[round] : NULL;
}

MONT8_TARGET static void put_step(struct lanes *lanes, size_t i, const struct step *step)
{
    if (step->kind == STEP_DOUBLE) {
        put_doubling(lanes, i);
        return;
    }
    if (step->kind != STEP_BETWEEN_AND_BACK)
        EACH_SIDE(look_up_shared(&lanes->term[i + k], lanes, i + k, step));
    put_addition(lanes, i);
}

MONT8_TARGET static void take_step(struct lanes *lanes, size_t i, const struct step *step)
{
    if (step->kind == STEP_DOUBLE)
        take_doubling(lanes, i);
    else if (step->kind == STEP_ADD)
        take_addition(lanes, i);
    else if (step->kind == STEP_BETWEEN)
        take_between(lanes, i);
    else
        take_back(lanes, i);
}

/* What put_step will look up. */
MONT8_INLINE void prefetch_step(const struct lanes *lanes, size_t i, size_t round)
{
    if (i >= lanes->count) return;
    const struct step *step = step_of(lanes, i, round);
    if (step == NULL || step->kind == STEP_DOUBLE || step->kind == STEP_BETWEEN_AND_BACK) return;
    for (size_t k = 0; k < SIDES; k++) {
        const char *entry = (const char *)table_entry(lanes, i + k, step);
        for (size_t line = 0; line < sizeof(AFFINE8); line += 64) _mm_prefetch(entry + line, _MM_HINT_T0);
    }
}

MONT8_TARGET static bool run_round(struct lanes *lanes, size_t round)
{
    denominators_begin(lanes);
    for (size_t i = 0; i < lanes->count; i += SIDES) {
        prefetch_step(lanes, i + 2 * SIDES, round);
        const struct step *step = step_of(lanes, i, round);
        if (step != NULL) put_step(lanes, i, step);
    }
    if (!invert_denominators(lanes, false)) return false;
    for (size_t i = lanes->count; i > 0; i -= SIDES) {
        const struct step *step = step_of(lanes, i - SIDES, round);
        if (step != NULL) take_step(lanes, i - SIDES, step);
    }
    return true;
}

/* Whether those that go into a pair of vectors are equal; the last may be fewer. */
static bool scalars_are_shared(const fr *scalars, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (i % PAIR_POINTS != 0 && !fr_equal(&scalars[i], &scalars[i - 1])) return false;
    return true;
}

/* Sums are settled, but phi leaves what may be above 2p. */
MONT8_TARGET static void begin_shared_sums(struct lanes *lanes)
{
    for (size_t i = 0; i < lanes->count; i++) {
        look_up_shared(&lanes->sum[i], lanes, i, &lanes->program_of[i / SIDES]->step[0]);
        for (int j = 0; j < PARTS; j++) {
            settle(part(&lanes->sum[i].x, j));
            settle(part(&lanes->sum[i].y, j));
        }
    }
}

/* All multiples of the points in sum that digits stand for, but for images and signs. */
MONT8_TARGET static bool make_shared_tables(struct lanes *lanes)
{
    for (size_t i = 0; i < lanes->count; i++) lanes->odd[i][0] = lanes->sum[i];
    for (unsigned entry = 1; entry < TABLE; entry++) {
        const struct multiple *multiple = &multiples[entry];
        for (size_t i = 0; i < lanes->count; i++) {
            lanes->sum[i] = lanes->odd[i][multiple->from];
            lanes->term[i] = lanes->odd[i][0];
            turn(&lanes->term[i], (int)OMEGA(0, multiple->turns), multiple->negative, lanes);
        }
        if (!add_all(lanes, false)) return false;
        for (size_t i = 0; i < lanes->count; i++) lanes->odd[i][entry] = lanes->sum[i];
    }
    return true;
}

/* The programs' sums of the points in sum; false if a program is empty or a sum is not to be had. */
static bool run_programs(struct lanes *lanes)
{
    size_t rounds = 0;
    for (size_t i = 0; i < lanes->count / SIDES; i++) {
        size_t count = lanes->program_of[i]->count;
        if (count == 0) return false;
        if (count > rounds) rounds = count;
    }
    if (!make_shared_tables(lanes)) return false;
    begin_shared_sums(lanes);
    for (size_t round = 1; round < rounds; round++)
        if (!run_round(lanes, round)) return false;
    return true;
}

static void share_program(struct lanes *lanes, size_t to, size_t from)
{
    lanes->program_of[to] = lanes->program_of[from];
}

static void own_program(struct lanes *lanes, size_t i, const fr *scalars)
{
    write_program(&lanes->program[i], scalars, lanes->terms, &lanes->digits);
    lanes->program_of[i] = &lanes->program[i];
}

static bool multiply_shared(struct lanes *lanes, const fr *scalars)
{
    lanes->terms = 1;
    digits_begin(&lanes->digits);
    for (size_t i = 0; i < lanes->count / SIDES; i++, scalars += PAIR_POINTS) {
        if (i > 0 && fr_equal(scalars, scalars - PAIR_POINTS))
            share_program(lanes, i, i - 1);
        else
            own_program(lanes, i, scalars);
    }
    return run_programs(lanes);
}

/* Which of the terms has its place taken by odd sum m. */
static size_t odd_sum_place(size_t m, size_t terms) { return terms == 4 ? m / 2 + m % 2 * 2 : m; }

/* The programs of the odd sums, of as many terms as there are, that begin with pair i. */
static void own_odd_programs(struct lanes *lanes, size_t i, const fr *first, const fr *turn)
{
    fr root = *first;
    for (size_t m = 0; m < lanes->terms; m++, fr_mul(&root, &root, turn)) {
        fr factors[TERMS_MAX] = {root}, square;
        fr_sqr(&square, &root);
        for (size_t j = 1; j < lanes->terms; j++) fr_mul(&factors[j], &factors[j - 1], &square);
        own_program(lanes, i + odd_sum_place(m, lanes->terms), factors);
    }
}

/* The odd sums of the points in sum: pairs of vectors of all terms in turn. */
static bool odd_sums_shared(struct lanes *lanes, size_t terms, const fr *roots, const fr *turn)
{
    lanes->terms = terms;
    digits_begin(&lanes->digits);
    for (size_t i = 0; i < lanes->count / SIDES; i += terms, roots++) {
        if (i == 0 || !fr_equal(roots, roots - 1)) {
            own_odd_programs(lanes, i, roots, turn);
            continue;
        }
        for (size_t m = 0; m < terms; m++) share_program(lanes, i + m, i + m - terms);
    }
    return run_programs(lanes);
}
