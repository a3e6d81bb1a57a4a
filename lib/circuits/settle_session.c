#include "settle_session.h"

#include "gadget_bits.h"
#include "gadget_poseidon.h"

enum { QUOTIENT_BITS = 51 };

static const u128 column_mask = ((u128)1 << SETTLE_COLUMN_SHIFT) - 1;

/* What one session's gadgets hand to each other. */
struct session {
    const struct settle_card *card;
    struct dot_vector quantity, last;
    lc service, renewable, co2_mg, hold;
    lc round_up[USAGE_GROUPS];    /* e_k */
    lc step_less_1[USAGE_GROUPS]; /* t_k */
    lc last_count[USAGE_GROUPS];  /* n_k */
    lc group_total[USAGE_GROUPS]; /* X_k */
    lc missed;
};

struct column {
    const struct settle_limits *limits;
    lc rated, product, remainder; /* product = rated * scale */
    lc low, limited;
    lc limited_bit[USAGE_MONEY_BITS]; /* of the range that bounds it from above */
};

static lc ranged(struct builder *b, uint64_t value, unsigned bits)
{
    lc wire = builder_private_u64(b, value);
    gadget_range(b, wire, bits, NULL);
    return wire;
}

static void measures_circuit(struct builder *b, struct session *s, const struct usage_record *record)
{
    for (unsigned i = 0; i < USAGE_SLOTS; i++)
        s->quantity.element[i] = ranged(b, record->quantity[i], USAGE_QUANTITY_BITS);
    for (unsigned i = 0; i < USAGE_SLOTS; i++) s->last.element[i] = gadget_bit(b, record->last_mask >> i & 1);
    s->renewable = ranged(b, record->renewable, USAGE_QUANTITY_BITS);
    s->co2_mg = ranged(b, record->co2_mg, USAGE_QUANTITY_BITS);
    s->service = builder_private_u64(b, record->service_ppm);
}

static lc commitment_circuit(struct builder *b, const struct session *s, const struct usage_record *record)
{
    static const unsigned quantity_bits[] = {48, 48, 48, 48, 1, 1, 1, 1, 1, 1, 1, 1};
    static const unsigned attribute_bits[] = {48, 48, 20};
    const lc *q = s->quantity.element, *last = s->last.element;
    fr evidence, salt;
    usage_evidence(&evidence, record->evidence);
    ROAM_ASSERT(fr_from_le(&salt, record->salt) == ROAM_OK);
    lc first[5] = {q[0], q[1], q[2], q[3], builder_constant_u64(b, TAG_USAGE)}, second[4 + USAGE_SLOTS];
    for (int i = 0; i < 4; i++) second[i] = q[4 + i];
    for (int i = 0; i < USAGE_SLOTS; i++) second[4 + i] = last[i];
    lc input[5] = {gadget_pack(b, first, quantity_bits, 5),
                   gadget_pack(b, second, quantity_bits, 4 + USAGE_SLOTS),
                   gadget_pack(b, (const lc[]){s->renewable, s->co2_mg, s->service}, attribute_bits, 3),
                   builder_private(b, &evidence), builder_private(b, &salt)};
    return gadget_poseidon(b, lc_zero(), input, 5);
}

/* The sum of x[i] * y[i] over the slots of group k, for hints. */
static fr sum_in_group(const struct settle_card *card, unsigned k, const lc *x, const lc *y)
{
    fr sum = fr_zero, product;
    for (unsigned i = 0; i < USAGE_SLOTS; i++) {
        fr_mul(&product, &card->in_group[i][k].value, &x[i].value);
        if (y != NULL) fr_mul(&product, &product, &y[i].value);
        fr_add(&sum, &sum, &product);
    }
    return sum;
}

static void group_circuit(struct builder *b, struct session *s, unsigned k)
{
    fr step_less_1 = sum_in_group(s->card, k, s->last.element, s->card->step_less_1);
    lc count = {.value = sum_in_group(s->card, k, s->last.element, NULL)};
    lc total = {.value = sum_in_group(s->card, k, s->quantity.element, NULL)};
    s->step_less_1[k] = builder_private(b, &step_less_1);
    s->last_count[k] = gadget_bit(b, lc_u64(&count) != 0);

    uint64_t step = lc_u64(&s->step_less_1[k]) % (UINT64_C(1) << USAGE_STEP_BITS) + 1, sum = lc_u64(&total);
    s->round_up[k] = ranged(b, (step - sum % step) % step, USAGE_STEP_BITS);
    gadget_range(b, lc_sub(b, s->step_less_1[k], s->round_up[k]), USAGE_STEP_BITS, NULL);
    fr quotient;
    fr_from_u64(&quotient, sum / step + (sum % step != 0));
    lc product = builder_product(b, gadget_number(b, &quotient, QUOTIENT_BITS, NULL),
                                 lc_add(b, s->step_less_1[k], lc_one()));
    s->group_total[k] = lc_sub(b, product, s->round_up[k]);
}

