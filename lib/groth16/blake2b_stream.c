#include "blake2b_stream.h"

#include "endian.h"

#include <string.h>

enum { BLOCK_SIZE = 128, ROUNDS = 12 };

static const uint64_t initial[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                    0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                    0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

/* The order of message words in each round; rounds 10 and 11 repeat 0 and 1. */
static const uint8_t order[10][16] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
                                      {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
                                      {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
                                      {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
                                      {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
                                      {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
                                      {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
                                      {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
                                      {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
                                      {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

static uint64_t rotate(uint64_t x, unsigned bits) { return x >> bits | x << (64 - bits); }

static void mix(uint64_t *a, uint64_t *b, uint64_t *c, uint64_t *d, uint64_t x, uint64_t y)
{
    *a += *b + x;
    *d = rotate(*d ^ *a, 32);
    *c += *d;
    *b = rotate(*b ^ *c, 24);
    *a += *b + y;
    *d = rotate(*d ^ *a, 16);
    *c += *d;
    *b = rotate(*b ^ *c, 63);
}

static void mix_round(uint64_t v[16], const uint64_t m[16], const uint8_t s[16])
{
    for (size_t i = 0; i < 4; i++) mix(&v[i], &v[4 + i], &v[8 + i], &v[12 + i], m[s[2 * i]], m[s[2 * i + 1]]);
    for (size_t i = 0; i < 4; i++)
        mix(&v[i], &v[4 + (i + 1) % 4], &v[8 + (i + 2) % 4], &v[12 + (i + 3) % 4], m[s[8 + 2 * i]],
            m[s[9 + 2 * i]]);
}

/* total: bytes of input up to the end of this block. */
static void compress(uint64_t h[8], const uint8_t block[BLOCK_SIZE], uint64_t total, bool last)
{
    uint64_t m[16], v[16];
    for (size_t i = 0; i < 16; i++) m[i] = load_le64(block + 8 * i);
    memcpy(v, h, 8 * sizeof *v);
    memcpy(v + 8, initial, sizeof initial);
    v[12] ^= total;
    if (last) v[14] = ~v[14];
    for (int round = 0; round < ROUNDS; round++) mix_round(v, m, order[round % 10]);
    for (int i = 0; i < 8; i++) h[i] ^= v[i] ^ v[8 + i];
}

void blake2b_stream_init(struct blake2b_stream *hash)
{
    *hash = (struct blake2b_stream){0};
    memcpy(hash->h, initial, sizeof initial);
    hash->h[0] ^= 0x01010000 ^ BLAKE2B_SIZE;
}

void blake2b_stream_update(struct blake2b_stream *hash, const void *data, size_t size)
{
    const uint8_t *at = data;
    while (size > 0) {
        if (hash->used == BLOCK_SIZE) {
            hash->compressed += BLOCK_SIZE;
            compress(hash->h, hash->block, hash->compressed, false);
            hash->used = 0;
        }
        size_t some = size < BLOCK_SIZE - hash->used ? size : BLOCK_SIZE - hash->used;
        memcpy(hash->block + hash->used, at, some);
        hash->used += some;
        at += some;
        size -= some;
    }
}

void blake2b_stream_digest(uint8_t out[BLAKE2B_SIZE], const struct blake2b_stream *hash)
{
    uint8_t block[BLOCK_SIZE] = {0};
    uint64_t h[8];
    memcpy(block, hash->block, hash->used);
    memcpy(h, hash->h, sizeof h);
    compress(h, block, hash->compressed + hash->used, true);
    for (size_t i = 0; i < 8; i++) store_le64(out + 8 * i, h[i]);
}

void blake2b_stream_save(uint8_t state[BLAKE2B_STATE_SIZE], const struct blake2b_stream *hash)
{
    memset(state, 0, BLAKE2B_STATE_SIZE);
    memcpy(state, hash->block, hash->used);
    for (size_t i = 0; i < 8; i++) store_le64(state + BLOCK_SIZE + 8 * i, hash->h[i]);
    store_le64(state + BLOCK_SIZE + 64, hash->compressed);
    store_le64(state + BLOCK_SIZE + 72, hash->used);
}

enum roam_err blake2b_stream_restore(struct blake2b_stream *out, const uint8_t state[BLAKE2B_STATE_SIZE])
{
    uint64_t used = load_le64(state + BLOCK_SIZE + 72);
    out->compressed = load_le64(state + BLOCK_SIZE + 64);
    if (used > BLOCK_SIZE || out->compressed % BLOCK_SIZE != 0) return ROAM_E_FORMAT;
    out->used = (size_t)used;
    memcpy(out->block, state, BLOCK_SIZE);
    for (size_t i = 0; i < 8; i++) out->h[i] = load_le64(state + BLOCK_SIZE + 8 * i);
    return ROAM_OK;
}
