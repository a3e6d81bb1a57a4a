/* snarkjs's .zkey files, version 1, protocol Groth16: the proving key of one circuit and the record of its
 * ceremony.
 *
 * Sections: 1 protocol, 2 header (alpha1 beta1 beta2 gamma2 delta1 delta2 in this order), 3 IC, 4 the terms
 * of A and B, 5 A, 6 B1, 7 B2, 8 C, 9 H, 10 ceremony. With u_i, v_i, w_i the polynomials of wire i over the
 * domain, A_i = u_i(tau) G1, B1_i = v_i(tau) G1, B2_i = v_i(tau) G2, C_i = (beta u_i + alpha v_i + w_i)(tau)
 * / delta G1 for private wires, IC_i the same without /delta for public ones, H_i = L_(2i+1)(tau) / delta G1,
 * L the Lagrange basis of the domain of twice the size. gamma is 1, so gamma2 is the generator. Rows after
 * the constraints bind wires 0 .. public_count to A, one each. */
#ifndef ZKEY_H
#define ZKEY_H

#include "ceremony_note.h"
#include "groth16.h"

enum { ZKEY_LOG_DOMAIN_MAX = 27 };

enum { ZKEY_MATRIX_A, ZKEY_MATRIX_B };

/* One coefficient of A or B. */
struct zkey_term {
    uint32_t matrix, row, wire;
    fr value;
};

/* One contribution to delta. Its maker knew x: delta_after = x delta_before, g1_sx = x g1_s, g2_spx = x g2_sp
 * with g2_sp drawn from the transcript. */
struct zkey_contribution {
    g1_affine delta_after, g1_s, g1_sx;
    g2_affine g2_spx;
    uint8_t transcript[64];
    struct ceremony_note note;
};

/* In memory all arrays are allocated and belong to the key: zkey_release. Shared by threads once made. */
struct zkey {
    uint32_t wire_count, public_count; /* public_count without wire 0 */
    unsigned log_domain;
    size_t domain_size; /* 2^log_domain */
    g1_affine alpha1, beta1, delta1;
    g2_affine beta2, gamma2, delta2;
    g1_affine *ic; /* [public_count + 1] */
    g1_affine *a;  /* [wire_count] */
    g1_affine *b1; /* [wire_count] */
    g2_affine *b2; /* [wire_count] */
    g1_affine *c;  /* [wire_count - public_count - 1] */
    g1_affine *h;  /* [domain_size] */
    size_t term_count;
    struct zkey_term *terms;
    uint8_t circuit_hash[64];
    size_t contribution_count;
    struct zkey_contribution *contributions;
};

/* Reads a key from a file's bytes. Every point is checked to be on its curve, alpha to delta also to be in
 * their groups; with `deep` every B2 too (some 30 us each), as one must before trusting a key from elsewhere.
 * ROAM_E_FORMAT, ROAM_E_VERSION, ROAM_E_UNSUPPORTED (another protocol), ROAM_E_RANGE (another curve, a value
 * that is not canonical, a row or wire that does not exist), ROAM_E_COUNT (sections of a wrong size),
 * ROAM_E_POINT, ROAM_E_LIMIT (domain, sections), ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err zkey_parse(struct zkey *out, const uint8_t *bytes, size_t size, bool deep,
                                       struct roam_diag *diag);
/* The same from a path; file_map's errors too. */
ROAM_MUST_USE enum roam_err zkey_load(struct zkey *out, const char *path, bool deep, struct roam_diag *diag);
/* For proving, without the terms: take is called when they are read and before any points are, may make of
 * them what it needs, and they are released. Its errors end the reading. key is not yet where it will be, and
 * has no points. mapped: the bytes are a file's (file_map), whose memory is given back as it is read. */
struct zkey_terms_user {
    void *context;
    enum roam_err (*take)(void *context, const struct zkey *key);
};
ROAM_MUST_USE enum roam_err zkey_parse_to_prove(struct zkey *out, const uint8_t *bytes, size_t size,
                                                bool mapped, const struct zkey_terms_user *user,
                                                struct roam_diag *diag);
void zkey_release(struct zkey *key);
/* Gives back the terms alone, which a prover does not need once it is made (prove.h). */
void zkey_release_terms(struct zkey *key);

/* Appends the file to out, which must be empty. ROAM_E_LIMIT or ROAM_E_NOMEM if out cannot grow. */
ROAM_MUST_USE enum roam_err zkey_serialize(struct roam_buf *out, const struct zkey *key);

/* Made by a development ceremony, at any step of it: some contribution's name begins with
 * CEREMONY_INSECURE_NAME. snarkjs keeps the mark through contributions but does not carry it into the
 * verification keys that it exports. */
bool zkey_is_insecure(const struct zkey *key);
/* The verification key; ic points into key. ROAM_E_LIMIT for more than GROTH16_INPUTS_MAX inputs. */
ROAM_MUST_USE enum roam_err zkey_vk(struct groth16_vk *out, const struct zkey *key);

/* For makers of keys: sets the counts and allocates everything but contributions, zeroed. ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err zkey_allocate(struct zkey *out, uint32_t wire_count, uint32_t public_count,
                                          unsigned log_domain, size_t term_count);
/* Makes room for one more contribution, zeroed, and counts it. ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err zkey_add_contribution(struct zkey *key, struct zkey_contribution **added);

#endif
