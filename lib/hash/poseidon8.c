#include "poseidon8.h"

#include "mont8.h"
#include "fr8.h"
#include "poseidon_tables.h"

#if defined(__x86_64__)
/* The permutation of poseidon.c in lanes, of exact values. Inputs are below 16r, fifth powers below 2r, sums
 * below 4r: (33 * 4r * r + 16 r^2) / 2^260 + 2r.
 *
 * Inner products with constants c take half as many products in Winograd's form (IEEE Trans. Comp. C-17,
 * 1968): x0 c0 + x1 c1 = (x0 + c1)(x1 + c0) - x0 x1 - c0 c1. The products x0 x1 serve all rows of a matrix,
 * and in the partial rounds, where the window moves on by one pair, all rounds that see the pair; `minus` is
 * their negative sum. That of the c0 c1 is the last constant of each row. */
MONT8_INLINE void add_constant(mont8 *out, const mont8 *a, const struct fr52 *constant)
{
    mont8 broadcast;
    mont8_broadcast(&broadcast, constant->limb);
    mont8_add(out, a, &broadcast);
}

MONT8_INLINE void power5(mont8 *x)
{
    mont8 power;
    mont8_sqr(&power, x, &fr8_params);
    mont8_sqr(&power, &power, &fr8_params);
    mont8_mul(x, x, &power, &fr8_params);
}

MONT8_INLINE void add_product(struct mont8_wide *sum, const struct fr52 *constant, const mont8 *x)
{
    mont8 broadcast;
    mont8_broadcast(&broadcast, constant->limb);
    mont8_wide_add(sum, x, &broadcast);
}

MONT8_INLINE void add_pairs(struct mont8_wide *sum, const struct fr52 *c, const mont8 *x, size_t pairs)
{
    for (size_t i = 0; i < 2 * pairs; i += 2) {
        mont8 a, b;
        add_constant(&a, &x[i], &c[i + 1]);
        add_constant(&b, &x[i + 1], &c[i]);
        mont8_wide_add(sum, &a, &b);
    }
}

/* out = sum + last */
MONT8_INLINE void finish(mont8 *out, struct mont8_wide *sum, const struct fr52 *last)
{
    for (int i = 0; i < 5; i++)
        sum->column[5 + i] = _mm512_add_epi64(sum->column[5 + i], mont8_all(last->limb[i]));
    mont8_wide_reduce(out, sum, 0, &fr8_params);
}

MONT8_INLINE void dot(mont8 *out, const struct fr52 *c, const mont8 *x, size_t count,
                      const struct mont8_wide *minus)
{
    struct mont8_wide sum = *minus;
    add_pairs(&sum, c, x, count / 2);
    if (count % 2 == 1) add_product(&sum, &c[count - 1], &x[count - 1]);
    finish(out, &sum, &c[count]);
}

MONT8_TARGET static void full_round(mont8 *state, unsigned t, const struct fr52 *constants,
                                    const struct fr52 *matrix)
{
    mont8 in[POSEIDON_T_MAX];
    struct mont8_wide minus, products;
    for (unsigned i = 0; i < t; i++) {
        add_constant(&in[i], &state[i], &constants[i]);
        power5(&in[i]);
    }
    mont8_wide_zero(&minus);
    mont8_wide_zero(&products);
    for (unsigned i = 0; i + 1 < t; i += 2) mont8_wide_add(&products, &in[i], &in[i + 1]);
    mont8_wide_difference(&minus, &products);
    for (unsigned i = 0; i < t; i++) dot(&state[i], matrix + i * (t + 1), in, t, &minus);
}

/* The last pair of a window joins minus, and the pair that left the window, whose place in the ring it takes,
 * goes. */
MONT8_INLINE void move_on(struct mont8_wide *minus, struct mont8_wide *ring_place, const mont8 *pair)
{
    struct mont8_wide product;
    mont8_wide_zero(&product);
    mont8_wide_add(&product, &pair[0], &pair[1]);
    mont8_wide_sum(minus, ring_place);
    mont8_wide_difference(minus, &product);
    *ring_place = product;
}

/* s = s^5, and the inner product of the window that ends there. Its pairs stand between the powers, which
 * wait for each other. */
MONT8_INLINE void round_output(mont8 *out, mont8 *s, unsigned n, const struct fr52 *recurrence,
                               const struct mont8_wide *minus)
{
    const unsigned half = n / 2;
    mont8 power;
    struct mont8_wide sum = *minus;
    mont8_sqr(&power, s, &fr8_params);
    add_pairs(&sum, recurrence, s - 2 * n, half);
    mont8_sqr(&power, &power, &fr8_params);
    add_pairs(&sum, recurrence + 2 * half, s - 2 * n + 2 * half, n - half);
    mont8_mul(s, s, &power, &fr8_params);
    add_product(&sum, &recurrence[2 * n], s);
    finish(out, &sum, &recurrence[2 * n + 1]);
}

/* As in poseidon.c. */
MONT8_TARGET static void partial_rounds(mont8 *state, const struct poseidon_tables52 *tables)
{
    unsigned n = tables->t - 1, rounds = tables->partial_rounds;
    mont8 history[2 * (POSEIDON_PARTIAL_MAX + POSEIDON_INPUTS_MAX)], y = state[0];
    struct mont8_wide ring[POSEIDON_INPUTS_MAX], minus;
    mont8_wide_zero(&minus);
    for (unsigned i = 1; i <= n; i++) {
        mont8_broadcast(&history[2 * (n - i)], (const uint64_t[5]){0});
        history[2 * (n - i) + 1] = state[i];
        mont8_wide_zero(&ring[n - i]);
    }
    for (unsigned r = 0; r < rounds; r++) {
        mont8 *s = &history[2 * (n + r)];
        add_constant(s, &y, &tables->partial[r]);
        round_output(&y, s, n, tables->recurrence, &minus);
        s[1] = y;
        move_on(&minus, &ring[r % n], s);
    }
    state[0] = y;
    for (unsigned i = 0; i < n; i++)
        dot(&state[i + 1], tables->leave + i * (2 * n + 1), &history[2 * rounds], 2 * n, &minus);
}

MONT8_TARGET static void permute(mont8 *state, const struct poseidon_tables52 *tables)
{
    unsigned t = tables->t;
    for (unsigned r = 0; r < POSEIDON_FULL_ROUNDS; r++) {
        bool enter = r == POSEIDON_HALF - 1;
        full_round(state, t, tables->full + r * t, enter ? tables->enter : tables->mds);
        if (enter) partial_rounds(state, tables);
    }
}

MONT8_TARGET void poseidon8(fr state[8], const fr *const inputs[8], size_t count)
{
    mont8 element[POSEIDON_T_MAX];
    for (size_t i = 0; i <= count; i++) {
        const fr *lane[8];
        for (int k = 0; k < 8; k++) lane[k] = i == 0 ? &state[k] : inputs[k] + i - 1;
        fr8_gather_exact(&element[i], lane);
    }
    permute(element, &poseidon_tables52[count - 1]);
    fr8_store_exact(state, &element[0]);
}
#else
void poseidon8(fr state[8], const fr *const inputs[8], size_t count)
{
    (void)state, (void)inputs, (void)count;
    ROAM_ASSERT(mont8_available);
}
#endif
