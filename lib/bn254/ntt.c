/* Evaluation by halves: a polynomial modulo x^(2m) - w^2 is split into those modulo x^m - w and x^m + w,
 *
 *   f = low + x^m high   ->   low + w high,  low - w high.
 *
 * From x^size - 1 this leads down to the values at all powers of omega, in bit-reversed order of the
 * exponent; a last pass puts them in order. All of a block shares one w, and the w of block b of any level is
 * omega^(bitrev(b)), so one table of size/2 factors in bit-reversed order serves every level from its start.
 *
 * Two levels are done at once (four elements, four multiplications). Blocks are worked off depth first, so
 * that below the size of a cache all levels of a block run within it. */
#include "ntt.h"

#include "constants.inc.h"
#include "mont4.h"
#include "ntt8.h"
#include "parallel.h"

enum {
    NTT_LEAF_LOG = 8,   /* blocks of 8 KiB are done level by level */
    NTT_TILE_LOG = 3,   /* reordering moves tiles of 8 by 8 elements, each row four cache lines */
    NTT_SHARE_LOG = 11, /* a thread gets at least 2^11 elements */
};

static const struct mont4_modulus modulus = {.p = {FR_P}, .inv = FR_INV};

/* a <- a * factor */
MONT4_INLINE void multiply(fr *a, const fr *factor) { mont4_mul(a->limb, a->limb, factor->limb, &modulus); }

/* a, b <- a + b, a - b */
MONT4_INLINE void butterfly(fr *a, fr *b)
{
    uint64_t difference[4];
    mont4_sub(difference, a->limb, b->limb, &modulus);
    mont4_add(a->limb, a->limb, b->limb, &modulus);
    mont4_copy(b->limb, difference);
}

size_t ntt_domain_scratch_size(unsigned log_size)
{
    ROAM_ASSERT(log_size <= NTT_LOG_MAX);
    if (ntt8_serves(log_size)) return ntt8_table_size(log_size);
    return sizeof(fr) << (log_size > 0 ? log_size - 1 : 0);
}

void ntt_root_of_unity(fr *out, unsigned log_order)
{
    ROAM_ASSERT(log_order <= NTT_LOG_MAX);
    *out = (fr){{FR_ROOT_OF_UNITY}};
    for (unsigned i = log_order; i < NTT_LOG_MAX; i++) fr_sqr(out, out);
}

void ntt_domain_init(struct ntt_domain *domain, unsigned log_size, void *memory)
{
    ROAM_ASSERT(log_size <= NTT_LOG_MAX && (uintptr_t)memory % 64 == 0);
    domain->log_size = log_size;
    domain->size = (size_t)1 << log_size;
    domain->twiddles = memory;
    ntt_root_of_unity(&domain->omega, log_size);
    fr_inv(&domain->omega_inv, &domain->omega);
    fr_from_u64(&domain->size_inv, domain->size);
    fr_inv(&domain->size_inv, &domain->size_inv);

    if (ntt8_serves(log_size)) {
        ntt8_table_fill(log_size, NTT8_SPLIT, memory);
        return;
    }
    domain->twiddles[0] = fr_one;
    for (unsigned level = 0; level + 1 < log_size; level++) {
        fr root;
        ntt_root_of_unity(&root, level + 2);
        size_t half = (size_t)1 << level;
        for (size_t i = 0; i < half; i++) fr_mul(&domain->twiddles[half + i], &domain->twiddles[i], &root);
    }
}

/* Two levels of block number `block` with 4 * quarter elements, for the elements begin .. end - 1 of each
 * quarter. Of the next level's blocks, 2 block has the factor v with v^2 = w and 2 block + 1 has v
 * omega^(size/4). */
static void split_in_four(fr *values, size_t quarter, size_t begin, size_t end, size_t block,
                          const fr *twiddles)
{
    const fr *w = &twiddles[block], *v = &twiddles[2 * block];
    for (size_t i = begin; i < end; i++) {
        fr *a = values + i, *b = a + quarter, *c = b + quarter, *d = c + quarter;
        multiply(c, w);
        multiply(d, w);
        butterfly(a, c);
        butterfly(b, d);
        multiply(b, &v[0]);
        multiply(d, &v[1]);
        butterfly(a, b);
        butterfly(c, d);
    }
}

