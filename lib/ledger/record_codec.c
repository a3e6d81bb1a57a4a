#include "record_codec.h"

#include <string.h>

#include "codec.h"
#include "digest.h"
#include "endian.h"

static void codec_version(struct codec *c)
{
    uint8_t version = 1;
    codec_u8(c, &version);
    if (version != 1) codec_fail(c, ROAM_E_VERSION, "version of the record is not 1");
}

static void layout_operator(struct codec *c, struct ledger_operator *r)
{
    codec_version(c);
    codec_bytes(c, r->name, sizeof r->name);
    codec_bytes(c, r->public_key, sizeof r->public_key);
    codec_u64(c, &r->sequence);
}

static void layout_account(struct codec *c, struct ledger_account *r)
{
    codec_version(c);
    codec_u64(c, &r->available_minor);
    codec_u64(c, &r->sequence);
}

static void layout_agreement(struct codec *c, struct ledger_agreement *r)
{
    codec_version(c);
    codec_terms(c, &r->terms);
    codec_u64(c, &r->available_minor);
    codec_u64(c, &r->held_minor);
    codec_u64(c, &r->earned_minor);
    codec_u64(c, &r->home_sequence);
    codec_u64(c, &r->visited_sequence);
    codec_u64(c, &r->opened_s);
    codec_bool(c, &r->closed);
}

static void layout_state(struct codec *c, enum ledger_session_state *state)
{
    uint8_t byte = (uint8_t)*state;
    codec_u8(c, &byte);
    if (byte < SESSION_OPEN || byte > SESSION_DISPUTED)
        codec_fail(c, ROAM_E_RANGE, "session state is not known");
    *state = (enum ledger_session_state)byte;
}

static void layout_session(struct codec *c, struct ledger_session *r)
{
    codec_version(c);
    codec_id(c, &r->agreement);
    codec_u64(c, &r->serial);
    layout_state(c, &r->state);
    codec_fr(c, &r->session_key.x);
    codec_fr(c, &r->session_key.y);
    codec_u64(c, &r->hold_minor);
    codec_u64(c, &r->deadline_s);
    codec_u64(c, &r->seq);
    codec_fr(c, &r->commitment);
    codec_id(c, &r->closed_by);
}

static void layout_settlement(struct codec *c, struct ledger_settlement *r)
{
    codec_version(c);
    codec_id(c, &r->agreement);
    codec_u64(c, &r->total_fee);
    codec_u64(c, &r->total_tax);
    codec_u64(c, &r->credited);
    codec_u64(c, &r->credited_tax);
    codec_u16(c, &r->session_count);
    codec_bytes(c, r->esg, sizeof r->esg);
}

static void layout_validator(struct codec *c, struct ledger_validator *r)
{
    codec_version(c);
    codec_id(c, &r->owner);
    codec_u64(c, &r->power);
}

static void layout_voter(struct codec *c, struct ledger_voter *r)
{
    codec_version(c);
    codec_u64(c, &r->weight);
}

static void layout_validator_set(struct codec *c, struct ledger_validator_set *r)
{
    codec_version(c);
    codec_u64(c, &r->changes);
    codec_u64(c, &r->total_power);
    codec_u16(c, &r->count);
    codec_u64(c, &r->listed);
}

static void layout_listed(struct codec *c, struct ledger_listed *r)
{
    codec_version(c);
    codec_id(c, &r->validator);
}

static void layout_ballot(struct codec *c, struct ledger_ballot *r)
{
    codec_version(c);
    codec_u64(c, &r->weight);
}

/* ledger_<noun>_parse and record_write_<noun> from layout_<noun>. */
#define RECORD(noun)                                                                                         \
    enum roam_err ledger_##noun##_parse(struct ledger_##noun *out, const uint8_t *value, size_t size)        \
    {                                                                                                        \
        struct codec c = codec_reader(value, size, NULL, NULL);                                              \
        layout_##noun(&c, out);                                                                              \
        return codec_end(&c);                                                                                \
    }                                                                                                        \
    size_t record_write_##noun(uint8_t value[LEDGER_VALUE_MAX], const struct ledger_##noun *record)          \
    {                                                                                                        \
        struct ledger_##noun copy = *record;                                                                 \
        struct codec c = codec_writer(value, LEDGER_VALUE_MAX);                                              \
        layout_##noun(&c, &copy);                                                                            \
        ROAM_ASSERT(c.err == ROAM_OK);                                                                       \
        return c.at;                                                                                         \
    }
RECORD(operator)
RECORD(account)
RECORD(agreement)
RECORD(session)
RECORD(settlement)
RECORD(validator)
RECORD(voter)
RECORD(validator_set)
RECORD(listed)
RECORD(ballot)
#undef RECORD

size_t record_write_mark(uint8_t value[LEDGER_VALUE_MAX])
{
    value[0] = 1;
    return 1;
}

static struct record_key key_of_id(char kind, const roam_id *id)
{
    struct record_key key = {{(uint8_t)kind}, 1 + sizeof id->byte};
    memcpy(key.byte + 1, id->byte, sizeof id->byte);
    return key;
}

struct record_key record_key_operator(const roam_id *id) { return key_of_id('o', id); }
struct record_key record_key_reference(const roam_id *reference) { return key_of_id('d', reference); }
struct record_key record_key_agreement(const roam_id *id) { return key_of_id('g', id); }
struct record_key record_key_session(const roam_id *id) { return key_of_id('s', id); }
struct record_key record_key_settlement(const roam_id *id) { return key_of_id('t', id); }

struct record_key record_key_validator(const roam_id *key) { return key_of_id('v', key); }
struct record_key record_key_voter(const roam_id *operator_id) { return key_of_id('w', operator_id); }
struct record_key record_key_validator_set(void) { return (struct record_key){{'V'}, 1}; }
struct record_key record_key_ballot(const roam_id *id) { return key_of_id('b', id); }

struct record_key record_key_listed(uint64_t place)
{
    struct record_key key = {{'n'}, 1 + 8};
    store_be64(key.byte + 1, place);
    return key;
}

struct record_key record_key_voted(const roam_id *ballot, const roam_id *operator_id)
{
    static const char tag[] = "roam vote v1";
    roam_id id;
    const struct bytes_view pieces[] = {{tag, sizeof tag - 1},
                                        {ballot->byte, sizeof ballot->byte},
                                        {operator_id->byte, sizeof operator_id->byte}};
    sha256_pieces(id.byte, pieces, 3);
    return key_of_id('c', &id);
}

struct record_key record_key_account(const roam_id *operator_id, const struct tx_currency *currency)
{
    struct record_key key = key_of_id('a', operator_id);
    memcpy(key.byte + key.size, currency->code, sizeof currency->code);
    key.size += sizeof currency->code;
    key.byte[key.size++] = currency->decimals;
    return key;
}
