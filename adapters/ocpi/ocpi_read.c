#include "ocpi_read.h"

#include <string.h>

#include "civil.h"

enum { NS_PER_S = 1000000000 };

enum roam_err ocpi_find_text(char *out, size_t out_size, const json_t *object, const char *key,
                             struct roam_diag *diag)
{
    const char *text;
    ROAM_TRY(json_find_string(&text, object, key, diag));
    size_t size = text == NULL ? 0 : strlen(text);
    if (size >= out_size)
        return roam_diag(diag, ROAM_E_LIMIT, "OCPI: %s of %zu bytes, at most %zu", key, size, out_size - 1);
    if (size > 0) memcpy(out, text, size);
    out[size] = '\0';
    return ROAM_OK;
}

enum roam_err ocpi_take_text(char *out, size_t out_size, const json_t *object, const char *key,
                             struct roam_diag *diag)
{
    const char *text;
    ROAM_TRY(json_take_string(&text, object, key, diag));
    return ocpi_find_text(out, out_size, object, key, diag);
}

enum roam_err ocpi_take_currency(char out[4], const json_t *object, struct roam_diag *diag)
{
    ROAM_TRY(ocpi_take_text(out, 4, object, "currency", diag));
    if (strspn(out, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "OCPI: currency \"%s\" is not an ISO 4217 code", out);
}

/* A fraction of one to nine digits and Z, each optional, up to the end of the text. */
static enum roam_err take_fraction(int64_t *ns, const char *text)
{
    *ns = 0;
    if (text[0] == '.') {
        size_t digits = strspn(++text, "0123456789");
        if (digits < 1 || digits > 9) return ROAM_E_FORMAT;
        for (size_t i = 0; i < 9; i++) *ns = 10 * *ns + (i < digits ? text[i] - '0' : 0);
        text += digits;
    }
    if (text[0] == 'Z') text++;
    return text[0] == '\0' ? ROAM_OK : ROAM_E_FORMAT;
}

enum roam_err ocpi_find_time(int64_t *out, const json_t *object, const char *key, struct roam_diag *diag)
{
    const char *text;
    int64_t seconds, ns;
    ROAM_TRY(json_find_string(&text, object, key, diag));
    if (text == NULL) return ROAM_OK;
    if (strlen(text) < 19 || civil_parse(&seconds, text) != ROAM_OK ||
        take_fraction(&ns, text + 19) != ROAM_OK)
        return roam_diag(diag, ROAM_E_FORMAT, "OCPI: %s \"%.40s\" is not a UTC time", key, text);
    if (seconds > INT64_MAX / NS_PER_S - 1 || seconds < -(INT64_MAX / NS_PER_S - 1))
        return roam_diag(diag, ROAM_E_RANGE, "OCPI: %s \"%.40s\" is not in 1700 to 2200", key, text);
    *out = seconds * NS_PER_S + ns;
    return ROAM_OK;
}

enum roam_err ocpi_take_time(int64_t *out, const json_t *object, const char *key, struct roam_diag *diag)
{
    const char *text;
    ROAM_TRY(json_take_string(&text, object, key, diag));
    return ocpi_find_time(out, object, key, diag);
}

enum roam_err ocpi_fixed(int64_t *out, const struct decimal *value, const char *what, struct roam_diag *diag)
{
    struct decimal magnitude = *value;
    uint64_t fixed;
    magnitude.negative = false;
    if (decimal_to_u64(&fixed, &magnitude, OCPI_DECIMALS) != ROAM_OK || fixed >> 62 != 0)
        return roam_diag(diag, ROAM_E_RANGE, "OCPI: %s is too large or has more than %d decimals", what,
                         OCPI_DECIMALS);
    *out = value->negative ? -(int64_t)fixed : (int64_t)fixed;
    return ROAM_OK;
}

/* amount += the amounts of taxes, in 10^-4. */
static enum roam_err add_taxes(struct decimal *amount, const struct exact_json *json, const json_t *taxes,
                               struct roam_diag *diag)
{
    int64_t sum = 0, tax = 0;
    ROAM_TRY(ocpi_fixed(&sum, amount, "a price", diag));
    for (size_t i = 0; i < json_array_size(taxes); i++) {
        struct decimal value;
        ROAM_TRY(exact_json_decimal(&value, json, json_array_get(taxes, i), "amount", diag));
        ROAM_TRY(ocpi_fixed(&tax, &value, "a tax", diag));
        if (__builtin_add_overflow(sum, tax, &sum))
            return roam_diag(diag, ROAM_E_RANGE, "OCPI: sum of taxes");
    }
    *amount = (struct decimal){(u128)(sum < 0 ? -sum : sum), OCPI_DECIMALS, sum < 0};
    return ROAM_OK;
}

enum roam_err ocpi_read_money(struct decimal amount[USAGE_COLUMNS], bool *has_gross,
                              const struct exact_json *json, const json_t *object, struct roam_diag *diag)
{
    const json_t *taxes;
    bool has_net;
    ROAM_TRY(exact_json_find_decimal(&amount[USAGE_NET], &has_net, json, object, "excl_vat", diag));
    if (has_net)
        return exact_json_find_decimal(&amount[USAGE_GROSS], has_gross, json, object, "incl_vat", diag);
    ROAM_TRY(exact_json_decimal(&amount[USAGE_NET], json, object, "before_taxes", diag));
    ROAM_TRY(exact_json_find_decimal(&amount[USAGE_GROSS], has_gross, json, object, "after_taxes", diag));
    ROAM_TRY(json_find_array(&taxes, object, "taxes", diag));
    if (*has_gross || taxes == NULL) return ROAM_OK;
    *has_gross = true;
    amount[USAGE_GROSS] = amount[USAGE_NET];
    return add_taxes(&amount[USAGE_GROSS], json, taxes, diag);
}
