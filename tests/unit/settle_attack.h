/* False witnesses for `settle`: assign from any input, honest or not, change chosen wires on the way, give
 * the public wires the values that the rest then asks for, and see which constraints are left unsatisfied. */
#ifndef TEST_SETTLE_ATTACK_H
#define TEST_SETTLE_ATTACK_H

#include "circuit_fixture.h"
#include "settle.h"
#include "settle_cases.h"

#include <string.h>

enum { CHANGES_MAX = 128, FIRST_PUBLIC_IN_USE = 2, PUBLIC_WIRES = SETTLE_PUBLIC_COUNT + 1 };

struct change {
    uint32_t wire;
    bool add; /* to the honest value, else in its place */
    fr value;
};

struct attack {
    struct circuit_fixture f;
    unsigned size;
    fr signal[SETTLE_PUBLIC_COUNT];
    struct change change[CHANGES_MAX];
    size_t change_count;
    struct builder b; /* of the last assignment */
    struct {
        size_t gadget;
        uint64_t use; /* 1 for the gadget's first */
    } * origin;       /* of each wire */
    uint32_t
        public_row[PUBLIC_WIRES]; /* the constraint that a public wire is in; wire 1, agreement, is in none */
};

static inline void attack_emit(struct builder *b, void *context)
{
    const struct attack *a = context;
    settle_circuit(b, a->size, NULL, NULL);
}

/* A public wire is in one constraint, in C. */
static inline void attack_find_rows(struct attack *a)
{
    const struct r1cs_system *system = &a->f.system;
    size_t found = 0;
    for (uint64_t row = 0; row < 3 * (uint64_t)system->constraint_count; row++)
        for (uint64_t k = system->row_start[row]; k < system->row_start[row + 1]; k++) {
            if (system->wire[k] == 0 || system->wire[k] >= PUBLIC_WIRES) continue;
            assert_int_equal(row % 3, R1CS_C);
            a->public_row[system->wire[k]] = (uint32_t)(row / 3);
            found++;
        }
    assert_int_equal(found, PUBLIC_WIRES - FIRST_PUBLIC_IN_USE);
}

static inline void attack_init(struct attack *a, unsigned size)
{
    *a = (struct attack){.size = size};
    fixture_build(&a->f, attack_emit, a);
    attack_find_rows(a);
    a->origin = fixture_alloc(a->f.system.wire_count, sizeof *a->origin);
}

static inline void attack_free(struct attack *a)
{
    free(a->origin);
    fixture_free(&a->f);
}

static inline void attack_change(void *context, uint32_t wire, fr *value)
{
    struct attack *a = context;
    if (a->b.gadget_depth > 0) {
        a->origin[wire].gadget = a->b.gadget_stack[a->b.gadget_depth - 1];
        a->origin[wire].use = a->b.gadget[a->origin[wire].gadget].uses;
    }
    for (size_t i = 0; i < a->change_count; i++) {
        if (a->change[i].wire != wire) continue;
        if (a->change[i].add)
            fr_add(value, value, &a->change[i].value);
        else
            *value = a->change[i].value;
    }
}

/* Assigns with a->change and a->signal. */
static inline void attack_assign(struct attack *a, const struct settle_input *input)
{
    const struct builder_tamper tamper = {a, attack_change};
    const struct builder_memory memory = {.witness = a->f.witness, .wire_capacity = a->f.system.wire_count};
    builder_init(&a->b, R1CS_ASSIGN, &memory);
    a->b.tamper = &tamper;
    settle_circuit(&a->b, a->size, input, a->signal);
    fixture_same_counts(&a->b, &a->f.counted);
}

static inline const char *attack_gadget(const struct attack *a, uint32_t wire)
{
    return a->origin[wire].use == 0 ? "none" : a->b.gadget[a->origin[wire].gadget].name;
}

/* Wire number `offset` of the use-th use (0 is the first) of a gadget, after an assignment. */
static inline uint32_t attack_wire(const struct attack *a, const char *gadget, uint64_t use, uint32_t offset)
{
    for (uint32_t wire = 1; wire < a->f.system.wire_count; wire++) {
        if (a->origin[wire].use != use + 1 || strcmp(attack_gadget(a, wire), gadget) != 0) continue;
        if (offset-- == 0) return wire;
    }
    fail_msg("no such wire in %s", gadget);
    return 0;
}

static inline void attack_set(struct attack *a, uint32_t wire, bool add, const fr *value)
{
    assert_true(a->change_count < CHANGES_MAX);
    a->change[a->change_count++] = (struct change){wire, add, *value};
}

/* Adds to a number that is made of bits, the lowest at `wire`; `honest` is a whole witness. What is out of
 * its range goes to the highest bit. */
static inline void attack_add_number(struct attack *a, const fr *honest, uint32_t wire, unsigned bits,
                                     int64_t by)
{
    int64_t value = by;
    for (unsigned i = 0; i < bits; i++)
        if (!fr_is_zero(&honest[wire + i])) value += INT64_C(1) << i;
    for (unsigned i = 0; i < bits; i++) {
        int64_t digit = i + 1 < bits ? value & 1 : value;
        fr element;
        fr_from_u64(&element, (uint64_t)(digit < 0 ? -digit : digit));
        if (digit < 0) fr_neg(&element, &element);
        attack_set(a, wire + i, false, &element);
        value = (value - (value & 1)) / 2;
    }
}

