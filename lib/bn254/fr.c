#include "fr.h"

#include "constants.inc.h"
#include "mont4.h"

static const struct mont4_modulus modulus = {
    .p = {FR_P}, .inv = FR_INV, .r1 = {FR_R1}, .r2 = {FR_R2}, .r3 = {FR_R3}};

const fr fr_zero, fr_one = {{FR_R1}};
const uint64_t fr_modulus[4] = {FR_P};

void fr_add(fr *out, const fr *a, const fr *b) { mont4_add(out->limb, a->limb, b->limb, &modulus); }
void fr_sub(fr *out, const fr *a, const fr *b) { mont4_sub(out->limb, a->limb, b->limb, &modulus); }
void fr_neg(fr *out, const fr *a) { mont4_neg(out->limb, a->limb, &modulus); }
void fr_double(fr *out, const fr *a) { mont4_add(out->limb, a->limb, a->limb, &modulus); }
void fr_mul(fr *out, const fr *a, const fr *b) { mont4_mul(out->limb, a->limb, b->limb, &modulus); }
void fr_sqr(fr *out, const fr *a) { mont4_sqr(out->limb, a->limb, &modulus); }
void fr_inv(fr *out, const fr *a) { mont4_inv(out->limb, a->limb, &modulus); }
void fr_inv_vartime(fr *out, const fr *a) { mont4_inv_vartime(out->limb, a->limb, &modulus); }

#define FIELD    fr
#define FN(name) fr_##name
#include "batch_inv.inc.h"

void fr_pow_vartime(fr *out, const fr *base, const uint64_t exponent[4])
{
    mont4_pow_vartime(out->limb, base->limb, exponent, &modulus);
}

/* Tonelli and Shanks, with r - 1 = 2^28 t. Throughout root^2 = a * rest, and rest lies in the group of order
 * 2^28 that unity = 5^t generates; each round multiplies rest by a square of that group so that its order
 * falls. */
enum roam_err fr_sqrt_vartime(fr *out, const fr *a)
{
    static const uint64_t half_t[4] = {FR_HALF_T}; /* (t - 1)/2 */
    fr root, rest, unity = {{FR_ROOT_OF_UNITY}};
    fr_pow_vartime(&rest, a, half_t);
    fr_mul(&root, &rest, a);     /* a^((t+1)/2) */
    fr_mul(&rest, &rest, &root); /* a^t */
    int unity_log = 28;
    while (!fr_equal(&rest, &fr_one) && !fr_is_zero(a)) {
        fr square = rest;
        int rest_log = 0; /* the order of rest is 2^rest_log */
        for (; !fr_equal(&square, &fr_one); rest_log++) {
            if (rest_log == unity_log - 1) return ROAM_E_RANGE;
            fr_sqr(&square, &square);
        }
        for (; unity_log > rest_log + 1; unity_log--) fr_sqr(&unity, &unity);
        fr_mul(&root, &root, &unity);
        fr_sqr(&unity, &unity);
        unity_log--;
        fr_mul(&rest, &rest, &unity);
    }
    mont4_smaller_of_pair(out->limb, root.limb, &modulus);
    return ROAM_OK;
}

bool fr_equal(const fr *a, const fr *b) { return mont4_equal(a->limb, b->limb); }
bool fr_is_zero(const fr *a) { return mont4_is_zero(a->limb); }
void fr_select(fr *out, uint64_t choose, const fr *a, const fr *b)
{
    limbs4_select(out->limb, (uint64_t)0 - choose, a->limb, b->limb);
}

void fr_from_u64(fr *out, uint64_t value) { fr_from_u128(out, value, 0); }
void fr_from_u128(fr *out, uint64_t low, uint64_t high)
{
    mont4_from_limbs_unchecked(out->limb, (const uint64_t[4]){low, high, 0, 0}, &modulus);
}

void fr_to_limbs(uint64_t limbs[4], const fr *a) { mont4_to_limbs(limbs, a->limb, &modulus); }
enum roam_err fr_from_limbs(fr *out, const uint64_t limbs[4])
{
    return mont4_from_limbs(out->limb, limbs, &modulus);
}
enum roam_err fr_from_le(fr *out, const uint8_t bytes[32])
{
    return mont4_from_le(out->limb, bytes, &modulus);
}
enum roam_err fr_from_be(fr *out, const uint8_t bytes[32])
{
    return mont4_from_be(out->limb, bytes, &modulus);
}
void fr_to_le(uint8_t bytes[32], const fr *a) { mont4_to_le(bytes, a->limb, &modulus); }
void fr_to_be(uint8_t bytes[32], const fr *a) { mont4_to_be(bytes, a->limb, &modulus); }
void fr_from_wide(fr *out, const uint8_t bytes[64]) { mont4_from_wide(out->limb, bytes, &modulus); }

enum roam_err fr_from_decimal(fr *out, const char *text, size_t size)
{
    return mont4_from_decimal(out->limb, text, size, &modulus);
}

char *fr_to_decimal(char text[80], const fr *a) { return mont4_to_decimal(text, a->limb, &modulus); }
