/* The layout of each type's body. */
#include "codec.h"

#include <string.h>

#include "tx_name.h"

/* A hash that stays in bytes but must be a canonical field element. */
static void field_element_bytes(struct codec *c, uint8_t bytes[32])
{
    fr ignored;
    codec_bytes(c, bytes, 32);
    if (c->mode == CODEC_READ && fr_from_be(&ignored, bytes) != ROAM_OK)
        codec_fail(c, ROAM_E_RANGE, "field element is not below r");
}

/* True if a point that was just read is to be checked. */
static bool points_matter(const struct codec *c)
{
    return c->mode == CODEC_READ && c->err == ROAM_OK && !c->shape_only;
}

static void ed25519_key(struct codec *c, uint8_t key[32])
{
    codec_bytes(c, key, 32);
    if (points_matter(c) && crypto_core_ed25519_is_valid_point(key) != 1)
        codec_fail(c, ROAM_E_POINT, "key is not an Ed25519 point of the prime-order subgroup");
}

/* Points cost more than all else in a list, and less together: those of up to GROUP items are unpacked before
 * the first of them is read. Errors are still met in the order of the fields. */
enum { GROUP = 16 };

struct group {
    const uint8_t *bytes[GROUP];
    enum roam_err err[GROUP];
    union {
        bjj_point key[GROUP];
        eddsa_signature signature[GROUP];
    } point;
};

/* Finds the bytes of the next items' points, at offset in each, and returns how many. list_begin made sure
 * that they are there. */
static size_t group_begin(struct group *group, const struct codec *c, size_t left, size_t item_size,
                          size_t offset)
{
    const size_t count = left < GROUP ? left : GROUP;
    for (size_t k = 0; k < count; k++) group->bytes[k] = c->in + c->at + k * item_size + offset;
    return count;
}

static void session_key(struct codec *c, bjj_point *key, const struct group *group, size_t k)
{
    uint8_t bytes[32];
    if (c->mode != CODEC_READ) bjj_pack(bytes, key);
    codec_bytes(c, bytes, sizeof bytes);
    if (!points_matter(c)) return;
    *key = group->point.key[k];
    if (group->err[k] != ROAM_OK) codec_fail(c, group->err[k], "session key is not a point of the subgroup");
}

static void device_signature(struct codec *c, eddsa_signature *signature, const struct group *group, size_t k)
{
    uint8_t bytes[EDDSA_SIGNATURE_SIZE];
    if (c->mode != CODEC_READ) eddsa_signature_pack(bytes, signature);
    codec_bytes(c, bytes, sizeof bytes);
    if (!points_matter(c)) return;
    *signature = group->point.signature[k];
    if (group->err[k] != ROAM_OK) codec_fail(c, group->err[k], "device signature is not canonical");
}

static void proof(struct codec *c, groth16_proof *proof)
{
    uint8_t bytes[GROTH16_PROOF_SIZE];
    if (c->mode != CODEC_READ) groth16_proof_serialize(bytes, proof);
    codec_bytes(c, bytes, sizeof bytes);
    if (!points_matter(c)) return;
    enum roam_err err = groth16_proof_parse(proof, bytes);
    if (err != ROAM_OK) codec_fail(c, err, "proof is not canonical or not on its curves");
}

/* The count of a list and, when reading, where its items go: memory for as many as the bytes can hold. */
static void *list_begin(struct codec *c, uint16_t *count, size_t item_size, void *items)
{
    codec_u16(c, count);
    if (*count > TX_BATCH_MAX)
        codec_fail(c, ROAM_E_LIMIT, "list has more than 1024 items");
    else if (c->mode == CODEC_READ && *count * item_size > c->size - c->at)
        codec_fail(c, ROAM_E_FORMAT, "ends before the last item of its list");
    if (c->err != ROAM_OK) *count = 0;
    return c->mode == CODEC_READ ? c->items : items;
}

