/* What must hold when all has come to rest. */
#include "endian.h"
#include "sim.h"

#include <string.h>

/* The receipt that accepted it, or NULL. */
static const struct ledger_receipt *accepted(const struct sim *sim, const roam_id *tx)
{
    for (size_t i = 0; i < sim->check.receipt_count; i++) {
        const struct ledger_receipt *receipt = &sim->check.receipts[i];
        if (receipt->outcome == LEDGER_ACCEPTED && roam_id_equal(&receipt->tx, tx)) return receipt;
    }
    return NULL;
}

/* Every answer is in the log; one that refuses does not come after one that accepts. */
static void check_acks(struct sim *sim)
{
    const struct sim_check *c = &sim->check;
    for (size_t i = 0; i < c->ack_count && !sim->broken; i++) {
        const struct ledger_receipt *given = &c->acks[i].receipt;
        const struct ledger_receipt *first = accepted(sim, &c->acks[i].tx);
        uint8_t x[LEDGER_RECEIPT_SIZE], y[LEDGER_RECEIPT_SIZE] = {0};
        ledger_receipt_serialize(x, given);
        if (given->index < c->receipt_count) ledger_receipt_serialize(y, &c->receipts[given->index]);
        if (memcmp(x, y, sizeof x) != 0 || !roam_id_equal(&given->tx, &c->acks[i].tx))
            sim_break(sim, "an answer was given that is not in the log, of receipt %llu",
                      (unsigned long long)given->index);
        if (given->outcome != LEDGER_ACCEPTED && first != NULL && first->index < given->index)
            sim_break(sim, "a client was told that receipt %llu refuses what receipt %llu accepts",
                      (unsigned long long)given->index, (unsigned long long)first->index);
    }
}

/* What the script of a client comes to, from what was accepted of it. */
static void expect(const struct sim *sim, const struct sim_client *client, uint64_t *home, uint64_t *visited,
                   struct ledger_agreement *a)
{
    const struct bank_pair *p = client->script;
    const bool stale = accepted(sim, &p->step[8].tx[0].id) != NULL;
    const uint64_t released = BANK_RELEASE + (stale ? (uint64_t)BANK_STALE_RELEASE : 0);
    const uint64_t fee = client->settled ? BANK_FEE : 0;
    *home = BANK_DEPOSIT - BANK_FUND + released - BANK_WITHDRAW_HOME;
    *visited = BANK_DEPOSIT_VISITED + (client->settled ? BANK_COLLECT - BANK_WITHDRAW_VISITED : 0);
    a->available_minor = BANK_FUND - released - fee;
    a->earned_minor = client->settled ? BANK_FEE - BANK_COLLECT : 0;
    a->held_minor = 0;
}

static uint64_t balance(const struct ledger *ledger, const struct person *person,
                        const struct tx_currency *currency)
{
    struct ledger_account account;
    if (ledger_get_account(&account, ledger, &person->operator_id, currency) != ROAM_OK) return 0;
    return account.available_minor;
}

static void check_client(struct sim *sim, const struct sim_client *client, const struct sim_node *node)
{
    const struct ledger *ledger = sim_ledger_box(node->ledger)->ledger;
    const struct pair *pair = &client->script->pair;
    const struct tx_currency *currency = &sim->bank->market.currency;
    uint64_t home, visited;
    struct ledger_agreement a, expected;
    expect(sim, client, &home, &visited, &expected);
    if (ledger_get_agreement(&a, ledger, &pair->agreement) != ROAM_OK ||
        a.available_minor != expected.available_minor || a.earned_minor != expected.earned_minor ||
        a.held_minor != 0)
        sim_break(sim, "client %u: its agreement is not what it was told", client->index);
    if (balance(ledger, &pair->home, currency) != home)
        sim_break(sim, "client %u: home has %llu, not %llu", client->index,
                  (unsigned long long)balance(ledger, &pair->home, currency), (unsigned long long)home);
    if (balance(ledger, &pair->visited, currency) != visited)
        sim_break(sim, "client %u: visited has %llu, not %llu", client->index,
                  (unsigned long long)balance(ledger, &pair->visited, currency), (unsigned long long)visited);
}

