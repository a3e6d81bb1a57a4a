/* What breaks the paper's statement (arXiv 2509.16390) and not ours.
 *
 * 1. Its commitment has no salt. Total and rates are public, so of three counts two are free; small ones are
 * found by trying. The same search against usage_commitment finds nothing: each guess of the quantities would
 * have to be tried with every salt, 2^128 and more hashes.
 * 2. Nothing in it names the session: what is proved for one session is proved for any other with the same
 * usage.
 * 3. It has no ranges: a negative count lowers the total. */
#include "circuit_fixture.h"

#include "b5groam_example.h"
#include "commitment.h"
#include "poseidon.h"

struct guess {
    uint64_t sms, mb, minutes;
};

typedef bool matches_function(const void *context, const struct guess *guess);

/* What everyone can read of one session. */
struct public_data {
    uint64_t total, rate_sms, rate_mb, rate_minutes;
};

static unsigned long long tries;

/* Tries all counts with sms + minutes <= most, the smallest first; the third follows from the total. */
static bool search(struct guess *found, const struct public_data *data, uint64_t most,
                   matches_function *matches, const void *context)
{
    tries = 0;
    for (uint64_t both = 0; both <= most; both++)
        for (uint64_t sms = 0; sms <= both; sms++) {
            struct guess guess = {.sms = sms, .minutes = both - sms};
            uint64_t cost = sms * data->rate_sms + guess.minutes * data->rate_minutes;
            if (cost > data->total || (data->total - cost) % data->rate_mb != 0) continue;
            guess.mb = (data->total - cost) / data->rate_mb;
            tries++;
            if (!matches(context, &guess)) continue;
            *found = guess;
            return true;
        }
    return false;
}

static bool matches_paper(const void *context, const struct guess *guess)
{
    fr input[3], hash;
    fr_from_u64(&input[0], guess->sms);
    fr_from_u64(&input[1], guess->mb);
    fr_from_u64(&input[2], guess->minutes);
    poseidon(&hash, input, 3);
    return fr_equal(&hash, context);
}

static uint64_t small(const fr *x)
{
    uint64_t limb[4];
    fr_to_limbs(limb, x);
    assert_true((limb[1] | limb[2] | limb[3]) == 0);
    return limb[0];
}

/* From the published file if it is here, else as the statement computes it. */
static struct public_data published_data(fr *hash)
{
    struct b5groam_input input = example_input();
    fr signal[B5GROAM_PUBLIC_COUNT];
    const char *json = example_json();
    b5groam_public_signals(signal, &input);
    if (json == NULL) print_message("skipped: b5groam/input.json not found, example computed\n");
    *hash = json == NULL ? signal[1] : example_value(json, "hashCDR");
    fr total = json == NULL ? signal[0] : example_value(json, "T");
    return (struct public_data){small(&total), small(&signal[2]), small(&signal[3]), small(&signal[4])};
}

static void test_paper_usage_is_found(void **state)
{
    (void)state;
    fr hash;
    struct public_data data = published_data(&hash);
    struct guess found = {0};
    assert_true(search(&found, &data, 1000, matches_paper, &hash));
    assert_int_equal(found.sms, 10);
    assert_int_equal(found.mb, 10240);
    assert_int_equal(found.minutes, 60);
    print_message("found %llu, %llu, %llu after %llu hashes\n", (unsigned long long)found.sms,
                  (unsigned long long)found.mb, (unsigned long long)found.minutes, tries);
    count_negative++;
}

struct salted {
    fr commitment;
    struct usage_record
        guess; /* what the attacker knows: all but the quantities, or all but these and the salt */
};

static bool matches_salted(const void *context, const struct guess *guess)
{
    const struct salted *salted = context;
    struct usage_record record = salted->guess;
    fr commitment;
    record.quantity[0] = guess->sms;
    record.quantity[1] = guess->mb;
    record.quantity[2] = guess->minutes;
    assert_int_equal(usage_commitment(&commitment, &record), ROAM_OK);
    return fr_equal(&commitment, &salted->commitment);
}

