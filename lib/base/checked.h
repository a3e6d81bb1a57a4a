/* Integer arithmetic that reports overflow, and the 128-bit type of intermediate money sums. */
#ifndef ROAM_CHECKED_H
#define ROAM_CHECKED_H

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 u128;

/* Each stores the exact result and returns true, or returns false (and *out is unspecified) on overflow. */
static inline bool u64_add(uint64_t *out, uint64_t a, uint64_t b)
{
    return !__builtin_add_overflow(a, b, out);
}
static inline bool u64_sub(uint64_t *out, uint64_t a, uint64_t b)
{
    return !__builtin_sub_overflow(a, b, out);
}
static inline bool u64_mul(uint64_t *out, uint64_t a, uint64_t b)
{
    return !__builtin_mul_overflow(a, b, out);
}
static inline bool u128_add(u128 *out, u128 a, u128 b) { return !__builtin_add_overflow(a, b, out); }
static inline bool u128_mul(u128 *out, u128 a, u128 b) { return !__builtin_mul_overflow(a, b, out); }

#endif
