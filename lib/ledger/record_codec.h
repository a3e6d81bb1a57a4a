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
struct record_key record_key_validator(const roam_id *key);
struct record_key record_key_voter(const roam_id *operator_id);
struct record_key record_key_validator_set(void);
struct record_key record_key_listed(uint64_t place);
struct record_key record_key_ballot(const roam_id *id);
struct record_key record_key_voted(const roam_id *ballot, const roam_id *operator_id);

/* Each returns the value's size. */
size_t record_write_operator(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_operator *record);
size_t record_write_account(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_account *record);
/* The version byte alone. */
size_t record_write_mark(uint8_t value[LEDGER_VALUE_MAX]);
size_t record_write_agreement(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_agreement *record);
size_t record_write_session(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_session *record);
size_t record_write_settlement(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_settlement *record);
size_t record_write_validator(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_validator *record);
size_t record_write_voter(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_voter *record);
size_t record_write_validator_set(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_validator_set *record);
size_t record_write_listed(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_listed *record);
size_t record_write_ballot(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_ballot *record);

#endif