/* The same for block 0, where w = v = 1. */
static void split_first_in_four(fr *values, size_t quarter, size_t begin, size_t end, const fr *twiddles)
{
    for (size_t i = begin; i < end; i++) {
        fr *a = values + i, *b = a + quarter, *c = b + quarter, *d = c + quarter;
        butterfly(a, c);
        butterfly(b, d);
        multiply(d, &twiddles[1]);
        butterfly(a, b);
        butterfly(c, d);
    }
}

static void split(fr *values, size_t quarter, size_t begin, size_t end, size_t block, const fr *twiddles)
{
    if (block == 0)
        split_first_in_four(values, quarter, begin, end, twiddles);
    else
        split_in_four(values, quarter, begin, end, block, twiddles);
}

/* All levels of `count` blocks of 2^log_size elements, from number `block` on. */
static void transform_leaf(fr *values, unsigned log_size, size_t block, const fr *twiddles)
{
    size_t count = 1;
    for (; log_size >= 2; log_size -= 2, block *= 4, count *= 4) {
        size_t quarter = (size_t)1 << (log_size - 2);
        for (size_t i = 0; i < count; i++)
            split(values + 4 * i * quarter, quarter, 0, quarter, block + i, twiddles);
    }
    if (log_size == 0) return;
    for (size_t i = 0; i < count; i++) {
        multiply(&values[2 * i + 1], &twiddles[block + i]);
        butterfly(&values[2 * i], &values[2 * i + 1]);
    }
}

static void transform_block(fr *values, unsigned log_size, size_t block, const fr *twiddles)
{
    if (log_size <= NTT_LEAF_LOG) {
        transform_leaf(values, log_size, block, twiddles);
        return;
    }
    size_t quarter = (size_t)1 << (log_size - 2);
    split(values, quarter, 0, quarter, block, twiddles);
    for (size_t i = 0; i < 4; i++)
        transform_block(values + i * quarter, log_size - 2, 4 * block + i, twiddles);
}

static size_t reverse_bits(size_t value, unsigned bits)
{
    size_t reversed = 0;
    for (unsigned i = 0; i < bits; i++) reversed |= (value >> i & 1) << (bits - 1 - i);
    return reversed;
}

static void swap(fr *a, fr *b)
{
    fr t = *a;
    *a = *b;
    *b = t;
}

static void reorder_small(fr *values, unsigned log_size)
{
    for (size_t i = 0; i < (size_t)1 << log_size; i++) {
        size_t j = reverse_bits(i, log_size);
        if (i < j) swap(&values[i], &values[j]);
    }
}

/* Swaps what lies at (row, middle, column) with what lies at (rev column, rev middle, rev row), the digits of
 * an index of log_size bits. All indices with one `middle` form a tile; so whole cache lines are moved. */
static void reorder_tile(fr *values, unsigned log_size, size_t middle)
{
    enum { SIDE = 1 << NTT_TILE_LOG };
    unsigned row_shift = log_size - NTT_TILE_LOG;
    size_t other = reverse_bits(middle, log_size - 2 * NTT_TILE_LOG);
    if (other < middle) return;
    for (size_t row = 0; row < SIDE; row++)
        for (size_t column = 0; column < SIDE; column++) {
            size_t i = row << row_shift | middle << NTT_TILE_LOG | column;
            size_t j = reverse_bits(column, NTT_TILE_LOG) << row_shift | other << NTT_TILE_LOG |
                       reverse_bits(row, NTT_TILE_LOG);
            if (middle != other || i < j) swap(&values[i], &values[j]);
        }
}

/* One pass over all values, done by several threads. */
struct pass {
    const struct ntt_domain *domain;
    fr *values;
    unsigned level; /* how many levels are done */
};