/* The attacker is even given the total of the session, which a settled batch does not publish. */
static void test_salted_usage_is_not_found(void **state)
{
    (void)state;
    fr ignored;
    struct public_data data = published_data(&ignored);
    struct roam_prng prng = prop_prng();
    struct usage_record record = {.quantity = {10, 10240, 60}};
    struct salted salted = {.guess = {.quantity = {0}}};
    struct guess found = {0};
    prng_bytes(&prng, record.salt, 16);
    assert_int_equal(usage_commitment(&salted.commitment, &record), ROAM_OK);
    assert_false(search(&found, &data, 200, matches_salted, &salted));
    print_message("nothing after %llu hashes, with one salt of 2^128\n", tries);
    /* It is the salt that withstands: with it the search succeeds. */
    memcpy(salted.guess.salt, record.salt, sizeof record.salt);
    assert_true(search(&found, &data, 200, matches_salted, &salted));
    assert_int_equal(found.mb, 10240);
    count_negative++;
}

static void paper_circuit(struct builder *b, void *context) { b5groam_circuit(b, context); }

/* Two sessions with equal usage: one statement, so one proof for both. */
static void test_paper_statement_is_replayed(void **state)
{
    (void)state;
    struct b5groam_input monday = example_input(), tuesday = example_input();
    fr first[B5GROAM_PUBLIC_COUNT], second[B5GROAM_PUBLIC_COUNT];
    struct circuit_fixture f;
    b5groam_public_signals(first, &monday);
    b5groam_public_signals(second, &tuesday);
    fixture_build(&f, paper_circuit, NULL);
    fixture_assign(&f, &monday, NULL);
    for (int i = 0; i < B5GROAM_PUBLIC_COUNT; i++) {
        assert_true(fr_equal(&first[i], &second[i]));
        f.witness[1 + i] = second[i];
    }
    assert_true(fixture_holds(&f));
    count_negative++;
    fixture_free(&f);
}

/* Ours: each session has its own salt, so its own commitment, and what the device signs names the session. */
static void test_settled_session_is_not_replayed(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct usage_record record = {.quantity = {10, 10240, 60}};
    struct settle_place place[2] = {{.hold_minor = 1000}, {.hold_minor = 1000}};
    fr message[2], digest[2], session[2];
    for (uint64_t i = 0; i < 2; i++) {
        prng_bytes(&prng, record.salt, 16);
        assert_int_equal(usage_commitment(&place[i].commitment, &record), ROAM_OK);
        settle_batch_digest(&digest[i], &place[i], 1, 1);
        fr_from_u64(&session[i], i);
    }
    assert_false(fr_equal(&place[0].commitment, &place[1].commitment));
    assert_false(fr_equal(&digest[0], &digest[1]));
    /* even one commitment, used again for another session, is not what the device signed */
    for (int i = 0; i < 2; i++) usage_sign_message(&message[i], &session[i], 1, &place[0].commitment);
    assert_false(fr_equal(&message[0], &message[1]));
    count_negative += 3;
}

/* 10 messages and 10,240 megabytes for the price of one unit: minus 10,249 minutes are as good a count as
 * any. */
static void test_paper_accepts_negative_counts(void **state)
{
    (void)state;
    struct b5groam_input input = example_input();
    struct circuit_fixture f;
    fr_from_u64(&input.n_min, 10249);
    fr_neg(&input.n_min, &input.n_min);
    fixture_build(&f, paper_circuit, NULL);
    fixture_assign(&f, &input, NULL);
    assert_true(fixture_holds(&f));
    assert_true(fr_equal(&f.witness[1], &input.r_sms));
    count_negative++;
    fixture_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paper_usage_is_found),
        cmocka_unit_test(test_salted_usage_is_not_found),
        cmocka_unit_test(test_paper_statement_is_replayed),
        cmocka_unit_test(test_settled_session_is_not_replayed),
        cmocka_unit_test(test_paper_accepts_negative_counts),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
