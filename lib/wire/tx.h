/* Transactions: what operators send to the ledger, and their one canonical encoding.
 *
 * Encoding: little-endian integers, fixed-size fields in the order of the structs below, no padding, no
 * optional fields; lists are a u16 count and their items. Field elements are 32 bytes big-endian, session
 * keys and signatures are packed (babyjub.h, eddsa.h), proofs are groth16_proof_serialize's 256 bytes.
 * Layout: "rtx1"  type:u8  ledger_id:32  body  signature_count:u8  signatures (64 each) A transaction's id is
 * SHA-256 of all its bytes before the first signature; every signature is Ed25519 over "roam tx v1" || id. So
 * a transaction is bound to one ledger and cannot be read in two ways. Parsing accepts exactly what
 * serialising makes and nothing else. */
#ifndef WIRE_TX_H
#define WIRE_TX_H

#include "eddsa.h"
#include "groth16.h"

enum {
    TX_BATCH_MAX = 1024,      /* items of one transaction */
    TX_SIZE_MAX = 256 * 1024, /* bytes */
    TX_SIGNATURES_MAX = 2,
    TX_SIGNATURE_SIZE = 64,
    TX_OPEN_ITEM_SIZE = 48, /* bytes of one item of SESSION_OPEN, of USAGE_COMMIT */
    TX_COMMIT_ITEM_SIZE = 112,
    TX_NAME_SIZE = 32,   /* operator name: UTF-8 without control characters, not empty, NUL-padded */
    TX_CURRENCY_SIZE = 8 /* "EUR", NUL-padded; upper-case letters and digits */
};

typedef struct {
    uint8_t byte[32];
} roam_id; /* operator, agreement, session, transaction, ledger, ballot; a validator's is its public key */

struct tx_currency {
    char code[TX_CURRENCY_SIZE];
    uint8_t decimals; /* 0..18 */
};

/* Type numbers are frozen. "signer" tells whose signatures a transaction carries, in order. */
enum tx_type {
    TX_OPERATOR_REGISTER = 1,   /* signer: governor */
    TX_OPERATOR_ROTATE_KEY = 2, /* signers: operator's old key, new key */
    TX_DEPOSIT = 3,             /* signer: treasury */
    TX_WITHDRAW = 4,            /* signer: operator */
    TX_AGREEMENT_OPEN = 5,      /* signers: home, visited */
    TX_AGREEMENT_FUND = 6,      /* signer: home. home's account -> agreement's available */
    TX_AGREEMENT_RELEASE = 7,   /* signer: home. agreement's available -> home's account */
    TX_AGREEMENT_COLLECT = 8,   /* signer: visited. agreement's earned -> visited's account */
    TX_SESSION_OPEN = 9,        /* signer: home */
    TX_USAGE_COMMIT = 10,       /* signer: visited */
    TX_SETTLE = 11,             /* signer: visited */
    TX_EXPIRE = 12,             /* signer: any operator */
    TX_DISPUTE = 13,            /* signer: home */
    TX_DISPUTE_RESOLVE = 14,    /* signers: home, visited */
    TX_CREDIT_NOTE = 15,        /* signer: visited */
    TX_AGREEMENT_CLOSE = 16,    /* signer: home or visited: no new sessions from now on */
    TX_VALIDATOR_VOTE = 17      /* signer: an operator that runs validators */
};
enum { TX_TYPES = 18 }; /* the numbers are below this; 0 is none */

