#include "spoil.h"

#include <string.h>

#include <sodium.h>

#include "digest.h"
#include "endian.h"
#include "hex.h"
#include "rare.h"

enum { HEADER = 37, LIST_COUNT = HEADER + 64 }; /* bytes before the body; place of EXPIRE's count */

/* A field of 32 bytes that is a number below a modulus, perhaps with a sign in its top bit. */
enum field_kind { ELEMENT, COORDINATE, DEVICE_POINT, DEVICE_SCALAR, OPERATOR_KEY, NAME };
struct field {
    enum field_kind kind;
    size_t at;
};

/* Big-endian; r, p, r, l, 2^255 - 19. */
static const char *const moduli[] = {"30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001",
                                     "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47",
                                     "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001",
                                     "060c89ce5c263405370a08b6d0302b0bab3eedb83920ee0a677297dc392126f1",
                                     "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"};
/* A point of the twist of order other than r: x = 1. */
static const char outside[] = "0000000000000000000000000000000000000000000000000000000000000001"
                              "0000000000000000000000000000000000000000000000000000000000000000"
                              "2869111d5381f072f8e2728fdb825a51aadd70e52c9830e9ab4b871c0531f1bb"
                              "0d1271953ed9ea0836846e70a1934187998c7f790cb4d7511b7f8da82de048a4";

static void decode(uint8_t *bytes, size_t size, const char *text)
{
    const enum roam_err err = hex_decode(bytes, size, text, 2 * size);
    ROAM_ASSERT(err == ROAM_OK);
}

static void reverse(uint8_t bytes[32])
{
    for (int i = 0; i < 16; i++) {
        const uint8_t byte = bytes[i];
        bytes[i] = bytes[31 - i];
        bytes[31 - i] = byte;
    }
}

