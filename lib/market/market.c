#include "market.h"

#include "digest.h"
#include "endian.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 32 bytes that follow from a word and a number. */
static void derive(uint8_t out[32], const char *word, uint64_t number)
{
    uint8_t bytes[8];
    store_le64(bytes, number);
    const struct bytes_view pieces[] = {{word, strlen(word)}, {bytes, sizeof bytes}};
    sha256_pieces(out, pieces, 2);
}

static void add_circuit(struct market *market, struct forger *forger, uint64_t seed, uint16_t places)
{
    struct ledger_genesis *genesis = &market->genesis;
    const size_t size = groth16_vk_size(FORGER_INPUTS);
    uint8_t *bytes = malloc(size);
    ROAM_ASSERT(bytes != NULL);
    forger_init(forger, seed);
    groth16_vk_serialize(bytes, &forger->vk);
    genesis->circuit[genesis->circuit_count].size = places;
    sha256(genesis->circuit[genesis->circuit_count].vk_digest, bytes, size);
    genesis->circuit_count++;
    free(bytes);
    ledger_genesis_id(&market->ledger, genesis);
}

void market_init(struct market *market)
{
    struct ledger_genesis *genesis = &market->genesis;
    *market = (struct market){.currency = {"EUR", 2}};
    person_init(&market->governor, "governor");
    person_init(&market->treasury, "treasury");
    snprintf(genesis->chain_name, sizeof genesis->chain_name, "market");
    memcpy(genesis->governor, market->governor.public_key, 32);
    memcpy(genesis->treasury, market->treasury.public_key, 32);
    add_circuit(market, &market->forger, 1, MARKET_CIRCUIT_SIZE);
}

void market_add_single(struct market *market) { add_circuit(market, &market->single, 2, 1); }

static void operator_init(struct person *operator, const char * role, uint64_t number)
{
    char name[TX_NAME_SIZE];
    snprintf(name, sizeof name, "%s %llu", role, (unsigned long long)number);
    person_init(operator, name);
}

void pair_init(struct pair *pair, const struct market *market, uint64_t number)
{
    *pair = (struct pair){0};
    operator_init(&pair->home, "home", number);
    operator_init(&pair->visited, "visited", number);
    pair->terms = (struct tx_agreement_open){.home = pair->home.operator_id,
                                             .visited = pair->visited.operator_id,
                                             .currency = market->currency,
                                             .hold_max_minor = 1000000,
                                             .commit_within_s = 1000000,
                                             .settle_within_s = 1000000,
                                             .dispute_within_s = 1000000,
                                             .dispute_default_ppm = 500000,
                                             .salt = number};
    pair->terms.rate_card[31] = 7;
    tx_agreement_id(&pair->agreement, &market->ledger, &pair->terms);
}

static struct ledger_bytes finish(const struct market *market, struct tx *tx, const struct person *first,
                                  const struct person *second)
{
    const struct person *const signers[TX_SIGNATURES_MAX] = {first, second};
    uint8_t *bytes = malloc(TX_SIZE_MAX);
    ROAM_ASSERT(bytes != NULL);
    tx->ledger = market->ledger;
    size_t size = tx_finish(bytes, TX_SIZE_MAX, tx, signers);
    uint8_t *fitting = realloc(bytes, size);
    return (struct ledger_bytes){fitting != NULL ? fitting : bytes, size};
}

struct ledger_bytes make_register(const struct market *market, const struct person *operator)
{
    struct tx tx = {.type = TX_OPERATOR_REGISTER};
    tx.body.operator_register.operator_id = operator->operator_id;
    memcpy(tx.body.operator_register.name, operator->name, TX_NAME_SIZE);
    memcpy(tx.body.operator_register.public_key, operator->public_key, 32);
    return finish(market, &tx, &market->governor, NULL);
}

struct ledger_bytes make_deposit(const struct market *market, const struct person *operator,
                                 uint64_t amount_minor, uint64_t reference)
{
    struct tx tx = {.type = TX_DEPOSIT};
    tx.body.deposit = (struct tx_deposit){operator->operator_id, market->currency, amount_minor, {{0}}};
    derive(tx.body.deposit.reference.byte, "deposit", reference);
    return finish(market, &tx, &market->treasury, NULL);
}

struct ledger_bytes make_withdraw(const struct market *market, const struct person *operator,
                                  uint64_t amount_minor, uint64_t sequence)
{
    struct tx tx = {.type = TX_WITHDRAW};
    tx.body.withdraw =
        (struct tx_withdraw){operator->operator_id, market->currency, amount_minor, sequence, {{0}}};
    derive(tx.body.withdraw.reference.byte, operator->name, sequence);
    return finish(market, &tx, operator, NULL);
}

struct ledger_bytes make_agreement(const struct market *market, const struct pair *pair)
{
    struct tx tx = {.type = TX_AGREEMENT_OPEN};
    tx.body.agreement_open = pair->terms;
    return finish(market, &tx, &pair->home, &pair->visited);
}

