/* JSON documents whose numbers keep their exact text.
 *
 * jansson turns "62500.2031" into a double, and meters and tariffs state money and energy in decimals that
 * must not change. So before jansson sees the document, every number outside a string is checked against
 * JSON's grammar and replaced by its index in a table of the original texts: 0.25 -> 0, then 10.0 -> 1, and
 * so on. In the tree every integer is such an index, none is a value, and strings are untouched; nothing is
 * ambiguous. Read numbers with exact_json_decimal, everything else with jansson. */
#ifndef ROAM_EXACT_JSON_H
#define ROAM_EXACT_JSON_H

#include <jansson.h>

#include "decimal.h"

enum { EXACT_JSON_SIZE_MAX = 4 << 20 };

struct exact_json_number {
    size_t offset, size; /* in text */
};

struct exact_json {
    json_t *root;
    const char *text; /* borrowed from the caller of exact_json_parse */
    struct exact_json_number *number;
    size_t number_count;
};

/* Any JSON value, UTF-8. text must outlive *out; release *out after success.
 * ROAM_E_FORMAT (also for a key that occurs twice in one object, which readers would resolve differently),
 * ROAM_E_LIMIT past EXACT_JSON_SIZE_MAX, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err exact_json_parse(struct exact_json *out, const char *text, size_t size,
                                             struct roam_diag *diag);
void exact_json_release(struct exact_json *json);

/* The readers below take a member of object by its key. A member that is null counts as absent, as OCPI says.
 * Required ones give ROAM_E_FORMAT when it is absent; all give ROAM_E_FORMAT when it has another type.
 * Strings and members are borrowed from the tree. */
ROAM_MUST_USE enum roam_err json_take_string(const char **out, const json_t *object, const char *key,
                                             struct roam_diag *diag);
ROAM_MUST_USE enum roam_err json_take_array(const json_t **out, const json_t *object, const char *key,
                                            struct roam_diag *diag);
ROAM_MUST_USE enum roam_err json_take_object(const json_t **out, const json_t *object, const char *key,
                                             struct roam_diag *diag);
/* The same for optional members: NULL (false) when absent. */
ROAM_MUST_USE enum roam_err json_find_string(const char **out, const json_t *object, const char *key,
                                             struct roam_diag *diag);
ROAM_MUST_USE enum roam_err json_find_array(const json_t **out, const json_t *object, const char *key,
                                            struct roam_diag *diag);
ROAM_MUST_USE enum roam_err json_find_object(const json_t **out, const json_t *object, const char *key,
                                             struct roam_diag *diag);
ROAM_MUST_USE enum roam_err json_find_bool(bool *out, const json_t *object, const char *key,
                                           struct roam_diag *diag);

/* Numbers; ROAM_E_RANGE when the text does not fit a struct decimal. */
ROAM_MUST_USE enum roam_err exact_json_decimal(struct decimal *out, const struct exact_json *json,
                                               const json_t *object, const char *key, struct roam_diag *diag);
/* *present tells whether the optional member is there. */
ROAM_MUST_USE enum roam_err exact_json_find_decimal(struct decimal *out, bool *present,
                                                    const struct exact_json *json, const json_t *object,
                                                    const char *key, struct roam_diag *diag);
/* An integer 0..maximum; ROAM_E_RANGE otherwise. */
ROAM_MUST_USE enum roam_err exact_json_u64(uint64_t *out, const struct exact_json *json, const json_t *object,
                                           const char *key, uint64_t maximum, struct roam_diag *diag);

/* The same for an element of an array. */
ROAM_MUST_USE enum roam_err exact_json_element_u64(uint64_t *out, const struct exact_json *json,
                                                   const json_t *array, size_t index, const char *name,
                                                   uint64_t maximum, struct roam_diag *diag);

/* Refuses members that are not in the list of keys, which ends with NULL: ROAM_E_FORMAT. */
ROAM_MUST_USE enum roam_err json_only_keys(const json_t *object, const char *const *keys,
                                           struct roam_diag *diag);

#endif
