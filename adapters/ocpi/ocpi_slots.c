#include "ocpi_slots.h"

static bool same_decimal(const struct decimal *a, const struct decimal *b)
{
    return a->digits == b->digits && a->decimals == b->decimals && a->negative == b->negative;
}

static bool same_component(const struct ocpi_component *a, const struct ocpi_component *b)
{
    return a->dimension == b->dimension && a->step == b->step && same_decimal(&a->price, &b->price) &&
           same_decimal(&a->vat, &b->vat);
}

static bool is_flat(enum ocpi_dimension dimension)
{
    return dimension == OCPI_FLAT || dimension == OCPI_RESERVATION_FLAT;
}

static enum roam_err add_slot(int *slot, struct ocpi_slots *out, int component, struct roam_diag *diag)
{
    if (out->count == USAGE_SLOTS)
        return roam_diag(
            diag, ROAM_E_LIMIT,
            "OCPI: the tariff has more than %d different price components, a rate card holds no more",
            USAGE_SLOTS);
    *slot = out->count;
    out->component[out->count++] = component;
    return ROAM_OK;
}

static enum roam_err place_component(struct ocpi_slots *out, const struct ocpi_tariff *tariff, int i,
                                     struct roam_diag *diag)
{
    const struct ocpi_component *component = &tariff->component[i];
    out->slot_of[i] = -1;
    if (is_flat(component->dimension) && component->price.digits == 0) return ROAM_OK;
    for (int slot = 0; slot < out->count; slot++)
        if (same_component(component, &tariff->component[out->component[slot]])) out->slot_of[i] = slot;
    return out->slot_of[i] >= 0 ? ROAM_OK : add_slot(&out->slot_of[i], out, i, diag);
}

/* True unless some element prices energy under no condition at all. */
static bool energy_can_be_unpriced(const struct ocpi_tariff *tariff)
{
    for (size_t i = 0; i < tariff->element_count; i++) {
        const struct ocpi_restrictions *r = &tariff->element[i].restrictions;
        bool free = r->start_minute == 0 && r->end_minute == 1440 && r->start_day == INT64_MIN &&
                    r->end_day == INT64_MAX && r->min_energy == 0 && r->max_energy == UINT64_MAX &&
                    r->min_current == INT64_MIN && r->max_current == INT64_MAX && r->min_power == INT64_MIN &&
                    r->max_power == INT64_MAX && r->min_duration_s == 0 && r->max_duration_s == INT64_MAX &&
                    r->weekdays == 0 && r->reservation == OCPI_NO_RESERVATION;
        if (free && tariff->element[i].component[OCPI_ENERGY] >= 0) return false;
    }
    return true;
}

/* Groups in the order of the dimensions, for those with a step. */
static enum roam_err assign_groups(struct ocpi_slots *out, const struct ocpi_tariff *tariff,
                                   struct roam_diag *diag)
{
    int groups = 0;
    for (int d = 0; d < OCPI_DIMENSIONS; d++) {
        bool has_step = false;
        for (size_t i = 0; i < tariff->component_count; i++)
            has_step = has_step || (tariff->component[i].dimension == (enum ocpi_dimension)d &&
                                    tariff->component[i].step > 0);
        if (!has_step) continue;
        if (groups == USAGE_GROUPS)
            return roam_diag(
                diag, ROAM_E_UNSUPPORTED,
                "OCPI: energy, time, parking and reservation all have steps, a rate card rounds %d groups",
                USAGE_GROUPS);
        out->group[d] = (uint8_t)++groups;
    }
    return ROAM_OK;
}

enum roam_err ocpi_slots(struct ocpi_slots *out, const struct ocpi_tariff *tariff, struct roam_diag *diag)
{
    *out = (struct ocpi_slots){.unpriced = -1};
    for (size_t i = 0; i < tariff->component_count; i++) ROAM_TRY(place_component(out, tariff, (int)i, diag));
    if (energy_can_be_unpriced(tariff)) ROAM_TRY(add_slot(&out->unpriced, out, -1, diag));
    return assign_groups(out, tariff, diag);
}
