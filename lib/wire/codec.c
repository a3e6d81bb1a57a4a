#include "codec.h"

#include <string.h>

#include "endian.h"

struct codec codec_reader(const uint8_t *in, size_t size, void *items, struct roam_diag *diag)
{
    return (struct codec){.mode = CODEC_READ, .in = in, .size = size, .items = items, .diag = diag};
}

struct codec codec_writer(uint8_t *out, size_t capacity)
{
    return (struct codec){.mode = CODEC_WRITE, .out = out, .size = capacity};
}

struct codec codec_hasher(const char *tag)
{
    struct codec c = {.mode = CODEC_HASH};
    crypto_hash_sha256_init(&c.hash);
    crypto_hash_sha256_update(&c.hash, (const uint8_t *)tag, strlen(tag));
    return c;
}

void codec_fail(struct codec *c, enum roam_err err, const char *what)
{
    if (c->err == ROAM_OK) c->err = roam_diag(c->diag, err, "byte %zu: %s", c->at, what);
}

enum roam_err codec_end(struct codec *c)
{
    if (c->mode == CODEC_READ && c->at != c->size) codec_fail(c, ROAM_E_FORMAT, "bytes are left over");
    return c->err;
}

void codec_hash_end(struct codec *c, uint8_t digest[32]) { crypto_hash_sha256_final(&c->hash, digest); }

static void read_bytes(struct codec *c, void *field, size_t size)
{
    if (size > c->size - c->at) codec_fail(c, ROAM_E_FORMAT, "ends before its last field");
    if (c->err != ROAM_OK) {
        memset(field, 0, size);
        return;
    }
    memcpy(field, c->in + c->at, size);
    c->at += size;
}

static void write_bytes(struct codec *c, const void *field, size_t size)
{
    if (size > c->size - c->at) codec_fail(c, ROAM_E_LIMIT, "no room for the next field");
    if (c->err != ROAM_OK) return;
    memcpy(c->out + c->at, field, size);
    c->at += size;
}

void codec_bytes(struct codec *c, void *field, size_t size)
{
    if (c->mode == CODEC_READ)
        read_bytes(c, field, size);
    else if (c->mode == CODEC_WRITE)
        write_bytes(c, field, size);
    else
        crypto_hash_sha256_update(&c->hash, field, size);
}

void codec_u8(struct codec *c, uint8_t *field) { codec_bytes(c, field, 1); }

void codec_u16(struct codec *c, uint16_t *field)
{
    uint8_t bytes[2];
    store_le16(bytes, *field);
    codec_bytes(c, bytes, sizeof bytes);
    *field = load_le16(bytes);
}

void codec_u32(struct codec *c, uint32_t *field)
{
    uint8_t bytes[4];
    store_le32(bytes, *field);
    codec_bytes(c, bytes, sizeof bytes);
    *field = load_le32(bytes);
}

void codec_u64(struct codec *c, uint64_t *field)
{
    uint8_t bytes[8];
    store_le64(bytes, *field);
    codec_bytes(c, bytes, sizeof bytes);
    *field = load_le64(bytes);
}

void codec_bool(struct codec *c, bool *field)
{
    uint8_t byte = c->mode == CODEC_READ ? 0 : *field;
    codec_bytes(c, &byte, 1);
    if (byte > 1) codec_fail(c, ROAM_E_FORMAT, "truth value is neither 0 nor 1");
    *field = byte == 1;
}

void codec_id(struct codec *c, roam_id *field) { codec_bytes(c, field->byte, sizeof field->byte); }

void codec_fr(struct codec *c, fr *field)
{
    uint8_t bytes[32];
    if (c->mode != CODEC_READ) fr_to_be(bytes, field);
    codec_bytes(c, bytes, sizeof bytes);
    if (c->mode == CODEC_READ && fr_from_be(field, bytes) != ROAM_OK)
        codec_fail(c, ROAM_E_RANGE, "field element is not below r");
}

void codec_currency(struct codec *c, struct tx_currency *currency)
{
    codec_bytes(c, currency->code, sizeof currency->code);
    codec_u8(c, &currency->decimals);
}
