/* The embedded host of the ledger: one process, one LMDB file, group commit.
 *
 * Transactions from any number of threads are gathered into blocks; a block is one LMDB transaction that
 * holds the changed records, the block itself (for replay), the receipts, the receipt log's hashes and the
 * new head. It is synced to disk before anyone is answered, so an acknowledged transaction survives kill -9
 * at any instant, once.
 *
 * One process writes at a time; others may read the same folder meanwhile, and readers never wait for the
 * writer. One process opens a folder once. Any thread may call anything here. The file grows with the ledger
 * up to the address space that was reserved at open: 1 TiB, or what the system gave, and at least twice the
 * file. A folder on a network file system will not do (LMDB).
 *
 * An ordered store (store_blocks.h) makes a block durable in a journal beside the file and shows its changes
 * from memory; a second later at most they begin to be written to the file, those of many blocks at once.
 * Other processes see the file alone: the state after an earlier block. A process that opens the folder not
 * ordered, and to write, is refused while the journal has blocks; the next ordered opening executes them
 * again. */
#ifndef STORE_H
#define STORE_H

#include "ledger.h"
#include "records.h"

struct store;

/* What a new ledger starts from. vk[i] is for genesis.circuit[i] (size set, digest filled in by
 * store_create). */
struct store_genesis {
    struct ledger_genesis genesis;
    const struct groth16_vk *vk[LEDGER_CIRCUITS_MAX];
};

/* Makes folder `path` (must not exist, or be empty) with a new ledger at height 0. All or nothing: the folder
 * appears when it is complete and durable; `path`.tmp is used on the way. ROAM_E_EXISTS, ROAM_E_IO,
 * ROAM_E_NOMEM, ROAM_E_INSECURE (development key and production), ROAM_E_POINT/E_INSECURE from the key lint,
 * ROAM_E_RANGE, ROAM_E_POINT, ROAM_E_EXISTS (validators, see ledger_init). */
ROAM_MUST_USE enum roam_err store_create(const char *path, const struct store_genesis *genesis,
                                         struct roam_diag *diag);

/* The same with the genesis and keys of another ledger's store: another host of that ledger begins so. Also
 * the errors of store_open for `source`, of which nothing but its beginning is read. */
ROAM_MUST_USE enum roam_err store_create_like(const char *path, const char *source, struct roam_diag *diag);

/* A store with at most this many records is checked against the head's commitment when it is opened; larger
 * ones by store_verify. */
enum { STORE_OPEN_CHECK_RECORDS = 10000 };

struct store_options {
    const struct roam_env *env; /* clock of the blocks; &roam_env_system. Outlives the store */
    unsigned threads;           /* for proofs and signatures, 1 .. LEDGER_THREADS_MAX */
    size_t block_txs_max;       /* 1 .. LEDGER_BLOCK_TXS_MAX */
    bool read_only;
    bool ordered; /* blocks come from outside, see store_blocks.h; store_submit is refused */
};
/* ROAM_E_NOTFOUND, ROAM_E_IO, ROAM_E_NOMEM, ROAM_E_VERSION (another version of the format), ROAM_E_BUSY
 * (another process has it open for writing, or this process has it open at all), ROAM_E_MISMATCH (head, keys,
 * genesis or records do not match what commits to them; the journal is not this ledger's or does not follow
 * on the file; it has blocks and the store is opened to write but not ordered. The journal is left as it is).
 */
ROAM_MUST_USE enum roam_err store_open(struct store **out, const char *path,
                                       const struct store_options *options, struct roam_diag *diag);
/* Waits for transactions in flight. NULL is allowed. */
void store_close(struct store *store);

/* Executes one transaction and returns when its block is durable; receipt->outcome says what the rules
 * decided.
 *
 * Idempotent by transaction id. The id covers all bytes but the signatures; see tx.h.
 *   - Accepted before: returns that first receipt, however often and with whatever signatures it comes.
 *   - Refused before: executed again, since the reason may be gone (an account has been funded). The
 *     answer is a new receipt, accepted or refused; the old one stays in the log.
 *   - Sent twice at the same time: one is executed first, the other is judged by the two lines above.
 *
 * ROAM_E_LIMIT (above TX_SIZE_MAX), ROAM_E_NOMEM, ROAM_E_UNSUPPORTED (read-only or ordered store): nothing
 * was done. ROAM_E_IO: not acknowledged. The block was given up, and the store answers ROAM_E_IO from then
 * on, because after a failed write or sync only a new start knows what the disk holds: the block, whole, or
 * nothing of it. Open the store again and submit the same transaction. */
