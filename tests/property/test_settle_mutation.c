/* Every constraint of `settle` is needed: for each one there is a false witness that all the others let pass.
 *
 * For a circuit of two places the test looks, constraint by constraint, for an assignment that violates this
 * constraint and no other. So a system that lacks any single constraint accepts a witness that the whole one
 * refuses: no constraint is redundant, and a test suite that contains these witnesses would notice the loss
 * of any of them. What it does not prove is that the constraints together are enough: that is argued in
 * settle_session.h, and tried by the false witnesses of test_settle.c, which break a rule rather than a
 * constraint.
 *
 * The witnesses are made by changing a few wires while they are assigned; what follows from these is
 * computed from the changed values, and the public wires take the values that the rest asks for. Most
 * constraints fall to a few general changes (sweep); the rest to attacks that are written for them below.
 * Constraints that no false witness can single out would have to be listed as equivalent; there are none.
 * Nothing here is random beyond a fixed seed. */
#include "settle_attack.h"

#include "poseidon.h"

static struct attack a;
static bool *needed; /* by constraint: a false witness was found */
static size_t needed_count;
static fr minus_one, half, minus_half;

/* Assigns `input` with the changes made so far and forgets these. If just one constraint is violated it is
 * needed. The public wire of `target`, if it has one, stays as it is. */
static void attempt(const struct settle_input *input, uint32_t target)
{
    uint32_t first = 0;
    attack_assign(&a, input);
    a.change_count = 0;
    for (uint32_t wire = FIRST_PUBLIC_IN_USE; wire < PUBLIC_WIRES; wire++)
        if (a.public_row[wire] != target) attack_repair(&a, wire);
    size_t violations = attack_violations(&a, 2, &first);
    count_negative += violations > 0;
    if (violations != 1 || needed[first]) return;
    needed[first] = true;
    needed_count++;
}

static void change(uint32_t wire, const fr *by) { attack_set(&a, wire, true, by); }

/* A satisfied assignment to start from. */
struct base {
    struct usage_rate_card card;
    struct settle_session sessions[2];
    struct settle_input input;
    fr *honest;
};

static bool base_start(struct base *base)
{
    struct settle_public public;
    uint32_t first;
    base->input = (struct settle_input){.card = base->card, .sessions = base->sessions, .count = 2};
    if (settle_public_signals(&public, &base->input, 2, NULL) != ROAM_OK) return false;
    memcpy(a.signal, public.signal, sizeof a.signal);
    attack_assign(&a, &base->input);
    assert_int_equal(attack_violations(&a, 1, &first), 0);
    base->honest = fixture_alloc(a.f.system.wire_count, sizeof(fr));
    memcpy(base->honest, a.f.witness, a.f.system.wire_count * sizeof(fr));
    return true;
}

/* One row of the target. */
struct row {
    const uint32_t *wire;
    const fr *coeff;
    size_t count;
};

static struct row row_of(uint32_t constraint, enum r1cs_matrix matrix)
{
    const struct r1cs_system *system = &a.f.system;
    uint64_t row = 3 * (uint64_t)constraint + matrix, start = system->row_start[row];
    return (struct row){system->wire + start, system->coeff + start,
                        (size_t)(system->row_start[row + 1] - start)};
}

static const fr *toggle(const struct base *base, uint32_t wire)
{
    return fr_equal(&base->honest[wire], &fr_one) ? &minus_one : &fr_one;
}

/* z of x * y = z one too large. */
static void sweep_product(const struct base *base, uint32_t target)
{
    struct row z = row_of(target, R1CS_C);
    if (z.count == 0 || z.wire[0] < PUBLIC_WIRES) return;
    change(z.wire[0], &fr_one);
    attempt(&base->input, target);
}

/* A bit of a range is toggled, and its neighbour makes up for it: half of it below, twice of it above. A bit
 * that tells a sign is a half. */
