#include "node_parts.h"
#include "points.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t node_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static uint64_t inbox_now_ms(void *context)
{
    (void)context;
    return node_now_ms();
}

static enum roam_err was_accepted(void *context, const roam_id *tx, struct ledger_receipt *out)
{
    struct node *node = context;
    ROAM_TRY(store_receipt_by_tx(node->store, tx, out));
    return out->outcome == LEDGER_ACCEPTED ? ROAM_OK : ROAM_E_NOTFOUND;
}

/* What was seen at the entrance, but for the points, which stay what they are. */
static enum roam_err admit_again(void *context, const struct ledger_bytes *tx, enum ledger_outcome *outcome)
{
    struct node *node = context;
    size_t refused;
    *outcome = LEDGER_ACCEPTED;
    if (node->config.engine != ENGINE_COMETBFT) return ROAM_OK;
    return store_admit(node->store, tx, 1, &refused, outcome);
}

static enum roam_err open_store(struct node *node, struct roam_diag *diag)
{
    char path[2 * CONFIG_TEXT];
    const struct config *config = &node->config;
    const struct store_options options = {.env = &roam_env_system,
                                          .threads = config->threads,
                                          .block_txs_max = LEDGER_BLOCK_TXS_MAX,
                                          .ordered = config->engine == ENGINE_COMETBFT};
    ROAM_TRY(config_path(config, config->ledger, path, diag));
    ROAM_TRY(store_open(&node->store, path, &options, diag));
    store_genesis_get(node->store, &node->genesis);
    ledger_genesis_id(&node->ledger_id, &node->genesis);
    return ROAM_OK;
}

static enum roam_err open_inbox(struct node *node)
{
    const struct config *config = &node->config;
    const struct inbox_options options = {.bytes_max = config->waiting_bytes_max,
                                          .txs_max = config->waiting_txs_max,
                                          .parcel_bytes = config->parcel_bytes,
                                          .repeat_ms = config->repeat_ms,
                                          .give_up_ms = config->give_up_ms,
                                          .context = node,
                                          .now_ms = inbox_now_ms,
                                          .accepted = was_accepted,
                                          .admit = admit_again};
    return inbox_create(&node->inbox, &options);
}

static void note_head(struct node *node)
{
    struct ledger_head head;
    if (store_head_get(node->store, &head) != ROAM_OK) return;
    atomic_store(&node->metrics.height, head.height);
    atomic_store(&node->metrics.time_s, head.time_s);
}

static enum roam_err start(struct node *node, struct roam_diag *diag)
{
    ROAM_TRY(open_store(node, diag));
    note_head(node);
    ROAM_TRY(open_inbox(node));
    if (node->config.engine == ENGINE_EMBEDDED) return embedded_start(&node->embedded, node, diag);
    ROAM_TRY(comet_start(&node->comet, node, diag));
    return snapshots_start(&node->snapshots, node, diag);
}

enum roam_err node_start(struct node **out, const struct config *config, struct roam_diag *diag)
{
    struct node *node = calloc(1, sizeof *node);
    if (node == NULL) return ROAM_E_NOMEM;
    node->config = *config;
    atomic_store(&node->healthy, true);
    enum roam_err err = start(node, diag);
    if (err == ROAM_OK)
        *out = node;
    else
        node_stop(node);
    return err;
}

void node_stop(struct node *node)
{
    if (node == NULL) return;
    snapshots_stop(node->snapshots);
    comet_stop(node->comet);
    embedded_stop(node->embedded);
    inbox_destroy(node->inbox);
    store_close(node->store);
    free(node);
}

void node_snapshot(struct node *node) { snapshots_ask(node->snapshots); }

void node_settled(struct node *node, const struct ledger_head *head, const struct ledger_receipt *receipts,
                  size_t count)
{
    metrics_block(&node->metrics, head, receipts, count);
    inbox_settle(node->inbox, receipts, count);
}

struct store *node_store(struct node *node) { return node->store; }
struct inbox *node_inbox(struct node *node) { return node->inbox; }
struct metrics *node_metrics(struct node *node) { return &node->metrics; }
bool node_healthy(struct node *node) { return atomic_load(&node->healthy); }
bool node_has_engine(struct node *node) { return node->comet == NULL || comet_has_engine(node->comet); }
const struct ledger_genesis *node_genesis(const struct node *node) { return &node->genesis; }
const roam_id *node_ledger_id(const struct node *node) { return &node->ledger_id; }

static bool was_accepted_before(struct node *node, const struct ledger_bytes *tx)
{
    struct ledger_receipt receipt;
    roam_id id;
    tx_id_of_bytes(&id, tx->bytes, tx->size);
    return was_accepted(node, &id, &receipt) == ROAM_OK;
}

/* What was accepted before has its answer, whatever has become of the keys that signed it. */
static enum roam_err admit_signed(struct node *node, const struct ledger_bytes *txs, size_t count,
                                  size_t *refused, enum ledger_outcome *outcome)
{
    for (size_t first = 0;; first = *refused + 1) {
        ROAM_TRY(store_admit(node->store, txs + first, count - first, refused, outcome));
        *refused += first;
        if (*refused == count || !was_accepted_before(node, &txs[*refused])) return ROAM_OK;
    }
}

/* Curve points last: until the signatures are known to be good, a sender has paid nothing for that work. */
enum roam_err node_admit(struct node *node, const struct ledger_bytes *txs, size_t count, size_t *refused,
                         enum ledger_outcome *outcome)
{
    *refused = count;
    if (node->comet == NULL) return ROAM_OK; /* the embedded ledger looks at it at once anyway */
    ROAM_TRY(admit_signed(node, txs, count, refused, outcome));
    if (*refused < count) return ROAM_OK;
    *outcome = LEDGER_MALFORMED;
    return points_check(txs, count, refused);
}
