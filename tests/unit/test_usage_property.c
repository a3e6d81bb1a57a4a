/* usage_rate against an evaluation of the same rule in GMP rationals, which shares no step with it: exact
 * fractions throughout, one rounding at the end. */
#include <string.h>

#include "prop.h"

#include <gmp.h>

#include "usage.h"

enum { CASES = 150000 };

/* 64-bit values whatever the size of long. */
static void mpz_set_u64(mpz_t out, uint64_t value) { mpz_import(out, 1, -1, sizeof value, 0, 0, &value); }

static void mpq_set_u64(mpq_t out, uint64_t value)
{
    mpq_set_ui(out, 0, 1);
    mpz_set_u64(mpq_numref(out), value);
}

static void floor_of(mpz_t out, const mpq_t value) { mpz_fdiv_q(out, mpq_numref(value), mpq_denref(value)); }

static void round_to(mpz_t out, const mpq_t value, enum usage_rounding rounding)
{
    mpq_t rest, whole;
    mpq_inits(rest, whole, NULL);
    floor_of(out, value);
    mpq_set_z(whole, out);
    mpq_sub(rest, value, whole);
    int to_half = mpq_cmp_ui(rest, 1, 2);
    bool up = false;
    if (rounding == USAGE_ROUND_UP) up = mpq_sgn(rest) > 0;
    if (rounding == USAGE_ROUND_HALF_UP) up = to_half >= 0;
    if (rounding == USAGE_ROUND_HALF_EVEN) up = to_half > 0 || (to_half == 0 && mpz_odd_p(out));
    if (up) mpz_add_ui(out, out, 1);
    mpq_clears(rest, whole, NULL);
}

/* billed quantity of slot i: its group's total, rounded up to its step if it is the last, less the other
 * slots. */
static void billed_of(mpz_t out, const struct usage_rate_card *card, const struct usage_record *record, int i)
{
    mpz_t other, q, step;
    mpz_inits(other, q, step, NULL);
    mpz_set_u64(out, record->quantity[i]);
    if (record->last_mask >> i & 1) {
        for (int j = 0; j < USAGE_SLOTS; j++) {
            if (j == i || card->slot[j].group != card->slot[i].group) continue;
            mpz_set_u64(q, record->quantity[j]);
            mpz_add(other, other, q);
        }
        mpz_set_u64(step, card->slot[i].step);
        mpz_add(out, out, other);
        mpz_cdiv_q(out, out, step);
        mpz_mul(out, out, step);
        mpz_sub(out, out, other);
    }
    mpz_clears(other, q, step, NULL);
}

/* The fee of one column into fee; false if the rated amount passes the maximum of its type. */
static bool fee_of(mpz_t rated, mpz_t fee, const struct usage_rate_card *card,
                   const struct usage_record *record, int column)
{
    mpq_t sum, term;
    mpz_t number;
    mpq_inits(sum, term, NULL);
    mpz_init(number);
    uint64_t fixed[2] = {(uint64_t)card->fixed[column], (uint64_t)(card->fixed[column] >> 64)};
    mpz_import(mpq_numref(sum), 2, -1, sizeof *fixed, 0, 0, fixed);
    for (int i = 0; i < USAGE_SLOTS; i++) {
        billed_of(number, card, record, i);
        mpq_set_u64(term, card->slot[i].price[column]);
        mpz_mul(mpq_numref(term), mpq_numref(term), number);
        mpq_add(sum, sum, term);
    }
    mpq_set_u64(term, card->scale);
    mpq_div(sum, sum, term);
    round_to(rated, sum, card->rounding);
    bool fits = mpz_sizeinbase(rated, 2) <= USAGE_MONEY_BITS;

    mpz_set(fee, rated);
    mpz_set_u64(number, card->minimum[column]);
    if (mpz_cmp(fee, number) < 0) mpz_set(fee, number);
    mpz_set_u64(number, card->maximum[column]);
    if (mpz_cmp(fee, number) > 0) mpz_set(fee, number);
    if (record->service_ppm < card->service_threshold_ppm) {
        mpq_set_z(sum, fee);
        mpq_set_ui(term, USAGE_PPM - card->service_credit_ppm, USAGE_PPM);
        mpq_canonicalize(term);
        mpq_mul(sum, sum, term);
        floor_of(fee, sum);
    }
    mpq_clears(sum, term, NULL);
    mpz_clear(number);
    return fits;
}

static uint64_t to_u64(const mpz_t value)
{
    uint64_t out = 0;
    assert_true(mpz_sizeinbase(value, 2) <= 64);
    mpz_export(&out, NULL, -1, sizeof out, 0, 0, value);
    return out;
}

