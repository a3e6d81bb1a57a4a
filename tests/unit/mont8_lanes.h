/* Lanes of the eight-lane kernel as GMP's integers. */
#ifndef TEST_MONT8_LANES_H
#define TEST_MONT8_LANES_H

#include "prop.h"

#include <gmp.h>

#include "mont8.h"

#if defined(__x86_64__)
struct lanes {
    mpz_t of[8];
};

static inline void lanes_init(struct lanes *lanes)
{
    for (int k = 0; k < 8; k++) mpz_init(lanes->of[k]);
}

static inline void lanes_clear(struct lanes *lanes)
{
    for (int k = 0; k < 8; k++) mpz_clear(lanes->of[k]);
}

/* The values must be below 2^260. */
MONT8_TARGET static inline void lanes_to(mont8 *out, const struct lanes *lanes)
{
    uint64_t limb[5][8] = {{0}};
    for (int k = 0; k < 8; k++) {
        uint64_t words[5] = {0};
        assert_true(mpz_sgn(lanes->of[k]) >= 0 && mpz_sizeinbase(lanes->of[k], 2) <= 260);
        mpz_export(words, NULL, -1, 8, 0, 12, lanes->of[k]);
        for (int i = 0; i < 5; i++) limb[i][k] = words[i];
    }
    for (int i = 0; i < 5; i++) out->limb[i] = _mm512_loadu_si512(limb[i]);
}

/* Fails unless every limb is below 2^52. */
MONT8_TARGET static inline void lanes_from(struct lanes *lanes, const mont8 *a)
{
    uint64_t limb[5][8];
    for (int i = 0; i < 5; i++) _mm512_storeu_si512(limb[i], a->limb[i]);
    for (int k = 0; k < 8; k++) {
        uint64_t words[5];
        for (int i = 0; i < 5; i++) {
            words[i] = limb[i][k];
            assert_true(words[i] < (uint64_t)1 << 52);
        }
        mpz_import(lanes->of[k], 5, -1, 8, 0, 12, words);
    }
}

/* The prime whose limbs of 52 bits these are. */
static inline void prime_from(mpz_t prime, const struct mont8_modulus *m)
{
    mpz_import(prime, 5, -1, 8, 0, 12, m->p);
}

enum { EDGES = 9 };

/* The n-th value to look at first, of those below times p. */
static inline void edge_value(mpz_t out, unsigned n, unsigned times, const mpz_t prime)
{
    mpz_t end, low;
    mpz_inits(end, low, NULL);
    mpz_mul_ui(end, prime, times);
    mpz_set_ui(low, 1);
    mpz_mul_2exp(low, low, 208); /* the weight of the highest limb */
    switch (n) {
    case 0:
    case 1:
        mpz_set_ui(out, n);
        break;
    case 2: /* p, or 0 */
        mpz_mod(out, prime, end);
        break;
    case 3:
        mpz_sub_ui(out, prime, 1);
        break;
    case 4:
        mpz_sub_ui(out, end, 1);
        break;
    case 5:
        mpz_sub(out, end, prime);
        break;
    case 6: /* four limbs of ones, below p and below the end */
    case 7:
        mpz_fdiv_q(out, n == 6 ? prime : end, low);
        mpz_mul(out, out, low);
        mpz_sub_ui(out, out, 1);
        break;
    default:
        mpz_sub_ui(out, low, 1);
    }
    mpz_clears(end, low, NULL);
}

/* Eight random values below times p, with random limbs. */
static inline void random_lanes(struct lanes *lanes, unsigned times, const struct mont8_modulus *m,
                                struct roam_prng *prng)
{
    for (int k = 0; k < 8; k++) {
        uint64_t words[5];
        for (int i = 0; i < 4; i++) words[i] = prng_u64(prng) & MONT8_MASK;
        words[4] = prng_below(prng, times * m->p[4]);
        mpz_import(lanes->of[k], 5, -1, 8, 0, 12, words);
    }
}
#endif
#endif
