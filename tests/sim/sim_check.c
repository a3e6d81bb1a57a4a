/* What must hold, whatever happens: for every vote, block, restart and answer. */
#include "sim.h"

#include "digest.h"

#include <stdlib.h>
#include <string.h>

void check_release(struct sim *sim)
{
    free(sim->check.height);
    free(sim->check.receipts);
    free(sim->check.acks);
    for (unsigned i = 0; i < SIM_NODES_MAX; i++) free(sim->check.sent[i].votes);
}

/* Room for one more element. */
static void *grown(void *list, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) return list;
    const size_t old = *capacity;
    *capacity = 2 * old + 64;
    list = realloc(list, *capacity * size);
    ROAM_ASSERT(list != NULL);
    memset((uint8_t *)list + old * size, 0, (*capacity - old) * size);
    return list;
}

static struct sim_height *height_of(struct sim *sim, uint64_t height)
{
    struct sim_check *c = &sim->check;
    while (height >= c->height_capacity)
        c->height = grown(c->height, c->height_capacity, &c->height_capacity, sizeof *c->height);
    return &c->height[height];
}

static bool has_prevoted(const struct sim_sent *sent, uint64_t height, int32_t round,
                         const struct sim_id *block)
{
    for (size_t i = sent->count; i-- > 0;) {
        const struct sim_vote *v = &sent->votes[i];
        if (v->height == height && v->round == round && v->type == VOTE_PREVOTE && id_equal(&v->block, block))
            return true;
    }
    return false;
}

/* True if two thirds prevoted for the block in a round of first .. last, by all votes that were sent. */
static bool had_polka(const struct sim *sim, uint64_t height, int32_t first, int32_t last,
                      const struct sim_id *block)
{
    for (int32_t round = first; round <= last; round++) {
        unsigned count = 0;
        for (unsigned i = 0; i < sim->nodes; i++)
            count += has_prevoted(&sim->check.sent[i], height, round, block);
        if (count >= 2 * sim->nodes / 3 + 1) return true;
    }
    return false;
}

static void check_against(struct sim_node *node, const struct sim_vote *earlier, const struct sim_vote *vote)
{
    struct sim *sim = node->sim;
    const bool same = id_equal(&earlier->block, &vote->block);
    if (earlier->round == vote->round && earlier->type == vote->type && !same)
        sim_break(sim, "honest node %u votes twice at height %llu, round %d", node->index,
                  (unsigned long long)vote->height, (int)vote->round);
    if (earlier->type == VOTE_PRECOMMIT && vote->type == VOTE_PREVOTE && earlier->round < vote->round &&
        !id_is_nil(&earlier->block) && !id_is_nil(&vote->block) && !same &&
        !had_polka(sim, vote->height, earlier->round, vote->round - 1, &vote->block))
        sim_break(sim,
                  "honest node %u, locked in round %d of height %llu, prevotes another block in round %d",
                  node->index, (int)earlier->round, (unsigned long long)vote->height, (int)vote->round);
}

void check_vote(struct sim_node *node, const struct sim_vote *vote)
{
    struct sim_sent *sent = &node->sim->check.sent[vote->voter];
    for (size_t i = sent->count; !node->byzantine && i-- > 0;)
        if (sent->votes[i].height == vote->height) check_against(node, &sent->votes[i], vote);
    sent->votes = grown(sent->votes, sent->count, &sent->capacity, sizeof *sent->votes);
    sent->votes[sent->count++] = *vote;
}

/* Each voter counted once, by the engine's own quorum: were that too small, forks would tell. */
static bool has_quorum(const struct sim *sim, const struct sim_decided *decided)
{
    bool voted[SIM_NODES_MAX] = {false};
    unsigned count = 0;
    for (size_t i = 0; i < decided->vote_count; i++) {
        const struct sim_vote *vote = &decided->vote[i];
        if (vote->type != VOTE_PRECOMMIT || !id_equal(&vote->block, &decided->block->id)) continue;
        count += !voted[vote->voter];
        voted[vote->voter] = true;
    }
    return count >= engine_quorum(sim);
}

