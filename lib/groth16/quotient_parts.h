/* What quotient.c and quotient8.c share: how a plan lists the terms, and the parts done in lanes. */
#ifndef QUOTIENT_PARTS_H
#define QUOTIENT_PARTS_H

#include "parallel.h"
#include "quotient.h"

/* A row of A or B: `count` terms; target is 2 row + matrix. */
struct quotient_sum {
    uint32_t count, target;
};

/* Where the terms of eight sums begin: first the first of each, then the second of those that have one, and
 * so on. */
struct quotient_terms {
    size_t wires, values;
};

enum { QUOTIENT_LANES = 8 };
#define QUOTIENT_NEGATIVE ((uint32_t)1 << 31)

/* One group of eight sums, or less at the end of its kind. */
struct quotient_group {
    const struct quotient_sum *sums;
    size_t count;
    const uint32_t *wires;
    const fr *values; /* NULL if all are 1 and -1 */
};

size_t quotient_group_count(const struct quotient_plan *plan);
struct quotient_group quotient_group(const struct quotient_plan *plan, size_t index);

/* How many of the sums have more than `step` terms: they are the group's first. */
static inline size_t quotient_active(const struct quotient_group *group, size_t step)
{
    size_t active = 0;
    while (active < group->count && group->sums[active].count > step) active++;
    return active;
}

struct quotient_run {
    const struct quotient_plan *plan;
    const fr *witness;
    fr *values[3]; /* of a, b and c */
    fr_int *out;
    unsigned shares;
};

/* The sums of one group, out[k] that of sums[k]; then all after the sums of all groups. */
void quotient8_sums(fr out[QUOTIENT_LANES], const struct quotient_group *group, const fr *witness);
void quotient8_transform(const struct quotient_run *run);

#endif
