/* What every command that talks to a ledger shares: opening it, ids and amounts from options, building,
 * signing, sending and showing transactions. */
#ifndef ROAM_HOSTED_H
#define ROAM_HOSTED_H

#include "cli.h"
#include "keyfile.h"
#include "remote.h"
#include "store.h"

/* The option row and how to use it: --ledger, or the environment variable ROAM_LEDGER. */
#define OPTION_LEDGER                                                                                        \
    {                                                                                                        \
        "ledger", "DIR|URL", "the ledger's folder or a node that hosts it (default: $ROAM_LEDGER)", false    \
    }
#define OPTION_CURRENCY                                                                                      \
    {                                                                                                        \
        "currency", "CODE:DECIMALS", "currency and its decimals, EUR:2", true                                \
    }

/* Where a ledger is: a folder of this machine, or a node asked over HTTP. One of them is NULL. */
struct host {
    struct store *store;
    struct remote *remote;
};
ROAM_MUST_USE enum roam_err hosted_open(struct cli *cli, struct host *out, bool read_only);
/* A host that is closed when it goes out of scope; set it to {0} first. */
void hosted_close(struct host *host);
#define SCOPED_HOST __attribute__((cleanup(hosted_close))) struct host
/* Its records, to be read by records.h until hosted_read_end. */
const struct ledger *hosted_read_begin(const struct host *host);
void hosted_read_end(const struct host *host);
/* Why a read gave err: the node's failure if there was one, else the text. */
ROAM_MUST_USE enum roam_err hosted_unknown(struct cli *cli, const struct host *host, enum roam_err err,
                                           const char *text);

/* For what needs the folder: ROAM_E_UNSUPPORTED if a node is named. */
ROAM_MUST_USE enum roam_err hosted_open_store(struct cli *cli, struct store **out, bool read_only);
/* A store that is closed when it goes out of scope; set it to NULL first. */
void hosted_close_store(struct store **store);
#define SCOPED_STORE __attribute__((cleanup(hosted_close_store))) struct store

/* Options as values. */
ROAM_MUST_USE enum roam_err option_id(struct cli *cli, const char *name, roam_id *out);
/* The serial that a transaction names a session by; ROAM_E_MISMATCH if it is not one of the agreement. */
ROAM_MUST_USE enum roam_err session_serial(struct cli *cli, uint64_t *out, const roam_id *agreement,
                                           const roam_id *session);
ROAM_MUST_USE enum roam_err option_currency(struct cli *cli, const char *name, struct tx_currency *out);
/* A decimal amount, "12.50", in minor units of the currency. */
ROAM_MUST_USE enum roam_err option_amount(struct cli *cli, const char *name,
                                          const struct tx_currency *currency, uint64_t *out);
ROAM_MUST_USE enum roam_err option_key(struct cli *cli, const char *name, enum key_kind kind,
                                       bool need_secret, struct key_file *out);
/* An operator: its id in hexadecimal, or a key file that names it. */
ROAM_MUST_USE enum roam_err option_operator(struct cli *cli, const char *name, roam_id *out);

json_t *json_amount(uint64_t amount_minor, int decimals);
const char *currency_text(char text[16], const struct tx_currency *currency);
void put_id(struct cli *cli, const char *key, const roam_id *id);

/* Seals tx for the ledger, signs with count secret keys, submits, puts the receipt into the result. Sets
 * cli->refused if the ledger's rules refuse it. */
ROAM_MUST_USE enum roam_err hosted_submit(struct cli *cli, const struct host *host, struct tx *tx,
                                          const struct key_file *const *keys, unsigned count);
/* The same for an already open ledger without touching the result: for programs that send many. */
ROAM_MUST_USE enum roam_err hosted_send(const struct host *host, struct tx *tx,
                                        const struct key_file *const *keys, unsigned count,
                                        struct ledger_receipt *receipt, struct roam_diag *diag);

#endif
