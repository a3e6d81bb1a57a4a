#include "ntt8.h"

#include "ct.h"
#include "ntt8_kernel.h"
#include "parallel.h"

#if defined(__x86_64__)
/* x[n] <- x[n] times factor number index[n] of either form, for n < count; below 12p, precise below 3p. */
MONT8_INLINE void multiply(mont8 *x, const __m512i *factors, const size_t *index, int count, bool packed,
                           bool precise)
{
    mont8 a, q[2];
    MONT8_UNROLL
    for (int n = 0; n < count; n++) {
        const __m512i *factor = factors + ntt8_vectors(packed) * index[n];
        a = x[n];
        ntt8_carry_up(&a);
        if (packed) {
            mont8_unpack(&q[n], factor);
            mont8_mul(&x[n], &a, &q[n], &fr8_params);
        } else {
            ntt8_begin_mul(&x[n], &q[n], &a, (const struct ntt8_factor *)factor, precise);
        }
    }
    if (!packed) ntt8_end_mul(x, q, count);
}

/* Some butterflies of one level, done beside each other. */
struct butterflies {
    mont8 high[2];
    size_t first[2], index[2]; /* of the lower elements, of the factors */
};

/* Numbers i to i + count - 1 of the level with distance half */
MONT8_INLINE void take(struct butterflies *b, const mont8 *x, size_t half, size_t i, int count)
{
    MONT8_UNROLL
    for (int n = 0; n < count; n++, i++) {
        b->first[n] = i / half * 2 * half + i % half;
        b->index[n] = i % half;
        b->high[n] = x[b->first[n] + half];
    }
}

MONT8_INLINE void split(mont8 *x, size_t half, size_t i, int count, uint64_t bound, const __m512i *factors,
                        bool packed, bool unit)
{
    struct butterflies b;
    take(&b, x, half, i, count);
    MONT8_UNROLL
    for (int n = 0; n < count; n++) ntt8_butterfly(&x[b.first[n]], &b.high[n], bound);
    if (packed)
        multiply(b.high, factors, b.index, count, true, true);
    else if (!unit && half == 1)
        multiply(b.high, factors, b.index, count, false, true);
    else if (!unit || b.index[0] > 0)
        multiply(b.high, factors, b.index, count, false, false);
    else if (half > 1)
        multiply(b.high + 1, factors, b.index + 1, 1, false, false);
    MONT8_UNROLL
    for (int n = 0; n < count; n++) x[b.first[n] + half] = b.high[n];
}

MONT8_TARGET void ntt8_split(mont8 *x, const struct ntt8_pass *pass, const __m512i *factors, bool unit)
{
    size_t size = (size_t)1 << pass->radix;
    uint64_t bound = NTT8_STORED;
    for (size_t half = size / 2; half > 0; half /= 2) {
        if (size == 2)
            split(x, 1, 0, 1, bound, factors, pass->packed, false);
        else
            for (size_t i = 0; i < size / 2; i += 2) split(x, half, i, 2, bound, factors, pass->packed, unit);
        factors += half * ntt8_vectors(pass->packed);
        bound = bound == NTT8_STORED ? NTT8_PRODUCT : 2 * bound;
    }
    for (size_t i = 0; i < size; i += unit ? 1 : 2) ntt8_reduce(&x[i]);
}

MONT8_INLINE void join(mont8 *x, size_t half, size_t i, int count, const __m512i *factors, bool packed)
{
    struct butterflies b;
    take(&b, x, half, i, count);
    if (packed)
        multiply(b.high, factors, b.index, count, true, false);
    else
        multiply(b.high, factors, b.index, count, false, false);
    MONT8_UNROLL
    for (int n = 0; n < count; n++) {
        ntt8_butterfly(&x[b.first[n]], &b.high[n], NTT8_PRODUCT);
        x[b.first[n] + half] = b.high[n];
    }
}

MONT8_TARGET void ntt8_join(mont8 *x, const struct ntt8_pass *pass, const __m512i *factors)
{
    size_t size = (size_t)1 << pass->radix;
    for (size_t half = 1; half < size; half *= 2) {
        if (size == 2)
            join(x, 1, 0, 1, factors, pass->packed);
        else
            for (size_t i = 0; i < size / 2; i += 2) join(x, half, i, 2, factors, pass->packed);
        factors += half * ntt8_vectors(pass->packed);
    }
    for (size_t i = 0; i < size; i++) ntt8_reduce(&x[i]);
}

