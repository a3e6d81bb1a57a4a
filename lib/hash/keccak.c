#include "digest.h"

#include "endian.h"

#include <string.h>

/* Keccak-f[1600] of FIPS 202 section 3.2, lane (x, y) at state[x + 5y]; the sponge has a rate of 136 bytes
 * and, as before standardisation, pads with 0x01 ... 0x80. */
enum { RATE = 136 };

static const uint64_t iota[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

static inline uint64_t rotate(uint64_t x, unsigned bits) { return x << (bits & 63) | x >> (-bits & 63); }

/* Row y of the next state. Step pi brings lane (x, y) to (y, 2x + 3y): place x of row y comes from lane i_x,
 * whose column was i_x mod 5, rotated by r_x in step rho; then step chi. */
#define ROW(y, i0, r0, i1, r1, i2, r2, i3, r3, i4, r4)                                                       \
    do {                                                                                                     \
        uint64_t b0 = rotate(in[i0] ^ d[(i0) % 5], r0);                                                      \
        uint64_t b1 = rotate(in[i1] ^ d[(i1) % 5], r1);                                                      \
        uint64_t b2 = rotate(in[i2] ^ d[(i2) % 5], r2);                                                      \
        uint64_t b3 = rotate(in[i3] ^ d[(i3) % 5], r3);                                                      \
        uint64_t b4 = rotate(in[i4] ^ d[(i4) % 5], r4);                                                      \
        out[5 * (y)] = b0 ^ (~b1 & b2);                                                                      \
        out[5 * (y) + 1] = b1 ^ (~b2 & b3);                                                                  \
        out[5 * (y) + 2] = b2 ^ (~b3 & b4);                                                                  \
        out[5 * (y) + 3] = b3 ^ (~b4 & b0);                                                                  \
        out[5 * (y) + 4] = b4 ^ (~b0 & b1);                                                                  \
    } while (0)

static inline void keccak_round(uint64_t out[25], const uint64_t in[25], uint64_t constant)
{
    uint64_t column[5], d[5];
    for (int x = 0; x < 5; x++) column[x] = in[x] ^ in[x + 5] ^ in[x + 10] ^ in[x + 15] ^ in[x + 20];
    for (int x = 0; x < 5; x++) d[x] = column[(x + 4) % 5] ^ rotate(column[(x + 1) % 5], 1);
    ROW(0, 0, 0, 6, 44, 12, 43, 18, 21, 24, 14);
    ROW(1, 3, 28, 9, 20, 10, 3, 16, 45, 22, 61);
    ROW(2, 1, 1, 7, 6, 13, 25, 19, 8, 20, 18);
    ROW(3, 4, 27, 5, 36, 11, 10, 17, 15, 23, 56);
    ROW(4, 2, 62, 8, 55, 14, 39, 15, 41, 21, 2);
    out[0] ^= constant;
}

static void permute(uint64_t a[25])
{
    uint64_t b[25];
    for (int round = 0; round < 24; round += 2) {
        keccak_round(b, a, iota[round]);
        keccak_round(a, b, iota[round + 1]);
    }
}

static void absorb(uint64_t a[25], const uint8_t block[RATE])
{
    for (int i = 0; i < RATE / 8; i++) a[i] ^= load_le64(block + 8 * i);
    permute(a);
}

void keccak256(uint8_t out[32], const void *data, size_t size)
{
    const uint8_t *at = data;
    uint64_t a[25] = {0};
    for (; size >= RATE; size -= RATE, at += RATE) absorb(a, at);
    uint8_t last[RATE] = {0};
    if (size > 0) memcpy(last, at, size);
    last[size] = 0x01;
    last[RATE - 1] |= 0x80;
    absorb(a, last);
    for (int i = 0; i < 4; i++) store_le64(out + 8 * i, a[i]);
}
