/* Transactions: what is read is written again as the same bytes, has the same id, and the reading that leaves
 * the curve points out accepts it too. */
#include <stdlib.h>
#include <string.h>

#include "fuzz_target.h"
#include "tx.h"

static void check(struct tx *tx, const uint8_t *data, size_t size)
{
    uint8_t *again = malloc(size);
    size_t again_size;
    const roam_id id = tx->id;
    ROAM_ASSERT(again != NULL);
    ROAM_ASSERT(tx_serialize(again, size, &again_size, tx) == ROAM_OK);
    ROAM_ASSERT(again_size == size && memcmp(again, data, size) == 0);
    tx_seal(tx);
    ROAM_ASSERT(roam_id_equal(&tx->id, &id));
    free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* exactly the room that is asked for, so that a sanitizer sees more being used */
    const size_t room = tx_parse_scratch_size(size);
    void *scratch = malloc(room);
    struct roam_diag diag = {0};
    struct tx tx;
    ROAM_ASSERT(scratch != NULL || room == 0);
    const enum roam_err shape = tx_parse_shape(&tx, data, size, scratch, NULL);
    const enum roam_err err = tx_parse(&tx, data, size, scratch, &diag);
    ROAM_ASSERT(err != ROAM_OK || shape == ROAM_OK);
    ROAM_ASSERT((err == ROAM_OK) == (diag.text[0] == 0));
    if (err == ROAM_OK) check(&tx, data, size);
    free(scratch);
    return 0;
}