/* `rows`: the elements are not sliced yet */
MONT8_TARGET static void split_columns(const struct ntt8_pass *pass, fr *block, size_t begin, size_t end,
                                       bool rows)
{
    mont8 x[8];
    struct ntt8_walk walk = ntt8_walk(pass, begin);
    for (size_t g = begin; g < end; g++, ntt8_step(&walk)) {
        ntt8_load_column(x, &walk, block + 8 * g, rows);
        ntt8_split(x, pass, walk.factors, false);
        ntt8_store_column(block + 8 * g, &walk, x);
    }
    roam_wipe(x, sizeof x);
}

void ntt8_split_columns(const struct ntt8_pass *pass, fr *block, size_t begin, size_t end)
{
    split_columns(pass, block, begin, end, false);
}

MONT8_TARGET void ntt8_join_columns(const struct ntt8_pass *pass, fr *block, size_t begin, size_t end)
{
    mont8 x[8];
    struct ntt8_walk walk = ntt8_walk(pass, begin);
    for (size_t g = begin; g < end; g++, ntt8_step(&walk)) {
        ntt8_load_column(x, &walk, block + 8 * g, false);
        ntt8_join(x, pass, walk.factors);
        ntt8_store_column(block + 8 * g, &walk, x);
    }
    roam_wipe(x, sizeof x);
}

/* All passes from number `index` on, but the last, over one block: depth first. */
static void split_block(const struct ntt8_table *table, unsigned index, fr *block)
{
    const struct ntt8_pass *pass = &table->pass[index];
    size_t distance = (size_t)1 << (pass->log_block - pass->radix);
    ntt8_split_columns(pass, block, 0, distance / 8);
    for (size_t i = 0; i < (size_t)1 << pass->radix && index + 1 < table->count; i++)
        split_block(table, index + 1, block + i * distance);
}

static size_t reverse_bits(size_t value, unsigned bits)
{
    size_t reversed = 0;
    for (unsigned i = 0; i < bits; i++) reversed |= (value >> i & 1) << (bits - 1 - i);
    return reversed;
}

/* Tile m is what lies at row size/8 + 8 m + column, for eight rows and columns. The last pass takes its rows
 * in bit-reversed order to lanes and its columns to eight values; value k then belongs into row bitrev(k) of
 * tile bitrev(m), in the order of its lanes. */
MONT8_TARGET static void load_tile(mont8 x[8], const fr *tile, size_t row)
{
    static const unsigned char reversed[8] = {0, 4, 2, 6, 1, 5, 3, 7};
    for (int k = 0; k < 8; k++) ntt8_load(&x[k], tile + reversed[k] * row);
    ntt8_transpose(x);
}

MONT8_TARGET static void store_tile(fr *tile, size_t row, mont8 x[8])
{
    static const unsigned char reversed[8] = {0, 4, 2, 6, 1, 5, 3, 7};
    for (int k = 0; k < 8; k++) {
        mont8_canonical(&x[k], 0, &fr8_params);
        ntt8_store_rows(tile + reversed[k] * row, &x[k]);
    }
}

/* The last pass over tiles m and bitrev(m), which change places. */
MONT8_TARGET static void split_tiles(const struct ntt8_table *table, fr *values, size_t m)
{
    mont8 x[8], y[8];
    size_t row = (size_t)1 << (table->log_size - 3), other = reverse_bits(m, table->log_size - 6);
    const struct ntt8_pass *last = &table->pass[table->count];
    if (other < m) return;
    load_tile(x, values + 8 * m, row);
    ntt8_split(x, last, last->factors, true);
    if (other != m) {
        load_tile(y, values + 8 * other, row);
        ntt8_split(y, last, last->factors, true);
        store_tile(values + 8 * m, row, y);
    }
    store_tile(values + 8 * other, row, x);
}

struct run {
    struct ntt8_table table;
    fr *values;
    size_t size;
    const fr *factor;
};