ROAM_MUST_USE enum roam_err store_submit(struct store *store, const uint8_t *bytes, size_t size,
                                         struct ledger_receipt *receipt);
/* The same for many at once, in order, except that a second one with the same id is executed after all others
 * of its block; returns when all are durable. On an error some may have been executed: submit all again. */
ROAM_MUST_USE enum roam_err store_submit_many(struct store *store, const struct ledger_bytes *txs,
                                              size_t count, struct ledger_receipt *receipts);
/* Why the store answers ROAM_E_IO; leaves diag alone if it does not. */
void store_failure(struct store *store, struct roam_diag *diag);

/* Committed state at one instant. The ledger may be read (ledger_get_*, ledger_head) until store_read_end,
 * which the same thread calls; pairs may nest, the last begun ends first. NULL if the state cannot be read
 * (I/O, memory). Pages of the file are not reused while a read lasts: keep it short. In an ordered store
 * commits, and all that writes to the file (store_verify, store_audit, store_replay, store_snapshot_write),
 * wait for reads that have begun: the thread that reads must not call them before its store_read_end. */
const struct ledger *store_read_begin(struct store *store);
void store_read_end(struct store *store);
/* The committed head. ROAM_E_IO, ROAM_E_MISMATCH. */
ROAM_MUST_USE enum roam_err store_head_get(struct store *store, struct ledger_head *out);
/* A committed record's value, by its key (records.h). ROAM_E_NOTFOUND, ROAM_E_IO. */
ROAM_MUST_USE enum roam_err store_record_get(struct store *store, const uint8_t *key, size_t key_size,
                                             uint8_t value[LEDGER_VALUE_MAX], size_t *value_size);
void store_genesis_get(struct store *store, struct ledger_genesis *out);

/* ROAM_E_NOTFOUND, ROAM_E_IO. By transaction: the receipt that accepted it, else the last one that refused
 * it. */
ROAM_MUST_USE enum roam_err store_receipt_by_index(struct store *store, uint64_t index,
                                                   struct ledger_receipt *out);
ROAM_MUST_USE enum roam_err store_receipt_by_tx(struct store *store, const roam_id *tx,
                                                struct ledger_receipt *out);
/* Inclusion proof of receipt `index` in the log of the present head, which is returned with it.
 * ROAM_E_NOTFOUND, ROAM_E_IO. */
ROAM_MUST_USE enum roam_err store_receipt_prove(struct store *store, uint64_t index,
                                                struct merkle_proof *proof, struct ledger_head *head);

/* Reads everything once and compares it with the head: records with the state commitment; receipts, their
 * log's inner hashes and the index by transaction with each other and with the log's root; the block log with
 * the receipts. ROAM_OK, ROAM_E_MISMATCH (the first difference in diag), ROAM_E_IO, ROAM_E_NOMEM,
 * ROAM_E_UNSUPPORTED (all but the block log was compared, whose beginning is not there, since the store was
 * filled from a snapshot). Does not judge the rules; that is store_replay. */
ROAM_MUST_USE enum roam_err store_verify(struct store *store, struct roam_diag *diag);

/* Sums over all records, by scanning: for audits and tests. One entry per currency, in order of code and
 * decimals. */
struct store_totals {
    struct tx_currency currency;
    uint64_t accounts;                /* how many there are */
    uint64_t available, held, earned; /* available: of accounts and agreements; held: of live sessions */
    uint64_t deposits, withdrawals;   /* from the block log */
    uint64_t sessions[6];             /* by enum ledger_session_state */
};
/* ROAM_E_MISMATCH: available + held + earned is not deposits - withdrawals, or an agreement's held_minor is
 * not the sum of its live sessions' holds, or the recorded number and power of the validators are not theirs
 * (which one in diag). ROAM_E_UNSUPPORTED: the deposits are not known, since the store was filled from
 * a snapshot; the rest is right. ROAM_E_LIMIT: more than capacity currencies.
 * ROAM_E_OVERFLOW: a sum passes 64 bits. ROAM_E_IO, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err store_audit(struct store *store, struct store_totals *totals, size_t capacity,
                                        size_t *count, struct roam_diag *diag);

/* Executes the block log again from genesis in memory and compares every receipt, every app hash and at last
 * every record. ROAM_E_MISMATCH with the first differing height in diag; ROAM_E_UNSUPPORTED (filled from a
 * snapshot), ROAM_E_IO, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err store_replay(struct store *store, uint64_t *blocks, struct roam_diag *diag);

#endif
