#include "poseidon.h"

#include "fr8.h"
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

static void zero(fr *out) { *out = fr_zero; }

#define ELEMENT  fr
#define CONSTANT fr
#define TABLES   struct poseidon_tables
#define PERMUTE_TARGET
#define add_constant(out, a, c) fr_add(out, a, c)
#define dot(out, a, b, count)   fr_dot(out, a, b, count)
#include "poseidon_permute.inc.h"

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
void poseidon_many(fr *out, const fr *inputs, size_t count, size_t hashes)
{
    ROAM_ASSERT(count >= 1 && count <= POSEIDON_INPUTS_MAX);
    while (fr8_available() && hashes >= 2) {
        size_t lanes = hashes < 8 ? hashes : 8;
        const fr *lane[8];
        fr result[8];
        for (size_t k = 0; k < 8; k++) lane[k] = inputs + (k < lanes ? k : lanes - 1) * count;
        poseidon8(result, lane, count);
        for (size_t k = 0; k < lanes; k++) out[k] = result[k];
        out += lanes;
        inputs += lanes * count;
        hashes -= lanes;
    }
    for (size_t k = 0; k < hashes; k++) poseidon(&out[k], inputs + k * count, count);
}

const struct poseidon_params *poseidon_params(unsigned t)
{
    ROAM_ASSERT(t >= 2 && t <= POSEIDON_T_MAX);
    return &poseidon_plain[t - 2];
}
