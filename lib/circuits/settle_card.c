#include "settle_card.h"

#include "commitment.h"
#include "gadget_bits.h"
#include "gadget_poseidon.h"

/* The card's fields as its commitment packs them. */
struct card_fields {
    lc price[2 * USAGE_SLOTS]; /* net, tax of each slot */
    lc slots[3 * USAGE_SLOTS + 1];
    lc terms[6];
    lc limits[4];
    lc salt;
};

static lc ranged(struct builder *b, u128 value, unsigned bits, lc *bit)
{
    fr element;
    fr_from_u128(&element, (uint64_t)value, (uint64_t)(value >> 64));
    lc wire = builder_private(b, &element);
    gadget_range(b, wire, bits, bit);
    return wire;
}

static lc pair_of_columns(struct builder *b, lc net, lc tax)
{
    fr coeff[2] = {fr_one, fr_pow2(SETTLE_COLUMN_SHIFT)};
    return lc_sum(b, (const lc[]){net, tax}, coeff, 2);
}

/* group = low + 2 high; group 3 is both, so the three flags need one product. */
static lc group_circuit(struct builder *b, lc in_group[USAGE_GROUPS], unsigned group)
{
    lc low = gadget_bit(b, group & 1), high = gadget_bit(b, group >> 1 & 1);
    in_group[2] = builder_product(b, low, high);
    in_group[0] = lc_sub(b, low, in_group[2]);
    in_group[1] = lc_sub(b, high, in_group[2]);
    return lc_add(b, low, lc_add(b, high, high));
}

static lc by_group(struct builder *b, const lc in_group[USAGE_GROUPS], unsigned at, unsigned shift)
{
    fr coeff[USAGE_GROUPS];
    for (unsigned k = 0; k < USAGE_GROUPS; k++) coeff[k] = fr_pow2(at + shift * k);
    return lc_sum(b, in_group, coeff, USAGE_GROUPS);
}

static lc last_of_slot(struct builder *b, const lc in_group[USAGE_GROUPS], lc step_less_1)
{
    lc step = builder_product(b, step_less_1, by_group(b, in_group, 0, SETTLE_STEP_SHIFT));
    lc count = by_group(b, in_group, SETTLE_COUNT_AT, SETTLE_COUNT_SHIFT);
    lc stray = lc_sub(b, lc_one(), lc_sum(b, in_group, NULL, USAGE_GROUPS));
    fr coeff[3] = {fr_one, fr_one, fr_pow2(SETTLE_STRAY_AT)};
    return lc_sum(b, (const lc[]){step, count, stray}, coeff, 3);
}

static void slot_circuit(struct builder *b, struct settle_card *out, struct card_fields *fields, unsigned i,
                         const struct usage_slot *slot)
{
    uint64_t net = slot->price[USAGE_NET], tax = slot->price[USAGE_GROSS] - net;
    fields->price[2 * i] = ranged(b, net, USAGE_PRICE_BITS, NULL);
    fields->price[2 * i + 1] = ranged(b, tax, USAGE_PRICE_BITS, NULL);
    fields->slots[i] = out->step_less_1[i] = ranged(b, slot->step - UINT64_C(1), USAGE_STEP_BITS, NULL);
    fields->slots[USAGE_SLOTS + i] = group_circuit(b, out->in_group[i], slot->group);
    fields->slots[2 * USAGE_SLOTS + i] = out->is_energy[i] = gadget_bit(b, slot->is_energy);

    out->price.element[i] = pair_of_columns(b, fields->price[2 * i], fields->price[2 * i + 1]);
    out->place.element[i] = by_group(b, out->in_group[i], 0, SETTLE_PLACE_SHIFT);
    out->last.element[i] = last_of_slot(b, out->in_group[i], out->step_less_1[i]);
    for (unsigned k = 0; k < USAGE_GROUPS; k++)
        out->last_price[k].element[i] = builder_product(b, out->in_group[i][k], out->price.element[i]);
}

static void slots_circuit(struct builder *b, struct settle_card *out, struct card_fields *fields,
                          const struct usage_rate_card *card)
{
    for (unsigned i = 0; i < USAGE_SLOTS; i++) slot_circuit(b, out, fields, i, &card->slot[i]);
    fields->slots[3 * USAGE_SLOTS] = builder_constant_u64(b, TAG_RATE_CARD);
    gadget_dot_prepare(b, &out->price);
    gadget_dot_prepare(b, &out->place);
    gadget_dot_prepare(b, &out->last);
    for (unsigned k = 0; k < USAGE_GROUPS; k++) gadget_dot_prepare(b, &out->last_price[k]);
}

/* bias: 0 down, scale - 1 up, floor(scale / 2) to nearest. For the lowest bit s of scale - 1, which is 1 if
 * scale is even, floor(scale / 2) = (scale - 1 + s) / 2. */
static lc rounding_circuit(struct builder *b, struct settle_card *out, unsigned rounding, lc scale_less_1,
                           lc s)
{
    lc low = gadget_bit(b, rounding & 1), nearest = gadget_bit(b, rounding >> 1 & 1);
    lc even = builder_product(b, low, nearest), up = lc_sub(b, low, even);
    fr half, two;
    fr_from_u64(&two, 2);
    fr_inv(&half, &two);
    lc half_scale = lc_scale(b, lc_add(b, scale_less_1, s), &half);
    out->bias = lc_add(b, builder_product(b, up, scale_less_1), builder_product(b, nearest, half_scale));
    out->ties_to_even = builder_product(b, even, s);
    return lc_add(b, low, lc_add(b, nearest, nearest));
}

