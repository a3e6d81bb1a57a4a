/* Keys and values of the records as bytes. Private to lib/ledger. */
#ifndef LEDGER_RECORD_CODEC_H
#define LEDGER_RECORD_CODEC_H

#include "records.h"

struct record_key {
    uint8_t byte[LEDGER_KEY_MAX];
    size_t size;
};

struct record_key record_key_operator(const roam_id *id);
struct record_key record_key_account(const roam_id *operator_id, const struct tx_currency *currency);
struct record_key record_key_reference(const roam_id *reference);
struct record_key record_key_agreement(const roam_id *id);
struct record_key record_key_session(const roam_id *id);
struct record_key record_key_settlement(const roam_id *id);

/* Each returns the value's size. */
size_t record_write_operator(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_operator *record);
size_t record_write_account(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_account *record);
size_t record_write_reference(uint8_t value[LEDGER_VALUE_MAX]);
size_t record_write_agreement(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_agreement *record);
size_t record_write_session(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_session *record);
size_t record_write_settlement(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_settlement *record);

#endif
