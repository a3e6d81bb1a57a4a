#include "gadget_poseidon.h"

#include "fr_matrix.h"
#include "poseidon.h"

#include <string.h>

enum { T_MAX = POSEIDON_T_MAX, HALF = POSEIDON_FULL_ROUNDS / 2, PARTIAL_MAX = 70 };

struct sbox {
    lc input, square, cube;
};

/* The state before or after the S-boxes of a round, with what both sides of the equations need. */
struct permutation {
    struct builder *b;
    const struct poseidon_params *params;
    unsigned round;
    fr state[T_MAX];           /* assigned values */
    fr inverse[T_MAX * T_MAX]; /* M^-1, if the builder wants terms */
};

static const fr *constants_of(const struct permutation *p, unsigned round)
{
    return p->params->constants + (size_t)round * p->params->t;
}

static fr power5(const fr *x)
{
    fr power;
    fr_sqr(&power, x);
    fr_sqr(&power, &power);
    fr_mul(&power, &power, x);
    return power;
}

/* From the outputs of a round's S-boxes to the inputs of the next. */
static void mix(struct permutation *p)
{
    unsigned t = p->params->t;
    const fr *constants = constants_of(p, ++p->round);
    fr mixed[T_MAX];
    for (unsigned i = 0; i < t; i++) {
        mixed[i] = fr_inner(p->params->mds + i * t, p->state, t);
        fr_add(&mixed[i], &mixed[i], &constants[i]);
    }
    memcpy(p->state, mixed, t * sizeof *mixed);
}

/* S-box i of the round, but for its third constraint. */
static struct sbox sbox(struct permutation *p, unsigned i, lc x)
{
    struct sbox box = {.input = x, .square = builder_product(p->b, x, x)};
    box.cube = builder_product(p->b, box.square, x);
    fr_mul(&p->state[i], &box.square.value, &box.cube.value);
    return box;
}

/* S-boxes 0..count of the round, their inputs new wires. */
static void sboxes(struct permutation *p, struct sbox *box, unsigned count)
{
    for (unsigned i = 0; i < count; i++) box[i] = sbox(p, i, builder_private(p->b, &p->state[i]));
}

/* What follows a layer of S-boxes: `count` partial rounds, then a full one. */
struct following {
    const struct sbox *partial, *full;
    unsigned count;
};

/* Output i of the S-boxes of `round`: row i of M^-1 times the next state less its constants. Where the tail
 * of a state is no wires, it is in turn M^-1 times the state after it. */
static lc output(const struct permutation *p, unsigned round, unsigned i, const struct following *next)
{
    unsigned t = p->params->t, used = 0;
    lc term[PARTIAL_MAX + T_MAX + 1];
    fr coeff[PARTIAL_MAX + T_MAX + 1], row[T_MAX], constant = fr_zero, product;
    memcpy(row, p->inverse + i * t, t * sizeof *row);
    for (unsigned k = 0; k <= next->count; k++) {
        product = fr_inner(row, constants_of(p, round + 1 + k), t);
        fr_sub(&constant, &constant, &product);
        if (k == next->count) break;
        term[used] = next->partial[k].input;
        coeff[used++] = row[0];
        row[0] = fr_zero;
        fr_row_times(row, row, p->inverse, t);
    }
    for (unsigned j = 0; j < t; j++) {
        term[used] = next->full[j].input;
        coeff[used++] = row[j];
    }
    term[used] = lc_one();
    coeff[used++] = constant;
    return lc_sum(p->b, term, coeff, used);
}

static void bind_output(const struct permutation *p, const struct sbox *box, unsigned round, unsigned i,
                        const struct following *next)
{
    uint32_t mark = builder_mark(p->b);
    lc y = builder_has_terms(p->b) ? output(p, round, i, next) : lc_zero();
    builder_constrain(p->b, box->square, box->cube, y);
    builder_release(p->b, mark, NULL, 0);
}