void check_decided(struct sim_node *node, const struct sim_decided *decided)
{
    struct sim *sim = node->sim;
    const struct sim_block *block = decided->block;
    struct sim_height *h = height_of(sim, block->height);
    const unsigned long long height = block->height;
    if (node->byzantine) return;
    sim_digest(sim, &block->id, sizeof block->id);
    if (!has_quorum(sim, decided))
        sim_break(sim, "node %u decides height %llu without two thirds", node->index, height);
    if (h->has_block && !id_equal(&h->block, &block->id))
        sim_break(sim, "a fork: node %u decides another block at height %llu", node->index, height);
    if (block->time_ms > SIM_BASE_MS + sim->now_ms + SIM_SKEW_MS)
        sim_break(sim, "block %llu is %llu ms ahead of time", height,
                  (unsigned long long)(block->time_ms - SIM_BASE_MS - sim->now_ms));
    if (height > sim->totals.blocks) sim->totals.blocks = height;
    h->has_block = true;
    h->block = block->id;
}

static void results_digest(uint8_t out[32], const struct abci_finalize_response *in)
{
    struct roam_buf all;
    buf_init(&all, 64 << 20);
    for (size_t i = 0; i < in->result_count; i++) {
        buf_u64(&all, in->results[i].code);
        buf_bytes(&all, in->results[i].data.at, in->results[i].data.size);
    }
    sha256(out, all.data, all.size);
    buf_release(&all);
}

void check_executed(struct sim_node *node, const struct sim_block *block,
                    const struct abci_finalize_response *out)
{
    struct sim *sim = node->sim;
    struct sim_height *h = height_of(sim, block->height);
    uint8_t results[32];
    const unsigned long long height = block->height;
    results_digest(results, out);
    for (size_t i = 0; i < out->result_count; i++)
        if (out->results[i].code == NODE_TX_MALFORMED)
            sim_break(sim, "block %llu has a parcel that no honest node lets pass (code %u)", height,
                      out->results[i].code);
    if (node->byzantine) return;
    if (h->has_hash && memcmp(h->app_hash, out->app_hash.at, 32) != 0)
        sim_break(sim, "node %u has another app hash at height %llu", node->index, height);
    if (h->has_hash && memcmp(h->results, results, 32) != 0)
        sim_break(sim, "node %u has other results at height %llu", node->index, height);
    sim_digest(sim, out->app_hash.at, 32);
    h->has_hash = true;
    memcpy(h->app_hash, out->app_hash.at, 32);
    memcpy(h->results, results, 32);
}

static bool receipts_equal(const struct ledger_receipt *a, const struct ledger_receipt *b)
{
    uint8_t x[LEDGER_RECEIPT_SIZE], y[LEDGER_RECEIPT_SIZE];
    ledger_receipt_serialize(x, a);
    ledger_receipt_serialize(y, b);
    return memcmp(x, y, sizeof x) == 0;
}

static void new_receipt(struct sim *sim, const struct ledger_receipt *receipt)
{
    struct sim_check *c = &sim->check;
    const bool accepted = receipt->outcome == LEDGER_ACCEPTED;
    for (size_t i = 0; accepted && i < c->receipt_count; i++)
        if (c->receipts[i].outcome == LEDGER_ACCEPTED && roam_id_equal(&c->receipts[i].tx, &receipt->tx))
            sim_break(sim, "a transaction was accepted twice, by receipts %zu and %llu", i,
                      (unsigned long long)receipt->index);
    if (receipt->outcome == LEDGER_MALFORMED || receipt->outcome == LEDGER_WRONG_LEDGER)
        sim_break(sim, "receipt %llu is of a transaction that admission refuses",
                  (unsigned long long)receipt->index);
    sim->totals.txs++;
    sim->totals.accepted += accepted;
    sim->totals.refused += !accepted;
    c->receipts = grown(c->receipts, c->receipt_count, &c->receipt_capacity, sizeof *c->receipts);
    c->receipts[c->receipt_count++] = *receipt;
}

