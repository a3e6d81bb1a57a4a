/* .wtns files: what is read is written and read again the same. */
#include <string.h>

#include "fuzz_target.h"
#include "wtns_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fr *witness, *again;
    size_t count, again_count;
    struct roam_buf buf;
    struct roam_diag diag = {0};
    if (wtns_parse(&witness, &count, data, size, &diag) != ROAM_OK) {
        ROAM_ASSERT(diag.text[0] != 0);
        return 0;
    }
    buf_init(&buf, 1 << 24);
    ROAM_ASSERT(wtns_serialize(&buf, witness, count) == ROAM_OK);
    ROAM_ASSERT(wtns_parse(&again, &again_count, buf.data, buf.size, NULL) == ROAM_OK);
    ROAM_ASSERT(again_count == count && memcmp(witness, again, count * sizeof *witness) == 0);
    buf_release(&buf);
    wtns_release(witness, count);
    wtns_release(again, again_count);
    return 0;
}
