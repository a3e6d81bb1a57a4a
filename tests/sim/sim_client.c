/* Operators that follow a script: they send the transactions of a step to a node, the same bytes to another
 * if no answer comes, and go on when all are accepted. */
#include "sim.h"

#include <stdlib.h>

enum {
    ANSWER_MS = 9000,
    PAUSE_MS = 400,
    REFUSED_MS = 2500,
    OPTIONAL_ATTEMPTS = 3,
    SETTLE_STEP = 5,
    LATE_MS = 600
};
/* So long after the faults have ended, and all nodes have caught up, nothing that is sent is given up. */
enum { CALM_MS = 10000 };

/* A request in an inbox. */
struct request {
    struct sim_client *client;
    uint64_t number, sent_ms;
    struct sim_node *node;
    size_t step, count, place[BANK_STEP_TXS];
    const struct bank_tx *tx[BANK_STEP_TXS];
};

static void wake(struct sim_client *client, uint64_t in_ms)
{
    client->due_ms = client->sim->now_ms + in_ms;
    sim_at(client->sim, in_ms, (struct sim_event){.kind = EVENT_CLIENT, .node = client->index});
}

/* What is sent for a place of the step, or NULL if there is nothing to do. */
static const struct bank_tx *wanted(const struct sim_client *client, size_t place)
{
    const struct bank_tx *tx = &client->script->step[client->step].tx[place];
    if (client->done[place]) return NULL;
    if (tx->kind == BANK_IF_SETTLED && !client->settled) return NULL;
    if (tx->kind == BANK_SETTLING && client->expired) return client->closed ? NULL : tx->instead;
    if ((tx->kind == BANK_OPTIONAL || tx->kind == BANK_FALSE) && client->attempts >= OPTIONAL_ATTEMPTS)
        return NULL;
    return tx;
}

static size_t collect(const struct sim_client *client, enum client_way way, struct request *request,
                      struct ledger_bytes *txs)
{
    request->count = 0;
    for (size_t i = 0; i < client->script->step[client->step].count; i++) {
        const struct bank_tx *tx = wanted(client, i);
        if (tx == NULL) continue;
        const bool apart = tx->kind == BANK_OPTIONAL || tx->kind == BANK_COMPANION;
        if (way != EVERYTHING && apart != (way == OPTIONAL)) continue;
        request->tx[request->count] = tx;
        request->place[request->count] = i;
        txs[request->count++] = tx->bytes;
    }
    return request->count;
}

/* Is a settlement's deadline over, so that the other way must be taken? */
static bool is_too_late(const struct bank_tx *tx, const struct ledger_receipt *receipt)
{
    return tx->kind == BANK_SETTLING &&
           (receipt->outcome == LEDGER_DEADLINE_PASSED || receipt->outcome == LEDGER_WRONG_STATE);
}

static void take_receipt(struct sim_client *client, const struct request *request, size_t i,
                         const struct ledger_receipt *receipt)
{
    const struct bank_tx *tx = request->tx[i];
    struct sim *sim = client->sim;
    check_ack(request->node, &tx->id, receipt);
    if (receipt->height > sim->told_height) sim->told_height = receipt->height;
    sim_trace(client->sim, "client %u: step %zu, node %u answers %s", client->index, request->step,
              request->node->index, ledger_outcome_name((enum ledger_outcome)receipt->outcome));
    if (receipt->outcome == LEDGER_ACCEPTED) {
        client->done[request->place[i]] = true;
        if (tx->kind == BANK_SETTLING && request->step == SETTLE_STEP) client->settled = true;
        if (tx == &client->script->expire_settling) client->closed = true;
    } else if (is_too_late(tx, receipt)) {
        client->expired = true;
    }
}

static void next_step(struct sim_client *client)
{
    client->step++;
    client->attempts = 0;
    for (size_t i = 0; i < BANK_STEP_TXS; i++) client->done[i] = false;
    client->finished = client->step == BANK_STEPS;
    sim_trace(client->sim, "client %u: step %zu%s", client->index, client->step,
              client->finished ? ", done" : "");
    if (!client->finished) wake(client, PAUSE_MS);
}

static void go_on(struct sim_client *client, uint64_t pause_ms)
{
    struct ledger_bytes txs[BANK_STEP_TXS];
    struct request request;
    client->request++; /* what comes later is of no use */
    client->attempts++;
    if (collect(client, EVERYTHING, &request, txs) == 0)
        next_step(client);
    else
        wake(client, pause_ms);
}

/* True if all were accepted. */
static bool take_receipts(struct sim_client *client, const struct request *request,
                          const struct ledger_receipt *receipts, size_t count)
{
    bool all = true;
    for (size_t i = 0; i < count; i++) {
        const bool executed = receipts[i].height > 0;
        all = all && executed && receipts[i].outcome == LEDGER_ACCEPTED;
        if (executed) take_receipt(client, request, i, &receipts[i]);
    }
    return all;
}

static void check_refusals(const struct request *request, const struct ledger_receipt *receipts)
{
    for (size_t i = 0; i < request->count; i++)
        if (receipts[i].height == 0) check_turned(request->node, &request->tx[i]->id, &receipts[i]);
}

/* Node and network are well, and yet no answer came. */
static void check_given_up(const struct request *request)
{
    const struct sim_node *node = request->node;
    struct sim *sim = node->sim;
    const uint64_t since_ms = sim->unrest_ms > sim->heal_ms ? sim->unrest_ms : sim->heal_ms;
    if (sim->healed && node->app_up && !node->byzantine && request->sent_ms >= since_ms + CALM_MS)
        sim_break(sim, "node %u gives up what client %u sent at %llu ms, step %zu", node->index,
                  request->client->index, (unsigned long long)request->sent_ms, request->step);
}

