#include "tx.h"

#include <string.h>

#include <sodium.h>

enum { PREFIX_SIZE = 10, MESSAGE_SIZE = PREFIX_SIZE + 32 };

static void signed_message(uint8_t message[MESSAGE_SIZE], const struct tx *tx)
{
    memcpy(message, "roam tx v1", PREFIX_SIZE);
    memcpy(message + PREFIX_SIZE, tx->id.byte, sizeof tx->id.byte);
}

void tx_sign(struct tx *tx, unsigned which, const uint8_t secret_key[64])
{
    uint8_t message[MESSAGE_SIZE];
    ROAM_ASSERT(which < tx->signature_count && tx->signature_count <= TX_SIGNATURES_MAX);
    signed_message(message, tx);
    ROAM_ASSERT(crypto_sign_detached(tx->signature[which], NULL, message, sizeof message, secret_key) == 0);
}

bool tx_signature_valid(const struct tx *tx, unsigned which, const uint8_t public_key[32])
{
    uint8_t message[MESSAGE_SIZE];
    ROAM_ASSERT(which < tx->signature_count && tx->signature_count <= TX_SIGNATURES_MAX);
    signed_message(message, tx);
    return crypto_sign_verify_detached(tx->signature[which], message, sizeof message, public_key) == 0;
}

void tx_signatures_valid(bool *valid, const struct tx_signed *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        valid[i] = tx_signature_valid(items[i].tx, items[i].which, items[i].public_key);
}