/* The node's log is the one log so far, or goes on where it ends. */
static void check_log(struct sim_node *node)
{
    struct sim *sim = node->sim;
    struct sim_check *c = &sim->check;
    size_t count;
    const struct ledger_receipt *receipts = sim_ledger_receipts(node->ledger, &count);
    for (size_t i = 0; i < count && !sim->broken; i++) {
        if (receipts[i].index != i)
            sim_break(sim, "node %u: receipt %zu is in another place", node->index, i);
        if (i < c->receipt_count && !receipts_equal(&receipts[i], &c->receipts[i]))
            sim_break(sim, "node %u: receipt %zu is another than other nodes have", node->index, i);
        if (i >= c->receipt_count) new_receipt(sim, &receipts[i]);
    }
}

void check_committed(struct sim_node *node)
{
    struct sim *sim = node->sim;
    const uint64_t height = sim_ledger_height(node->ledger);
    u128 money;
    if (node->byzantine) return;
    if (height <= sim->check.last_height[node->index])
        sim_break(sim, "node %u: height %llu does not come after %llu", node->index,
                  (unsigned long long)height, (unsigned long long)sim->check.last_height[node->index]);
    sim->check.last_height[node->index] = height;
    check_log(node);
    if (height <= sim->check.audited_height || sim->broken) return;
    sim->check.audited_height = height;
    const char *broken = box_audit(sim_ledger_box(node->ledger), &money);
    if (broken != NULL) sim_break(sim, "block %llu: %s", (unsigned long long)height, broken);
    check_money(sim, money);
}

void check_restored(struct sim_node *node)
{
    u128 money;
    node->sim->check.last_height[node->index] = sim_ledger_height(node->ledger);
    check_log(node);
    const char *broken = box_audit(sim_ledger_box(node->ledger), &money);
    if (broken != NULL) sim_break(node->sim, "node %u, restored: %s", node->index, broken);
}

void check_started(struct sim_node *node)
{
    const uint64_t height = sim_ledger_height(node->ledger);
    node->sim->check.last_height[node->index] = height;
    if (height < node->committed_height)
        sim_break(node->sim, "node %u: Commit answered for block %llu, a restart finds %llu", node->index,
                  (unsigned long long)node->committed_height, (unsigned long long)height);
}

/* Money in accounts and agreements is what was paid in, less what was paid out. */
void check_money(struct sim *sim, u128 money)
{
    const struct sim_check *c = &sim->check;
    u128 in = 0, out = 0;
    for (size_t i = 0; i < c->receipt_count; i++) {
        if (c->receipts[i].outcome != LEDGER_ACCEPTED) continue;
        if (c->receipts[i].type == TX_DEPOSIT) in += c->receipts[i].amount_minor;
        if (c->receipts[i].type == TX_WITHDRAW) out += c->receipts[i].amount_minor;
    }
    if (money + out != in)
        sim_break(sim, "money was made or lost: %llu inside, %llu paid in, %llu paid out",
                  (unsigned long long)money, (unsigned long long)in, (unsigned long long)out);
}

void check_turned(struct sim_node *node, const roam_id *tx, const struct ledger_receipt *refusal)
{
    const struct node_ledger ledger = sim_ledger_node(node->ledger);
    struct ledger_receipt receipt;
    struct sim *sim = node->sim;
    sim->totals.turned++;
    if (!roam_id_equal(&refusal->tx, tx) || refusal->outcome == LEDGER_ACCEPTED)
        sim_break(sim, "node %u refuses without a reason", node->index);
    if (!node->byzantine && ledger.accepted(ledger.context, tx, &receipt) == ROAM_OK)
        sim_break(sim, "node %u calls inadmissible what receipt %llu accepts", node->index,
                  (unsigned long long)receipt.index);
}

void check_ack(struct sim_node *node, const roam_id *tx, const struct ledger_receipt *receipt)
{
    struct sim *sim = node->sim;
    struct sim_check *c = &sim->check;
    if (node->byzantine) return;
    sim->totals.acks++;
    if (receipt->height > sim_ledger_height(node->ledger))
        sim_break(sim, "node %u answers for block %llu, its ledger is at %llu", node->index,
                  (unsigned long long)receipt->height, (unsigned long long)sim_ledger_height(node->ledger));
    c->acks = grown(c->acks, c->ack_count, &c->ack_capacity, sizeof *c->acks);
    c->acks[c->ack_count++] = (struct sim_ack){*tx, *receipt};
}
