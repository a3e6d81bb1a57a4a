/* Verification of eight Ed25519 signatures in the lanes of mont8.h, in the sense of ed25519_many.h. Only for
 * processors of level CPU_IFMA. Variable time. Private to lib/ed25519. Tests: tests/unit/test_ed25519.c and
 * test_ed25519_rows.c. */
#ifndef ED25519_X8_H
#define ED25519_X8_H

#include "ed25519_many.h"

/* One signature per row, 32 bytes as little-endian words: R, S and the key as they came; h = SHA-512(R, key,
 * message) reduced below the group's order, without which tables would be read past their ends. */
struct ed25519_x8 {
    uint64_t r[8][4], s[8][4], key[8][4], h[8][4];
};

/* Bit k: row k is valid. */
unsigned ed25519_x8_rows_vartime(const struct ed25519_x8 *rows);
/* Bit k: item k is valid, of up to eight. */
unsigned ed25519_x8_vartime(const struct ed25519_item *items, size_t count);

#endif
