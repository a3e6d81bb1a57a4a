#include "telecom.h"

#include <openssl/evp.h>
#include <string.h>

#include "exact_json.h"
#include "exact_prices.h"
#include "rounding_name.h"

enum { SMS, DATA, VOICE, SERVICES };

/* Base units in one unit of each service. */
static const uint32_t units[SERVICES] = {1, 1000000, 60 * 25};

static struct usage_rate_card empty_card(enum usage_rounding rounding)
{
    struct usage_rate_card card = {.rounding = rounding};
    for (int i = 0; i < USAGE_SLOTS; i++) card.slot[i].step = 1;
    for (int c = 0; c < USAGE_COLUMNS; c++) card.maximum[c] = USAGE_MONEY_MAX;
    return card;
}

static enum roam_err take_evidence(struct usage_record *out, const char *text, size_t size)
{
    return EVP_Q_digest(NULL, "SHA256", NULL, text, size, out->evidence, NULL) == 1 ? ROAM_OK : ROAM_E_NOMEM;
}

/* A decimal string, not negative, with up to nine decimals and 27 digits. */
static enum roam_err take_number(struct fraction *out, const json_t *object, const char *key,
                                 struct roam_diag *diag)
{
    const char *text;
    struct decimal value;
    u128 under = 1;
    ROAM_TRY(json_take_string(&text, object, key, diag));
    enum roam_err err = decimal_parse(&value, text, strlen(text));
    if (err == ROAM_OK && (value.negative || value.decimals > 9 || value.digits / 1000000000 >> 60 != 0))
        err = ROAM_E_RANGE;
    if (err != ROAM_OK) return roam_diag(diag, err, "\"%s\" is \"%.40s\"", key, text);
    for (int i = 0; i < value.decimals; i++) under *= 10;
    *out = fraction_of(value.digits, under);
    return ROAM_OK;
}

static enum roam_err take_quantity(uint64_t *out, const json_t *object, const char *key, uint32_t unit,
                                   struct roam_diag *diag)
{
    struct fraction value = fraction_of(0, 1);
    ROAM_TRY(take_number(&value, object, key, diag));
    u128 over = value.over * unit; /* below 2^110 */
    if (over % value.under != 0 || over / value.under >> USAGE_QUANTITY_BITS != 0)
        return roam_diag(diag, ROAM_E_RANGE, "\"%s\" is too large, or no multiple of 1/%u", key,
                         (unsigned)unit);
    *out = (uint64_t)(over / value.under);
    return ROAM_OK;
}

static enum roam_err read_usage(struct usage_record *out, const struct exact_json *json,
                                struct roam_diag *diag)
{
    static const char *const keys[] = {"sms", "mb", "minutes", "service_ppm", NULL};
    const json_t *object = json->root;
    uint64_t service_ppm = USAGE_PPM;
    if (!json_is_object(object)) return roam_diag(diag, ROAM_E_FORMAT, "telecom usage is no JSON object");
    ROAM_TRY(json_only_keys(object, keys, diag));
    for (int i = 0; i < SERVICES; i++)
        ROAM_TRY(take_quantity(&out->quantity[i], object, keys[i], units[i], diag));
    if (json_object_get(object, "service_ppm") != NULL)
        ROAM_TRY(exact_json_u64(&service_ppm, json, object, "service_ppm", USAGE_PPM, diag));
    out->service_ppm = (uint32_t)service_ppm;
    return ROAM_OK;
}

/* The price of a base unit in minor units: price * 10^decimals / unit. */
static enum roam_err take_price(struct fraction out[USAGE_COLUMNS], const json_t *object, const char *key,
                                uint32_t unit, u128 minor_units, struct fraction tax, struct roam_diag *diag)
{
    struct fraction price;
    ROAM_TRY(take_number(&price, object, key, diag));
    if (!fraction_mul(&price, price, fraction_of(minor_units, unit)) ||
        !exact_price_with_tax(out, price, tax))
        return roam_diag(diag, ROAM_E_UNSUPPORTED, "\"%s\" leaves 128 bits", key);
    return ROAM_OK;
}

