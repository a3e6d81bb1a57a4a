#include "hex.h"
#include "rounding_name.h"
#include "usage_json.h"

static unsigned long long wide(uint64_t value) { return value; }

static enum roam_err put_bytes(struct roam_buf *out, const char *key, const uint8_t bytes[32],
                               const char *end)
{
    char text[65];
    hex_encode(text, bytes, 32);
    return buf_printf(out, "\"%s\": \"%s\"%s", key, text, end);
}

/* 10^18 at a time. */
static enum roam_err put_u128(struct roam_buf *out, u128 value)
{
    const uint64_t part = UINT64_C(1000000000000000000);
    if (value < part) return buf_printf(out, "%llu", wide((uint64_t)value));
    ROAM_TRY(put_u128(out, value / part));
    return buf_printf(out, "%018llu", wide((uint64_t)(value % part)));
}

static enum roam_err put_amounts(struct roam_buf *out, const char *key, u128 net, u128 gross)
{
    ROAM_TRY(buf_printf(out, "\"%s\": {\"net\": \"", key));
    ROAM_TRY(put_u128(out, net));
    ROAM_TRY(buf_printf(out, "\", \"gross\": \""));
    ROAM_TRY(put_u128(out, gross));
    return buf_printf(out, "\"}, ");
}

enum roam_err usage_record_to_json(struct roam_buf *out, const struct usage_record *record)
{
    const char *comma = "";
    ROAM_TRY(buf_printf(out, "{\"quantity\": ["));
    for (int i = 0; i < USAGE_SLOTS; i++)
        ROAM_TRY(buf_printf(out, "%s\"%llu\"", i == 0 ? "" : ", ", wide(record->quantity[i])));
    ROAM_TRY(buf_printf(out, "], \"last\": ["));
    for (int i = 0; i < USAGE_SLOTS; i++) {
        if ((record->last_mask >> i & 1) == 0) continue;
        ROAM_TRY(buf_printf(out, "%s%d", comma, i));
        comma = ", ";
    }
    ROAM_TRY(buf_printf(out, "], \"service_ppm\": %u, \"renewable\": \"%llu\", \"co2_mg\": \"%llu\", ",
                        (unsigned)record->service_ppm, wide(record->renewable), wide(record->co2_mg)));
    ROAM_TRY(put_bytes(out, "evidence", record->evidence, ", "));
    return put_bytes(out, "salt", record->salt, "}\n");
}

static enum roam_err put_slot(struct roam_buf *out, const struct usage_slot *slot, const char *end)
{
    return buf_printf(
        out, "{\"net\": \"%llu\", \"gross\": \"%llu\", \"step\": %u, \"group\": %u, \"energy\": %s}%s",
        wide(slot->price[USAGE_NET]), wide(slot->price[USAGE_GROSS]), (unsigned)slot->step,
        (unsigned)slot->group, slot->is_energy ? "true" : "false", end);
}

enum roam_err usage_rate_card_to_json(struct roam_buf *out, const struct usage_rate_card *card)
{
    ROAM_TRY(buf_printf(out, "{\"slots\": ["));
    for (int i = 0; i < USAGE_SLOTS; i++)
        ROAM_TRY(put_slot(out, &card->slot[i], i + 1 < USAGE_SLOTS ? ", " : "], "));
    ROAM_TRY(put_amounts(out, "fixed", card->fixed[USAGE_NET], card->fixed[USAGE_GROSS]));
    ROAM_TRY(put_amounts(out, "minimum", card->minimum[USAGE_NET], card->minimum[USAGE_GROSS]));
    ROAM_TRY(put_amounts(out, "maximum", card->maximum[USAGE_NET], card->maximum[USAGE_GROSS]));
    ROAM_TRY(buf_printf(out,
                        "\"scale\": \"%llu\", \"rounding\": \"%s\", \"service_threshold_ppm\": %u, "
                        "\"service_credit_ppm\": %u, ",
                        wide(card->scale), rounding_name(card->rounding),
                        (unsigned)card->service_threshold_ppm, (unsigned)card->service_credit_ppm));
    return put_bytes(out, "salt", card->salt, "}\n");
}
