/* Usage records and rate cards as files, for commands. Both are private to their parties: new files are
 * readable by their owner only. */
#ifndef ROAM_USAGE_FILES_H
#define ROAM_USAGE_FILES_H

#include <jansson.h>

#include "cli.h"
#include "usage.h"

/* From files in the form of usage_json.h, or from a member of another JSON file. */
ROAM_MUST_USE enum roam_err card_load(struct usage_rate_card *out, const char *path, struct roam_diag *diag);
ROAM_MUST_USE enum roam_err record_load(struct usage_record *out, const char *path, struct roam_diag *diag);
ROAM_MUST_USE enum roam_err card_from_json(struct usage_rate_card *out, const json_t *object,
                                           struct roam_diag *diag);
ROAM_MUST_USE enum roam_err record_from_json(struct usage_record *out, const json_t *object,
                                             struct roam_diag *diag);
/* Save to a new file, and put the commitment and the file's name into the result. */
ROAM_MUST_USE enum roam_err card_save(struct cli *cli, const struct usage_rate_card *card, const char *path);
ROAM_MUST_USE enum roam_err record_save(struct cli *cli, const struct usage_record *record, const char *path);

/* 248 random bits: always a canonical field element. */
void fresh_salt(uint8_t salt[32]);

#endif
