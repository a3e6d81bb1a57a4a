/* The encoding of transactions: one form, and nothing else is read. */
#include <string.h>

#include <openssl/sha.h>
#include <sodium.h>

#include "endian.h"
#include "people.h"
#include "prop.h"
#include "tx.h"

enum { ITEMS = 3, ROOM = 2048 };

static struct person alice, bob;
static struct tx_session_open_item open_items[ITEMS];
static struct tx_usage_commit_item commit_items[ITEMS];
static uint64_t serials[ITEMS];

static roam_id some_id(int number)
{
    roam_id id;
    memset(&id, 0x20 + number, sizeof id);
    return id;
}

static void fill_lists(void)
{
    const struct roam_env env = roam_env_seeded(&(struct roam_prng){5});
    const roam_id agreement = some_id(1);
    for (uint16_t i = 0; i < ITEMS; i++) {
        eddsa_key key;
        fr message;
        device_key(&key, &agreement, i);
        fr_from_u64(&message, 1000u + i);
        open_items[i] = (struct tx_session_open_item){i + 7u, key.public_key, 100u + i};
        serials[i] = i + 7u;
        commit_items[i].serial = serials[i];
        commit_items[i].seq = i + 1u;
        fr_from_u64(&commit_items[i].commitment, 500u + i);
        eddsa_sign(&commit_items[i].signature, &key, &message, &env);
    }
}

/* Any points of the right groups do: parsing does not verify. */
static groth16_proof some_proof(void)
{
    groth16_proof proof = {g1_generator, g2_generator, g1_generator};
    g1_affine_neg(&proof.c, &proof.c);
    return proof;
}

static struct tx_agreement_open some_terms(void)
{
    struct tx_agreement_open terms = {.home = alice.operator_id,
                                      .visited = bob.operator_id,
                                      .currency = {"EUR", 2},
                                      .hold_max_minor = 5000,
                                      .commit_within_s = 1,
                                      .settle_within_s = 2,
                                      .dispute_within_s = 3,
                                      .dispute_default_ppm = 4,
                                      .terms_digest = some_id(3),
                                      .salt = UINT64_C(0x1122334455667788)};
    terms.rate_card[31] = 9;
    return terms;
}

/* A sealed, signed example of each type. */
static struct tx example(enum tx_type type)
{
    struct tx tx = {.type = type, .ledger = some_id(9)};
    const roam_id a = some_id(1);
    switch (type) {
    case TX_OPERATOR_REGISTER:
        tx.body.operator_register.operator_id = alice.operator_id;
        memcpy(tx.body.operator_register.name, alice.name, TX_NAME_SIZE);
        memcpy(tx.body.operator_register.public_key, alice.public_key, 32);
        break;
    case TX_OPERATOR_ROTATE_KEY:
        tx.body.operator_rotate_key = (struct tx_operator_rotate_key){.operator_id = a, .sequence = 4};
        memcpy(tx.body.operator_rotate_key.new_public_key, bob.public_key, 32);
        break;
    case TX_DEPOSIT:
        tx.body.deposit = (struct tx_deposit){a, {"EUR", 2}, 77, some_id(2)};
        break;
    case TX_WITHDRAW:
        tx.body.withdraw = (struct tx_withdraw){a, {"XTZ1", 18}, 78, 5, some_id(2)};
        break;
    case TX_AGREEMENT_OPEN:
        tx.body.agreement_open = some_terms();
        break;
    case TX_AGREEMENT_FUND:
    case TX_AGREEMENT_RELEASE:
    case TX_AGREEMENT_COLLECT:
        tx.body.agreement_move = (struct tx_agreement_move){a, 10, 11};
        break;
    case TX_SESSION_OPEN:
        tx.body.session_open = (struct tx_session_open){a, 99, ITEMS, open_items};
        break;
    case TX_USAGE_COMMIT:
        tx.body.usage_commit = (struct tx_usage_commit){a, ITEMS, commit_items};
        break;
    case TX_SETTLE:
        tx.body.settle = (struct tx_settle){a, 8, ITEMS, serials, 20, 3, {0}, some_proof()};
        tx.body.settle.esg[31] = 6;
        break;
    case TX_EXPIRE:
        tx.body.expire = (struct tx_expire){a, bob.operator_id, ITEMS, serials};
        break;
    case TX_DISPUTE:
        tx.body.dispute = (struct tx_dispute){a, serials[0], some_id(4)};
        break;
    case TX_DISPUTE_RESOLVE:
        tx.body.dispute_resolve = (struct tx_dispute_resolve){a, serials[0], 9, 1};
        break;
    case TX_CREDIT_NOTE:
        tx.body.credit_note = (struct tx_credit_note){a, some_id(5), 9, 1, 3, some_id(6)};
        break;
    case TX_AGREEMENT_CLOSE:
        tx.body.agreement_close = (struct tx_agreement_close){a, bob.operator_id, 2};
        break;
    case TX_VALIDATOR_VOTE:
        tx.body.validator_vote = (struct tx_validator_vote){alice.operator_id, {{0}}, 5, bob.operator_id, 6};
        memcpy(tx.body.validator_vote.validator.byte, bob.public_key, 32);
        break;
    }
    return tx;
}

