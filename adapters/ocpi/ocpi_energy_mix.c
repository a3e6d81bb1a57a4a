#include <string.h>

#include "ocpi_read.h"

enum { PPM_DECIMALS = 4 }; /* 1 percent = 10^4 ppm */

/* A percentage or an amount: not negative. */
static enum roam_err take_amount(struct decimal *out, const struct exact_json *json, const json_t *object,
                                 const char *key, struct roam_diag *diag)
{
    ROAM_TRY(exact_json_decimal(out, json, object, key, diag));
    return out->negative ? roam_diag(diag, ROAM_E_RANGE, "OCPI: energy mix with a negative %s", key)
                         : ROAM_OK;
}

/* Rounded down; capped where it is refused anyway. */
static uint32_t to_ppm(const struct decimal *percent)
{
    u128 digits = percent->digits;
    int shift = PPM_DECIMALS - percent->decimals;
    for (; shift < 0; shift++) digits /= 10;
    for (; shift > 0 && digits <= USAGE_PPM; shift--) digits *= 10;
    return digits > USAGE_PPM ? USAGE_PPM + 1 : (uint32_t)digits;
}

static bool is_renewable(const char *source)
{
    static const char *const names[] = {"GENERAL_GREEN", "SOLAR", "WIND", "WATER"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(source, names[i]) == 0) return true;
    return false;
}

static enum roam_err read_sources(struct ocpi_energy_mix *out, const struct exact_json *json,
                                  const json_t *mix, struct roam_diag *diag)
{
    const json_t *sources;
    uint64_t total = 0;
    ROAM_TRY(json_find_array(&sources, mix, "energy_sources", diag));
    for (size_t i = 0; i < json_array_size(sources); i++) {
        const json_t *entry = json_array_get(sources, i);
        const char *source;
        struct decimal percent;
        ROAM_TRY(json_take_string(&source, entry, "source", diag));
        ROAM_TRY(take_amount(&percent, json, entry, "percentage", diag));
        total += to_ppm(&percent);
        if (total > USAGE_PPM)
            return roam_diag(diag, ROAM_E_RANGE, "OCPI: energy sources of more than 100 percent");
        if (is_renewable(source)) out->renewable_ppm += to_ppm(&percent);
    }
    return ROAM_OK;
}

static enum roam_err read_impact(struct ocpi_energy_mix *out, const struct exact_json *json,
                                 const json_t *mix, struct roam_diag *diag)
{
    const json_t *impacts;
    ROAM_TRY(json_find_array(&impacts, mix, "environ_impact", diag));
    for (size_t i = 0; i < json_array_size(impacts); i++) {
        const json_t *entry = json_array_get(impacts, i);
        const char *category;
        ROAM_TRY(json_take_string(&category, entry, "category", diag));
        if (strcmp(category, "CARBON_DIOXIDE") == 0)
            ROAM_TRY(take_amount(&out->co2_g_per_kwh, json, entry, "amount", diag));
    }
    return ROAM_OK;
}

static enum roam_err read_mix(struct ocpi_energy_mix *out, const struct exact_json *json,
                              struct roam_diag *diag)
{
    const json_t *mix;
    bool is_green;
    if (!json_is_object(json->root))
        return roam_diag(diag, ROAM_E_FORMAT, "OCPI: the energy mix is no object");
    ROAM_TRY(json_find_object(&mix, json->root, "energy_mix", diag));
    if (mix == NULL) mix = json->root;
    if (!json_is_boolean(json_object_get(mix, "is_green_energy")))
        return roam_diag(diag, ROAM_E_FORMAT, "OCPI: energy mix without is_green_energy");
    ROAM_TRY(json_find_bool(&is_green, mix, "is_green_energy", diag));
    if (is_green) {
        out->renewable_ppm = USAGE_PPM;
        return ROAM_OK;
    }
    ROAM_TRY(read_sources(out, json, mix, diag));
    return read_impact(out, json, mix, diag);
}

enum roam_err ocpi_energy_mix_parse(struct ocpi_energy_mix *out, const char *text, size_t size,
                                    struct roam_diag *diag)
{
    struct exact_json json;
    struct ocpi_energy_mix mix = {0};
    ROAM_TRY(exact_json_parse(&json, text, size, diag));
    enum roam_err err = read_mix(&mix, &json, diag);
    exact_json_release(&json);
    if (err == ROAM_OK) *out = mix;
    return err;
}