static enum roam_err read_rates(struct usage_rate_card *out, const struct exact_json *json,
                                struct roam_diag *diag)
{
    static const char *const keys[] = {"sms", "mb", "minutes", "decimals", "tax_percent", "rounding", NULL};
    const json_t *object = json->root;
    struct fraction price[SERVICES][USAGE_COLUMNS], tax = fraction_of(0, 1);
    uint64_t decimals;
    const char *name;
    enum usage_rounding rounding;
    u128 minor_units = 1;
    if (!json_is_object(object)) return roam_diag(diag, ROAM_E_FORMAT, "telecom rates are no JSON object");
    ROAM_TRY(json_only_keys(object, keys, diag));
    ROAM_TRY(exact_json_u64(&decimals, json, object, "decimals", 9, diag));
    ROAM_TRY(json_take_string(&name, object, "rounding", diag));
    ROAM_TRY(rounding_from_name(&rounding, name, diag));
    if (json_object_get(object, "tax_percent") != NULL)
        ROAM_TRY(take_number(&tax, object, "tax_percent", diag));
    for (uint64_t i = 0; i < decimals; i++) minor_units *= 10;
    for (int i = 0; i < SERVICES; i++)
        ROAM_TRY(take_price(price[i], object, keys[i], units[i], minor_units, tax, diag));
    *out = empty_card(rounding);
    return exact_prices_set(out, (const struct fraction(*)[USAGE_COLUMNS])price, SERVICES, diag);
}

enum roam_err telecom_usage_parse(struct usage_record *out, const char *text, size_t size,
                                  struct roam_diag *diag)
{
    struct exact_json json;
    struct usage_record record = {0};
    ROAM_TRY(exact_json_parse(&json, text, size, diag));
    enum roam_err err = read_usage(&record, &json, diag);
    exact_json_release(&json);
    ROAM_TRY(err);
    ROAM_TRY(take_evidence(&record, text, size));
    *out = record;
    return ROAM_OK;
}

enum roam_err telecom_rates_parse(struct usage_rate_card *out, const char *text, size_t size,
                                  struct roam_diag *diag)
{
    struct exact_json json;
    struct usage_rate_card card;
    ROAM_TRY(exact_json_parse(&json, text, size, diag));
    enum roam_err err = read_rates(&card, &json, diag);
    exact_json_release(&json);
    ROAM_TRY(err);
    *out = card;
    return ROAM_OK;
}

/* ---- the plain form */

static enum roam_err read_plain(struct usage_record *record, struct usage_rate_card *card, uint64_t *total,
                                const json_t *object, struct roam_diag *diag)
{
    static const char *const keys[] = {"n_sms",   "n_mb", "n_min",   "r_sms", "r_mb",
                                       "r_voice", "T",    "hashCDR", NULL};
    struct fraction price[SERVICES][USAGE_COLUMNS];
    if (!json_is_object(object)) return roam_diag(diag, ROAM_E_FORMAT, "the plain record is no JSON object");
    ROAM_TRY(json_only_keys(object, keys, diag));
    *record = (struct usage_record){.service_ppm = USAGE_PPM};
    *card = empty_card(USAGE_ROUND_DOWN); /* nothing is left to round */
    for (int i = 0; i < SERVICES; i++) {
        uint64_t number = 0, rate = 0;
        ROAM_TRY(take_quantity(&number, object, keys[i], 1, diag));
        ROAM_TRY(take_quantity(&rate, object, keys[SERVICES + i], 1, diag));
        if (number > ((UINT64_C(1) << USAGE_QUANTITY_BITS) - 1) / units[i])
            return roam_diag(diag, ROAM_E_RANGE, "\"%s\" is too large", keys[i]);
        record->quantity[i] = number * units[i];
        price[i][USAGE_NET] = price[i][USAGE_GROSS] = fraction_of(rate, units[i]);
    }
    ROAM_TRY(take_quantity(total, object, "T", 1, diag));
    return exact_prices_set(card, (const struct fraction(*)[USAGE_COLUMNS])price, SERVICES, diag);
}

enum roam_err telecom_plain_parse(struct usage_record *record, struct usage_rate_card *card, const char *text,
                                  size_t size, struct roam_diag *diag)
{
    struct exact_json json;
    struct usage_fee fee;
    uint64_t total = 0;
    ROAM_TRY(exact_json_parse(&json, text, size, diag));
    enum roam_err err = read_plain(record, card, &total, json.root, diag);
    exact_json_release(&json);
    ROAM_TRY(err);
    ROAM_TRY(take_evidence(record, text, size));
    ROAM_TRY(usage_rate(&fee, card, record, 0, diag));
    if (fee.fee[USAGE_GROSS] == total) return ROAM_OK;
    return roam_diag(diag, ROAM_E_MISMATCH, "T is %llu, the rates and numbers make %llu",
                     (unsigned long long)total, (unsigned long long)fee.fee[USAGE_GROSS]);
}
