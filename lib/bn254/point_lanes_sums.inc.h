/* Sums and doubles of vectors of eight affine points; included by point_lanes.inc.h.
 *
 *   lambda = (y2 - y1) / (x2 - x1) or 3 x1^2 / (2 y1),   x3 = lambda^2 - x1 - x2,   y3 = lambda (x1 - x3) -
 * y1,
 *
 * for all vectors at once, so that one inversion serves all: first every vector puts its denominator, then
 * each takes its inverse. In place of a sum that these formulas do not give there is a zero among the
 * denominators and so as their product; whoever asked has to do without.
 *
 * Two vectors are always worked on side by side, step by step: one alone would leave the multipliers waiting
 * for its own results. */

/* Coordinates are settled, or below 2p where that is said. */
typedef struct {
    COORD8 x, y;
} AFFINE8;

/* Statement for both sides. */
#define EACH_SIDE(statement)                                                                                 \
    MONT8_UNROLL                                                                                             \
    for (size_t k = 0; k < SIDES; k++) statement

/* A step of a sum of multiples, see point_programs.inc.h: what is added is an entry of a point's table, or
 * its negative, under phi8 with this image. */
struct step {
    uint8_t kind, point, image, entry;
    bool negative;
};

/* A part's digits; doublings and all digits of a sum of multiples, a third of the digits at most. */
enum { PLACES = OMEGA_PLACES, STEPS_MAX = PLACES + (PLACES / 3 + 1) * OMEGA_PARTS * TERMS_MAX };

struct program {
    size_t count;
    struct step step[STEPS_MAX];
};

/* The numbers x + y omega that digits stand for, and the digits for residues modulo 8. */
enum { DIGITS = 1 + 6 * TABLE };
struct digits {
    int8_t x[DIGITS], y[DIGITS];
    uint8_t of[8][8];
};

struct lanes {
    AFFINE8 sum[VECTORS], term[VECTORS];
    struct denominator8 denominator[VECTORS];
    mont8 before[VECTORS]; /* product of the norms of the denominators before, on this side */
    mont8 product[SIDES];  /* of all so far, or the inverse of those not yet taken */
    /* P, 3P .. 15P for each lane, or other multiples for each vector if its scalars are the same */
    union {
        uint64_t row[VECTORS][8][TABLE][POINT_WORDS];
        AFFINE8 odd[VECTORS][TABLE];
    };
    /* (size - 1) / 2, plus 8 if negative */
    uint8_t digit[WINDOWS][DIMS][VECTORS][8];
    struct program program[VECTORS / SIDES]; /* of pairs of vectors with one scalar */
    const struct program *program_of[VECTORS / SIDES];
    struct lane_forms forms;
    struct phi8_constants phi;
    struct digits digits;
    size_t count; /* vectors, a multiple of SIDES and terms */
    size_t terms; /* points of a sum with programs; there are as many sums of the same points */
};

MONT8_INLINE void denominators_begin(struct lanes *lanes) { EACH_SIDE(lanes->product[k] = lanes->forms.one); }

/* Those of vectors i and i + 1; below 5p */
MONT8_INLINE void put_denominators(struct lanes *lanes, size_t i, const COORD8 value[SIDES])
{
    EACH_SIDE(denominator8_set(&lanes->denominator[i + k], &value[k]));
    EACH_SIDE(lanes->before[i + k] = lanes->product[k]);
    EACH_SIDE(fp8_mul(&lanes->product[k], &lanes->product[k], denominator8_norm(&lanes->denominator[i + k])));
}

/* Between putting and taking; false if a denominator is zero. */
MONT8_TARGET static bool invert_denominators(struct lanes *lanes, bool secret)
{
    mont8 all, first = lanes->product[0];
    fp8_mul(&all, &first, &lanes->product[1]);
    if (!invert_lanes(&all, &lanes->forms, secret)) return false;
    fp8_mul(&lanes->product[0], &all, &lanes->product[1]);
    fp8_mul(&lanes->product[1], &all, &first);
    return true;
}

