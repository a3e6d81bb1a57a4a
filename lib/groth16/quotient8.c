/* The parts of quotient.c in eight lanes.
 *
 * The splits of ntt8.h sum a polynomial's values with omega^(ij): what comes to the place of index j is n
 * times coefficient -j mod n. With that of index 0 negated, and y = 1/x at an odd point x, where x^n = -1,
 *
 *   -n f(x) = -n c_0 + sum_(j > 0) n c_(n-j) y^j,
 *
 * which the joins evaluate: at y = g omega^k, so at x = g omega^(n-1-k). No value is put into another order
 * but for the output, whose groups of eight are reversed as they are stored. */
#include "ct.h"
#include "ntt8_kernel.h"
#include "quotient_parts.h"

#if defined(__x86_64__)
enum {
    PRODUCTS_MAX = 64, /* below 64 * 16p p / 2^260 < 13p */
    UNITS_MAX = 64,    /* below 2p + 64p */
    NAMES = 3,         /* a, b, c */
};

/* Lane k from the witness for term k; 0 in lanes from `active` on. */
MONT8_INLINE void gather(mont8 *out, const fr *witness, const uint32_t *wires, size_t active)
{
    static const fr zero;
    const uint64_t *element[8];
    for (size_t k = 0; k < 8; k++)
        element[k] = k < active ? witness[wires[k] & ~QUOTIENT_NEGATIVE].limb : zero.limb;
    mont8_gather(out, element);
}

MONT8_TARGET static void sum_products(mont8 *out, const struct quotient_group *group, const fr *witness)
{
    struct mont8_wide sum;
    const uint32_t *wires = group->wires;
    const fr *values = group->values;
    mont8 x, value;
    mont8_wide_zero(&sum);
    for (size_t step = 0, active; (active = quotient_active(group, step)) > 0; step++) {
        if (step % PRODUCTS_MAX == 0 && step > 0) {
            mont8_wide_reduce(&x, &sum, 0, &fr8_params);
            ntt8_reduce(&x);
            mont8_wide_zero(&sum);
            for (int i = 0; i < 5; i++) sum.column[5 + i] = x.limb[i];
        }
        gather(&x, witness, wires, active);
        ntt8_load_exact(&value, values);
        mont8_wide_add(&sum, &x, &value);
        wires += active, values += active;
    }
    mont8_wide_reduce(out, &sum, 0, &fr8_params);
}

MONT8_TARGET static void sum_units(mont8 *out, const struct quotient_group *group, const fr *witness)
{
    const uint32_t *wires = group->wires;
    mont8 x;
    for (int i = 0; i < 5; i++) out->limb[i] = _mm512_setzero_si512();
    for (size_t step = 0, active; (active = quotient_active(group, step)) > 0; step++, wires += active) {
        __mmask8 negative = 0;
        if (step % UNITS_MAX == 0) ntt8_reduce(out);
        gather(&x, witness, wires, active);
        for (size_t k = 0; k < active; k++) negative |= (__mmask8)(wires[k] >> 31 << k);
        for (int i = 0; i < 5; i++) {
            __m512i other = _mm512_sub_epi64(mont8_all(fr8_params.p[i]), x.limb[i]);
            out->limb[i] = _mm512_add_epi64(out->limb[i], _mm512_mask_mov_epi64(x.limb[i], negative, other));
        }
    }
}

MONT8_TARGET void quotient8_sums(fr out[QUOTIENT_LANES], const struct quotient_group *group,
                                 const fr *witness)
{
    mont8 sum;
    if (group->values != NULL)
        sum_products(&sum, group, witness);
    else
        sum_units(&sum, group, witness);
    ntt8_reduce(&sum);
    mont8_canonical(&sum, 0, &fr8_params);
    ntt8_store_rows(out, &sum);
}

struct transform {
    const struct quotient_run *run;
    struct ntt8_table split, join;
    size_t size;
    unsigned level;       /* number of the pass */
    mont8 product, third; /* a b and c of the joins to a b - c */
};

