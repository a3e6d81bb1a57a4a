/* What a CometBFT v0.38 chain signs and hashes: headers, commits, validator sets, and the bytes of each.
 *
 * A block's header names, by hash, everything else: the validators that sign it and those of the next height,
 * the application's state after the block before (app_hash), the block before. Its hash is a Merkle root over
 * its fourteen fields in protobuf. A commit is the precommit votes of the validators for one header; each
 * vote signs the chain's name, height, round, block id and its own time.
 *
 * Only validators with Ed25519 keys are known, at most COMET_VALIDATORS_MAX of them. Everything here is
 * public and of bounded size; no function allocates. The trees are those of RFC 6962, as in merkle_log.h,
 * which also verifies the inclusion proofs of CometBFT's crypto/merkle (aunts are listed from the leaf
 * upwards).
 *
 * Source: github.com/cometbft/cometbft v0.38.25: types/block.go, types/canonical.go, types/validator.go,
 * proto/tendermint/types. */
#ifndef COMET_HEADER_H
#define COMET_HEADER_H

#include "err.h"

enum {
    COMET_HASH_SIZE = 32,
    COMET_ADDRESS_SIZE = 20,
    COMET_KEY_SIZE = 32,
    COMET_SIGNATURE_SIZE = 64,
    COMET_CHAIN_ID_MAX = 50,
    COMET_VALIDATORS_MAX = 200,
    COMET_BLOCK_PROTOCOL = 11, /* version.block of every v0.38 header */
    COMET_SIGN_BYTES_MAX = 192
};
/* The sum of the powers of a set is at most this. */
#define COMET_POWER_MAX (INT64_MAX / 8)

/* UTC; seconds since 1970-01-01, of the years 1..9999; nanoseconds 0..999999999. */
struct comet_time {
    int64_t seconds;
    int32_t nanoseconds;
};
/* The first second of the year 1: "no time", in the entry of a validator that did not vote. */
#define COMET_TIME_NONE ((struct comet_time){-62135596800, 0})
/* Negative, 0 or positive as a is before, at or after b. */
int comet_time_compare(struct comet_time a, struct comet_time b);

/* size 0 (absent) or 32; an application's hash may have any size up to 32. */
struct comet_hash {
    uint8_t size;
    uint8_t byte[COMET_HASH_SIZE];
};
bool comet_hash_equal(const struct comet_hash *hash, const struct comet_hash *other);

/* Both hashes absent and parts_total 0 in the header of the first height and nowhere else. */
struct comet_block_id {
    struct comet_hash hash; /* the header's */
    uint32_t parts_total;   /* how the block was cut for gossip */
    struct comet_hash parts_hash;
};

struct comet_header {
    uint64_t version_block, version_app;
    char chain_id[COMET_CHAIN_ID_MAX + 1];
    int64_t height; /* >= 1 */
    struct comet_time time;
    struct comet_block_id last_block_id;
    struct comet_hash last_commit_hash, data_hash;
    struct comet_hash validators_hash;      /* of the set that signs this header */
    struct comet_hash next_validators_hash; /* of the set that signs the next one */
    struct comet_hash consensus_hash;
    struct comet_hash app_hash; /* of the application's state after block height - 1 */
    struct comet_hash last_results_hash, evidence_hash;
    uint8_t proposer[COMET_ADDRESS_SIZE];
};

enum comet_flag { COMET_ABSENT = 1, COMET_FOR_BLOCK = 2, COMET_FOR_NIL = 3 };

/* What one validator said. If absent, address and signature are zero and the time is COMET_TIME_NONE. */
struct comet_vote {
    enum comet_flag flag;
    uint8_t address[COMET_ADDRESS_SIZE];
    struct comet_time time;
    uint8_t signature[COMET_SIGNATURE_SIZE];
};

/* vote[i] is that of validator i of the set. */
struct comet_commit {
    int64_t height;
    int32_t round;
    struct comet_block_id block_id;
    size_t count;
    struct comet_vote vote[COMET_VALIDATORS_MAX];
};

struct comet_validator {
    uint8_t key[COMET_KEY_SIZE]; /* Ed25519 */
    int64_t power;               /* > 0 */
};

/* In the order that the hash is over: by power, descending, then by address, ascending. */
struct comet_validators {
    size_t count;
    struct comet_validator at[COMET_VALIDATORS_MAX];
};

/* The first 20 bytes of the key's SHA-256. */
void comet_address(uint8_t address[COMET_ADDRESS_SIZE], const uint8_t key[COMET_KEY_SIZE]);
/* Puts a set, a genesis file's for instance, into its order. */
void comet_validators_sort(struct comet_validators *validators);
/* The sum of powers; the set must have passed comet_validators_check. */
int64_t comet_validators_power(const struct comet_validators *validators);

/* A name of 1 to COMET_CHAIN_ID_MAX printable ASCII characters but quote and backslash; else ROAM_E_FORMAT.
 * CometBFT would allow any others. */
ROAM_MUST_USE enum roam_err comet_chain_id_check(const char *text, size_t size, struct roam_diag *diag);

/* Shape: sizes, ranges, what must be present, no key twice. ROAM_OK, or ROAM_E_FORMAT with the field's name
 * and value; ROAM_E_COUNT if a commit or a set is empty or has more than COMET_VALIDATORS_MAX entries. Says
 * nothing about truth. */
ROAM_MUST_USE enum roam_err comet_header_check(const struct comet_header *header, struct roam_diag *diag);
ROAM_MUST_USE enum roam_err comet_commit_check(const struct comet_commit *commit, struct roam_diag *diag);
ROAM_MUST_USE enum roam_err comet_validators_check(const struct comet_validators *validators,
                                                   struct roam_diag *diag);

/* The hashes that blocks name, of structures that have passed their check. */
void comet_header_hash(uint8_t out[COMET_HASH_SIZE], const struct comet_header *header);
void comet_validators_hash(uint8_t out[COMET_HASH_SIZE], const struct comet_validators *validators);
/* last_commit_hash of the next header. */
void comet_commit_hash(uint8_t out[COMET_HASH_SIZE], const struct comet_commit *commit);

/* The bytes that validator `index` has signed: the canonical precommit with its length before it. Returns
 * their number. The vote must not be absent; commit must have passed its check, chain_id has at most
 * COMET_CHAIN_ID_MAX bytes. */
size_t comet_sign_bytes(uint8_t out[COMET_SIGN_BYTES_MAX], const char *chain_id,
                        const struct comet_commit *commit, size_t index);

#endif