struct tx_operator_register {
    roam_id operator_id; /* tx_operator_id(name, public_key) */
    char name[TX_NAME_SIZE];
    uint8_t public_key[32]; /* Ed25519, a point of the prime-order subgroup */
};
struct tx_operator_rotate_key {
    roam_id operator_id;
    uint64_t sequence; /* the operator record's sequence + 1 */
    uint8_t new_public_key[32];
};
struct tx_deposit {
    roam_id operator_id;
    struct tx_currency currency;
    uint64_t amount_minor; /* > 0 */
    roam_id reference;     /* the outside payment; used once */
};
struct tx_withdraw {
    roam_id operator_id;
    struct tx_currency currency;
    uint64_t amount_minor;
    uint64_t sequence; /* the account's sequence + 1 */
    roam_id reference; /* where the treasury pays to; opaque */
};
struct tx_agreement_open {
    roam_id home, visited; /* two operators */
    struct tx_currency currency;
    uint8_t rate_card[32];        /* usage_rate_card_commitment, big-endian field element */
    uint64_t hold_max_minor;      /* largest hold of one session, 1 .. USAGE_MONEY_MAX */
    uint32_t commit_within_s;     /* > 0; after open, else refund */
    uint32_t settle_within_s;     /* > 0; after the first commitment, else refund */
    uint32_t dispute_within_s;    /* > 0; after the dispute was raised, else the default rule */
    uint32_t dispute_default_ppm; /* part of the hold that the default rule pays to the visited operator,
                                     0..10^6 */
    roam_id terms_digest;         /* SHA-256 of the signed paper terms */
    uint64_t salt;                /* tells two agreements of equal terms apart */
};
/* FUND, RELEASE, COLLECT. */
struct tx_agreement_move {
    roam_id agreement;
    uint64_t amount_minor;
    uint64_t sequence; /* the agreement's sequence of the signing party + 1 */
};
struct tx_agreement_close {
    roam_id agreement;
    roam_id signer;    /* home or visited */
    uint64_t sequence; /* the agreement's sequence of that party + 1 */
};
struct tx_session_open_item {
    uint64_t serial;       /* chosen by home; used once in the agreement */
    bjj_point session_key; /* in the subgroup, not the identity */
    uint64_t hold_minor;   /* 1 .. hold_max */
};
struct tx_session_open {
    roam_id agreement;
    uint64_t valid_until_s; /* block time at which the authorisation lapses */
    uint16_t count;
    struct tx_session_open_item *items;
};
/* Sessions are named by their serials in the transaction's agreement, here and below. */
struct tx_usage_commit_item {
    uint64_t serial;
    uint64_t seq; /* > the recorded one */
    fr commitment;
    eddsa_signature signature; /* by the session key over usage_sign_message(session id, seq, commitment) */
};
struct tx_usage_commit {
    roam_id agreement;
    uint16_t count;
    struct tx_usage_commit_item *items;
};
struct tx_settle {
    roam_id agreement;
    uint16_t circuit_size; /* places of the settle circuit */
    uint16_t count;        /* sessions */
    uint64_t *serials;     /* in the batch's order, distinct */
    uint64_t total_fee, total_tax;
    uint8_t esg[32]; /* esg_commitment, big-endian field element */
    groth16_proof proof;
};
struct tx_expire {
    roam_id agreement;
    roam_id signer;
    uint16_t count;
    uint64_t *serials; /* distinct */
};
struct tx_dispute {
    roam_id agreement;
    uint64_t serial;
    roam_id reason; /* digest of the complaint; opaque */
};
struct tx_dispute_resolve {
    roam_id agreement;
    uint64_t serial;
    uint64_t amount_minor, tax_minor; /* tax <= amount <= hold */
};
struct tx_credit_note {
    roam_id agreement;
    roam_id settlement; /* id of the SETTLE or DISPUTE_RESOLVE transaction that it corrects */
    uint64_t amount_minor, tax_minor;
    uint64_t sequence; /* the agreement's sequence of the visited operator + 1 */
    roam_id reason;
};
/* In favour of one change to the validators. */
struct tx_validator_vote {
    roam_id operator_id; /* who votes */
    roam_id validator;   /* Ed25519 public key of its node, a point of the prime-order subgroup */
    uint64_t power;      /* that it is to have, 0 .. LEDGER_POWER_MAX; 0 removes it */
    roam_id owner;       /* operator that runs it, or is to */
    uint64_t changes;    /* how many changes there were: a ballot ends with the next one */
};

struct tx {
    enum tx_type type;
    roam_id ledger;
    roam_id id; /* filled by tx_parse and by tx_seal */
    union {
        struct tx_operator_register operator_register;
        struct tx_operator_rotate_key operator_rotate_key;
        struct tx_deposit deposit;
        struct tx_withdraw withdraw;
        struct tx_agreement_open agreement_open;
        struct tx_agreement_move agreement_move;
        struct tx_agreement_close agreement_close;
        struct tx_session_open session_open;
        struct tx_usage_commit usage_commit;
        struct tx_settle settle;
        struct tx_expire expire;
        struct tx_dispute dispute;
        struct tx_dispute_resolve dispute_resolve;
        struct tx_credit_note credit_note;
        struct tx_validator_vote validator_vote;
    } body;
    uint8_t signature_count; /* filled by tx_parse and by tx_seal */
    uint8_t signature[TX_SIGNATURES_MAX][TX_SIGNATURE_SIZE];
};