/* Makes the constraint of a public wire hold by its value. */
static inline void attack_repair(struct attack *a, uint32_t wire)
{
    const struct r1cs_system *system = &a->f.system;
    uint64_t row = 3 * (uint64_t)a->public_row[wire];
    fr x, y, rest, coeff = fr_zero;
    for (uint64_t k = system->row_start[row + R1CS_C]; k < system->row_start[row + R1CS_C + 1]; k++)
        if (system->wire[k] == wire) coeff = system->coeff[k];
    a->f.witness[wire] = fr_zero;
    r1cs_row_eval(&x, system, row + R1CS_A, a->f.witness);
    r1cs_row_eval(&y, system, row + R1CS_B, a->f.witness);
    r1cs_row_eval(&rest, system, row + R1CS_C, a->f.witness);
    fr_mul(&x, &x, &y);
    fr_sub(&x, &x, &rest);
    fr_inv(&coeff, &coeff);
    fr_mul(&a->f.witness[wire], &x, &coeff);
}

static inline void attack_repair_all(struct attack *a)
{
    for (uint32_t wire = FIRST_PUBLIC_IN_USE; wire < PUBLIC_WIRES; wire++) attack_repair(a, wire);
}

static inline bool attack_row_holds(const struct attack *a, uint32_t constraint)
{
    fr x, y, z;
    uint64_t row = 3 * (uint64_t)constraint;
    r1cs_row_eval(&x, &a->f.system, row + R1CS_A, a->f.witness);
    r1cs_row_eval(&y, &a->f.system, row + R1CS_B, a->f.witness);
    r1cs_row_eval(&z, &a->f.system, row + R1CS_C, a->f.witness);
    fr_mul(&x, &x, &y);
    return fr_equal(&x, &z);
}

/* How many constraints do not hold, counted up to `enough`; the first of them in *first. */
static inline size_t attack_violations(const struct attack *a, size_t enough, uint32_t *first)
{
    size_t count = 0;
    for (uint32_t i = 0; i < a->f.system.constraint_count && count < enough; i++)
        if (!attack_row_holds(a, i) && count++ == 0) *first = i;
    return count;
}

static inline struct settle_case base_case(void)
{
    struct settle_case base = {.card = {.fixed = {5000, 6000},
                                        .minimum = {10, 12},
                                        .maximum = {USAGE_MONEY_MAX, USAGE_MONEY_MAX},
                                        .scale = 1000,
                                        .rounding = USAGE_ROUND_HALF_UP,
                                        .service_threshold_ppm = 990000,
                                        .service_credit_ppm = 100000,
                                        .salt = {7}},
                               .session = {.record = {.quantity = {123456, 7777, 31},
                                                      .last_mask = 0x03,
                                                      .service_ppm = 995000,
                                                      .renewable = 1000,
                                                      .co2_mg = 2000,
                                                      .evidence = {0xe5},
                                                      .salt = {9}},
                                           .hold_minor = 1000000}};
    for (int i = 0; i < USAGE_SLOTS; i++) base.card.slot[i].step = 1;
    base.card.slot[0] = (struct usage_slot){.price = {100, 119}, .step = 1000, .group = 1, .is_energy = true};
    base.card.slot[1] = (struct usage_slot){.price = {50, 60}, .step = 60, .group = 2};
    base.card.slot[2] = (struct usage_slot){.price = {7, 8}, .step = 1, .group = 1};
    return base;
}

/* The same without tax, so that one fixed fee aims both columns. */
static inline struct settle_case untaxed_case(void)
{
    struct settle_case base = base_case();
    for (int i = 0; i < USAGE_SLOTS; i++)
        base.card.slot[i].price[USAGE_GROSS] = base.card.slot[i].price[USAGE_NET];
    return base;
}

static inline struct settle_input input_of(const struct settle_case *one)
{
    struct settle_input input = {.card = one->card, .sessions = &one->session, .count = 1};
    fr_from_u64(&input.agreement, 4711);
    fr_from_u64(&input.esg_salt, 99);
    return input;
}

static inline struct settle_public signals_of(struct attack *a, const struct settle_input *input)
{
    struct settle_public public;
    struct roam_diag diag = {0};
    if (settle_public_signals(&public, input, a->size, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    memcpy(a->signal, public.signal, sizeof a->signal);
    return public;
}

static inline void expect_honest(struct attack *a, const struct settle_input *input)
{
    uint32_t first;
    a->change_count = 0;
    signals_of(a, input);
    attack_assign(a, input);
    assert_int_equal(attack_violations(a, 1, &first), 0);
    for (int i = 0; i < SETTLE_PUBLIC_COUNT; i++) assert_true(fr_equal(&a->f.witness[1 + i], &a->signal[i]));
    attack_repair_all(a);
    for (int i = 0; i < SETTLE_PUBLIC_COUNT; i++) assert_true(fr_equal(&a->f.witness[1 + i], &a->signal[i]));
    count_property++;
}

#endif