/* In the reverse order of putting. */
MONT8_INLINE void take_inverses(COORD8 inverse[SIDES], struct lanes *lanes, size_t i)
{
    mont8 norm[SIDES];
    EACH_SIDE(fp8_mul(&norm[k], &lanes->product[k], &lanes->before[i + k]));
    EACH_SIDE(fp8_mul(&lanes->product[k], &lanes->product[k], denominator8_norm(&lanes->denominator[i + k])));
    EACH_SIDE(denominator8_inverse(&inverse[k], &lanes->denominator[i + k], &norm[k]));
}

/* The third point on the lines through p with the given slopes, or minus those, negated; other is the second
 * point's x. Slopes are below 4.2p. */
MONT8_INLINE void third_points(AFFINE8 *const out[SIDES], const AFFINE8 *const p[SIDES],
                               const COORD8 *const other[SIDES], const COORD8 slope[SIDES], bool minus)
{
    COORD8 x3[SIDES], t[SIDES];
    EACH_SIDE(c8_sqr_loose(&t[k], &slope[k]));
    EACH_SIDE(c8_sub_settle(&x3[k], &t[k], &p[k]->x, other[k]));
    EACH_SIDE(c8_sub(&t[k], minus ? &x3[k] : &p[k]->x, minus ? &p[k]->x : &x3[k], 2));
    EACH_SIDE(c8_mul_loose(&t[k], &t[k], &slope[k]));
    EACH_SIDE(c8_sub_settle(&out[k]->y, &t[k], &p[k]->y, NULL));
    EACH_SIDE(out[k]->x = x3[k]);
}

MONT8_INLINE void put_doubling(struct lanes *lanes, size_t i)
{
    COORD8 twice[SIDES];
    EACH_SIDE(c8_add(&twice[k], &lanes->sum[i + k].y, &lanes->sum[i + k].y));
    put_denominators(lanes, i, twice);
}

MONT8_INLINE void take_doubling(struct lanes *lanes, size_t i)
{
    AFFINE8 *const p[SIDES] = {&lanes->sum[i], &lanes->sum[i + 1]};
    const COORD8 *const x[SIDES] = {&p[0]->x, &p[1]->x};
    COORD8 slope[SIDES], inverse[SIDES];
    EACH_SIDE(c8_sqr(&slope[k], x[k]));
    take_inverses(inverse, lanes, i);
    EACH_SIDE(c8_triple(&slope[k]));
    EACH_SIDE(c8_mul(&slope[k], &slope[k], &inverse[k]));
    third_points(p, (const AFFINE8 *const *)p, x, slope, false);
}

/* b - a, for a settled and b below 3p */
MONT8_INLINE void put_differences(struct lanes *lanes, size_t i, const COORD8 *const a[SIDES],
                                  const COORD8 *const b[SIDES])
{
    COORD8 difference[SIDES];
    EACH_SIDE(c8_sub(&difference[k], b[k], a[k], 2));
    put_denominators(lanes, i, difference);
}

MONT8_INLINE void put_addition(struct lanes *lanes, size_t i)
{
    const COORD8 *const a[SIDES] = {&lanes->sum[i].x, &lanes->sum[i + 1].x};
    const COORD8 *const b[SIDES] = {&lanes->term[i].x, &lanes->term[i + 1].x};
    put_differences(lanes, i, a, b);
}

/* (y of term - y of sum) / denominator */
MONT8_INLINE void take_slopes(COORD8 slope[SIDES], COORD8 inverse[SIDES], struct lanes *lanes, size_t i)
{
    take_inverses(inverse, lanes, i);
    EACH_SIDE(c8_sub(&slope[k], &lanes->term[i + k].y, &lanes->sum[i + k].y, 2));
    EACH_SIDE(c8_mul(&slope[k], &slope[k], &inverse[k]));
}

MONT8_INLINE void take_addition(struct lanes *lanes, size_t i)
{
    AFFINE8 *const p[SIDES] = {&lanes->sum[i], &lanes->sum[i + 1]};
    const COORD8 *const x[SIDES] = {&lanes->term[i].x, &lanes->term[i + 1].x};
    COORD8 slope[SIDES], inverse[SIDES];
    take_slopes(slope, inverse, lanes, i);
    third_points(p, (const AFFINE8 *const *)p, x, slope, false);
}

