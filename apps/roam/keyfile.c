#include "keyfile.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "ct.h"
#include "hex.h"
#include "json_fields.h"

static const char *const kind_name[] = {"operator", "authority", "device"};

void key_from_seed(struct key_file *out, enum key_kind kind, const char *name, const uint8_t seed[32])
{
    *out = (struct key_file){.kind = kind, .has_secret = true};
    snprintf(out->name, sizeof out->name, "%s", name);
    memcpy(out->seed, seed, 32);
    if (kind == KEY_DEVICE) {
        eddsa_key_from_seed(&out->device, seed);
        bjj_pack(out->public_key, &out->device.public_key);
    } else {
        crypto_sign_seed_keypair(out->public_key, out->secret_key, seed);
    }
    if (kind == KEY_OPERATOR) tx_operator_id(&out->id, out->name, out->public_key);
}

void key_wipe(struct key_file *key) { roam_wipe(key, sizeof *key); }

static void set_hex(json_t *object, const char *name, const uint8_t *bytes, size_t size)
{
    char text[129];
    hex_encode(text, bytes, size);
    json_object_set_new(object, name, json_string(text));
    roam_wipe(text, sizeof text);
}

static json_t *key_json(const struct key_file *key, bool with_secret)
{
    json_t *object = json_pack("{s:s,s:s}", "kind", kind_name[key->kind], "name", key->name);
    if (key->kind == KEY_OPERATOR) set_hex(object, "id", key->id.byte, 32);
    set_hex(object, "public_key", key->public_key, 32);
    if (with_secret) set_hex(object, "seed", key->seed, 32);
    return object;
}

enum roam_err key_write(const struct key_file *key, bool with_secret, const char *path,
                        struct roam_diag *diag)
{
    json_t *object = key_json(key, with_secret);
    enum roam_err err = json_save_new(object, !with_secret, path, diag);
    json_decref(object);
    return err;
}

static enum roam_err public_part(struct key_file *out, json_t *object, const char *path,
                                 struct roam_diag *diag)
{
    ROAM_TRY(json_hex(object, "public_key", out->public_key, 32, diag));
    if (out->kind == KEY_OPERATOR) ROAM_TRY(json_hex(object, "id", out->id.byte, 32, diag));
    if (out->kind != KEY_DEVICE) return ROAM_OK;
    if (bjj_unpack_vartime(&out->device.public_key, out->public_key) == ROAM_OK &&
        eddsa_public_key_check_vartime(&out->device.public_key) == ROAM_OK)
        return ROAM_OK;
    return roam_diag(diag, ROAM_E_POINT, "%s: public_key is not a valid device key", path);
}

static enum roam_err read_object(struct key_file *out, enum key_kind kind, bool need_secret, json_t *object,
                                 const char *path, struct roam_diag *diag)
{
    const char *found = json_string_value(json_object_get(object, "kind"));
    const char *name = json_string_value(json_object_get(object, "name"));
    if (found == NULL || name == NULL || strlen(name) >= TX_NAME_SIZE)
        return roam_diag(diag, ROAM_E_FORMAT, "%s: not a key file", path);
    if (strcmp(found, kind_name[kind]) != 0)
        return roam_diag(diag, ROAM_E_MISMATCH, "%s: a key of kind '%s', '%s' is needed", path, found,
                         kind_name[kind]);
    *out = (struct key_file){.kind = kind};
    strcpy(out->name, name);
    ROAM_TRY(public_part(out, object, path, diag));
    if (json_object_get(object, "seed") == NULL)
        return need_secret ? roam_diag(diag, ROAM_E_MISMATCH, "%s: holds no secret key", path) : ROAM_OK;
    uint8_t seed[32], public_key[32];
    roam_id id = out->id;
    memcpy(public_key, out->public_key, 32);
    ROAM_TRY(json_hex(object, "seed", seed, 32, diag));
    key_from_seed(out, kind, name, seed);
    roam_wipe(seed, sizeof seed);
    /* An operator keeps its id when it rotates its key, so the id may differ from the derived one; the key
     * may not. */
    out->id = id;
    if (memcmp(public_key, out->public_key, 32) == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_MISMATCH, "%s: public_key does not belong to the seed", path);
}

enum roam_err key_read(struct key_file *out, enum key_kind kind, bool need_secret, const char *path,
                       struct roam_diag *diag)
{
    json_t *object;
    ROAM_TRY(json_load_secret(&object, path, diag));
    enum roam_err err = read_object(out, kind, need_secret, object, path, diag);
    json_decref(object);
    return err;
}
