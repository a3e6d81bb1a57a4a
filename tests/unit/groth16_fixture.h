/* Small constraint systems with a satisfying witness, built by hand. */
#ifndef TEST_GROTH16_FIXTURE_H
#define TEST_GROTH16_FIXTURE_H

#include "env.h"
#include "r1cs.h"

#include <stdlib.h>
#include <string.h>

struct fixture {
    struct r1cs_system system;
    fr *witness;
};

enum { FIXTURE_TERMS_PER_ROW = 4 };

static inline void fixture_init(struct fixture *f, uint32_t wires, uint32_t outputs, uint32_t inputs,
                                uint32_t constraints)
{
    size_t rows = 3 * (size_t)constraints;
    f->system =
        (struct r1cs_system){.wire_count = wires, .output_count = outputs, .public_input_count = inputs};
    f->system.row_start = calloc(rows + 1, sizeof *f->system.row_start);
    f->system.wire = calloc(FIXTURE_TERMS_PER_ROW * rows + 1, sizeof *f->system.wire);
    f->system.coeff = calloc(FIXTURE_TERMS_PER_ROW * rows + 1, sizeof *f->system.coeff);
    f->witness = calloc(wires, sizeof *f->witness);
    ROAM_ASSERT(f->system.row_start && f->system.wire && f->system.coeff && f->witness);
    f->witness[0] = fr_one;
}

static inline void fixture_release(struct fixture *f)
{
    free(f->system.row_start);
    free(f->system.wire);
    free(f->system.coeff);
    free(f->witness);
}

/* Adds coeff * wire to the row under construction; wires of a row must ascend. */
static inline void fixture_term(struct fixture *f, uint32_t wire, int64_t coeff)
{
    struct r1cs_system *system = &f->system;
    fr *value = &system->coeff[system->term_count];
    fr_from_u64(value, (uint64_t)(coeff < 0 ? -coeff : coeff));
    if (coeff < 0) fr_neg(value, value);
    system->wire[system->term_count++] = wire;
}

/* Ends matrix row `row` = 3 * constraint + matrix. */
static inline void fixture_end_row(struct fixture *f, uint64_t row)
{
    f->system.row_start[row + 1] = f->system.term_count;
    f->system.constraint_count = (uint32_t)((row + 1) / 3);
}

/* y = x^3 + x + 5: wires 1, y (public), x, x^2, x^3. */
static inline void fixture_cubic(struct fixture *f, uint64_t x)
{
    fixture_init(f, 5, 1, 0, 3);
    fr_from_u64(&f->witness[1], x * x * x + x + 5);
    fr_from_u64(&f->witness[2], x);
    fr_from_u64(&f->witness[3], x * x);
    fr_from_u64(&f->witness[4], x * x * x);
    const uint32_t product[2][3] = {{2, 2, 3}, {3, 2, 4}};
    for (uint64_t i = 0; i < 2; i++)
        for (uint64_t m = 0; m < 3; m++) {
            fixture_term(f, product[i][m], 1);
            fixture_end_row(f, 3 * i + m);
        }
    fixture_term(f, 0, 5);
    fixture_term(f, 2, 1);
    fixture_term(f, 4, 1);
    fixture_end_row(f, 6);
    fixture_term(f, 0, 1);
    fixture_end_row(f, 7);
    fixture_term(f, 1, 1);
    fixture_end_row(f, 8);
}

/* One side of a random constraint: a few random wires below `limit`. */
static inline void fixture_random_side(struct fixture *f, fr *value, struct roam_prng *prng, uint32_t limit,
                                       uint64_t row)
{
    uint32_t wire = (uint32_t)prng_below(prng, limit);
    *value = fr_zero;
    for (uint64_t terms = prng_below(prng, FIXTURE_TERMS_PER_ROW) + 1; terms > 0 && wire < limit; terms--) {
        fr term;
        fixture_term(f, wire, prng_below(prng, 4) == 0 ? -(int64_t)prng_below(prng, 1000) - 1 : 1);
        fr_mul(&term, &f->system.coeff[f->system.term_count - 1], &f->witness[wire]);
        fr_add(value, value, &term);
        wire += 1 + (uint32_t)prng_below(prng, 1 + limit / 8);
    }
    fixture_end_row(f, row);
}

/* `outputs` + `inputs` public wires with random values, then one new wire a constraint: three of four are
 * bits (b * b = b), the others products of random sums. */
static inline void fixture_random(struct fixture *f, struct roam_prng *prng, uint32_t outputs,
                                  uint32_t inputs, uint32_t constraints)
{
    uint32_t first = 1 + outputs + inputs;
    fixture_init(f, first + constraints, outputs, inputs, constraints);
    for (uint32_t i = 1; i < first; i++) fr_from_u128(&f->witness[i], prng_u64(prng), prng_u64(prng));
    for (uint32_t i = 0; i < constraints; i++) {
        uint32_t wire = first + i;
        uint64_t row = 3 * (uint64_t)i;
        if (prng_below(prng, 4) > 0) {
            fr_from_u64(&f->witness[wire], prng_below(prng, 2));
            for (uint64_t m = 0; m < 3; m++) {
                fixture_term(f, wire, 1);
                fixture_end_row(f, row + m);
            }
            continue;
        }
        fr a, b;
        fixture_random_side(f, &a, prng, wire, row);
        fixture_random_side(f, &b, prng, wire, row + 1);
        fr_mul(&f->witness[wire], &a, &b);
        fixture_term(f, wire, 1);
        fixture_end_row(f, row + 2);
    }
}

#endif