static void sweep_bit(const struct base *base, uint32_t target)
{
    struct row x = row_of(target, R1CS_A), z = row_of(target, R1CS_C);
    if (x.count != 1 || z.count != 1 || x.wire[0] != z.wire[0] || x.wire[0] <= PUBLIC_WIRES) return;
    uint32_t wire = x.wire[0];
    const fr *below = toggle(base, wire - 1), *above = toggle(base, wire + 1);
    fr twice;
    change(wire - 1, below);
    change(wire, below == &fr_one ? &minus_half : &half);
    attempt(&base->input, target);
    if (needed[target]) return;
    fr_double(&twice, above);
    fr_neg(&twice, &twice);
    change(wire + 1, above);
    change(wire, &twice);
    attempt(&base->input, target);
    for (int sign = 0; sign < 2 && !needed[target]; sign++) {
        change(wire, sign == 0 ? &half : &minus_half);
        attempt(&base->input, target);
    }
}

/* The highest bit of a range, which is what the others leave: toggling the next one takes half of it. */
static void sweep_highest_bit(const struct base *base, uint32_t target)
{
    struct row x = row_of(target, R1CS_A), z = row_of(target, R1CS_C);
    if (x.count < 2 || z.count != 0) return;
    change(x.wire[x.count - 1], toggle(base, x.wire[x.count - 1]));
    attempt(&base->input, target);
}

/* Any of its wires, one up or down. */
static void sweep_wires(const struct base *base, uint32_t target)
{
    for (unsigned m = 0; m < 3; m++) {
        struct row row = row_of(target, (enum r1cs_matrix)(2 - m));
        for (size_t i = 0; i < row.count && !needed[target]; i++) {
            if (row.wire[i] < FIRST_PUBLIC_IN_USE || (i >= 4 && i + 4 < row.count)) continue;
            change(row.wire[i], &fr_one);
            attempt(&base->input, target);
            if (needed[target]) return;
            change(row.wire[i], &minus_one);
            attempt(&base->input, target);
        }
    }
}

static void sweep(const struct base *base, uint32_t target)
{
    void (*const way[])(const struct base *, uint32_t) = {sweep_product, sweep_bit, sweep_highest_bit,
                                                          sweep_wires};
    for (size_t i = 0; i < sizeof way / sizeof *way && !needed[target]; i++) way[i](base, target);
}

static void sweep_all(struct base *base)
{
    for (uint32_t target = 0; target < a.f.system.constraint_count; target++)
        if (!needed[target]) sweep(base, target);
}

/* Wires by gadget, see settle_card.c and settle_session.c. */
enum {
    SLOTS_PLACE_PAIRS = 1156,
    SLOTS_LAST_PAIRS = 1160,
    MEASURES_LAST = 384,
    GROUPS_QUANTITY_PAIRS = 0,
    GROUPS_LAST_PAIRS = 4,
    GROUPS_STEP = 8, /* of the first group; the groups are 101 wires apart */
    GROUPS_COUNT = 9,
    GROUPS_ROUND_UP = 10,
    GROUPS_QUOTIENT = 57, /* the lowest bit */
    GROUPS_QUOTIENT_BITS = 51,
    GROUPS_PRODUCT = 108,
    GROUPS_NEXT = 101,
    GROUPS_LAST_DOT = 311,
    GROUPS_PLACE_DOT = 314,
    PRICES_PRODUCT = 19, /* of the net column; the gross one is 81 wires on */
    PRICES_REMAINDER = 20,
    PRICES_NEXT = 81,
    PAY_LOSS = 21, /* the lowest bit, of the net column; the gross one is 83 wires on */
    PAY_ROOM = 47, /* the lowest bit of hold - out */
    PAY_NEXT = 83
};

static uint32_t groups_wire(uint64_t session, uint32_t offset)
{
    return attack_wire(&a, "session groups", session, offset);
}

static void change_quotient(const struct base *base, uint64_t session, int64_t by)
{
    attack_add_number(&a, base->honest, groups_wire(session, GROUPS_QUOTIENT), GROUPS_QUOTIENT_BITS, by);
}

static fr integer(int64_t value)
{
    fr out;
    fr_from_u64(&out, (uint64_t)(value < 0 ? -value : value));
    if (value < 0) fr_neg(&out, &out);
    return out;
}

/* Group 1 has quantities but no last slot, so its step is 1 and any whole total is a multiple; groups 2 and 3
 * are rounded up; nothing is lost by the credit; remainders are not 0; all slots have room. */
