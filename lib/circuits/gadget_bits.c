#include "gadget_bits.h"

enum { RANGE_BITS_MAX = 120 };

uint64_t lc_u64(const lc *x) { return (uint64_t)lc_u128(x); }

u128 lc_u128(const lc *x)
{
    uint64_t limb[4];
    fr_to_limbs(limb, &x->value);
    return limb[0] | (u128)limb[1] << 64;
}

/* r has 254 bits: the highest limb is zero below 2^192 and not zero above r - 2^192. */
bool fr_is_negative(const fr *x)
{
    uint64_t limb[4];
    fr_to_limbs(limb, x);
    return limb[3] != 0;
}

fr fr_pow2(unsigned exponent)
{
    ROAM_ASSERT(exponent <= 253);
    uint64_t limb[4] = {0};
    limb[exponent / 64] = UINT64_C(1) << exponent % 64;
    fr out;
    ROAM_ASSERT(fr_from_limbs(&out, limb) == ROAM_OK);
    return out;
}

/* x * x = x: one term in each matrix for a wire. */
static void constrain_bit(struct builder *b, lc x) { builder_constrain(b, x, x, x); }

lc gadget_bit(struct builder *b, bool value)
{
    lc x = builder_private_u64(b, value);
    constrain_bit(b, x);
    return x;
}

/* floor(x / 2^shift) of the integer x, for 0 < shift < 128 */
static fr shift_right(const uint64_t x[4], unsigned shift)
{
    uint64_t out[4] = {0};
    for (unsigned i = 0; i + shift / 64 < 4; i++) {
        unsigned from = i + shift / 64;
        u128 pair = x[from] | (from < 3 ? (u128)x[from + 1] << 64 : 0);
        out[i] = (uint64_t)(pair >> shift % 64);
    }
    fr element;
    ROAM_ASSERT(fr_from_limbs(&element, out) == ROAM_OK);
    return element;
}

/* The highest bit takes everything from it upwards, so that a value out of range fails there alone. */
lc gadget_number(struct builder *b, const fr *value, unsigned bits, lc *bit)
{
    ROAM_ASSERT(bits >= 2 && bits <= RANGE_BITS_MAX);
    uint64_t limb[4];
    fr_to_limbs(limb, value);
    lc term[RANGE_BITS_MAX];
    fr coeff[RANGE_BITS_MAX];
    for (unsigned i = 0; i < bits; i++) {
        fr digit = (limb[i / 64] >> i % 64 & 1) != 0 ? fr_one : fr_zero;
        if (i == bits - 1) digit = shift_right(limb, i);
        term[i] = builder_private(b, &digit);
        constrain_bit(b, term[i]);
        coeff[i] = fr_pow2(i);
        if (bit != NULL) bit[i] = term[i];
    }
    return lc_sum(b, term, coeff, bits);
}

lc gadget_signed(struct builder *b, const fr *d, lc negative, unsigned bits, lc *bit)
{
    fr power = fr_pow2(bits), value;
    uint32_t mark = builder_mark(b);
    fr_mul(&value, &power, &negative.value);
    fr_add(&value, &value, d);
    fr_neg(&power, &power);
    lc out = gadget_number(b, &value, bits, bit);
    out = lc_sum(b, (const lc[]){out, negative}, (const fr[]){fr_one, power}, 2);
    builder_release(b, mark, &out, 1);
    return out;
}

/* All bits but the highest are wires; what they leave of x is 0 or 2^(bits - 1). A value out of range fails
 * there alone. */
void gadget_range(struct builder *b, lc x, unsigned bits, lc *bit)
{
    ROAM_ASSERT(bits >= 2 && bits <= RANGE_BITS_MAX);
    unsigned top = bits - 1;
    uint64_t limb[4];
    fr_to_limbs(limb, &x.value);
    lc term[RANGE_BITS_MAX];
    fr coeff[RANGE_BITS_MAX], power;
    uint32_t mark = builder_mark(b);
    for (unsigned i = 0; i < top; i++) {
        term[i] = gadget_bit(b, limb[i / 64] >> i % 64 & 1);
        power = fr_pow2(i);
        fr_neg(&coeff[i], &power);
    }
    term[top] = x;
    coeff[top] = fr_one;
    lc rest = lc_sum(b, term, coeff, bits);
    power = fr_pow2(top);
    builder_constrain(b, rest, lc_sub(b, rest, builder_constant(b, &power)), lc_zero());
    if (bit != NULL) {
        fr_inv_vartime(&power, &power);
        term[top] = lc_scale(b, rest, &power);
    }
    builder_release(b, mark, &term[top], bit == NULL ? 0 : 1);
    for (unsigned i = 0; bit != NULL && i < bits; i++) bit[i] = term[i];
}

lc gadget_is_negative(struct builder *b, lc d, unsigned bits)
{
    lc negative = gadget_bit(b, fr_is_negative(&d.value));
    uint32_t mark = builder_mark(b);
    fr power = fr_pow2(bits);
    gadget_range(b, lc_add(b, d, lc_scale(b, negative, &power)), bits, NULL);
    builder_release(b, mark, NULL, 0);
    return negative;
}

/* Upwards from the lowest bit, `excess` is a sum of products of bits that is not zero exactly if the bits so
 * far are more than those of maximum: where maximum has a 0, a 1 is more whatever lies below; where it has a
 * 1, a 1 is needed and the rest decides. It stays below bits, so it cannot wrap. */
void gadget_at_most(struct builder *b, const lc *bit, unsigned bits, uint64_t maximum)
{
    ROAM_ASSERT(bits < 64 && maximum >> (bits - 1) == 1);
    uint32_t mark = builder_mark(b);
    lc excess = lc_zero();
    for (unsigned i = 0; i < bits - 1; i++) {
        if ((maximum >> i & 1) == 0)
            excess = lc_add(b, excess, bit[i]);
        else if (!excess.is_constant)
            excess = builder_product(b, bit[i], excess);
    }
    ROAM_ASSERT(!excess.is_constant);
    builder_constrain(b, bit[bits - 1], excess, lc_zero());
    builder_release(b, mark, NULL, 0);
}

lc gadget_pack(struct builder *b, const lc *field, const unsigned *bits, size_t count)
{
    fr coeff[LC_SUM_MAX];
    unsigned shift = 0;
    ROAM_ASSERT(count <= LC_SUM_MAX);
    for (size_t i = 0; i < count; i++) {
        coeff[i] = fr_pow2(shift);
        shift += bits[i];
    }
    return lc_sum(b, field, coeff, count);
}