/* Steps 2 and 3 of the header. */
static void groups_circuit(struct builder *b, struct session *s)
{
    lc last[2 * USAGE_GROUPS];
    fr last_coeff[2 * USAGE_GROUPS], place_coeff[USAGE_GROUPS];
    gadget_dot_prepare(b, &s->quantity);
    gadget_dot_prepare(b, &s->last);
    for (unsigned k = 0; k < USAGE_GROUPS; k++) {
        group_circuit(b, s, k);
        last[k] = s->step_less_1[k];
        last[USAGE_GROUPS + k] = s->last_count[k];
        last_coeff[k] = fr_pow2(SETTLE_STEP_SHIFT * k);
        last_coeff[USAGE_GROUPS + k] = fr_pow2(SETTLE_COUNT_AT + SETTLE_COUNT_SHIFT * k);
        place_coeff[k] = fr_pow2(SETTLE_PLACE_SHIFT * k);
    }
    gadget_dot_equal(b, &s->card->last, &s->last, lc_sum(b, last, last_coeff, 2 * USAGE_GROUPS));
    gadget_dot_equal(b, &s->card->place, &s->quantity, lc_sum(b, s->group_total, place_coeff, USAGE_GROUPS));
}

/* Hints and ranges of rated and remainder; the equation that binds them is in prices_circuit. */
static void rated_circuit(struct builder *b, struct column *c, const struct settle_card *card, u128 sum)
{
    u128 scale = lc_u64(&card->scale), biased = sum + lc_u64(&card->bias);
    if (scale == 0) scale = 1; /* no assignment yet */
    u128 rated = biased / scale, remainder = biased % scale;
    if (remainder == 0 && (rated & 1) == 1 && !fr_is_zero(&card->ties_to_even.value)) {
        rated--;
        remainder = scale;
    }
    fr element;
    fr_from_u128(&element, (uint64_t)rated, (uint64_t)(rated >> 64));
    c->rated = builder_private(b, &element);
    c->product = builder_product(b, c->rated, card->scale);
    c->remainder = ranged(b, (uint64_t)remainder, USAGE_SCALE_BITS);
    lc room = lc_sub(b, lc_add(b, card->scale, card->ties_to_even), lc_add(b, c->remainder, lc_one()));
    gadget_range(b, room, USAGE_SCALE_BITS, NULL);
}

/* net + tax * 2^112 of a value known to be such a pair */
static void split_columns(u128 sum[USAGE_COLUMNS], const fr *pair)
{
    uint64_t limb[4];
    fr_to_limbs(limb, pair);
    sum[USAGE_NET] = (limb[0] | (u128)limb[1] << 64) & column_mask;
    sum[USAGE_GROSS] = sum[USAGE_NET] + (limb[1] >> 48 | (u128)limb[2] << 16 | (u128)limb[3] << 80);
}

/* rated * scale + remainder - bias */
static lc rated_sum(struct builder *b, const struct column *c, const struct settle_card *card)
{
    return lc_sub(b, lc_add(b, c->product, c->remainder), card->bias);
}

/* Step 4: sum q_i price_i + sum e_k last_price_k + fixed for both columns at once; the last product is what
 * the equation leaves for it. */
static void prices_circuit(struct builder *b, struct session *s, struct column column[USAGE_COLUMNS])
{
    const struct settle_card *card = s->card;
    lc price[USAGE_GROUPS], sum = lc_add(b, gadget_dot(b, &card->price, &s->quantity), card->fixed);
    for (unsigned k = 0; k < USAGE_GROUPS; k++) price[k] = gadget_dot(b, &card->last_price[k], &s->last);
    for (unsigned k = 0; k + 1 < USAGE_GROUPS; k++)
        sum = lc_add(b, sum, builder_product(b, s->round_up[k], price[k]));
    lc up = s->round_up[USAGE_GROUPS - 1], up_price = price[USAGE_GROUPS - 1];

    fr pair;
    u128 hint[USAGE_COLUMNS];
    fr_mul(&pair, &up.value, &up_price.value);
    fr_add(&pair, &pair, &sum.value);
    split_columns(hint, &pair);
    for (int c = 0; c < USAGE_COLUMNS; c++) rated_circuit(b, &column[c], card, hint[c]);

    fr shift = fr_pow2(SETTLE_COLUMN_SHIFT);
    lc net = rated_sum(b, &column[USAGE_NET], card), gross = rated_sum(b, &column[USAGE_GROSS], card);
    lc claimed = lc_add(b, net, lc_scale(b, lc_sub(b, gross, net), &shift));
    builder_constrain(b, up, up_price, lc_sub(b, claimed, sum));
}

/* x + y * z of assigned values, for hints */
static fr multiply_add(const lc *x, const lc *y, const lc *z)
{
    fr out;
    fr_mul(&out, &y->value, &z->value);
    fr_add(&out, &out, &x->value);
    return out;
}

