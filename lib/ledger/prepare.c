#include "prepare.h"

#include <string.h>

#include "chunk.h"
#include "digest.h"
#include "parallel.h"
#include "state.h"
#include "tx_points.h"

enum { SHARE_MIN_BYTES = 4096 }; /* below this a thread costs more than it saves */

/* Room for the list of each transaction, aligned; too large ones are not read. */
static size_t scratch_of(size_t size)
{
    return size > TX_SIZE_MAX ? 0 : (tx_parse_scratch_size(size) + 63) / 64 * 64;
}

/* Of a full chunk. */
static size_t scratch_capacity(void) { return tx_parse_scratch_size(CHUNK_BYTES) + (size_t)CHUNK_TXS * 64; }

size_t prepare_memory_size(void)
{
    return CHUNK_TXS * sizeof(struct prepared_tx) + scratch_capacity() + (size_t)2 * 64;
}

void prepare_init(struct prepared_chunk *chunk, struct roam_arena *arena)
{
    chunk->txs = arena_take(arena, CHUNK_TXS * sizeof *chunk->txs);
    chunk->scratch = arena_take(arena, scratch_capacity());
    ROAM_ASSERT(chunk->txs != NULL && chunk->scratch != NULL);
}

/* Returns the bytes taken. */
static size_t choose(struct prepared_chunk *chunk, const struct ledger_bytes *txs, size_t count)
{
    size_t bytes = 0, scratch = 0;
    for (chunk->count = 0; chunk->count < count && chunk->count < CHUNK_TXS; chunk->count++) {
        const struct ledger_bytes *next = &txs[chunk->count];
        const size_t size = next->size > TX_SIZE_MAX ? 0 : next->size;
        if (bytes + size > CHUNK_BYTES) break;
        chunk->txs[chunk->count].bytes = next;
        chunk->txs[chunk->count].scratch = chunk->scratch + scratch;
        bytes += size;
        scratch += scratch_of(next->size);
    }
    ROAM_ASSERT(scratch <= scratch_capacity());
    return bytes;
}

static void parse_share(void *context, struct share share)
{
    struct prepared_chunk *chunk = context;
    struct tx_points points = {0};
    /* Every count-th: long transactions often stand side by side. */
    for (size_t i = share.index; i < chunk->count; i += share.count) {
        struct prepared_tx *prepared = &chunk->txs[i];
        prepared->guessed = false;
        tx_points_parse(&points, &prepared->tx, &prepared->parsed, prepared->bytes->bytes,
                        prepared->bytes->size, prepared->scratch);
    }
    tx_points_end(&points);
}

static void guess_keys(const struct ledger *ledger, struct prepared_tx *prepared)
{
    struct authority authority;
    if (prepared->parsed != ROAM_OK || !roam_id_equal(&prepared->tx.ledger, &ledger->id)) return;
    prepared->found = authority_find(&authority, ledger, &prepared->tx);
    if (prepared->found != LEDGER_ACCEPTED) return;
    memcpy(prepared->key, authority.key, sizeof prepared->key);
    prepared->guessed = true;
}

static void memo_digest(uint8_t out[32], const struct tx *tx, unsigned which, const uint8_t key[32])
{
    const struct bytes_view pieces[] = {
        {tx->id.byte, sizeof tx->id.byte}, {tx->signature[which], TX_SIGNATURE_SIZE}, {key, 32}};
    sha256_pieces(out, pieces, 3);
}

static bool signature_valid(const struct ledger *ledger, const struct tx *tx, unsigned which,
                            const uint8_t key[32])
{
    const struct ledger_memo *memo = &ledger->config.signatures;
    uint8_t digest[32];
    if (memo->has == NULL) return tx_signature_valid(tx, which, key);
    memo_digest(digest, tx, which, key);
    if (memo->has(memo->context, digest)) return true;
    if (!tx_signature_valid(tx, which, key)) return false;
    memo->add(memo->context, digest);
    return true;
}

/* Signatures that nobody has checked yet wait for each other: many together cost less. */
enum { PENDING_MAX = 64 };