static size_t example_bytes(uint8_t bytes[ROOM], enum tx_type type)
{
    const struct person *const signers[] = {&alice, &bob};
    struct tx tx = example(type);
    return tx_finish(bytes, ROOM, &tx, signers);
}

/* The list goes to memory of exactly the promised size, so that a sanitizer sees any overrun. */
static enum roam_err parse(struct tx *tx, const uint8_t *bytes, size_t size, void **scratch)
{
    *scratch = malloc(tx_parse_scratch_size(size) + 1);
    assert_non_null(*scratch);
    return tx_parse(tx, bytes, size, *scratch, NULL);
}

static enum roam_err parse_result(const uint8_t *bytes, size_t size)
{
    struct tx tx;
    void *scratch;
    const enum roam_err err = parse(&tx, bytes, size, &scratch);
    free(scratch);
    return err;
}

static void test_round_trip(void **state)
{
    (void)state;
    for (unsigned number = 1; number < TX_TYPES; number++) {
        const enum tx_type type = (enum tx_type)number;
        uint8_t bytes[ROOM], again[ROOM];
        size_t size = example_bytes(bytes, type), again_size = 0;
        struct tx tx;
        void *scratch;
        assert_int_equal(parse(&tx, bytes, size, &scratch), ROAM_OK);
        assert_int_equal(tx.type, type);
        assert_int_equal(tx.signature_count, tx_signature_count(type));
        assert_true(tx_signature_valid(&tx, 0, alice.public_key));
        if (tx.signature_count == 2) assert_true(tx_signature_valid(&tx, 1, bob.public_key));
        assert_int_equal(tx_serialize(again, sizeof again, &again_size, &tx), ROAM_OK);
        assert_int_equal(again_size, size);
        assert_memory_equal(again, bytes, size);
        const roam_id id = tx.id;
        tx_seal(&tx);
        assert_memory_equal(&tx.id, &id, sizeof id);
        free(scratch);
        count_property++;
    }
}

/* Fields that the round trip alone could mix up: what is read is what was written. */
static void test_fields_survive(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    struct tx tx;
    void *scratch;
    size_t size = example_bytes(bytes, TX_AGREEMENT_OPEN);
    assert_int_equal(parse(&tx, bytes, size, &scratch), ROAM_OK);
    const struct tx_agreement_open *t = &tx.body.agreement_open;
    assert_true(roam_id_equal(&t->home, &alice.operator_id) && roam_id_equal(&t->visited, &bob.operator_id));
    assert_true(t->hold_max_minor == 5000 && t->commit_within_s == 1 && t->settle_within_s == 2);
    assert_true(t->dispute_within_s == 3 && t->dispute_default_ppm == 4);
    assert_true(t->salt == UINT64_C(0x1122334455667788) && t->rate_card[31] == 9);
    free(scratch);

    size = example_bytes(bytes, TX_USAGE_COMMIT);
    assert_int_equal(parse(&tx, bytes, size, &scratch), ROAM_OK);
    assert_int_equal(tx.body.usage_commit.count, ITEMS);
    assert_memory_equal(tx.body.usage_commit.items, commit_items, sizeof commit_items);
    free(scratch);

    size = example_bytes(bytes, TX_SESSION_OPEN);
    assert_int_equal(parse(&tx, bytes, size, &scratch), ROAM_OK);
    assert_memory_equal(tx.body.session_open.items, open_items, sizeof open_items);
    free(scratch);
}

