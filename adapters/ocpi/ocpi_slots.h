/* Which slot of a rate card counts which price component; follows from the tariff alone. Private to this
 * folder. */
#ifndef ROAM_OCPI_SLOTS_H
#define ROAM_OCPI_SLOTS_H

#include "ocpi.h"

struct ocpi_slots {
    int count;
    int component[USAGE_SLOTS];       /* the first component of the slot; -1 for energy without a price */
    int slot_of[OCPI_COMPONENTS_MAX]; /* -1 for a free flat fee */
    int unpriced;                     /* slot of energy without a price, -1 if there can be none */
    uint8_t group[OCPI_DIMENSIONS];   /* rounding group, 0 = none */
};

/* ROAM_E_LIMIT, ROAM_E_UNSUPPORTED as ocpi_rate_card says. */
ROAM_MUST_USE enum roam_err ocpi_slots(struct ocpi_slots *out, const struct ocpi_tariff *tariff,
                                       struct roam_diag *diag);

#endif
