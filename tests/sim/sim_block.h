/* What engines say to each other: votes, parcels, blocks, decided blocks. Shared by count: the network and
 * every node hold the same block in memory; what a node keeps over a restart goes through its bytes. */
#ifndef SIM_BLOCK_H
#define SIM_BLOCK_H

#include "abci.h"
#include "buf.h"

enum { SIM_NODES_MAX = 7, SIM_PARCELS_MAX = 24 };

struct sim_id {
    uint8_t byte[32]; /* zero: nil */
};
bool id_equal(const struct sim_id *a, const struct sim_id *b);
bool id_is_nil(const struct sim_id *id);

enum sim_vote_type { VOTE_PREVOTE, VOTE_PRECOMMIT };

/* Signed by whom it names: nobody in the simulator makes a vote of another. */
struct sim_vote {
    uint64_t height;
    int32_t round;
    uint8_t type, voter;
    struct sim_id block;
    uint64_t time_ms; /* the voter's clock */
};

struct sim_parcel {
    unsigned shares;
    struct sim_id hash;
    size_t size;
    uint8_t bytes[];
};
struct sim_parcel *parcel_new(const uint8_t *bytes, size_t size);
struct sim_parcel *parcel_share(struct sim_parcel *parcel);
void parcel_drop(struct sim_parcel *parcel);

/* The header's fields, the votes that decided the block before it, and the parcels. */
struct sim_block {
    unsigned shares;
    struct sim_id id; /* of all that follows but honest */
    uint64_t height, time_ms;
    uint8_t proposer;
    struct sim_id previous;
    uint8_t app_hash[32]; /* that the blocks before led to */
    size_t commit_count, parcel_count;
    struct sim_vote commit[SIM_NODES_MAX];
    struct sim_parcel *parcel[SIM_PARCELS_MAX];
    bool honest; /* made by an honest node; not in the bytes */
};
/* Nothing in it, one share. */
struct sim_block *block_new(void);
struct sim_block *block_copy(const struct sim_block *block);
/* Takes the parcel's share; false if there is no room. */
bool block_add(struct sim_block *block, struct sim_parcel *parcel);
/* Sets the id: nothing changes afterwards. */
void block_seal(struct sim_block *block);
struct sim_block *block_share(struct sim_block *block);
/* NULL is allowed. */
void block_drop(struct sim_block *block);
size_t block_bytes(const struct sim_block *block); /* of its parcels */
/* *slot holds a share of block (NULL: of none) from now on. */
void block_set(struct sim_block **slot, struct sim_block *block);

/* A block with the votes that decided it. */
struct sim_decided {
    struct sim_block *block;
    size_t vote_count;
    struct sim_vote vote[SIM_NODES_MAX];
};

/* For the disk; out of memory aborts. */
void vote_write(struct roam_buf *out, const struct sim_vote *vote);
void block_write(struct roam_buf *out, const struct sim_block *block);
void decided_write(struct roam_buf *out, const struct sim_decided *decided);
void buf_u64(struct roam_buf *out, uint64_t value);
void buf_bytes(struct roam_buf *out, const void *bytes, size_t size);

/* Reads what was written; anything else is a bug, since records on disk carry checksums. */
struct sim_cursor {
    const uint8_t *at;
    size_t left;
};
const uint8_t *cursor_bytes(struct sim_cursor *cursor, size_t size);
uint64_t cursor_u64(struct sim_cursor *cursor);
void vote_read(struct sim_vote *vote, struct sim_cursor *cursor);
struct sim_block *block_read(struct sim_cursor *cursor);
void decided_read(struct sim_decided *decided, struct sim_cursor *cursor);

#endif
