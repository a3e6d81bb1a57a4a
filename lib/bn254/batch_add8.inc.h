/* batch_add.inc.h eight pairs at a time; included after it where the processor may have IFMA.
 *
 * The including file defines, besides what batch_add.inc.h asks for, the type LANES of eight coordinates and
 * for it lanes_load_x, lanes_load, lanes_store, and the functions V(name) used below. Coordinates are loaded
 * as mont8_load does, so all of them stand for a sixteenth: with d = x2 - x1 and n = y2 - y1 as loaded, and
 * 1/(4 d) in place of 1/d,
 *
 *   l = n / (4 d) = lambda / 4,   x3 / 16 = l^2 - x1 - x2,   y3 / 16 = 4 l (x1 - x3) - y1,
 *
 * again as loaded. For equal points d = 2 y1 and n = 16 * 3 x1 x1. */

/* Lanes whose points have the same x: those to be doubled, and those whose sum is infinity. */
struct meeting {
    __mmask8 doubled, cancelled;
};

MONT8_INLINE struct meeting meeting_of(const LANES *y1, const LANES *y2, __mmask8 same_x)
{
    __mmask8 same = same_x & V(equal)(y1, y2);
    return (struct meeting){same, (__mmask8)(same_x & ~same)};
}

/* The signs of pairs first .. first + 7: the lowest bits of eight bytes, brought together by a product. */
MONT8_INLINE __mmask8 negated_lanes(const struct pairs *pairs, size_t first)
{
    uint64_t bytes;
    memcpy(&bytes, pairs->negate + first, sizeof bytes);
    return (__mmask8)(bytes * 0x0102040810204080 >> 56);
}

MONT8_INLINE void load_targets(LANES *x, LANES *y, const struct pairs *pairs, size_t first)
{
    lanes_load(x, y, (const AFFINE *const *)(pairs->target + first));
}

MONT8_INLINE void load_operands(LANES *x, LANES *y, const struct pairs *pairs, size_t first)
{
    lanes_load(x, y, pairs->operand + first);
    V(negate_lanes)(y, negated_lanes(pairs, first));
}

/* d, corrected in the lanes where that would be 0; points seldom meet so, and this is not inlined. */
__attribute__((noinline)) MONT8_TARGET static void correct_denominator(LANES *d, const struct pairs *pairs,
                                                                       size_t first, __mmask8 same_x)
{
    LANES x, y1, y2, twice, one;
    load_targets(&x, &y1, pairs, first);
    load_operands(&x, &y2, pairs, first);
    struct meeting m = meeting_of(&y1, &y2, same_x);
    V(add)(&twice, &y1, &y1);
    V(nonzero)(&one);
    V(select)(d, m.doubled, d, &twice);
    V(select)(d, m.cancelled, d, &one);
}

__attribute__((noinline)) MONT8_TARGET static void correct_numerator(LANES *n, const LANES *x,
                                                                     __mmask8 doubled)
{
    LANES square, more;
    V(shift)(&more, x, 4);
    V(mul)(&square, &more, x);
    V(add)(&more, &square, &square);
    V(add)(&square, &square, &more);
    V(select)(n, doubled, n, &square);
}

/* Two octets are always worked on side by side, step by step: one alone would leave the multipliers waiting
 * for its own results. */
enum { SIDES = 2, SIDES_PAIRS = 8 * SIDES };

MONT8_INLINE void denominator_of(LANES *d, const struct pairs *pairs, size_t first)
{
    LANES x1, x2;
    lanes_load_x(&x1, (const AFFINE *const *)(pairs->target + first));
    lanes_load_x(&x2, pairs->operand + first);
    V(sub)(d, &x2, &x1);
    __mmask8 same_x = V(equal)(&x1, &x2);
    if (same_x != 0) correct_denominator(d, pairs, first, same_x);
}

/* d of all pairs, and the products of those before each on its side and in its lane; then the products of
 * all. */
