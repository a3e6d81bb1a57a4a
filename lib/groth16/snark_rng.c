#include "snark_rng.h"

#include "endian.h"
#include "point_form.h"

#include <string.h>

enum { DOUBLE_ROUNDS = 10, BLOCK_WORDS = 16 };

static uint32_t rotate(uint32_t x, unsigned bits) { return x << bits | x >> (32 - bits); }

static void quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
    *a += *b;
    *d = rotate(*d ^ *a, 16);
    *c += *d;
    *b = rotate(*b ^ *c, 12);
    *a += *b;
    *d = rotate(*d ^ *a, 8);
    *c += *d;
    *b = rotate(*b ^ *c, 7);
}

static void next_block(struct snark_rng *rng)
{
    uint32_t start[BLOCK_WORDS] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}, *v = rng->block;
    memcpy(start + 4, rng->key, sizeof rng->key);
    memcpy(start + 12, rng->counter, sizeof rng->counter);
    memcpy(v, start, sizeof start);
    for (int round = 0; round < DOUBLE_ROUNDS; round++) {
        for (int i = 0; i < 4; i++) quarter_round(&v[i], &v[4 + i], &v[8 + i], &v[12 + i]);
        for (int i = 0; i < 4; i++)
            quarter_round(&v[i], &v[4 + (i + 1) % 4], &v[8 + (i + 2) % 4], &v[12 + (i + 3) % 4]);
    }
    for (int i = 0; i < BLOCK_WORDS; i++) v[i] += start[i];
    for (int i = 0; i < 4 && ++rng->counter[i] == 0; i++) continue;
    rng->used = 0;
}

void snark_rng_init(struct snark_rng *rng, const uint8_t seed[SNARK_SEED_SIZE])
{
    *rng = (struct snark_rng){.used = BLOCK_WORDS};
    for (size_t i = 0; i < 8; i++) rng->key[i] = load_be32(seed + 4 * i);
}

uint32_t snark_rng_u32(struct snark_rng *rng)
{
    if (rng->used == BLOCK_WORDS) next_block(rng);
    return rng->block[rng->used++];
}

/* Four limbs of 254 bits in all, least significant first, each high word before low word; again until <
 * modulus. */
static void draw_limbs(struct snark_rng *rng, uint64_t limbs[4], const uint64_t modulus[4])
{
    bool below;
    do {
        for (int i = 0; i < 4; i++) {
            uint64_t high = snark_rng_u32(rng);
            limbs[i] = high << 32 | snark_rng_u32(rng);
        }
        limbs[3] &= UINT64_MAX >> 2;
        below = false;
        for (int i = 0; i < 4; i++) below = limbs[i] < modulus[i] || (limbs[i] == modulus[i] && below);
    } while (!below);
}

void snark_rng_fr(struct snark_rng *rng, fr *out) { draw_limbs(rng, out->limb, fr_modulus); }

/* x, then one bit: whether y is the larger of its pair; x is drawn again if the curve has no such point. */
void snark_rng_g1(struct snark_rng *rng, g1_affine *out)
{
    fp b, square;
    bool larger;
    fp_from_u64(&b, 3);
    do {
        draw_limbs(rng, out->x.limb, fp_modulus);
        larger = snark_rng_u32(rng) & 1;
        fp_sqr(&square, &out->x);
        fp_mul(&square, &square, &out->x);
        fp_add(&square, &square, &b);
    } while (fp_sqrt_vartime(&out->y, &square) != ROAM_OK);
    if (fp_is_large(&out->y) != larger) fp_neg(&out->y, &out->y);
}

/* y^2 - x^3 at the generator */
static void twist_b(fp2 *b)
{
    fp2 cube;
    fp2_sqr(&cube, &g2_generator.x);
    fp2_mul(&cube, &cube, &g2_generator.x);
    fp2_sqr(b, &g2_generator.y);
    fp2_sub(b, b, &cube);
}

/* Multiplies by 2p - r, the index of the group in the curve. The point is not in the group yet, so g2_mul,
 * which may use what holds there only, does not serve. */
static void clear_cofactor(g2_affine *point)
{
    static const uint64_t cofactor[4] = {0x345f2299c0f9fa8d, 0x06ceecda572a2489, 0xb85045b68181585e,
                                         0x30644e72e131a029};
    g2 sum = g2_infinity;
    for (int i = 255; i >= 0; i--) {
        g2_double(&sum, &sum);
        if (cofactor[i / 64] >> (i % 64) & 1) g2_add_affine_vartime(&sum, &sum, point);
    }
    g2_to_affine(point, &sum);
}

void snark_rng_g2(struct snark_rng *rng, g2_affine *out)
{
    fp2 b, square;
    bool larger;
    twist_b(&b);
    do {
        draw_limbs(rng, out->x.c0.limb, fp_modulus);
        draw_limbs(rng, out->x.c1.limb, fp_modulus);
        larger = snark_rng_u32(rng) & 1;
        fp2_sqr(&square, &out->x);
        fp2_mul(&square, &square, &out->x);
        fp2_add(&square, &square, &b);
    } while (fp2_sqrt_vartime(&out->y, &square) != ROAM_OK);
    if (fp2_is_large(&out->y) != larger) fp2_neg(&out->y, &out->y);
    clear_cofactor(out);
}
