#include "digest.h"

#include "err.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

/* Fetching an algorithm and making a context cost several times what a small hash does. So each is fetched
 * once, and each thread keeps a context for SHA-256 and one for ChaCha20, which the keys' destructors free.
 */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t context_key, stream_key;
static EVP_MD *sha256_md, *sha512_md;
static EVP_CIPHER *chacha20;
static _Thread_local EVP_MD_CTX *sha256_context;
static _Thread_local EVP_CIPHER_CTX *stream_context;

static void free_context(void *context) { EVP_MD_CTX_free(context); }
static void free_stream_context(void *context) { EVP_CIPHER_CTX_free(context); }

static void start(void)
{
    sha256_md = EVP_MD_fetch(NULL, "SHA256", NULL);
    sha512_md = EVP_MD_fetch(NULL, "SHA512", NULL);
    chacha20 = EVP_CIPHER_fetch(NULL, "ChaCha20", NULL);
    ROAM_ASSERT(sha256_md != NULL && sha512_md != NULL && chacha20 != NULL);
    ROAM_ASSERT(pthread_key_create(&context_key, free_context) == 0 &&
                pthread_key_create(&stream_key, free_stream_context) == 0);
    ROAM_ASSERT(sodium_init() >= 0);
}

static void make_context(void)
{
    ROAM_ASSERT(pthread_once(&once, start) == 0);
    sha256_context = EVP_MD_CTX_new();
    ROAM_ASSERT(sha256_context != NULL);
    ROAM_ASSERT(pthread_setspecific(context_key, sha256_context) == 0);
}

static void digest(EVP_MD_CTX *context, const EVP_MD *md, uint8_t *out, const struct bytes_view *pieces,
                   size_t count)
{
    ROAM_ASSERT(EVP_DigestInit_ex2(context, md, NULL) == 1);
    for (size_t i = 0; i < count; i++)
        ROAM_ASSERT(EVP_DigestUpdate(context, pieces[i].data, pieces[i].size) == 1);
    ROAM_ASSERT(EVP_DigestFinal_ex(context, out, NULL) == 1);
}

void sha256_pieces(uint8_t out[32], const struct bytes_view *pieces, size_t count)
{
    if (sha256_context == NULL) make_context();
    digest(sha256_context, sha256_md, out, pieces, count);
}

void sha256(uint8_t out[32], const void *data, size_t size)
{
    sha256_pieces(out, &(struct bytes_view){data, size}, 1);
}

/* SHA-512 takes secrets here: its context is not kept, and freeing wipes it. */
void sha512_pieces(uint8_t out[64], const struct bytes_view *pieces, size_t count)
{
    ROAM_ASSERT(pthread_once(&once, start) == 0);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    ROAM_ASSERT(context != NULL);
    digest(context, sha512_md, out, pieces, count);
    EVP_MD_CTX_free(context);
}

static void blake2b(uint8_t *out, size_t out_size, const struct bytes_view *pieces, size_t count)
{
    ROAM_ASSERT(pthread_once(&once, start) == 0);
    crypto_generichash_blake2b_state state;
    crypto_generichash_blake2b_init(&state, NULL, 0, out_size);
    for (size_t i = 0; i < count; i++)
        crypto_generichash_blake2b_update(&state, pieces[i].data, pieces[i].size);
    crypto_generichash_blake2b_final(&state, out, out_size);
}

void blake2b_256(uint8_t out[32], const struct bytes_view *pieces, size_t count)
{
    blake2b(out, 32, pieces, count);
}

void blake2b_512(uint8_t out[64], const struct bytes_view *pieces, size_t count)
{
    blake2b(out, 64, pieces, count);
}

static void make_stream_context(void)
{
    ROAM_ASSERT(pthread_once(&once, start) == 0);
    stream_context = EVP_CIPHER_CTX_new();
    ROAM_ASSERT(stream_context != NULL &&
                EVP_EncryptInit_ex2(stream_context, chacha20, NULL, NULL, NULL) == 1);
    ROAM_ASSERT(pthread_setspecific(stream_key, stream_context) == 0);
}

void chacha20_stream(uint8_t *out, size_t size, const uint8_t key[32])
{
    static const uint8_t start_of_stream[16]; /* block number and nonce */
    int done;
    if (stream_context == NULL) make_stream_context();
    memset(out, 0, size);
    ROAM_ASSERT(EVP_EncryptInit_ex2(stream_context, NULL, key, start_of_stream, NULL) == 1);
    ROAM_ASSERT(EVP_EncryptUpdate(stream_context, out, &done, out, (int)size) == 1);
}
