/* .zkey files: what is read is written and read again the same, and its verification key can be judged. */
#include <string.h>

#include "fuzz_target.h"
#include "zkey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct zkey key, again;
    struct groth16_vk vk;
    struct roam_buf first, second;
    struct roam_diag diag = {0};
    if (zkey_parse(&key, data, size, false, &diag) != ROAM_OK) {
        ROAM_ASSERT(diag.text[0] != 0);
        return 0;
    }
    diag.text[0] = 0;
    if (zkey_vk(&vk, &key) == ROAM_OK && groth16_vk_lint(&vk, &diag) != ROAM_OK)
        ROAM_ASSERT(diag.text[0] != 0);
    buf_init(&first, 1 << 24);
    buf_init(&second, 1 << 24);
    ROAM_ASSERT(zkey_serialize(&first, &key) == ROAM_OK);
    ROAM_ASSERT(zkey_parse(&again, first.data, first.size, false, NULL) == ROAM_OK);
    ROAM_ASSERT(zkey_serialize(&second, &again) == ROAM_OK);
    ROAM_ASSERT(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    buf_release(&first);
    buf_release(&second);
    zkey_release(&key);
    zkey_release(&again);
    return 0;
}
