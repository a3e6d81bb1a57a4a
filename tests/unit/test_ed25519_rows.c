/* The lanes alone, with h free, so that what is valid can be made for every s, h and key: digits of every
 * kind, coordinates that a product leaves unreduced, and rows with one single defect. Where the processor has
 * no IFMA the program says so and passes. */
#include "ed25519_points.h"

#include <gmp.h>

#include "endian.h"

struct row {
    uint8_t signature[64], key[32], h[32];
    bool valid;
};

static void set_words(uint64_t out[4], const uint8_t bytes[32])
{
    for (int i = 0; i < 4; i++) out[i] = load_le64(bytes + 8 * i);
}

static void set_lane(struct ed25519_x8 *lanes, size_t k, const struct row *row)
{
    set_words(lanes->r[k], row->signature);
    set_words(lanes->s[k], row->signature + 32);
    set_words(lanes->key[k], row->key);
    set_words(lanes->h[k], row->h);
}

static void check_rows(const struct row rows[8])
{
    for (size_t shift = 0; shift < 8; shift++) {
        struct ed25519_x8 lanes;
        unsigned want = 0;
        for (size_t k = 0; k < 8; k++) {
            const struct row *row = &rows[(k + shift) % 8];
            set_lane(&lanes, k, row);
            want |= (unsigned)row->valid << k;
            count_property++;
            count_negative += !row->valid;
        }
        assert_int_equal(ed25519_x8_rows_vartime(&lanes), want);
    }
}

/* Edges of the digits: powers of two up to 2^252 and one less, sums of all highest and of all lowest digits,
 * the order less 1 and 2. */
enum { EDGES = 34 };
static void edge_scalar(uint8_t out[32], unsigned edge, struct roam_prng *prng)
{
    static const uint8_t bits[12] = {0, 1, 4, 5, 9, 10, 51, 64, 128, 192, 250, 252};
    memset(out, 0, 32);
    if (edge < 24) out[bits[edge / 2] / 8] = (uint8_t)(1 << bits[edge / 2] % 8);
    if (edge < 24 && edge % 2 == 1) sodium_sub(out, neutral, 32);
    if (edge >= 24 && edge < 30) memset(out, "\x10\x84\x0f\xf0\x42\x5a"[edge - 24], 31);
    if (edge == 30 || edge == 31) memcpy(out, order, 32), out[0] = (uint8_t)(out[0] - (edge - 29));
    if (edge > 31) random_scalar(out, prng);
}

/* R = s B - h (a B + j T) */
static void make_row(struct row *row, const uint8_t s[32], const uint8_t h[32], unsigned j,
                     struct roam_prng *prng)
{
    uint8_t a[32], scalar[32];
    random_scalar(a, prng);
    mixed_point(row->key, a, j);
    crypto_core_ed25519_scalar_mul(scalar, h, a);
    crypto_core_ed25519_scalar_sub(scalar, s, scalar);
    mixed_point(row->signature, scalar, (8 * 256 - h[0] * j) % 8);
    memcpy(row->signature + 32, s, 32);
    memcpy(row->h, h, 32);
    row->valid = sodium_is_zero(scalar, 32) == 0;
}

static void spoil_row(struct row *row, uint64_t way)
{
    row->valid = false;
    if (way == 0) row->signature[0] ^= 1;
    if (way == 1) row->signature[31] ^= 0x80;
    if (way == 2) row->key[31] ^= 0x80;
    if (way == 3) crypto_core_ed25519_scalar_add(row->h, row->h, neutral);
    if (way == 4) crypto_core_ed25519_scalar_add(row->signature + 32, row->signature + 32, neutral);
    if (way == 5) sodium_add(row->signature + 32, order, 32);
    if (way == 6) row->signature[15] ^= 0x10;
}

