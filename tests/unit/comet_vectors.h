/* What a real chain of CometBFT v0.38.25 answered (tests/interop/comet_capture.sh). */
#ifndef TEST_COMET_VECTORS_H
#define TEST_COMET_VECTORS_H

#include <stdio.h>
#include <string.h>

#include "comet_json.h"
#include "file.h"

static inline void vector_load(json_t **out, const char *name)
{
    char path[300];
    uint8_t *text;
    size_t size;
    struct roam_diag diag = {0};
    snprintf(path, sizeof path, TEST_VECTORS_DIR "/comet/%s.json", name);
    assert_int_equal(file_read(&text, &size, path, 1 << 20, &diag), ROAM_OK);
    assert_int_equal(comet_json_load(out, (char *)text, size, &diag), ROAM_OK);
    free(text);
}

/* "first", "second", "third", "absent", "change", "changed", "joined", "last" */
static inline void vector_block(struct comet_light_block *out, const char *name)
{
    char file[60];
    json_t *json;
    struct comet_page page;
    struct roam_diag diag = {0};
    memset(out, 0, sizeof *out);
    snprintf(file, sizeof file, "%s_commit", name);
    vector_load(&json, file);
    enum roam_err err = comet_commit_result(&out->header, &out->commit, json, &diag);
    if (err != ROAM_OK) print_message("%s: %s\n", file, diag.text);
    assert_int_equal(err, ROAM_OK);
    json_decref(json);
    snprintf(file, sizeof file, "%s_validators", name);
    vector_load(&json, file);
    err = comet_validators_result(&out->validators, &page, json, &diag);
    if (err != ROAM_OK) print_message("%s: %s\n", file, diag.text);
    assert_int_equal(err, ROAM_OK);
    assert_int_equal(page.height, out->header.height);
    assert_int_equal(page.total, out->validators.count);
    json_decref(json);
}

static inline void vector_genesis(struct comet_genesis *out, const char *name)
{
    json_t *json;
    struct roam_diag diag = {0};
    vector_load(&json, name);
    assert_int_equal(comet_genesis_from_json(out, json, &diag), ROAM_OK);
    json_decref(json);
}

#endif
