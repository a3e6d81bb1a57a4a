/* Integers to and from bytes, in either order, at any alignment. */
#ifndef ROAM_ENDIAN_H
#define ROAM_ENDIAN_H

#include <stdint.h>

static inline uint16_t load_le16(const uint8_t p[2]) { return (uint16_t)(p[0] | (unsigned)p[1] << 8); }
static inline uint32_t load_le32(const uint8_t p[4])
{
    return (uint32_t)load_le16(p) | (uint32_t)load_le16(p + 2) << 16;
}
static inline uint64_t load_le64(const uint8_t p[8])
{
    return (uint64_t)load_le32(p) | (uint64_t)load_le32(p + 4) << 32;
}
static inline uint32_t load_be32(const uint8_t p[4])
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}
static inline uint64_t load_be64(const uint8_t p[8])
{
    return (uint64_t)load_be32(p) << 32 | load_be32(p + 4);
}

static inline void store_le16(uint8_t p[2], uint16_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}
static inline void store_le32(uint8_t p[4], uint32_t v)
{
    store_le16(p, (uint16_t)v);
    store_le16(p + 2, (uint16_t)(v >> 16));
}
static inline void store_le64(uint8_t p[8], uint64_t v)
{
    store_le32(p, (uint32_t)v);
    store_le32(p + 4, (uint32_t)(v >> 32));
}
static inline void store_be32(uint8_t p[4], uint32_t v)
{
    for (int i = 0; i < 4; i++) p[i] = (uint8_t)(v >> (24 - 8 * i));
}
static inline void store_be64(uint8_t p[8], uint64_t v)
{
    store_be32(p, (uint32_t)(v >> 32));
    store_be32(p + 4, (uint32_t)v);
}

#endif