static void terms_circuit(struct builder *b, struct settle_card *out, struct card_fields *fields,
                          const struct usage_rate_card *card)
{
    u128 net = card->fixed[USAGE_NET], tax = card->fixed[USAGE_GROSS] - net;
    lc scale_bit[USAGE_SCALE_BITS], credit_bit[USAGE_SERVICE_BITS];
    fields->terms[0] = ranged(b, net, USAGE_FIXED_BITS, NULL);
    fields->terms[1] = ranged(b, tax, USAGE_FIXED_BITS, NULL);
    lc scale_less_1 = fields->terms[2] = ranged(b, card->scale - 1, USAGE_SCALE_BITS, scale_bit);
    fields->terms[3] = rounding_circuit(b, out, (unsigned)card->rounding, scale_less_1, scale_bit[0]);
    out->threshold = fields->terms[4] = ranged(b, card->service_threshold_ppm, USAGE_SERVICE_BITS, NULL);
    out->credit = fields->terms[5] = ranged(b, card->service_credit_ppm, USAGE_SERVICE_BITS, credit_bit);
    gadget_at_most(b, credit_bit, USAGE_SERVICE_BITS, USAGE_PPM);
    out->fixed = pair_of_columns(b, fields->terms[0], fields->terms[1]);
    out->scale = lc_add(b, scale_less_1, lc_one());
}

static void limits_circuit(struct builder *b, struct settle_card *out, struct card_fields *fields,
                           const struct usage_rate_card *card)
{
    const uint64_t *amount[2] = {card->minimum, card->maximum};
    lc bit[2][USAGE_MONEY_BITS];
    for (unsigned i = 0; i < 2; i++) {
        uint64_t net = amount[i][USAGE_NET], tax = amount[i][USAGE_GROSS] - net;
        fields->limits[2 * i] = ranged(b, net, USAGE_MONEY_BITS, i == 1 ? bit[0] : NULL);
        fields->limits[2 * i + 1] = ranged(b, tax, USAGE_MONEY_BITS, i == 1 ? bit[1] : NULL);
    }
    struct settle_limits *limits_net = &out->limits[USAGE_NET], *limits_gross = &out->limits[USAGE_GROSS];
    limits_net->minimum = fields->limits[0];
    limits_net->maximum = fields->limits[2];
    limits_net->maximum_low = bit[0][0];
    limits_gross->minimum = lc_add(b, fields->limits[0], fields->limits[1]);
    limits_gross->maximum = lc_add(b, fields->limits[2], fields->limits[3]);
    lc both = builder_product(b, bit[0][0], bit[1][0]);
    limits_gross->maximum_low = lc_sub(b, lc_add(b, bit[0][0], bit[1][0]), lc_add(b, both, both));
}

static void commitment_circuit(struct builder *b, const struct card_fields *fields, lc commitment)
{
    static const unsigned price_bits[4] = {USAGE_PRICE_BITS, USAGE_PRICE_BITS, USAGE_PRICE_BITS,
                                           USAGE_PRICE_BITS};
    static const unsigned slot_bits[3 * USAGE_SLOTS + 1] = {24, 24, 24, 24, 24, 24, 24, 24, 2, 2, 2, 2, 2,
                                                            2,  2,  2,  1,  1,  1,  1,  1,  1, 1, 1, 32};
    static const unsigned term_bits[6] = {80, 80, 40, 2, 20, 20};
    static const unsigned limit_bits[4] = {56, 56, 56, 56};
    uint32_t mark = builder_mark(b);
    lc input[8];
    for (int k = 0; k < 4; k++) input[k] = gadget_pack(b, &fields->price[4 * k], price_bits, 4);
    input[4] = gadget_pack(b, fields->slots, slot_bits, 3 * USAGE_SLOTS + 1);
    input[5] = gadget_pack(b, fields->terms, term_bits, 6);
    input[6] = gadget_pack(b, fields->limits, limit_bits, 4);
    input[7] = fields->salt;
    gadget_poseidon_equal(b, lc_zero(), input, 8, commitment);
    builder_release(b, mark, NULL, 0);
}

void settle_card_circuit(struct builder *b, struct settle_card *out, const struct usage_rate_card *card,
                         lc commitment)
{
    struct card_fields fields;
    fr salt;
    ROAM_ASSERT(fr_from_le(&salt, card->salt) == ROAM_OK);
    fields.salt = builder_private(b, &salt);
    builder_enter(b, "card slots");
    slots_circuit(b, out, &fields, card);
    builder_leave(b);
    builder_enter(b, "card terms");
    terms_circuit(b, out, &fields, card);
    builder_leave(b);
    builder_enter(b, "card limits");
    limits_circuit(b, out, &fields, card);
    builder_leave(b);
    builder_enter(b, "card commitment");
    commitment_circuit(b, &fields, commitment);
    builder_leave(b);
}
