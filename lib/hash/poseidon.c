#include "poseidon.h"

#include "mont8.h"
#include "fr_dot.h"
#include "poseidon8.h"
#include "poseidon_tables.h"

static void power5(fr *x)
{
    fr power;
    fr_sqr(&power, x);
    fr_sqr(&power, &power);
    fr_mul(x, x, &power);
}

static void full_round(fr *state, unsigned t, const fr *constants, const fr *matrix)
{
    fr in[POSEIDON_T_MAX];
    for (unsigned i = 0; i < t; i++) {
        fr_add(&in[i], &state[i], &constants[i]);
        power5(&in[i]);
    }
    for (unsigned i = 0; i < t; i++) fr_dot(&state[i], matrix + i * t, in, t);
}

/* See poseidon_tables.h. On entry state[0] is y(0) and state[i] the history element y(1-i); on return the
 * state after the partial rounds. */
static void partial_rounds(fr *state, const struct poseidon_tables *tables)
{
    unsigned n = tables->t - 1, rounds = tables->partial_rounds;
    /* s(-n), y(1-n), s(1-n), ..., y(0), then s(0), y(1), ... */
    fr history[2 * (POSEIDON_PARTIAL_MAX + POSEIDON_INPUTS_MAX)], y = state[0];
    for (unsigned i = 1; i <= n; i++) {
        history[2 * (n - i)] = fr_zero;
        history[2 * (n - i) + 1] = state[i];
    }
    for (unsigned r = 0; r < rounds; r++) {
        fr *s = &history[2 * (n + r)];
        fr_add(s, &y, &tables->partial[r]);
        power5(s);
        fr_dot(&y, tables->recurrence, s - 2 * n, 2 * n + 1);
        s[1] = y;
    }
    state[0] = y;
    for (unsigned i = 0; i < n; i++)
        fr_dot(&state[i + 1], tables->leave + i * 2 * n, &history[2 * rounds], 2 * n);
}

static void permute(fr *state, const struct poseidon_tables *tables)
{
    unsigned t = tables->t;
    for (unsigned r = 0; r < POSEIDON_FULL_ROUNDS; r++) {
        bool enter = r == POSEIDON_HALF - 1;
        full_round(state, t, tables->full + r * t, enter ? tables->enter : tables->mds);
        if (enter) partial_rounds(state, tables);
    }
}

void poseidon_ex(fr *out, size_t out_count, const fr *capacity, const fr *inputs, size_t count)
{
    ROAM_ASSERT(count >= 1 && count <= POSEIDON_INPUTS_MAX);
    ROAM_ASSERT(out_count >= 1 && out_count <= count + 1);
    fr state[POSEIDON_T_MAX];
    state[0] = *capacity;
    for (size_t i = 0; i < count; i++) state[i + 1] = inputs[i];
    permute(state, &poseidon_tables[count - 1]);
    for (size_t i = 0; i < out_count; i++) out[i] = state[i];
}

void poseidon(fr *out, const fr *inputs, size_t count) { poseidon_ex(out, 1, &fr_zero, inputs, count); }

/* Eight lanes take about as long as two single hashes; lanes left over repeat the last hash. */
static void absorb8(fr *states, const fr *inputs, size_t count, size_t lanes)
{
    const fr *lane[8];
    fr state[8];
    for (size_t k = 0; k < 8; k++) {
        const size_t from = k < lanes ? k : lanes - 1;
        lane[k] = inputs + from * count;
        state[k] = states[from];
    }
    poseidon8(state, lane, count);
    for (size_t k = 0; k < lanes; k++) states[k] = state[k];
}

void poseidon_absorb_many(fr *states, const fr *inputs, size_t count, size_t hashes)
{
    ROAM_ASSERT(count >= 1 && count <= POSEIDON_INPUTS_MAX);
    while (mont8_available && hashes >= 2) {
        const size_t lanes = hashes < 8 ? hashes : 8;
        absorb8(states, inputs, count, lanes);
        states += lanes;
        inputs += lanes * count;
        hashes -= lanes;
    }
    for (size_t k = 0; k < hashes; k++) poseidon_ex(&states[k], 1, &states[k], inputs + k * count, count);
}

void poseidon_many(fr *out, const fr *inputs, size_t count, size_t hashes)
{
    for (size_t i = 0; i < hashes; i++) out[i] = fr_zero;
    poseidon_absorb_many(out, inputs, count, hashes);
}

const struct poseidon_params *poseidon_params(unsigned t)
{
    ROAM_ASSERT(t >= 2 && t <= POSEIDON_T_MAX);
    return &poseidon_plain[t - 2];
}