/* The first pass of splits over columns in groups of eight, with c = a b. */
MONT8_TARGET static void split_first(const struct ntt8_pass *pass, const struct quotient_run *run,
                                     size_t begin, size_t end)
{
    mont8 x[NAMES][8];
    struct ntt8_walk walk = ntt8_walk(pass, begin);
    for (size_t g = begin; g < end; g++, ntt8_step(&walk)) {
        ntt8_load_column(x[0], &walk, run->values[0] + 8 * g, true);
        ntt8_load_column(x[1], &walk, run->values[1] + 8 * g, true);
        for (size_t k = 0; k < walk.count; k++) {
            mont8_shift(&x[2][k], &x[0][k], 4);
            mont8_mul(&x[2][k], &x[2][k], &x[1][k], &fr8_params);
        }
        for (int i = 0; i < NAMES; i++) {
            ntt8_split(x[i], pass, walk.factors, false);
            ntt8_store_column(run->values[i] + 8 * g, &walk, x[i]);
        }
    }
    roam_wipe(x, sizeof x);
}

MONT8_TARGET static void run_split_first(void *context, struct share share)
{
    const struct transform *t = context;
    const struct ntt8_pass *pass = t->split.pass;
    size_t groups = t->size >> (pass->radix + 3);
    split_first(pass, t->run, share_begin(share, groups), share_end(share, groups));
}

/* The last pass of splits and the first of joins over 64 elements; `first` if they have that of index 0. */
MONT8_TARGET static void turn(const struct transform *t, fr *values, bool first)
{
    const struct ntt8_pass *splits = &t->split.pass[t->split.count], *joins = &t->join.pass[t->join.count];
    mont8 x[8];
    for (size_t k = 0; k < 8; k++) ntt8_load(&x[k], values + 8 * k);
    ntt8_transpose(x);
    ntt8_split(x, splits, splits->factors, true);
    for (int i = 0; i < 5 && first; i++) {
        __m512i negated = _mm512_sub_epi64(mont8_all(2 * fr8_params.p[i]), x[0].limb[i]);
        x[0].limb[i] = _mm512_mask_mov_epi64(x[0].limb[i], 1, negated);
    }
    ntt8_join(x, joins, joins->factors);
    ntt8_transpose(x);
    for (size_t k = 0; k < 8; k++) ntt8_store(values + 8 * k, &x[k]);
    roam_wipe(x, sizeof x);
}

/* All passes from number `level` on and back over one block, depth first. */
static void transform_block(const struct transform *t, unsigned level, fr *block, bool first)
{
    const struct ntt8_pass *pass = &t->split.pass[level];
    if (level == t->split.count) {
        turn(t, block, first);
        return;
    }
    size_t distance = (size_t)1 << (pass->log_block - pass->radix);
    ntt8_split_columns(pass, block, 0, distance / 8);
    if (level + 1 == t->split.count)
        turn(t, block, first);
    else
        for (size_t i = 0; i < (size_t)1 << pass->radix; i++)
            transform_block(t, level + 1, block + i * distance, first && i == 0);
    ntt8_join_columns(&t->join.pass[level], block, 0, distance / 8);
}

static void run_blocks(void *context, struct share share)
{
    const struct transform *t = context;
    unsigned log_block = t->level < t->split.count ? t->split.pass[t->level].log_block : NTT8_LOG_MIN;
    size_t count = t->size >> log_block;
    for (size_t i = share_begin(share, NAMES * count); i < share_end(share, NAMES * count); i++)
        transform_block(t, t->level, t->run->values[i / count] + (i % count << log_block), i % count == 0);
}

/* Columns of all blocks of one pass, of a, b and c. */
static void run_columns(void *context, struct share share, bool split)
{
    const struct transform *t = context;
    const struct ntt8_pass *pass = split ? &t->split.pass[t->level] : &t->join.pass[t->level];
    size_t groups = (size_t)1 << (pass->log_block - pass->radix - 3), blocks = t->size >> pass->log_block;
    size_t count = NAMES * blocks * groups, begin = share_begin(share, count), end = share_end(share, count);
    while (begin < end) {
        size_t block = begin / groups, from = begin % groups;
        size_t to = end - begin < groups - from ? from + end - begin : groups;
        fr *values = t->run->values[block / blocks] + (block % blocks << pass->log_block);
        (split ? ntt8_split_columns : ntt8_join_columns)(pass, values, from, to);
        begin += to - from;
    }
}

