/* Parcels: what is read and written again is the same bytes, and its items lie in it one behind the other. */
#include <stdlib.h>
#include <string.h>

#include "fuzz_target.h"
#include "parcel.h"

static void check(struct parcel_reader reader, const uint8_t *data, size_t size, size_t count)
{
    uint8_t *again = malloc(size);
    size_t again_size, tx_size, items = 0;
    const uint8_t *tx, *end = data + PARCEL_HEADER_SIZE;
    ROAM_ASSERT(again != NULL);
    parcel_write_begin(again, &again_size);
    for (; parcel_read_next(&reader, &tx, &tx_size); items++) {
        ROAM_ASSERT(tx == end + PARCEL_ITEM_HEADER_SIZE);
        ROAM_ASSERT(parcel_write_add(again, size, &again_size, tx, tx_size));
        end = tx + tx_size;
    }
    ROAM_ASSERT(items == count && count >= 1 && count <= PARCEL_TXS_MAX && end == data + size);
    ROAM_ASSERT(again_size == size && memcmp(again, data, size) == 0);
    free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct parcel_reader reader;
    size_t count;
    const enum roam_err err = parcel_read_begin(&reader, data, size, &count);
    ROAM_ASSERT(err == ROAM_OK || err == ROAM_E_FORMAT || err == ROAM_E_LIMIT);
    if (err == ROAM_OK) check(reader, data, size, count);
    return 0;
}