/* From a full round to the next; box is those of the first, then those of the second. */
static void full_round(struct permutation *p, struct sbox *box)
{
    struct sbox next[T_MAX];
    unsigned t = p->params->t, round = p->round;
    mix(p);
    sboxes(p, next, t);
    for (unsigned i = 0; i < t; i++) bind_output(p, &box[i], round, i, &(struct following){.full = next});
    memcpy(box, next, t * sizeof *next);
}

/* From the full round before the partial rounds to the one after them. */
static void partial_rounds(struct permutation *p, struct sbox *box)
{
    struct sbox partial[PARTIAL_MAX], next[T_MAX];
    unsigned t = p->params->t, count = p->params->partial_rounds, round = p->round;
    ROAM_ASSERT(count <= PARTIAL_MAX);
    for (unsigned r = 0; r < count; r++) {
        mix(p);
        sboxes(p, &partial[r], 1);
    }
    mix(p);
    sboxes(p, next, t);
    for (unsigned i = 0; i < t; i++)
        bind_output(p, &box[i], round, i, &(struct following){partial, next, count});
    for (unsigned r = 0; r < count; r++)
        bind_output(p, &partial[r], round + 1 + r, 0,
                    &(struct following){partial + r + 1, next, count - 1 - r});
    memcpy(box, next, t * sizeof *next);
}

/* The first round: `count` S-boxes whose inputs are not constants, those at place[0..count). */
struct first_round {
    unsigned count, place[T_MAX];
    struct sbox box[T_MAX];
    fr rest[T_MAX];          /* what constants add to the inputs of the second round */
    fr solve[T_MAX * T_MAX]; /* [count][count], see second_round */
};

static void first_round(struct permutation *p, struct first_round *first, lc capacity, const lc *inputs)
{
    fr fixed[T_MAX];
    unsigned t = p->params->t;
    first->count = 0;
    for (unsigned i = 0; i < t; i++) {
        lc constant = builder_constant(p->b, &p->params->constants[i]);
        lc x = lc_add(p->b, i == 0 ? capacity : inputs[i - 1], constant);
        fixed[i] = fr_zero;
        if (x.is_constant) {
            p->state[i] = fixed[i] = power5(&x.value);
        } else {
            first->box[first->count] = sbox(p, i, x);
            first->place[first->count++] = i;
        }
    }
    ROAM_ASSERT(first->count > 0);
    for (unsigned i = 0; i < t; i++) {
        first->rest[i] = fr_inner(p->params->mds + i * t, fixed, t);
        fr_add(&first->rest[i], &first->rest[i], &constants_of(p, 1)[i]);
    }
}

static void prepare_solve(const struct permutation *p, struct first_round *first)
{
    unsigned t = p->params->t, count = first->count;
    for (unsigned i = 0; i < count; i++)
        for (unsigned j = 0; j < count; j++)
            first->solve[i * count + j] = p->params->mds[(t - count + i) * t + first->place[j]];
    fr_matrix_invert(first->solve, count);
}

/* row * (the last `count` inputs of the second round, less the rest) + add */
static lc of_free_inputs(const struct permutation *p, const struct first_round *first, const fr *row,
                         const struct sbox *second, fr add)
{
    unsigned skip = p->params->t - first->count, used;
    lc term[T_MAX + 1];
    for (used = 0; used < first->count; used++) term[used] = second[skip + used].input;

    fr coeff[T_MAX + 1], known = fr_inner(row, first->rest + skip, first->count);
    memcpy(coeff, row, first->count * sizeof *row);
    term[used] = lc_one();
    fr_sub(&coeff[used], &add, &known);
    return lc_sum(p->b, term, coeff, used + 1);
}

/* Input i < t - count of the second round. */
static lc other_input(const struct permutation *p, const struct first_round *first, unsigned i,
                      const struct sbox *second)
{
    fr row[T_MAX];
    for (unsigned j = 0; j < first->count; j++) row[j] = p->params->mds[i * p->params->t + first->place[j]];
    fr_row_times(row, row, first->solve, first->count);
    return of_free_inputs(p, first, row, second, first->rest[i]);
}

