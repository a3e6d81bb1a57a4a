#include "ptau_hash.h"

#include "ptau_sections.h"

static enum roam_err hash_g1_points(struct blake2b_stream *hash, const uint8_t *points, size_t count,
                                    bool compressed)
{
    g1_affine p;
    uint8_t bytes[G1_FORM_SIZE];
    for (size_t i = 0; i < count; i++) {
        ROAM_TRY(g1_from_file(&p, points + i * G1_FORM_SIZE));
        if (compressed)
            g1_compressed(bytes, &p);
        else
            g1_uncompressed(bytes, &p);
        blake2b_stream_update(hash, bytes, compressed ? sizeof bytes / 2 : sizeof bytes);
    }
    return ROAM_OK;
}

static enum roam_err hash_g2_points(struct blake2b_stream *hash, const uint8_t *points, size_t count,
                                    bool compressed)
{
    g2_affine p;
    uint8_t bytes[G2_FORM_SIZE];
    for (size_t i = 0; i < count; i++) {
        ROAM_TRY(g2_from_file(&p, points + i * G2_FORM_SIZE));
        if (compressed)
            g2_compressed(bytes, &p);
        else
            g2_uncompressed(bytes, &p);
        blake2b_stream_update(hash, bytes, compressed ? sizeof bytes / 2 : sizeof bytes);
    }
    return ROAM_OK;
}

enum roam_err ptau_hash_powers(struct blake2b_stream *hash, const struct ptau *ptau, bool compressed)
{
    size_t n = ptau_size(ptau->power);
    ROAM_TRY(hash_g1_points(hash, ptau->tau_g1, ptau_tau_g1_count(ptau->power), compressed));
    ROAM_TRY(hash_g2_points(hash, ptau->tau_g2, n, compressed));
    ROAM_TRY(hash_g1_points(hash, ptau->alpha_g1, n, compressed));
    ROAM_TRY(hash_g1_points(hash, ptau->beta_g1, n, compressed));
    return hash_g2_points(hash, ptau->beta_g2, 1, compressed);
}

void ptau_finish_response(uint8_t out[BLAKE2B_SIZE], struct blake2b_stream *hash,
                          const struct ptau_contribution *contribution)
{
    const struct ptau_key *keys[3] = {&contribution->tau, &contribution->alpha, &contribution->beta};
    uint8_t bytes[G2_FORM_SIZE];
    for (int i = 0; i < 3; i++) {
        g1_uncompressed(bytes, &keys[i]->g1_s);
        g1_uncompressed(bytes + G1_FORM_SIZE, &keys[i]->g1_sx);
        blake2b_stream_update(hash, bytes, sizeof bytes);
    }
    for (int i = 0; i < 3; i++) {
        g2_uncompressed(bytes, &keys[i]->g2_spx);
        blake2b_stream_update(hash, bytes, sizeof bytes);
    }
    blake2b_stream_digest(out, hash);
}

enum roam_err ptau_response_hash(uint8_t out[64], const struct ptau_contribution *contribution)
{
    struct blake2b_stream hash;
    ROAM_TRY(blake2b_stream_restore(&hash, contribution->partial_hash));
    ptau_finish_response(out, &hash, contribution);
    return ROAM_OK;
}
