/* The validators of the chain are those of the ledger: its genesis's, and what votes make of them. */
#include "app_parts.h"

#include <string.h>

static const struct ledger_genesis_validator *find_genesis(const struct ledger_genesis *genesis,
                                                           const struct abci_bytes *key)
{
    for (size_t i = 0; i < genesis->validator_count; i++)
        if (key->size == sizeof(roam_id) && memcmp(genesis->validator[i].key.byte, key->at, key->size) == 0)
            return &genesis->validator[i];
    return NULL;
}

bool app_begins_with(const struct node_app *app, const struct abci_validator_updates *validators)
{
    bool seen[LEDGER_VALIDATORS_MAX] = {false};
    if (validators->count != app->genesis.validator_count) return false;
    for (size_t i = 0; i < validators->count; i++) {
        const struct abci_validator_update *v = &validators->at[i];
        const struct ledger_genesis_validator *named = find_genesis(&app->genesis, &v->key);
        if (v->type != ABCI_KEY_ED25519 || named == NULL || v->power != (int64_t)named->power) return false;
        if (seen[named - app->genesis.validator]) return false;
        seen[named - app->genesis.validator] = true;
    }
    return true;
}

static bool took_effect(const struct ledger_receipt *receipt)
{
    return receipt->type == TX_VALIDATOR_VOTE && receipt->outcome == LEDGER_ACCEPTED && receipt->count > 0;
}

/* The update of this key, a new one if need be. */
static struct abci_validator_update *update_of(struct abci_validator_update *updates, size_t *count,
                                               uint8_t (*keys)[32], const roam_id *key)
{
    for (size_t i = 0; i < *count; i++)
        if (memcmp(keys[i], key->byte, sizeof key->byte) == 0) return &updates[i];
    memcpy(keys[*count], key->byte, sizeof key->byte);
    updates[*count] =
        (struct abci_validator_update){.type = ABCI_KEY_ED25519, .key = {keys[*count], sizeof key->byte}};
    return &updates[(*count)++];
}

/* The changes of the block in order, the last one of each key. */
static void collect(struct node_app *app, struct abci_validator_update *updates, size_t *count,
                    uint8_t (*keys)[32])
{
    for (size_t i = 0; i < app->plan.count; i++) {
        struct tx tx;
        if (!took_effect(&app->receipts[i])) continue;
        /* A vote has no list, so that no memory is needed for one. */
        ROAM_ASSERT(tx_parse_shape(&tx, app->plan.txs[i].bytes, app->plan.txs[i].size, NULL, NULL) ==
                    ROAM_OK);
        const struct tx_validator_vote *vote = &tx.body.validator_vote;
        update_of(updates, count, keys, &vote->validator)->power = (int64_t)vote->power;
    }
}

/* Leaves out what the block as a whole does not change: CometBFT does not remove what it does not have. */
static enum roam_err drop_unchanged(const struct node_app *app, struct abci_validator_update *updates,
                                    size_t *count)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        struct ledger_validator before = {.power = 0};
        roam_id key;
        memcpy(key.byte, updates[i].key.at, sizeof key.byte);
        const enum roam_err err = app->ledger->validator(app->ledger->context, &key, &before);
        if (err != ROAM_OK && err != ROAM_E_NOTFOUND) return err;
        if ((int64_t)before.power != updates[i].power) updates[kept++] = updates[i];
    }
    *count = kept;
    return ROAM_OK;
}

enum roam_err app_validator_updates(struct node_app *app, struct abci_call *call,
                                    struct abci_validator_updates *out)
{
    size_t changes = 0, count = 0;
    for (size_t i = 0; i < app->plan.count; i++) changes += took_effect(&app->receipts[i]);
    if (changes == 0) return ROAM_OK;
    struct abci_validator_update *updates = abci_take(call, changes * sizeof *updates);
    uint8_t(*keys)[32] = abci_take(call, changes * sizeof *keys);
    if (updates == NULL || keys == NULL) return ROAM_E_NOMEM;
    collect(app, updates, &count, keys);
    ROAM_TRY(drop_unchanged(app, updates, &count));
    *out = (struct abci_validator_updates){updates, count};
    return ROAM_OK;
}
