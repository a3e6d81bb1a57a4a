/* What is to be added and doubled for a sum of multiples of points; included by point_lanes.inc.h. Public
 * scalars only: the digits that are not zero decide.
 *
 * A scalar is split into parts x + y omega with omega^2 + omega + 1 = 0, one in G1, two in G2, where the
 * second stands before psi. With integers of Z[omega] as digits, one part has three digits in ten that are
 * not zero: of 64 residues modulo 8, the 48 that are not even are +-omega^i times one of eight. A table of
 * these eight multiples of a point serves for all, multiplication by omega being an endomorphism. */

__extension__ typedef __int128 i128;

/* Multiple i of the table is the multiple `from` before it plus (-1)^negative omega^turns. */
static const struct multiple {
    int x, y;
    unsigned from, turns;
    bool negative;
} multiples[TABLE] = {{1, 0, 0, 0, false},  {1, -1, 0, 1, true},  {2, -1, 1, 0, false}, {1, -2, 1, 1, true},
                      {0, -3, 3, 2, false}, {3, -1, 2, 0, false}, {1, -3, 4, 0, false}, {2, -3, 6, 0, false}};

/* A digit is 0 or one more than entry + TABLE * (2 turns + negative). */
static unsigned entry_of(unsigned digit) { return (digit - 1) % TABLE; }
static unsigned turns_of(unsigned digit) { return (digit - 1) / TABLE / 2; }
static bool negative_of(unsigned digit) { return (digit - 1) / TABLE % 2 == 1; }

static void digits_begin(struct digits *digits)
{
    *digits = (struct digits){0};
    for (unsigned digit = 1; digit < DIGITS; digit++) {
        int x = multiples[entry_of(digit)].x, y = multiples[entry_of(digit)].y;
        for (unsigned i = 0; i < turns_of(digit); i++) {
            int turned = -y; /* omega (x + y omega) = -y + (x - y) omega */
            y = x - y;
            x = turned;
        }
        if (negative_of(digit)) x = -x, y = -y;
        digits->x[digit] = (int8_t)x;
        digits->y[digit] = (int8_t)y;
        digits->of[x & 7][y & 7] = (uint8_t)digit;
    }
}

/* x + y omega = sum out[i] 2^i. Two zeros at least follow what is not zero. Returns how many there are up to
 * the last that is not. As no digit is longer than 4.4, what is left after i places is shorter than
 * |x + y omega| / 2^i + 4.4 / 7: nothing, two places after the first of these terms is below 1. */
static int write_digits(uint8_t out[PLACES], i128 x, i128 y, const struct digits *digits)
{
    int used = 0;
    for (int place = 0; place < PLACES; place++) {
        unsigned digit = digits->of[x & 7][y & 7];
        out[place] = (uint8_t)digit;
        if (digit != 0) used = place + 1;
        x = (x - digits->x[digit]) / 2;
        y = (y - digits->y[digit]) / 2;
    }
    ROAM_ASSERT(x == 0 && y == 0);
    return used;
}

static i128 part_value(const struct split_part *part)
{
    i128 magnitude = (i128)((u128)part->magnitude[1] << 64 | part->magnitude[0]);
    return part->negative ? -magnitude : magnitude;
}

/* The digits of a sum's scalars. */
struct sum_digits {
    size_t terms;
    int places;
    uint8_t digit[TERMS_MAX][OMEGA_PARTS][PLACES];
};

/* Of phi^2 = omega + 1, where there is one, and of phi = omega. */
static void write_scalar(struct sum_digits *out, size_t term, const fr *scalar, const struct digits *digits)
{
    uint64_t limbs[4];
    struct split_part parts[DIMS];
    fr_to_limbs(limbs, scalar);
    split_scalar(parts, limbs, &lattice);
    for (int i = 0; i < OMEGA_PARTS; i++) {
        i128 x = part_value(&parts[i]), y = part_value(&parts[i + OMEGA_PARTS]);
        int used = write_digits(out->digit[term][i], OMEGA_PARTS == 1 ? x : x + y, y, digits);
        if (used > out->places) out->places = used;
    }
}

enum step_kind { STEP_DOUBLE, STEP_ADD, STEP_BETWEEN, STEP_BETWEEN_AND_BACK };

static void write_step(struct program *program, enum step_kind kind, size_t point, unsigned part,
                       unsigned digit)
{
    ROAM_ASSERT(program->count < STEPS_MAX);
    program->step[program->count++] = (struct step){
        .kind = (uint8_t)kind,
        .point = (uint8_t)point,
        .image = (uint8_t)OMEGA(part, turns_of(digit)),
        .entry = (uint8_t)entry_of(digit),
        .negative = negative_of(digit),
    };
}

/* The steps for the digits at one place; the first of all begins the sum. */
static void write_place(struct program *program, const struct sum_digits *digits, int place)
{
    bool doubled = program->count == 0;
    for (size_t t = 0; t < digits->terms; t++)
        for (unsigned i = 0; i < OMEGA_PARTS; i++) {
            unsigned digit = digits->digit[t][i][place];
            if (digit == 0) continue;
            write_step(program, doubled ? STEP_ADD : STEP_BETWEEN, t, i, digit);
            if (!doubled) write_step(program, STEP_BETWEEN_AND_BACK, t, i, digit);
            doubled = true;
        }
    if (!doubled) write_step(program, STEP_DOUBLE, 0, 0, 1);
}

static void write_program(struct program *program, const fr *scalars, size_t terms,
                          const struct digits *digits)
{
    struct sum_digits of = {.terms = terms};
    for (size_t t = 0; t < terms; t++) write_scalar(&of, t, &scalars[t], digits);
    program->count = 0;
    for (int place = of.places - 1; place >= 0; place--) write_place(program, &of, place);
}
