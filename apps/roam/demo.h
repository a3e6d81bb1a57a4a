/* The demonstration: two operators, real ledger, real proofs, made-up subscribers. Private to `roam demo`. */
#ifndef ROAM_DEMO_H
#define ROAM_DEMO_H

#include "hosted.h"
#include "ocpi_files.h"
#include "settlement.h"

enum { DEMO_SESSIONS_MAX = 64, DEMO_PATH_MAX = 512 };

/* A settle circuit with its development key. */
struct demo_circuit {
    unsigned size;
    struct zk_prover prover;
    struct groth16_vk vk;
};

/* One session: the subscriber's side, and what the visited operator settles. */
struct demo_session {
    char source[64];
    eddsa_key device;
    struct settlement_session settlement; /* serial, record, hold */
};

/* An agreement with its sessions. */
struct demo_trade {
    const char *what; /* "charging" */
    roam_id agreement;
    struct usage_rate_card card;
    struct demo_session session[DEMO_SESSIONS_MAX];
    size_t count;
};

struct demo {
    struct cli *cli;
    char folder[DEMO_PATH_MAX];
    const char *examples;
    struct demo_circuit large, small;
    struct key_file governor, treasury, home, visited;
    struct tx_currency currency;
    struct store *store;
    struct demo_trade charging, phone;
    struct settlement settlement; /* of the charging batch */
    struct ledger_receipt settled;
    unsigned frauds_tried, frauds_refused;
};

/* Prints a line of the story, unless --json or --quiet. */
void demo_say(const struct demo *demo, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "1234.5600" for an amount in the demo's currency. */
const char *demo_money(char text[48], const struct demo *demo, uint64_t amount_minor);

/* Sends a transaction and returns what the rules decided in *receipt. */
ROAM_MUST_USE enum roam_err demo_send(struct demo *demo, struct tx *tx, const struct key_file *first,
                                      const struct key_file *second, struct ledger_receipt *receipt);
/* The same; anything but ACCEPTED is an error. */
ROAM_MUST_USE enum roam_err demo_must(struct demo *demo, struct tx *tx, const struct key_file *first,
                                      const struct key_file *second, struct ledger_receipt *receipt);

/* demo_world.c: keys, development ceremony, ledger, operators, money, an agreement for a rate card. */
ROAM_MUST_USE enum roam_err demo_world_make(struct demo *demo);
ROAM_MUST_USE enum roam_err demo_agreement_open(struct demo *demo, struct demo_trade *trade,
                                                uint64_t fund_minor);
void demo_world_end(struct demo *demo);

/* demo_sessions.c: records to sessions; opening and commitments on the ledger. */
ROAM_MUST_USE enum roam_err demo_charging_load(struct demo *demo);
ROAM_MUST_USE enum roam_err demo_phone_load(struct demo *demo);
ROAM_MUST_USE enum roam_err demo_sessions_open(struct demo *demo, struct demo_trade *trade);
/* Each device signs twice while it is served, at about half of its usage and at the end. */
/* What the session's device signs for a record. */
ROAM_MUST_USE enum roam_err demo_sign(struct tx_usage_commit_item *out, const roam_id *agreement,
                                      const struct demo_session *session, uint64_t seq,
                                      const struct usage_record *record);
ROAM_MUST_USE enum roam_err demo_sessions_commit(struct demo *demo, struct demo_trade *trade);

/* Proves sessions first .. first + count - 1 of a trade. */
ROAM_MUST_USE enum roam_err demo_prove(struct demo *demo, struct settlement *out,
                                       const struct demo_trade *trade, size_t first, size_t count,
                                       const struct demo_circuit *circuit);

/* demo_frauds.c: six frauds, each refused. */
ROAM_MUST_USE enum roam_err demo_frauds(struct demo *demo);

#endif
