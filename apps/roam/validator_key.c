#include "validator_key.h"

#include <string.h>

#include "digest.h"
#include "hex.h"
#include "json_fields.h"

/* {"type": "tendermint/PubKeyEd25519", "value": Base64} */
static bool read_pub_key(roam_id *out, const json_t *object)
{
    const char *type = json_string_value(json_object_get(object, "type"));
    const char *value = json_string_value(json_object_get(object, "value"));
    size_t size;
    return type != NULL && value != NULL && strcmp(type, "tendermint/PubKeyEd25519") == 0 &&
           base64_decode(out->byte, sizeof out->byte, &size, value, strlen(value)) == ROAM_OK &&
           size == sizeof out->byte;
}

enum roam_err validator_key_read(roam_id *out, const char *text, struct roam_diag *diag)
{
    json_t *file;
    if (strlen(text) == 64 && hex_decode(out->byte, 32, text, 64) == ROAM_OK) return ROAM_OK;
    ROAM_TRY(json_load_secret(&file, text, diag));
    const json_t *pub_key = json_object_get(file, "pub_key");
    const bool good = read_pub_key(out, pub_key != NULL ? pub_key : file);
    json_decref(file);
    return good ? ROAM_OK : roam_diag(diag, ROAM_E_FORMAT, "%s: no Ed25519 public key of CometBFT", text);
}

void validator_address(uint8_t out[VALIDATOR_ADDRESS_SIZE], const roam_id *key)
{
    uint8_t digest[32];
    sha256(digest, key->byte, sizeof key->byte);
    memcpy(out, digest, VALIDATOR_ADDRESS_SIZE);
}

static enum roam_err read_validator(struct ledger_genesis_validator *out, const json_t *object,
                                    struct roam_diag *diag)
{
    const json_t *key = json_object_get(object, "key");
    if (!json_is_object(key))
        ROAM_TRY(json_hex(object, "key", out->key.byte, 32, diag));
    else if (!read_pub_key(&out->key, key))
        return roam_diag(diag, ROAM_E_FORMAT, "key is no Ed25519 public key of CometBFT");
    ROAM_TRY(json_u64(object, "power", &out->power, diag));
    return json_hex(object, "owner", out->owner.byte, 32, diag);
}

static enum roam_err read_list(struct ledger_genesis *out, const json_t *list, struct roam_diag *diag)
{
    const size_t count = json_array_size(list);
    if (count == 0) return roam_diag(diag, ROAM_E_FORMAT, "not a list of validators");
    if (count > LEDGER_VALIDATORS_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "%zu validators, at most %d are allowed", count,
                         LEDGER_VALIDATORS_MAX);
    out->validator_count = (uint16_t)count;
    for (size_t i = 0; i < count; i++)
        ROAM_TRY(read_validator(&out->validator[i], json_array_get(list, i), diag));
    return ROAM_OK;
}

enum roam_err validators_read(struct ledger_genesis *out, const char *path, struct roam_diag *diag)
{
    json_t *list;
    ROAM_TRY(json_load_secret(&list, path, diag));
    const enum roam_err err = read_list(out, list, diag);
    json_decref(list);
    return err;
}
