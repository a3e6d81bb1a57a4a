/* The hashes that bind a settlement together, outside the circuits. Everyone computes them: devices,
 * operators, the ledger, the prover. Each is Poseidon over integers packed side by side; every packing is
 * injective for values within the bounds of usage.h, and each kind carries a tag of its own so that no hash
 * of one kind is one of another.
 *
 * A pack (f0:b0, f1:b1, ...) is the integer f0 + f1 * 2^b0 + f2 * 2^(b0+b1) + ...  */
#ifndef CIRCUITS_COMMITMENT_H
#define CIRCUITS_COMMITMENT_H

#include "fr.h"
#include "usage.h"

/* 32-bit tags: the ASCII letters given, read as a big-endian integer. */
enum {
    TAG_USAGE = 0x75736731,     /* "usg1" */
    TAG_RATE_CARD = 0x72636431, /* "rcd1" */
    TAG_BATCH = 0x62746331,     /* "btc1" */
    TAG_ESG = 0x65736731,       /* "esg1" */
    TAG_SIGN = 0x73676e31       /* "sgn1" */
};

/* c = Poseidon5(qa, qb, attributes, evidence, salt)
 *   qa = (q0:48, q1:48, q2:48, q3:48, TAG_USAGE:32)      qb = (q4:48, q5:48, q6:48, q7:48, last_mask:8)
 *   attributes = (renewable:48, co2_mg:48, service_ppm:20)
 *   evidence: the 32 bytes as a big-endian integer, its top three bits cleared
 * Quantities are below 2^48 and the salt at least 128 random bits: nobody can try all values.
 * record must pass usage_record_check (else ROAM_E_RANGE). */
ROAM_MUST_USE enum roam_err usage_commitment(fr *out, const struct usage_record *record);

/* The element that stands for a record's evidence. */
void usage_evidence(fr *out, const uint8_t evidence[32]);

/* What the device signs with the session key: m = Poseidon4(TAG_SIGN, session_id, seq, c). */
void usage_sign_message(fr *out, const fr *session_id, uint64_t seq, const fr *commitment);
/* The inputs of that hash, for poseidon_many. */
enum { USAGE_SIGN_INPUTS = 4 };
void usage_sign_inputs(fr out[USAGE_SIGN_INPUTS], const fr *session_id, uint64_t seq, const fr *commitment);

/* Poseidon8(p0, p1, p2, p3, slots, terms, limits, salt) with, for net and tax = gross - net:
 *   pk = (net[2k]:56, tax[2k]:56, net[2k+1]:56, tax[2k+1]:56)
 *   slots = (step-1 of 8 slots: 24 each, group of 8 slots: 2 each, is_energy of 8 slots: 1 each,
 *            TAG_RATE_CARD:32)
 *   terms = (fixed net:80, fixed tax:80, scale-1:40, rounding:2, service_threshold_ppm:20,
 *            service_credit_ppm:20)
 *   limits = (minimum net:56, minimum tax:56, maximum net:56, maximum tax:56)
 * card must pass usage_rate_card_check (else ROAM_E_RANGE). */
ROAM_MUST_USE enum roam_err usage_rate_card_commitment(fr *out, const struct usage_rate_card *card);

/* One place of a batch as the ledger recorded it. */
struct settle_place {
    fr commitment;
    uint64_t hold_minor; /* <= USAGE_MONEY_MAX; 0 marks an empty place */
};

/* The commitment of an empty place: usage_commitment of a record of all zeros. */
void settle_empty_commitment(fr *out);

/* Overwrite sponge of width 17: capacity = (TAG_BATCH:32, size:32), then blocks of 16 elements, zeros after
 * the last; the digest is state[0]. Each three places make four elements, zeros where there is no third:
 *   c0, c1, c2, (hold0:80, hold1:80, hold2:80)
 * Holds are below 2^56; with 80 bits the circuit needs no range check for them (settle_session.h).
 * size is the number of places of the circuit, count <= size that of sessions, size >= 1; the places from
 * count on are empty. */
void settle_batch_digest(fr *out, const struct settle_place *places, size_t count, size_t size);

/* Many of one size: out[i] is the digest of batches[i]. Several times faster than one by one on processors
 * with AVX-512 IFMA. */
struct settle_batch {
    const struct settle_place *places;
    size_t count;
};
void settle_batch_digests(fr *out, const struct settle_batch *batches, size_t batch_count, size_t size);

struct esg_sums {
    uint64_t energy, renewable; /* 0.1 Wh */
    uint64_t co2_mg;
};
/* Poseidon2((energy:72, renewable:72, co2_mg:72, TAG_ESG:32), salt) */
void esg_commitment(fr *out, const struct esg_sums *sums, const fr *salt);

#endif
