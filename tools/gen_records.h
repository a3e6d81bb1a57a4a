/* Parts of gen_records. */
#ifndef GEN_RECORDS_H
#define GEN_RECORDS_H

#include <jansson.h>

#include "env.h"

/* One run: where it writes, what it draws from, and what went wrong. */
struct records {
    const char *folder;
    struct roam_prng prng;
    struct roam_diag diag;
};

/* Uniform in [low, high]. */
uint64_t records_between(struct records *run, uint64_t low, uint64_t high);

/* units * 10^-4 as a JSON number; units < 10^11. */
json_t *records_fixed4(uint64_t units);

/* list[] = item, both stolen. A failure anywhere makes the list NULL, and NULL stays NULL, so that one check
 * at the end sees all of them. */
void records_append(json_t **list, json_t *item);

/* The text of a JSON value, allocated; NULL if value is NULL or memory ran out. */
char *records_text(const json_t *value);

/* Writes a value to a file of the run's folder. ROAM_E_NOMEM for NULL, and file_write's errors. */
ROAM_MUST_USE enum roam_err records_write(struct records *run, const char *name, const json_t *value);

/* The sessions of a charging site: charging/ in the run's folder. ROAM_E_NOMEM, the errors of file_write and
 * zone_load, and ROAM_E_UNSUPPORTED if OpenSSL lacks a meter's curve. */
ROAM_MUST_USE enum roam_err records_charging(struct records *run);

/* Counters of phone sessions: phone/ in the run's folder. ROAM_E_NOMEM and the errors of file_write. */
ROAM_MUST_USE enum roam_err records_phone(struct records *run);

#endif
