/* BLAKE2b-512 (RFC 7693) whose state can be kept and taken up again: snarkjs's .ptau files store the state of
 * a hash just before its last input. For everything else digest.h serves. */
#ifndef BLAKE2B_STREAM_H
#define BLAKE2B_STREAM_H

#include "err.h"

/* The last block is kept back until more input or the end comes: 0 <= used <= 128. */
struct blake2b_stream {
    uint64_t h[8], compressed; /* bytes already compressed */
    size_t used;
    uint8_t block[128];
};

enum { BLAKE2B_STATE_SIZE = 216, BLAKE2B_SIZE = 64 };

void blake2b_stream_init(struct blake2b_stream *hash);
void blake2b_stream_update(struct blake2b_stream *hash, const void *data, size_t size);
/* The hash of all input so far; the stream may go on. */
void blake2b_stream_digest(uint8_t out[BLAKE2B_SIZE], const struct blake2b_stream *hash);

/* 128 bytes of block (unused ones 0), h, u64 compressed, u64 used, 8 zero bytes; little-endian. */
void blake2b_stream_save(uint8_t state[BLAKE2B_STATE_SIZE], const struct blake2b_stream *hash);
/* ROAM_E_FORMAT if used > 128 or compressed is no multiple of 128. */
ROAM_MUST_USE enum roam_err blake2b_stream_restore(struct blake2b_stream *out,
                                                   const uint8_t state[BLAKE2B_STATE_SIZE]);

#endif
