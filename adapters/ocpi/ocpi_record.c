#include <string.h>

#include "fraction.h"
#include "ocmf.h"
#include "ocpi_slots.h"

static enum roam_err fill_quantities(struct usage_record *out, const struct ocpi_cdr *cdr,
                                     const struct ocpi_tariff *tariff, const struct zone *zone,
                                     struct roam_diag *diag)
{
    struct ocpi_slots slots;
    struct ocpi_usage usage;
    ROAM_TRY(ocpi_slots(&slots, tariff, diag));
    ROAM_TRY(ocpi_match(&usage, cdr, tariff, zone, diag));
    for (size_t i = 0; i < tariff->component_count; i++)
        if (slots.slot_of[i] >= 0) out->quantity[slots.slot_of[i]] += usage.quantity[i];
    for (int d = 0; d < OCPI_DIMENSIONS; d++)
        if (usage.last[d] >= 0 && slots.group[d] != 0)
            out->last_mask = (uint8_t)(out->last_mask | 1 << slots.slot_of[usage.last[d]]);
    if (slots.unpriced >= 0)
        out->quantity[slots.unpriced] = cdr->has_energy ? usage.unpriced_energy : cdr->total_energy;
    return ROAM_OK;
}

static enum roam_err check_energy(const struct ocpi_cdr *cdr, struct roam_diag *diag)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < cdr->period_count; i++) sum += cdr->period[i].energy;
    if (!cdr->has_energy || sum == cdr->total_energy) return ROAM_OK;
    return roam_diag(diag, ROAM_E_MISMATCH,
                     "OCPI: total_energy is %llu, the periods' volumes make %llu (0.1 Wh)",
                     (unsigned long long)cdr->total_energy, (unsigned long long)sum);
}

static enum roam_err check_meter(const struct ocpi_cdr *cdr, const struct ocmf_session *session,
                                 struct roam_diag *diag)
{
    if (session->energy != cdr->total_energy)
        return roam_diag(diag, ROAM_E_MISMATCH, "OCPI: total_energy is %llu, the meter signed %llu (0.1 Wh)",
                         (unsigned long long)cdr->total_energy, (unsigned long long)session->energy);
    if (cdr->meter_id[0] == '\0' || strcmp(cdr->meter_id, session->meter_serial) == 0 ||
        strcmp(cdr->meter_id, session->gateway_serial) == 0)
        return ROAM_OK;
    return roam_diag(diag, ROAM_E_MISMATCH,
                     "OCPI: meter_id is \"%.60s\", the signed readings are of \"%s\" (\"%s\")", cdr->meter_id,
                     session->meter_serial, session->gateway_serial);
}

static enum roam_err check_signed_data(uint8_t evidence[32], const struct ocpi_cdr *cdr,
                                       struct roam_diag *diag)
{
    struct ocmf_text records[OCPI_SIGNED_VALUES_MAX];
    struct ocmf_session session;
    if (strcmp(cdr->signed_encoding, "OCMF") != 0)
        return roam_diag(diag, ROAM_E_UNSUPPORTED, "OCPI: signed data of encoding method \"%s\"",
                         cdr->signed_encoding);
    if (cdr->public_key == NULL)
        return roam_diag(diag, ROAM_E_FORMAT, "OCPI: signed data without a public key");
    for (size_t i = 0; i < cdr->signed_count; i++)
        records[i] = (struct ocmf_text){cdr->signed_value[i].data, cdr->signed_value[i].size};
    const struct ocmf_text key = {cdr->public_key, strlen(cdr->public_key)};
    ROAM_TRY(ocmf_session(&session, records, cdr->signed_count, key, NULL, diag));
    ROAM_TRY(check_meter(cdr, &session, diag));
    memcpy(evidence, session.evidence, 32);
    return ROAM_OK;
}

/* 1 g/kWh is 0.1 mg per base unit of energy. */
static enum roam_err fill_mix(struct usage_record *out, uint64_t energy, const struct ocpi_energy_mix *mix,
                              struct roam_diag *diag)
{
    u128 under = 10, over;
    for (int i = 0; i < mix->co2_g_per_kwh.decimals; i++) under *= 10;
    if (!u128_mul(&over, mix->co2_g_per_kwh.digits, energy))
        return roam_diag(diag, ROAM_E_OVERFLOW, "OCPI: emissions leave 128 bits");
    u128 co2_mg = over / under + (over % under != 0);
    if (co2_mg >> USAGE_QUANTITY_BITS != 0)
        return roam_diag(diag, ROAM_E_RANGE, "OCPI: 2^48 mg of CO2 or more");
    out->co2_mg = (uint64_t)co2_mg;
    out->renewable = (uint64_t)((u128)energy * mix->renewable_ppm / USAGE_PPM);
    return ROAM_OK;
}

enum roam_err ocpi_usage_record(struct usage_record *out, const struct ocpi_cdr *cdr,
                                const struct ocpi_tariff *tariff, const struct zone *zone,
                                const struct ocpi_energy_mix *mix, uint32_t service_ppm,
                                struct roam_diag *diag)
{
    struct usage_record record = {.service_ppm = service_ppm};
    ROAM_TRY(fill_quantities(&record, cdr, tariff, zone, diag));
    ROAM_TRY(check_energy(cdr, diag));
    if (cdr->signed_count > 0)
        ROAM_TRY(check_signed_data(record.evidence, cdr, diag));
    else
        memcpy(record.evidence, cdr->digest, sizeof record.evidence);
    if (mix != NULL) ROAM_TRY(fill_mix(&record, cdr->total_energy, mix, diag));
    ROAM_TRY(usage_record_check(&record, diag));
    *out = record;
    return ROAM_OK;
}
