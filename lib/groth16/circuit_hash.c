#include "circuit_hash.h"

#include "endian.h"
#include "phase2_transcript.h"
#include "ptau_sections.h"

enum { HASH_CHUNK = 1 << 14 };

static void add_count(struct blake2b_stream *hash, size_t count)
{
    uint8_t bytes[4];
    store_be32(bytes, (uint32_t)count);
    blake2b_stream_update(hash, bytes, sizeof bytes);
}

static void add_g1_list(struct blake2b_stream *hash, const g1_affine *points, size_t count)
{
    add_count(hash, count);
    for (size_t i = 0; i < count; i++) transcript_add_g1(hash, &points[i]);
}

static void add_g2_list(struct blake2b_stream *hash, const g2_affine *points, size_t count)
{
    add_count(hash, count);
    for (size_t i = 0; i < count; i++) transcript_add_g2(hash, &points[i]);
}

/* (tau^(n+i) - tau^i) G1 */
static enum roam_err add_difference(struct blake2b_stream *hash, const struct ptau *ptau, size_t n, size_t i)
{
    g1_affine upper, lower;
    g1 difference;
    ROAM_TRY(g1_from_file(&upper, ptau->tau_g1 + (n + i) * G1_FORM_SIZE));
    ROAM_TRY(g1_from_file(&lower, ptau->tau_g1 + i * G1_FORM_SIZE));
    g1_affine_neg(&lower, &lower);
    g1_from_affine(&difference, &upper);
    g1_add_affine_vartime(&difference, &difference, &lower);
    g1_to_affine(&lower, &difference);
    transcript_add_g1(hash, &lower);
    return ROAM_OK;
}

/* Of the list that is counted as n - 1. */
static size_t hashed_points(size_t n) { return n - 1 <= HASH_CHUNK ? n - 1 : n; }

enum roam_err circuit_hash_check(size_t domain_size, const struct ptau *ptau, struct roam_diag *diag)
{
    if (domain_size + hashed_points(domain_size) <= ptau_tau_g1_count(ptau->power)) return ROAM_OK;
    return roam_diag(diag, ROAM_E_UNSUPPORTED, "a circuit of 2^%u rows needs a ptau file of a higher power",
                     ptau->power);
}

static enum roam_err add_h_list(struct blake2b_stream *hash, const struct ptau *ptau, size_t n)
{
    add_count(hash, n - 1);
    for (size_t i = 0; i < hashed_points(n); i++) ROAM_TRY(add_difference(hash, ptau, n, i));
    return ROAM_OK;
}

enum roam_err circuit_hash(uint8_t out[64], const struct zkey *key, const struct ptau *ptau,
                           struct roam_diag *diag)
{
    struct blake2b_stream hash;
    ROAM_TRY(circuit_hash_check(key->domain_size, ptau, diag));
    blake2b_stream_init(&hash);
    transcript_add_g1(&hash, &key->alpha1);
    transcript_add_g1(&hash, &key->beta1);
    transcript_add_g2(&hash, &key->beta2);
    transcript_add_g2(&hash, &key->gamma2);
    transcript_add_g1(&hash, &key->delta1);
    transcript_add_g2(&hash, &key->delta2);
    add_g1_list(&hash, key->ic, (size_t)key->public_count + 1);
    ROAM_TRY(add_h_list(&hash, ptau, key->domain_size));
    add_g1_list(&hash, key->c, key->wire_count - key->public_count - 1);
    add_g1_list(&hash, key->a, key->wire_count);
    add_g1_list(&hash, key->b1, key->wire_count);
    add_g2_list(&hash, key->b2, key->wire_count);
    blake2b_stream_digest(out, &hash);
    return ROAM_OK;
}