struct ledger_bytes make_move(const struct market *market, const struct pair *pair, enum tx_type type,
                              uint64_t amount_minor, uint64_t sequence)
{
    struct tx tx = {.type = type};
    tx.body.agreement_move = (struct tx_agreement_move){pair->agreement, amount_minor, sequence};
    return finish(market, &tx, type == TX_AGREEMENT_COLLECT ? &pair->visited : &pair->home, NULL);
}

static void commitment_of(fr *out, uint64_t serial, uint64_t seq) { fr_from_u128(out, seq, serial); }

struct ledger_bytes make_session_open(const struct market *market, const struct pair *pair,
                                      uint64_t first_serial, size_t count, uint64_t hold_minor)
{
    static _Thread_local struct tx_session_open_item items[TX_BATCH_MAX];
    struct tx tx = {.type = TX_SESSION_OPEN};
    ROAM_ASSERT(count <= TX_BATCH_MAX);
    for (size_t i = 0; i < count; i++) {
        eddsa_key key;
        device_key(&key, &pair->agreement, first_serial + i);
        items[i] = (struct tx_session_open_item){first_serial + i, key.public_key, hold_minor};
    }
    tx.body.session_open =
        (struct tx_session_open){pair->agreement, UINT64_C(1) << 60, (uint16_t)count, items};
    return finish(market, &tx, &pair->home, NULL);
}

struct ledger_bytes make_usage_commit(const struct market *market, const struct pair *pair,
                                      uint64_t first_serial, size_t count, uint64_t seq)
{
    static _Thread_local struct tx_usage_commit_item items[TX_BATCH_MAX];
    struct tx tx = {.type = TX_USAGE_COMMIT};
    struct roam_prng prng = {first_serial};
    const struct roam_env env = roam_env_seeded(&prng);
    ROAM_ASSERT(count <= TX_BATCH_MAX);
    for (size_t i = 0; i < count; i++) {
        struct tx_usage_commit_item *item = &items[i];
        eddsa_key key;
        roam_id id;
        fr session, message;
        device_key(&key, &pair->agreement, first_serial + i);
        item->serial = first_serial + i;
        item->seq = seq;
        tx_session_id(&id, &pair->agreement, item->serial);
        tx_id_to_fr(&session, &id);
        commitment_of(&item->commitment, first_serial + i, seq);
        usage_sign_message(&message, &session, seq, &item->commitment);
        eddsa_sign(&item->signature, &key, &message, &env); /* the same bytes again */
    }
    tx.body.usage_commit = (struct tx_usage_commit){pair->agreement, (uint16_t)count, items};
    return finish(market, &tx, &pair->visited, NULL);
}

struct ledger_bytes make_settle(const struct market *market, const struct pair *pair, uint64_t first_serial,
                                size_t count, uint64_t hold_minor, uint64_t seq, uint64_t total_fee)
{
    struct settle_place places[MARKET_CIRCUIT_SIZE];
    uint64_t serials[MARKET_CIRCUIT_SIZE];
    fr inputs[FORGER_INPUTS];
    struct tx tx = {.type = TX_SETTLE};
    const bool single = count <= 1 && market->genesis.circuit_count > 1;
    const uint16_t circuit_size = single ? 1 : MARKET_CIRCUIT_SIZE;
    ROAM_ASSERT(count <= MARKET_CIRCUIT_SIZE);
    for (size_t i = 0; i < count; i++) {
        serials[i] = first_serial + i;
        commitment_of(&places[i].commitment, first_serial + i, seq);
        places[i].hold_minor = hold_minor;
    }
    tx_id_to_fr(&inputs[0], &pair->agreement);
    ROAM_ASSERT(fr_from_be(&inputs[1], pair->terms.rate_card) == ROAM_OK);
    settle_batch_digest(&inputs[2], places, count, circuit_size);
    fr_from_u64(&inputs[3], total_fee);
    inputs[4] = inputs[5] = fr_zero;
    tx.body.settle = (struct tx_settle){.agreement = pair->agreement,
                                        .circuit_size = circuit_size,
                                        .count = (uint16_t)count,
                                        .serials = serials,
                                        .total_fee = total_fee};
    forger_prove(&tx.body.settle.proof, single ? &market->single : &market->forger, inputs);
    return finish(market, &tx, &pair->visited, NULL);
}

struct ledger_bytes make_expire(const struct market *market, const struct pair *pair, uint64_t first_serial,
                                size_t count)
{
    static _Thread_local uint64_t serials[TX_BATCH_MAX];
    struct tx tx = {.type = TX_EXPIRE};
    ROAM_ASSERT(count <= TX_BATCH_MAX);
    for (size_t i = 0; i < count; i++) serials[i] = first_serial + i;
    tx.body.expire = (struct tx_expire){pair->agreement, pair->home.operator_id, (uint16_t)count, serials};
    return finish(market, &tx, &pair->home, NULL);
}

roam_id made_id(const struct ledger_bytes *tx)
{
    roam_id id;
    size_t signatures = (size_t)TX_SIGNATURE_SIZE * tx_signature_count((enum tx_type)tx->bytes[4]);
    sha256(id.byte, tx->bytes, tx->size - signatures);
    return id;
}
