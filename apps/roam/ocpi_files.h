/* OCPI records and tariffs from files, for commands. */
#ifndef ROAM_OCPI_FILES_H
#define ROAM_OCPI_FILES_H

#include "ocpi.h"

enum { OCPI_FILE_MAX = 16 << 20 };

/* A session's record with the tariff it is priced by and the zone of its place. */
struct ocpi_case {
    struct ocpi_cdr cdr;
    struct ocpi_tariff tariff;
    struct zone zone;
};

ROAM_MUST_USE enum roam_err ocpi_tariff_load(struct ocpi_tariff *out, const char *path,
                                             struct roam_diag *diag);

/* tariff_path NULL takes the CDR's own tariff; zone_name NULL the zone of the CDR's location. Release *out
 * after success. */
ROAM_MUST_USE enum roam_err ocpi_case_load(struct ocpi_case *out, const char *cdr_path,
                                           const char *tariff_path, const char *zone_name,
                                           struct roam_diag *diag);
void ocpi_case_release(struct ocpi_case *c);

#endif
