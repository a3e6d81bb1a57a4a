/* Bits, ranges and comparisons. Integers are field elements known to be small; the header of each circuit
 * that uses these says why they are. */
#ifndef GADGET_BITS_H
#define GADGET_BITS_H

#include "builder.h"
#include "checked.h"

/* The lowest 64 or 128 bits of an assigned value, for computing hints. */
uint64_t lc_u64(const lc *x);
u128 lc_u128(const lc *x);
/* True if x is the negative of a value below 2^192. */
bool fr_is_negative(const fr *x);
/* 2^exponent, exponent <= 253. */
fr fr_pow2(unsigned exponent);

/* A new wire that is 0 or 1. One constraint. */
lc gadget_bit(struct builder *b, bool value);

/* 0 <= x < 2^bits, 2 <= bits <= 120. bits constraints, bits - 1 wires: all bits but the highest are new
 * wires, the highest is a combination, what the others leave of x. bit, if not NULL, receives the bits,
 * lowest first. */
void gadget_range(struct builder *b, lc x, unsigned bits, lc *bit);

/* A new number 0 <= x < 2^bits, 2 <= bits <= 120, as a combination of its bits; for numbers that stand in
 * matrix C, where long rows cost nothing, or once elsewhere. bits constraints and wires. bit as above. */
lc gadget_number(struct builder *b, const fr *value, unsigned bits, lc *bit);
/* The same for -2^bits <= d < 2^bits, with a bit `negative` that this proves to be 1 exactly if d < 0. bit
 * receives those of d + 2^bits negative. */
lc gadget_signed(struct builder *b, const fr *d, lc negative, unsigned bits, lc *bit);

/* For -2^bits <= d < 2^bits: a bit that is 1 exactly if d < 0. The bound is proved with it. bits + 1
 * constraints. */
lc gadget_is_negative(struct builder *b, lc d, unsigned bits);

/* For bit[0..bits), each 0 or 1: the integer they make is at most maximum. One constraint for each 1 of
 * maximum above its lowest 0, which there must be. */
void gadget_at_most(struct builder *b, const lc *bit, unsigned bits, uint64_t maximum);

/* field[0] + field[1] * 2^bits[0] + field[2] * 2^(bits[0] + bits[1]) + ... */
lc gadget_pack(struct builder *b, const lc *field, const unsigned *bits, size_t count);

#endif
