/* The commitments against circomlibjs with packings written anew (tests/vectors/commitment.txt), their
 * bounds, and that every field is in them. */
#include "prop.h"

#include "commitment.h"
#include "dies.h"
#include "poseidon.h"
#include "settle_cases.h"

#include <stdio.h>
#include <string.h>

static FILE *vectors;

/* The next word of the line; the test fails at the line's end. */
static char *word(void)
{
    char *text = strtok(NULL, " \n");
    assert_non_null(text);
    return text;
}

static uint64_t word_u64(void) { return strtoull(word(), NULL, 10); }

static u128 word_u128(void)
{
    u128 value = 0;
    for (const char *digit = word(); *digit != '\0'; digit++) value = value * 10 + (unsigned)(*digit - '0');
    return value;
}

static fr word_element(void)
{
    fr out;
    const char *text = word();
    assert_int_equal(fr_from_decimal(&out, text, strlen(text)), ROAM_OK);
    return out;
}

static void word_salt(uint8_t salt[32])
{
    fr element = word_element();
    fr_to_le(salt, &element);
}

/* Up to 2^256, big-endian. */
static void word_bytes(uint8_t bytes[32])
{
    memset(bytes, 0, 32);
    for (const char *digit = word(); *digit != '\0'; digit++) {
        unsigned carry = (unsigned)(*digit - '0');
        for (int i = 31; i >= 0; i--) {
            carry += bytes[i] * 10u;
            bytes[i] = (uint8_t)carry;
            carry >>= 8;
        }
    }
}

static void expect_element(const fr *got)
{
    fr expected = word_element();
    assert_true(fr_equal(got, &expected));
    count_property++;
}

static void check_usage(void)
{
    struct usage_record record = {0};
    fr got;
    for (int i = 0; i < USAGE_SLOTS; i++) record.quantity[i] = word_u64();
    record.last_mask = (uint8_t)word_u64();
    record.service_ppm = (uint32_t)word_u64();
    record.renewable = word_u64();
    record.co2_mg = word_u64();
    word_bytes(record.evidence);
    word_salt(record.salt);
    assert_int_equal(usage_commitment(&got, &record), ROAM_OK);
    expect_element(&got);
}

static void check_sign(void)
{
    fr session = word_element(), got;
    uint64_t seq = word_u64();
    fr commitment = word_element();
    usage_sign_message(&got, &session, seq, &commitment);
    expect_element(&got);
}

static void check_card(void)
{
    struct usage_rate_card card = {0};
    fr got;
    for (int i = 0; i < USAGE_SLOTS; i++) {
        card.slot[i].price[USAGE_NET] = word_u64();
        card.slot[i].price[USAGE_GROSS] = word_u64();
        card.slot[i].step = (uint32_t)word_u64();
        card.slot[i].group = (uint8_t)word_u64();
        card.slot[i].is_energy = word_u64() == 1;
    }
    for (int c = 0; c < USAGE_COLUMNS; c++) card.fixed[c] = word_u128();
    for (int c = 0; c < USAGE_COLUMNS; c++) card.minimum[c] = word_u64();
    for (int c = 0; c < USAGE_COLUMNS; c++) card.maximum[c] = word_u64();
    card.scale = word_u64();
    card.rounding = (enum usage_rounding)word_u64();
    card.service_threshold_ppm = (uint32_t)word_u64();
    card.service_credit_ppm = (uint32_t)word_u64();
    word_salt(card.salt);
    assert_int_equal(usage_rate_card_commitment(&got, &card), ROAM_OK);
    expect_element(&got);
}

static void check_batch(void)
{
    struct settle_place places[SETTLE_SIZE_MAX];
    fr got;
    size_t size = word_u64(), count = word_u64();
    assert_true(count <= SETTLE_SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        places[i].commitment = word_element();
        places[i].hold_minor = word_u64();
    }
    settle_batch_digest(&got, places, count, size);
    expect_element(&got);
}

static void check_esg(void)
{
    struct esg_sums sums;
    fr got;
    sums.energy = word_u64();
    sums.renewable = word_u64();
    sums.co2_mg = word_u64();
    fr salt = word_element();
    esg_commitment(&got, &sums, &salt);
    expect_element(&got);
}

static void test_vectors(void **state)
{
    (void)state;
    static const struct {
        const char *kind;
        void (*check)(void);
    } kinds[] = {{"usage", check_usage},
                 {"sign", check_sign},
                 {"card", check_card},
                 {"batch", check_batch},
                 {"esg", check_esg}};
    static char line[1 << 16];
    size_t seen[5] = {0};
    vectors = fopen(TEST_VECTORS_DIR "/commitment.txt", "r");
    assert_non_null(vectors);
    while (fgets(line, sizeof line, vectors) != NULL) {
        const char *kind = strtok(line, " ");
        size_t i = 0;
        while (i < 5 && strcmp(kind, kinds[i].kind) != 0) i++;
        assert_true(i < 5);
        kinds[i].check();
        assert_null(strtok(NULL, " \n"));
        seen[i]++;
    }
    fclose(vectors);
    for (size_t i = 0; i < 5; i++) assert_true(seen[i] >= 7);
}

