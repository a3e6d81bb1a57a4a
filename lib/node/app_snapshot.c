/* State sync: snapshots handed out and taken. */
#include "app_parts.h"

#include <stdlib.h>
#include <string.h>

/* A copy that lives as long as the call. */
static struct abci_bytes copy(struct abci_call *call, const void *bytes, size_t size)
{
    uint8_t *room = abci_take(call, size);
    if (room == NULL) return (struct abci_bytes){0};
    memcpy(room, bytes, size);
    return (struct abci_bytes){room, size};
}

static struct abci_snapshot describe(struct abci_call *call, const struct store_snapshot *snapshot)
{
    return (struct abci_snapshot){.height = snapshot->height,
                                  .format = STORE_SNAPSHOT_FORMAT,
                                  .chunks = snapshot->chunks,
                                  .hash = copy(call, snapshot->hash, sizeof snapshot->hash),
                                  .metadata = copy(call, snapshot->metadata, (size_t)snapshot->chunks * 32)};
}

/* Who takes a snapshot needs the two blocks after it: its app hash is in the next one, the validators of the
 * one to come in the second. Before they are there the snapshot is not shown, for CometBFT tries each only
 * once. */
static void list_snapshots(void *context, struct abci_call *call, const struct abci_snapshot **out,
                           size_t *count)
{
    struct node_app *app = context;
    const uint64_t chain_height = atomic_load(&app->chain_height);
    struct store_snapshot list[STORE_SNAPSHOTS_MAX];
    struct abci_snapshot *snapshots = abci_take(call, STORE_SNAPSHOTS_MAX * sizeof *snapshots);
    const size_t found = app->ledger->snapshots(app->ledger->context, list);
    size_t shown = 0;
    for (size_t i = 0; i < found; i++) {
        if (snapshots != NULL && list[i].height + 2 <= chain_height)
            snapshots[shown++] = describe(call, &list[i]);
        store_snapshot_release(&list[i]);
    }
    *out = snapshots;
    *count = shown;
}

static void load_chunk(void *context, struct abci_call *call, const struct abci_load_chunk_request *in,
                       struct abci_bytes *chunk)
{
    const struct node_app *app = context;
    uint8_t *bytes;
    size_t size;
    if (in->format != STORE_SNAPSHOT_FORMAT ||
        app->ledger->snapshot_chunk(app->ledger->context, in->height, in->chunk, &bytes, &size) != ROAM_OK)
        return;
    *chunk = copy(call, bytes, size);
    free(bytes);
}

static enum abci_offer_result offer_snapshot(void *context, struct abci_call *call,
                                             const struct abci_snapshot *snapshot, struct abci_bytes app_hash)
{
    const struct node_app *app = context;
    struct roam_diag diag = {""};
    struct store_snapshot offered = {.height = snapshot->height,
                                     .chunks = snapshot->chunks,
                                     .metadata = (uint8_t *)(uintptr_t)snapshot->metadata.at};
    if (snapshot->format != STORE_SNAPSHOT_FORMAT) return ABCI_OFFER_REJECT_FORMAT;
    if (app_hash.size != 32 || snapshot->hash.size != 32 || snapshot->chunks > STORE_CHUNKS_MAX ||
        snapshot->metadata.size != (size_t)snapshot->chunks * 32)
        return ABCI_OFFER_REJECT;
    memcpy(offered.hash, snapshot->hash.at, sizeof offered.hash);
    switch (app->ledger->restore(app->ledger->context, &offered, app_hash.at, &diag)) {
    case ROAM_OK:
        return ABCI_OFFER_ACCEPT;
    case ROAM_E_FORMAT:
    case ROAM_E_LIMIT:
        return ABCI_OFFER_REJECT;
    default:
        abci_fail(call, "a snapshot cannot be restored: %s", diag.text);
        return ABCI_OFFER_ABORT;
    }
}

static void refetch(struct abci_call *call, const struct abci_apply_chunk_request *in,
                    struct abci_apply_chunk_response *out)
{
    uint32_t *chunk = abci_take(call, sizeof *chunk);
    struct abci_bytes *sender = abci_take(call, sizeof *sender);
    if (chunk == NULL || sender == NULL) return;
    *chunk = in->index;
    *sender = in->sender;
    *out = (struct abci_apply_chunk_response){.result = ABCI_APPLY_RETRY,
                                              .refetch = chunk,
                                              .refetch_count = 1,
                                              .reject_senders = {sender, in->sender.size > 0 ? 1 : 0}};
}

static void apply_chunk(void *context, struct abci_call *call, const struct abci_apply_chunk_request *in,
                        struct abci_apply_chunk_response *out)
{
    const struct node_app *app = context;
    struct roam_diag diag = {""};
    bool done;
    switch (app->ledger->restore_chunk(app->ledger->context, in->index, in->chunk.at, in->chunk.size, &done,
                                       &diag)) {
    case ROAM_OK:
        out->result = ABCI_APPLY_ACCEPT;
        return;
    case ROAM_E_VERIFY:
        refetch(call, in, out);
        return;
    case ROAM_E_FORMAT:
    case ROAM_E_MISMATCH:
        out->result = ABCI_APPLY_REJECT_SNAPSHOT;
        return;
    default:
        abci_fail(call, "chunk %u cannot be restored: %s", in->index, diag.text);
        out->result = ABCI_APPLY_ABORT;
    }
}

void app_snapshot_functions(struct abci_app *out, const struct node_app *app)
{
    if (app->ledger->snapshots == NULL) return;
    out->list_snapshots = list_snapshots;
    out->load_chunk = load_chunk;
    out->offer_snapshot = offer_snapshot;
    out->apply_chunk = apply_chunk;
}
