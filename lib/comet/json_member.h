/* Members of CometBFT's JSON objects. Each is ROAM_E_FORMAT with the member's name in diag if it is missing
 * or of another form. Private to lib/comet. */
#ifndef COMET_JSON_MEMBER_H
#define COMET_JSON_MEMBER_H

#include "comet_json.h"

/* An object or list. */
ROAM_MUST_USE enum roam_err comet_member_object(const json_t **out, const json_t *object, const char *name,
                                                struct roam_diag *diag);
ROAM_MUST_USE enum roam_err comet_member_list(const json_t **out, const json_t *object, const char *name,
                                              struct roam_diag *diag);
/* A string, which may have any bytes but NUL; it lives as long as object. */
ROAM_MUST_USE enum roam_err comet_member_text(const char **out, size_t *size, const json_t *object,
                                              const char *name, struct roam_diag *diag);
/* A decimal integer in a string, without needless characters. */
ROAM_MUST_USE enum roam_err comet_member_i64(int64_t *out, const json_t *object, const char *name,
                                             struct roam_diag *diag);
/* A JSON integer in 0..maximum. */
ROAM_MUST_USE enum roam_err comet_member_small(uint32_t *out, const json_t *object, const char *name,
                                               uint32_t maximum, struct roam_diag *diag);
ROAM_MUST_USE enum roam_err comet_member_time(struct comet_time *out, const json_t *object, const char *name,
                                              struct roam_diag *diag);
/* Exactly size bytes, in hexadecimal or Base64. */
ROAM_MUST_USE enum roam_err comet_member_hex(uint8_t *out, size_t size, const json_t *object,
                                             const char *name, struct roam_diag *diag);
ROAM_MUST_USE enum roam_err comet_member_base64(uint8_t *out, size_t size, const json_t *object,
                                                const char *name, struct roam_diag *diag);
/* At most 32 bytes in hexadecimal. */
ROAM_MUST_USE enum roam_err comet_member_hash(struct comet_hash *out, const json_t *object, const char *name,
                                              struct roam_diag *diag);
ROAM_MUST_USE enum roam_err comet_member_chain_id(char out[COMET_CHAIN_ID_MAX + 1], const json_t *object,
                                                  const char *name, struct roam_diag *diag);
/* Text of unknown origin for a message: bytes outside printable ASCII become '?'; cut to fit. Returns
 * out. */
const char *comet_printable(char *out, size_t room, const char *text, size_t size);
/* Puts "list[index]: " before what diag says; returns err. */
enum roam_err comet_in_entry(enum roam_err err, const char *list, size_t index, struct roam_diag *diag);

#endif
