/* Points outside the prime subgroup, by libsodium's additions alone. */
#ifndef TEST_ED25519_POINTS_H
#define TEST_ED25519_POINTS_H

#include "ed25519_cases.h"

static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                  0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
static const uint8_t zero[32], neutral[32] = {1};

/* j T, T of order 8; and all bytes that stand for one of those in some reading: torsion[of] is the point. */
static uint8_t torsion[8][32];
enum { SMALL = 14 };
static struct {
    uint8_t bytes[32];
    unsigned of;
} small[SMALL];

static inline bool same(const uint8_t a[32], const uint8_t b[32]) { return memcmp(a, b, 32) == 0; }

static inline void add_points(uint8_t out[32], const uint8_t a[32], const uint8_t b[32])
{
    assert_int_equal(crypto_core_ed25519_add(out, a, b), 0);
}

/* By doublings: libsodium's own multiplication refuses points outside the prime subgroup. */
static inline void multiply(uint8_t out[32], const uint8_t scalar[32], const uint8_t point[32])
{
    uint8_t result[32];
    memcpy(result, neutral, 32);
    for (int bit = 255; bit >= 0; bit--) {
        add_points(result, result, result);
        if (scalar[bit / 8] >> (bit % 8) & 1) add_points(result, result, point);
    }
    memcpy(out, result, 32);
}

static inline void multiply_base(uint8_t out[32], const uint8_t scalar[32])
{
    if (crypto_scalarmult_ed25519_base_noclamp(out, scalar) != 0) memcpy(out, neutral, 32);
}

static inline bool is_point(const uint8_t bytes[32])
{
    uint8_t out[32];
    return crypto_core_ed25519_add(out, bytes, neutral) == 0;
}

static inline void set_small(unsigned at, unsigned of, int more, unsigned sign)
{
    uint8_t p[32] = {0xed, [31] = 0x7f};
    memset(p + 1, 0xff, 30);
    memcpy(small[at].bytes, torsion[of], 32);
    if (more) sodium_add(small[at].bytes, p, 32);
    small[at].bytes[31] = (uint8_t)((small[at].bytes[31] & 0x7f) | sign << 7);
    small[at].of = of;
}

/* Beside the eight canonical encodings: x = 0 with its sign set, y = 0 and y = 1 as p and p + 1. */
static inline void set_small_encodings(void)
{
    for (unsigned j = 0; j < 8; j++) set_small(j, j, 0, torsion[j][31] >> 7);
    set_small(8, 0, 0, 1);
    set_small(9, 4, 0, 1);
    set_small(10, 2, 1, torsion[2][31] >> 7);
    set_small(11, 6, 1, torsion[6][31] >> 7);
    set_small(12, 0, 1, 0);
    set_small(13, 0, 1, 1);
}

static inline void find_torsion(struct roam_prng *prng)
{
    do {
        uint8_t point[32];
        do prng_bytes(prng, point, 32);
        while (!is_point(point));
        multiply(torsion[1], order, point);
        memcpy(torsion[0], neutral, 32);
        for (int j = 2; j < 8; j++) add_points(torsion[j], torsion[j - 1], torsion[1]);
    } while (same(torsion[4], neutral));
    add_points(small[0].bytes, torsion[7], torsion[1]);
    assert_true(same(small[0].bytes, neutral));
    set_small_encodings();
}

/* out = scalar B + j T */
static inline void mixed_point(uint8_t out[32], const uint8_t scalar[32], unsigned j)
{
    multiply_base(out, scalar);
    add_points(out, out, torsion[j]);
}

#endif
