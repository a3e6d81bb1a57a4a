/* One description of a byte layout, used to read it, to write it and to hash it, so that the three cannot
 * drift apart.
 *
 * A layout is a function that names its fields in order: codec_u64(c, &deposit->amount_minor) and so on.
 * Reading stores the field; writing and hashing only look at it. The first error is kept; after it fields
 * read as zero and nothing more is written, so that a layout needs no error handling of its own. */
#ifndef WIRE_CODEC_H
#define WIRE_CODEC_H

#include <sodium.h>

#include "tx.h"

/* Where an item's point stands in it: a serial goes before a session key, serial, sequence number and
 * commitment before a device signature. */
enum { TX_KEY_AT = 8, TX_SIGNATURE_AT = 8 + 8 + 32 };

enum codec_mode { CODEC_READ, CODEC_WRITE, CODEC_HASH };

struct codec {
    enum codec_mode mode;
    enum roam_err err;
    struct roam_diag *diag;
    const uint8_t *in;
    uint8_t *out;
    size_t size, at; /* of in or out */
    crypto_hash_sha256_state hash;
    uint8_t *items;  /* reading: memory for the list of a transaction */
    bool shape_only; /* reading: points are passed over, their fields left unset */
};

struct codec codec_reader(const uint8_t *in, size_t size, void *items, struct roam_diag *diag);
struct codec codec_writer(uint8_t *out, size_t capacity);
/* Hashes tag and then the fields. */
struct codec codec_hasher(const char *tag);

/* Keeps the first error; to be called by layouts that find a value they do not accept. */
void codec_fail(struct codec *c, enum roam_err err, const char *what);
/* Reading: ROAM_E_FORMAT if bytes are left over. Returns the first error. */
ROAM_MUST_USE enum roam_err codec_end(struct codec *c);
void codec_hash_end(struct codec *c, uint8_t digest[32]);

void codec_bytes(struct codec *c, void *field, size_t size);
void codec_u8(struct codec *c, uint8_t *field);
void codec_u16(struct codec *c, uint16_t *field);
void codec_u32(struct codec *c, uint32_t *field);
void codec_u64(struct codec *c, uint64_t *field);
/* One byte, 0 or 1; reading anything else is ROAM_E_FORMAT. */
void codec_bool(struct codec *c, bool *field);
void codec_id(struct codec *c, roam_id *field);
/* 32 bytes big-endian; reading a value >= r is ROAM_E_RANGE. */
void codec_fr(struct codec *c, fr *field);

void codec_currency(struct codec *c, struct tx_currency *currency);
void codec_terms(struct codec *c, struct tx_agreement_open *terms);
/* The body of a transaction of any type. */
void codec_tx_body(struct codec *c, struct tx *tx);

#endif
