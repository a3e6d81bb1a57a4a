#include "fp.h"

#include "constants.inc.h"
#include "mont4.h"

static const struct mont4_modulus modulus = {
    .p = {FP_P}, .inv = FP_INV, .r1 = {FP_R1}, .r2 = {FP_R2}, .r3 = {FP_R3}};

const fp fp_zero, fp_one = {{FP_R1}};
const uint64_t fp_modulus[4] = {FP_P};

void fp_add(fp *out, const fp *a, const fp *b) { mont4_add(out->limb, a->limb, b->limb, &modulus); }
void fp_sub(fp *out, const fp *a, const fp *b) { mont4_sub(out->limb, a->limb, b->limb, &modulus); }
void fp_neg(fp *out, const fp *a) { mont4_neg(out->limb, a->limb, &modulus); }
void fp_double(fp *out, const fp *a) { mont4_add(out->limb, a->limb, a->limb, &modulus); }
void fp_mul(fp *out, const fp *a, const fp *b) { mont4_mul(out->limb, a->limb, b->limb, &modulus); }
void fp_sqr(fp *out, const fp *a) { mont4_sqr(out->limb, a->limb, &modulus); }
void fp_inv(fp *out, const fp *a) { mont4_inv(out->limb, a->limb, &modulus); }
void fp_inv_vartime(fp *out, const fp *a) { mont4_inv_vartime(out->limb, a->limb, &modulus); }

#define FIELD    fp
#define FN(name) fp_##name
#include "batch_inv.inc.h"

void fp_pow_vartime(fp *out, const fp *base, const uint64_t exponent[4])
{
    mont4_pow_vartime(out->limb, base->limb, exponent, &modulus);
}

/* p = 3 mod 4: if a is a square, a^((p+1)/4) is a root of it. */
enum roam_err fp_sqrt_vartime(fp *out, const fp *a)
{
    static const uint64_t exponent[4] = {FP_SQRT_EXPONENT};
    fp root, square;
    fp_pow_vartime(&root, a, exponent);
    fp_sqr(&square, &root);
    if (!fp_equal(&square, a)) return ROAM_E_RANGE;
    mont4_smaller_of_pair(out->limb, root.limb, &modulus);
    return ROAM_OK;
}

bool fp_equal(const fp *a, const fp *b) { return mont4_equal(a->limb, b->limb); }
bool fp_is_zero(const fp *a) { return mont4_is_zero(a->limb); }
void fp_select(fp *out, uint64_t choose, const fp *a, const fp *b)
{
    limbs4_select(out->limb, (uint64_t)0 - choose, a->limb, b->limb);
}

void fp_from_u64(fp *out, uint64_t value) { fp_from_u128(out, value, 0); }
void fp_from_u128(fp *out, uint64_t low, uint64_t high)
{
    mont4_from_limbs_unchecked(out->limb, (const uint64_t[4]){low, high, 0, 0}, &modulus);
}

void fp_to_limbs(uint64_t limbs[4], const fp *a) { mont4_to_limbs(limbs, a->limb, &modulus); }
enum roam_err fp_from_limbs(fp *out, const uint64_t limbs[4])
{
    return mont4_from_limbs(out->limb, limbs, &modulus);
}
enum roam_err fp_from_le(fp *out, const uint8_t bytes[32])
{
    return mont4_from_le(out->limb, bytes, &modulus);
}
enum roam_err fp_from_be(fp *out, const uint8_t bytes[32])
{
    return mont4_from_be(out->limb, bytes, &modulus);
}
void fp_to_le(uint8_t bytes[32], const fp *a) { mont4_to_le(bytes, a->limb, &modulus); }
void fp_to_be(uint8_t bytes[32], const fp *a) { mont4_to_be(bytes, a->limb, &modulus); }
void fp_from_wide(fp *out, const uint8_t bytes[64]) { mont4_from_wide(out->limb, bytes, &modulus); }

enum roam_err fp_from_decimal(fp *out, const char *text, size_t size)
{
    return mont4_from_decimal(out->limb, text, size, &modulus);
}

char *fp_to_decimal(char text[80], const fp *a) { return mont4_to_decimal(text, a->limb, &modulus); }
