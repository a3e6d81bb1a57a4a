/* The statement of the B5GRoam paper many times in one circuit, to fill a domain; see b5groam.h for one.
 *
 * The copies share the rates, their fees are summed: public are the sum, r_sms, r_mb, r_voice. A copy takes
 * 264 constraints, as the paper's circuit does after circom's simplification (--O2): 62 copies fill 99.9 % of
 * 2^14 rows, 992 copies 99.9 % of 2^18. Its hash is a wire of its own. */
#ifndef BENCH_B5GROAM_COPIES_H
#define BENCH_B5GROAM_COPIES_H

#include <stdlib.h>

#include "builder.h"
#include "env.h"
#include "gadget_poseidon.h"
#include "poseidon.h"

enum { B5GROAM_COPIES_MAX = 1 << 14, B5GROAM_RATES = 3 };

struct b5groam_copies {
    fr rate[B5GROAM_RATES], total;
    size_t count;
    fr (*quantity)[B5GROAM_RATES]; /* [count] */
};

static inline void copies_random(fr *out, struct roam_prng *prng, unsigned bits)
{
    fr_from_u64(out, prng_u64(prng) >> (64 - bits));
}

/* False if there is no memory. */
static inline bool copies_init(struct b5groam_copies *copies, size_t count)
{
    struct roam_prng prng = {1};
    *copies = (struct b5groam_copies){.count = count, .quantity = calloc(count, sizeof *copies->quantity)};
    if (copies->quantity == NULL) return false;
    for (int i = 0; i < B5GROAM_RATES; i++) copies_random(&copies->rate[i], &prng, 24);
    for (size_t k = 0; k < count; k++) {
        for (int i = 0; i < B5GROAM_RATES; i++) {
            fr fee;
            copies_random(&copies->quantity[k][i], &prng, 20);
            fr_mul(&fee, &copies->quantity[k][i], &copies->rate[i]);
            fr_add(&copies->total, &copies->total, &fee);
        }
    }
    return true;
}

static inline void copies_release(struct b5groam_copies *copies) { free(copies->quantity); }

/* A copy: the hash of the quantities is a new wire, after = before + sum of quantity times rate. */
static inline void copies_statement(struct builder *b, const fr quantity[B5GROAM_RATES],
                                    const lc rate[B5GROAM_RATES], lc before, lc after)
{
    lc n[B5GROAM_RATES];
    fr hash;
    uint32_t mark = builder_mark(b);
    for (int i = 0; i < B5GROAM_RATES; i++) n[i] = builder_private(b, &quantity[i]);
    poseidon(&hash, quantity, B5GROAM_RATES);
    gadget_poseidon_equal(b, lc_zero(), n, B5GROAM_RATES, builder_private(b, &hash));
    lc rest = lc_sub(b, after, before);
    for (int i = 0; i + 1 < B5GROAM_RATES; i++) rest = lc_sub(b, rest, builder_product(b, n[i], rate[i]));
    builder_constrain(b, n[B5GROAM_RATES - 1], rate[B5GROAM_RATES - 1], rest);
    builder_release(b, mark, NULL, 0);
}

/* The sums up to each copy are wires; that of the last is the public one. */
static inline void copies_circuit(struct builder *b, const struct b5groam_copies *copies)
{
    lc rate[B5GROAM_RATES], before = lc_zero(), total = builder_public(b, &copies->total);
    fr sum = {0}, fee;
    for (int i = 0; i < B5GROAM_RATES; i++) rate[i] = builder_public(b, &copies->rate[i]);
    for (size_t k = 0; k < copies->count; k++) {
        for (int i = 0; i < B5GROAM_RATES; i++) {
            fr_mul(&fee, &copies->quantity[k][i], &copies->rate[i]);
            fr_add(&sum, &sum, &fee);
        }
        lc after = k + 1 < copies->count ? builder_private(b, &sum) : total;
        copies_statement(b, copies->quantity[k], rate, before, after);
        before = after;
    }
}

/* The whole system; r1cs_release (r1cs_file.h) frees it. False if there is no memory. */
static inline bool copies_build(struct r1cs_system *out, const struct b5groam_copies *copies)
{
    static uint32_t term_wire[BUILDER_STACK_TERMS];
    static fr term_coeff[BUILDER_STACK_TERMS];
    const struct builder_memory memory = {.term_wire = term_wire,
                                          .term_coeff = term_coeff,
                                          .term_capacity = BUILDER_STACK_TERMS,
                                          .system = out};
    struct builder b;
    builder_init(&b, R1CS_COUNT, &memory);
    copies_circuit(&b, copies);
    *out = (struct r1cs_system){.wire_count = b.wire_count,
                                .public_input_count = b.public_count,
                                .constraint_count = b.constraint_count,
                                .term_count = b.term_count};
    out->row_start = malloc((3 * (size_t)b.constraint_count + 1) * sizeof *out->row_start);
    out->wire = malloc((size_t)b.term_count * sizeof *out->wire);
    out->coeff = malloc((size_t)b.term_count * sizeof *out->coeff);
    if (out->row_start == NULL || out->wire == NULL || out->coeff == NULL) return false;
    builder_init(&b, R1CS_RECORD, &memory);
    copies_circuit(&b, copies);
    return true;
}

#endif
