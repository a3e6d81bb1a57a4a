#include "point_form.h"

#include "endian.h"

static bool less(const uint64_t a[4], const uint64_t b[4])
{
    for (int i = 3; i >= 0; i--)
        if (a[i] != b[i]) return a[i] < b[i];
    return false;
}

static enum roam_err limbs_from_file(uint64_t limbs[4], const uint8_t bytes[32], const uint64_t modulus[4])
{
    for (size_t i = 0; i < 4; i++) limbs[i] = load_le64(bytes + 8 * i);
    return less(limbs, modulus) ? ROAM_OK : ROAM_E_RANGE;
}

static void limbs_to_file(uint8_t bytes[32], const uint64_t limbs[4])
{
    for (size_t i = 0; i < 4; i++) store_le64(bytes + 8 * i, limbs[i]);
}

enum roam_err fr_from_file(fr *out, const uint8_t bytes[32])
{
    return limbs_from_file(out->limb, bytes, fr_modulus);
}

void fr_to_file(uint8_t bytes[32], const fr *a) { limbs_to_file(bytes, a->limb); }

enum roam_err g1_from_file(g1_affine *out, const uint8_t bytes[G1_FORM_SIZE])
{
    ROAM_TRY(limbs_from_file(out->x.limb, bytes, fp_modulus));
    ROAM_TRY(limbs_from_file(out->y.limb, bytes + 32, fp_modulus));
    return g1_affine_is_valid(out) ? ROAM_OK : ROAM_E_POINT;
}

enum roam_err g2_from_file(g2_affine *out, const uint8_t bytes[G2_FORM_SIZE])
{
    ROAM_TRY(limbs_from_file(out->x.c0.limb, bytes, fp_modulus));
    ROAM_TRY(limbs_from_file(out->x.c1.limb, bytes + 32, fp_modulus));
    ROAM_TRY(limbs_from_file(out->y.c0.limb, bytes + 64, fp_modulus));
    ROAM_TRY(limbs_from_file(out->y.c1.limb, bytes + 96, fp_modulus));
    return g2_affine_is_on_curve(out) ? ROAM_OK : ROAM_E_POINT;
}

void g1_to_file(uint8_t bytes[G1_FORM_SIZE], const g1_affine *p)
{
    limbs_to_file(bytes, p->x.limb);
    limbs_to_file(bytes + 32, p->y.limb);
}

void g2_to_file(uint8_t bytes[G2_FORM_SIZE], const g2_affine *p)
{
    limbs_to_file(bytes, p->x.c0.limb);
    limbs_to_file(bytes + 32, p->x.c1.limb);
    limbs_to_file(bytes + 64, p->y.c0.limb);
    limbs_to_file(bytes + 96, p->y.c1.limb);
}

static void fp2_to_be(uint8_t bytes[64], const fp2 *a)
{
    fp_to_be(bytes, &a->c1);
    fp_to_be(bytes + 32, &a->c0);
}

void g1_uncompressed(uint8_t bytes[G1_FORM_SIZE], const g1_affine *p)
{
    fp_to_be(bytes, &p->x);
    fp_to_be(bytes + 32, &p->y);
}

void g2_uncompressed(uint8_t bytes[G2_FORM_SIZE], const g2_affine *p)
{
    fp2_to_be(bytes, &p->x);
    fp2_to_be(bytes + 64, &p->y);
}

bool fp_is_large(const fp *y)
{
    uint64_t limbs[4], half[4];
    for (int i = 0; i < 4; i++) half[i] = fp_modulus[i] >> 1 | (i < 3 ? fp_modulus[i + 1] << 63 : 0);
    fp_to_limbs(limbs, y);
    return less(half, limbs);
}

bool fp2_is_large(const fp2 *y) { return fp_is_large(fp_is_zero(&y->c1) ? &y->c0 : &y->c1); }

void g1_compressed(uint8_t bytes[G1_FORM_SIZE / 2], const g1_affine *p)
{
    fp_to_be(bytes, &p->x);
    if (g1_affine_is_infinity(p)) bytes[0] |= 0x40;
    if (fp_is_large(&p->y)) bytes[0] |= 0x80;
}

void g2_compressed(uint8_t bytes[G2_FORM_SIZE / 2], const g2_affine *p)
{
    fp2_to_be(bytes, &p->x);
    if (g2_affine_is_infinity(p)) bytes[0] |= 0x40;
    if (fp2_is_large(&p->y)) bytes[0] |= 0x80;
}
