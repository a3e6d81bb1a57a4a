/* Reading of OCPI's JSON types; private to this folder. */
#ifndef ROAM_OCPI_READ_H
#define ROAM_OCPI_READ_H

#include "exact_json.h"
#include "ocpi.h"

/* Copies a string member; an absent optional one gives "". ROAM_E_LIMIT if it does not fit. */
ROAM_MUST_USE enum roam_err ocpi_take_text(char *out, size_t out_size, const json_t *object, const char *key,
                                           struct roam_diag *diag);
ROAM_MUST_USE enum roam_err ocpi_find_text(char *out, size_t out_size, const json_t *object, const char *key,
                                           struct roam_diag *diag);
/* ISO 4217: three letters. */
ROAM_MUST_USE enum roam_err ocpi_take_currency(char out[4], const json_t *object, struct roam_diag *diag);

/* "2018-01-01T01:08:01.123Z", fraction and Z optional -> nanoseconds since 1970 UTC. An absent optional one
 * leaves *out. */
ROAM_MUST_USE enum roam_err ocpi_take_time(int64_t *out, const json_t *object, const char *key,
                                           struct roam_diag *diag);
ROAM_MUST_USE enum roam_err ocpi_find_time(int64_t *out, const json_t *object, const char *key,
                                           struct roam_diag *diag);

/* value * 10^4 as an integer; ROAM_E_RANGE if it is none or passes 2^62. */
ROAM_MUST_USE enum roam_err ocpi_fixed(int64_t *out, const struct decimal *value, const char *what,
                                       struct roam_diag *diag);

/* {excl_vat, incl_vat} (2.2.1), {before_taxes, after_taxes} (limits of 2.3.0) or {before_taxes,
 * taxes[{amount}]} (costs of 2.3.0). Amounts may be negative. */
ROAM_MUST_USE enum roam_err ocpi_read_money(struct decimal amount[USAGE_COLUMNS], bool *has_gross,
                                            const struct exact_json *json, const json_t *object,
                                            struct roam_diag *diag);

/* An element's restrictions; absent ones are neutral. restrictions may be NULL. */
ROAM_MUST_USE enum roam_err ocpi_read_restrictions(struct ocpi_restrictions *out,
                                                   const struct exact_json *json, const json_t *restrictions,
                                                   struct roam_diag *diag);

/* A Tariff object inside a document. */
ROAM_MUST_USE enum roam_err ocpi_read_tariff(struct ocpi_tariff *out, const struct exact_json *json,
                                             const json_t *object, struct roam_diag *diag);

/* signed_data of a CDR. */
ROAM_MUST_USE enum roam_err ocpi_read_signed_data(struct ocpi_cdr *out, const json_t *cdr,
                                                  struct roam_diag *diag);

#endif
