/* The entrance of a node: transactions that wait to be ordered and executed, and who waits for their
 * receipts.
 *
 * Submissions are copied, packed into parcels for the consensus engine in the order they came, and answered
 * when the last of their transactions has a receipt. What is not answered is packed again after a while:
 * engines lose messages. That is safe, for a transaction takes effect once. Above its bounds the inbox
 * answers ROAM_E_BUSY and takes nothing, so that overload stops at the entrance. Any thread.
 *
 * Engines slow down when much is on its way in them, so no more is than they take in a second or two: a
 * window of bytes, which grows when it is used up and answers are quick, and shrinks when they are slow. What
 * may wait for the window follows from it.
 *
 * One transaction that has become inadmissible since it came, for its signer has another key now, makes all
 * of its parcel inadmissible. So before it is packed again the ledger is asked once more, what it refuses is
 * answered, and what is packed again travels without what is new, and in a smaller company each time. */
#ifndef NODE_INBOX_H
#define NODE_INBOX_H

#include "ledger.h"

struct inbox;

struct inbox_options {
    size_t bytes_max, txs_max; /* waiting at one time; fewer bytes if the engine is slow */
    size_t parcel_bytes;       /* of a parcel at most; above TX_SIZE_MAX + 8 */
    uint64_t repeat_ms;        /* unanswered after this long: packed again */
    uint64_t give_up_ms;       /* unanswered after this long: ROAM_E_BUSY, the outcome is not known */
    /* A clock that never goes back; the receipt that accepted a transaction, if there is one already
     * (ROAM_OK); ledger_admit in the committed state, other errors leave the question open. */
    void *context;
    uint64_t (*now_ms)(void *context);
    enum roam_err (*accepted)(void *context, const roam_id *tx, struct ledger_receipt *out);
    enum roam_err (*admit)(void *context, const struct ledger_bytes *tx, enum ledger_outcome *outcome);
};

/* Called once for each submission that was taken, from inbox_pack, inbox_settle, inbox_sweep or
 * inbox_destroy, without locks held. receipts lives until the call returns.
 * ROAM_OK: receipts has one for each transaction.
 * ROAM_E_VERIFY: at least one has become inadmissible and was not executed: in its place in receipts only tx
 * and outcome, the reason, are set, and height is 0, as in no receipt. The others have theirs.
 * ROAM_E_BUSY: gave up, some may have been executed and some may be yet: submit them again to learn. */
typedef void inbox_done(void *context, enum roam_err err, const struct ledger_receipt *receipts,
                        size_t count);

/* ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err inbox_create(struct inbox **out, const struct inbox_options *options);
/* From now on nothing is taken: submissions are answered ROAM_E_BUSY; what waits goes on waiting. */
void inbox_close(struct inbox *inbox);
/* Answers what waits with ROAM_E_BUSY. */
void inbox_give_up(struct inbox *inbox);
/* Gives up first. NULL is allowed. */
void inbox_destroy(struct inbox *inbox);

/* Takes count > 0 transactions of 1 to TX_SIZE_MAX bytes. What was accepted before needs no place in a
 * parcel: its first receipt is the answer. ROAM_E_BUSY, ROAM_E_LIMIT (never fits the bounds), ROAM_E_NOMEM:
 * nothing was taken and done is not called. */
ROAM_MUST_USE enum roam_err inbox_submit(struct inbox *inbox, const struct ledger_bytes *txs, size_t count,
                                         inbox_done *done, void *context);

/* Packs the next parcel into bytes (parcel_bytes of room): false if nothing is due. The n-th repetition of
 * transactions is in parcels of at most inbox_company(n) of them, n = 0 for what is new. */
bool inbox_pack(struct inbox *inbox, uint8_t *bytes, size_t *size);
size_t inbox_company(unsigned n);
/* Waits until something is due, timeout_ms at most; true if something is. */
bool inbox_wait(struct inbox *inbox, unsigned timeout_ms);
/* Receipts of a block that is durable. */
void inbox_settle(struct inbox *inbox, const struct ledger_receipt *receipts, size_t count);
/* The receipt of bytes that did not parse: it does not have the id (tx_id_of_bytes) that they wait under. */
void inbox_settle_unparsed(struct inbox *inbox, const roam_id *id, const struct ledger_receipt *receipt);
/* Gives up what has waited too long. */
void inbox_sweep(struct inbox *inbox);

struct inbox_load {
    size_t txs, bytes;                                          /* waiting */
    size_t sent, window;                                        /* bytes packed of these; and at most */
    uint64_t taken, answered, refused_busy, repeated, given_up; /* transactions since the beginning */
    uint64_t turned;                                            /* had become inadmissible */
};
void inbox_load_get(struct inbox *inbox, struct inbox_load *out);

#endif
