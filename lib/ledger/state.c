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

/* The three functions of a record that is found by one id. */
#define RECORD(noun)                                                                                         \
    bool state_##noun(struct ledger_##noun *out, const struct ledger *ledger, const roam_id *id)             \
    {                                                                                                        \
        struct overlay_value memory;                                                                         \
        const struct record_key key = record_key_##noun(id);                                                 \
        const struct overlay_value *value = read_value(&memory, ledger, &key);                               \
        if (value == NULL) return false;                                                                     \
        const enum roam_err err = ledger_##noun##_parse(out, value->byte, value->size);                      \
        ROAM_ASSERT(err == ROAM_OK);                                                                         \
        return true;                                                                                         \
    }                                                                                                        \
    void state_put_##noun(struct ledger *ledger, const roam_id *id, const struct ledger_##noun *record)      \
    {                                                                                                        \
        uint8_t value[LEDGER_VALUE_MAX];                                                                     \
        const struct record_key key = record_key_##noun(id);                                                 \
        put_value(ledger, &key, value, record_write_##noun(value, record));                                  \
    }                                                                                                        \
    enum roam_err ledger_get_##noun(struct ledger_##noun *out, const struct ledger *ledger,                  \
                                    const roam_id *id)                                                       \
    {                                                                                                        \
        struct overlay_value value;                                                                          \
        const struct record_key key = record_key_##noun(id);                                                 \
        read_committed(&value, ledger, &key);                                                                \
        return value.size == 0 ? ROAM_E_NOTFOUND : ledger_##noun##_parse(out, value.byte, value.size);       \
    }
RECORD(operator)
RECORD(agreement)
RECORD(session)
RECORD(settlement)
#undef RECORD

void state_account(struct ledger_account *out, const struct ledger *ledger, const roam_id *operator_id,
                   const struct tx_currency *currency)
{
    struct overlay_value memory;
    const struct record_key key = record_key_account(operator_id, currency);
    const struct overlay_value *value = read_value(&memory, ledger, &key);
    memset(out, 0, sizeof *out);
    if (value == NULL) return;
    const enum roam_err err = ledger_account_parse(out, value->byte, value->size);
    ROAM_ASSERT(err == ROAM_OK);
}

void state_put_account(struct ledger *ledger, const roam_id *operator_id, const struct tx_currency *currency,
                       const struct ledger_account *record)
{
    uint8_t value[LEDGER_VALUE_MAX];
    const struct record_key key = record_key_account(operator_id, currency);
    put_value(ledger, &key, value, record_write_account(value, record));
}

enum roam_err ledger_get_account(struct ledger_account *out, const struct ledger *ledger,
                                 const roam_id *operator_id, const struct tx_currency *currency)
{
    struct overlay_value value;
    const struct record_key key = record_key_account(operator_id, currency);
    read_committed(&value, ledger, &key);
    return value.size == 0 ? ROAM_E_NOTFOUND : ledger_account_parse(out, value.byte, value.size);
}

bool state_reference_used(const struct ledger *ledger, const roam_id *reference)
{
    struct overlay_value memory;
    const struct record_key key = record_key_reference(reference);
    return read_value(&memory, ledger, &key) != NULL;
}

void state_put_reference(struct ledger *ledger, const roam_id *reference)
{
    uint8_t value[LEDGER_VALUE_MAX];
    const struct record_key key = record_key_reference(reference);
    put_value(ledger, &key, value, record_write_reference(value));
}