static void test_empty_place(void **state)
{
    (void)state;
    struct usage_record record = {0};
    fr empty, zero_record;
    settle_empty_commitment(&empty);
    assert_int_equal(usage_commitment(&zero_record, &record), ROAM_OK);
    assert_true(fr_equal(&empty, &zero_record));
}

static void expect_refused(const struct usage_record *record)
{
    fr out;
    assert_int_equal(usage_commitment(&out, record), ROAM_E_RANGE);
    count_negative++;
}

static void test_record_out_of_range(void **state)
{
    (void)state;
    const uint64_t too_large = UINT64_C(1) << USAGE_QUANTITY_BITS;
    for (int i = 0; i < USAGE_SLOTS; i++) {
        struct usage_record record = {0};
        record.quantity[i] = too_large;
        expect_refused(&record);
    }
    expect_refused(&(struct usage_record){.renewable = too_large});
    expect_refused(&(struct usage_record){.co2_mg = too_large});
    expect_refused(&(struct usage_record){.service_ppm = USAGE_PPM + 1});
    struct usage_record record = {0};
    memcpy(record.salt, fr_modulus, sizeof record.salt);
    expect_refused(&record);
}

static void test_card_out_of_range(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (int field = 0; field < 8; field++) {
        struct settle_case base;
        fr out;
        case_any(&prng, &base);
        struct usage_rate_card *card = &base.card;
        assert_int_equal(usage_rate_card_commitment(&out, card), ROAM_OK);
        if (field == 0) card->slot[3].step = 0;
        if (field == 1) card->slot[4].group = 4;
        if (field == 2) card->slot[5].price[USAGE_NET] = card->slot[5].price[USAGE_GROSS] + 1;
        if (field == 3) card->fixed[USAGE_GROSS] = (u128)1 << USAGE_FIXED_BITS;
        if (field == 4) card->maximum[USAGE_GROSS] = USAGE_MONEY_MAX + 1;
        if (field == 5) card->scale = UINT64_C(1) << USAGE_SCALE_BITS;
        if (field == 6) card->service_credit_ppm = USAGE_PPM + 1;
        if (field == 7) memset(card->salt, 0xff, sizeof card->salt);
        assert_int_equal(usage_rate_card_commitment(&out, card), ROAM_E_RANGE);
        count_negative++;
    }
}

static void change_record(struct usage_record *record, int field)
{
    if (field < USAGE_SLOTS)
        record->quantity[field] ^= 1;
    else if (field < 2 * USAGE_SLOTS)
        record->last_mask ^= (uint8_t)(1u << (field - USAGE_SLOTS));
    else if (field == 16)
        record->service_ppm ^= 1;
    else if (field == 17)
        record->renewable ^= 1;
    else if (field == 18)
        record->co2_mg ^= 1;
    else if (field == 19)
        record->evidence[0] ^= 0x10;
    else if (field == 20)
        record->evidence[31] ^= 1;
    else
        record->salt[field == 21 ? 0 : 31] ^= 1;
}

static void test_every_field_of_a_record_counts(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (int field = 0; field < 23; field++) {
        struct settle_case base;
        fr before, after;
        case_any(&prng, &base);
        if (base.session.record.service_ppm == USAGE_PPM) base.session.record.service_ppm = 0;
        assert_int_equal(usage_commitment(&before, &base.session.record), ROAM_OK);
        change_record(&base.session.record, field);
        assert_int_equal(usage_commitment(&after, &base.session.record), ROAM_OK);
        assert_false(fr_equal(&before, &after));
        count_property++;
    }
}

static void test_top_bits_of_evidence_do_not_count(void **state)
{
    (void)state;
    struct usage_record record = {.evidence[0] = 0xff};
    fr full, cleared;
    assert_int_equal(usage_commitment(&full, &record), ROAM_OK);
    record.evidence[0] = 0x1f;
    assert_int_equal(usage_commitment(&cleared, &record), ROAM_OK);
    assert_true(fr_equal(&full, &cleared));
}

static void expect_other_digest(const fr *digest, const struct settle_place *places, size_t count,
                                size_t size)
{
    fr other;
    settle_batch_digest(&other, places, count, size);
    assert_false(fr_equal(digest, &other));
    count_negative++;
}

static void test_digest_binds_places_and_order(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct settle_place places[16], changed[16];
    fr digest;
    for (int i = 0; i < 16; i++) {
        fr_from_u64(&places[i].commitment, prng_u64(&prng));
        places[i].hold_minor = 1 + (prng_u64(&prng) >> 9);
    }
    settle_batch_digest(&digest, places, 16, 16);
    expect_other_digest(&digest, places, 16, 17);
    expect_other_digest(&digest, places, 15, 16);
    for (int i = 0; i < 16; i++) {
        memcpy(changed, places, sizeof places);
        changed[i].hold_minor--;
        expect_other_digest(&digest, changed, 16, 16);
        memcpy(changed, places, sizeof places);
        fr_add(&changed[i].commitment, &changed[i].commitment, &fr_one);
        expect_other_digest(&digest, changed, 16, 16);
        memcpy(changed, places, sizeof places);
        changed[i] = places[(i + 1) % 16];
        changed[(i + 1) % 16] = places[i];
        expect_other_digest(&digest, changed, 16, 16);
    }
}

