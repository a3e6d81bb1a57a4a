/* Byte hashes and a stream: SHA-256 and SHA-512 (OpenSSL), BLAKE2b (libsodium), Keccak-256 (ours: OpenSSL 3.0
 * has only the padded SHA-3, and Ethereum uses the original padding). */
#ifndef HASH_DIGEST_H
#define HASH_DIGEST_H

#include <stddef.h>
#include <stdint.h>

struct bytes_view {
    const void *data;
    size_t size;
};

/* The hash of the concatenation of count pieces. Outputs may lie on inputs; any thread may call. */
void sha256(uint8_t out[32], const void *data, size_t size);
void sha256_pieces(uint8_t out[32], const struct bytes_view *pieces, size_t count);
void sha512_pieces(uint8_t out[64], const struct bytes_view *pieces, size_t count);
void blake2b_256(uint8_t out[32], const struct bytes_view *pieces, size_t count);
void blake2b_512(uint8_t out[64], const struct bytes_view *pieces, size_t count);
void keccak256(uint8_t out[32], const void *data, size_t size);

/* The beginning of ChaCha20's stream under this key, nonce 0 (OpenSSL). size <= 2^31 - 1. Not for secrets:
 * the key stays in the thread's context. */
void chacha20_stream(uint8_t *out, size_t size, const uint8_t key[32]);

#endif