/* With n outputs y of the first round that are not constants, the inputs of the second are F y + rest, F
 * being n columns of M. The last n of them are wires x'. The last n rows of F, a square part of a Cauchy
 * matrix, have an inverse S: the equations y = S (x' - rest) have one solution. The t - n other inputs are
 * combinations of the wires, F S (x' - rest) + rest. In the assignment their values are known without S,
 * unless a wire has been changed. */
static void second_round(struct permutation *p, struct first_round *first, struct sbox *box)
{
    unsigned t = p->params->t, skip = t - first->count;
    bool wants_terms = builder_has_terms(p->b), wants_solve = wants_terms || p->b->tamper != NULL;
    if (wants_solve) prepare_solve(p, first);
    mix(p);
    for (unsigned i = skip; i < t; i++) box[i] = sbox(p, i, builder_private(p->b, &p->state[i]));
    for (unsigned i = 0; i < skip; i++)
        box[i] = sbox(p, i, wants_solve ? other_input(p, first, i, box) : (lc){.value = p->state[i]});
    for (unsigned i = 0; i < first->count; i++) {
        uint32_t mark = builder_mark(p->b);
        lc y =
            wants_terms ? of_free_inputs(p, first, first->solve + i * first->count, box, fr_zero) : lc_zero();
        builder_constrain(p->b, first->box[i].square, first->box[i].cube, y);
        builder_release(p->b, mark, NULL, 0);
    }
}

/* All but the last round's third constraints; box receives its S-boxes. */
static void rounds(struct permutation *p, struct builder *b, struct sbox *box, lc capacity, const lc *inputs,
                   size_t count)
{
    ROAM_ASSERT(count >= 1 && count <= POSEIDON_INPUTS_MAX);
    struct first_round first;
    p->b = b;
    p->params = poseidon_params((unsigned)count + 1);
    p->round = 0;
    if (builder_has_terms(b)) {
        memcpy(p->inverse, p->params->mds, p->params->t * p->params->t * sizeof *p->inverse);
        fr_matrix_invert(p->inverse, p->params->t);
    }
    first_round(p, &first, capacity, inputs);
    second_round(p, &first, box);
    for (unsigned r = 2; r < HALF; r++) full_round(p, box);
    partial_rounds(p, box);
    for (unsigned r = 1; r < HALF; r++) full_round(p, box);
}

/* Row 0 of M times the last round's outputs, without the last one's share: their products get wires. */
static lc all_but_last(struct permutation *p, const struct sbox *box)
{
    lc term[T_MAX];
    unsigned last = p->params->t - 1;
    for (unsigned i = 0; i < last; i++) term[i] = builder_product(p->b, box[i].square, box[i].cube);
    return lc_sum(p->b, term, p->params->mds, last);
}

static void bind_last(const struct permutation *p, const struct sbox *box, lc expected, lc others)
{
    unsigned last = p->params->t - 1;
    lc y = lc_zero();
    if (builder_has_terms(p->b)) {
        fr inverse;
        fr_inv_vartime(&inverse, &p->params->mds[last]);
        y = lc_scale(p->b, lc_sub(p->b, expected, others), &inverse);
    }
    builder_constrain(p->b, box[last].square, box[last].cube, y);
}

lc gadget_poseidon(struct builder *b, lc capacity, const lc *inputs, size_t count)
{
    struct permutation p;
    struct sbox box[T_MAX];
    uint32_t mark = builder_mark(b);
    rounds(&p, b, box, capacity, inputs, count);
    lc others = all_but_last(&p, box);
    fr value;
    fr_mul(&value, &p.params->mds[count], &p.state[count]);
    fr_add(&value, &value, &others.value);
    lc out = builder_private(b, &value);
    bind_last(&p, box, out, others);
    builder_release(b, mark, NULL, 0);
    return out;
}

void gadget_poseidon_equal(struct builder *b, lc capacity, const lc *inputs, size_t count, lc expected)
{
    struct permutation p;
    struct sbox box[T_MAX];
    uint32_t mark = builder_mark(b);
    rounds(&p, b, box, capacity, inputs, count);
    bind_last(&p, box, expected, all_but_last(&p, box));
    builder_release(b, mark, NULL, 0);
}
