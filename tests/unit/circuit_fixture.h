/* Runs a circuit through all passes of the builder, for tests. Includes prop.h first for cmocka. */
#ifndef TEST_CIRCUIT_FIXTURE_H
#define TEST_CIRCUIT_FIXTURE_H

#include "prop.h"

#include "builder.h"

typedef void emit_function(struct builder *b, void *context);

struct circuit_fixture {
    emit_function *emit;
    struct builder counted;
    struct r1cs_system system;
    struct builder_memory stack;
    fr *witness;
};

static inline void *fixture_alloc(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    assert_non_null(memory);
    return memory;
}

static inline void fixture_same_counts(const struct builder *a, const struct builder *b)
{
    assert_int_equal(a->wire_count, b->wire_count);
    assert_int_equal(a->public_count, b->public_count);
    assert_int_equal(a->constraint_count, b->constraint_count);
}

/* Counts and records. */
static inline void fixture_build(struct circuit_fixture *f, emit_function *emit, void *context)
{
    *f = (struct circuit_fixture){.emit = emit};
    f->stack.term_capacity = BUILDER_STACK_TERMS;
    f->stack.term_wire = fixture_alloc(BUILDER_STACK_TERMS, sizeof *f->stack.term_wire);
    f->stack.term_coeff = fixture_alloc(BUILDER_STACK_TERMS, sizeof *f->stack.term_coeff);
    builder_init(&f->counted, R1CS_COUNT, &f->stack);
    emit(&f->counted, context);
    f->system = (struct r1cs_system){.wire_count = f->counted.wire_count,
                                     .public_input_count = f->counted.public_count,
                                     .constraint_count = f->counted.constraint_count,
                                     .term_count = f->counted.term_count};
    f->system.row_start = fixture_alloc(3 * (size_t)f->system.constraint_count + 1, sizeof(uint64_t));
    f->system.wire = fixture_alloc(f->system.term_count, sizeof(uint32_t));
    f->system.coeff = fixture_alloc(f->system.term_count, sizeof(fr));
    f->witness = fixture_alloc(f->system.wire_count, sizeof(fr));

    struct builder b;
    struct builder_memory memory = f->stack;
    memory.system = &f->system;
    builder_init(&b, R1CS_RECORD, &memory);
    emit(&b, context);
    fixture_same_counts(&b, &f->counted);
    assert_true(b.term_count == f->counted.term_count);
    assert_true(f->system.row_start[3 * (size_t)f->system.constraint_count] == f->system.term_count);
}

/* Fills f->witness. tamper may be NULL. */
static inline void fixture_assign(struct circuit_fixture *f, void *context,
                                  const struct builder_tamper *tamper)
{
    struct builder b;
    struct builder_memory memory = {.witness = f->witness, .wire_capacity = f->system.wire_count};
    builder_init(&b, R1CS_ASSIGN, &memory);
    b.tamper = tamper;
    f->emit(&b, context);
    fixture_same_counts(&b, &f->counted);
}

static inline bool fixture_holds(const struct circuit_fixture *f)
{
    uint32_t failing;
    return r1cs_check(&f->system, f->witness, &failing) == ROAM_OK;
}

/* Terms in A and B, which a proving key holds and a prover multiplies with. */
static inline uint64_t fixture_key_terms(const struct circuit_fixture *f)
{
    const struct r1cs_system *system = &f->system;
    uint64_t terms = 0;
    for (uint64_t row = 0; row < 3 * (uint64_t)system->constraint_count; row += 3)
        terms += system->row_start[row + R1CS_C] - system->row_start[row + R1CS_A];
    return terms;
}

/* Every row: wires ascending and known, coefficients not zero. */
static inline void fixture_check_rows(const struct circuit_fixture *f)
{
    const struct r1cs_system *system = &f->system;
    for (uint64_t row = 0; row < 3 * (uint64_t)system->constraint_count; row++)
        for (uint64_t k = system->row_start[row]; k < system->row_start[row + 1]; k++) {
            assert_true(system->wire[k] < system->wire_count);
            assert_false(fr_is_zero(&system->coeff[k]));
            if (k > system->row_start[row]) assert_true(system->wire[k] > system->wire[k - 1]);
        }
}

static inline void fixture_free(struct circuit_fixture *f)
{
    free(f->stack.term_wire);
    free(f->stack.term_coeff);
    free(f->system.row_start);
    free(f->system.wire);
    free(f->system.coeff);
    free(f->witness);
}

#endif
