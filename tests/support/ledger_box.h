/* A ledger with its memory, records and forged circuits: a host in a box. */
#ifndef TEST_LEDGER_BOX_H
#define TEST_LEDGER_BOX_H

#include "forger.h"
#include "ledger.h"
#include "people.h"
#include "record_map.h"
#include "checked.h"
#include "records.h"

enum { BOX_CIRCUITS = 2 };
extern const uint16_t box_circuit_size[BOX_CIRCUITS]; /* 2 and 8 */
/* The same forger for every box. */
const struct forger *box_forger(size_t circuit);

struct ledger_box {
    struct record_map records;
    struct roam_prng prng;
    struct roam_env env;
    struct ledger_config config;
    void *memory;
    struct ledger *ledger;
    struct ledger_head head; /* of the last block */
};

enum { BOX_TIME_S = 1000 }; /* of the genesis */

/* The genesis's governor and treasury are the persons of these names. */
void box_init(struct ledger_box *box, const char *chain_name, size_t overlay_records_max, unsigned threads);
/* The genesis of box_init and its circuits. */
void box_genesis(struct ledger_genesis *genesis, struct ledger_circuit circuits[BOX_CIRCUITS],
                 const char *chain_name);
/* Names a validator in a genesis: its key and its owner are those of the persons of these names. */
void box_add_validator(struct ledger_genesis *genesis, const char *name, uint64_t power, const char *owner);
/* With a genesis and its circuits of one's own. */
void box_open(struct ledger_box *box, const struct ledger_genesis *genesis,
              const struct ledger_circuit *circuits, size_t overlay_records_max, unsigned threads);
void box_release(struct ledger_box *box);
void box_begin(struct ledger_box *box, uint64_t time_s);
/* Ends and commits. */
void box_commit(struct ledger_box *box);
/* A block of these transactions, executed in one call. Aborts if they do not fit. */
void box_block(struct ledger_box *box, uint64_t time_s, const struct ledger_bytes *txs, size_t count,
               struct ledger_receipt *receipts);
/* A block of one transaction. */
enum ledger_outcome box_one(struct ledger_box *box, uint64_t time_s, const uint8_t *bytes, size_t size);
/* Drops the ledger's memory and starts it again from records and head. */
void box_restart(struct ledger_box *box);

/* Recomputes from the records alone: the state commitment and, for every agreement and currency, the
 * invariants of docs/ledger.md. Returns NULL, or what is broken. *money: sum over all currencies of accounts
 * and agreements. */
const char *box_audit(const struct ledger_box *box, u128 *money);

/* A proof for a SETTLE transaction of these places that the ledger accepts; some points if no circuit fits
 * it. */
void box_prove(struct tx_settle *settle, const uint8_t rate_card[32], const struct settle_place *places);

#endif
