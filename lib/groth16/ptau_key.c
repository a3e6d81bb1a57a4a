#include "ptau_key.h"

#include "blake2b_stream.h"
#include "ct.h"
#include "ptau_sections.h"

static void hash_g1(struct blake2b_stream *hash, const g1_affine *p)
{
    uint8_t bytes[G1_FORM_SIZE];
    g1_uncompressed(bytes, p);
    blake2b_stream_update(hash, bytes, sizeof bytes);
}

void ptau_key_base(g2_affine *out, enum ptau_secret which, const uint8_t challenge[64], const g1_affine *g1_s,
                   const g1_affine *g1_sx)
{
    struct blake2b_stream hash;
    struct snark_rng rng;
    uint8_t tag = (uint8_t)which, digest[BLAKE2B_SIZE];
    blake2b_stream_init(&hash);
    blake2b_stream_update(&hash, &tag, 1);
    blake2b_stream_update(&hash, challenge, BLAKE2B_SIZE);
    hash_g1(&hash, g1_s);
    hash_g1(&hash, g1_sx);
    blake2b_stream_digest(digest, &hash);
    snark_rng_init(&rng, digest);
    snark_rng_g2(&rng, out);
}

static void prove_knowledge(struct ptau_key *out, const fr *x, enum ptau_secret which,
                            const uint8_t challenge[64], struct snark_rng *rng)
{
    g1 product1;
    g2 product2;
    g2_affine base;
    snark_rng_g1(rng, &out->g1_s);
    g1_from_affine(&product1, &out->g1_s);
    g1_mul(&product1, &product1, x);
    g1_to_affine(&out->g1_sx, &product1);
    ptau_key_base(&base, which, challenge, &out->g1_s, &out->g1_sx);
    g2_from_affine(&product2, &base);
    g2_mul(&product2, &product2, x);
    g2_to_affine(&out->g2_spx, &product2);
    roam_wipe(&product1, sizeof product1);
    roam_wipe(&product2, sizeof product2);
}

void ptau_draw(struct ptau_secrets *secrets, struct ptau_contribution *out, const uint8_t challenge[64],
               struct snark_rng *rng)
{
    snark_rng_fr(rng, &secrets->tau);
    snark_rng_fr(rng, &secrets->alpha);
    snark_rng_fr(rng, &secrets->beta);
    prove_knowledge(&out->tau, &secrets->tau, PTAU_TAU, challenge, rng);
    prove_knowledge(&out->alpha, &secrets->alpha, PTAU_ALPHA, challenge, rng);
    prove_knowledge(&out->beta, &secrets->beta, PTAU_BETA, challenge, rng);
}

static enum roam_err hash_repeated(struct blake2b_stream *hash, const uint8_t *bytes, size_t size,
                                   size_t count, const struct roam_progress *progress)
{
    for (size_t i = 0; i < count; i++) {
        if (i % (1 << 20) == 0 && !progress_step(progress, "hashing the first challenge", i, count))
            return ROAM_E_CANCELLED;
        blake2b_stream_update(hash, bytes, size);
    }
    return ROAM_OK;
}

enum roam_err ptau_first_challenge(uint8_t challenge[64], unsigned power,
                                   const struct roam_progress *progress)
{
    struct blake2b_stream hash;
    uint8_t digest[BLAKE2B_SIZE], g1_bytes[G1_FORM_SIZE], g2_bytes[G2_FORM_SIZE];
    size_t n = ptau_size(power);
    g1_uncompressed(g1_bytes, &g1_generator);
    g2_uncompressed(g2_bytes, &g2_generator);
    blake2b_stream_init(&hash);
    blake2b_stream_digest(digest, &hash);
    blake2b_stream_update(&hash, digest, sizeof digest);
    ROAM_TRY(hash_repeated(&hash, g1_bytes, sizeof g1_bytes, ptau_tau_g1_count(power), progress));
    ROAM_TRY(hash_repeated(&hash, g2_bytes, sizeof g2_bytes, n, progress));
    ROAM_TRY(hash_repeated(&hash, g1_bytes, sizeof g1_bytes, 2 * n, progress));
    ROAM_TRY(hash_repeated(&hash, g2_bytes, sizeof g2_bytes, 1, progress));
    blake2b_stream_digest(challenge, &hash);
    return ROAM_OK;
}
