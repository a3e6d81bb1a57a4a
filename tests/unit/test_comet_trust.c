/* From what is trusted to the next block: neighbours, skips, the third that must overlap, the clock. */
#include "prop.h"
#include "comet_chain.h"

static struct comet_trust trust;
static struct comet_light_block block;
static struct comet_clock clock_;

static void begin(const struct comet_validators *validators)
{
    const struct comet_anchor anchor = chain_anchor(validators);
    comet_trust_begin(&trust, &anchor);
    clock_ = chain_clock();
}

static void steps(void)
{
    struct roam_diag diag = {0};
    const enum roam_err err = comet_trust_step(&trust, &block, &clock_, &diag);
    if (err != ROAM_OK) print_message("error %d, %s\n", (int)err, diag.text);
    assert_int_equal(err, ROAM_OK);
    assert_int_equal(trust.height, block.header.height);
    assert_true(trust.from_header);
    count_property++;
}

static void does_not_step(const char *words)
{
    static struct comet_trust before;
    struct roam_diag diag = {0};
    before = trust;
    const enum roam_err err = comet_trust_step(&trust, &block, &clock_, &diag);
    if (err != ROAM_E_VERIFY || strstr(diag.text, words) == NULL)
        print_message("error %d, %s\n", (int)err, diag.text);
    assert_int_equal(err, ROAM_E_VERIFY);
    assert_non_null(strstr(diag.text, words));
    assert_memory_equal(&before, &trust, sizeof trust);
    count_negative++;
}

static void from_an_anchor(void **state)
{
    (void)state;
    const struct comet_validators set = chain_set(0, 4, 1), others = chain_set(3, 4, 1);
    struct comet_anchor anchor = chain_anchor(&set);
    anchor.height = 7;
    comet_trust_begin(&trust, &anchor);
    clock_ = chain_clock();
    chain_block(&block, 6, &set, &set);
    does_not_step("height 6 is before the anchor's, 7");
    chain_block(&block, 7, &others, &others);
    does_not_step("are not the anchor's");
    chain_block(&block, 7, &set, &set);
    steps();
    comet_trust_begin(&trust, &anchor);
    chain_block(&block, 7000, &set, &set);
    steps();
    memcpy(anchor.chain_id, "made-up-2", sizeof "made-up-2");
    comet_trust_begin(&trust, &anchor);
    does_not_step("of chain 'made-up-1', not 'made-up-2'");
}

static void to_the_next_height(void **state)
{
    (void)state;
    const struct comet_validators set = chain_set(0, 4, 1), others = chain_set(10, 5, 3);
    begin(&set);
    chain_block(&block, 3, &set, &others);
    steps();
    chain_block(&block, 4, &set, &set); /* the old set once more: two thirds of it do not help */
    does_not_step("are not those that height 3 names");
    chain_block(&block, 3, &set, &others);
    does_not_step("height 3 is not after the trusted one, 3");
    chain_block(&block, 2, &set, &others);
    does_not_step("height 2 is not after the trusted one, 3");
    chain_block(&block, 4, &others, &others); /* all are new, and named */
    steps();
}

/* Of a trusted set of three thirds, exactly one third has signed: refused; a unit more: accepted. */
static void skip_by_a_third(void **state)
{
    (void)state;
    const struct comet_validators third = chain_set(0, 3, 7);
    struct comet_validators mixed = chain_set(2, 4, 7); /* shares person 2 */
    begin(&third);
    chain_block(&block, 1, &third, &third);
    steps();
    chain_block(&block, 5, &mixed, &mixed);
    does_not_step("those with 7 of 21 power have signed height 5, not more than a third");
    mixed = chain_set(1, 4, 7);
    chain_block(&block, 5, &mixed, &mixed);
    steps();

    struct comet_validators uneven = chain_set(0, 3, 7);
    for (size_t i = 0; i < 3; i++)
        uneven.at[i].power = memcmp(uneven.at[i].key, chain_key(2)->public, 32) == 0 ? 8 : 7;
    comet_validators_sort(&uneven);
    begin(&uneven);
    chain_block(&block, 1, &uneven, &uneven);
    steps();
    mixed = chain_set(2, 4, 1); /* the power of now does not matter, that of then does */
    chain_block(&block, 5, &mixed, &mixed);
    steps();
}

/* Who is in both sets but has not signed for the block does not carry trust. */
static void silent_overlap(void **state)
{
    (void)state;
    const struct comet_validators old = chain_set(0, 4, 1), now = chain_set(2, 8, 1); /* shares 2 and 3 */
    begin(&old);
    chain_block(&block, 1, &old, &old);
    steps();
    const struct comet_trust trusted = trust;
    for (int flag = COMET_ABSENT; flag <= COMET_FOR_NIL; flag++) {
        trust = trusted;
        chain_block(&block, 9, &now, &now);
        for (size_t i = 0; i < now.count; i++)
            if (memcmp(now.at[i].key, chain_key(2)->public, 32) == 0)
                chain_vote(&block, i, (enum comet_flag)flag);
        if (flag == COMET_FOR_BLOCK)
            steps();
        else
            does_not_step("those with 1 of 4 power");
    }
    /* a forger may claim their votes, but not sign them */
    trust = trusted;
    chain_block(&block, 9, &now, &now);
    for (size_t i = 0; i < now.count; i++)
        if (memcmp(now.at[i].key, chain_key(2)->public, 32) == 0) block.commit.vote[i].signature[63] ^= 1;
    does_not_step("is false");
}

