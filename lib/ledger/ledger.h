/* The ledger's deterministic state machine: rules, records, state commitment. docs/ledger.md is its rules
 * table.
 *
 * No files, clock, sockets, randomness in what it decides, floating point, pointer order or allocation. It
 * reaches records only by key through struct ledger_kv; validation never scans. What a transaction touches
 * belongs to one agreement or one account, so that transactions of different agreements commute. Time is the
 * block's.
 *
 * A host (embedded store, CometBFT, simulator) drives it block by block:
 *
 *     ledger_block_begin(l, height, time_s)
 *     ledger_execute(l, txs, count, receipts)          any number of times
 *     ledger_block_end(l, &result)                     all changes are in l's overlay; app hash known
 *     ... host makes the overlay's changes durable, then ...
 *     ledger_block_commit(l)                           or ledger_block_abort(l): as if nothing had been
 *
 * Executing a block is a function of (state, height, time, transactions) alone. Calls on one ledger must not
 * overlap in time, but the reads of records.h may be made beside any call, if ledger_kv.get may. */
#ifndef LEDGER_H
#define LEDGER_H

#include "lthash.h"
#include "merkle_log.h"
#include "outcome.h"
#include "tx.h"
#include "commitment.h"

enum {
    LEDGER_KEY_MAX = 42,    /* bytes of a record's key */
    LEDGER_VALUE_MAX = 224, /* bytes of a record's value */
    LEDGER_CIRCUITS_MAX = 8,
    LEDGER_VALIDATORS_MAX = 64,
    LEDGER_SETTLE_INPUTS = 6, /* public inputs of `settle`, see settle.h */
    LEDGER_BLOCK_TXS_MAX = 10000,
    LEDGER_THREADS_MAX = 64
};

/* No balance passes this: available + held + earned of an agreement, or an account. */
#define LEDGER_MONEY_MAX ((UINT64_C(1) << 63) - 1)

/* Power of one validator. All powers together stay far below CometBFT's limit of (2^63 - 1) / 8. */
#define LEDGER_POWER_MAX (UINT64_C(1) << 40)

/* Committed records. get returns the value's size and copies it to value, or SIZE_MAX if the key is absent.
 * Called on the thread that calls the ledger. */
struct ledger_kv {
    void *context;
    size_t (*get)(void *context, const uint8_t *key, size_t key_size, uint8_t value[LEDGER_VALUE_MAX]);
};

/* Operators' signatures that were found valid, by a digest of signed id, signature and key: what was checked
 * when a transaction was admitted need not be checked again when it is executed. Forgetting is allowed, and
 * never decides an outcome. Called from several threads at once; has NULL: nothing is remembered. */
struct ledger_memo {
    void *context;
    bool (*has)(void *context, const uint8_t digest[32]);
    void (*add)(void *context, const uint8_t digest[32]);
};

/* A settle circuit that this ledger accepts. vk must outlive the ledger. */
struct ledger_circuit {
    uint16_t size; /* places, 1 .. TX_BATCH_MAX */
    const struct groth16_prepared_vk *vk;
};

/* A validator of the chain that runs the ledger, from its first block on. */
struct ledger_genesis_validator {
    roam_id key;    /* Ed25519 public key, a point of the prime-order subgroup */
    uint64_t power; /* 1 .. LEDGER_POWER_MAX */
    roam_id owner;  /* operator who votes with this power; need not be registered yet */
};

/* Fixed at genesis; ledger_id = SHA-256 of its canonical encoding (ledger_genesis_id). */
struct ledger_genesis {
    char chain_name[32];
    uint8_t governor[32],
        treasury[32]; /* Ed25519 public keys: who admits operators, who vouches for deposits */
    bool production;  /* refuses development keys */
    uint64_t time_s;
    uint16_t circuit_count;
    struct {
        uint16_t size;
        uint8_t vk_digest[32]; /* SHA-256 of groth16_vk_serialize */
    } circuit[LEDGER_CIRCUITS_MAX];
    uint16_t validator_count; /* 0: the ledger does not decide who its validators are */
    struct ledger_genesis_validator validator[LEDGER_VALIDATORS_MAX]; /* keys distinct */
};
/* SHA-256("roam genesis v1" || the fields in order, integers little-endian, production one byte, of circuit
 * only the first circuit_count, of validator the same; validator_count only if it is not 0). */
void ledger_genesis_id(roam_id *out, const struct ledger_genesis *genesis);

/* The records that a ledger begins with: those of its validators, none if it has none. genesis is one that
 * ledger_init takes. A host has them committed (ledger_kv.get) before the first block. */
void ledger_genesis_walk(const struct ledger_genesis *genesis, void *context,
                         void (*visit)(void *context, const uint8_t *key, size_t key_size,
                                       const uint8_t *value, size_t value_size));

/* What every transaction in a block leaves, accepted or refused; leaf of the receipt log. Serialised in the
 * order of its fields, integers little-endian. A transaction that was refused may be sent again and may then
 * be accepted: only an accepted receipt is the last word on its id. */
struct ledger_receipt {
    uint64_t index; /* place in the receipt log */
    uint64_t height;
    uint64_t time_s;
    uint8_t type; /* enum tx_type, 0 if the bytes did not parse */
    uint16_t outcome;
    roam_id tx;            /* id; SHA-256 of the bytes if they did not parse */
    roam_id agreement;     /* the one that the transaction names or opens (its id under the ledger that the
                              transaction names); zero if none or not parsed */
    uint64_t amount_minor; /* paid, moved or held by this transaction, or the weight in favour of a change to
                              the validators (docs/ledger.md says which); 0 if refused */
    uint64_t tax_minor;    /* 0 if refused */
    uint16_t count;        /* sessions touched, or changes to the validators; 0 if refused */
};
enum { LEDGER_RECEIPT_SIZE = 8 + 8 + 8 + 1 + 2 + 32 + 32 + 8 + 8 + 2 };
void ledger_receipt_serialize(uint8_t bytes[LEDGER_RECEIPT_SIZE], const struct ledger_receipt *receipt);
/* ROAM_E_RANGE: no such type or outcome. */
ROAM_MUST_USE enum roam_err ledger_receipt_parse(struct ledger_receipt *out,
                                                 const uint8_t bytes[LEDGER_RECEIPT_SIZE]);