/* The layout written by hand from tx.h's description. */
static void test_layout_of_a_deposit(void **state)
{
    (void)state;
    uint8_t bytes[ROOM], expected[ROOM], hash[32];
    const size_t size = example_bytes(bytes, TX_DEPOSIT);
    size_t at = 0;
    memcpy(expected, "rtx1\x03", 5);
    at = 5;
    memset(expected + at, 0x29, 32), at += 32;               /* ledger */
    memset(expected + at, 0x21, 32), at += 32;               /* operator */
    memcpy(expected + at, "EUR\0\0\0\0\0\x02", 9), at += 9;  /* currency */
    memcpy(expected + at, "\x4d\0\0\0\0\0\0\0", 8), at += 8; /* amount 77 */
    memset(expected + at, 0x22, 32), at += 32;               /* reference */
    expected[at++] = 1;                                      /* signatures */
    assert_int_equal(size, at + 64);
    assert_memory_equal(bytes, expected, at);

    struct tx tx;
    void *scratch;
    assert_int_equal(parse(&tx, bytes, size, &scratch), ROAM_OK);
    SHA256(expected, at, hash);
    assert_memory_equal(tx.id.byte, hash, 32);
    free(scratch);

    uint8_t message[42];
    memcpy(message, "roam tx v1", 10);
    memcpy(message + 10, hash, 32);
    assert_int_equal(crypto_sign_verify_detached(bytes + at, message, 42, alice.public_key), 0);
}

