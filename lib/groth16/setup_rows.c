#include "setup_rows.h"

/* At least two rows, as snarkjs has it. */
static unsigned log_domain_for(uint64_t rows)
{
    unsigned log = 1;
    while ((uint64_t)1 << log < rows) log++;
    return log;
}

static uint64_t count_terms(const struct r1cs_system *system)
{
    uint64_t count = (uint64_t)r1cs_public_count(system) + 1;
    for (uint64_t i = 0; i < system->constraint_count; i++)
        count += system->row_start[3 * i + R1CS_C] - system->row_start[3 * i + R1CS_A];
    return count;
}

static struct zkey_term *put_row(struct zkey_term *at, const struct r1cs_system *system, uint32_t constraint,
                                 enum r1cs_matrix matrix)
{
    size_t row = 3 * (size_t)constraint + matrix;
    for (uint64_t k = system->row_start[row]; k < system->row_start[row + 1]; k++)
        *at++ = (struct zkey_term){.matrix = matrix == R1CS_A ? ZKEY_MATRIX_A : ZKEY_MATRIX_B,
                                   .row = constraint,
                                   .wire = system->wire[k],
                                   .value = system->coeff[k]};
    return at;
}

enum roam_err setup_rows(struct zkey *out, const struct r1cs_system *system, struct roam_diag *diag)
{
    uint32_t public_count = r1cs_public_count(system);
    uint64_t rows = (uint64_t)system->constraint_count + public_count + 1, terms = count_terms(system);
    unsigned log_domain = log_domain_for(rows);
    if (log_domain > ZKEY_LOG_DOMAIN_MAX || terms > UINT32_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "%llu rows with %llu terms, at most 2^%d rows and 2^32 terms",
                         (unsigned long long)rows, (unsigned long long)terms, ZKEY_LOG_DOMAIN_MAX);
    ROAM_TRY(zkey_allocate(out, system->wire_count, public_count, log_domain, (size_t)terms));
    struct zkey_term *at = out->terms;
    for (uint32_t i = 0; i < system->constraint_count; i++) {
        at = put_row(at, system, i, R1CS_A);
        at = put_row(at, system, i, R1CS_B);
    }
    for (uint32_t wire = 0; wire <= public_count; wire++)
        *at++ = (struct zkey_term){
            .matrix = ZKEY_MATRIX_A, .row = system->constraint_count + wire, .wire = wire, .value = fr_one};
    return ROAM_OK;
}
