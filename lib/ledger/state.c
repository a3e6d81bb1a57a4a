#include "state.h"

#include <string.h>

/* value->size is 0 if the record is absent. */
static void read_committed(struct overlay_value *value, const struct ledger *ledger,
                           const struct record_key *key)
{
    const struct ledger_kv *kv = &ledger->config.kv;
    const size_t size = kv->get(kv->context, key->byte, key->size, value->byte);
    ROAM_ASSERT(size == SIZE_MAX || (size > 0 && size <= LEDGER_VALUE_MAX));
    value->size = size == SIZE_MAX ? 0 : (uint16_t)size;
}

/* The value as the block sees it; memory is used for a committed one. NULL if the record is absent. */
static const struct overlay_value *read_value(struct overlay_value *memory, const struct ledger *ledger,
                                              const struct record_key *key)
{
    const struct overlay_value *changed = overlay_find(&ledger->overlay, key);
    if (changed != NULL) return changed;
    read_committed(memory, ledger, key);
    return memory->size == 0 ? NULL : memory;
}

static void put_value(struct ledger *ledger, const struct record_key *key, const uint8_t *value, size_t size)
{
    struct overlay_value committed = {.size = 0};
    if (overlay_find(&ledger->overlay, key) == NULL) read_committed(&committed, ledger, key);
    overlay_put(&ledger->overlay, key, &committed, value, size);
}

/* The three functions of a record, by its key. */
#define RECORD(noun)                                                                                         \
    static bool load_##noun(struct ledger_##noun *out, const struct ledger *ledger, struct record_key key)   \
    {                                                                                                        \
        struct overlay_value memory;                                                                         \
        const struct overlay_value *value = read_value(&memory, ledger, &key);                               \
        if (value == NULL) return false;                                                                     \
        const enum roam_err err = ledger_##noun##_parse(out, value->byte, value->size);                      \
        ROAM_ASSERT(err == ROAM_OK);                                                                         \
        return true;                                                                                         \
    }                                                                                                        \
    static void put_##noun(struct ledger *ledger, struct record_key key, const struct ledger_##noun *record) \
    {                                                                                                        \
        uint8_t value[LEDGER_VALUE_MAX];                                                                     \
        put_value(ledger, &key, value, record_write_##noun(value, record));                                  \
    }                                                                                                        \
    static enum roam_err get_##noun(struct ledger_##noun *out, const struct ledger *ledger,                  \
                                    struct record_key key)                                                   \
    {                                                                                                        \
        struct overlay_value value;                                                                          \
        read_committed(&value, ledger, &key);                                                                \
        return value.size == 0 ? ROAM_E_NOTFOUND : ledger_##noun##_parse(out, value.byte, value.size);       \
    }

/* The same of one that is found by an id alone. */
#define RECORD_BY_ID(noun)                                                                                   \
    RECORD(noun)                                                                                             \
    bool state_##noun(struct ledger_##noun *out, const struct ledger *ledger, const roam_id *id)             \
    {                                                                                                        \
        return load_##noun(out, ledger, record_key_##noun(id));                                              \
    }                                                                                                        \
    void state_put_##noun(struct ledger *ledger, const roam_id *id, const struct ledger_##noun *record)      \
    {                                                                                                        \
        put_##noun(ledger, record_key_##noun(id), record);                                                   \
    }                                                                                                        \
    enum roam_err ledger_get_##noun(struct ledger_##noun *out, const struct ledger *ledger,                  \
                                    const roam_id *id)                                                       \
    {                                                                                                        \
        return get_##noun(out, ledger, record_key_##noun(id));                                               \
    }
RECORD_BY_ID(operator)
RECORD_BY_ID(agreement)
RECORD_BY_ID(session)
RECORD_BY_ID(settlement)
RECORD_BY_ID(validator)
RECORD_BY_ID(voter)
RECORD_BY_ID(ballot)
RECORD(account)
RECORD(validator_set)
#undef RECORD
#undef RECORD_BY_ID

void state_account(struct ledger_account *out, const struct ledger *ledger, const roam_id *operator_id,
                   const struct tx_currency *currency)
{
    memset(out, 0, sizeof *out);
    (void)load_account(out, ledger, record_key_account(operator_id, currency));
}

void state_put_account(struct ledger *ledger, const roam_id *operator_id, const struct tx_currency *currency,
                       const struct ledger_account *record)
{
    put_account(ledger, record_key_account(operator_id, currency), record);
}

enum roam_err ledger_get_account(struct ledger_account *out, const struct ledger *ledger,
                                 const roam_id *operator_id, const struct tx_currency *currency)
{
    return get_account(out, ledger, record_key_account(operator_id, currency));
}

bool state_validator_set(struct ledger_validator_set *out, const struct ledger *ledger)
{
    return load_validator_set(out, ledger, record_key_validator_set());
}

void state_put_validator_set(struct ledger *ledger, const struct ledger_validator_set *record)
{
    put_validator_set(ledger, record_key_validator_set(), record);
}

enum roam_err ledger_get_validator_set(struct ledger_validator_set *out, const struct ledger *ledger)
{
    return get_validator_set(out, ledger, record_key_validator_set());
}

void state_put_listed(struct ledger *ledger, uint64_t place, const struct ledger_listed *record)
{
    uint8_t value[LEDGER_VALUE_MAX];
    const struct record_key key = record_key_listed(place);
    put_value(ledger, &key, value, record_write_listed(value, record));
}

enum roam_err ledger_get_listed(struct ledger_listed *out, const struct ledger *ledger, uint64_t place)
{
    struct overlay_value value;
    const struct record_key key = record_key_listed(place);
    read_committed(&value, ledger, &key);
    return value.size == 0 ? ROAM_E_NOTFOUND : ledger_listed_parse(out, value.byte, value.size);
}

static bool is_marked(const struct ledger *ledger, const struct record_key *key)
{
    struct overlay_value memory;
    return read_value(&memory, ledger, key) != NULL;
}

static void put_mark(struct ledger *ledger, const struct record_key *key)
{
    uint8_t value[LEDGER_VALUE_MAX];
    put_value(ledger, key, value, record_write_mark(value));
}

bool state_reference_used(const struct ledger *ledger, const roam_id *reference)
{
    const struct record_key key = record_key_reference(reference);
    return is_marked(ledger, &key);
}

void state_put_reference(struct ledger *ledger, const roam_id *reference)
{
    const struct record_key key = record_key_reference(reference);
    put_mark(ledger, &key);
}

bool state_voted(const struct ledger *ledger, const roam_id *ballot, const roam_id *operator_id)
{
    const struct record_key key = record_key_voted(ballot, operator_id);
    return is_marked(ledger, &key);
}

void state_put_voted(struct ledger *ledger, const roam_id *ballot, const roam_id *operator_id)
{
    const struct record_key key = record_key_voted(ballot, operator_id);
    put_mark(ledger, &key);
}