/* Step 5. Both lines are numbers made of bits, and stand where the products go: in C. */
static void limits_circuit(struct builder *b, struct column *c)
{
    lc minimum = c->limits->minimum, maximum = c->limits->maximum, f = c->rated;
    lc below = lc_sub(b, f, minimum), above = lc_sub(b, maximum, f);
    lc high = gadget_bit(b, fr_is_negative(&above.value));
    fr hint = multiply_add(&below, &high, &minimum);
    c->low = gadget_bit(b, fr_is_negative(&hint));
    lc line = gadget_signed(b, &hint, c->low, USAGE_MONEY_BITS, NULL);
    builder_constrain(b, high, minimum, lc_sub(b, line, below));

    hint = multiply_add(&above, &c->low, &below);
    lc room = gadget_signed(b, &hint, high, USAGE_MONEY_BITS, c->limited_bit), x1 = lc_sub(b, maximum, room);
    builder_constrain(b, c->low, below, lc_sub(b, f, x1));
    hint = multiply_add(&x1, &high, &room);
    c->limited = builder_private(b, &hint);
    builder_constrain(b, room, high, lc_sub(b, c->limited, x1));
}

/* The end of step 4. parity = maximum_low xor the lowest bit of maximum - x1. */
static void tie_circuit(struct builder *b, const struct column *c, const struct settle_card *card)
{
    lc m = c->limits->maximum_low, n = c->limited_bit[0], both = builder_product(b, m, n);
    lc parity = lc_sub(b, lc_add(b, m, n), lc_add(b, both, both));
    lc distance = builder_product(b, c->remainder, lc_sub(b, card->scale, c->remainder));
    lc no_tie = lc_add(b, lc_add(b, distance, c->low), lc_sub(b, lc_one(), card->ties_to_even));
    fr inverse = fr_zero;
    if (!fr_is_zero(&parity.value)) {
        fr_inv(&inverse, &no_tie.value);
        fr_mul(&inverse, &inverse, &parity.value);
    }
    builder_constrain(b, no_tie, builder_private(b, &inverse), parity);
}

/* out = floor(amount * factor / 10^6), and min(out, hold). out is hold - room, where room and loss are
 * numbers made of bits. */
static lc paid_circuit(struct builder *b, lc amount, lc factor, lc hold)
{
    lc loss_bit[USAGE_SERVICE_BITS], product;
    fr_mul(&product.value, &amount.value, &factor.value);
    u128 hint = lc_u128(&product);
    fr value, ppm;
    fr_from_u64(&ppm, USAGE_PPM);
    fr_from_u64(&value, (uint64_t)(hint % USAGE_PPM));
    lc loss = gadget_number(b, &value, USAGE_SERVICE_BITS, loss_bit);
    gadget_at_most(b, loss_bit, USAGE_SERVICE_BITS, USAGE_PPM - 1);

    fr_from_u64(&value, (uint64_t)(hint / USAGE_PPM));
    fr_sub(&value, &hold.value, &value);
    lc over = gadget_bit(b, fr_is_negative(&value));
    lc room = gadget_signed(b, &value, over, USAGE_MONEY_BITS, NULL), out = lc_sub(b, hold, room);
    builder_constrain(b, amount, factor, lc_add(b, lc_scale(b, out, &ppm), loss));
    value = multiply_add(&out, &over, &room);
    lc paid = builder_private(b, &value);
    builder_constrain(b, room, over, lc_sub(b, paid, out));
    return paid;
}

/* Steps 6 and 7 */
static void payment_circuit(struct builder *b, const struct session *s, const struct column *column, lc *paid)
{
    lc missed = gadget_is_negative(b, lc_sub(b, s->service, s->card->threshold), USAGE_SERVICE_BITS);
    lc factor = lc_sub(b, builder_constant_u64(b, USAGE_PPM), builder_product(b, missed, s->card->credit));
    for (int c = 0; c < USAGE_COLUMNS; c++) paid[c] = paid_circuit(b, column[c].limited, factor, s->hold);
}

static void fee_circuit(struct builder *b, struct session *s, lc paid[USAGE_COLUMNS])
{
    struct column column[USAGE_COLUMNS];
    builder_enter(b, "session prices");
    prices_circuit(b, s, column);
    builder_leave(b);
    for (int c = 0; c < USAGE_COLUMNS; c++) {
        column[c].limits = &s->card->limits[c];
        builder_enter(b, "session limits");
        limits_circuit(b, &column[c]);
        builder_leave(b);
        builder_enter(b, "session ties");
        tie_circuit(b, &column[c], s->card);
        builder_leave(b);
    }
    builder_enter(b, "session credit and hold");
    payment_circuit(b, s, column, paid);
    builder_leave(b);
}

void settle_session_circuit(struct builder *b, struct settle_session_wires *out,
                            const struct settle_card *card, const struct settle_session *session)
{
    struct session s = {.card = card};
    builder_enter(b, "session measures");
    measures_circuit(b, &s, &session->record);
    builder_leave(b);
    builder_enter(b, "session commitment");
    out->commitment = commitment_circuit(b, &s, &session->record);
    builder_leave(b);
    out->hold = s.hold = builder_private_u64(b, session->hold_minor);
    builder_enter(b, "session groups");
    groups_circuit(b, &s);
    builder_leave(b);
    fee_circuit(b, &s, out->paid);
    for (int i = 0; i < USAGE_SLOTS; i++) out->quantity[i] = s.quantity.element[i];
    out->renewable = s.renewable;
    out->co2_mg = s.co2_mg;
}