static void run_split(void *context, struct share share) { run_columns(context, share, true); }
static void run_join(void *context, struct share share) { run_columns(context, share, false); }

/* The last pass of joins, and what becomes of its results. */
MONT8_TARGET static void join_last(const struct ntt8_pass *pass, const struct transform *t, size_t begin,
                                   size_t end)
{
    mont8 x[NAMES][8];
    struct ntt8_walk walk = ntt8_walk(pass, begin);
    for (size_t g = begin; g < end; g++, ntt8_step(&walk)) {
        for (int i = 0; i < NAMES; i++) {
            ntt8_load_column(x[i], &walk, t->run->values[i] + 8 * g, false);
            ntt8_join(x[i], pass, walk.factors);
        }
        for (size_t k = 0; k < walk.count; k++) {
            struct mont8_wide sum;
            mont8_mul(&x[0][k], &x[0][k], &x[1][k], &fr8_params);
            mont8_wide_zero(&sum);
            mont8_wide_add(&sum, &x[0][k], &t->product);
            mont8_wide_add(&sum, &x[2][k], &t->third);
            mont8_wide_reduce(&x[0][k], &sum, 0, &fr8_params);
            mont8_canonical(&x[0][k], 0, &fr8_params);
            ntt8_reverse_lanes(&x[0][k]);
            ntt8_store_rows((fr *)(t->run->out + t->size - 8 - 8 * g - k * walk.distance), &x[0][k]);
        }
    }
    roam_wipe(x, sizeof x);
}

MONT8_TARGET static void run_join_last(void *context, struct share share)
{
    const struct transform *t = context;
    const struct ntt8_pass *pass = t->join.pass;
    size_t groups = t->size >> (pass->radix + 3);
    join_last(pass, t, share_begin(share, groups), share_end(share, groups));
}

/* All lanes times/size^power as an integer, below 2p. */
MONT8_TARGET static void integer(mont8 *out, uint64_t times, const fr *size_inv, unsigned power)
{
    fr value, all[8];
    fr_from_u64(&value, times);
    for (unsigned i = 0; i < power; i++) fr_mul(&value, &value, size_inv);
    for (int k = 0; k < 8; k++) fr_to_limbs(all[k].limb, &value);
    ntt8_load_rows(out, all);
}

/* From the joins come A = -n a 2^256 and so on. (A B / 2^260) k + C l, divided by 2^260, is a b - c for
 * k = 2^8 / n^2 and l = 2^4 / n. */
MONT8_TARGET void quotient8_transform(const struct quotient_run *run)
{
    const struct ntt_domain *domain = &run->plan->domain;
    struct transform t = {.run = run, .size = domain->size};
    ntt8_table_over(&t.split, domain->log_size, domain->twiddles);
    ntt8_table_over(&t.join, domain->log_size, run->plan->join_factors);
    integer(&t.product, 1 << 8, &domain->size_inv, 2);
    integer(&t.third, 1 << 4, &domain->size_inv, 1);
    unsigned swept = run->shares > 1 && t.split.count > 1 ? 2 : 1;
    parallel_run(run->shares, run_split_first, &t);
    for (t.level = 1; t.level < swept; t.level++) parallel_run(run->shares, run_split, &t);
    parallel_run(run->shares, run_blocks, &t);
    while (--t.level > 0) parallel_run(run->shares, run_join, &t);
    parallel_run(run->shares, run_join_last, &t);
}
#else
void quotient8_sums(fr out[QUOTIENT_LANES], const struct quotient_group *group, const fr *witness)
{
    (void)out, (void)group, (void)witness;
    ROAM_ASSERT(false);
}

void quotient8_transform(const struct quotient_run *run)
{
    (void)run;
    ROAM_ASSERT(false);
}
#endif
