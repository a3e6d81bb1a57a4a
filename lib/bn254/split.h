/* Scalars split for endomorphisms (Gallant, Lambert and Vanstone; Galbraith, Lin and Scott): k = sum k_i
 * lambda^i mod r with all k_i short, so that k P = sum k_i phi^i(P) takes a half or a quarter of the
 * doublings. Private to lib/bn254. */
#ifndef BN254_SPLIT_H
#define BN254_SPLIT_H

#include <stddef.h>
#include <stdint.h>

enum { SPLIT_MAX = 4 };

/* Short vectors v with sum v_i lambda^i = 0 mod r: the rows of basis, modulo 2^256. reciprocal[j] / 2^256 is
 * coordinate j of (1, 0, ..) in that basis. */
struct split_lattice {
    int dims;
    uint64_t reciprocal[SPLIT_MAX][4];
    uint64_t basis[SPLIT_MAX][SPLIT_MAX][4];
};

/* (negative ? -1 : 1) * magnitude < 2^127; negative is 0 or all ones. */
struct split_part {
    uint64_t magnitude[2];
    uint64_t negative;
};

/* Constant time. */
void split_scalar(struct split_part parts[], const uint64_t scalar[4], const struct split_lattice *lattice);

/* part = sum digits[i] 16^i, -7 <= digits[i] <= 8 (the reverse for a negative part), for magnitudes below
 * 2^(4 count - 1). Constant time. */
void split_windows(int8_t digits[], int count, const struct split_part *part);

/* part = sum digits[i] 2^i over 128 digits, each 0 or odd and below 16 in size, four zeros at least between
 * any two others. Returns how many digits there are up to the last that is not 0. */
int split_wnaf_vartime(int8_t digits[128], const struct split_part *part);

#endif