static struct base plain_base(void)
{
    static const uint8_t group[USAGE_SLOTS] = {0, 1, 1, 2, 2, 3, 3, 0};
    struct base base = {.card = {.fixed = {5017, 6029},
                                 .scale = 1000,
                                 .rounding = USAGE_ROUND_HALF_EVEN,
                                 .service_threshold_ppm = 900000,
                                 .service_credit_ppm = 250000,
                                 .salt = {1}}};
    for (unsigned i = 0; i < USAGE_SLOTS; i++) {
        base.card.slot[i] =
            (struct usage_slot){.price = {101 + 10 * i, 119 + 11 * i}, .step = 1000 + i, .group = group[i]};
        for (unsigned j = 0; j < 2; j++) base.sessions[j].record.quantity[i] = 123456 + 7001 * i + 100 * j;
    }
    for (int c = 0; c < USAGE_COLUMNS; c++) base.card.maximum[c] = USAGE_MONEY_MAX;
    for (int j = 0; j < 2; j++) {
        base.sessions[j].record.last_mask = 0x48; /* slots 3 and 6 */
        base.sessions[j].record.service_ppm = 990000;
        base.sessions[j].hold_minor = 1000000000;
    }
    return base;
}

/* Sums of pairs that both a card-side and a session-side product of the dot gadget are corrected by: a false
 * one moves the first group's total or step, which can follow. */
static void attack_pairs(const struct base *base)
{
    for (uint32_t i = 0; i < 4; i++) {
        change(attack_wire(&a, "card slots", 0, SLOTS_PLACE_PAIRS + i), &fr_one);
        for (uint64_t j = 0; j < 2; j++) change_quotient(base, j, -1);
        attempt(&base->input, UINT32_MAX);
        change(attack_wire(&a, "card slots", 0, SLOTS_LAST_PAIRS + i), &minus_one);
        for (uint64_t j = 0; j < 2; j++) change(groups_wire(j, GROUPS_STEP), &fr_one);
        attempt(&base->input, UINT32_MAX);
        for (uint64_t j = 0; j < 2; j++) {
            change(groups_wire(j, GROUPS_QUANTITY_PAIRS + i), &fr_one);
            change_quotient(base, j, -1);
            attempt(&base->input, UINT32_MAX);
            change(groups_wire(j, GROUPS_LAST_PAIRS + i), &minus_one);
            change(groups_wire(j, GROUPS_STEP), &fr_one);
            attempt(&base->input, UINT32_MAX);
        }
    }
}

/* The products of the two asserted inner products. */
static void attack_dots(const struct base *base, uint64_t j)
{
    for (uint32_t i = 0; i < 3; i++) {
        change(groups_wire(j, GROUPS_LAST_DOT + i), &fr_one);
        change(groups_wire(j, GROUPS_STEP), &fr_one);
        attempt(&base->input, UINT32_MAX);
        change(groups_wire(j, GROUPS_PLACE_DOT + i), &fr_one);
        change_quotient(base, j, 1);
        attempt(&base->input, UINT32_MAX);
    }
}

/* quotient * step one too large, and so is the round-up, in a session where all groups have a last slot. */
static void attack_quotients(const struct base *base, uint64_t j)
{
    struct base other = *base;
    other.input.sessions = other.sessions;
    other.sessions[j].record.last_mask = 0x4a;
    for (uint32_t k = 0; k < USAGE_GROUPS; k++) {
        change(groups_wire(j, GROUPS_PRODUCT + GROUPS_NEXT * k), &fr_one);
        change(groups_wire(j, GROUPS_ROUND_UP + GROUPS_NEXT * k), &fr_one);
        attempt(&other.input, UINT32_MAX);
    }
}

/* rated * scale one too large, the remainder one less. */
static void attack_rated(const struct base *base, uint64_t j)
{
    for (uint32_t c = 0; c < USAGE_COLUMNS; c++) {
        change(attack_wire(&a, "session prices", j, PRICES_PRODUCT + PRICES_NEXT * c), &fr_one);
        change(attack_wire(&a, "session prices", j, PRICES_REMAINDER + PRICES_NEXT * c), &minus_one);
        attempt(&base->input, UINT32_MAX);
    }
}

