/* Light-client verification against a chain signed by test keys: thresholds, double votes, other chains,
 * heights and rounds, votes for nil, forged skips, expired trust. Each refusal with its value and its words.
 */
#include "prop.h"
#include "comet_chain.h"

static struct comet_validators four;
static struct comet_light_block block;

static int setup(void **state)
{
    (void)state;
    four = chain_set(0, 4, 10);
    chain_block(&block, 5, &four, &four);
    return 0;
}

static void is_refused(enum roam_err expected, const char *words)
{
    struct roam_diag diag = {0};
    const enum roam_err err = comet_light_verify(CHAIN_ID, &block, &diag);
    if (err != expected || strstr(diag.text, words) == NULL)
        print_message("error %d, %s\n", (int)err, diag.text);
    assert_int_equal(err, expected);
    assert_non_null(strstr(diag.text, words));
    assert_int_equal(comet_light_verify(CHAIN_ID, &block, NULL), expected);
    count_negative++;
}

static void is_final(void)
{
    struct roam_diag diag = {0};
    const enum roam_err err = comet_light_verify(CHAIN_ID, &block, &diag);
    if (err != ROAM_OK) print_message("error %d, %s\n", (int)err, diag.text);
    assert_int_equal(err, ROAM_OK);
    count_property++;
}

/* Exactly two thirds is not enough; one unit of power more is. Powers are of different sizes, up to the
 * greatest. */
static void two_thirds(void **state)
{
    (void)state;
    const int64_t sum_max = COMET_POWER_MAX - COMET_POWER_MAX % 3;
    for (int64_t sum = 3; sum < sum_max; sum = sum < 1000 ? sum + 3 : sum > sum_max / 3 ? sum_max : sum * 3) {
        struct comet_validators set = chain_set(0, 3, 1);
        set.at[0].power = sum - sum / 3;
        set.at[1].power = sum / 3;
        set.count = 2;
        comet_validators_sort(&set);
        chain_block(&block, 5, &set, &set);
        is_final();
        chain_vote(&block, 1, COMET_ABSENT); /* two thirds of the sum are left */
        is_refused(ROAM_E_VERIFY, "not more than two thirds");
        if (sum < 6) continue;
        set.at[0].power++;
        set.at[1].power--;
        chain_block(&block, 5, &set, &set);
        chain_vote(&block, 1, COMET_ABSENT);
        is_final();
    }
}

/* 200 validators of power 1: 134 votes are more than two thirds, 133 are not. */
static void two_thirds_of_many(void **state)
{
    (void)state;
    const struct comet_validators set = chain_set(0, COMET_VALIDATORS_MAX, 1);
    chain_block(&block, 5, &set, &set);
    for (size_t i = 134; i < COMET_VALIDATORS_MAX; i++) chain_vote(&block, i, COMET_ABSENT);
    is_final();
    chain_vote(&block, 77, COMET_ABSENT);
    is_refused(ROAM_E_VERIFY, "power have signed, not more than two thirds");
}

static void votes_for_nil_do_not_count(void **state)
{
    (void)state;
    chain_vote(&block, 0, COMET_FOR_NIL);
    is_final();
    chain_vote(&block, 3, COMET_FOR_NIL);
    is_refused(ROAM_E_VERIFY, "not more than two thirds");
    /* a vote for nil does not become one for the block by its flag */
    block.commit.vote[3].flag = COMET_FOR_BLOCK;
    is_refused(ROAM_E_VERIFY, "signature of vote 3");
    chain_vote(&block, 3, COMET_FOR_BLOCK);
    block.commit.vote[3].flag = COMET_FOR_NIL;
    chain_vote(&block, 0, COMET_FOR_BLOCK);
    is_refused(ROAM_E_VERIFY, "signature of vote 3");
}

static void nobody_votes_twice(void **state)
{
    (void)state;
    chain_vote(&block, 2, COMET_ABSENT);
    chain_vote(&block, 3, COMET_ABSENT);
    is_refused(ROAM_E_VERIFY, "not more than two thirds");
    block.commit.vote[2] = block.commit.vote[0];
    is_refused(ROAM_E_VERIFY, "vote 2 is by");
    /* under the name of validator 2, validator 0's signature is false */
    comet_address(block.commit.vote[2].address, block.validators.at[2].key);
    is_refused(ROAM_E_VERIFY, "signature of vote 2");
    /* the same key twice in the set */
    memcpy(block.validators.at[2].key, block.validators.at[0].key, COMET_KEY_SIZE);
    is_refused(ROAM_E_FORMAT, "validators 0 and 2 have the same key");
}

