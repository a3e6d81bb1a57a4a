/* Device signatures and settlement proofs that the transactions of a chunk rest on. Private to lib/ledger.
 *
 * Collecting: rules hand in each claim and go on as if it held; then all are verified together. If one does
 * not hold, the host of this object undoes the chunk and executes it again, replaying: a claim that was
 * collected at the same place of the same transaction has its verdict already, any other is verified on the
 * spot. So every transaction sees the true verdict of its own claims in the state that it really meets, and
 * outcomes are those of execution one by one. */
#ifndef LEDGER_CLAIMS_H
#define LEDGER_CLAIMS_H

#include "arena.h"
#include "ledger.h"

/* A key signed this message; all fields are multiples of eight bytes, so that claims compare as bytes. */
struct device_claim {
    roam_id session;
    uint64_t seq;
    fr commitment;
    bjj_point key;
    eddsa_signature signature;
};

/* A proof holds for these public inputs; the digest is that of the places. */
struct proof_claim {
    size_t circuit; /* place in config.circuit */
    fr agreement, rate_card, esg;
    uint64_t total_fee, total_tax;
    groth16_proof proof;
    size_t place_first, place_count; /* in claims.places */
};

/* Where the claims of a transaction begin. */
struct claim_range {
    size_t device, proof;
};

struct claims {
    const struct ledger_config *config;
    bool replaying;
    struct device_claim *device;
    struct proof_claim *proof;
    struct settle_place *places;
    size_t device_count, proof_count, place_count;
    struct claim_range *tx; /* [CHUNK_TXS + 1] */
    size_t tx_count;
    struct claim_range cursor, cursor_end; /* replaying: claims of the transaction at hand */

    enum roam_err *device_verdict, *proof_verdict;
    struct eddsa_item *items;    /* work of the verification, in step with device */
    groth16_proof *staged_proof; /* and with proof */
    fr *staged_inputs;
    const struct proof_claim **staged;
    enum roam_err *staged_verdict;
    uint8_t *scratch; /* of each thread */
    size_t scratch_size;
};

size_t claims_memory_size(const struct ledger_config *config);
void claims_init(struct claims *claims, struct roam_arena *arena, const struct ledger_config *config);

/* Begins a chunk, collecting; or begins the same chunk again, replaying. */
void claims_collect(struct claims *claims);
void claims_replay(struct claims *claims);
/* Before each transaction, in order. */
void claims_begin_tx(struct claims *claims);
/* True if the claim holds, or may be taken to hold for now. */
bool claims_device(struct claims *claims, const struct device_claim *claim);
/* places: the place_count sessions that the claim is about, which is not set in claim itself. */
bool claims_proof(struct claims *claims, const struct proof_claim *claim, const struct settle_place *places,
                  size_t count);
/* Verifies all collected claims with this many threads; true if all hold. */
bool claims_verify(struct claims *claims, unsigned threads);

/* The messages and the public inputs that claims are about. The places of claims[i] begin at its place_first;
 * all circuits have this size. */
void claim_device_item(struct eddsa_item *out, const struct device_claim *claim);
void claim_device_items(struct eddsa_item *out, const struct device_claim *claims, size_t count);
void claim_proof_inputs(fr *out, const struct proof_claim *const *claims, size_t count,
                        const struct settle_place *places, size_t circuit_size);

#endif