/* sum <- 2 sum */
MONT8_TARGET static bool double_all(struct lanes *lanes, bool secret)
{
    denominators_begin(lanes);
    for (size_t i = 0; i < lanes->count; i += SIDES) put_doubling(lanes, i);
    if (!invert_denominators(lanes, secret)) return false;
    for (size_t i = lanes->count; i > 0; i -= SIDES) take_doubling(lanes, i - SIDES);
    return true;
}

/* sum <- sum + term */
MONT8_TARGET static bool add_all(struct lanes *lanes, bool secret)
{
    denominators_begin(lanes);
    for (size_t i = 0; i < lanes->count; i += SIDES) put_addition(lanes, i);
    if (!invert_denominators(lanes, secret)) return false;
    for (size_t i = lanes->count; i > 0; i -= SIDES) take_addition(lanes, i - SIDES);
    return true;
}

/* 2P + Q is (P + Q) + P, of which the intermediate y is not needed: with lambda = (yQ - yP) / (xQ - xP),
 *   x = lambda^2 - xP - xQ,  mu = lambda + 2 yP / (x - xP),  x' = mu^2 - xP - x,  y' = mu (x' - xP) - yP. */
/* x and the slope take the term's place. */
MONT8_INLINE void take_between(struct lanes *lanes, size_t i)
{
    COORD8 slope[SIDES], square[SIDES], inverse[SIDES];
    take_slopes(slope, inverse, lanes, i);
    EACH_SIDE(c8_sqr_loose(&square[k], &slope[k]));
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

/* sum <- 2 sum + term; the term is lost. */
MONT8_TARGET static bool double_and_add_all(struct lanes *lanes)
{
    denominators_begin(lanes);
    for (size_t i = 0; i < lanes->count; i += SIDES) put_addition(lanes, i);
    if (!invert_denominators(lanes, false)) return false;
    for (size_t i = lanes->count; i > 0; i -= SIDES) take_between(lanes, i - SIDES);
    denominators_begin(lanes);
    for (size_t i = 0; i < lanes->count; i += SIDES) put_addition(lanes, i);
    if (!invert_denominators(lanes, false)) return false;
    for (size_t i = lanes->count; i > 0; i -= SIDES) take_back(lanes, i - SIDES);
    return true;
}

MONT8_INLINE void take_butterfly(struct lanes *lanes, size_t i)
{
    AFFINE8 plus[SIDES];
    AFFINE8 *const p[SIDES] = {&lanes->sum[i], &lanes->sum[i + 1]};
    AFFINE8 *const q[SIDES] = {&lanes->term[i], &lanes->term[i + 1]};
    AFFINE8 *const out[SIDES] = {&plus[0], &plus[1]};
    const COORD8 *const x[SIDES] = {&q[0]->x, &q[1]->x};
    COORD8 slope[SIDES], inverse[SIDES];
    take_slopes(slope, inverse, lanes, i);
    third_points(out, (const AFFINE8 *const *)p, x, slope, false);
    EACH_SIDE(c8_negate(&q[k]->y, 0xff));
    EACH_SIDE(c8_sub(&slope[k], &q[k]->y, &p[k]->y, 2));
    EACH_SIDE(c8_mul(&slope[k], &slope[k], &inverse[k]));
    third_points(q, (const AFFINE8 *const *)p, x, slope, false);
    EACH_SIDE(*p[k] = plus[k]);
}

/* (sum, term) <- (sum + term, sum - term) */
MONT8_TARGET static bool butterfly_all(struct lanes *lanes)
{
    denominators_begin(lanes);
    for (size_t i = 0; i < lanes->count; i += SIDES) put_addition(lanes, i);
    if (!invert_denominators(lanes, false)) return false;
    for (size_t i = lanes->count; i > 0; i -= SIDES) take_butterfly(lanes, i - SIDES);
    return true;
}
