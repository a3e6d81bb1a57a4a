/* A batch's sponge absorbs twelve places a block. Batches of one size have equally many blocks: eight go
 * side by side. */
#include "commitment.h"

#include "pack.h"
#include "poseidon.h"

enum { GROUP = 8, BLOCK = POSEIDON_INPUTS_MAX, BLOCK_PLACES = 3 * BLOCK / 4 };

void settle_empty_commitment(fr *out)
{
    static const struct usage_record empty;
    ROAM_ASSERT(usage_commitment(out, &empty) == ROAM_OK);
}

/* The four elements of three places, of which count are sessions and size are in the circuit. */
static void put_three(fr element[4], const struct settle_place *places, size_t count, size_t size,
                      const fr *empty)
{
    struct pack holds = {0};
    for (size_t i = 0; i < 3; i++) {
        element[i] = i < count ? places[i].commitment : i < size ? *empty : fr_zero;
        ROAM_ASSERT(i >= count || places[i].hold_minor <= USAGE_MONEY_MAX);
        pack_put(&holds, i < count ? places[i].hold_minor : 0, 80);
    }
    element[3] = pack_element(&holds);
}

static size_t past(size_t first, size_t count) { return count > first ? count - first : 0; }

static void put_block(fr block[BLOCK], const struct settle_batch *batch, size_t first, size_t size,
                      const fr *empty)
{
    for (size_t i = 0; i < BLOCK / 4; i++, first += 3) {
        const size_t count = past(first, batch->count);
        put_three(block + 4 * i, count > 0 ? batch->places + first : NULL, count, past(first, size), empty);
    }
}

static void digest_group(fr *states, const struct settle_batch *batches, size_t batch_count, size_t size,
                         const fr *empty)
{
    fr blocks[GROUP * BLOCK];
    for (size_t b = 0; b < batch_count; b++) fr_from_u64(&states[b], TAG_BATCH | (uint64_t)size << 32);
    for (size_t first = 0; first < size; first += BLOCK_PLACES) {
        for (size_t b = 0; b < batch_count; b++)
            put_block(blocks + b * BLOCK, &batches[b], first, size, empty);
        poseidon_absorb_many(states, blocks, BLOCK, batch_count);
    }
}

void settle_batch_digests(fr *out, const struct settle_batch *batches, size_t batch_count, size_t size)
{
    fr empty = fr_zero;
    bool full = true;
    ROAM_ASSERT(size >= 1 && size <= UINT32_MAX);
    for (size_t b = 0; b < batch_count; b++) {
        ROAM_ASSERT(batches[b].count <= size);
        full &= batches[b].count == size;
    }
    if (!full) settle_empty_commitment(&empty);
    for (size_t done = 0; done < batch_count; done += GROUP) {
        const size_t left = batch_count - done;
        digest_group(out + done, batches + done, left < GROUP ? left : GROUP, size, &empty);
    }
}

void settle_batch_digest(fr *out, const struct settle_place *places, size_t count, size_t size)
{
    settle_batch_digests(out, &(struct settle_batch){places, count}, 1, size);
}
