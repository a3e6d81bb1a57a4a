#include "sim_block.h"

#include "digest.h"
#include "endian.h"

#include <stdlib.h>
#include <string.h>

bool id_equal(const struct sim_id *a, const struct sim_id *b) { return memcmp(a, b, sizeof *a) == 0; }

bool id_is_nil(const struct sim_id *id)
{
    static const struct sim_id nil;
    return id_equal(id, &nil);
}

struct sim_parcel *parcel_new(const uint8_t *bytes, size_t size)
{
    struct sim_parcel *parcel = malloc(sizeof *parcel + size);
    ROAM_ASSERT(parcel != NULL);
    parcel->shares = 1;
    parcel->size = size;
    memcpy(parcel->bytes, bytes, size);
    sha256(parcel->hash.byte, bytes, size);
    return parcel;
}

struct sim_parcel *parcel_share(struct sim_parcel *parcel)
{
    parcel->shares++;
    return parcel;
}

void parcel_drop(struct sim_parcel *parcel)
{
    if (--parcel->shares == 0) free(parcel);
}

struct sim_block *block_new(void)
{
    struct sim_block *block = calloc(1, sizeof *block);
    ROAM_ASSERT(block != NULL);
    block->shares = 1;
    return block;
}

struct sim_block *block_copy(const struct sim_block *block)
{
    struct sim_block *copy = block_new();
    *copy = *block;
    copy->shares = 1;
    for (size_t i = 0; i < copy->parcel_count; i++) parcel_share(copy->parcel[i]);
    return copy;
}

bool block_add(struct sim_block *block, struct sim_parcel *parcel)
{
    if (block->parcel_count == SIM_PARCELS_MAX) {
        parcel_drop(parcel);
        return false;
    }
    block->parcel[block->parcel_count++] = parcel;
    return true;
}

struct sim_block *block_share(struct sim_block *block)
{
    block->shares++;
    return block;
}

void block_drop(struct sim_block *block)
{
    if (block == NULL || --block->shares > 0) return;
    for (size_t i = 0; i < block->parcel_count; i++) parcel_drop(block->parcel[i]);
    free(block);
}

void block_set(struct sim_block **slot, struct sim_block *block)
{
    struct sim_block *old = *slot;
    *slot = block != NULL ? block_share(block) : NULL;
    block_drop(old);
}

size_t block_bytes(const struct sim_block *block)
{
    size_t size = 0;
    for (size_t i = 0; i < block->parcel_count; i++) size += block->parcel[i]->size;
    return size;
}

void buf_bytes(struct roam_buf *out, const void *bytes, size_t size)
{
    if (size == 0) return;
    const enum roam_err err = buf_append(out, bytes, size);
    ROAM_ASSERT(err == ROAM_OK);
}

void buf_u64(struct roam_buf *out, uint64_t value)
{
    uint8_t bytes[8];
    store_le64(bytes, value);
    buf_bytes(out, bytes, sizeof bytes);
}

void vote_write(struct roam_buf *out, const struct sim_vote *vote)
{
    const uint8_t who[2] = {vote->type, vote->voter};
    buf_u64(out, vote->height);
    buf_u64(out, (uint64_t)vote->round);
    buf_bytes(out, who, sizeof who);
    buf_bytes(out, &vote->block, sizeof vote->block);
    buf_u64(out, vote->time_ms);
}

static void header_write(struct roam_buf *out, const struct sim_block *block)
{
    buf_u64(out, block->height);
    buf_u64(out, block->time_ms);
    buf_bytes(out, &block->proposer, 1);
    buf_bytes(out, &block->previous, sizeof block->previous);
    buf_bytes(out, block->app_hash, sizeof block->app_hash);
    buf_u64(out, block->commit_count);
    for (size_t i = 0; i < block->commit_count; i++) vote_write(out, &block->commit[i]);
    buf_u64(out, block->parcel_count);
}

void block_write(struct roam_buf *out, const struct sim_block *block)
{
    header_write(out, block);
    for (size_t i = 0; i < block->parcel_count; i++) {
        buf_u64(out, block->parcel[i]->size);
        buf_bytes(out, block->parcel[i]->bytes, block->parcel[i]->size);
    }
}

void block_seal(struct sim_block *block)
{
    struct roam_buf header;
    buf_init(&header, 1 << 20);
    header_write(&header, block);
    for (size_t i = 0; i < block->parcel_count; i++)
        buf_bytes(&header, &block->parcel[i]->hash, sizeof block->parcel[i]->hash);
    sha256(block->id.byte, header.data, header.size);
    buf_release(&header);
}

void decided_write(struct roam_buf *out, const struct sim_decided *decided)
{
    block_write(out, decided->block);
    buf_u64(out, decided->vote_count);
    for (size_t i = 0; i < decided->vote_count; i++) vote_write(out, &decided->vote[i]);
}

const uint8_t *cursor_bytes(struct sim_cursor *cursor, size_t size)
{
    ROAM_ASSERT(size <= cursor->left);
    cursor->at += size;
    cursor->left -= size;
    return cursor->at - size;
}

uint64_t cursor_u64(struct sim_cursor *cursor) { return load_le64(cursor_bytes(cursor, 8)); }

void vote_read(struct sim_vote *vote, struct sim_cursor *cursor)
{
    *vote = (struct sim_vote){.height = cursor_u64(cursor)};
    vote->round = (int32_t)cursor_u64(cursor);
    vote->type = *cursor_bytes(cursor, 1);
    vote->voter = *cursor_bytes(cursor, 1);
    memcpy(&vote->block, cursor_bytes(cursor, sizeof vote->block), sizeof vote->block);
    vote->time_ms = cursor_u64(cursor);
}

struct sim_block *block_read(struct sim_cursor *cursor)
{
    struct sim_block *block = block_new();
    block->height = cursor_u64(cursor);
    block->time_ms = cursor_u64(cursor);
    block->proposer = *cursor_bytes(cursor, 1);
    memcpy(&block->previous, cursor_bytes(cursor, 32), 32);
    memcpy(block->app_hash, cursor_bytes(cursor, 32), 32);
    block->commit_count = (size_t)cursor_u64(cursor);
    ROAM_ASSERT(block->commit_count <= SIM_NODES_MAX);
    for (size_t i = 0; i < block->commit_count; i++) vote_read(&block->commit[i], cursor);
    const size_t parcels = (size_t)cursor_u64(cursor);
    ROAM_ASSERT(parcels <= SIM_PARCELS_MAX);
    for (size_t i = 0; i < parcels; i++) {
        const size_t size = (size_t)cursor_u64(cursor);
        block_add(block, parcel_new(cursor_bytes(cursor, size), size));
    }
    block_seal(block);
    return block;
}

void decided_read(struct sim_decided *decided, struct sim_cursor *cursor)
{
    decided->block = block_read(cursor);
    decided->vote_count = (size_t)cursor_u64(cursor);
    ROAM_ASSERT(decided->vote_count <= SIM_NODES_MAX);
    for (size_t i = 0; i < decided->vote_count; i++) vote_read(&decided->vote[i], cursor);
}
