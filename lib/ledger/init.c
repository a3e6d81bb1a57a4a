#include <string.h>

#include "digest.h"
#include "genesis.h"
#include "state.h"

enum { VK_BYTES_MAX = 2048 };

/* Each piece is aligned to 64 bytes. */
size_t ledger_memory_size(const struct ledger_config *config)
{
    return sizeof(struct ledger) + (size_t)LEDGER_BLOCK_TXS_MAX * MERKLE_HASH_SIZE +
           overlay_memory_size(config->overlay_records_max) + prepare_memory_size() +
           claims_memory_size(config) + (size_t)4 * 64;
}

static bool vk_is_digests(const struct groth16_vk *vk, const uint8_t digest[32])
{
    uint8_t bytes[VK_BYTES_MAX], actual[32];
    if (vk->input_count != LEDGER_SETTLE_INPUTS) return false;
    const size_t size = groth16_vk_size(vk->input_count);
    ROAM_ASSERT(size <= sizeof bytes);
    groth16_vk_serialize(bytes, vk);
    sha256(actual, bytes, size);
    return memcmp(actual, digest, sizeof actual) == 0;
}

static enum roam_err check_circuit(const struct ledger_config *config, size_t i, struct roam_diag *diag)
{
    const struct groth16_vk *vk = config->circuit[i].vk->vk;
    const uint16_t size = config->genesis.circuit[i].size;
    if (size == 0 || size > TX_BATCH_MAX)
        return roam_diag(diag, ROAM_E_RANGE, "circuit %zu has %u places, 1 to %d are allowed", i, size,
                         TX_BATCH_MAX);
    if (config->circuit[i].size != size || !vk_is_digests(vk, config->genesis.circuit[i].vk_digest))
        return roam_diag(diag, ROAM_E_MISMATCH, "key of the circuit of %u places is not the genesis's", size);
    if (config->genesis.production && vk->insecure)
        return roam_diag(diag, ROAM_E_INSECURE,
                         "key of the circuit of %u places was made by a development ceremony", size);
    return ROAM_OK;
}

static enum roam_err check_config(const struct ledger_config *config, struct roam_diag *diag)
{
    if (config->genesis.circuit_count > LEDGER_CIRCUITS_MAX)
        return roam_diag(diag, ROAM_E_RANGE, "genesis has %u circuits, at most %d are allowed",
                         config->genesis.circuit_count, LEDGER_CIRCUITS_MAX);
    if (config->threads < 1 || config->threads > LEDGER_THREADS_MAX)
        return roam_diag(diag, ROAM_E_RANGE, "threads is %u, 1 to %d are allowed", config->threads,
                         LEDGER_THREADS_MAX);
    if (config->overlay_records_max < 1 || config->overlay_records_max > UINT32_MAX / 2)
        return roam_diag(diag, ROAM_E_RANGE, "overlay_records_max is %zu", config->overlay_records_max);
    for (size_t i = 0; i < config->genesis.circuit_count; i++) ROAM_TRY(check_circuit(config, i, diag));
    return genesis_check(&config->genesis, diag);
}

static void head_at_genesis(struct ledger_head *head, const roam_id *id, const struct ledger_genesis *genesis)
{
    head->height = 0;
    head->time_s = genesis->time_s;
    genesis_state(&head->state, genesis);
    merkle_log_init(&head->receipts);
    ledger_app_hash(head->app_hash, id, head);
}

static enum roam_err set_head(struct ledger *ledger, const struct ledger_head *head, struct roam_diag *diag)
{
    uint8_t app_hash[32];
    if (head == NULL) {
        head_at_genesis(&ledger->head, &ledger->id, &ledger->config.genesis);
        return ROAM_OK;
    }
    ledger_app_hash(app_hash, &ledger->id, head);
    if (memcmp(app_hash, head->app_hash, sizeof app_hash) != 0)
        return roam_diag(diag, ROAM_E_MISMATCH, "head of height %llu is not one of this ledger",
                         (unsigned long long)head->height);
    ledger->head = *head;
    return ROAM_OK;
}

enum roam_err ledger_init(struct ledger **out, void *memory, const struct ledger_config *config,
                          const struct ledger_head *head, struct roam_diag *diag)
{
    ROAM_TRY(check_config(config, diag));
    struct roam_arena arena = arena_over(memory, ledger_memory_size(config));
    struct ledger *ledger = arena_take(&arena, sizeof *ledger);
    ROAM_ASSERT(ledger != NULL);
    ledger->config = *config;
    ledger_genesis_id(&ledger->id, &config->genesis);
    ROAM_TRY(set_head(ledger, head, diag));
    ledger->receipt_leaf = arena_take(&arena, (size_t)LEDGER_BLOCK_TXS_MAX * MERKLE_HASH_SIZE);
    ROAM_ASSERT(ledger->receipt_leaf != NULL);
    overlay_init(&ledger->overlay, &arena, config->overlay_records_max, config->env);
    prepare_init(&ledger->prepared, &arena);
    claims_init(&ledger->claims, &arena, &ledger->config);
    *out = ledger;
    return ROAM_OK;
}

size_t ledger_reader_size(void) { return sizeof(struct ledger); }

struct ledger *ledger_reader_init(void *memory, const roam_id *id, const struct ledger_kv *kv)
{
    struct ledger *ledger = memory;
    memset(ledger, 0, sizeof *ledger);
    ledger->id = *id;
    ledger->config.kv = *kv;
    return ledger;
}

const roam_id *ledger_id(const struct ledger *ledger) { return &ledger->id; }

const struct ledger_head *ledger_head(const struct ledger *ledger) { return &ledger->head; }
