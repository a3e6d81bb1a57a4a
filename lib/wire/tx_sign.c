#include "tx.h"

#include <string.h>

#include <sodium.h>

#include "ed25519_many.h"

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
    enum { GROUP = 16 };
    for (size_t first = 0; first < count; first += GROUP) {
        uint8_t messages[GROUP][MESSAGE_SIZE];
        struct ed25519_item group[GROUP];
        const size_t size = count - first < GROUP ? count - first : GROUP;
        for (size_t i = 0; i < size; i++) {
            const struct tx_signed *item = &items[first + i];
            ROAM_ASSERT(item->which < item->tx->signature_count);
            signed_message(messages[i], item->tx);
            group[i] = (struct ed25519_item){item->tx->signature[item->which], item->public_key, messages[i],
                                             MESSAGE_SIZE};
        }
        ed25519_verify_many_vartime(valid + first, group, size);
    }
}
