/* The curve's constants and multiples of its base point B, as integers below p = 2^255 - 19: made by
 * tools/gen_ed25519.c when roam is built. Private to lib/ed25519. */
#ifndef ED25519_TABLES_H
#define ED25519_TABLES_H

#include <stdint.h>

/* Digits of scalars of B have ten bits. */
enum { ED25519_BASE_WIDTH = 10, ED25519_BASE_MULTIPLES = (1 << (ED25519_BASE_WIDTH - 1)) + 1 };

extern const uint64_t ed25519_d[4], ed25519_2d[4], ed25519_sqrt_minus_1[4];
/* Of j B = (x, y): y + x, y - x and 2 d x y. */
extern const uint64_t ed25519_base[ED25519_BASE_MULTIPLES][3][4];

#endif
