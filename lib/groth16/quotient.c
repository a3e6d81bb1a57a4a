#include "quotient.h"

#include "ct.h"
#include "ntt8.h"
#include "quotient_parts.h"

#include <string.h>

enum { SHARE_LOG = 9 }; /* a thread gets at least 2^9 elements */

/* Of the first kind are sums with products, of the second those of 1 and -1; groups do not mix them. */
static size_t groups_of(size_t sums) { return (sums + QUOTIENT_LANES - 1) / QUOTIENT_LANES; }

static size_t sum_count(const struct quotient_plan *plan) { return 2 * plan->domain.size; }

size_t quotient_group_count(const struct quotient_plan *plan)
{
    return groups_of(plan->product_count) + groups_of(sum_count(plan) - plan->product_count);
}

struct quotient_group quotient_group(const struct quotient_plan *plan, size_t index)
{
    size_t products = groups_of(plan->product_count);
    bool product = index < products;
    size_t begin =
        product ? index * QUOTIENT_LANES : plan->product_count + (index - products) * QUOTIENT_LANES;
    size_t left = (product ? plan->product_count : sum_count(plan)) - begin;
    return (struct quotient_group){
        .sums = plan->sums + begin,
        .count = left < QUOTIENT_LANES ? left : QUOTIENT_LANES,
        .wires = plan->wires + plan->groups[index].wires,
        .values = product ? plan->values + plan->groups[index].values : NULL,
    };
}

/* Where the parts of a plan's memory begin. The values come last and are not cleared: pages that no value
 * gets into stay unused. */
struct layout {
    size_t sums, spare, groups, split_factors, join_factors, wires, values, end;
};

static size_t after(size_t begin, size_t size) { return begin + (size + 63) / 64 * 64; }

static struct layout layout_of(size_t terms, unsigned log_domain)
{
    size_t sums = (size_t)2 << log_domain;
    struct layout at = {0};
    ROAM_ASSERT(log_domain <= ZKEY_LOG_DOMAIN_MAX);
    at.spare = after(at.sums, sums * sizeof(struct quotient_sum));
    at.groups = after(at.spare, sums * sizeof(struct quotient_sum));
    at.split_factors = after(at.groups, (groups_of(sums) + 1) * sizeof(struct quotient_terms));
    at.join_factors = after(at.split_factors, ntt_domain_scratch_size(log_domain));
    at.wires = after(at.join_factors, ntt8_serves(log_domain) ? ntt8_table_size(log_domain) : 0);
    at.values = after(at.wires, terms * sizeof(uint32_t));
    at.end = after(at.values, (terms + QUOTIENT_LANES) * sizeof(fr));
    return at;
}

size_t quotient_plan_size(size_t term_count, unsigned log_domain)
{
    return layout_of(term_count, log_domain).end;
}

/* Counts of sums while they are sorted: the kind of the sum above the number of terms. */
#define WITH_PRODUCTS ((uint32_t)1 << 31)

static bool is_unit(const fr *value, bool *negative)
{
    fr negated;
    fr_neg(&negated, value);
    *negative = fr_equal(&negated, &fr_one);
    return *negative || fr_equal(value, &fr_one);
}

static uint32_t target_of(const struct zkey_term *term) { return 2 * term->row + term->matrix; }

static void count_terms(struct quotient_sum *sums, size_t count, const struct zkey_term *terms,
                        size_t term_count)
{
    bool negative;
    for (size_t i = 0; i < count; i++) sums[i] = (struct quotient_sum){0, (uint32_t)i};
    for (size_t i = 0; i < term_count; i++) {
        struct quotient_sum *sum = &sums[target_of(&terms[i])];
        sum->count++;
        if (!is_unit(&terms[i].value, &negative)) sum->count |= WITH_PRODUCTS;
    }
}

