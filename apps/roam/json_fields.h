/* JSON files of the command line: members with exact types, and files that may hold secrets. */
#ifndef ROAM_JSON_FIELDS_H
#define ROAM_JSON_FIELDS_H

#include <jansson.h>

#include "err.h"

/* A whole file, without duplicate members; its text is wiped after parsing. */
ROAM_MUST_USE enum roam_err json_load_secret(json_t **out, const char *path, struct roam_diag *diag);
/* Writes an object to a new file of mode 0600 (public: 0644); ROAM_E_EXISTS if there is one. */
ROAM_MUST_USE enum roam_err json_save_new(const json_t *object, bool is_public, const char *path,
                                          struct roam_diag *diag);

/* Members; ROAM_E_FORMAT with the member's name if it is missing or of another form. */
ROAM_MUST_USE enum roam_err json_hex(const json_t *object, const char *member, uint8_t *out, size_t size,
                                     struct roam_diag *diag);
/* A non-negative JSON integer. */
ROAM_MUST_USE enum roam_err json_u64(const json_t *object, const char *member, uint64_t *out,
                                     struct roam_diag *diag);
/* A whole number in a decimal string: minor units. */
ROAM_MUST_USE enum roam_err json_minor(const json_t *object, const char *member, uint64_t *out,
                                       struct roam_diag *diag);

#endif
