#include "zk_files.h"

#include <stdlib.h>

#include "cli.h"
#include "file.h"
#include "phase2.h"
#include "snark_json.h"

static enum roam_err read_text(char **text, size_t *size, const char *path, struct roam_diag *diag)
{
    uint8_t *bytes;
    ROAM_TRY(file_read(&bytes, size, path, ZK_JSON_MAX, diag));
    *text = (char *)bytes;
    return ROAM_OK;
}

/* Puts the file's name before what a parser said. */
static enum roam_err named(enum roam_err err, const char *path, const struct roam_diag *inner,
                           struct roam_diag *diag)
{
    if (err == ROAM_OK) return err;
    return roam_diag(diag, err, "%s: %.200s", path,
                     inner->text[0] != '\0' ? inner->text : roam_err_text(err));
}

enum roam_err zk_vk_read(struct zk_vk *out, const char *path, struct roam_diag *diag)
{
    char *text;
    size_t size;
    struct roam_diag inner = {0};
    ROAM_TRY(read_text(&text, &size, path, diag));
    enum roam_err err = snark_vk_parse(&out->vk, out->ic, GROTH16_INPUTS_MAX + 1, text, size, &inner);
    free(text);
    return named(err, path, &inner, diag);
}

enum roam_err zk_public_read(fr inputs[GROTH16_INPUTS_MAX], size_t *count, const char *path,
                             struct roam_diag *diag)
{
    char *text;
    size_t size;
    struct roam_diag inner = {0};
    ROAM_TRY(read_text(&text, &size, path, diag));
    enum roam_err err = snark_public_parse(inputs, GROTH16_INPUTS_MAX, count, text, size, &inner);
    free(text);
    return named(err, path, &inner, diag);
}

enum roam_err zk_proof_read(groth16_proof *out, const char *path, struct roam_diag *diag)
{
    char *text;
    size_t size;
    struct roam_diag inner = {0};
    ROAM_TRY(read_text(&text, &size, path, diag));
    enum roam_err err = snark_proof_parse(out, text, size, &inner);
    free(text);
    return named(err, path, &inner, diag);
}

enum roam_err zk_vk_write(const struct zkey *key, const char *path, struct roam_diag *diag)
{
    struct groth16_vk vk;
    struct roam_buf text;
    ROAM_TRY(zkey_vk(&vk, key));
    buf_init(&text, ZK_JSON_MAX);
    enum roam_err err = snark_vk_print(&text, &vk);
    if (err == ROAM_OK) err = file_write(path, text.data, text.size, diag);
    buf_release(&text);
    return err;
}

enum roam_err zk_key_write(const struct zkey *key, const char *path, struct roam_diag *diag)
{
    struct roam_buf bytes;
    buf_init(&bytes, SIZE_MAX / 2);
    enum roam_err err = zkey_serialize(&bytes, key);
    if (err == ROAM_OK) err = file_write(path, bytes.data, bytes.size, diag);
    buf_release(&bytes);
    return err;
}

json_t *zk_contributions_json(const struct zkey *key)
{
    json_t *list = json_array();
    for (size_t i = 0; i < key->contribution_count; i++) {
        const struct zkey_contribution *c = &key->contributions[i];
        uint8_t hash[64];
        phase2_contribution_hash(hash, c);
        json_t *entry = json_pack("{s:s?,s:s}", "name", c->note.name, "kind",
                                  c->note.kind == CEREMONY_BEACON ? "beacon" : "person");
        json_object_set_new(entry, "hash", json_bytes(hash, sizeof hash));
        json_array_append_new(list, entry);
    }
    return list;
}
