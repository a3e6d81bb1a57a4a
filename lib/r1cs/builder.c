#include "builder.h"

#include <string.h>

void builder_init(struct builder *b, unsigned passes, const struct builder_memory *memory)
{
    memset(b, 0, sizeof *b);
    b->passes = passes;
    b->memory = *memory;
    b->wire_count = 1;
    if (passes & R1CS_ASSIGN) {
        ROAM_ASSERT(memory->wire_capacity >= 1);
        memory->witness[0] = fr_one;
    }
    if (passes & R1CS_RECORD) memory->system->row_start[0] = 0;
}

static lc new_wire(struct builder *b, const fr *value)
{
    lc wire = {.at = b->wire_count++, .count = LC_WIRE};
    if (b->passes & R1CS_ASSIGN) {
        ROAM_ASSERT(wire.at < b->memory.wire_capacity);
        wire.value = *value;
        if (b->tamper != NULL) b->tamper->change(b->tamper->context, wire.at, &wire.value);
        b->memory.witness[wire.at] = wire.value;
    }
    return wire;
}

lc builder_public(struct builder *b, const fr *value)
{
    ROAM_ASSERT(b->wire_count == b->public_count + 1);
    b->public_count++;
    return new_wire(b, value);
}

lc builder_private(struct builder *b, const fr *value) { return new_wire(b, value); }

lc builder_private_u64(struct builder *b, uint64_t value)
{
    fr element;
    fr_from_u64(&element, value);
    return new_wire(b, &element);
}

lc builder_constant(struct builder *b, const fr *value) { return lc_scale(b, lc_one(), value); }

lc builder_constant_u64(struct builder *b, uint64_t value)
{
    fr element;
    fr_from_u64(&element, value);
    return builder_constant(b, &element);
}

struct terms {
    const uint32_t *wire;
    const fr *coeff;
    uint32_t count;
};

static struct terms terms_of(const struct builder *b, const lc *x)
{
    if (x->count == LC_WIRE) return (struct terms){&x->at, &fr_one, 1};
    return (struct terms){b->memory.term_wire + x->at, b->memory.term_coeff + x->at, x->count};
}

static void push_term(struct builder *b, lc *out, uint32_t wire, const fr *coeff)
{
    if (fr_is_zero(coeff)) return;
    ROAM_ASSERT(b->term_used < b->memory.term_capacity);
    b->memory.term_wire[b->term_used] = wire;
    b->memory.term_coeff[b->term_used] = *coeff;
    b->term_used++;
    out->count++;
}

/* The smallest wire that any cursor is at; UINT32_MAX when all are at their end. */
static uint32_t next_wire(const struct terms *cursor, size_t count)
{
    uint32_t wire = UINT32_MAX;
    for (size_t i = 0; i < count; i++)
        if (cursor[i].count > 0 && cursor[i].wire[0] < wire) wire = cursor[i].wire[0];
    return wire;
}

/* Adds coeff * the term at the cursor and steps it on. */
static void take_term(fr *sum, struct terms *cursor, const fr *coeff)
{
    fr product = cursor->coeff[0];
    if (coeff != NULL) fr_mul(&product, &product, coeff);
    fr_add(sum, sum, &product);
    cursor->wire++;
    cursor->coeff++;
    cursor->count--;
}

/* A merge of all the sorted lists at once. */
static void merge_terms(struct builder *b, lc *out, const lc *x, const fr *coeff, size_t count)
{
    struct terms cursor[LC_SUM_MAX];
    for (size_t i = 0; i < count; i++) cursor[i] = terms_of(b, &x[i]);
    out->at = b->term_used;
    out->count = 0;
    for (uint32_t wire; (wire = next_wire(cursor, count)) != UINT32_MAX;) {
        fr sum = fr_zero;
        for (size_t i = 0; i < count; i++)
            if (cursor[i].count > 0 && cursor[i].wire[0] == wire)
                take_term(&sum, &cursor[i], coeff == NULL ? NULL : &coeff[i]);
        push_term(b, out, wire, &sum);
    }
}

lc lc_sum(struct builder *b, const lc *x, const fr *coeff, size_t count)
{
    ROAM_ASSERT(count <= LC_SUM_MAX);
    lc out = lc_zero();
    for (size_t i = 0; i < count; i++) {
        fr product = x[i].value;
        if (coeff != NULL) fr_mul(&product, &product, &coeff[i]);
        fr_add(&out.value, &out.value, &product);
        out.is_constant = out.is_constant && x[i].is_constant;
    }
    if (builder_has_terms(b)) merge_terms(b, &out, x, coeff, count);
    return out;
}

