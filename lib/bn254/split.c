#include "split.h"

#include "checked.h"
#include "mont4.h"

/* round(a * b / 2^256) */
static void mul_high(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
    uint64_t t[9] = {0};
    t[3] = (uint64_t)1 << 63;
    for (int i = 0; i < 4; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 4; j++) t[i + j] = limb_mul_add(a[i], b[j], t[i + j], &carry);
        for (int j = i + 4; j < 8; j++) t[j] = limb_mul_add(0, 0, t[j], &carry);
    }
    mont4_copy(out, t + 4);
}

/* out -= a * b mod 2^256 */
static void sub_product(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
    uint64_t t[4] = {0};
    for (int i = 0; i < 4; i++) {
        uint64_t carry = 0;
        for (int j = 0; i + j < 4; j++) t[i + j] = limb_mul_add(a[i], b[j], t[i + j], &carry);
    }
    limbs4_sub(out, out, t);
}

/* Subtracts from (scalar, 0, ..) the lattice vector whose coordinates are its own, rounded. */
void split_scalar(struct split_part parts[], const uint64_t scalar[4], const struct split_lattice *lattice)
{
    uint64_t rest[SPLIT_MAX][4] = {{scalar[0], scalar[1], scalar[2], scalar[3]}};
    for (int j = 0; j < lattice->dims; j++) {
        uint64_t coordinate[4];
        mul_high(coordinate, scalar, lattice->reciprocal[j]);
        for (int i = 0; i < lattice->dims; i++) sub_product(rest[i], coordinate, lattice->basis[j][i]);
    }
    for (int i = 0; i < lattice->dims; i++) {
        uint64_t negative = (uint64_t)0 - (rest[i][3] >> 63);
        uint64_t carry = negative & ~ct_mask_nonzero(rest[i][0]) & 1; /* of ~rest + 1 */
        parts[i].magnitude[0] = (rest[i][0] ^ negative) - negative;
        parts[i].magnitude[1] = (rest[i][1] ^ negative) + carry;
        parts[i].negative = negative;
    }
    roam_wipe(rest, sizeof rest);
}

void split_windows(int8_t digits[], int count, const struct split_part *part)
{
    uint64_t carry = 0;
    for (int i = 0; i < count; i++) {
        uint64_t digit = (part->magnitude[i / 16] >> (i % 16 * 4) & 15) + carry;
        carry = (digit + 7) >> 4; /* 1 above 8 */
        digit -= carry << 4;
        digits[i] = (int8_t)((digit ^ part->negative) - part->negative);
    }
}

int split_wnaf_vartime(int8_t digits[128], const struct split_part *part)
{
    u128 rest = (u128)part->magnitude[1] << 64 | part->magnitude[0];
    int used = 0;
    for (int i = 0; i < 128; i++, rest >>= 1) {
        digits[i] = 0;
        if ((rest & 1) == 0) continue;
        int digit = (int)(rest & 31);
        if (digit > 16) digit -= 32;
        if (digit > 0)
            rest -= (unsigned)digit;
        else
            rest += (unsigned)-digit;
        digits[i] = (int8_t)(part->negative ? -digit : digit);
        used = i + 1;
    }
    return used;
}
