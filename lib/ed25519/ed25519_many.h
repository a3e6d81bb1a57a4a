/* Ed25519 signatures (RFC 8032), many at once.
 *
 * The verdict on each is libsodium's (crypto_sign_verify_detached), whatever the bytes: S below the group's
 * order, R and the key not of small order, the key canonical and on the curve, and the encoding of s B - h A
 * equal to R's bytes: no cofactor, no random combination of several signatures, so that a verdict never
 * depends on which others are checked beside it. On processors of level CPU_IFMA (cpu.h) eight run side by
 * side in AVX-512 lanes, each in a sixth of the time; on others, for one that is left over and for all that
 * lanes do not accept, libsodium itself is asked, so that a refusal costs a little more than it does alone.
 */
#ifndef ED25519_MANY_H
#define ED25519_MANY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ed25519_item {
    const uint8_t *signature;  /* 64 bytes: R, S */
    const uint8_t *public_key; /* 32 bytes */
    const uint8_t *message;
    size_t message_size;
};

/* Variable time: all of it is public. Does not allocate. */
void ed25519_verify_many_vartime(bool *valid, const struct ed25519_item *items, size_t count);

#endif
