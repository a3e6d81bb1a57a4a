/* The validators that a genesis names: what they must be, and the records that they begin with. */
#include "genesis.h"

#include <sodium.h>

#include "record_codec.h"

static enum roam_err check_validator(const struct ledger_genesis *genesis, size_t i, struct roam_diag *diag)
{
    const struct ledger_genesis_validator *validator = &genesis->validator[i];
    if (validator->power == 0 || validator->power > LEDGER_POWER_MAX)
        return roam_diag(diag, ROAM_E_RANGE, "validator %zu has power %llu, 1 to %llu are allowed", i,
                         (unsigned long long)validator->power, (unsigned long long)LEDGER_POWER_MAX);
    if (crypto_core_ed25519_is_valid_point(validator->key.byte) != 1)
        return roam_diag(diag, ROAM_E_POINT,
                         "key of validator %zu is not an Ed25519 point of the prime-order subgroup", i);
    for (size_t k = 0; k < i; k++)
        if (roam_id_equal(&genesis->validator[k].key, &validator->key))
            return roam_diag(diag, ROAM_E_EXISTS, "validators %zu and %zu have the same key", k, i);
    return ROAM_OK;
}

enum roam_err genesis_check(const struct ledger_genesis *genesis, struct roam_diag *diag)
{
    if (genesis->validator_count > LEDGER_VALIDATORS_MAX)
        return roam_diag(diag, ROAM_E_RANGE, "genesis has %u validators, at most %d are allowed",
                         genesis->validator_count, LEDGER_VALIDATORS_MAX);
    for (size_t i = 0; i < genesis->validator_count; i++) ROAM_TRY(check_validator(genesis, i, diag));
    return ROAM_OK;
}

static struct ledger_voter voter_of(const struct ledger_genesis *genesis, const roam_id *owner)
{
    struct ledger_voter voter = {0};
    for (size_t i = 0; i < genesis->validator_count; i++)
        if (roam_id_equal(&genesis->validator[i].owner, owner)) voter.weight += genesis->validator[i].power;
    return voter;
}

static struct ledger_validator_set set_of(const struct ledger_genesis *genesis)
{
    struct ledger_validator_set set = {.count = genesis->validator_count, .listed = genesis->validator_count};
    for (size_t i = 0; i < genesis->validator_count; i++) set.total_power += genesis->validator[i].power;
    return set;
}

void ledger_genesis_walk(const struct ledger_genesis *genesis, void *context,
                         void (*visit)(void *context, const uint8_t *key, size_t key_size,
                                       const uint8_t *value, size_t value_size))
{
    uint8_t value[LEDGER_VALUE_MAX];
    if (genesis->validator_count == 0) return;
    for (size_t i = 0; i < genesis->validator_count; i++) {
        const struct ledger_genesis_validator *from = &genesis->validator[i];
        const struct ledger_validator validator = {from->owner, from->power};
        const struct ledger_voter voter = voter_of(genesis, &from->owner);
        struct record_key key = record_key_validator(&from->key);
        visit(context, key.byte, key.size, value, record_write_validator(value, &validator));
        key = record_key_listed(i);
        visit(context, key.byte, key.size, value,
              record_write_listed(value, &(struct ledger_listed){from->key}));
        size_t first = 0;
        while (!roam_id_equal(&genesis->validator[first].owner, &from->owner)) first++;
        if (first < i) continue; /* this owner's weight was visited */
        key = record_key_voter(&from->owner);
        visit(context, key.byte, key.size, value, record_write_voter(value, &voter));
    }
    const struct ledger_validator_set set = set_of(genesis);
    const struct record_key key = record_key_validator_set();
    visit(context, key.byte, key.size, value, record_write_validator_set(value, &set));
}

static void add_record(void *context, const uint8_t *key, size_t key_size, const uint8_t *value,
                       size_t value_size)
{
    lthash_add(context, key, key_size, value, value_size);
}

void genesis_state(struct lthash *out, const struct ledger_genesis *genesis)
{
    lthash_init(out);
    ledger_genesis_walk(genesis, out, add_record);
}
