/* Verification of all collected claims, cut into one share for each thread. */
#include "claims.h"

#include "chunk.h"
#include "parallel.h"

/* Below this many a thread costs more than it saves. */
enum { DEVICE_SHARE_MIN = 16, PROOF_SHARE_MIN = 2 };

/* threads = 0 is refused later, by ledger_init. */
static size_t share_of(size_t count, unsigned threads) { return count / (threads > 0 ? threads : 1) + 1; }

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static size_t scratch_size(unsigned threads)
{
    const size_t device = eddsa_batch_scratch_size(share_of(CHUNK_DEVICE_CLAIMS, threads));
    const size_t proof = groth16_batch_scratch_size(share_of(CHUNK_TXS, threads), LEDGER_SETTLE_INPUTS);
    return (larger(device, proof) + 63) / 64 * 64;
}

/* Each piece is aligned to 64 bytes. */
size_t claims_memory_size(const struct ledger_config *config)
{
    const size_t per_device = sizeof(struct device_claim) + sizeof(enum roam_err) + sizeof(struct eddsa_item);
    const size_t per_proof = sizeof(struct proof_claim) + 2 * sizeof(enum roam_err) + sizeof(groth16_proof) +
                             LEDGER_SETTLE_INPUTS * sizeof(fr) + sizeof(struct proof_claim *);
    return CHUNK_DEVICE_CLAIMS * per_device + CHUNK_TXS * per_proof +
           CHUNK_PLACES * sizeof(struct settle_place) + (CHUNK_TXS + 1) * sizeof(struct claim_range) +
           config->threads * scratch_size(config->threads) + (size_t)12 * 64;
}

static void *take(struct roam_arena *arena, size_t count, size_t size)
{
    void *memory = arena_take(arena, count * size);
    ROAM_ASSERT(memory != NULL);
    return memory;
}

void claims_init(struct claims *claims, struct roam_arena *arena, const struct ledger_config *config)
{
    claims->config = config;
    claims->device = take(arena, CHUNK_DEVICE_CLAIMS, sizeof *claims->device);
    claims->device_verdict = take(arena, CHUNK_DEVICE_CLAIMS, sizeof *claims->device_verdict);
    claims->items = take(arena, CHUNK_DEVICE_CLAIMS, sizeof *claims->items);
    claims->proof = take(arena, CHUNK_TXS, sizeof *claims->proof);
    claims->proof_verdict = take(arena, CHUNK_TXS, sizeof *claims->proof_verdict);
    claims->staged = take(arena, CHUNK_TXS, sizeof(struct proof_claim *));
    claims->staged_proof = take(arena, CHUNK_TXS, sizeof *claims->staged_proof);
    claims->staged_inputs = take(arena, CHUNK_TXS, LEDGER_SETTLE_INPUTS * sizeof *claims->staged_inputs);
    claims->staged_verdict = take(arena, CHUNK_TXS, sizeof *claims->staged_verdict);
    claims->places = take(arena, CHUNK_PLACES, sizeof *claims->places);
    claims->tx = take(arena, CHUNK_TXS + 1, sizeof *claims->tx);
    claims->scratch_size = scratch_size(config->threads);
    claims->scratch = take(arena, config->threads, claims->scratch_size);
}

static void verify_devices(struct claims *claims, size_t first, size_t count, void *scratch)
{
    if (count == 0) return;
    ROAM_ASSERT(eddsa_batch_scratch_size(count) <= claims->scratch_size);
    claim_device_items(claims->items + first, claims->device + first, count);
    /* The verdicts tell more than the summary. */
    const enum roam_err err = eddsa_verify_batch_vartime(
        claims->device_verdict + first, claims->items + first, count, claims->config->env, scratch);
    (void)err;
}

/* The proofs of one circuit among [first, first + count), gathered at staged[first..]. */
static size_t stage_proofs(struct claims *claims, size_t circuit, size_t first, size_t count)
{
    size_t end = first;
    for (size_t i = first; i < first + count; i++) {
        if (claims->proof[i].circuit != circuit) continue;
        claims->staged[end] = &claims->proof[i];
        claims->staged_proof[end++] = claims->proof[i].proof;
    }
    claim_proof_inputs(claims->staged_inputs + first * LEDGER_SETTLE_INPUTS, claims->staged + first,
                       end - first, claims->places, claims->config->circuit[circuit].size);
    return end - first;
}

static void verify_proofs_of(struct claims *claims, size_t circuit, size_t first, size_t count, void *scratch)
{
    const size_t staged = stage_proofs(claims, circuit, first, count);
    if (staged == 0) return;
    ROAM_ASSERT(groth16_batch_scratch_size(staged, LEDGER_SETTLE_INPUTS) <= claims->scratch_size);
    const enum roam_err err = groth16_verify_batch(
        claims->staged_verdict + first, claims->config->circuit[circuit].vk, claims->staged_proof + first,
        claims->staged_inputs + first * LEDGER_SETTLE_INPUTS, staged, claims->config->env, scratch);
    (void)err;
    for (size_t i = first; i < first + staged; i++)
        claims->proof_verdict[claims->staged[i] - claims->proof] = claims->staged_verdict[i];
}

static void verify_proofs(struct claims *claims, size_t first, size_t count, void *scratch)
{
    for (size_t circuit = 0; circuit < claims->config->genesis.circuit_count; circuit++)
        verify_proofs_of(claims, circuit, first, count, scratch);
}

static void verify_share(void *context, struct share share)
{
    struct claims *claims = context;
    void *scratch = claims->scratch + share.index * claims->scratch_size;
    const size_t device = share_begin(share, claims->device_count),
                 proof = share_begin(share, claims->proof_count);
    verify_devices(claims, device, share_end(share, claims->device_count) - device, scratch);
    verify_proofs(claims, proof, share_end(share, claims->proof_count) - proof, scratch);
}

static bool all_ok(const enum roam_err *verdict, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (verdict[i] != ROAM_OK) return false;
    return true;
}

bool claims_verify(struct claims *claims, unsigned threads)
{
    const size_t useful = 1 + claims->device_count / DEVICE_SHARE_MIN + claims->proof_count / PROOF_SHARE_MIN;
    parallel_run(useful < threads ? (unsigned)useful : threads, verify_share, claims);
    return all_ok(claims->device_verdict, claims->device_count) &&
           all_ok(claims->proof_verdict, claims->proof_count);
}
