/* Many independent additions of affine points with one inversion.
 *
 * Included by each group's msm file, which names the type AFFINE with coordinates COORD, the functions
 * K(name) of the field, and has coord_equal, coord_is_zero, coord_negate_if and coord_inv.
 *
 * With lambda = (y2 - y1)/(x2 - x1), or 3 x1^2 / (2 y1) for equal points (a = 0 on both curves),
 *
 *   x3 = lambda^2 - x1 - x2,   y3 = lambda (x1 - x3) - y1.
 *
 * One addition costs five multiplications and one squaring, three of them for its part in the shared
 * inversion. Neither curve has a point of order two, so 2 y1 is never zero. The pairs are independent of each
 * other: lanes of a vector unit can do them side by side. */

enum { PAIRS_MAX = 1024 }; /* a multiple of 16 */

struct pairs {
    AFFINE *target[PAIRS_MAX];
    const AFFINE *operand[PAIRS_MAX];
    uint8_t negate[PAIRS_MAX]; /* 1: the operand's negative is added */
};

/* The denominator of lambda; zero if the sum is infinity. */
static inline void denominator(COORD *out, const AFFINE *p, const AFFINE *q, uint64_t negate)
{
    K(sub)(out, &q->x, &p->x);
    if (!coord_is_zero(out)) return;
    COORD y = q->y;
    coord_negate_if(&y, negate);
    if (coord_equal(&y, &p->y)) K(double)(out, &y);
}

static inline void numerator(COORD *out, const AFFINE *p, const AFFINE *q, uint64_t negate)
{
    if (coord_equal(&p->x, &q->x)) {
        COORD square;
        K(sqr)(&square, &p->x);
        K(add)(out, &square, &square);
        K(add)(out, out, &square);
    } else {
        *out = q->y;
        coord_negate_if(out, negate);
        K(sub)(out, out, &p->y);
    }
}

/* p += q, given 1/denominator */
static inline void finish_addition(AFFINE *p, const AFFINE *q, uint64_t negate, const COORD *inverse)
{
    COORD lambda, x3, y3;
    numerator(&lambda, p, q, negate);
    K(mul)(&lambda, &lambda, inverse);
    K(sqr)(&x3, &lambda);
    K(sub)(&x3, &x3, &p->x);
    K(sub)(&x3, &x3, &q->x);
    K(sub)(&y3, &p->x, &x3);
    K(mul)(&y3, &y3, &lambda);
    K(sub)(&p->y, &y3, &p->y);
    p->x = x3;
}

/* target += or -= operand for every pair, all points finite; a sum at infinity is left as (0, 0). No target
 * may be the target or operand of another pair. denominators and products hold count elements each. */
static void batch_add(const struct pairs *pairs, size_t count, COORD *denominators, COORD *products)
{
    COORD product = K(one), inverse;
    for (size_t i = 0; i < count; i++) {
        denominator(&denominators[i], pairs->target[i], pairs->operand[i], pairs->negate[i]);
        products[i] = product;
        if (!coord_is_zero(&denominators[i])) K(mul)(&product, &product, &denominators[i]);
    }
    coord_inv(&product);
    for (size_t i = count; i-- > 0;) {
        if (coord_is_zero(&denominators[i])) {
            *pairs->target[i] = (AFFINE){K(zero), K(zero)};
            continue;
        }
        K(mul)(&inverse, &product, &products[i]);
        K(mul)(&product, &product, &denominators[i]);
        finish_addition(pairs->target[i], pairs->operand[i], pairs->negate[i], &inverse);
    }
}