/* What can never be accepted was not. */
static void check_false(struct sim *sim, const struct bank_pair *pair)
{
    for (size_t s = 0; s < BANK_STEPS; s++)
        for (size_t i = 0; i < pair->step[s].count; i++)
            if (pair->step[s].tx[i].kind == BANK_FALSE && accepted(sim, &pair->step[s].tx[i].id) != NULL)
                sim_break(sim, "a false settlement was accepted");
}

/* An answer's proof, as "/receipt" gives it, leads to the node's app hash. */
static bool proof_holds(struct sim_node *node, const struct sim_ack *ack)
{
    struct abci_request in = {.method = ABCI_QUERY};
    struct abci_response out;
    struct ledger_head_parts parts;
    struct merkle_proof proof;
    uint8_t leaf[32], app_hash[32];
    in.query.path = (struct abci_bytes){(const uint8_t *)"/receipt", 8};
    in.query.data = (struct abci_bytes){ack->tx.byte, 32};
    in.query.prove = true;
    if (!node_call(node, &in, &out) || out.query.code != 0 || out.query.proof_op_count != 1) return false;
    const struct abci_bytes *data = &out.query.proof_ops[0].data;
    const uint8_t *at = data->at;
    memcpy(parts.ledger.byte, at, 32);
    parts.height = load_le64(at + 32);
    parts.time_s = load_le64(at + 40);
    memcpy(parts.state, at + 48, 32);
    memcpy(parts.receipt_root, at + 80, 32);
    parts.receipt_count = load_le64(at + 112);
    ledger_parts_hash(app_hash, &parts);
    proof.count = (data->size - 120) / MERKLE_HASH_SIZE;
    memcpy(proof.hash, at + 120, proof.count * MERKLE_HASH_SIZE);
    merkle_leaf_hash(leaf, out.query.value.at, out.query.value.size);
    return memcmp(app_hash, node->engine.app_hash, 32) == 0 &&
           merkle_inclusion_verify(parts.receipt_root, ack->receipt.index, parts.receipt_count, leaf,
                                   &proof) == ROAM_OK;
}

static void check_proofs(struct sim *sim, struct sim_node *node)
{
    const struct sim_check *c = &sim->check;
    for (size_t i = 0; i < c->ack_count; i++)
        if (c->acks[i].receipt.outcome == LEDGER_ACCEPTED && !proof_holds(node, &c->acks[i]))
            sim_break(sim, "node %u: the proof of receipt %llu does not hold", node->index,
                      (unsigned long long)c->acks[i].receipt.index);
}

static void check_node(struct sim *sim, struct sim_node *node)
{
    u128 money;
    const char *broken = box_audit(sim_ledger_box(node->ledger), &money);
    if (broken != NULL) sim_break(sim, "node %u: %s", node->index, broken);
    check_money(sim, money);
    for (unsigned i = 0; i < sim->clients; i++) check_client(sim, &sim->client[i], node);
}

/* One node's blocks, executed again from the first. */
static void check_replay(struct sim *sim, struct sim_node *node)
{
    const struct sim_ledger_options options = {
        .genesis = &sim->genesis, .circuits = &sim->circuit, .disk = &node->ledger_disk};
    const char *broken = sim_ledger_replay(&options);
    if (broken != NULL) sim_break(sim, "node %u: %s", node->index, broken);
}

void check_end(struct sim *sim)
{
    check_acks(sim);
    for (unsigned i = 0; i < sim->clients; i++) check_false(sim, sim->client[i].script);
    for (unsigned i = 0; i < sim->nodes && !sim->broken; i++)
        if (!sim->node[i].byzantine) check_node(sim, &sim->node[i]);
    struct sim_node *one = &sim->node[sim->byzantine + sim->options.seed % (sim->nodes - sim->byzantine)];
    if (!sim->broken) check_proofs(sim, one);
    if (!sim->broken && !sim_ledger_was_restored(one->ledger)) check_replay(sim, one);
}