MONT8_TARGET static void multiply_denominators(LANES product[SIDES], const struct pairs *pairs, size_t octets,
                                               LANES *denominators, LANES *products)
{
    for (int k = 0; k < SIDES; k++) V(nonzero)(&product[k]);
    for (size_t i = 0; i < octets; i += SIDES) {
        MONT8_UNROLL
        for (size_t k = 0; k < SIDES; k++) denominator_of(&denominators[i + k], pairs, 8 * (i + k));
        MONT8_UNROLL
        for (size_t k = 0; k < SIDES; k++) {
            products[i + k] = product[k];
            V(mul)(&product[k], &product[k], &denominators[i + k]);
        }
    }
}

/* The inverse of every lane, times 1/4 as the formulas want it. Between stores and loads the form changes by
 * 2^4 three times, once each way and once by the inversion: 1/16 is what would come of it. */
MONT8_TARGET static void invert_lanes(LANES a[SIDES])
{
    LANES all;
    COORD element[8], scratch[8];
    V(mul)(&all, &a[0], &a[1]);
    V(store_reduced)(element, &all);
    K(batch_inv_vartime)(element, scratch, 8);
    for (int i = 0; i < 8; i++) {
        K(double)(&element[i], &element[i]);
        K(double)(&element[i], &element[i]);
    }
    V(load_exact)(&all, element);
    LANES other = a[0];
    V(mul)(&a[0], &all, &a[1]);
    V(mul)(&a[1], &all, &other);
}

/* What an addition needs until it is done. */
struct addition {
    LANES x1, y1, x2, n, l, l4, x3, y3;
    __mmask8 cancelled;
};

MONT8_INLINE void addition_begin(struct addition *a, const struct pairs *pairs, size_t first)
{
    LANES y2;
    load_targets(&a->x1, &a->y1, pairs, first);
    load_operands(&a->x2, &y2, pairs, first);
    V(sub)(&a->n, &y2, &a->y1);
    a->cancelled = 0;
    __mmask8 same_x = V(equal)(&a->x1, &a->x2);
    if (same_x != 0) {
        struct meeting m = meeting_of(&a->y1, &y2, same_x);
        a->cancelled = m.cancelled;
        correct_numerator(&a->n, &a->x1, m.doubled);
    }
}

/* Statement for both sides. */
#define EACH_SIDE(statement)                                                                                 \
    MONT8_UNROLL                                                                                             \
    for (size_t k = 0; k < SIDES; k++) statement

/* Adds 16 pairs, given 1/(4 d); true if a sum is infinity. */
MONT8_INLINE bool add_octets(const struct pairs *pairs, size_t first, const LANES inverse[SIDES])
{
    struct addition a[SIDES];
    EACH_SIDE(addition_begin(&a[k], pairs, first + 8 * k));
    EACH_SIDE(V(mul)(&a[k].l, &a[k].n, &inverse[k]));
    EACH_SIDE(V(sqr)(&a[k].x3, &a[k].l));
    EACH_SIDE(V(subtract_both)(&a[k].x3, &a[k].x1, &a[k].x2));
    EACH_SIDE(V(sub)(&a[k].n, &a[k].x1, &a[k].x3));
    EACH_SIDE(V(shift)(&a[k].l4, &a[k].l, 2));
    EACH_SIDE(V(mul)(&a[k].y3, &a[k].n, &a[k].l4));
    EACH_SIDE(V(subtract_one)(&a[k].y3, &a[k].y1));
    EACH_SIDE(lanes_store(pairs->target + first + 8 * k, &a[k].x3, &a[k].y3, a[k].cancelled));
    return a[0].cancelled || a[1].cancelled;
}

/* As batch_add, for a multiple of 16 pairs; denominators and products hold count / 8 elements each. Returns
 * whether any sum is infinity. */
MONT8_TARGET static bool batch_add8(const struct pairs *pairs, size_t count, LANES *denominators,
                                    LANES *products)
{
    LANES product[SIDES], inverse[SIDES];
    bool any_infinity = false;
    multiply_denominators(product, pairs, count / 8, denominators, products);
    invert_lanes(product);
    for (size_t i = count / 8; i > 0;) {
        i -= SIDES;
        EACH_SIDE(V(mul)(&inverse[k], &product[k], &products[i + k]));
        EACH_SIDE(V(mul)(&product[k], &product[k], &denominators[i + k]));
        any_infinity |= add_octets(pairs, 8 * i, inverse);
    }
    return any_infinity;
}