static void edge_digits(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct row rows[8];
    unsigned valid = 0;
    for (unsigned pair = 0; pair < EDGES * EDGES; pair++) {
        struct row *row = &rows[pair % 8];
        uint8_t s[32], h[32];
        edge_scalar(s, pair / EDGES, &prng);
        edge_scalar(h, pair % EDGES, &prng);
        make_row(row, s, h, (unsigned)prng_below(&prng, 8), &prng);
        valid += row->valid;
        if (prng_below(&prng, 4) == 0 && row->valid && !sodium_is_zero(h, 32))
            spoil_row(row, prng_below(&prng, 7)), valid--;
        if (pair % 8 == 7) check_rows(rows);
    }
    print_message("edge digits: %u valid of %u\n", valid, EDGES * EDGES);
}

/* Rows in which nothing is wrong but the one thing: the small orders, a key off the curve (with h = 0, where
 * all depends on its being looked at), S of the order and some more, one bit of R. */
enum { SMALL_RS = 8, KEYS_OFF = 8, LARGE_SS = 8, BITS = 32 };
enum { KEYS_OFF_AT = SMALL_RS + SMALL, LARGE_AT = KEYS_OFF_AT + KEYS_OFF, BITS_AT = LARGE_AT + LARGE_SS };
enum { DEFECTS = BITS_AT + BITS };

static void make_small_r(struct row *row, unsigned j, struct roam_prng *prng)
{
    uint8_t a[32];
    random_scalar(a, prng);
    mixed_point(row->key, a, j);
    crypto_core_ed25519_scalar_mul(row->signature + 32, row->h, a);
    memcpy(row->signature, torsion[(8 * 256 - row->h[0] * j) % 8], 32);
}

static void make_small_key(struct row *row, unsigned at)
{
    memcpy(row->key, small[at].bytes, 32);
    mixed_point(row->signature, row->signature + 32, (8 * 256 - row->h[0] * small[at].of) % 8);
}

static void make_refused(struct row *row, unsigned which, struct roam_prng *prng)
{
    uint8_t s[32], h[32];
    random_scalar(s, prng);
    random_scalar(h, prng);
    if (which >= KEYS_OFF_AT && which < LARGE_AT) memset(h, 0, 32);
    if (which >= LARGE_AT && which < BITS_AT) memset(s, 0, 32), s[0] = (uint8_t)(which - LARGE_AT);
    make_row(row, s, h, which % 8, prng);
    row->valid = false;
    if (which < SMALL_RS)
        make_small_r(row, which, prng);
    else if (which < KEYS_OFF_AT)
        make_small_key(row, which - SMALL_RS);
    else if (which < LARGE_AT)
        do prng_bytes(prng, row->key, 32);
        while (is_point(row->key));
    else if (which < BITS_AT)
        sodium_add(row->signature + 32, order, 32);
    else
        row->signature[which - BITS_AT] ^= (uint8_t)(1 << which % 8);
}

static void single_defects(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (unsigned which = 0; which < DEFECTS; which++) {
        struct row rows[8];
        for (unsigned k = 0; k < 8; k++) {
            uint8_t s[32], h[32];
            random_scalar(s, &prng);
            random_scalar(h, &prng);
            make_row(&rows[k], s, h, 0, &prng);
        }
        make_refused(&rows[which % 8], which, &prng);
        check_rows(rows);
    }
}

/* Points with y or x below 19, of either sign: those that products leave as that and p more. */
enum { SMALL_COORDINATES = 40 };
static uint8_t small_points[SMALL_COORDINATES][32];

