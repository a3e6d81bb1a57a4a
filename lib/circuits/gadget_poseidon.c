#include "gadget_poseidon.h"

#include "poseidon.h"

static lc constant_sbox(struct builder *b, const lc *x)
{
    fr power;
    fr_sqr(&power, &x->value);
    fr_sqr(&power, &power);
    fr_mul(&power, &power, &x->value);
    return builder_constant(b, &power);
}

static lc fourth_power(struct builder *b, lc x)
{
    lc square = builder_product(b, x, x);
    return builder_product(b, square, square);
}

/* x^5. The order of the factors keeps x^4 out of matrix B, which is the expensive one for the prover. */
static lc sbox(struct builder *b, lc x)
{
    if (x.is_constant) return constant_sbox(b, &x);
    return builder_product(b, fourth_power(b, x), x);
}

/* Row i of the matrix times the state, plus the constant of the round that follows. */
static lc mix_row(struct builder *b, const struct poseidon_params *params, const lc *state, unsigned i,
                  const fr *constant)
{
    lc term[POSEIDON_T_MAX + 1];
    fr coeff[POSEIDON_T_MAX + 1];
    for (unsigned j = 0; j < params->t; j++) {
        term[j] = state[j];
        coeff[j] = params->mds[i * params->t + j];
    }
    term[params->t] = lc_one();
    coeff[params->t] = *constant;
    return lc_sum(b, term, coeff, params->t + 1);
}

/* All rounds but the last one's S-boxes: leaves the inputs of these in state. */
static void rounds(struct builder *b, const struct poseidon_params *params, lc *state)
{
    unsigned t = params->t, count = POSEIDON_FULL_ROUNDS + params->partial_rounds;
    uint32_t mark = builder_mark(b);
    for (unsigned i = 0; i < t; i++)
        state[i] = lc_add(b, state[i], builder_constant(b, &params->constants[i]));
    for (unsigned r = 0; r + 1 < count; r++) {
        bool full = r < POSEIDON_FULL_ROUNDS / 2 || r >= POSEIDON_FULL_ROUNDS / 2 + params->partial_rounds;
        lc mixed[POSEIDON_T_MAX];
        for (unsigned i = 0; i < (full ? t : 1); i++) state[i] = sbox(b, state[i]);
        for (unsigned i = 0; i < t; i++)
            mixed[i] = mix_row(b, params, state, i, &params->constants[(r + 1) * t + i]);
        for (unsigned i = 0; i < t; i++) state[i] = mixed[i];
        builder_release(b, mark, state, t);
    }
}

static const struct poseidon_params *start(struct builder *b, lc *state, lc capacity, const lc *inputs,
                                           size_t count)
{
    ROAM_ASSERT(count >= 1 && count <= POSEIDON_INPUTS_MAX);
    const struct poseidon_params *params = poseidon_params((unsigned)count + 1);
    state[0] = capacity;
    for (size_t i = 0; i < count; i++) state[i + 1] = inputs[i];
    rounds(b, params, state);
    return params;
}

lc gadget_poseidon(struct builder *b, lc capacity, const lc *inputs, size_t count)
{
    lc state[POSEIDON_T_MAX];
    uint32_t mark = builder_mark(b);
    const struct poseidon_params *params = start(b, state, capacity, inputs, count);
    for (unsigned i = 0; i < params->t; i++) state[i] = sbox(b, state[i]);
    lc out = mix_row(b, params, state, 0, &fr_zero);
    builder_release(b, mark, &out, 1);
    return out;
}

void gadget_poseidon_equal(struct builder *b, lc capacity, const lc *inputs, size_t count, lc expected)
{
    lc state[POSEIDON_T_MAX];
    uint32_t mark = builder_mark(b);
    const struct poseidon_params *params = start(b, state, capacity, inputs, count);
    unsigned last = params->t - 1;
    lc last_input = state[last];
    for (unsigned i = 0; i < last; i++) state[i] = sbox(b, state[i]);
    state[last] = lc_zero();
    lc left = lc_sub(b, expected, mix_row(b, params, state, 0, &fr_zero));
    fr inverse;
    fr_inv(&inverse, &params->mds[last]);
    builder_constrain(b, fourth_power(b, last_input), last_input, lc_scale(b, left, &inverse));
    builder_release(b, mark, NULL, 0);
}
