/* Prints signed transactions of the market that `roam testnet ledger` makes, one on a line: its id and its
 * bytes, both in hexadecimal. Each argument asks for one, KIND:NUMBER:NUMBER..., the first number being the
 * pair:
 *
 *   home:P  visited:P                    registrations        deposit:P:AMOUNT:REFERENCE   (by home)
 *   agreement:P                          the pair's           fund:P:AMOUNT:SEQUENCE
 *   open:P:FIRST:COUNT:HOLD              sessions by serial   commit:P:FIRST:COUNT:SEQ
 *   settle:P:FIRST:COUNT:HOLD:SEQ:FEE                         withdraw:P:AMOUNT:SEQUENCE   (by home)
 *   rotate:P:SEQUENCE                    home's key, by another one
 *   deposits:P:AMOUNT:REFERENCE:COUNT    many, REFERENCE, REFERENCE + 1, ...
 *   ids:P:SERIAL                         ids of the agreement and of the session, no transaction */
#include "hex.h"
#include "market.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = 6 };

static struct market market;

static void put(struct ledger_bytes tx)
{
    char id[65];
    const roam_id made = made_id(&tx);
    char *text = malloc(2 * tx.size + 1);
    ROAM_ASSERT(text != NULL);
    hex_encode(id, made.byte, 32);
    hex_encode(text, tx.bytes, tx.size);
    printf("%s %s\n", id, text);
    free(text);
    free((void *)(uintptr_t)tx.bytes);
}

static void put_ids(const struct pair *pair, uint64_t serial)
{
    char agreement[65], session[65];
    roam_id id;
    tx_session_id(&id, &pair->agreement, serial);
    hex_encode(agreement, pair->agreement.byte, 32);
    hex_encode(session, id.byte, 32);
    printf("%s %s\n", agreement, session);
}

static struct ledger_bytes make_rotate(const struct pair *pair, uint64_t sequence)
{
    struct person next;
    person_init(&next, "next key");
    const struct person *const signers[] = {&pair->home, &next};
    struct tx tx = {.type = TX_OPERATOR_ROTATE_KEY, .ledger = market.ledger};
    tx.body.operator_rotate_key =
        (struct tx_operator_rotate_key){.operator_id = pair->home.operator_id, .sequence = sequence};
    memcpy(tx.body.operator_rotate_key.new_public_key, next.public_key, 32);
    uint8_t *bytes = malloc(1024);
    ROAM_ASSERT(bytes != NULL);
    return (struct ledger_bytes){bytes, tx_finish(bytes, 1024, &tx, signers)};
}

static bool is(const char *request, const char *kind)
{
    const size_t length = strlen(kind);
    return strncmp(request, kind, length) == 0 && request[length] == ':';
}

static bool print_one(const char *request, const struct pair *p, const uint64_t n[NUMBERS])
{
    const struct market *m = &market;
    if (is(request, "home"))
        put(make_register(m, &p->home));
    else if (is(request, "visited"))
        put(make_register(m, &p->visited));
    else if (is(request, "rotate"))
        put(make_rotate(p, n[1]));
    else if (is(request, "deposit"))
        put(make_deposit(m, &p->home, n[1], n[2]));
    else if (is(request, "deposits"))
        for (uint64_t i = 0; i < n[3]; i++) put(make_deposit(m, &p->home, n[1], n[2] + i));
    else if (is(request, "withdraw"))
        put(make_withdraw(m, &p->home, n[1], n[2]));
    else if (is(request, "agreement"))
        put(make_agreement(m, p));
    else if (is(request, "fund"))
        put(make_move(m, p, TX_AGREEMENT_FUND, n[1], n[2]));
    else if (is(request, "open"))
        put(make_session_open(m, p, n[1], (size_t)n[2], n[3]));
    else if (is(request, "commit"))
        put(make_usage_commit(m, p, n[1], (size_t)n[2], n[3]));
    else if (is(request, "settle"))
        put(make_settle(m, p, n[1], (size_t)n[2], n[3], n[4], n[5]));
    else if (is(request, "ids"))
        put_ids(p, n[1]);
    else
        return false;
    return true;
}

int main(int count, char **arguments)
{
    market_init(&market);
    market_add_single(&market); /* as `roam testnet ledger` */
    for (int i = 1; i < count; i++) {
        struct pair pair;
        uint64_t numbers[NUMBERS] = {0};
        const char *at = strchr(arguments[i], ':');
        for (int n = 0; n < NUMBERS && at != NULL; n++) {
            numbers[n] = strtoull(at + 1, NULL, 10);
            at = strchr(at + 1, ':');
        }
        pair_init(&pair, &market, numbers[0]);
        if (print_one(arguments[i], &pair, numbers)) continue;
        fprintf(stderr, "node_txs: '%s' is not a transaction\n", arguments[i]);
        return 2;
    }
    return 0;
}
