/* .r1cs files: what is read is written and read again the same. */
#include <string.h>

#include "fuzz_target.h"
#include "r1cs_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct r1cs_system system, again;
    struct roam_buf first, second;
    struct roam_diag diag = {0};
    if (r1cs_parse(&system, data, size, &diag) != ROAM_OK) {
        ROAM_ASSERT(diag.text[0] != 0);
        return 0;
    }
    buf_init(&first, 1 << 24);
    buf_init(&second, 1 << 24);
    ROAM_ASSERT(r1cs_serialize(&first, &system) == ROAM_OK);
    ROAM_ASSERT(r1cs_parse(&again, first.data, first.size, NULL) == ROAM_OK);
    ROAM_ASSERT(r1cs_serialize(&second, &again) == ROAM_OK);
    ROAM_ASSERT(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    buf_release(&first);
    buf_release(&second);
    r1cs_release(&system);
    r1cs_release(&again);
    return 0;
}
