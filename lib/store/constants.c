#include "hosting.h"

#include "digest.h"
#include "endian.h"

#include <stdlib.h>
#include <string.h>

enum { META_KEY_SIZE = 4 };

static void meta_key(uint8_t name[META_KEY_SIZE], size_t index)
{
    memcpy(name, "key", 3);
    name[3] = (uint8_t)index;
}

/* Parses, lints and prepares; *out is allocated. */
static enum roam_err key_parse(struct store_key **out, const uint8_t *bytes, size_t size,
                               struct roam_diag *diag)
{
    size_t capacity = size / sizeof(g1_affine); /* a point takes as many bytes in the file */
    struct store_key *key = malloc(sizeof *key + capacity * sizeof(g1_affine));
    if (key == NULL) return ROAM_E_NOMEM;
    enum roam_err err = groth16_vk_parse(&key->vk, key->ic, capacity, bytes, size);
    if (err != ROAM_OK)
        roam_diag(diag, err, "verification key of %zu bytes: %s", size, roam_err_text(err));
    else
        err = groth16_vk_lint(&key->vk, diag);
    if (err != ROAM_OK) {
        free(key);
        return err;
    }
    groth16_prepare(&key->prepared, &key->vk);
    *out = key;
    return ROAM_OK;
}

/* Serialises key i, puts it, and takes it into constants as an opened store would. */
static enum roam_err create_key(struct store_constants *constants, struct view *view, size_t i,
                                const struct groth16_vk *vk, struct roam_diag *diag)
{
    uint8_t name[META_KEY_SIZE];
    size_t size = groth16_vk_size(vk->input_count);
    uint8_t *bytes = malloc(size);
    if (bytes == NULL) return ROAM_E_NOMEM;
    groth16_vk_serialize(bytes, vk);
    sha256(constants->genesis.circuit[i].vk_digest, bytes, size);
    meta_key(name, i);
    view_put(view, TABLE_META, name, sizeof name, bytes, size);
    enum roam_err err = key_parse(&constants->key[i], bytes, size, diag);
    free(bytes);
    return err;
}

static void put_record(void *context, const uint8_t *key, size_t key_size, const uint8_t *value,
                       size_t value_size)
{
    view_put(context, TABLE_RECORDS, key, key_size, value, value_size);
}

/* The head of height 0, the records it commits to, and the genesis, as its ledger has them. */
static enum roam_err create_head(struct store_constants *constants, struct view *view, struct roam_diag *diag)
{
    uint8_t bytes[HEAD_SIZE_MAX > GENESIS_SIZE_MAX ? HEAD_SIZE_MAX : GENESIS_SIZE_MAX];
    struct hosted_ledger hosted;
    struct ledger_config config = {.env = &roam_env_system,
                                   .overlay_records_max = 1,
                                   .threads = 1,
                                   .kv = view_kv(view),
                                   .receipt_nodes = view_nodes(view)};
    ROAM_TRY(hosted_ledger_open(&hosted, &config, constants, NULL, diag));
    size_t size = head_serialize(bytes, ledger_head(hosted.ledger));
    view_put(view, TABLE_META, "head", 4, bytes, size);
    size = genesis_serialize(bytes, &constants->genesis);
    view_put(view, TABLE_META, "genesis", 7, bytes, size);
    ledger_genesis_walk(&constants->genesis, view, put_record);
    store_le32(bytes, STORE_VERSION);
    view_put(view, TABLE_META, "version", 7, bytes, 4);
    hosted_ledger_close(&hosted);
    return view_explain(view, diag);
}

enum roam_err constants_create(struct view *view, const struct store_genesis *genesis, struct roam_diag *diag)
{
    struct store_constants constants = {.genesis = genesis->genesis};
    enum roam_err err = ROAM_OK;
    ROAM_ASSERT(genesis->genesis.circuit_count <= LEDGER_CIRCUITS_MAX);
    for (size_t i = 0; err == ROAM_OK && i < genesis->genesis.circuit_count; i++)
        err = create_key(&constants, view, i, genesis->vk[i], diag);
    if (err == ROAM_OK) err = create_head(&constants, view, diag);
    constants_release(&constants);
    return err;
}

static enum roam_err load_version(struct view *view, struct roam_diag *diag)
{
    MDB_val found;
    bool good = view_get(view, TABLE_META, "version", 7, &found) && found.mv_size == 4;
    if (view_status(view) != ROAM_OK) return view_explain(view, diag);
    if (!good) return roam_diag(diag, ROAM_E_VERSION, "store has no version, %u is expected", STORE_VERSION);
    uint32_t version = load_le32(found.mv_data);
    if (version == STORE_VERSION) return ROAM_OK;
    return roam_diag(diag, ROAM_E_VERSION, "store has version %u, %u is expected", version, STORE_VERSION);
}

static enum roam_err load_key(struct store_constants *constants, struct view *view, size_t i,
                              struct roam_diag *diag)
{
    uint8_t name[META_KEY_SIZE], digest[32];
    MDB_val found = {0, NULL};
    meta_key(name, i);
    bool good = view_get(view, TABLE_META, name, sizeof name, &found);
    if (view_status(view) != ROAM_OK) return view_explain(view, diag);
    if (good) {
        sha256(digest, found.mv_data, found.mv_size);
        if (memcmp(digest, constants->genesis.circuit[i].vk_digest, sizeof digest) == 0)
            return key_parse(&constants->key[i], found.mv_data, found.mv_size, diag);
    }
    return roam_diag(diag, ROAM_E_MISMATCH, "verification key %zu is not the one of the genesis", i);
}

static bool load_genesis(struct ledger_genesis *out, struct view *view)
{
    MDB_val found;
    return view_get(view, TABLE_META, "genesis", 7, &found) &&
           genesis_parse(out, found.mv_data, found.mv_size) == ROAM_OK;
}

enum roam_err constants_put_records(struct view *view, struct roam_diag *diag)
{
    struct ledger_genesis genesis;
    if (load_genesis(&genesis, view)) {
        ledger_genesis_walk(&genesis, view, put_record);
        return view_explain(view, diag);
    }
    if (view_status(view) != ROAM_OK) return view_explain(view, diag);
    return roam_diag(diag, ROAM_E_MISMATCH, "genesis is missing or malformed");
}

enum roam_err constants_load(struct store_constants *out, struct view *view, struct roam_diag *diag)
{
    *out = (struct store_constants){0};
    ROAM_TRY(load_version(view, diag));
    bool good = load_genesis(&out->genesis, view);
    if (view_status(view) != ROAM_OK) return view_explain(view, diag);
    if (!good) return roam_diag(diag, ROAM_E_MISMATCH, "genesis is missing or malformed");
    ledger_genesis_id(&out->ledger, &out->genesis);
    for (size_t i = 0; i < out->genesis.circuit_count; i++) ROAM_TRY(load_key(out, view, i, diag));
    return ROAM_OK;
}

void constants_release(struct store_constants *constants)
{
    for (size_t i = 0; i < LEDGER_CIRCUITS_MAX; i++) free(constants->key[i]);
    *constants = (struct store_constants){0};
}