/* a + b or a - b modulo 2^256, little-endian. */
static void add_bytes(uint8_t out[32], const uint8_t a[32], const uint8_t b[32], bool subtract)
{
    unsigned carry = subtract;
    for (int i = 0; i < 32; i++) {
        carry += a[i] + (subtract ? 255u - b[i] : b[i]);
        out[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

/* value: little-endian, without a sign. */
static void change_number(struct workload *w, uint8_t value[32], const uint8_t modulus[32])
{
    static const uint8_t one[32] = {1};
    switch (prng_below(&w->prng, 6)) {
    case 0: /* the same number, not canonical */
        add_bytes(value, value, modulus, false);
        return;
    case 1: /* for a packed point with its sign turned too: another of order 2 added */
        add_bytes(value, modulus, value, true);
        return;
    case 2:
        memset(value, 0, 32);
        return;
    case 3: /* the identity of a curve whose points are packed by y */
        memcpy(value, one, 32);
        return;
    case 4: /* the point of order 2 */
        add_bytes(value, modulus, one, true);
        return;
    default:
        memcpy(value, modulus, 32);
    }
}

static void change_field(struct workload *w, uint8_t *bytes, enum field_kind kind)
{
    const bool big_endian = kind == ELEMENT || kind == COORDINATE,
               has_sign = kind == DEVICE_POINT || kind == OPERATOR_KEY;
    uint8_t modulus[32], sign = 0;
    decode(modulus, 32, moduli[kind]);
    reverse(modulus);
    if (big_endian) reverse(bytes);
    if (has_sign) {
        sign = bytes[31] & 0x80;
        bytes[31] &= 0x7f;
        if (prng_below(&w->prng, 2) == 0) sign ^= 0x80;
    }
    if (!has_sign || prng_below(&w->prng, 6) != 0) change_number(w, bytes, modulus);
    bytes[31] |= sign;
    if (big_endian) reverse(bytes);
}

static void change_name(struct workload *w, uint8_t name[TX_NAME_SIZE])
{
    static const char *const names[] = {
        "",
        "a\tb",
        "\x7f",
        "a\xc2\x85z",                           /* U+0085, a control character */
        "\xc2\xa0 no-break",                    /* U+00A0 is none */
        "\xe2\x80\xae turned",                  /* U+202E: format, not control */
        "\xc0\x80",                             /* long form of NUL */
        "\xed\xa0\x80",                         /* surrogate */
        "\xf4\x90\x80\x80",                     /* above U+10FFFF */
        "\xf4\x8f\xbf\xbf",                     /* U+10FFFF */
        "\xe2\x82",                             /* cut */
        "12345678901234567890123456789012",     /* no NUL left */
        "1234567890123456789012345678901\xc3",  /* cut at the end */
        "\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x8c", /* 2, 3 and 4 bytes */
        "\xef\xbf\xbf\xef\xb7\x90\xee\x80\x80", /* not characters, private use */
    };
    const char *text = names[prng_below(&w->prng, sizeof names / sizeof names[0])];
    const size_t size = strlen(text);
    memset(name, 0, TX_NAME_SIZE);
    memcpy(name, text, size);
    if (prng_below(&w->prng, 12) == 0) name[TX_NAME_SIZE - 1] = 'x'; /* a NUL inside */
}

/* One of the fields with rules of their own, or none. body_end: bytes before the number of signatures. */
static bool some_field(struct field *out, struct workload *w, const struct work *work, size_t body_end)
{
    const size_t items = work->tx.type == TX_SESSION_OPEN   ? work->tx.body.session_open.count
                         : work->tx.type == TX_USAGE_COMMIT ? work->tx.body.usage_commit.count
                                                            : 1;
    if (items == 0) return false;
    const size_t i = prng_below(&w->prng, items), which = prng_below(&w->prng, 9);
    switch (work->tx.type) {
    case TX_OPERATOR_REGISTER:
        *out = which % 2 == 0 ? (struct field){NAME, HEADER + 32} : (struct field){OPERATOR_KEY, HEADER + 64};
        return true;
    case TX_OPERATOR_ROTATE_KEY:
        *out = (struct field){OPERATOR_KEY, HEADER + 40};
        return true;
    case TX_VALIDATOR_VOTE:
        *out = (struct field){OPERATOR_KEY, HEADER + 32};
        return true;
    case TX_AGREEMENT_OPEN:
        *out = (struct field){ELEMENT, HEADER + 73};
        return true;
    case TX_SESSION_OPEN:
        *out = (struct field){DEVICE_POINT, HEADER + 42 + i * TX_OPEN_ITEM_SIZE + 8};
        return true;
    case TX_USAGE_COMMIT:
        *out = (struct field){which % 3 == 0   ? ELEMENT
                              : which % 3 == 1 ? DEVICE_POINT
                                               : DEVICE_SCALAR,
                              HEADER + 34 + i * TX_COMMIT_ITEM_SIZE + 16 + 32 * (which % 3)};
        return true;
    case TX_SETTLE: /* esg and the eight coordinates of the proof */
        *out = (struct field){which == 0 ? ELEMENT : COORDINATE,
                              body_end - GROTH16_PROOF_SIZE - 32 + 32 * which};
        return true;
    default:
        return false;
    }
}

static void make_list(struct spoilt *out, size_t *body_end, uint16_t count)
{
    store_le16(out->bytes + LIST_COUNT, count);
    for (size_t i = 0; i < count; i++) {
        store_le64(out->bytes + LIST_COUNT + 2 + 8 * i, i);
    }
    *body_end = LIST_COUNT + 2 + 8 * (size_t)count;
    out->bytes[*body_end] = 1;
}

static void change_body(struct spoilt *out, struct workload *w, const struct work *work, size_t *body_end)
{
    struct field field;
    if (work->tx.type == TX_EXPIRE && prng_below(&w->prng, 4) == 0) {
        make_list(out, body_end, (uint16_t)(TX_BATCH_MAX + prng_below(&w->prng, 2)));
    } else if (work->tx.type == TX_SETTLE && prng_below(&w->prng, 10) == 0) {
        decode(out->bytes + *body_end - GROTH16_PROOF_SIZE + 64, 128, outside);
    } else if (work->tx.type == TX_SETTLE && prng_below(&w->prng, 10) == 0) {
        store_le16(out->bytes + HEADER + 32, 2); /* places */
    } else if (work->tx.type == TX_AGREEMENT_OPEN && prng_below(&w->prng, 4) == 0) {
        store_le32(out->bytes + HEADER + 125,
                   USAGE_PPM + (uint32_t)prng_below(&w->prng, 2)); /* default rule */
    } else if (prng_below(&w->prng, 4) != 0 && some_field(&field, w, work, *body_end)) {
        if (field.kind == NAME) change_name(w, out->bytes + field.at);
        if (field.kind != NAME) change_field(w, out->bytes + field.at, field.kind);
    } else { /* any bit, the number of signatures included */
        out->bytes[prng_below(&w->prng, *body_end + 1)] ^= (uint8_t)(1 << prng_below(&w->prng, 8));
    }
    if (work->tx.type == TX_OPERATOR_REGISTER)
        tx_operator_id((roam_id *)(out->bytes + HEADER), (const char *)out->bytes + HEADER + 32,
                       out->bytes + HEADER + 64);
}

/* R = identity and S = h a: the equation holds, yet R is of small order. */
static void sign_without_nonce(uint8_t signature[64], const roam_id *id, const struct person *person)
{
    uint8_t secret[64], h[64];
    memset(signature, 0, 64);
    signature[0] = 1;
    sha512_pieces(secret, &(struct bytes_view){person->secret_key, 32}, 1);
    secret[0] &= 248;
    secret[31] = (uint8_t)((secret[31] & 63) | 64);
    const struct bytes_view pieces[] = {
        {signature, 32}, {person->public_key, 32}, {"roam tx v1", 10}, {id, 32}};
    sha512_pieces(h, pieces, 4);
    crypto_core_ed25519_scalar_reduce(h, h);
    crypto_core_ed25519_scalar_mul(signature + 32, h, secret);
}

static void sign_again(struct spoilt *out, struct workload *w, const struct work *work, size_t body_end)
{
    struct tx tx = {.signature_count = work->tx.signature_count};
    sha256(tx.id.byte, out->bytes, body_end + 1);
    out->size = body_end + 1;
    for (unsigned i = 0; i < tx.signature_count; i++) {
        const struct person *person = person_of_key(w, work->signer[i]);
        tx_sign(&tx, i, person->secret_key);
        if (prng_below(&w->prng, 20) == 0) sign_without_nonce(tx.signature[i], &tx.id, person);
        memcpy(out->bytes + out->size, tx.signature[i], TX_SIGNATURE_SIZE);
        out->size += TX_SIGNATURE_SIZE;
    }
}

/* S + order: the same scalar, not canonical. */
static void stretch_signature(struct spoilt *out)
{
    uint8_t order[32];
    decode(order, 32, "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");
    reverse(order);
    add_bytes(out->bytes + out->size - 32, out->bytes + out->size - 32, order, false);
}

void spoil(struct spoilt *out, struct workload *workload, const struct work *work)
{
    const uint64_t how = prng_below(&workload->prng, 16);
    size_t body_end = work->size - 1 - TX_SIGNATURE_SIZE * (size_t)work->tx.signature_count;
    memcpy(out->bytes, work->bytes, work->size);
    if (how > 2) change_body(out, workload, work, &body_end);
    sign_again(out, workload, work, body_end);
    if (how == 0) stretch_signature(out);
    if (how == 1) out->bytes[out->size++] = 0;
}
