/* The transforms of ntt.h in eight lanes, for processors of level CPU_IFMA and sizes from 2^6 on.
 *
 * Halves are split and joined as polynomials in x^m: with w of order 2m,
 *
 *   split:  low[j], high[j]  ->  low[j] + high[j],  (low[j] - high[j]) w^j
 *   join:   even[j], odd[j]  ->  even[j] + f_j odd[j],  even[j] - f_j odd[j]
 *
 * All levels of splits, m = size/2 .. 1, lead from natural to bit-reversed order and sum with omega^(ij); all
 * levels of joins, m = 1 .. size/2, lead back and, with f_j = v^(2j+1), v of order 4m, evaluate at the odd
 * powers of the root of order 2 size. Levels are done in passes of up to three; the last of the splits and
 * the first of the joins, on blocks of 8 elements, have constants as factors.
 *
 * Private to lib/bn254 and lib/groth16. Tests: tests/unit/test_ntt.c, tests/unit/test_quotient.c. */
#ifndef BN254_NTT8_H
#define BN254_NTT8_H

#include "ntt.h"

enum { NTT8_LOG_MIN = 6, NTT8_LOG_LAST = 3, NTT8_PASSES_MAX = 10 };

/* What the levels of a table are for: splits over all powers of the root, or joins to its odd powers. */
enum ntt8_kind { NTT8_SPLIT, NTT8_JOIN };

/* One pass over blocks of 2^log_block elements, in columns of 2^radix elements. */
struct ntt8_pass {
    unsigned log_block, radix;
    bool packed; /* factors as packed words for Montgomery's product, not as pairs */
    const void *factors;
};

/* The passes for one size, from the largest blocks to those of 64; the pass over blocks of 8 follows them. */
struct ntt8_table {
    unsigned log_size, count;
    struct ntt8_pass pass[NTT8_PASSES_MAX + 1];
};

/* Whether transforms of this size are done in lanes. */
bool ntt8_serves(unsigned log_size);
/* In bytes: 32 to 44 for each element of large sizes, up to 90 of small ones. */
size_t ntt8_table_size(unsigned log_size);
/* Where the factors of a table are in memory, aligned to 64, that ntt8_table_fill has filled. */
void ntt8_table_over(struct ntt8_table *table, unsigned log_size, const void *memory);
void ntt8_table_fill(unsigned log_size, enum ntt8_kind kind, void *memory);

/* Groups begin .. end - 1 of eight columns of one block, in memory as ntt8_kernel.h says. */
void ntt8_split_columns(const struct ntt8_pass *pass, fr *block, size_t begin, size_t end);
void ntt8_join_columns(const struct ntt8_pass *pass, fr *block, size_t begin, size_t end);

/* ntt_forward; then values[i] <- values[-i] / size; with that many threads. */
void ntt8_forward(const struct ntt_domain *domain, fr *values, unsigned shares);
void ntt8_invert(const struct ntt_domain *domain, fr *values, unsigned shares);
/* values[i] *= first shift^i; size a multiple of 8 */
void ntt8_shift(fr *values, size_t size, const fr *first, const fr *shift);

#endif