/* 0, 1, maximum - 1, maximum, or a number of a random length. */
static uint64_t pick(struct roam_prng *prng, uint64_t maximum, bool edge)
{
    if (maximum == 0) return 0;
    const uint64_t edges[4] = {0, 1, maximum - 1, maximum};
    if (edge || prng_below(prng, 16) == 0) return edges[prng_below(prng, 4)];
    return (prng_u64(prng) >> prng_below(prng, 64)) % (maximum + 1);
}

static void ordered(uint64_t out[2], struct roam_prng *prng, uint64_t maximum, bool edge)
{
    out[1] = pick(prng, maximum, edge);
    out[0] = pick(prng, out[1], edge);
}

static void random_slot(struct usage_slot *slot, struct roam_prng *prng, bool edge)
{
    ordered(slot->price, prng, (UINT64_C(1) << (edge ? 56 : 8 + 8 * prng_below(prng, 6))) - 1, edge);
    slot->step = (uint32_t)pick(prng, (1u << 24) - 2, edge) + 1;
    slot->group = (uint8_t)prng_below(prng, 4);
}

static void random_card(struct usage_rate_card *card, struct roam_prng *prng, bool edge)
{
    uint64_t bound[2];
    *card = (struct usage_rate_card){.rounding = (enum usage_rounding)prng_below(prng, 4)};
    for (int i = 0; i < USAGE_SLOTS; i++) random_slot(&card->slot[i], prng, edge);
    ordered(bound, prng, UINT64_MAX / 2, edge);
    for (int c = 0; c < 2; c++) card->fixed[c] = (u128)bound[c] << prng_below(prng, 2) * 16;
    if (card->fixed[0] > card->fixed[1]) card->fixed[0] = card->fixed[1];
    for (int c = 0; c < 2; c++) card->maximum[c] = USAGE_MONEY_MAX;
    if (prng_below(prng, 2) == 0) ordered(card->maximum, prng, USAGE_MONEY_MAX, edge);
    if (prng_below(prng, 2) == 0) {
        ordered(card->minimum, prng, card->maximum[1], edge);
        if (card->minimum[0] > card->maximum[0]) card->minimum[0] = card->maximum[0];
    }
    card->scale = pick(prng, (UINT64_C(1) << 40) - 2, edge) + 1;
    card->service_threshold_ppm = (uint32_t)pick(prng, USAGE_PPM, edge);
    card->service_credit_ppm = (uint32_t)pick(prng, USAGE_PPM, edge);
}

/* One marked slot for some of the groups. */
static void random_record(struct usage_record *record, const struct usage_rate_card *card,
                          struct roam_prng *prng, bool edge)
{
    *record = (struct usage_record){.service_ppm = (uint32_t)pick(prng, USAGE_PPM, edge)};
    for (int i = 0; i < USAGE_SLOTS; i++)
        record->quantity[i] =
            pick(prng, (UINT64_C(1) << (edge ? 48 : 16 + 8 * prng_below(prng, 4))) - 1, edge);
    for (int group = 1; group <= USAGE_GROUPS; group++) {
        int i = (int)prng_below(prng, USAGE_SLOTS);
        if (card->slot[i].group == group) record->last_mask |= (uint8_t)(1 << i);
    }
}

static void compare(const struct usage_rate_card *card, const struct usage_record *record, uint64_t hold,
                    unsigned number)
{
    mpz_t rated[2], fee[2];
    bool fits = true;
    struct usage_fee got;
    for (int c = 0; c < 2; c++) {
        mpz_inits(rated[c], fee[c], NULL);
        fits = fee_of(rated[c], fee[c], card, record, c) && fits;
    }
    enum roam_err err = usage_rate(&got, card, record, hold, NULL);
    if (err != (fits ? ROAM_OK : ROAM_E_OVERFLOW)) fail_msg("case %u: %s", number, roam_err_name(err));
    if (fits) {
        bool same = true;
        uint64_t net = to_u64(fee[0]), gross = to_u64(fee[1]);
        uint64_t payable = gross < hold ? gross : hold, net_part = net < hold ? net : hold;
        for (int c = 0; c < 2; c++)
            same = same && got.rated[c] == to_u64(rated[c]) && got.fee[c] == to_u64(fee[c]);
        same = same && got.payable == payable && got.payable_tax == payable - net_part;
        same = same && got.service_missed == (record->service_ppm < card->service_threshold_ppm);
        if (!same) fail_msg("case %u: fee differs", number);
    } else {
        count_negative++;
    }
    for (int c = 0; c < 2; c++) mpz_clears(rated[c], fee[c], NULL);
    count_property++;
}

static void agrees_with_rationals(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (unsigned i = 0; i < CASES; i++) {
        struct usage_rate_card card;
        struct usage_record record;
        bool edge = i < CASES / 10;
        random_card(&card, &prng, edge);
        random_record(&record, &card, &prng, edge);
        compare(&card, &record, pick(&prng, USAGE_MONEY_MAX, edge), i);
    }
    assert_true(count_negative > 0 && count_negative < CASES / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_rationals)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
