/* The permutation, for one state and for eight side by side: see poseidon_tables.h for its mathematics.
 *
 * Included with ELEMENT and CONSTANT the types, TABLES that of the tables, PERMUTE_TARGET the functions'
 * attribute, and add_constant(out, a, constant), power5(x), dot(out, constants, elements, count), zero(out).
 */
PERMUTE_TARGET static void full_round(ELEMENT *state, unsigned t, const CONSTANT *constants,
                                      const CONSTANT *matrix)
{
    ELEMENT in[POSEIDON_T_MAX];
    for (unsigned i = 0; i < t; i++) {
        add_constant(&in[i], &state[i], &constants[i]);
        power5(&in[i]);
    }
    for (unsigned i = 0; i < t; i++) dot(&state[i], matrix + i * t, in, t);
}

/* On entry state[0] is y(0) and state[i] the history element y(1-i); on return the state after the partial
 * rounds. */
PERMUTE_TARGET static void partial_rounds(ELEMENT *state, const TABLES *tables)
{
    unsigned n = tables->t - 1, rounds = tables->partial_rounds;
    /* s(-n), y(1-n), s(1-n), ..., y(0), then s(0), y(1), ... */
    ELEMENT history[2 * (POSEIDON_PARTIAL_MAX + POSEIDON_INPUTS_MAX)];
    for (unsigned i = 1; i <= n; i++) {
        zero(&history[2 * (n - i)]);
        history[2 * (n - i) + 1] = state[i];
    }
    ELEMENT y = state[0];
    for (unsigned r = 0; r < rounds; r++) {
        ELEMENT *s = &history[2 * (n + r)];
        add_constant(s, &y, &tables->partial[r]);
        power5(s);
        dot(&y, tables->recurrence, s - 2 * n, 2 * n + 1);
        s[1] = y;
    }
    state[0] = y;
    for (unsigned i = 0; i < n; i++)
        dot(&state[i + 1], tables->leave + i * 2 * n, &history[2 * rounds], 2 * n);
}

PERMUTE_TARGET static void permute(ELEMENT *state, const TABLES *tables)
{
    unsigned t = tables->t;
    for (unsigned r = 0; r < POSEIDON_FULL_ROUNDS; r++) {
        full_round(state, t, tables->full + r * t, r == POSEIDON_HALF - 1 ? tables->enter : tables->mds);
        if (r == POSEIDON_HALF - 1) partial_rounds(state, tables);
    }
}
