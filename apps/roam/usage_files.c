#include "usage_files.h"

#include <stdlib.h>
#include <string.h>

#include "commitment.h"
#include "ct.h"
#include "env.h"
#include "file.h"
#include "json_fields.h"
#include "usage_json.h"

enum { USAGE_FILE_MAX = 1 << 16 };

void fresh_salt(uint8_t salt[32])
{
    env_random(&roam_env_system, salt, 31);
    salt[31] = 0;
}

/* A file's text, given to parse, then wiped. */
static enum roam_err load(void *out, const char *path, struct roam_diag *diag,
                          enum roam_err (*parse)(void *out, const char *text, size_t size,
                                                 struct roam_diag *diag))
{
    uint8_t *text;
    size_t size;
    struct roam_diag inner = {0};
    ROAM_TRY(file_read(&text, &size, path, USAGE_FILE_MAX, diag));
    enum roam_err err = parse(out, (char *)text, size, &inner);
    roam_wipe(text, size);
    free(text);
    if (err == ROAM_OK) return err;
    return roam_diag(diag, err, "%s: %.300s", path, inner.text[0] != '\0' ? inner.text : roam_err_text(err));
}

static enum roam_err from_member(void *out, const json_t *object, struct roam_diag *diag,
                                 enum roam_err (*parse)(void *out, const char *text, size_t size,
                                                        struct roam_diag *diag))
{
    char *text = json_is_object(object) ? json_dumps(object, JSON_COMPACT) : NULL;
    if (text == NULL) return roam_diag(diag, ROAM_E_FORMAT, "a usage record or rate card is missing");
    enum roam_err err = parse(out, text, strlen(text), diag);
    roam_wipe(text, strlen(text));
    free(text);
    return err;
}

static enum roam_err parse_card(void *out, const char *text, size_t size, struct roam_diag *diag)
{
    return usage_rate_card_from_json(out, text, size, diag);
}

static enum roam_err parse_record(void *out, const char *text, size_t size, struct roam_diag *diag)
{
    return usage_record_from_json(out, text, size, diag);
}

enum roam_err card_load(struct usage_rate_card *out, const char *path, struct roam_diag *diag)
{
    return load(out, path, diag, parse_card);
}

enum roam_err record_load(struct usage_record *out, const char *path, struct roam_diag *diag)
{
    return load(out, path, diag, parse_record);
}

enum roam_err card_from_json(struct usage_rate_card *out, const json_t *object, struct roam_diag *diag)
{
    return from_member(out, object, diag, parse_card);
}

enum roam_err record_from_json(struct usage_record *out, const json_t *object, struct roam_diag *diag)
{
    return from_member(out, object, diag, parse_record);
}

static enum roam_err save(struct cli *cli, enum roam_err made, struct roam_buf *text, const fr *commitment,
                          const char *path)
{
    uint8_t bytes[32];
    enum roam_err err = made;
    if (err == ROAM_OK) err = file_write_new(path, text->data, text->size, 0600, &cli->diag);
    fr_to_be(bytes, commitment);
    cli_put_hex(cli, "commitment", bytes, 32);
    cli_put_text(cli, "written", path);
    if (text->data != NULL) roam_wipe(text->data, text->size);
    buf_release(text);
    return err;
}

enum roam_err card_save(struct cli *cli, const struct usage_rate_card *card, const char *path)
{
    struct roam_buf text;
    fr commitment;
    ROAM_TRY(usage_rate_card_commitment(&commitment, card));
    buf_init(&text, USAGE_FILE_MAX);
    return save(cli, usage_rate_card_to_json(&text, card), &text, &commitment, path);
}

enum roam_err record_save(struct cli *cli, const struct usage_record *record, const char *path)
{
    struct roam_buf text;
    fr commitment;
    ROAM_TRY(usage_commitment(&commitment, record));
    buf_init(&text, USAGE_FILE_MAX);
    return save(cli, usage_record_to_json(&text, record), &text, &commitment, path);
}
