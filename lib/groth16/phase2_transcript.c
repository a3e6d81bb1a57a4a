#include "phase2_transcript.h"

#include "ct.h"
#include "point_form.h"

void transcript_add_g1(struct blake2b_stream *hash, const g1_affine *p)
{
    uint8_t bytes[G1_FORM_SIZE];
    g1_uncompressed(bytes, p);
    blake2b_stream_update(hash, bytes, sizeof bytes);
}

void transcript_add_g2(struct blake2b_stream *hash, const g2_affine *p)
{
    uint8_t bytes[G2_FORM_SIZE];
    g2_uncompressed(bytes, p);
    blake2b_stream_update(hash, bytes, sizeof bytes);
}

void transcript_add_contribution(struct blake2b_stream *hash, const struct zkey_contribution *contribution)
{
    transcript_add_g1(hash, &contribution->delta_after);
    transcript_add_g1(hash, &contribution->g1_s);
    transcript_add_g1(hash, &contribution->g1_sx);
    transcript_add_g2(hash, &contribution->g2_spx);
    blake2b_stream_update(hash, contribution->transcript, sizeof contribution->transcript);
}

void transcript_of(uint8_t out[BLAKE2B_SIZE], const struct zkey *key, size_t index, const g1_affine *g1_s,
                   const g1_affine *g1_sx)
{
    struct blake2b_stream hash;
    blake2b_stream_init(&hash);
    blake2b_stream_update(&hash, key->circuit_hash, sizeof key->circuit_hash);
    for (size_t i = 0; i < index; i++) transcript_add_contribution(&hash, &key->contributions[i]);
    transcript_add_g1(&hash, g1_s);
    transcript_add_g1(&hash, g1_sx);
    blake2b_stream_digest(out, &hash);
}

void transcript_to_g2(g2_affine *out, const uint8_t transcript[BLAKE2B_SIZE])
{
    struct snark_rng rng;
    snark_rng_init(&rng, transcript);
    snark_rng_g2(&rng, out);
}

void phase2_contribution_hash(uint8_t out[64], const struct zkey_contribution *contribution)
{
    struct blake2b_stream hash;
    blake2b_stream_init(&hash);
    transcript_add_contribution(&hash, contribution);
    blake2b_stream_digest(out, &hash);
}

static void multiply_g1(g1_affine *out, const g1_affine *p, const fr *x)
{
    g1 product;
    g1_from_affine(&product, p);
    g1_mul(&product, &product, x);
    g1_to_affine(out, &product);
    roam_wipe(&product, sizeof product);
}

static void multiply_g2(g2_affine *out, const g2_affine *p, const fr *x)
{
    g2 product;
    g2_from_affine(&product, p);
    g2_mul(&product, &product, x);
    g2_to_affine(out, &product);
    roam_wipe(&product, sizeof product);
}

void phase2_draw(struct zkey_contribution *out, fr *x, const struct zkey *key, struct snark_rng *rng)
{
    g2_affine g2_sp;
    snark_rng_fr(rng, x);
    snark_rng_g1(rng, &out->g1_s);
    multiply_g1(&out->g1_sx, &out->g1_s, x);
    transcript_of(out->transcript, key, key->contribution_count, &out->g1_s, &out->g1_sx);
    transcript_to_g2(&g2_sp, out->transcript);
    multiply_g2(&out->g2_spx, &g2_sp, x);
}