static void serial_list(struct codec *c, uint16_t *count, uint64_t **serials)
{
    *serials = list_begin(c, count, sizeof **serials, *serials);
    for (uint16_t i = 0; i < *count; i++) codec_u64(c, &(*serials)[i]);
}

static void operator_register(struct codec *c, struct tx_operator_register *b)
{
    codec_id(c, &b->operator_id);
    codec_bytes(c, b->name, sizeof b->name);
    if (c->mode == CODEC_READ && c->err == ROAM_OK && !tx_name_is_canonical(b->name))
        codec_fail(c, ROAM_E_FORMAT, "name is empty, not UTF-8, not NUL-padded or has control characters");
    ed25519_key(c, b->public_key);
}

static void operator_rotate_key(struct codec *c, struct tx_operator_rotate_key *b)
{
    codec_id(c, &b->operator_id);
    codec_u64(c, &b->sequence);
    ed25519_key(c, b->new_public_key);
}

static void deposit(struct codec *c, struct tx_deposit *b)
{
    codec_id(c, &b->operator_id);
    codec_currency(c, &b->currency);
    codec_u64(c, &b->amount_minor);
    codec_id(c, &b->reference);
}

static void withdraw(struct codec *c, struct tx_withdraw *b)
{
    codec_id(c, &b->operator_id);
    codec_currency(c, &b->currency);
    codec_u64(c, &b->amount_minor);
    codec_u64(c, &b->sequence);
    codec_id(c, &b->reference);
}

void codec_terms(struct codec *c, struct tx_agreement_open *terms)
{
    codec_id(c, &terms->home);
    codec_id(c, &terms->visited);
    codec_currency(c, &terms->currency);
    field_element_bytes(c, terms->rate_card);
    codec_u64(c, &terms->hold_max_minor);
    codec_u32(c, &terms->commit_within_s);
    codec_u32(c, &terms->settle_within_s);
    codec_u32(c, &terms->dispute_within_s);
    codec_u32(c, &terms->dispute_default_ppm);
    codec_id(c, &terms->terms_digest);
    codec_u64(c, &terms->salt);
}

static void agreement_move(struct codec *c, struct tx_agreement_move *b)
{
    codec_id(c, &b->agreement);
    codec_u64(c, &b->amount_minor);
    codec_u64(c, &b->sequence);
}

static void agreement_close(struct codec *c, struct tx_agreement_close *b)
{
    codec_id(c, &b->agreement);
    codec_id(c, &b->signer);
    codec_u64(c, &b->sequence);
}

static void session_open(struct codec *c, struct tx_session_open *b)
{
    codec_id(c, &b->agreement);
    codec_u64(c, &b->valid_until_s);
    b->items = list_begin(c, &b->count, TX_OPEN_ITEM_SIZE, b->items);
    struct group group;
    for (uint16_t i = 0; i < b->count && c->err == ROAM_OK; i++) {
        if (i % GROUP == 0 && points_matter(c)) {
            const size_t count = group_begin(&group, c, b->count - i, TX_OPEN_ITEM_SIZE, TX_KEY_AT);
            eddsa_public_keys_unpack(group.point.key, group.err, group.bytes, count);
        }
        codec_u64(c, &b->items[i].serial);
        session_key(c, &b->items[i].session_key, &group, i % GROUP);
        codec_u64(c, &b->items[i].hold_minor);
    }
}

static void usage_commit(struct codec *c, struct tx_usage_commit *b)
{
    codec_id(c, &b->agreement);
    b->items = list_begin(c, &b->count, TX_COMMIT_ITEM_SIZE, b->items);
    struct group group;
    for (uint16_t i = 0; i < b->count && c->err == ROAM_OK; i++) {
        if (i % GROUP == 0 && points_matter(c)) {
            const size_t count = group_begin(&group, c, b->count - i, TX_COMMIT_ITEM_SIZE, TX_SIGNATURE_AT);
            eddsa_signatures_unpack(group.point.signature, group.err, group.bytes, count);
        }
        codec_u64(c, &b->items[i].serial);
        codec_u64(c, &b->items[i].seq);
        codec_fr(c, &b->items[i].commitment);
        device_signature(c, &b->items[i].signature, &group, i % GROUP);
    }
}

