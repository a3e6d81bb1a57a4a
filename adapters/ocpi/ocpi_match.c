#include <string.h>
#include <strings.h>

#include "civil.h"
#include "ocpi.h"

enum { NS_PER_S = 1000000000 };

/* What restrictions are compared with: the state at the start of a period, and its measures. */
struct moment {
    int minute;
    int64_t day;
    uint64_t energy;
    int64_t duration_ns;
    const struct ocpi_period *period;
};

struct matcher {
    struct ocpi_usage *out;
    const struct ocpi_tariff *tariff;
    bool has_flat, has_reservation_flat;
    bool expired; /* the reservation was followed by no session */
};

static bool time_holds(const struct ocpi_restrictions *r, const struct moment *m)
{
    bool after = m->minute >= r->start_minute, before = m->minute < r->end_minute;
    if (r->end_minute < r->start_minute ? !after && !before : !after || !before) return false;
    if (m->day < r->start_day || m->day >= r->end_day) return false;
    return r->weekdays == 0 || (r->weekdays >> civil_weekday(m->day) & 1) == 1;
}

/* A period that does not state the measure leaves the bound met. */
static bool measures_hold(const struct ocpi_restrictions *r, const struct ocpi_period *p)
{
    if (p->has_max_current && p->max_current < r->min_current) return false;
    if (p->has_min_current && p->min_current >= r->max_current) return false;
    if (p->has_max_power && p->max_power < r->min_power) return false;
    return !p->has_min_power || p->min_power < r->max_power;
}

static bool duration_holds(const struct ocpi_restrictions *r, int64_t duration_ns)
{
    int64_t whole_s = duration_ns / NS_PER_S;
    return whole_s >= r->min_duration_s && whole_s < r->max_duration_s;
}

static bool holds(const struct ocpi_restrictions *r, const struct moment *m)
{
    return m->energy >= r->min_energy && m->energy < r->max_energy && duration_holds(r, m->duration_ns) &&
           time_holds(r, m) && measures_hold(r, m->period);
}

/* The component of the first element of that kind that has one and holds; -1 if none does. */
static int find_component(const struct ocpi_tariff *tariff, enum ocpi_dimension dimension,
                          enum ocpi_reservation reservation, const struct moment *m)
{
    for (size_t i = 0; i < tariff->element_count; i++) {
        const struct ocpi_element *element = &tariff->element[i];
        if (element->component[dimension] >= 0 && element->restrictions.reservation == reservation &&
            holds(&element->restrictions, m))
            return element->component[dimension];
    }
    return -1;
}

/* The price of an expired reservation comes before that of a reservation. */
static int find_reservation(const struct matcher *w, enum ocpi_dimension dimension, const struct moment *m)
{
    int found = w->expired ? find_component(w->tariff, dimension, OCPI_RESERVATION_EXPIRES, m) : -1;
    return found >= 0 ? found : find_component(w->tariff, dimension, OCPI_RESERVATION, m);
}

static void use(struct ocpi_usage *out, enum ocpi_dimension dimension, int component, uint64_t volume)
{
    out->quantity[component] += volume;
    out->last[dimension] = component;
}

static bool is_session(const struct ocpi_period *p)
{
    return p->energy > 0 || p->time > 0 || p->parking > 0 || p->reservation == 0;
}

static void match_session(struct matcher *w, const struct moment *m)
{
    const struct ocpi_period *p = m->period;
    const uint64_t volume[] = {p->energy, p->time, p->parking};
    for (int d = OCPI_ENERGY; d <= OCPI_PARKING_TIME; d++) {
        if (volume[d] == 0) continue;
        int found = find_component(w->tariff, (enum ocpi_dimension)d, OCPI_NO_RESERVATION, m);
        if (found >= 0)
            use(w->out, (enum ocpi_dimension)d, found, volume[d]);
        else if (d == OCPI_ENERGY)
            w->out->unpriced_energy += p->energy;
    }
    int flat = w->has_flat ? -1 : find_component(w->tariff, OCPI_FLAT, OCPI_NO_RESERVATION, m);
    if (flat < 0) return;
    use(w->out, OCPI_FLAT, flat, 1);
    w->has_flat = true;
}