/* A loss of 10^6 millionths. */
static void attack_loss(const struct base *base, uint64_t j)
{
    for (uint32_t c = 0; c < USAGE_COLUMNS; c++) {
        uint32_t room = attack_wire(&a, "session credit and hold", j, PAY_ROOM + PAY_NEXT * c);
        uint32_t loss = attack_wire(&a, "session credit and hold", j, PAY_LOSS + PAY_NEXT * c);
        attack_add_number(&a, base->honest, room, USAGE_MONEY_BITS, 1);
        attack_add_number(&a, base->honest, loss, USAGE_SERVICE_BITS, USAGE_PPM);
        attempt(&base->input, UINT32_MAX);
    }
}

/* Two last slots in a group, and their number is told as it is. */
static void attack_count(const struct base *base, uint64_t j)
{
    for (uint32_t k = 0; k < USAGE_GROUPS; k++) {
        struct base bad = *base;
        bad.input.sessions = bad.sessions;
        bad.sessions[j].record.last_mask = (uint8_t)(0x06 << (2 * k));
        fr two = integer(2);
        attack_set(&a, groups_wire(j, GROUPS_COUNT + GROUPS_NEXT * k), false, &two);
        attempt(&bad.input, UINT32_MAX);
    }
}

/* All slots in one group, two of them last, and a third "minus once": their number is one. */
static void attack_last(const struct base *base, uint64_t j)
{
    for (uint32_t i = 0; i < USAGE_SLOTS; i++) {
        struct base bad = *base;
        bad.input.sessions = bad.sessions;
        for (int k = 0; k < USAGE_SLOTS; k++) {
            bad.input.card.slot[k].group = 1;
            bad.input.card.slot[k].step = 1000;
        }
        for (int n = 0; n < 2; n++) bad.sessions[n].record.last_mask = 0;
        bad.sessions[j].record.last_mask =
            (uint8_t)(1u << (i + 1) % USAGE_SLOTS | 1u << (i + 2) % USAGE_SLOTS);
        attack_set(&a, attack_wire(&a, "session measures", j, MEASURES_LAST + i), false, &minus_one);
        attempt(&bad.input, UINT32_MAX);
    }
}

static void attack_credit(const struct base *base)
{
    struct base bad = *base;
    bad.input.card.service_credit_ppm = USAGE_PPM + 1;
    attempt(&bad.input, UINT32_MAX);
}

/* One use of the Poseidon gadget; wires in the order of gadget_poseidon.c. */
struct hash {
    const char *gadget;
    uint64_t use;
    uint32_t offset;    /* of its first wire in that gadget */
    unsigned t, inputs; /* bit i of inputs: element i of the first state is not a constant */
};

static unsigned input_count(const struct hash *hash) { return (unsigned)__builtin_popcount(hash->inputs); }

/* S-box input i of a round but the first. In the second, the first inputs are combinations of the others. */
static uint32_t hash_wire(const struct hash *hash, unsigned round, unsigned i)
{
    const unsigned t = hash->t, count = input_count(hash), partial = poseidon_params(t)->partial_rounds;
    uint32_t first = attack_wire(&a, hash->gadget, hash->use, hash->offset);
    if (round == 1) return first + 2 * count + 3 * (i - (t - count));
    unsigned full = round < 4 + partial ? round : round - partial;
    if (round >= 4 && round < 4 + partial) full = 4;
    unsigned before = round < 4 ? 0 : round < 4 + partial ? round - 4 : partial;
    return first + 5 * count + 2 * (t - count) + 3 * (t * (full - 2) + before + i);
}

/* Output i of the round's S-boxes one too large: adds what this adds to all later inputs, up to the next full
 * round, whose outputs follow. */