/* One step of a radix sort: by eight bits of the counts, largest first, the rest of the order kept. */
static void sort_by_byte(struct quotient_sum *out, const struct quotient_sum *in, size_t count, unsigned byte)
{
    size_t begin[256] = {0}, sum = 0;
    for (size_t i = 0; i < count; i++) begin[in[i].count >> (8 * byte) & 255]++;
    for (size_t digit = 256; digit-- > 0;) {
        size_t with_digit = begin[digit];
        begin[digit] = sum;
        sum += with_digit;
    }
    for (size_t i = 0; i < count; i++) out[begin[in[i].count >> (8 * byte) & 255]++] = in[i];
}

static void sort_sums(struct quotient_plan *plan, struct quotient_sum *sums, struct quotient_sum *spare)
{
    size_t count = sum_count(plan);
    for (unsigned byte = 0; byte < 4; byte += 2) {
        sort_by_byte(spare, sums, count, byte);
        sort_by_byte(sums, spare, count, byte + 1);
    }
    plan->product_count = 0;
    while (plan->product_count < count && (sums[plan->product_count].count & WITH_PRODUCTS) != 0)
        sums[plan->product_count++].count &= ~WITH_PRODUCTS;
}

static void place_groups(const struct quotient_plan *plan, struct quotient_terms *groups)
{
    struct quotient_terms next = {0, 0};
    for (size_t i = 0; i < quotient_group_count(plan); i++) {
        groups[i] = next;
        struct quotient_group group = quotient_group(plan, i);
        for (size_t k = 0; k < group.count; k++) {
            next.wires += group.sums[k].count;
            next.values += group.values != NULL ? group.sums[k].count : 0;
        }
    }
}

/* Index of term number `step` of sum number `lane` among the terms of its group. */
static size_t index_in_group(const struct quotient_group *group, size_t lane, uint32_t step)
{
    size_t index = lane;
    for (size_t k = 0; k < group->count; k++)
        index += group->sums[k].count < step ? group->sums[k].count : step;
    return index;
}

/* spare: by target, the group and lane of the sum, and how many of its terms are placed. */
static void place_terms(const struct quotient_plan *plan, const struct zkey_term *terms, size_t term_count,
                        uint32_t *wires, fr *values, uint32_t *spare)
{
    uint32_t *place = spare, *placed = spare + sum_count(plan);
    for (uint32_t i = 0; i < quotient_group_count(plan); i++) {
        struct quotient_group group = quotient_group(plan, i);
        for (uint32_t k = 0; k < group.count; k++) {
            place[group.sums[k].target] = i * QUOTIENT_LANES + k;
            placed[group.sums[k].target] = 0;
        }
    }
    for (size_t i = 0; i < term_count; i++) {
        uint32_t target = target_of(&terms[i]), index = place[target] / QUOTIENT_LANES;
        struct quotient_group group = quotient_group(plan, index);
        size_t at = index_in_group(&group, place[target] % QUOTIENT_LANES, placed[target]++);
        bool negative = false;
        if (group.values != NULL)
            values[plan->groups[index].values + at] = terms[i].value;
        else
            (void)is_unit(&terms[i].value, &negative);
        wires[plan->groups[index].wires + at] = terms[i].wire | (negative ? QUOTIENT_NEGATIVE : 0);
    }
}

void quotient_plan_init(struct quotient_plan *plan, const struct zkey_term *terms, size_t term_count,
                        unsigned log_domain, void *memory)
{
    struct layout at = layout_of(term_count, log_domain);
    uint8_t *base = memory;
    ROAM_ASSERT((uintptr_t)memory % 64 == 0);
    ntt_domain_init(&plan->domain, log_domain, base + at.split_factors);
    plan->join_factors = base + at.join_factors;
    if (ntt8_serves(log_domain)) ntt8_table_fill(log_domain, NTT8_JOIN, base + at.join_factors);

    struct quotient_sum *sums = (void *)(base + at.sums), *spare = (void *)(base + at.spare);
    struct quotient_terms *groups = (void *)(base + at.groups);
    uint32_t *wires = (void *)(base + at.wires);
    fr *values = (void *)(base + at.values);
    plan->sums = sums, plan->groups = groups, plan->wires = wires, plan->values = values;
    count_terms(sums, sum_count(plan), terms, term_count);
    sort_sums(plan, sums, spare);
    place_groups(plan, groups);
    place_terms(plan, terms, term_count, wires, values, (void *)spare);
}