lc lc_add(struct builder *b, lc x, lc y) { return lc_sum(b, (const lc[]){x, y}, NULL, 2); }

lc lc_sub(struct builder *b, lc x, lc y)
{
    fr coeff[2] = {fr_one};
    fr_neg(&coeff[1], &fr_one);
    return lc_sum(b, (const lc[]){x, y}, coeff, 2);
}

lc lc_scale(struct builder *b, lc x, const fr *factor) { return lc_sum(b, &x, factor, 1); }

static uint32_t count_terms(const lc *x) { return x->count == LC_WIRE ? 1 : x->count; }

static void record_row(struct builder *b, uint64_t row, const lc *x)
{
    struct r1cs_system *system = b->memory.system;
    struct terms terms = terms_of(b, x);
    uint64_t start = system->row_start[row];
    ROAM_ASSERT(row < 3 * (uint64_t)system->constraint_count && terms.count <= system->term_count - start);
    if (terms.count > 0) {
        memcpy(system->wire + start, terms.wire, terms.count * sizeof *terms.wire);
        memcpy(system->coeff + start, terms.coeff, terms.count * sizeof *terms.coeff);
    }
    system->row_start[row + 1] = start + terms.count;
}

static void count_constraint(struct builder *b, const lc row[3])
{
    struct r1cs_gadget_cost *gadget =
        b->gadget_depth > 0 ? &b->gadget[b->gadget_stack[b->gadget_depth - 1]] : NULL;
    b->constraint_count++;
    if (gadget != NULL) gadget->constraints++;
    for (int matrix = 0; builder_has_terms(b) && matrix < 3; matrix++) {
        b->term_count += count_terms(&row[matrix]);
        if (gadget != NULL) gadget->terms[matrix] += count_terms(&row[matrix]);
    }
}

void builder_constrain(struct builder *b, lc x, lc y, lc z)
{
    if (b->passes & R1CS_RECORD) {
        uint64_t row = 3 * (uint64_t)b->constraint_count;
        record_row(b, row + R1CS_A, &x);
        record_row(b, row + R1CS_B, &y);
        record_row(b, row + R1CS_C, &z);
    }
    count_constraint(b, (const lc[3]){x, y, z});
}

lc builder_product(struct builder *b, lc x, lc y)
{
    fr value;
    fr_mul(&value, &x.value, &y.value);
    lc z = builder_private(b, &value);
    builder_constrain(b, x, y, z);
    return z;
}

uint32_t builder_mark(const struct builder *b) { return b->term_used; }

void builder_release(struct builder *b, uint32_t mark, lc *keep, size_t keep_count)
{
    if (!builder_has_terms(b)) return;
    uint32_t used = mark, floor = mark;
    for (size_t i = 0; i < keep_count; i++) {
        if (keep[i].count == LC_WIRE || keep[i].count == 0 || keep[i].at < mark) continue;
        ROAM_ASSERT(keep[i].at >= floor);
        floor = keep[i].at + keep[i].count;
        memmove(b->memory.term_wire + used, b->memory.term_wire + keep[i].at,
                keep[i].count * sizeof *b->memory.term_wire);
        memmove(b->memory.term_coeff + used, b->memory.term_coeff + keep[i].at,
                keep[i].count * sizeof *b->memory.term_coeff);
        keep[i].at = used;
        used += keep[i].count;
    }
    b->term_used = used;
}

static size_t find_gadget(struct builder *b, const char *name)
{
    for (size_t i = 0; i < b->gadget_count; i++)
        if (strcmp(b->gadget[i].name, name) == 0) return i;
    ROAM_ASSERT(b->gadget_count < R1CS_GADGETS_MAX);
    b->gadget[b->gadget_count].name = name;
    return b->gadget_count++;
}

void builder_enter(struct builder *b, const char *gadget)
{
    ROAM_ASSERT(b->gadget_depth < R1CS_GADGET_DEPTH_MAX);
    size_t index = find_gadget(b, gadget);
    b->gadget[index].uses++;
    b->gadget_stack[b->gadget_depth++] = index;
}

void builder_leave(struct builder *b)
{
    ROAM_ASSERT(b->gadget_depth > 0);
    b->gadget_depth--;
}