/* The digest word by word from its definition in commitment.h. */
static void plain_digest(fr *out, const struct settle_place *places, size_t count, size_t size)
{
    static fr element[2 * SETTLE_SIZE_MAX + POSEIDON_INPUTS_MAX];
    fr empty, shift, hold;
    size_t used = 0;
    settle_empty_commitment(&empty);
    fr_from_u128(&shift, 0, 1 << 16); /* 2^80 */
    memset(element, 0, sizeof element);
    for (size_t first = 0; first < size; first += 3) {
        fr *holds = &element[used + 3];
        for (size_t i = first + 3; i-- > first;) {
            element[used + i - first] = i < count ? places[i].commitment : i < size ? empty : fr_zero;
            fr_from_u64(&hold, i < count ? places[i].hold_minor : 0);
            fr_mul(holds, holds, &shift);
            fr_add(holds, holds, &hold);
        }
        used += 4;
    }
    fr_from_u64(out, TAG_BATCH | (uint64_t)size << 32);
    for (size_t at = 0; at < used; at += POSEIDON_INPUTS_MAX)
        poseidon_ex(out, 1, out, element + at, POSEIDON_INPUTS_MAX);
}

static void random_batch(struct settle_place *places, size_t count, struct roam_prng *prng)
{
    uint8_t wide[64];
    for (size_t i = 0; i < count; i++) {
        prng_bytes(prng, wide, sizeof wide);
        fr_from_wide(&places[i].commitment, wide);
        places[i].hold_minor = i % 5 == 0 ? USAGE_MONEY_MAX : prng_u64(prng) >> 8;
    }
}

/* Groups around eight, full and partly empty, last blocks full and not. */
static void test_digests_side_by_side(void **state)
{
    (void)state;
    enum { BATCHES = 17 };
    static const size_t sizes[] = {1, 2, 3, 11, 12, 13, 36, 64}, group_sizes[] = {0, 1, 2, 7, 8, 9, BATCHES};
    static struct settle_place places[BATCHES][SETTLE_SIZE_MAX];
    struct settle_batch batches[BATCHES];
    struct roam_prng prng = prop_prng();
    fr digests[BATCHES + 1], expected;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t g = 0; g < sizeof group_sizes / sizeof *group_sizes; g++) {
            const size_t n = group_sizes[g];
            for (size_t b = 0; b < n; b++) {
                const size_t count = g % 3 == 0 ? sizes[s] : prng_below(&prng, sizes[s] + 1);
                random_batch(places[b], count, &prng);
                batches[b] = (struct settle_batch){places[b], count};
            }
            digests[n] = fr_one;
            settle_batch_digests(digests, batches, n, sizes[s]);
            for (size_t b = 0; b < n; b++) {
                plain_digest(&expected, places[b], batches[b].count, sizes[s]);
                assert_true(fr_equal(&digests[b], &expected));
                count_property++;
            }
            assert_true(fr_equal(&digests[n], &fr_one)); /* nothing written behind the end */
        }
}

static void hold_too_large(void)
{
    fr digest;
    const struct settle_place place = {.hold_minor = USAGE_MONEY_MAX + 1};
    settle_batch_digest(&digest, &place, 1, 1);
}

static void more_sessions_than_places(void)
{
    fr digest;
    static const struct settle_place places[2];
    settle_batch_digest(&digest, places, 2, 1);
}

static void second_has_more_sessions_than_places(void)
{
    fr digests[2];
    static const struct settle_place places[2];
    settle_batch_digests(digests, (struct settle_batch[]){{places, 1}, {places, 2}}, 2, 1);
}

static void no_places(void)
{
    fr digest;
    settle_batch_digest(&digest, NULL, 0, 0);
}

static void test_misuse_stops_the_program(void **state)
{
    (void)state;
    assert_true(dies(hold_too_large));
    assert_true(dies(more_sessions_than_places));
    assert_true(dies(second_has_more_sessions_than_places));
    assert_true(dies(no_places));
    count_negative += 4;
}

int main(int argc, char **argv)
{
    (void)argc;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_empty_place),
        cmocka_unit_test(test_record_out_of_range),
        cmocka_unit_test(test_card_out_of_range),
        cmocka_unit_test(test_every_field_of_a_record_counts),
        cmocka_unit_test(test_top_bits_of_evidence_do_not_count),
        cmocka_unit_test(test_digest_binds_places_and_order),
        cmocka_unit_test(test_digests_side_by_side),
        cmocka_unit_test(test_misuse_stops_the_program),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    failed += prop_run_on_lesser_processors(argv);
    prop_print_counts();
    return failed;
}