static void pass_split(void *context, struct share share)
{
    const struct pass *pass = context;
    size_t quarter = pass->domain->size >> (pass->level + 2);
    size_t begin = share_begin(share, pass->domain->size / 4), end = share_end(share, pass->domain->size / 4);
    while (begin < end) {
        size_t block = begin / quarter, from = begin % quarter;
        size_t to = end - begin < quarter - from ? from + end - begin : quarter;
        split(pass->values + 4 * block * quarter, quarter, from, to, block, pass->domain->twiddles);
        begin += to - from;
    }
}

static void pass_blocks(void *context, struct share share)
{
    const struct pass *pass = context;
    size_t count = (size_t)1 << pass->level;
    unsigned log_size = pass->domain->log_size - pass->level;
    for (size_t i = share_begin(share, count); i < share_end(share, count); i++)
        transform_block(pass->values + (i << log_size), log_size, i, pass->domain->twiddles);
}

static void pass_reorder(void *context, struct share share)
{
    const struct pass *pass = context;
    unsigned log_size = pass->domain->log_size;
    if (log_size < 2 * NTT_TILE_LOG) {
        reorder_small(pass->values, log_size);
        return;
    }
    size_t count = (size_t)1 << (log_size - 2 * NTT_TILE_LOG);
    for (size_t i = share_begin(share, count); i < share_end(share, count); i++)
        reorder_tile(pass->values, log_size, i);
}

/* values[i] <- values[-i] / size */
static void pass_invert(void *context, struct share share)
{
    const struct pass *pass = context;
    size_t size = pass->domain->size, count = size / 2 + 1;
    for (size_t i = share_begin(share, count); i < share_end(share, count); i++) {
        fr *a = &pass->values[i], *b = &pass->values[(size - i) % size];
        if (a != b) fr_mul(b, b, &pass->domain->size_inv);
        fr_mul(a, a, &pass->domain->size_inv);
        swap(a, b);
    }
}

static unsigned share_count(size_t size, unsigned threads)
{
    size_t worth = size >> NTT_SHARE_LOG;
    ROAM_ASSERT(threads >= 1);
    if (threads > PARALLEL_MAX) threads = PARALLEL_MAX;
    return worth >= threads ? threads : worth > 1 ? (unsigned)worth : 1;
}

/* Levels are done together by all threads until there are several blocks for each. */
void ntt_forward(const struct ntt_domain *domain, fr *values, unsigned threads)
{
    struct pass pass = {domain, values, 0};
    unsigned shares = share_count(domain->size, threads);
    if (ntt8_serves(domain->log_size)) {
        ntt8_forward(domain, values, shares);
        return;
    }
    for (; shares > 1 && (size_t)1 << pass.level < 4 * shares; pass.level += 2)
        parallel_run(shares, pass_split, &pass);
    parallel_run(shares, pass_blocks, &pass);
    parallel_run(shares, pass_reorder, &pass);
}

/* The inverse sums with omega^(-ij): that is the forward sum at -j. */
void ntt_inverse(const struct ntt_domain *domain, fr *values, unsigned threads)
{
    struct pass pass = {domain, values, 0};
    unsigned shares = share_count(domain->size, threads);
    ntt_forward(domain, values, threads);
    if (ntt8_serves(domain->log_size))
        ntt8_invert(domain, values, shares);
    else
        parallel_run(shares, pass_invert, &pass);
}

struct shift {
    fr *values;
    size_t size;
    const fr *shift;
};

static void shift_share(void *context, struct share share)
{
    const struct shift *s = context;
    size_t begin = share_begin(share, s->size), end = share_end(share, s->size);
    fr power;
    fr_pow_vartime(&power, s->shift, (const uint64_t[4]){begin});
    if (ntt8_serves(NTT8_LOG_MIN)) {
        size_t count = (end - begin) / 8 * 8;
        ntt8_shift(s->values + begin, count, &power, s->shift);
        begin += count;
        fr_pow_vartime(&power, s->shift, (const uint64_t[4]){begin});
    }
    for (size_t i = begin; i < end; i++) {
        fr_mul(&s->values[i], &s->values[i], &power);
        fr_mul(&power, &power, s->shift);
    }
}

void ntt_shift(fr *values, size_t size, const fr *shift, unsigned threads)
{
    parallel_run(share_count(size, threads), shift_share, &(struct shift){values, size, shift});
}