static void match_reservation(struct matcher *w, const struct moment *m)
{
    int time = find_reservation(w, OCPI_RESERVATION_TIME, m);
    if (time >= 0) use(w->out, OCPI_RESERVATION_TIME, time, m->period->reservation);
    int flat = w->has_reservation_flat ? -1 : find_reservation(w, OCPI_RESERVATION_FLAT, m);
    if (flat < 0) return;
    use(w->out, OCPI_RESERVATION_FLAT, flat, 1);
    w->has_reservation_flat = true;
}

static struct moment moment_of(const struct ocpi_period *p, uint64_t energy, int64_t first_ns,
                               const struct zone *zone)
{
    int64_t utc_s = p->start_ns / NS_PER_S - (p->start_ns % NS_PER_S < 0);
    int64_t local_s = utc_s + zone_offset_s(zone, utc_s);
    int64_t day = local_s / 86400 - (local_s % 86400 < 0);
    return (struct moment){(int)((local_s - day * 86400) / 60), day, energy, p->start_ns - first_ns, p};
}

static void match_periods(struct matcher *w, const struct ocpi_cdr *cdr, const struct zone *zone)
{
    int64_t reservation_ns = cdr->period[0].start_ns, session_ns = INT64_MIN;
    for (size_t i = 0; i < cdr->period_count; i++) {
        const struct ocpi_period *p = &cdr->period[i];
        if (p->reservation > 0) {
            struct moment m = moment_of(p, 0, reservation_ns, zone);
            match_reservation(w, &m);
        }
        if (is_session(p)) {
            if (session_ns == INT64_MIN) session_ns = p->start_ns;
            struct moment m = moment_of(p, w->out->energy, session_ns, zone);
            match_session(w, &m);
        }
        w->out->energy += p->energy;
    }
}

static bool has_session(const struct ocpi_cdr *cdr)
{
    for (size_t i = 0; i < cdr->period_count; i++)
        if (is_session(&cdr->period[i])) return true;
    return false;
}

static enum roam_err check_belongs(const struct ocpi_cdr *cdr, const struct ocpi_tariff *tariff,
                                   struct roam_diag *diag)
{
    if (cdr->is_credit)
        return roam_diag(diag, ROAM_E_UNSUPPORTED, "OCPI: a credit CDR has no usage to price");
    if (strcmp(cdr->currency, tariff->currency) != 0)
        return roam_diag(diag, ROAM_E_MISMATCH, "OCPI: the CDR is in %s, the tariff in %s", cdr->currency,
                         tariff->currency);
    if (cdr->start_ns < tariff->start_ns || cdr->start_ns >= tariff->end_ns)
        return roam_diag(diag, ROAM_E_RANGE, "OCPI: tariff \"%s\" is not valid at the start of the session",
                         tariff->id);
    for (size_t i = 0; i < cdr->period_count; i++) {
        const char *id = cdr->period[i].tariff_id;
        if (id[0] != '\0' && strcasecmp(id, tariff->id) != 0)
            return roam_diag(diag, ROAM_E_UNSUPPORTED,
                             "OCPI: a period with tariff \"%s\" priced with tariff \"%s\"", id, tariff->id);
    }
    return ROAM_OK;
}

enum roam_err ocpi_match(struct ocpi_usage *out, const struct ocpi_cdr *cdr, const struct ocpi_tariff *tariff,
                         const struct zone *zone, struct roam_diag *diag)
{
    ROAM_TRY(check_belongs(cdr, tariff, diag));
    *out = (struct ocpi_usage){0};
    for (int d = 0; d < OCPI_DIMENSIONS; d++) out->last[d] = -1;
    struct matcher w = {.out = out, .tariff = tariff, .expired = !has_session(cdr)};
    match_periods(&w, cdr, zone);
    /* "In the cases that TIME and PARKING_TIME are both used, step_size is only taken into account for the
     * total parking duration." */
    if (out->last[OCPI_PARKING_TIME] >= 0) out->last[OCPI_TIME] = -1;
    bool fits = out->unpriced_energy >> USAGE_QUANTITY_BITS == 0;
    for (size_t i = 0; i < tariff->component_count; i++)
        fits = fits && out->quantity[i] >> USAGE_QUANTITY_BITS == 0;
    return fits ? ROAM_OK
                : roam_diag(diag, ROAM_E_RANGE, "OCPI: a total of 2^%d base units or more",
                            USAGE_QUANTITY_BITS);
}
