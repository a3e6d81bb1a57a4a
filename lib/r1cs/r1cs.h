/* Rank-1 constraint systems over Fr: <A_i, w> * <B_i, w> = <C_i, w> for every constraint i.
 *
 * Wire order is circom's: wire 0 is the constant one, then public outputs, public inputs, private wires. The
 * public signals of a proof are wires 1 .. public_count in that order. */
#ifndef R1CS_H
#define R1CS_H

#include "fr.h"

enum r1cs_matrix { R1CS_A, R1CS_B, R1CS_C };

/* A system in memory. Row 3*i + m holds matrix m of constraint i: its terms are at row_start[row] ..
 * row_start[row + 1] of wire[] and coeff[] (Montgomery form, never zero, wires of a row distinct and
 * ascending). */
struct r1cs_system {
    uint32_t wire_count;
    uint32_t output_count;       /* public outputs */
    uint32_t public_input_count; /* public inputs */
    uint32_t constraint_count;
    uint64_t term_count;
    uint64_t *row_start; /* [3 * constraint_count + 1] */
    uint32_t *wire;      /* [term_count] */
    fr *coeff;           /* [term_count] */
};

static inline uint32_t r1cs_public_count(const struct r1cs_system *system)
{
    return system->output_count + system->public_input_count;
}

/* <row, witness> */
void r1cs_row_eval(fr *out, const struct r1cs_system *system, uint64_t row, const fr *witness);
/* ROAM_OK if witness[0..wire_count) satisfies everything; else ROAM_E_VERIFY and *first_failing. witness[0]
 * must be 1. */
ROAM_MUST_USE enum roam_err r1cs_check(const struct r1cs_system *system, const fr *witness,
                                       uint32_t *first_failing);

#endif
