/* Keys and proofs for tests, from development setups under seeded randomness. */
#ifndef TEST_GROTH16_KEYS_H
#define TEST_GROTH16_KEYS_H

#include "groth16_fixture.h"
#include "prove.h"
#include "setup.h"

/* Memory aligned to 64 bytes; the caller frees it. */
static inline void *aligned_memory(size_t size)
{
    void *memory = aligned_alloc(64, (size / 64 + 1) * 64);
    ROAM_ASSERT(memory != NULL);
    return memory;
}

static inline struct zkey dev_key(const struct fixture *f, struct roam_prng *prng)
{
    struct zkey key;
    struct roam_env env = roam_env_seeded(prng);
    ROAM_ASSERT(setup_dev(&key, &f->system, &env, NULL, NULL) == ROAM_OK);
    return key;
}

static inline groth16_proof proof_of(const struct zkey *key, const fr *witness, struct roam_prng *prng)
{
    groth16_proof proof;
    struct roam_env env = roam_env_seeded(prng);
    struct groth16_prove_options options = {.threads = 1};
    void *scratch = aligned_memory(groth16_prove_scratch_size(key, 1));
    ROAM_ASSERT(groth16_prove(&proof, key, witness, key->wire_count, &options, &env, scratch, NULL) ==
                ROAM_OK);
    free(scratch);
    return proof;
}

static inline fr random_fr(struct roam_prng *prng)
{
    uint8_t bytes[64];
    fr value;
    prng_bytes(prng, bytes, sizeof bytes);
    fr_from_wide(&value, bytes);
    return value;
}

static inline g1_affine scaled_g1(const g1_affine *p, const fr *scalar)
{
    g1 product;
    g1_affine out;
    g1_from_affine(&product, p);
    g1_mul_vartime(&product, &product, scalar);
    g1_to_affine(&out, &product);
    return out;
}

static inline g2_affine scaled_g2(const g2_affine *p, const fr *scalar)
{
    g2 product;
    g2_affine out;
    g2_from_affine(&product, p);
    g2_mul_vartime(&product, &product, scalar);
    g2_to_affine(&out, &product);
    return out;
}

static inline g1_affine sum_g1(const g1_affine *p, const g1_affine *q)
{
    g1 sum;
    g1_affine out;
    g1_from_affine(&sum, p);
    g1_add_affine_vartime(&sum, &sum, q);
    g1_to_affine(&out, &sum);
    return out;
}

static inline g2_affine sum_g2(const g2_affine *p, const g2_affine *q)
{
    g2 sum;
    g2_affine out;
    g2_from_affine(&sum, p);
    g2_add_affine_vartime(&sum, &sum, q);
    g2_to_affine(&out, &sum);
    return out;
}

/* A point of the twist that is not in G2: nearly every point that one finds by its x is such. */
static inline g2_affine twist_point_outside_g2(void)
{
    g2_affine p = g2_generator;
    fp2 b, cube;
    fp2_sqr(&cube, &p.x);
    fp2_mul(&cube, &cube, &p.x);
    fp2_sqr(&b, &p.y);
    fp2_sub(&b, &b, &cube);
    p.x = fp2_zero;
    do {
        fp2_add(&p.x, &p.x, &fp2_one);
        fp2_sqr(&cube, &p.x);
        fp2_mul(&cube, &cube, &p.x);
        fp2_add(&cube, &cube, &b);
    } while (fp2_sqrt_vartime(&p.y, &cube) != ROAM_OK);
    ROAM_ASSERT(g2_affine_is_on_curve(&p) && !g2_affine_is_valid_vartime(&p));
    return p;
}

#endif