static void run_first(void *context, struct share share)
{
    const struct run *run = context;
    const struct ntt8_pass *pass = run->table.pass;
    size_t groups = run->size >> (pass->radix + 3);
    split_columns(pass, run->values, share_begin(share, groups), share_end(share, groups), true);
}

static void run_blocks(void *context, struct share share)
{
    const struct run *run = context;
    const struct ntt8_pass *pass = &run->table.pass[1];
    size_t count = run->size >> pass->log_block;
    for (size_t i = share_begin(share, count); i < share_end(share, count); i++)
        split_block(&run->table, 1, run->values + (i << pass->log_block));
}

static void run_tiles(void *context, struct share share)
{
    const struct run *run = context;
    size_t count = run->size / 64;
    for (size_t m = share_begin(share, count); m < share_end(share, count); m++)
        split_tiles(&run->table, run->values, m);
}

void ntt8_forward(const struct ntt_domain *domain, fr *values, unsigned shares)
{
    struct run run = {.values = values, .size = domain->size};
    ntt8_table_over(&run.table, domain->log_size, domain->twiddles);
    parallel_run(shares, run_first, &run);
    if (run.table.count > 1) parallel_run(shares, run_blocks, &run);
    parallel_run(shares, run_tiles, &run);
}

/* The eight elements at low times factor, in reverse order. */
MONT8_INLINE void load_scaled(mont8 *out, const fr *elements, const mont8 *factor)
{
    ntt8_load_rows(out, elements);
    mont8_mul(out, out, factor, &fr8_params);
    mont8_canonical(out, 0, &fr8_params);
    ntt8_reverse_lanes(out);
}

/* Element i changes place with element size - i: from 1 to size/2 - 8 in groups of eight. */
MONT8_TARGET static void run_invert(void *context, struct share share)
{
    const struct run *run = context;
    mont8 factor, low, high;
    size_t groups = run->size / 16 - 1;
    ntt8_powers(&factor, run->factor, &fr_one);
    for (size_t g = share_begin(share, groups); g < share_end(share, groups); g++) {
        fr *begin = run->values + 1 + 8 * g, *end = run->values + run->size - 8 - 8 * g;
        load_scaled(&low, begin, &factor);
        load_scaled(&high, end, &factor);
        ntt8_store_rows(begin, &high);
        ntt8_store_rows(end, &low);
    }
}

void ntt8_invert(const struct ntt_domain *domain, fr *values, unsigned shares)
{
    struct run run = {.values = values, .size = domain->size, .factor = &domain->size_inv};
    parallel_run(shares, run_invert, &run);
    fr_mul(&values[0], &values[0], &domain->size_inv);
    for (size_t i = domain->size / 2 - 7; i <= domain->size / 2; i++) {
        fr low = values[i];
        fr_mul(&values[i], &values[domain->size - i], &domain->size_inv);
        if (i < domain->size / 2) fr_mul(&values[domain->size - i], &low, &domain->size_inv);
    }
}

MONT8_TARGET void ntt8_shift(fr *values, size_t size, const fr *first, const fr *shift)
{
    mont8 power, step, x;
    fr eighth = *shift;
    for (int i = 0; i < 3; i++) fr_sqr(&eighth, &eighth);
    ntt8_powers(&power, first, shift);
    ntt8_powers(&step, &eighth, &fr_one);
    for (size_t i = 0; i + 8 <= size; i += 8) {
        ntt8_load_rows(&x, values + i);
        mont8_mul(&x, &x, &power, &fr8_params);
        mont8_mul(&power, &power, &step, &fr8_params);
        mont8_canonical(&x, 0, &fr8_params);
        ntt8_store_rows(values + i, &x);
    }
}
#else
void ntt8_forward(const struct ntt_domain *domain, fr *values, unsigned shares)
{
    (void)domain, (void)values, (void)shares;
    ROAM_ASSERT(false);
}

void ntt8_invert(const struct ntt_domain *domain, fr *values, unsigned shares)
{
    (void)domain, (void)values, (void)shares;
    ROAM_ASSERT(false);
}

void ntt8_shift(fr *values, size_t size, const fr *first, const fr *shift)
{
    (void)values, (void)size, (void)first, (void)shift;
    ROAM_ASSERT(false);
}
#endif