/* Committed summary: what the host stores beside the records and gives back at the next start. At height 0
 * time_s is the genesis's. */
struct ledger_head {
    uint64_t height, time_s;
    struct lthash state; /* over all records, see records.h */
    struct merkle_log receipts;
    uint8_t app_hash[32]; /* ledger_app_hash of the above */
};

/* What the app hash is made of: enough to check a receipt without the ledger. */
struct ledger_head_parts {
    roam_id ledger;
    uint64_t height, time_s;
    uint8_t state[32]; /* lthash_digest */
    uint8_t receipt_root[32];
    uint64_t receipt_count;
};
/* SHA-256("roam app v1" || the fields in order, integers in 8 bytes little-endian) */
void ledger_parts_hash(uint8_t out[32], const struct ledger_head_parts *parts);
/* The same from a head. */
void ledger_app_hash(uint8_t out[32], const roam_id *ledger_id, const struct ledger_head *head);

struct ledger; /* opaque; lives in memory that the caller gives */

struct ledger_config {
    struct ledger_genesis genesis;
    struct ledger_circuit circuit[LEDGER_CIRCUITS_MAX]; /* one for each of genesis.circuit, same order */
    struct ledger_kv kv;
    struct merkle_store
        receipt_nodes;             /* where inner hashes of the receipt log go at block_end (may be {0}) */
    struct ledger_memo signatures; /* may be {0} */
    /* Random coefficients of batch verification and the overlay's hash key; never decides a verdict. Its
     * random() is called from several threads if threads > 1. */
    const struct roam_env *env;
    size_t overlay_records_max; /* changed records in one block; all hosts of one chain need room for its
                                   blocks */
    unsigned threads;           /* 1 .. LEDGER_THREADS_MAX */
};

/* Bytes for ledger_init: about 800 for each overlay record and some MiB, more with threads. Memory aligned
 * to 64. */
size_t ledger_memory_size(const struct ledger_config *config);
/* head NULL: a new ledger at genesis, height 0. *config is copied. ROAM_E_INSECURE: a development key and
 * genesis.production; ROAM_E_MISMATCH: circuits do not match the genesis digests, or head is not one of this
 * ledger; ROAM_E_RANGE: a number in config is outside its bounds; ROAM_E_POINT, ROAM_E_EXISTS: a validator's
 * key is no point, or there twice. */
ROAM_MUST_USE enum roam_err ledger_init(struct ledger **out, void *memory, const struct ledger_config *config,
                                        const struct ledger_head *head, struct roam_diag *diag);
/* A ledger object over somebody else's records, for reading alone: ledger_id and the reads of records.h.
 * memory: ledger_reader_size() bytes, aligned to 64. */
size_t ledger_reader_size(void);
struct ledger *ledger_reader_init(void *memory, const roam_id *id, const struct ledger_kv *kv);
const roam_id *ledger_id(const struct ledger *ledger);
/* The committed head. */
const struct ledger_head *ledger_head(const struct ledger *ledger);

struct ledger_bytes {
    const uint8_t *bytes;
    size_t size;
};

/* Cheap admission check for a pool: form, ledger id, known agreement and signers, operator signatures; no
 * points, which cost most (tx_points.h), no device signatures, no proofs, no balances. Returns the place of
 * the first that is not admissible, and *outcome is why; or count, and *outcome is LEDGER_ACCEPTED.
 * Signatures are checked together. Sees the block in progress. Changes nothing. */
size_t ledger_admit(struct ledger *ledger, const struct ledger_bytes *txs, size_t count,
                    enum ledger_outcome *outcome);

/* height > the last one's, last block's time <= time_s < 2^62, no block open (bugs otherwise). */
void ledger_block_begin(struct ledger *ledger, uint64_t height, uint64_t time_s);

/* Executes count transactions in order and fills receipts[i]. Device signatures and proofs are checked
 * together; if any fails, the transactions are executed again with the verdicts known, so outcomes never
 * depend on batching nor on how transactions are spread over calls. ROAM_E_LIMIT: the changes might not fit
 * the overlay, or the block would pass LEDGER_BLOCK_TXS_MAX; the block is as it was before this call,
 * receipts are unspecified. An empty overlay of 2 * TX_BATCH_MAX records fits any one transaction. */
ROAM_MUST_USE enum roam_err ledger_execute(struct ledger *ledger, const struct ledger_bytes *txs,
                                           size_t count, struct ledger_receipt *receipts);
/* Computes the new head and puts the new receipts' nodes to receipt_nodes (those of an aborted block are
 * overwritten by the next). Until commit or abort the overlay can be walked. */
void ledger_block_end(struct ledger *ledger, struct ledger_head *head);
/* Calls visit for every changed record with its new value, in key order. No record is ever deleted. */
void ledger_overlay_walk(const struct ledger *ledger, void *context,
                         void (*visit)(void *context, const uint8_t *key, size_t key_size,
                                       const uint8_t *value, size_t value_size));
/* After block_end, when ledger_kv.get gives the new values. */
void ledger_block_commit(struct ledger *ledger);
/* Any time after block_begin. */
void ledger_block_abort(struct ledger *ledger);

#endif
