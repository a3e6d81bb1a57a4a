#include "ed25519_many.h"

#include "ed25519_x8.h"
#include "mont8.h"

#include <sodium.h>

/* Fewer items than this are faster one by one. */
enum { LANES = 8, LANES_MIN = 2 };

static bool is_valid_alone(const struct ed25519_item *item)
{
    return crypto_sign_verify_detached(item->signature, item->message, item->message_size,
                                       item->public_key) == 0;
}

/* Up to eight. What the lanes do not accept, libsodium decides: nothing but an acceptance rests on the lanes
 * alone, and a refusal costs both. */
static void verify_in_lanes(bool *valid, const struct ed25519_item *items, size_t count)
{
    const unsigned accepted = ed25519_x8_vartime(items, count);
    for (size_t k = 0; k < count; k++) valid[k] = (accepted >> k & 1) != 0 || is_valid_alone(&items[k]);
}

void ed25519_verify_many_vartime(bool *valid, const struct ed25519_item *items, size_t count)
{
    size_t done = 0;
    while (mont8_available && count - done >= LANES_MIN) {
        const size_t size = count - done < LANES ? count - done : LANES;
        verify_in_lanes(valid + done, items + done, size);
        done += size;
    }
    for (; done < count; done++) valid[done] = is_valid_alone(&items[done]);
}