static void test_ids(void **state)
{
    (void)state;
    uint8_t text[ROOM], bytes[ROOM], hash[32];
    memcpy(text, "roam operator v1", 16);
    memcpy(text + 16, alice.name, 32);
    memcpy(text + 48, alice.public_key, 32);
    SHA256(text, 80, hash);
    assert_memory_equal(alice.operator_id.byte, hash, 32);

    /* The body stands between the 37 bytes of the head and the signature count. */
    const size_t body_size = example_bytes(bytes, TX_AGREEMENT_OPEN) - 37 - 1 - 128;
    const struct tx_agreement_open terms = some_terms();
    const roam_id ledger = some_id(9);
    roam_id id;
    memcpy(text, "roam agreement v1", 17);
    memcpy(text + 17, ledger.byte, 32);
    memcpy(text + 49, bytes + 37, body_size);
    SHA256(text, 49 + body_size, hash);
    tx_agreement_id(&id, &ledger, &terms);
    assert_memory_equal(id.byte, hash, 32);

    memcpy(hash, id.byte, 24);
    memcpy(hash + 24, "\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 8);
    id.byte[0] |= 0xe0;
    hash[0] &= 0x1f;
    const roam_id agreement = id;
    tx_session_id(&id, &id, UINT64_C(0x8899aabbccddeeff));
    assert_memory_equal(id.byte, hash, 32);
    uint64_t serial = 1;
    assert_true(tx_session_serial(&serial, &agreement, &id));
    assert_true(serial == UINT64_C(0x8899aabbccddeeff));
    for (size_t bit = 0; bit < 192; bit++) { /* another agreement's, or no session's id */
        roam_id other = id;
        other.byte[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        assert_false(tx_session_serial(&serial, &agreement, &other));
        assert_true(serial == UINT64_C(0x8899aabbccddeeff));
    }
    count_negative += 192;

    const struct tx_validator_vote vote = {some_id(1), some_id(2), UINT64_C(0x0102030405060708), some_id(3),
                                           9};
    memcpy(text, "roam ballot v1", 14);
    memcpy(text + 14, vote.validator.byte, 32);
    memcpy(text + 46, "\x08\x07\x06\x05\x04\x03\x02\x01", 8);
    memcpy(text + 54, vote.owner.byte, 32);
    memcpy(text + 86, "\x09\0\0\0\0\0\0\0", 8);
    SHA256(text, 94, hash);
    tx_ballot_id(&id, &vote);
    assert_memory_equal(id.byte, hash, 32);

    fr element;
    uint8_t back[32];
    memset(id.byte, 0xff, 32);
    tx_id_to_fr(&element, &id);
    fr_to_be(back, &element);
    id.byte[0] = 0x1f;
    assert_memory_equal(back, id.byte, 32);
}

static void test_every_truncation_and_extension(void **state)
{
    (void)state;
    for (unsigned number = 1; number < TX_TYPES; number++) {
        const enum tx_type type = (enum tx_type)number;
        uint8_t bytes[ROOM + 1] = {0};
        const size_t size = example_bytes(bytes, type);
        for (size_t cut = 0; cut < size; cut++) {
            assert_int_not_equal(parse_result(bytes, cut), ROAM_OK);
            count_negative++;
        }
        assert_int_equal(parse_result(bytes, size - 1), ROAM_E_FORMAT);
        assert_int_equal(parse_result(bytes, size + 1), ROAM_E_FORMAT);
        count_negative++;
    }
}

/* A changed transaction is refused, or is another transaction, or is not signed. */
static void test_every_bit_flip(void **state)
{
    (void)state;
    for (unsigned number = 1; number < TX_TYPES; number++) {
        const enum tx_type type = (enum tx_type)number;
        uint8_t bytes[ROOM];
        const size_t size = example_bytes(bytes, type);
        for (size_t bit = 0; bit < 8 * size; bit++) {
            struct tx tx;
            void *scratch;
            bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            const enum roam_err err = parse(&tx, bytes, size, &scratch);
            if (err == ROAM_OK)
                assert_false(tx_signature_valid(&tx, 0, alice.public_key) &&
                             (tx.signature_count == 1 || tx_signature_valid(&tx, 1, bob.public_key)));
            bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            free(scratch);
            count_negative++;
        }
    }
}

/* Writes `size` bytes into an example at `offset` and expects the error. */
static void expect(enum tx_type type, size_t offset, const void *patch, size_t size, enum roam_err err)
{
    uint8_t bytes[ROOM];
    const size_t tx_size = example_bytes(bytes, type);
    assert_true(offset + size <= tx_size);
    memcpy(bytes + offset, patch, size);
    assert_int_equal(parse_result(bytes, tx_size), err);
    count_negative++;
}

enum { HEAD = 4 + 1 + 32 };

static void test_head_is_checked(void **state)
{
    (void)state;
    expect(TX_DEPOSIT, 0, "R", 1, ROAM_E_FORMAT);
    expect(TX_DEPOSIT, 2, "y", 1, ROAM_E_FORMAT);
    expect(TX_DEPOSIT, 3, "0", 1, ROAM_E_VERSION);
    expect(TX_DEPOSIT, 3, "2", 1, ROAM_E_VERSION);
    expect(TX_DEPOSIT, 4, "\0", 1, ROAM_E_UNSUPPORTED);
    expect(TX_DEPOSIT, 4, "\x12", 1, ROAM_E_UNSUPPORTED);
    expect(TX_DEPOSIT, 4, "\xff", 1, ROAM_E_UNSUPPORTED);
    const size_t signature_count = HEAD + 32 + 9 + 8 + 32;
    expect(TX_DEPOSIT, signature_count, "\0", 1, ROAM_E_COUNT);
    expect(TX_DEPOSIT, signature_count, "\x02", 1, ROAM_E_COUNT);
    expect(TX_DEPOSIT, signature_count, "\xff", 1, ROAM_E_COUNT);
    assert_int_equal(parse_result(NULL, 0), ROAM_E_FORMAT);
    uint8_t *large = calloc(1, TX_SIZE_MAX + 1);
    assert_non_null(large);
    assert_int_equal(parse_result(large, TX_SIZE_MAX + 1), ROAM_E_LIMIT);
    free(large);
}

static void be_of_limbs(uint8_t bytes[32], const uint64_t limbs[4])
{
    for (size_t i = 0; i < 4; i++) store_be64(bytes + 8 * i, limbs[3 - i]);
}

/* r, r + 1 and 2^256 - 1 where a field element of the scalar field stands. */
static void expect_no_alias_of_r(enum tx_type type, size_t offset)
{
    uint8_t bytes[32];
    be_of_limbs(bytes, fr_modulus);
    expect(type, offset, bytes, 32, ROAM_E_RANGE);
    bytes[31]++;
    expect(type, offset, bytes, 32, ROAM_E_RANGE);
    memset(bytes, 0xff, 32);
    expect(type, offset, bytes, 32, ROAM_E_RANGE);
}

enum {
    OPEN_KEY = HEAD + 32 + 8 + 2 + 8,
    COMMIT_ELEMENT = HEAD + 32 + 2 + 8 + 8,
    COMMIT_R8 = COMMIT_ELEMENT + 32,
    COMMIT_S = COMMIT_R8 + 32,
    SETTLE_ESG = HEAD + 32 + 2 + 2 + ITEMS * 8 + 16,
    SETTLE_PROOF = SETTLE_ESG + 32,
    TERMS_RATE_CARD = HEAD + 64 + 9
};

static void test_field_elements(void **state)
{
    (void)state;
    expect_no_alias_of_r(TX_AGREEMENT_OPEN, TERMS_RATE_CARD);
    expect_no_alias_of_r(TX_USAGE_COMMIT, COMMIT_ELEMENT);
    expect_no_alias_of_r(TX_SETTLE, SETTLE_ESG);
    /* the last item too */
    expect_no_alias_of_r(TX_USAGE_COMMIT, COMMIT_ELEMENT + 2 * TX_COMMIT_ITEM_SIZE);
}

static void test_proof_points(void **state)
{
    (void)state;
    uint8_t coordinate[32], zeros[128] = {0};
    be_of_limbs(coordinate, fp_modulus);
    for (size_t i = 0; i < 8; i++) expect(TX_SETTLE, SETTLE_PROOF + 32 * i, coordinate, 32, ROAM_E_RANGE);
    memset(coordinate, 0, 32);
    coordinate[31] = 5; /* 5^3 + 3 is no square of 2 or of the generator's y */
    expect(TX_SETTLE, SETTLE_PROOF, coordinate, 32, ROAM_E_POINT);       /* A.x */
    expect(TX_SETTLE, SETTLE_PROOF + 32, coordinate, 32, ROAM_E_POINT);  /* A.y */
    expect(TX_SETTLE, SETTLE_PROOF + 64, coordinate, 32, ROAM_E_POINT);  /* B */
    expect(TX_SETTLE, SETTLE_PROOF + 192, coordinate, 32, ROAM_E_POINT); /* C */
    expect(TX_SETTLE, SETTLE_PROOF, zeros, 64, ROAM_E_POINT);            /* infinity */
    expect(TX_SETTLE, SETTLE_PROOF + 64, zeros, 128, ROAM_E_POINT);
    expect(TX_SETTLE, SETTLE_PROOF + 192, zeros, 64, ROAM_E_POINT);
}

/* A point of the twist outside the subgroup: the first x for which y exists is one (the cofactor is large).
 */
static void test_proof_subgroup(void **state)
{
    (void)state;
    g2_affine q = {.x = {fp_zero, fp_zero}, .y = {fp_zero, fp_zero}};
    groth16_proof proof = some_proof();
    uint8_t bytes[GROTH16_PROOF_SIZE];
    fp2 b = {fp_zero, fp_zero}, square;
    /* b = y^2 - x^3 of the generator */
    fp2_sqr(&b, &g2_generator.y);
    fp2_sqr(&square, &g2_generator.x);
    fp2_mul(&square, &square, &g2_generator.x);
    fp2_sub(&b, &b, &square);
    for (uint64_t x = 1; g2_affine_is_infinity(&q) || !g2_affine_is_on_curve(&q); x++) {
        assert_true(x < 100);
        fp_from_u64(&q.x.c0, x);
        fp2_sqr(&square, &q.x);
        fp2_mul(&square, &square, &q.x);
        fp2_add(&square, &square, &b);
        /* (y0 + y1 u)^2 = s0 + s1 u with norm n^2 = s0^2 + s1^2, y0^2 = (s0 + n) / 2, y1 = s1 / (2 y0) */
        fp n, t, half;
        fp_sqr(&n, &square.c0);
        fp_sqr(&t, &square.c1);
        fp_add(&n, &n, &t);
        if (fp_sqrt_vartime(&n, &n) != ROAM_OK) continue;
        fp_from_u64(&half, 2);
        fp_inv(&half, &half);
        for (int sign = 0; sign < 2; sign++, fp_neg(&n, &n)) {
            fp_add(&t, &square.c0, &n);
            fp_mul(&t, &t, &half);
            if (fp_sqrt_vartime(&q.y.c0, &t) != ROAM_OK) continue;
            fp_inv(&t, &q.y.c0);
            fp_mul(&t, &t, &half);
            fp_mul(&q.y.c1, &square.c1, &t);
            break;
        }
    }
    assert_false(g2_affine_is_valid_vartime(&q));
    proof.b = q;
    groth16_proof_serialize(bytes, &proof);
    expect(TX_SETTLE, SETTLE_PROOF, bytes, sizeof bytes, ROAM_E_POINT);
}

/* Little-endian y, sign bit on top. */
static void packed_y(uint8_t bytes[32], const uint64_t limbs[4])
{
    for (size_t i = 0; i < 4; i++) store_le64(bytes + 8 * i, limbs[i]);
}

static void test_session_key(void **state)
{
    (void)state;
    uint8_t key[32];
    packed_y(key, fr_modulus);
    expect(TX_SESSION_OPEN, OPEN_KEY, key, 32, ROAM_E_RANGE);
    bjj_pack(key, &bjj_identity);
    expect(TX_SESSION_OPEN, OPEN_KEY, key, 32, ROAM_E_POINT);
    key[31] |= 0x80; /* the sign of x = 0 */
    expect(TX_SESSION_OPEN, OPEN_KEY, key, 32, ROAM_E_RANGE);
    /* (0, -1) has order 2, and a key plus it is outside the subgroup */
    bjj_point two = {fr_zero, fr_one}, sum;
    fr_neg(&two.y, &two.y);
    bjj_pack(key, &two);
    expect(TX_SESSION_OPEN, OPEN_KEY, key, 32, ROAM_E_POINT);
    bjj_add(&sum, &open_items[0].session_key, &two);
    assert_true(bjj_is_on_curve(&sum));
    bjj_pack(key, &sum);
    expect(TX_SESSION_OPEN, OPEN_KEY, key, 32, ROAM_E_POINT);
    expect(TX_SESSION_OPEN, OPEN_KEY + 2 * 48, key, 32, ROAM_E_POINT);
    /* about every second y has no x */
    int off_curve = 0;
    for (uint64_t y = 2; y < 40; y++) {
        bjj_point ignored;
        packed_y(key, (uint64_t[4]){y, 0, 0, 0});
        if (bjj_unpack_vartime(&ignored, key) != ROAM_E_POINT) continue;
        expect(TX_SESSION_OPEN, OPEN_KEY, key, 32, ROAM_E_POINT);
        off_curve++;
    }
    assert_true(off_curve > 5);
}

static void test_device_signature(void **state)
{
    (void)state;
    uint8_t bytes[32];
    packed_y(bytes, bjj_order);
    expect(TX_USAGE_COMMIT, COMMIT_S, bytes, 32, ROAM_E_RANGE);
    memset(bytes, 0xff, 32);
    expect(TX_USAGE_COMMIT, COMMIT_S, bytes, 32, ROAM_E_RANGE);
    packed_y(bytes, fr_modulus);
    expect(TX_USAGE_COMMIT, COMMIT_R8, bytes, 32, ROAM_E_RANGE);
    bjj_pack(bytes, &bjj_identity);
    bytes[31] |= 0x80;
    expect(TX_USAGE_COMMIT, COMMIT_R8, bytes, 32, ROAM_E_RANGE);
    for (uint64_t y = 2;; y++) {
        bjj_point ignored;
        packed_y(bytes, (uint64_t[4]){y, 0, 0, 0});
        if (bjj_unpack_vartime(&ignored, bytes) == ROAM_E_POINT) break;
    }
    expect(TX_USAGE_COMMIT, COMMIT_R8, bytes, 32, ROAM_E_POINT);
}

/* Of operators and of validators. */
static void test_ed25519_keys(void **state)
{
    (void)state;
    const size_t places[][2] = {{TX_OPERATOR_REGISTER, HEAD + 32 + 32},
                                {TX_OPERATOR_ROTATE_KEY, HEAD + 32 + 8},
                                {TX_VALIDATOR_VOTE, HEAD + 32}};
    uint8_t identity[32] = {1}, zero[32] = {0}, p[32];
    memset(p, 0xff, 32);
    p[0] = 0xed;
    p[31] = 0x7f; /* 2^255 - 19, an alias of 0 */
    for (size_t i = 0; i < 3; i++) {
        const enum tx_type type = (enum tx_type)places[i][0];
        expect(type, places[i][1], identity, 32, ROAM_E_POINT);
        expect(type, places[i][1], zero, 32, ROAM_E_POINT); /* y = 0: order 4 */
        expect(type, places[i][1], p, 32, ROAM_E_POINT);
        uint8_t off[32] = {2}; /* y = 2 has no x */
        assert_int_not_equal(crypto_core_ed25519_is_valid_point(off), 1);
        expect(type, places[i][1], off, 32, ROAM_E_POINT);
    }
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t size;
        bool good;
    } cases[] = {
        {"A", 1, true},
        {"Telefonos Sarl & Co. 12", 23, true},
        {"M\xc3\xbcnchen", 8, true},
        {"\xe6\x97\xa5\xe6\x9c\xac", 6, true},
        {"\xf0\x9f\x93\xb6", 4, true},
        {"\xf4\x8f\xbf\xbf", 4, true},                  /* U+10FFFF */
        {"0123456789abcdef0123456789abcdef", 32, true}, /* no room for a NUL is needed */
        {"", 0, false},
        {"\0A", 2, false},
        {"A\0B", 3, false},
        {"A\n", 2, false},
        {"A\x7f", 2, false},
        {"A\xc2\x85", 3, false}, /* a C1 control character */
        {"\xff", 1, false},
        {"\x80", 1, false}, /* continuation without lead */
        {"\xc3", 1, false}, /* lead without continuation */
        {"\xc3(", 2, false},
        {"\xc0\xaf", 2, false}, /* overlong */
        {"\xc1\xbf", 2, false},
        {"\xe0\x9f\xbf", 3, false},
        {"\xf0\x8f\xbf\xbf", 4, false},
        {"\xed\xa0\x80", 3, false}, /* surrogate */
        {"\xed\xbf\xbf", 3, false},
        {"\xf4\x90\x80\x80", 4, false}, /* above U+10FFFF */
        {"\xf5\x80\x80\x80", 4, false},
        {"0123456789abcdef0123456789abcde\xc3", 32, false}, /* cut in a character */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[TX_NAME_SIZE] = {0};
        memcpy(name, cases[i].name, cases[i].size);
        if (!cases[i].good) {
            expect(TX_OPERATOR_REGISTER, HEAD + 32, name, sizeof name, ROAM_E_FORMAT);
            continue;
        }
        uint8_t bytes[ROOM];
        const size_t size = example_bytes(bytes, TX_OPERATOR_REGISTER);
        memcpy(bytes + HEAD + 32, name, sizeof name);
        assert_int_equal(parse_result(bytes, size), ROAM_OK);
        count_property++;
    }
}

static void test_list_limits(void **state)
{
    (void)state;
    expect(TX_SESSION_OPEN, HEAD + 32 + 8, "\x01\x04", 2, ROAM_E_LIMIT); /* 1,025 */
    expect(TX_USAGE_COMMIT, HEAD + 32, "\x01\x04", 2, ROAM_E_LIMIT);
    expect(TX_SETTLE, HEAD + 32 + 2, "\xff\xff", 2, ROAM_E_LIMIT);
    expect(TX_EXPIRE, HEAD + 64, "\x01\x04", 2, ROAM_E_LIMIT);
    expect(TX_EXPIRE, HEAD + 64, "\0\x04", 2, ROAM_E_FORMAT); /* 1,024 are allowed but not there */
    /* Two serials are read, and the third one's first byte as the signature count. */
    const uint8_t two[2 + 2 * 8 + 1] = {2, [2 + 2 * 8] = 9};
    expect(TX_EXPIRE, HEAD + 64, two, sizeof two, ROAM_E_COUNT);
}

static void test_longest_list(void **state)
{
    (void)state;
    uint64_t *list = calloc(TX_BATCH_MAX + 1, sizeof *list);
    uint8_t *bytes = malloc(TX_SIZE_MAX);
    size_t size;
    assert_true(list != NULL && bytes != NULL);
    struct tx tx = {.type = TX_EXPIRE};
    tx.body.expire.count = TX_BATCH_MAX;
    tx.body.expire.serials = list;
    tx_seal(&tx);
    assert_int_equal(tx_serialize(bytes, TX_SIZE_MAX, &size, &tx), ROAM_OK);
    assert_int_equal(parse_result(bytes, size), ROAM_OK);
    assert_int_equal(tx_serialize(bytes, size - 1, &size, &tx), ROAM_E_LIMIT);
    tx.body.expire.count = TX_BATCH_MAX + 1;
    assert_int_equal(tx_serialize(bytes, TX_SIZE_MAX, &size, &tx), ROAM_E_LIMIT);
    count_negative += 2;
    free(list);
    free(bytes);
}

static void test_empty_lists_are_canonical(void **state)
{
    (void)state;
    const enum tx_type types[] = {TX_SESSION_OPEN, TX_USAGE_COMMIT, TX_SETTLE, TX_EXPIRE};
    for (size_t i = 0; i < 4; i++) {
        uint8_t bytes[ROOM];
        const struct person *const signers[] = {&alice};
        struct tx tx = example(types[i]);
        if (types[i] == TX_SESSION_OPEN) tx.body.session_open.count = 0;
        if (types[i] == TX_USAGE_COMMIT) tx.body.usage_commit.count = 0;
        if (types[i] == TX_SETTLE) tx.body.settle.count = 0;
        if (types[i] == TX_EXPIRE) tx.body.expire.count = 0;
        const size_t size = tx_finish(bytes, sizeof bytes, &tx, signers);
        assert_int_equal(parse_result(bytes, size), ROAM_OK);
        count_property++;
    }
}

static void test_wrong_signer(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    struct tx tx;
    void *scratch;
    const size_t size = example_bytes(bytes, TX_DISPUTE_RESOLVE);
    assert_int_equal(parse(&tx, bytes, size, &scratch), ROAM_OK);
    assert_false(tx_signature_valid(&tx, 0, bob.public_key));
    assert_false(tx_signature_valid(&tx, 1, alice.public_key));
    /* a signature by a key of small order would hold for anything */
    const uint8_t identity[32] = {1};
    memset(tx.signature[0], 0, 64);
    tx.signature[0][0] = 1;
    assert_false(tx_signature_valid(&tx, 0, identity));
    free(scratch);
    count_negative += 3;
}

/* Lists of every length around the lanes' groups, with each place spoilt in turn: as one by one. */
static void test_many_signatures(void **state)
{
    (void)state;
    enum { MANY = 40 };
    static uint8_t bytes[MANY][ROOM], memory[2 * ROOM * MANY];
    struct tx txs[MANY];
    struct tx_signed items[MANY];
    bool valid[MANY];
    for (size_t i = 0; i < MANY; i++) {
        const size_t size = example_bytes(bytes[i], TX_DISPUTE_RESOLVE);
        assert_int_equal(tx_parse(&txs[i], bytes[i], size, memory + 2 * ROOM * i, NULL), ROAM_OK);
        items[i] = (struct tx_signed){&txs[i], i % 2, i % 2 == 0 ? alice.public_key : bob.public_key};
    }
    for (size_t count = 0; count <= MANY; count++)
        for (size_t bad = 0; bad <= count; bad += 1 + count / 5) {
            if (bad < count) items[bad].which ^= 1;
            tx_signatures_valid(valid, items, count);
            for (size_t i = 0; i < count; i++) {
                assert_int_equal(valid[i], i != bad);
                assert_int_equal(valid[i],
                                 tx_signature_valid(items[i].tx, items[i].which, items[i].public_key));
            }
            if (bad < count) items[bad].which ^= 1;
            count_negative += bad < count;
        }
}

/* Everything but the points: the same transactions, the same refusals. */
static void test_shape(void **state)
{
    (void)state;
    for (unsigned number = 1; number < TX_TYPES; number++) {
        const enum tx_type type = (enum tx_type)number;
        _Alignas(16) uint8_t bytes[ROOM + 1] = {0}, scratch[2 * ROOM];
        struct tx tx, whole;
        const size_t size = example_bytes(bytes, type);
        assert_int_equal(tx_parse_shape(&tx, bytes, size, scratch, NULL), ROAM_OK);
        assert_int_equal(tx_parse(&whole, bytes, size, scratch, NULL), ROAM_OK);
        assert_true(roam_id_equal(&tx.id, &whole.id) && roam_id_equal(&tx.ledger, &whole.ledger));
        assert_true(tx.type == type && tx_signature_valid(&tx, 0, alice.public_key));
        for (size_t cut = 0; cut < size; cut++)
            assert_int_not_equal(tx_parse_shape(&tx, bytes, cut, scratch, NULL), ROAM_OK);
        assert_int_equal(tx_parse_shape(&tx, bytes, size + 1, scratch, NULL), ROAM_E_FORMAT);
        count_negative += size + 1;
    }
    _Alignas(16) uint8_t bytes[ROOM], scratch[2 * ROOM];
    struct tx tx;
    const size_t size = example_bytes(bytes, TX_SETTLE);
    memset(bytes + SETTLE_PROOF, 0xff, GROTH16_PROOF_SIZE);
    assert_int_equal(tx_parse_shape(&tx, bytes, size, scratch, NULL), ROAM_OK);
    assert_int_equal(tx_parse(&tx, bytes, size, scratch, NULL), ROAM_E_RANGE);
    memset(bytes + SETTLE_ESG, 0xff, 32);
    assert_int_equal(tx_parse_shape(&tx, bytes, size, scratch, NULL), ROAM_E_RANGE);
    count_negative += 2;
}

static void test_type_names(void **state)
{
    (void)state;
    for (unsigned a = 1; a < TX_TYPES; a++) {
        assert_string_not_equal(tx_type_name((enum tx_type)a), "UNKNOWN");
        for (unsigned b = 1; b < a; b++)
            assert_string_not_equal(tx_type_name((enum tx_type)a), tx_type_name((enum tx_type)b));
    }
    assert_string_equal(tx_type_name(TX_SETTLE), "SETTLE");
    assert_string_equal(tx_type_name((enum tx_type)0), "UNKNOWN");
    assert_string_equal(tx_type_name((enum tx_type)TX_TYPES), "UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_fields_survive),
        cmocka_unit_test(test_layout_of_a_deposit),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_every_truncation_and_extension),
        cmocka_unit_test(test_every_bit_flip),
        cmocka_unit_test(test_head_is_checked),
        cmocka_unit_test(test_field_elements),
        cmocka_unit_test(test_proof_points),
        cmocka_unit_test(test_proof_subgroup),
        cmocka_unit_test(test_session_key),
        cmocka_unit_test(test_device_signature),
        cmocka_unit_test(test_ed25519_keys),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_list_limits),
        cmocka_unit_test(test_longest_list),
        cmocka_unit_test(test_empty_lists_are_canonical),
        cmocka_unit_test(test_wrong_signer),
        cmocka_unit_test(test_many_signatures),
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_type_names),
    };
    person_init(&alice, "alice");
    person_init(&bob, "bob");
    fill_lists();
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