static void answered(void *context, enum roam_err err, const struct ledger_receipt *receipts, size_t count)
{
    struct request *request = context;
    struct sim_client *client = request->client;
    struct sim *sim = client->sim;
    const bool current = request->number == client->request && !client->finished;
    const bool lost = !sim->healed && sim_chance(sim, sim->faults.ack_loss);
    sim->totals.acks_lost += lost;
    if (err == ROAM_E_BUSY) check_given_up(request);
    if (err == ROAM_E_VERIFY) check_refusals(request, receipts);
    if (current && !lost && err != ROAM_E_BUSY) {
        const bool was_expired = client->expired, all = take_receipts(client, request, receipts, count);
        go_on(client, all || client->expired != was_expired ? PAUSE_MS : REFUSED_MS);
    } else if (current && !lost) {
        sim_trace(sim, "client %u: node %u gives up", client->index, request->node->index);
        go_on(client, PAUSE_MS);
    }
    free(request);
}

/* A node looks at a transaction before it takes it; what was accepted before is answered as it was, with a
 * key that has changed since, too. */
static bool is_admitted(struct sim_node *node, const struct bank_tx *tx, const struct ledger_bytes *bytes)
{
    const struct node_ledger ledger = sim_ledger_node(node->ledger);
    struct ledger_receipt receipt;
    const bool forgets = node->sim->options.plant == PLANT_ENTRANCE_FORGETS;
    if (!forgets && ledger.accepted(ledger.context, &tx->id, &receipt) == ROAM_OK) return true;
    return sim_ledger_admit(node->ledger, bytes) == LEDGER_ACCEPTED;
}

/* Leaves what this node would refuse for another time. */
static size_t admitted(struct sim_node *node, struct request *request, struct ledger_bytes *txs)
{
    size_t kept = 0;
    for (size_t i = 0; i < request->count; i++) {
        if (!is_admitted(node, request->tx[i], &txs[i])) continue;
        request->place[kept] = request->place[i];
        request->tx[kept] = request->tx[i];
        txs[kept++] = txs[i];
    }
    return request->count = kept;
}

/* Planted: pays in again, in place of sending the same again. */
static void pay_again(struct sim_client *client, struct request *request, struct ledger_bytes *txs)
{
    if (client->sim->options.plant != PLANT_NEW_BYTES || client->step != 1 || client->attempts < 2) return;
    if (client->done[0]) return;
    request->tx[0] = &client->script->second_deposit;
    txs[0] = request->tx[0]->bytes;
}

static void send(struct sim_client *client, enum client_way way)
{
    const unsigned to = (unsigned)prng_below(&client->sim->prng, client->sim->nodes);
    struct sim_node *node = &client->sim->node[to];
    struct ledger_bytes txs[BANK_STEP_TXS];
    if (client->finished) return;
    struct request *request = calloc(1, sizeof *request);
    ROAM_ASSERT(request != NULL);
    *request = (struct request){.client = client,
                                .number = client->request,
                                .sent_ms = client->sim->now_ms,
                                .node = node,
                                .step = client->step};
    const bool open = node->app_up && node->crash == CRASH_NONE && collect(client, way, request, txs) > 0;
    if (open) pay_again(client, request, txs);
    if (!open || admitted(node, request, txs) == 0 ||
        inbox_submit(node->inbox, txs, request->count, answered, request) != ROAM_OK)
        free(request);
}

/* If it is not answered by then. */
static void send_later(struct sim_client *client, enum client_way way)
{
    sim_at(client->sim, prng_below(&client->sim->prng, LATE_MS),
           (struct sim_event){.kind = EVENT_CLIENT_LATE,
                              .node = client->index,
                              .height = client->request,
                              .step = (int32_t)way});
}

/* The one it waits for has not come, or it is time for the next. */
void client_event(struct sim_client *client)
{
    struct sim *sim = client->sim;
    struct ledger_bytes txs[BANK_STEP_TXS];
    struct request request;
    if (client->finished || sim->now_ms < client->due_ms) return;
    client->request++;
    client->attempts++;
    sim->totals.retries += client->attempts > 1;
    if (collect(client, EVERYTHING, &request, txs) == 0) {
        next_step(client);
        return;
    }
    wake(client, sim->healed ? 2000 : 1000 + prng_below(&sim->prng, ANSWER_MS));
    const uint64_t number = client->request;
    if (sim_chance(sim, 500))
        send(client, OPTIONAL);
    else
        send_later(client, OPTIONAL);
    send(client, NEEDED);
    if (number == client->request && sim_chance(sim, 150)) send(client, NEEDED);
    if (sim_chance(sim, 200)) send_later(client, NEEDED);
}

void client_late(struct sim_client *client, uint64_t request, enum client_way way)
{
    if (client->request == request) send(client, way);
}

void client_init(struct sim_client *client, struct sim *sim, unsigned index)
{
    *client = (struct sim_client){.sim = sim, .index = index, .script = &sim->bank->pair[index]};
    wake(client, prng_below(&sim->prng, 500));
}

bool clients_done(const struct sim *sim)
{
    for (unsigned i = 0; i < sim->clients; i++)
        if (!sim->client[i].finished) return false;
    return true;
}