/* The signature is valid for something else. */
static void signatures_of_others(void **state)
{
    (void)state;
    struct comet_light_block other = block;
    other.commit.height = 6;
    chain_vote(&other, 1, COMET_FOR_BLOCK);
    block.commit.vote[1] = other.commit.vote[1];
    is_refused(ROAM_E_VERIFY, "signature of vote 1");
    setup(NULL);
    other = block;
    other.commit.round = 2;
    chain_vote(&other, 2, COMET_FOR_BLOCK);
    block.commit.vote[2] = other.commit.vote[2];
    is_refused(ROAM_E_VERIFY, "signature of vote 2");
    setup(NULL);
    other = block;
    memcpy(other.header.chain_id, "made-up-2", sizeof "made-up-2");
    chain_vote(&other, 3, COMET_FOR_BLOCK);
    block.commit.vote[3] = other.commit.vote[3];
    is_refused(ROAM_E_VERIFY, "signature of vote 3");
    setup(NULL);
    other = block;
    other.commit.block_id.parts_total = 4;
    chain_vote(&other, 0, COMET_FOR_BLOCK);
    block.commit.vote[0] = other.commit.vote[0];
    is_refused(ROAM_E_VERIFY, "signature of vote 0");
}

static void parts_of_others(void **state)
{
    (void)state;
    const struct comet_light_block good = block;
    struct comet_light_block other;
    chain_block(&other, 6, &four, &four);
    block.commit = other.commit;
    is_refused(ROAM_E_VERIFY, "the commit is of height 6, the header of 5");
    block.commit.height = 5;
    is_refused(ROAM_E_VERIFY, "the commit is for header");
    block = good;
    memcpy(block.header.chain_id, "made-up-2", sizeof "made-up-2");
    chain_commit(&block);
    is_refused(ROAM_E_VERIFY, "of chain 'made-up-2', not 'made-up-1'");
    block = good;
    block.commit.count = 3;
    is_refused(ROAM_E_VERIFY, "3 votes of 4 validators");
}

/* Any change of the set changes its hash. */
static void validators_of_others(void **state)
{
    (void)state;
    const struct comet_light_block good = block;
    const struct comet_validator first = block.validators.at[0];
    block.validators.at[0] = block.validators.at[1];
    block.validators.at[1] = first;
    is_refused(ROAM_E_VERIFY, "the header names the validators");
    block = good;
    block.validators.at[3].power++;
    is_refused(ROAM_E_VERIFY, "the header names the validators");
    block = good;
    memcpy(block.validators.at[3].key, chain_key(9)->public, COMET_KEY_SIZE);
    is_refused(ROAM_E_VERIFY, "the header names the validators");
    block = good;
    block.validators.count--;
    is_refused(ROAM_E_VERIFY, "the header names the validators");
    block = good;
    block.validators.at[2].power = 0;
    is_refused(ROAM_E_FORMAT, "power of validator 2 is 0");
    block.validators.at[2].power = COMET_POWER_MAX - 29;
    is_refused(ROAM_E_FORMAT, "power of validator 3 is 10");
    block = good;
    block.validators.count = 0;
    is_refused(ROAM_E_COUNT, "0 validators, not 1 to 200");
    block.validators.count = COMET_VALIDATORS_MAX + 1;
    is_refused(ROAM_E_COUNT, "201 validators, not 1 to 200");
}

