#include "commitment.h"

#include "pack.h"
#include "poseidon.h"

#include <string.h>

static fr small_element(uint64_t value)
{
    fr out;
    fr_from_u64(&out, value);
    return out;
}

void usage_evidence(fr *out, const uint8_t evidence[32])
{
    uint8_t bytes[32];
    memcpy(bytes, evidence, sizeof bytes);
    bytes[0] &= 0x1f;
    ROAM_ASSERT(fr_from_be(out, bytes) == ROAM_OK);
}

enum roam_err usage_commitment(fr *out, const struct usage_record *record)
{
    ROAM_TRY(usage_record_check(record, NULL));
    struct pack quantities[2] = {0}, attributes = {0};
    for (int i = 0; i < USAGE_SLOTS; i++)
        pack_put(&quantities[i / 4], record->quantity[i], USAGE_QUANTITY_BITS);
    pack_put(&quantities[0], TAG_USAGE, 32);
    pack_put(&quantities[1], record->last_mask, USAGE_SLOTS);
    pack_put(&attributes, record->renewable, USAGE_QUANTITY_BITS);
    pack_put(&attributes, record->co2_mg, USAGE_QUANTITY_BITS);
    pack_put(&attributes, record->service_ppm, USAGE_SERVICE_BITS);
    fr input[5] = {pack_element(&quantities[0]), pack_element(&quantities[1]), pack_element(&attributes)};
    usage_evidence(&input[3], record->evidence);
    ROAM_TRY(fr_from_le(&input[4], record->salt));
    poseidon(out, input, 5);
    return ROAM_OK;
}

void usage_sign_inputs(fr out[USAGE_SIGN_INPUTS], const fr *session_id, uint64_t seq, const fr *commitment)
{
    out[0] = small_element(TAG_SIGN);
    out[1] = *session_id;
    out[2] = small_element(seq);
    out[3] = *commitment;
}

void usage_sign_message(fr *out, const fr *session_id, uint64_t seq, const fr *commitment)
{
    fr input[USAGE_SIGN_INPUTS];
    usage_sign_inputs(input, session_id, seq, commitment);
    poseidon(out, input, USAGE_SIGN_INPUTS);
}

static void put_columns(struct pack *pack, u128 net, u128 gross, unsigned bits)
{
    pack_put(pack, net, bits);
    pack_put(pack, gross - net, bits);
}

static fr pack_slots(const struct usage_rate_card *card)
{
    struct pack pack = {0};
    for (int i = 0; i < USAGE_SLOTS; i++) pack_put(&pack, card->slot[i].step - 1, USAGE_STEP_BITS);
    for (int i = 0; i < USAGE_SLOTS; i++) pack_put(&pack, card->slot[i].group, 2);
    for (int i = 0; i < USAGE_SLOTS; i++) pack_put(&pack, card->slot[i].is_energy, 1);
    pack_put(&pack, TAG_RATE_CARD, 32);
    return pack_element(&pack);
}

static fr pack_terms(const struct usage_rate_card *card)
{
    struct pack pack = {0};
    put_columns(&pack, card->fixed[USAGE_NET], card->fixed[USAGE_GROSS], USAGE_FIXED_BITS);
    pack_put(&pack, card->scale - 1, USAGE_SCALE_BITS);
    pack_put(&pack, (unsigned)card->rounding, 2);
    pack_put(&pack, card->service_threshold_ppm, USAGE_SERVICE_BITS);
    pack_put(&pack, card->service_credit_ppm, USAGE_SERVICE_BITS);
    return pack_element(&pack);
}

static fr pack_limits(const struct usage_rate_card *card)
{
    struct pack pack = {0};
    put_columns(&pack, card->minimum[USAGE_NET], card->minimum[USAGE_GROSS], USAGE_MONEY_BITS);
    put_columns(&pack, card->maximum[USAGE_NET], card->maximum[USAGE_GROSS], USAGE_MONEY_BITS);
    return pack_element(&pack);
}

enum roam_err usage_rate_card_commitment(fr *out, const struct usage_rate_card *card)
{
    ROAM_TRY(usage_rate_card_check(card, NULL));
    fr input[8];
    for (int k = 0; k < USAGE_SLOTS / 2; k++) {
        struct pack pack = {0};
        for (int i = 2 * k; i < 2 * k + 2; i++)
            put_columns(&pack, card->slot[i].price[USAGE_NET], card->slot[i].price[USAGE_GROSS],
                        USAGE_PRICE_BITS);
        input[k] = pack_element(&pack);
    }
    input[4] = pack_slots(card);
    input[5] = pack_terms(card);
    input[6] = pack_limits(card);
    ROAM_TRY(fr_from_le(&input[7], card->salt));
    poseidon(out, input, 8);
    return ROAM_OK;
}

void esg_commitment(fr *out, const struct esg_sums *sums, const fr *salt)
{
    struct pack pack = {0};
    pack_put(&pack, sums->energy, 72);
    pack_put(&pack, sums->renewable, 72);
    pack_put(&pack, sums->co2_mg, 72);
    pack_put(&pack, TAG_ESG, 32);
    fr input[2] = {pack_element(&pack), *salt};
    poseidon(out, input, 2);
}
