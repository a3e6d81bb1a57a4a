/* Builds a constraint system and its witness from one C function.
 *
 * A circuit is a function that takes a builder and allocates, assigns and constrains as it goes. It is run
 *   - to count (R1CS_COUNT): how many wires, constraints and terms, by gadget;
 *   - to record (R1CS_RECORD): the constraints go into a struct r1cs_system of the counted size;
 *   - to assign (R1CS_ASSIGN): the witness is computed and nothing else.
 * One code for all, so that they cannot drift: the shape of a circuit must not depend on assigned values.
 *
 * A linear combination (lc) is a plain value. A single wire needs no memory; longer combinations refer to
 * terms on the builder's term stack, ascending by wire, merged, never zero. Without COUNT and RECORD there
 * are no terms at all. The stack shrinks only by builder_release: gadgets mark it when they start and release
 * it when they end. The builder allocates nothing: memory is given at init. Running out of it is a bug
 * (assert). Time depends on assigned values; copies of them stay on the C stack. */
#ifndef R1CS_BUILDER_H
#define R1CS_BUILDER_H

#include "r1cs.h"

enum r1cs_pass { R1CS_COUNT = 1, R1CS_RECORD = 2, R1CS_ASSIGN = 4 };

typedef struct {
    fr value;         /* of constants always, of others in pass ASSIGN */
    uint32_t at;      /* the wire if count is LC_WIRE, else the first term on the stack */
    uint32_t count;   /* number of terms, or LC_WIRE: one wire with coefficient one */
    bool is_constant; /* in every pass: no wire but the constant one is in it */
} lc;

#define LC_WIRE UINT32_MAX

enum {
    LC_SUM_MAX = 128,              /* combinations in one lc_sum */
    BUILDER_STACK_TERMS = 1 << 15, /* a term stack that is deep enough for every circuit here */
    R1CS_GADGETS_MAX = 64,
    R1CS_GADGET_DEPTH_MAX = 16
};

struct r1cs_gadget_cost {
    const char *name;           /* a string constant */
    uint64_t uses, constraints; /* of the gadget itself, inner gadgets not counted */
    uint64_t terms[3];          /* of those constraints in A, B, C; passes COUNT and RECORD */
};

/* What the passes need; the rest may be zero. All of it is the caller's and must outlive the builder. */
struct builder_memory {
    uint32_t *term_wire; /* COUNT, RECORD: [term_capacity] */
    fr *term_coeff;
    uint32_t term_capacity;
    struct r1cs_system *system; /* RECORD: of the counts of a COUNT pass; its arrays are filled */
    fr *witness;                /* ASSIGN: [wire_capacity]; holds secrets, the caller wipes it */
    uint32_t wire_capacity;
};

/* Sees each wire but the constant one before it takes its value, and may change it; later values are computed
 * from the changed one. For tests that look for false witnesses. */
struct builder_tamper {
    void *context;
    void (*change)(void *context, uint32_t wire, fr *value);
};

struct builder {
    unsigned passes; /* RECORD and ASSIGN may run together */
    uint32_t wire_count, public_count, constraint_count;
    uint64_t term_count;
    struct builder_memory memory;
    uint32_t term_used;
    const struct builder_tamper *tamper; /* NULL, except in tests */
    struct r1cs_gadget_cost gadget[R1CS_GADGETS_MAX];
    size_t gadget_count;
    size_t gadget_stack[R1CS_GADGET_DEPTH_MAX], gadget_depth;
};

/* False if only the values of combinations are wanted. */
static inline bool builder_has_terms(const struct builder *b)
{
    return (b->passes & (R1CS_COUNT | R1CS_RECORD)) != 0;
}

/* Wire 0 is there afterwards. */
void builder_init(struct builder *b, unsigned passes, const struct builder_memory *memory);

/* New wires. Public wires first: builder_public after a private wire is a bug. value is read in pass ASSIGN
 * only. */
lc builder_public(struct builder *b, const fr *value);
lc builder_private(struct builder *b, const fr *value);
lc builder_private_u64(struct builder *b, uint64_t value);

static inline lc lc_zero(void) { return (lc){.is_constant = true}; }
static inline lc lc_one(void) { return (lc){.value = fr_one, .count = LC_WIRE, .is_constant = true}; }
lc builder_constant(struct builder *b, const fr *value);
lc builder_constant_u64(struct builder *b, uint64_t value);

lc lc_add(struct builder *b, lc x, lc y);
lc lc_sub(struct builder *b, lc x, lc y);
lc lc_scale(struct builder *b, lc x, const fr *factor);
/* sum of coeff[i] * x[i]; coeff NULL means all one. count <= LC_SUM_MAX. */
lc lc_sum(struct builder *b, const lc *x, const fr *coeff, size_t count);

/* x * y = z */
void builder_constrain(struct builder *b, lc x, lc y, lc z);
/* A new private wire for x * y. */
lc builder_product(struct builder *b, lc x, lc y);

uint32_t builder_mark(const struct builder *b);
/* Drops every lc made since the mark, but keeps those of keep[0..keep_count) alive: their terms move down.
 * They must be in the order they were made. */
void builder_release(struct builder *b, uint32_t mark, lc *keep, size_t keep_count);

/* Names the constraints that follow, for the cost by gadget; calls nest. */
void builder_enter(struct builder *b, const char *gadget);
void builder_leave(struct builder *b);

#endif
