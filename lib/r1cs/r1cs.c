#include "r1cs.h"

void r1cs_row_eval(fr *out, const struct r1cs_system *system, uint64_t row, const fr *witness)
{
    fr sum = fr_zero, product;
    for (uint64_t k = system->row_start[row]; k < system->row_start[row + 1]; k++) {
        fr_mul(&product, &system->coeff[k], &witness[system->wire[k]]);
        fr_add(&sum, &sum, &product);
    }
    *out = sum;
}

enum roam_err r1cs_check(const struct r1cs_system *system, const fr *witness, uint32_t *first_failing)
{
    ROAM_ASSERT(fr_equal(&witness[0], &fr_one));
    for (uint32_t i = 0; i < system->constraint_count; i++) {
        fr a, b, c;
        r1cs_row_eval(&a, system, 3 * (uint64_t)i + R1CS_A, witness);
        r1cs_row_eval(&b, system, 3 * (uint64_t)i + R1CS_B, witness);
        r1cs_row_eval(&c, system, 3 * (uint64_t)i + R1CS_C, witness);
        fr_mul(&a, &a, &b);
        if (fr_equal(&a, &c)) continue;
        *first_failing = i;
        return ROAM_E_VERIFY;
    }
    return ROAM_OK;
}