static void settle(struct codec *c, struct tx_settle *b)
{
    codec_id(c, &b->agreement);
    codec_u16(c, &b->circuit_size);
    serial_list(c, &b->count, &b->serials);
    codec_u64(c, &b->total_fee);
    codec_u64(c, &b->total_tax);
    field_element_bytes(c, b->esg);
    proof(c, &b->proof);
}

static void expire(struct codec *c, struct tx_expire *b)
{
    codec_id(c, &b->agreement);
    codec_id(c, &b->signer);
    serial_list(c, &b->count, &b->serials);
}

static void dispute(struct codec *c, struct tx_dispute *b)
{
    codec_id(c, &b->agreement);
    codec_u64(c, &b->serial);
    codec_id(c, &b->reason);
}

static void dispute_resolve(struct codec *c, struct tx_dispute_resolve *b)
{
    codec_id(c, &b->agreement);
    codec_u64(c, &b->serial);
    codec_u64(c, &b->amount_minor);
    codec_u64(c, &b->tax_minor);
}

static void credit_note(struct codec *c, struct tx_credit_note *b)
{
    codec_id(c, &b->agreement);
    codec_id(c, &b->settlement);
    codec_u64(c, &b->amount_minor);
    codec_u64(c, &b->tax_minor);
    codec_u64(c, &b->sequence);
    codec_id(c, &b->reason);
}

static void validator_vote(struct codec *c, struct tx_validator_vote *b)
{
    codec_id(c, &b->operator_id);
    ed25519_key(c, b->validator.byte);
    codec_u64(c, &b->power);
    codec_id(c, &b->owner);
    codec_u64(c, &b->changes);
}

void codec_tx_body(struct codec *c, struct tx *tx)
{
    switch (tx->type) {
    case TX_OPERATOR_REGISTER:
        operator_register(c, &tx->body.operator_register);
        return;
    case TX_OPERATOR_ROTATE_KEY:
        operator_rotate_key(c, &tx->body.operator_rotate_key);
        return;
    case TX_DEPOSIT:
        deposit(c, &tx->body.deposit);
        return;
    case TX_WITHDRAW:
        withdraw(c, &tx->body.withdraw);
        return;
    case TX_AGREEMENT_OPEN:
        codec_terms(c, &tx->body.agreement_open);
        return;
    case TX_AGREEMENT_FUND:
    case TX_AGREEMENT_RELEASE:
    case TX_AGREEMENT_COLLECT:
        agreement_move(c, &tx->body.agreement_move);
        return;
    case TX_SESSION_OPEN:
        session_open(c, &tx->body.session_open);
        return;
    case TX_USAGE_COMMIT:
        usage_commit(c, &tx->body.usage_commit);
        return;
    case TX_SETTLE:
        settle(c, &tx->body.settle);
        return;
    case TX_EXPIRE:
        expire(c, &tx->body.expire);
        return;
    case TX_DISPUTE:
        dispute(c, &tx->body.dispute);
        return;
    case TX_DISPUTE_RESOLVE:
        dispute_resolve(c, &tx->body.dispute_resolve);
        return;
    case TX_CREDIT_NOTE:
        credit_note(c, &tx->body.credit_note);
        return;
    case TX_AGREEMENT_CLOSE:
        agreement_close(c, &tx->body.agreement_close);
        return;
    case TX_VALIDATOR_VOTE:
        validator_vote(c, &tx->body.validator_vote);
        return;
    }
    codec_fail(c, ROAM_E_UNSUPPORTED, "transaction type is not known");
}