struct pending {
    const struct ledger_memo *memo;
    size_t count;
    struct tx_signed item[PENDING_MAX];
    bool *valid[PENDING_MAX]; /* where the verdict goes */
    uint8_t digest[PENDING_MAX][32];
};

static void pending_verify(struct pending *pending)
{
    bool valid[PENDING_MAX];
    tx_signatures_valid(valid, pending->item, pending->count);
    for (size_t i = 0; i < pending->count; i++) {
        *pending->valid[i] = valid[i];
        if (valid[i] && pending->memo->add != NULL)
            pending->memo->add(pending->memo->context, pending->digest[i]);
    }
    pending->count = 0;
}

static void pending_add(struct pending *pending, struct prepared_tx *prepared, unsigned which)
{
    const struct ledger_memo *memo = pending->memo;
    uint8_t *digest = pending->digest[pending->count];
    if (memo->has != NULL) {
        memo_digest(digest, &prepared->tx, which, prepared->key[which]);
        prepared->valid[which] = memo->has(memo->context, digest);
        if (prepared->valid[which]) return;
    }
    pending->item[pending->count] = (struct tx_signed){&prepared->tx, which, prepared->key[which]};
    pending->valid[pending->count++] = &prepared->valid[which];
    if (pending->count == PENDING_MAX) pending_verify(pending);
}

static void verify_share(void *context, struct share share)
{
    const struct ledger *ledger = context;
    const struct prepared_chunk *chunk = &ledger->prepared;
    struct pending pending = {.memo = &ledger->config.signatures};
    for (size_t i = share.index; i < chunk->count; i += share.count) {
        struct prepared_tx *prepared = &chunk->txs[i];
        for (unsigned s = 0; prepared->guessed && s < prepared->tx.signature_count; s++)
            pending_add(&pending, prepared, s);
    }
    pending_verify(&pending);
}

static unsigned useful_threads(const struct ledger *ledger, size_t bytes)
{
    size_t useful = 1 + bytes / SHARE_MIN_BYTES;
    if (useful > ledger->prepared.count) useful = ledger->prepared.count;
    return useful < ledger->config.threads ? (unsigned)useful : ledger->config.threads;
}

void prepare_chunk(struct ledger *ledger, const struct ledger_bytes *txs, size_t count)
{
    struct prepared_chunk *chunk = &ledger->prepared;
    const size_t bytes = choose(chunk, txs, count);
    const unsigned threads = useful_threads(ledger, bytes);
    parallel_run(threads, parse_share, chunk);
    /* Where signatures are remembered, admission has seen them, and execution looks the keys up anyway. */
    if (threads == 1 && ledger->config.signatures.has != NULL) return;
    for (size_t i = 0; i < chunk->count; i++) guess_keys(ledger, &chunk->txs[i]);
    parallel_run(threads, verify_share, ledger);
}

void prepare_signed(struct ledger *ledger, const struct ledger_bytes *txs, size_t count)
{
    struct prepared_chunk *chunk = &ledger->prepared;
    choose(chunk, txs, count);
    for (size_t i = 0; i < chunk->count; i++) {
        struct prepared_tx *prepared = &chunk->txs[i];
        prepared->guessed = false;
        prepared->parsed = tx_parse_shape(&prepared->tx, prepared->bytes->bytes, prepared->bytes->size,
                                          prepared->scratch, NULL);
        guess_keys(ledger, prepared);
    }
    verify_share(ledger, (struct share){.index = 0, .count = 1});
}

bool prepared_signatures_valid(const struct ledger *ledger, const struct prepared_tx *prepared,
                               const struct authority *authority)
{
    for (unsigned s = 0; s < prepared->tx.signature_count; s++) {
        const uint8_t *key = authority->key[s];
        const bool known = prepared->guessed && memcmp(key, prepared->key[s], 32) == 0;
        if (!(known ? prepared->valid[s] : signature_valid(ledger, &prepared->tx, s, key))) return false;
    }
    return true;
}
