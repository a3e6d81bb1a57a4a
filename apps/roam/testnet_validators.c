#include "testnet_validators.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ct.h"
#include "file.h"
#include "hex.h"
#include "json_fields.h"
#include "keyfile.h"
#include "market_validators.h"
#include "validator_key.h"

enum { KEY_FILE_MAX = 1 << 16 };

static void key_path(char out[TESTNET_PATH], const char *ledger, unsigned node, const char *end)
{
    snprintf(out, TESTNET_PATH, "%s/validators/%u%s.json", ledger, node, end);
}

/* priv_validator_key.json */
static json_t *comet_key(const struct person *node)
{
    uint8_t address[VALIDATOR_ADDRESS_SIZE];
    char hex[2 * VALIDATOR_ADDRESS_SIZE + 1], public_key[48], secret_key[96];
    roam_id key;
    memcpy(key.byte, node->public_key, 32);
    validator_address(address, &key);
    hex_encode(hex, address, sizeof address);
    for (char *c = hex; *c != '\0'; c++)
        if (*c >= 'a') *c = (char)(*c - 'a' + 'A');
    base64_encode(public_key, node->public_key, 32);
    base64_encode(secret_key, node->secret_key, 64);
    return json_pack("{s:s,s:{s:s,s:s},s:{s:s,s:s}}", "address", hex, "pub_key", "type",
                     "tendermint/PubKeyEd25519", "value", public_key, "priv_key", "type",
                     "tendermint/PrivKeyEd25519", "value", secret_key);
}

static enum roam_err write_person(const struct person *person, enum key_kind kind, const char *path,
                                  struct roam_diag *diag)
{
    SCOPED_KEY key = {0};
    key_from_seed(&key, kind, person->name, person->secret_key); /* libsodium's begins with the seed */
    return key_write(&key, true, path, diag);
}

static enum roam_err write_validator(const char *ledger, unsigned number, struct roam_diag *diag)
{
    char path[TESTNET_PATH];
    struct person node, owner;
    market_validator_init(&node, &owner, number);
    json_t *key = comet_key(&node);
    ROAM_ASSERT(key != NULL);
    key_path(path, ledger, number, "");
    const enum roam_err err = json_save_new(key, false, path, diag);
    json_decref(key);
    ROAM_TRY(err);
    key_path(path, ledger, number, ".owner");
    return write_person(&owner, KEY_OPERATOR, path, diag);
}

enum roam_err testnet_write_keys(const char *ledger, const struct market *market, struct roam_diag *diag)
{
    char path[TESTNET_PATH];
    snprintf(path, sizeof path, "%s/validators", ledger);
    if (mkdir(path, 0700) != 0) return roam_diag(diag, ROAM_E_IO, "%s: %s", path, strerror(errno));
    for (unsigned i = 0; i < market->genesis.validator_count; i++) ROAM_TRY(write_validator(ledger, i, diag));
    snprintf(path, sizeof path, "%s/validators/governor.json", ledger);
    return write_person(&market->governor, KEY_AUTHORITY, path, diag);
}

enum roam_err testnet_give_key(const struct testnet *testnet, unsigned node, const char *ledger,
                               const struct ledger_genesis *genesis, struct roam_diag *diag)
{
    char from[TESTNET_PATH], to[TESTNET_PATH];
    roam_id key;
    uint8_t *bytes;
    size_t size;
    key_path(from, ledger, node, "");
    snprintf(to, sizeof to, "%s/%u/comet/config/priv_validator_key.json", testnet->home, node);
    ROAM_TRY(validator_key_read(&key, from, diag));
    if (!roam_id_equal(&key, &genesis->validator[node].key))
        return roam_diag(diag, ROAM_E_MISMATCH, "%s is not the key of the genesis's validator %u", from,
                         node);
    ROAM_TRY(file_read(&bytes, &size, from, KEY_FILE_MAX, diag));
    const enum roam_err err = file_write(to, bytes, size, diag);
    roam_wipe(bytes, size);
    free(bytes);
    return err;
}
