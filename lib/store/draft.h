/* Transactions on their way into a block. Private to lib/store. */
#ifndef STORE_DRAFT_H
#define STORE_DRAFT_H

#include "store_blocks.h"

/* One transaction that a caller waits for; the memory is the caller's. */
struct submission {
    struct submission *next;
    struct ledger_bytes tx;
    roam_id id;
    struct ledger_receipt *receipt;
    struct submitter *submitter;
};

/* First in, first out. */
struct submission_list {
    struct submission *first, **end; /* end: where the next one is linked */
    size_t count;
};
void submission_list_init(struct submission_list *list);
void submission_list_add(struct submission_list *list, struct submission *submission);
/* Takes out the one that *link, `first` or the one before's `next`, points to. */
struct submission *submission_list_take(struct submission_list *list, struct submission **link);
/* Moves all of `from` to the end of `to`. */
void submission_list_move(struct submission_list *to, struct submission_list *from);

/* A block is closed before it passes these: bytes of its transactions, and records that they may change. */
enum { DRAFT_BYTES_MAX = 16 << 20, DRAFT_RECORDS_MAX = 16384 };

/* The transactions of the next block: different ids, in order. */
struct draft {
    size_t count, txs_max, bytes;
    struct store_budget budget; /* what is left of it */
    struct submission **submissions;
    struct ledger_bytes *txs;
    struct ledger_receipt *receipts;
    uint32_t *slots;   /* open-addressed set of the ids: place in the block + 1, 0 = free */
    size_t slot_count; /* power of two, at least 2 txs_max */
};
/* ROAM_E_NOMEM. Release in any case. */
ROAM_MUST_USE enum roam_err draft_init(struct draft *draft, size_t txs_max);
void draft_release(struct draft *draft);
void draft_clear(struct draft *draft);

enum draft_answer { DRAFT_TAKEN, DRAFT_FULL, DRAFT_ID_TAKEN };
enum draft_answer draft_add(struct draft *draft, struct submission *submission);

#endif
