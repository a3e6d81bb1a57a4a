#include "tx.h"

#include <string.h>

#include "codec.h"
#include "digest.h"
#include "endian.h"

bool roam_id_equal(const roam_id *a, const roam_id *b)
{
    return memcmp(a->byte, b->byte, sizeof a->byte) == 0;
}

void tx_id_of_bytes(roam_id *out, const uint8_t *bytes, size_t size)
{
    size_t signatures = size > 4 ? TX_SIGNATURE_SIZE * tx_signature_count((enum tx_type)bytes[4]) : 0;
    sha256(out->byte, bytes, size > 4 + signatures ? size - signatures : size);
}

void tx_operator_id(roam_id *out, const char name[TX_NAME_SIZE], const uint8_t public_key[32])
{
    static const char tag[] = "roam operator v1";
    const struct bytes_view pieces[] = {{tag, sizeof tag - 1}, {name, TX_NAME_SIZE}, {public_key, 32}};
    sha256_pieces(out->byte, pieces, 3);
}

void tx_agreement_id(roam_id *out, const roam_id *ledger, const struct tx_agreement_open *terms)
{
    roam_id ledger_copy = *ledger;
    struct tx_agreement_open terms_copy = *terms;
    struct codec c = codec_hasher("roam agreement v1");
    codec_id(&c, &ledger_copy);
    codec_terms(&c, &terms_copy);
    codec_hash_end(&c, out->byte);
}

void tx_session_id(roam_id *out, const roam_id *agreement, uint64_t serial)
{
    const roam_id whole = *agreement; /* out may be the same */
    memcpy(out->byte, whole.byte, 24);
    out->byte[0] &= 0x1f;
    store_be64(out->byte + 24, serial);
}

bool tx_session_serial(uint64_t *out, const roam_id *agreement, const roam_id *session)
{
    const uint64_t serial = load_be64(session->byte + 24);
    roam_id same;
    tx_session_id(&same, agreement, serial);
    if (!roam_id_equal(&same, session)) return false;
    *out = serial;
    return true;
}

void tx_ballot_id(roam_id *out, const struct tx_validator_vote *vote)
{
    static const char tag[] = "roam ballot v1";
    uint8_t power[8], changes[8];
    store_le64(power, vote->power);
    store_le64(changes, vote->changes);
    const struct bytes_view pieces[] = {{tag, sizeof tag - 1},
                                        {vote->validator.byte, sizeof vote->validator.byte},
                                        {power, sizeof power},
                                        {vote->owner.byte, sizeof vote->owner.byte},
                                        {changes, sizeof changes}};
    sha256_pieces(out->byte, pieces, 5);
}

void tx_id_to_fr(fr *out, const roam_id *id)
{
    /* 253 bits are always below r. */
    roam_id cleared = *id;
    cleared.byte[0] &= 0x1f;
    const enum roam_err err = fr_from_be(out, cleared.byte);
    ROAM_ASSERT(err == ROAM_OK);
}
