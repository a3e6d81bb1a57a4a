/* Constant-time helpers and wiping of secrets. */
#ifndef ROAM_CT_H
#define ROAM_CT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Overwrites with zeros in a way the compiler may not remove. */
void roam_wipe(void *secret, size_t size);
/* true if equal; time depends on size alone. */
bool roam_ct_equal(const void *a, const void *b, size_t size);
/* All ones if x != 0, else 0. */
static inline uint64_t ct_mask_nonzero(uint64_t x) { return (uint64_t)0 - ((x | ((uint64_t)0 - x)) >> 63); }
/* mask must be 0 or all ones: mask ? a : b */
static inline uint64_t ct_select(uint64_t mask, uint64_t a, uint64_t b) { return b ^ (mask & (a ^ b)); }

#endif
