#include "proto_wire.h"

enum roam_err proto_varint_read(uint64_t *value, size_t *used, const uint8_t *data, size_t size)
{
    uint64_t sum = 0;
    *value = *used = 0;
    for (size_t i = 0; i < size && i < PROTO_VARINT_MAX; i++) {
        if (i == PROTO_VARINT_MAX - 1 && data[i] > 1) return ROAM_E_FORMAT;
        sum |= (uint64_t)(data[i] & 0x7f) << (7 * i);
        if (data[i] < 0x80) {
            *value = sum;
            *used = i + 1;
            return ROAM_OK;
        }
    }
    return ROAM_OK;
}

size_t proto_varint_size(uint64_t value)
{
    const unsigned bits = 64 - (unsigned)__builtin_clzll(value | 1);
    return (bits + 6) / 7;
}

size_t proto_varint_write(uint8_t out[PROTO_VARINT_MAX], uint64_t value)
{
    size_t size = 0;
    for (; value >= 0x80; value >>= 7) out[size++] = (uint8_t)(value | 0x80);
    out[size++] = (uint8_t)value;
    return size;
}