size_t quotient_scratch_size(const struct quotient_plan *plan) { return 3 * plan->domain.size * sizeof(fr); }

static void group_sums(fr out[QUOTIENT_LANES], const struct quotient_group *group, const fr *witness)
{
    const uint32_t *wire = group->wires;
    const fr *value = group->values;
    fr product;
    memset(out, 0, QUOTIENT_LANES * sizeof *out);
    for (size_t step = 0, active; (active = quotient_active(group, step)) > 0; step++)
        for (size_t k = 0; k < active; k++, wire++) {
            const fr *x = &witness[*wire & ~QUOTIENT_NEGATIVE];
            if (value != NULL) {
                fr_mul(&product, value++, x);
                fr_add(&out[k], &out[k], &product);
            } else if ((*wire & QUOTIENT_NEGATIVE) != 0) {
                fr_sub(&out[k], &out[k], x);
            } else {
                fr_add(&out[k], &out[k], x);
            }
        }
    roam_wipe(&product, sizeof product);
}

/* The shares take turns, since groups get shorter and shorter. */
static void run_sums(void *context, struct share share)
{
    const struct quotient_run *run = context;
    bool lanes = ntt8_serves(run->plan->domain.log_size);
    size_t count = quotient_group_count(run->plan);
    fr sums[QUOTIENT_LANES];
    for (size_t i = share.index; i < count; i += share.count) {
        struct quotient_group group = quotient_group(run->plan, i);
        (lanes ? quotient8_sums : group_sums)(sums, &group, run->witness);
        for (size_t k = 0; k < group.count; k++)
            run->values[group.sums[k].target % 2][group.sums[k].target / 2] = sums[k];
    }
    roam_wipe(sums, sizeof sums);
}

static void run_product(void *context, struct share share)
{
    const struct quotient_run *run = context;
    size_t size = run->plan->domain.size;
    for (size_t i = share_begin(share, size); i < share_end(share, size); i++)
        fr_mul(&run->values[2][i], &run->values[0][i], &run->values[1][i]);
}

static void run_out(void *context, struct share share)
{
    const struct quotient_run *run = context;
    size_t size = run->plan->domain.size;
    fr value;
    for (size_t i = share_begin(share, size); i < share_end(share, size); i++) {
        fr_mul(&value, &run->values[0][i], &run->values[1][i]);
        fr_sub(&value, &value, &run->values[2][i]);
        fr_to_limbs(run->out[i].limb, &value);
    }
    roam_wipe(&value, sizeof value);
}

static void transform(struct quotient_run *run, unsigned threads)
{
    const struct ntt_domain *domain = &run->plan->domain;
    fr shift;
    ntt_root_of_unity(&shift, domain->log_size + 1);
    parallel_run(run->shares, run_product, run);
    for (int i = 0; i < 3; i++) {
        ntt_inverse(domain, run->values[i], threads);
        ntt_shift(run->values[i], domain->size, &shift, threads);
        ntt_forward(domain, run->values[i], threads);
    }
    parallel_run(run->shares, run_out, run);
}

static unsigned share_count(size_t size, unsigned threads)
{
    size_t worth = size >> SHARE_LOG;
    ROAM_ASSERT(threads >= 1);
    if (threads > PARALLEL_MAX) threads = PARALLEL_MAX;
    return worth >= threads ? threads : worth > 1 ? (unsigned)worth : 1;
}

void quotient_scalars(fr_int *out, const struct quotient_plan *plan, const fr *witness, unsigned threads,
                      void *scratch)
{
    size_t size = plan->domain.size;
    fr *values = scratch;
    ROAM_ASSERT((uintptr_t)scratch % 64 == 0);
    struct quotient_run run = {
        plan, witness, {values, values + size, values + 2 * size}, out, share_count(size, threads)};
    parallel_run(run.shares, run_sums, &run);
    if (ntt8_serves(plan->domain.log_size))
        quotient8_transform(&run);
    else
        transform(&run, threads);
}
