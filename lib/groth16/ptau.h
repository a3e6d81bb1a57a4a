/* Powers of tau, phase 1 of the ceremony, in snarkjs's .ptau files (version 1): n = 2^power,
 *   section 2  tau^i G1, i < 2n - 1        4  alpha tau^i G1, i < n      6  beta G2
 *           3  tau^i G2, i < n             5  beta tau^i G1, i < n       7  contributions
 * and, once prepared for phase 2, the Lagrange forms 12 to 15 of sections 2 to 5: for every k <= power (for
 * section 2 also power + 1) the 2^k sums L_j = 2^-k sum_i omega^(-ij) P_i. Equal to snarkjs 0.7.6's
 * `powersoftau` commands, byte for byte where no randomness is involved.
 *
 * tau, alpha and beta are products of the secrets of all contributors; the file is sound if one of them
 * forgot his. */
#ifndef PTAU_H
#define PTAU_H

#include "ceremony_seed.h"
#include "g2.h"

enum { PTAU_POWER_MIN = 1, PTAU_POWER_MAX = 28 };

/* Knowledge of x: g1_sx = x g1_s, g2_spx = x g2_sp, where g2_sp follows from the challenge, g1_s and g1_sx.
 */
struct ptau_key {
    g1_affine g1_s, g1_sx;
    g2_affine g2_spx;
};

struct ptau_contribution {
    /* After the contribution: */
    g1_affine tau_g1, alpha_g1, beta_g1;
    g2_affine tau_g2, beta_g2;
    struct ptau_key tau, alpha, beta;
    uint8_t partial_hash[216]; /* blake2b_stream_save before the keys were hashed */
    uint8_t next_challenge[64];
    struct ceremony_note note;
};

/* A view of a file: the sections point into bytes that stay the caller's, points in file form (point_form.h).
 */
struct ptau {
    unsigned power, ceremony_power; /* power < ceremony_power if the file was cut down */
    const uint8_t *tau_g1, *tau_g2, *alpha_g1, *beta_g1, *beta_g2;
    bool prepared;
    const uint8_t *lagrange_tau_g1, *lagrange_tau_g2, *lagrange_alpha_g1, *lagrange_beta_g1; /* if prepared */
    struct binfile_cursor record; /* section 7 as it stands */
    const uint8_t *end;           /* of the file */
    size_t contribution_count;
    struct ptau_contribution *contributions; /* allocated */
};

/* Where the Lagrange form of size 2^log_size begins, in points. */
static inline size_t ptau_lagrange_offset(unsigned log_size) { return ((size_t)1 << log_size) - 1; }

/* Reads the shape of a file and its contributions, whose points are checked to be in their groups; the points
 * of the sections are not looked at. ptau_release frees the contributions. ROAM_E_FORMAT, ROAM_E_VERSION,
 * ROAM_E_RANGE (another curve, coordinates), ROAM_E_LIMIT (power, sections), ROAM_E_COUNT (sections of a
 * wrong size), ROAM_E_POINT, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err ptau_parse(struct ptau *out, const uint8_t *bytes, size_t size,
                                       struct roam_diag *diag);
void ptau_release(struct ptau *ptau);

/* The makers below write a whole file to out; a buffer must be empty. They return ROAM_E_LIMIT or
 * ROAM_E_NOMEM if a buffer cannot grow, ROAM_E_LIMIT for an argument, ROAM_E_CANCELLED, and what is said. */

/* A file without contributions: tau = alpha = beta = 1. */
ROAM_MUST_USE enum roam_err ptau_new(struct roam_buf *out, unsigned power, struct roam_diag *diag);

/* ptau with one more contribution, not prepared. The secrets come from env's randomness and entropy and are
 * wiped. ROAM_E_UNSUPPORTED (a file that was cut down), ROAM_E_POINT or ROAM_E_RANGE (a bad point in a
 * section). */
ROAM_MUST_USE enum roam_err ptau_contribute(struct roam_buf *out, const struct ptau *ptau, const char *name,
                                            const char *entropy, const struct roam_env *env, unsigned threads,
                                            const struct roam_progress *progress, struct roam_diag *diag);
/* The same with secrets drawn from a public beacon, as the last contribution. */
ROAM_MUST_USE enum roam_err ptau_beacon(struct roam_buf *out, const struct ptau *ptau, const char *name,
                                        const uint8_t *beacon, size_t beacon_size, unsigned log_iterations,
                                        unsigned threads, const struct roam_progress *progress,
                                        struct roam_diag *diag);

/* ptau with its Lagrange forms, written to out from the first byte to the last. Memory is for the largest
 * transform, 2^(power + 8) bytes, and some MB for each thread. ROAM_E_POINT or ROAM_E_RANGE, or out's error;
 * what has been written by then is worth nothing. */
ROAM_MUST_USE enum roam_err ptau_prepare(const struct roam_sink *out, const struct ptau *ptau,
                                         unsigned threads, const struct roam_progress *progress,
                                         struct roam_diag *diag);

/* Everything that makes a file trustworthy up to "one contributor was honest": every point in its group, the
 * powers follow from tau, alpha and beta, each contribution follows from the one before with proofs of
 * knowledge and the right challenge, beacons are what they say, the last hash matches the contents (unless
 * cut down), tau, alpha and beta are not 1, Lagrange forms (if prepared) belong to the powers. Ratios are
 * checked by random linear combination with 128 bits from env. ROAM_E_INSECURE (no contribution, or some of
 * the three is 1), ROAM_E_VERIFY with the first thing that is wrong, ROAM_E_POINT, ROAM_E_RANGE,
 * ROAM_E_NOMEM, ROAM_E_CANCELLED. */
ROAM_MUST_USE enum roam_err ptau_verify(const struct ptau *ptau, const struct roam_env *env, unsigned threads,
                                        const struct roam_progress *progress, struct roam_diag *diag);

/* The hash that a contributor publishes to be found in the record. ROAM_E_FORMAT if the kept state is
 * impossible. */
ROAM_MUST_USE enum roam_err ptau_response_hash(uint8_t out[64], const struct ptau_contribution *contribution);

/* The name of the public file (Perpetual Powers of Tau, Hermez, powers 8 to 28) with this BLAKE2b-512 of all
 * its bytes, or NULL. Source: the table in snarkjs's README. */
const char *ptau_public_file(const uint8_t hash[64]);

#endif