static void change_output(const struct hash *hash, unsigned round, unsigned i)
{
    const struct poseidon_params *params = poseidon_params(hash->t);
    unsigned t = hash->t, skip = round == 0 ? t - input_count(hash) : 0;
    fr state[POSEIDON_T_MAX], mixed[POSEIDON_T_MAX], product;
    for (unsigned j = 0; j < t; j++) state[j] = j == i ? fr_one : fr_zero;
    for (;;) {
        for (unsigned j = 0; j < t; j++) {
            mixed[j] = fr_zero;
            for (unsigned k = 0; k < t; k++) {
                fr_mul(&product, &params->mds[j * t + k], &state[k]);
                fr_add(&mixed[j], &mixed[j], &product);
            }
        }
        memcpy(state, mixed, sizeof state);
        round++;
        if (round < 4 || round >= 4 + params->partial_rounds) break;
        change(hash_wire(hash, round, 0), &state[0]);
        state[0] = fr_zero;
    }
    for (unsigned j = skip; j < t; j++) change(hash_wire(hash, round, j), &state[j]);
}

/* The rows that bind the outputs of all S-boxes but those of the last round. */
static void attack_hash(const struct base *base, const struct hash *hash)
{
    unsigned partial = poseidon_params(hash->t)->partial_rounds;
    for (unsigned round = 0; round + 1 < POSEIDON_FULL_ROUNDS + partial; round++)
        for (unsigned i = 0; i < (round >= 4 && round < 4 + partial ? 1 : hash->t); i++) {
            if (round == 0 && (hash->inputs >> i & 1) == 0) continue;
            size_t before = needed_count;
            change_output(hash, round, i);
            attempt(&base->input, UINT32_MAX);
            if (needed_count != before + 1) fail_msg("%s: round %u, S-box %u", hash->gadget, round, i);
        }
}

static void attack_hashes(const struct base *base)
{
    static const struct hash hashes[] = {{"card commitment", 0, 0, 9, 0x1fe},
                                         {"session commitment", 0, 2, 6, 0x3e},
                                         {"session commitment", 1, 2, 6, 0x3e},
                                         {"batch digest", 0, 0, 17, 0x16},
                                         {"batch esg", 0, 9, 3, 0x6}};
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) attack_hash(base, &hashes[i]);
}

static void attack_all(const struct base *base)
{
    attack_pairs(base);
    attack_credit(base);
    for (uint64_t j = 0; j < 2; j++) {
        attack_dots(base, j);
        attack_quotients(base, j);
        attack_rated(base, j);
        attack_loss(base, j);
        attack_count(base, j);
        attack_last(base, j);
    }
}

static void random_base(struct roam_prng *prng, struct base *base)
{
    do {
        struct settle_case one;
        case_any(prng, &one);
        base->card = one.card;
        base->sessions[0] = one.session;
        case_record(prng, &base->sessions[1].record, &one.card);
        base->sessions[1].hold_minor = one.session.hold_minor;
    } while (!base_start(base));
}

static void report(const char *after)
{
    print_message("%s: %zu of %u constraints, %llu false witnesses\n", after, needed_count,
                  a.f.system.constraint_count, count_negative);
}

static void test_every_constraint_is_needed(void **state)
{
    (void)state;
    struct base base = plain_base();
    assert_true(base_start(&base));
    attack_hashes(&base);
    report("attacks of the hashes");
    sweep_all(&base);
    report("sweep of the plain base");
    attack_all(&base);
    report("attacks");
    free(base.honest);
    struct roam_prng prng = {7};
    for (int i = 0; i < 20 && needed_count < a.f.system.constraint_count; i++) {
        random_base(&prng, &base);
        sweep_all(&base);
        free(base.honest);
    }
    report("sweeps of random bases");
    for (uint32_t i = 0; i < a.f.system.constraint_count; i++)
        if (!needed[i])
            print_message("constraint %u, near wire %u of %s: no false witness\n", i,
                          row_of(i, R1CS_A).wire[0], attack_gadget(&a, row_of(i, R1CS_A).wire[0]));
    assert_int_equal(needed_count, a.f.system.constraint_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_constraint_is_needed)};
    fr two = integer(2);
    minus_one = integer(-1);
    fr_inv(&half, &two);
    fr_neg(&minus_half, &half);
    attack_init(&a, 2);
    needed = fixture_alloc(a.f.system.constraint_count, sizeof *needed);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    free(needed);
    attack_free(&a);
    return failed;
}
