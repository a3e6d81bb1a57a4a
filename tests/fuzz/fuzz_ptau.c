/* .ptau files: small ones that can be read can also be prepared or are refused with a reason. */
#include "fuzz_target.h"
#include "ptau.h"

enum { POWER_MAX = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ptau ptau, again;
    struct roam_buf buf;
    uint8_t hash[64];
    struct roam_diag diag = {0};
    if (ptau_parse(&ptau, data, size, &diag) != ROAM_OK) {
        ROAM_ASSERT(diag.text[0] != 0);
        return 0;
    }
    for (size_t i = 0; i < ptau.contribution_count; i++) {
        enum roam_err err = ptau_response_hash(hash, &ptau.contributions[i]);
        ROAM_ASSERT(err == ROAM_OK || err == ROAM_E_FORMAT);
    }
    buf_init(&buf, 1 << 24);
    struct roam_sink sink = buf_sink(&buf);
    if (ptau.power <= POWER_MAX && ptau_prepare(&sink, &ptau, 1, NULL, NULL) == ROAM_OK) {
        ROAM_ASSERT(ptau_parse(&again, buf.data, buf.size, NULL) == ROAM_OK);
        ROAM_ASSERT(again.prepared && again.contribution_count == ptau.contribution_count);
        ptau_release(&again);
    }
    buf_release(&buf);
    ptau_release(&ptau);
    return 0;
}