/* y from -x^2 + y^2 = 1 + d x^2 y^2, d = -121665/121666; false if there is none. */
static bool y_of(uint8_t out[32], unsigned x)
{
    mpz_t p, d, yy, y;
    mpz_inits(p, d, yy, y, NULL);
    mpz_ui_pow_ui(p, 2, 255);
    mpz_sub_ui(p, p, 19);
    mpz_set_ui(d, 121666); /* y^2 = (1 + x^2) 121666 / (121666 + 121665 x^2) */
    mpz_add_ui(d, d, 121665 * x * x);
    mpz_invert(d, d, p);
    mpz_mul_ui(yy, d, 121666 * (1 + x * x));
    mpz_mod(yy, yy, p);
    const bool square = mpz_legendre(yy, p) == 1;
    mpz_add_ui(d, p, 3);
    mpz_fdiv_q_2exp(d, d, 3);
    mpz_powm(y, yy, d, p);
    mpz_mul(d, y, y);
    if (!mpz_congruent_p(d, yy, p)) { /* times the root 2^((p-1)/4) of -1 */
        mpz_fdiv_q_2exp(d, p, 2);
        mpz_set_ui(yy, 2);
        mpz_powm(d, yy, d, p);
        mpz_mul(y, y, d);
        mpz_mod(y, y, p);
    }
    memset(out, 0, 32);
    mpz_export(out, NULL, -1, 1, 0, 0, y);
    mpz_clears(p, d, yy, y, NULL);
    return square;
}

static unsigned find_small_points(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < 2 * 19; i++) {
        uint8_t bytes[32] = {0};
        bytes[0] = (uint8_t)(i / 2);
        if (i % 2 == 1 ? i / 2 == 0 || !y_of(bytes, i / 2) : i / 2 < 2) continue;
        if (!is_point(bytes)) continue;
        for (int sign = 0; sign < 2; sign++, bytes[31] |= 0x80) {
            assert_true(count < SMALL_COORDINATES);
            memcpy(small_points[count++], bytes, 32);
        }
    }
    return count;
}

/* A valid row with the key, and one with R. */
static void row_with_key(struct row *row, const uint8_t key[32], struct roam_prng *prng)
{
    uint8_t point[32];
    random_scalar(row->signature + 32, prng);
    random_scalar(row->h, prng);
    memcpy(row->key, key, 32);
    multiply(point, row->h, key);
    multiply_base(row->signature, row->signature + 32);
    assert_int_equal(crypto_core_ed25519_sub(row->signature, row->signature, point), 0);
    row->valid = true;
}

static void row_with_r(struct row *row, const uint8_t r[32], struct roam_prng *prng)
{
    random_scalar(row->signature + 32, prng);
    memcpy(row->h, neutral, 32);
    memcpy(row->signature, r, 32);
    multiply_base(row->key, row->signature + 32);
    assert_int_equal(crypto_core_ed25519_sub(row->key, row->key, r), 0);
    row->valid = true;
}

/* y + p for y, where that has 255 bits; else the other sign. */
static void write_otherwise(uint8_t bytes[32])
{
    if (bytes[0] < 19 && sodium_is_zero(bytes + 1, 30) && (bytes[31] & 0x7f) == 0) {
        bytes[0] = (uint8_t)(bytes[0] + 0xed);
        memset(bytes + 1, 0xff, 30);
        bytes[31] |= 0x7f;
    } else {
        bytes[31] ^= 0x80;
    }
}

static void small_coordinates(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    const unsigned count = find_small_points();
    for (unsigned i = 0; i < count; i++) {
        struct row rows[8];
        for (int k = 0; k < 8; k++) {
            if (k % 2 == 0)
                row_with_key(&rows[k], small_points[i], &prng);
            else
                row_with_r(&rows[k], small_points[i], &prng);
            rows[k].valid = k < 4;
        }
        write_otherwise(rows[4].key);
        write_otherwise(rows[5].signature);
        rows[6].key[31] ^= 0x80;
        rows[7].signature[31] ^= 0x80;
        check_rows(rows);
    }
    print_message("small coordinates: %u points\n", count);
    assert_true(count >= 20);
}

static int prepare(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    find_torsion(&prng);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edge_digits),
        cmocka_unit_test(single_defects),
        cmocka_unit_test(small_coordinates),
    };
    if (sodium_init() < 0) return 1;
    int failed = 0;
    if (mont8_available)
        failed = cmocka_run_group_tests(tests, prepare, NULL);
    else
        print_message("skipped: the processor has no AVX-512 IFMA\n");
    prop_print_counts();
    return failed;
}
