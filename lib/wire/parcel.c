#include "parcel.h"

#include "endian.h"

#include <string.h>

static const uint8_t magic[PARCEL_HEADER_SIZE] = {'r', 'p', 'c', '1'};

bool parcel_read_next(struct parcel_reader *reader, const uint8_t **tx, size_t *tx_size)
{
    if (reader->left < PARCEL_ITEM_HEADER_SIZE) return false;
    *tx_size = load_le32(reader->next);
    *tx = reader->next + PARCEL_ITEM_HEADER_SIZE;
    if (*tx_size > reader->left - PARCEL_ITEM_HEADER_SIZE) return false;
    reader->next += PARCEL_ITEM_HEADER_SIZE + *tx_size;
    reader->left -= PARCEL_ITEM_HEADER_SIZE + *tx_size;
    return true;
}

enum roam_err parcel_read_begin(struct parcel_reader *reader, const uint8_t *bytes, size_t size,
                                size_t *count)
{
    const uint8_t *tx;
    size_t tx_size;
    if (size > PARCEL_SIZE_MAX) return ROAM_E_LIMIT;
    if (size < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0) return ROAM_E_FORMAT;
    *reader = (struct parcel_reader){bytes + sizeof magic, size - sizeof magic};
    struct parcel_reader walk = *reader;
    for (*count = 0; parcel_read_next(&walk, &tx, &tx_size); ++*count) {
        if (tx_size == 0) return ROAM_E_FORMAT;
        if (tx_size > TX_SIZE_MAX || *count == PARCEL_TXS_MAX) return ROAM_E_LIMIT;
    }
    return *count > 0 && walk.left == 0 ? ROAM_OK : ROAM_E_FORMAT;
}

void parcel_write_begin(uint8_t *bytes, size_t *size)
{
    memcpy(bytes, magic, sizeof magic);
    *size = sizeof magic;
}

bool parcel_write_add(uint8_t *bytes, size_t capacity, size_t *size, const uint8_t *tx, size_t tx_size)
{
    const size_t maximum = capacity < PARCEL_SIZE_MAX ? capacity : PARCEL_SIZE_MAX;
    ROAM_ASSERT(tx_size >= 1 && tx_size <= TX_SIZE_MAX && *size <= maximum);
    if (maximum - *size < PARCEL_ITEM_HEADER_SIZE + tx_size) return false;
    store_le32(bytes + *size, (uint32_t)tx_size);
    memcpy(bytes + *size + PARCEL_ITEM_HEADER_SIZE, tx, tx_size);
    *size += PARCEL_ITEM_HEADER_SIZE + tx_size;
    return true;
}