/* Any subset of a set of nine signs for a set that is the same but for one: accepted exactly when it has more
 * than two thirds of the new power and more than a third of the old. */
static void random_skips(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (int round = 0; round < 120; round++) {
        const size_t shared = prng_below(&prng, 8);
        struct comet_validators old = chain_set(0, 7, 1), now = chain_set(7 - shared, 7, 1);
        for (size_t i = 0; i < 7; i++) {
            old.at[i].power = 1 + (int64_t)prng_below(&prng, 9);
            now.at[i].power = 1 + (int64_t)prng_below(&prng, 9);
        }
        comet_validators_sort(&old);
        comet_validators_sort(&now);
        begin(&old);
        chain_block(&block, 1, &old, &old);
        steps();
        chain_block(&block, 10, &now, &now);
        int64_t sum = 0, signed_now = 0, old_sum = 0, signed_old = 0;
        for (size_t i = 0; i < 7; i++) old_sum += old.at[i].power;
        for (size_t i = 0; i < 7; i++) {
            const bool votes = prng_below(&prng, 8) > 0;
            if (!votes) chain_vote(&block, i, prng_below(&prng, 2) ? COMET_ABSENT : COMET_FOR_NIL);
            sum += now.at[i].power;
            if (!votes) continue;
            signed_now += now.at[i].power;
            for (size_t k = 0; k < 7; k++)
                if (memcmp(old.at[k].key, now.at[i].key, 32) == 0) signed_old += old.at[k].power;
        }
        const bool expected = signed_now > sum * 2 / 3 && signed_old > old_sum / 3;
        assert_int_equal(comet_trust_step(&trust, &block, &clock_, NULL), expected ? ROAM_OK : ROAM_E_VERIFY);
        if (expected)
            count_property++;
        else
            count_negative++;
    }
}

static void expired_trust(void **state)
{
    (void)state;
    const struct comet_validators set = chain_set(0, 4, 1);
    begin(&set);
    chain_block(&block, 2, &set, &set); /* of second CHAIN_START_S + 20, and a quarter */
    clock_.trusting_period_s = 100;
    clock_.now_s = CHAIN_START_S + 100; /* the anchor is of CHAIN_START_S */
    does_not_step("the trust in height 1");
    clock_.now_s--;
    steps();
    chain_block(&block, 8, &set, &set);
    clock_.now_s = CHAIN_START_S + 20 + 101;
    does_not_step("the trust in height 2");
    clock_.now_s--; /* the quarter of a second is left */
    steps();
    begin(&set);
    clock_.now_s = UINT64_MAX;
    steps();
    begin(&set);
    clock_.now_s = UINT64_MAX;
    clock_.trusting_period_s = UINT64_MAX - 1;
    steps();
    begin(&set);
    trust.time.seconds = -1;
    clock_.trusting_period_s = 1000000000;
    does_not_step("has expired");
}

static void clock_of_headers(void **state)
{
    (void)state;
    const struct comet_validators set = chain_set(0, 4, 1);
    begin(&set);
    chain_block(&block, 2, &set, &set);
    clock_.now_s = CHAIN_START_S + 10;
    clock_.drift_s = 10;
    does_not_step("is in the future");
    clock_.drift_s = 11;
    steps();
    chain_block(&block, 3, &set, &set);
    block.header.time = trust.time;
    chain_commit(&block);
    does_not_step("the time of height 3 is not after that of height 2");
    block.header.time.nanoseconds--;
    chain_commit(&block);
    does_not_step("the time of height 3 is not after that of height 2");
    block.header.time.nanoseconds += 2;
    chain_commit(&block);
    steps();
}

/* Whatever comet_light_verify refuses, a step refuses. */
static void unsigned_blocks(void **state)
{
    (void)state;
    const struct comet_validators set = chain_set(0, 4, 1);
    begin(&set);
    chain_block(&block, 2, &set, &set);
    block.commit.vote[0].signature[0] ^= 1;
    does_not_step("signature of vote 0");
    chain_block(&block, 2, &set, &set);
    chain_vote(&block, 0, COMET_ABSENT);
    chain_vote(&block, 1, COMET_ABSENT);
    does_not_step("not more than two thirds");
    block.header.height = 0;
    assert_int_equal(comet_trust_step(&trust, &block, &clock_, NULL), ROAM_E_FORMAT);
    count_negative++;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_an_anchor),   cmocka_unit_test(to_the_next_height),
        cmocka_unit_test(skip_by_a_third),  cmocka_unit_test(silent_overlap),
        cmocka_unit_test(random_skips),     cmocka_unit_test(expired_trust),
        cmocka_unit_test(clock_of_headers), cmocka_unit_test(unsigned_blocks),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
