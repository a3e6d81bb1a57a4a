/* Sums of multiples of points by scalars that sixteen points share; included by point_lanes.inc.h. Public
 * scalars only: the digits that are not zero, a sixth of all, decide what is added.
 *
 * For every sum there is a program of steps, each of which takes one division. All pairs of vectors go
 * through their programs at the same time, whatever their steps are, so that a round takes one inversion. */

/* 2P + Q is (P + Q) + P, of which the intermediate y is not needed: with lambda = (yQ - yP) / (xQ - xP),
 *   x = lambda^2 - xP - xQ,  mu = lambda + 2 yP / (x - xP),  x' = mu^2 - xP - x,  y' = mu (x' - xP) - yP. */
enum step_kind { STEP_DOUBLE, STEP_ADD, STEP_BETWEEN, STEP_BETWEEN_AND_BACK };

static void write_step(struct program *program, enum step_kind kind, size_t point, int d, int digit)
{
    ROAM_ASSERT(program->count < STEPS_MAX);
    program->step[program->count++] = (struct step){
        .kind = (uint8_t)kind,
        .point = (uint8_t)point,
        .dim = (uint8_t)d,
        .entry = (uint8_t)((digit < 0 ? -digit : digit) / 2),
        .negative = (digit < 0) != (PHI_NEGATES(d) != 0),
    };
}

/* The digits of a sum's scalars. */
struct sum_digits {
    size_t terms;
    int places;
    int8_t digit[TERMS_MAX][DIMS][128];
};

/* The steps for the digits at one place; the first of all begins the sum. */
static void write_place(struct program *program, const struct sum_digits *digits, int place)
{
    bool doubled = program->count == 0;
    for (size_t t = 0; t < digits->terms; t++)
        for (int d = 0; d < DIMS; d++) {
            int digit = digits->digit[t][d][place];
            if (digit == 0) continue;
            write_step(program, doubled ? STEP_ADD : STEP_BETWEEN, t, d, digit);
            if (!doubled) write_step(program, STEP_BETWEEN_AND_BACK, t, d, digit);
            doubled = true;
        }
    if (!doubled) write_step(program, STEP_DOUBLE, 0, 0, 0);
}

static void write_program(struct program *program, const fr *scalars, size_t terms)
{
    struct sum_digits digits = {.terms = terms};
    for (size_t t = 0; t < terms; t++) {
        uint64_t limbs[4];
        struct split_part parts[DIMS];
        fr_to_limbs(limbs, &scalars[t]);
        split_scalar(parts, limbs, &lattice);
        for (int d = 0; d < DIMS; d++) {
            int used = split_wnaf_vartime(digits.digit[t][d], &parts[d]);
            if (used > digits.places) digits.places = used;
        }
    }
    program->count = 0;
    for (int place = digits.places - 1; place >= 0; place--) write_place(program, &digits, place);
}

/* The step's multiple of a point of those that vector i belongs to, but for phi and the sign. */
MONT8_INLINE const AFFINE8 *table_entry(const struct lanes *lanes, size_t i, const struct step *step)
{
    size_t first = i - i % (SIDES * lanes->terms);
    return &lanes->odd[first + SIDES * step->point + i % SIDES][step->entry];
}

MONT8_INLINE void look_up_shared(AFFINE8 *out, const struct lanes *lanes, size_t i, const struct step *step)
{
    *out = *table_entry(lanes, i, step);
    c8_negate(&out->y, step->negative ? 0xff : 0);
    phi8(&out->x, &out->y, step->dim, &lanes->phi);
}

/* x and the slope take the term's place. */
MONT8_INLINE void take_between(struct lanes *lanes, size_t i)
{
    COORD8 slope[SIDES], square[SIDES], inverse[SIDES];
    take_slopes(slope, inverse, lanes, i);
    EACH_SIDE(c8_sqr(&square[k], &slope[k]));
    EACH_SIDE(c8_sub_settle(&lanes->term[i + k].x, &square[k], &lanes->sum[i + k].x, &lanes->term[i + k].x));
    EACH_SIDE(lanes->term[i + k].y = slope[k]);
}

MONT8_INLINE void take_back(struct lanes *lanes, size_t i)
{
    AFFINE8 *const p[SIDES] = {&lanes->sum[i], &lanes->sum[i + 1]};
    const COORD8 *const x[SIDES] = {&lanes->term[i].x, &lanes->term[i + 1].x};
    COORD8 slope[SIDES], inverse[SIDES];
    take_inverses(inverse, lanes, i);
    EACH_SIDE(c8_add(&slope[k], &p[k]->y, &p[k]->y));
    EACH_SIDE(c8_mul(&slope[k], &slope[k], &inverse[k]));
    EACH_SIDE(c8_add(&slope[k], &slope[k], &lanes->term[i + k].y));
    third_points(p, (const AFFINE8 *const *)p, x, slope, true);
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

/* The programs' sums of the points in sum; false if a program is empty or a sum is not to be had. */
static bool run_programs(struct lanes *lanes)
{
    size_t rounds = 0;
    for (size_t i = 0; i < lanes->count / SIDES; i++) {
        size_t count = lanes->program_of[i]->count;
        if (count == 0) return false;
        if (count > rounds) rounds = count;
    }
    if (!make_tables(lanes, true, false)) return false;
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
    write_program(&lanes->program[i], scalars, lanes->terms);
    lanes->program_of[i] = &lanes->program[i];
}

static bool multiply_shared(struct lanes *lanes, const fr *scalars)
{
    lanes->terms = 1;
    for (size_t i = 0; i < lanes->count / SIDES; i++, scalars += PAIR_POINTS) {
        if (i > 0 && fr_equal(scalars, scalars - PAIR_POINTS))
            share_program(lanes, i, i - 1);
        else
            own_program(lanes, i, scalars);
    }
    return run_programs(lanes);
}

static bool twists_equal(const struct twist *a, const struct twist *b)
{
    return fr_equal(&a->u, &b->u) && fr_equal(&a->v, &b->v) && fr_equal(&a->w, &b->w);
}

static bool twists_are_shared(const struct twist *twists, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (i % PAIR_POINTS != 0 && !twists_equal(&twists[i], &twists[i - 1])) return false;
    return true;
}

/* (c, d) <- (v c + uv d, w c - uw d), for pairs of vectors c and d in turn */
static bool twist_shared(struct lanes *lanes, const struct twist *twists)
{
    lanes->terms = 2;
    for (size_t i = 0; i < lanes->count / SIDES; i += 2, twists += PAIR_POINTS) {
        if (i > 0 && twists_equal(twists, twists - PAIR_POINTS)) {
            share_program(lanes, i, i - 2);
            share_program(lanes, i + 1, i - 1);
            continue;
        }
        fr plus[2] = {twists->v}, minus[2] = {twists->w};
        fr_mul(&plus[1], &twists->u, &twists->v);
        fr_mul(&minus[1], &twists->u, &twists->w);
        fr_neg(&minus[1], &minus[1]);
        own_program(lanes, i, plus);
        own_program(lanes, i + 1, minus);
    }
    return run_programs(lanes);
}