/* Room that tx_parse needs for the lists of any transaction of this many bytes. */
size_t tx_parse_scratch_size(size_t size);
/* Reads one transaction. Its list goes to scratch (aligned for any type), which must live as long as *out is
 * used. ROAM_E_FORMAT (not a transaction, ends early, bytes left over, name not canonical), ROAM_E_VERSION,
 * ROAM_E_UNSUPPORTED (unknown type), ROAM_E_RANGE (field element or coordinate not canonical), ROAM_E_POINT
 * (operator's or validator's key, session key, R8 or proof point off its curve; one of these but R8 outside
 * its subgroup or the identity), ROAM_E_COUNT (number of signatures), ROAM_E_LIMIT (size, items).
 * Signatures are not checked. */
ROAM_MUST_USE enum roam_err tx_parse(struct tx *out, const uint8_t *bytes, size_t size, void *scratch,
                                     struct roam_diag *diag);
/* The same but for the curves: points are not checked, and session keys, device signatures and the proof are
 * left unset. They cost most, so that what nobody vouches for can be refused before they are looked at. */
ROAM_MUST_USE enum roam_err tx_parse_shape(struct tx *out, const uint8_t *bytes, size_t size, void *scratch,
                                           struct roam_diag *diag);
/* Serialises a sealed transaction; *size gets the length. ROAM_E_LIMIT if capacity or TX_SIZE_MAX does not
 * suffice. Fields that tx_parse refuses make bytes that it refuses. */
ROAM_MUST_USE enum roam_err tx_serialize(uint8_t *bytes, size_t capacity, size_t *size, const struct tx *tx);

/* Number of signatures the type carries: 1 or 2. */
unsigned tx_signature_count(enum tx_type type);
/* Sets signature_count and computes the id from the body, before signing. */
void tx_seal(struct tx *tx);
/* Signs place `which` with an Ed25519 secret key (libsodium form, 64 bytes). tx must be sealed. */
void tx_sign(struct tx *tx, unsigned which, const uint8_t secret_key[64]);
/* Ed25519 as libsodium verifies: without cofactor, S and key canonical, neither key nor R of small order. */
bool tx_signature_valid(const struct tx *tx, unsigned which, const uint8_t public_key[32]);

/* One signature of a sealed or parsed transaction, and whose it is to be. */
struct tx_signed {
    const struct tx *tx;
    unsigned which;
    const uint8_t *public_key; /* 32 bytes */
};
/* The same verdicts on many; together they cost less. */
void tx_signatures_valid(bool *valid, const struct tx_signed *items, size_t count);

/* Ids that both sides compute. */
/* SHA-256("roam operator v1" || name || public_key). */
void tx_operator_id(roam_id *out, const char name[TX_NAME_SIZE], const uint8_t public_key[32]);
/* SHA-256("roam agreement v1" || ledger || body of the AGREEMENT_OPEN transaction). */
void tx_agreement_id(roam_id *out, const roam_id *ledger, const struct tx_agreement_open *terms);
/* The agreement's first 24 bytes, top three bits cleared, then the serial, big-endian: a canonical big-endian
 * field element. Sessions of an agreement stand in the order of their serials, so that those that are opened,
 * committed and settled together are neighbours in a host's tables. Two agreements that agree in 189 bits
 * would share ids; a session is only ever found under the agreement that its record names. */
void tx_session_id(roam_id *out, const roam_id *agreement, uint64_t serial);
/* The serial of a session with this id; false, and *out unchanged, if it is not one of the agreement. */
bool tx_session_serial(uint64_t *out, const roam_id *agreement, const roam_id *session);
/* The field element of an id, its top three bits cleared (those of a session id are clear already). */
void tx_id_to_fr(fr *out, const roam_id *id);

/* What votes for the same change in the same state of the validators add up in: SHA-256("roam ballot v1" ||
 * validator || power || owner || changes). */
void tx_ballot_id(roam_id *out, const struct tx_validator_vote *vote);

/* The id that a transaction of these bytes has if it parses, without the cost of parsing; SHA-256 of the
 * bytes if the length cannot be right. */
void tx_id_of_bytes(roam_id *out, const uint8_t *bytes, size_t size);

/* The most items that the list of a transaction of these bytes can have, from its type and size alone. Bytes
 * of no known type count as the type whose items are shortest. */
size_t tx_items_max(const uint8_t *bytes, size_t size);

bool roam_id_equal(const roam_id *a, const roam_id *b);

/* "SETTLE"; never NULL. */
const char *tx_type_name(enum tx_type type);

#endif