/* Shape, each with the field's name. */
static void malformed(void **state)
{
    (void)state;
    const struct comet_light_block good = block;
    struct comet_header *h = &block.header;
    struct comet_commit *c = &block.commit;
#define REFUSED(change, words)                                                                               \
    do {                                                                                                     \
        block = good;                                                                                        \
        change;                                                                                              \
        is_refused(ROAM_E_FORMAT, words);                                                                    \
    } while (0)
    REFUSED(h->version_block = 10, "version.block is 10");
    REFUSED(h->chain_id[0] = 0, "chain_id has 0 bytes");
    REFUSED(memset(h->chain_id, 'a', sizeof h->chain_id), "chain_id has 51 bytes");
    REFUSED(h->chain_id[2] = '"', "chain_id has the byte 0x22 at 2");
    REFUSED(h->chain_id[1] = '\n', "chain_id has the byte 0x0a at 1");
    REFUSED(h->chain_id[1] = (char)0xc3, "chain_id has the byte 0xc3 at 1");
    REFUSED(h->height = 0, "height is 0");
    REFUSED(h->height = INT64_MIN, "height is -9223372036854775808");
    REFUSED(h->time.seconds = 253402300800, "time is 253402300800 s");
    REFUSED(h->time.seconds = COMET_TIME_NONE.seconds - 1, "time is -62135596801 s");
    REFUSED(h->time.nanoseconds = 1000000000, "1000000000 ns");
    REFUSED(h->time.nanoseconds = -1, "-1 ns");
    REFUSED(h->last_block_id.hash.size = 0, "last_block_id has a hash of 0 bytes");
    REFUSED(h->last_block_id.parts_total = 0, "last_block_id has a hash of 32 bytes and 0 parts");
    REFUSED(h->last_commit_hash.size = 31, "last_commit_hash has 31 bytes");
    REFUSED(h->data_hash.size = 33, "data_hash has 33 bytes");
    REFUSED(h->validators_hash.size = 0, "validators_hash has 0 bytes");
    REFUSED(h->next_validators_hash.size = 0, "next_validators_hash has 0 bytes");
    REFUSED(h->consensus_hash.size = 1, "consensus_hash has 1 bytes");
    REFUSED(h->app_hash.size = 33, "app_hash has 33 bytes");
    REFUSED(h->last_results_hash.size = 255, "last_results_hash has 255 bytes");
    REFUSED(h->evidence_hash.size = 20, "evidence_hash has 20 bytes");
    REFUSED(c->height = 0, "commit of height 0");
    REFUSED(c->round = -1, "round -1");
    REFUSED(c->block_id = (struct comet_block_id){0}, "block_id of the commit");
    REFUSED(c->block_id.parts_hash.size = 0, "block_id of the commit");
    REFUSED(c->vote[2].flag = (enum comet_flag)0, "block_id_flag of vote 2 is 0");
    REFUSED(c->vote[3].flag = (enum comet_flag)4, "block_id_flag of vote 3 is 4");
    REFUSED(c->vote[1].flag = COMET_ABSENT, "vote 1 is absent, yet");
    REFUSED(c->vote[1].time.nanoseconds = INT32_MAX, "timestamp of vote 1");
#undef REFUSED
    block = good;
    c->count = 0;
    is_refused(ROAM_E_COUNT, "0 votes in the commit");
    c->count = COMET_VALIDATORS_MAX + 1;
    is_refused(ROAM_E_COUNT, "201 votes in the commit");
    block = good;
    h->last_block_id = (struct comet_block_id){0}; /* the first header of a chain */
    chain_commit(&block);
    is_final();
}

/* A signature that libsodium does not accept is taken out by who hands the commit on; the rest must do. */
static void trimming(void **state)
{
    (void)state;
    const struct comet_light_block good = block;
    assert_int_equal(comet_commit_trim(&block.commit, CHAIN_ID, &block.validators), 0);
    assert_memory_equal(&block, &good, sizeof block);
    block.commit.vote[1].signature[5] ^= 1;
    is_refused(ROAM_E_VERIFY, "signature of vote 1");
    assert_int_equal(comet_commit_trim(&block.commit, CHAIN_ID, &block.validators), 1);
    is_final();
    block.commit.vote[2].address[0] ^= 1;
    assert_int_equal(comet_commit_trim(&block.commit, CHAIN_ID, &block.validators), 1);
    is_refused(ROAM_E_VERIFY, "not more than two thirds");
    block = good;
    assert_int_equal(comet_commit_trim(&block.commit, "made-up-2", &block.validators), 4);
}

/* A key of small order: the identity. R = identity and S = 0 solve CometBFT's equation for every message, so
 * such a validator signs anything; libsodium does not accept it, and the others carry the block. */
static void small_order(void **state)
{
    (void)state;
    struct comet_validators set = four;
    memset(set.at[3].key, 0, COMET_KEY_SIZE);
    set.at[3].key[0] = 1;
    comet_validators_sort(&set);
    chain_block(&block, 5, &set, &set);
    for (size_t i = 0; i < 4; i++)
        if (block.validators.at[i].key[0] == 1 && block.validators.at[i].key[31] == 0)
            block.commit.vote[i].signature[0] = 1;
    is_refused(ROAM_E_VERIFY, "is false");
    assert_int_equal(comet_commit_trim(&block.commit, CHAIN_ID, &block.validators), 1);
    is_final();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(two_thirds, setup),
        cmocka_unit_test_setup(two_thirds_of_many, setup),
        cmocka_unit_test_setup(votes_for_nil_do_not_count, setup),
        cmocka_unit_test_setup(nobody_votes_twice, setup),
        cmocka_unit_test_setup(signatures_of_others, setup),
        cmocka_unit_test_setup(parts_of_others, setup),
        cmocka_unit_test_setup(validators_of_others, setup),
        cmocka_unit_test_setup(malformed, setup),
        cmocka_unit_test_setup(trimming, setup),
        cmocka_unit_test_setup(small_order, setup),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
