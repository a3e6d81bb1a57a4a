#include "ed25519_x8.h"

#include "ed25519_tables.h"
#include "err.h"
#include "ge8.h"

/* s B + h (-A) from the highest digits, both scalars below 2^253: 51 digits of h of five bits, 26 of s of
 * ten, so that every second digit of h shares its doublings with one of s. Digits are signed, all but the
 * highest in -2^(width-1) .. 2^(width-1) - 1, and all lanes go through the same steps. */
enum { WIDTH = 5, DIGITS = 51, MULTIPLES = (1 << (WIDTH - 1)) + 1, TOP_BIT = WIDTH * (DIGITS - 1) };

#if defined(__x86_64__)

/* j times each lane's point, as struct ge8_cached: [part][lane]. */
typedef uint64_t multiples8[MULTIPLES][4][8][4];

MONT8_CALLED void double_point(struct ge8 *p, bool with_t) { ge8_double(p, with_t); }

MONT8_CALLED void add_key(struct ge8 *p, const struct ge8_cached *q, __mmask8 negate, bool with_t)
{
    ge8_add(p, q, negate, false, with_t);
}

MONT8_CALLED void add_base(struct ge8 *p, const struct ge8_cached *q, __mmask8 negate)
{
    ge8_add(p, q, negate, true, false);
}

MONT8_CALLED void add_affine_with_t(struct ge8 *p, const struct ge8_cached *q)
{
    ge8_add(p, q, 0, true, true);
}

MONT8_CALLED void store_multiple(uint64_t (*out)[8][4], const struct ge8 *p, const mont8 *d2)
{
    mont8 part;
    fe8_add(&part, &p->y, &p->x);
    mont8_store(out[0], &part);
    fe8_sub(&part, &p->y, &p->x);
    mont8_store(out[1], &part);
    fe8_mul(&part, &p->t, d2);
    mont8_store(out[2], &part);
    fe8_add(&part, &p->z, &p->z);
    mont8_store(out[3], &part);
}

/* a has z = 1. */
MONT8_TARGET static void set_multiples(multiples8 out, const struct ge8 *a)
{
    struct ge8_cached cached;
    struct ge8 multiple;
    mont8 d2;
    fe8_broadcast(&d2, ed25519_2d);
    fe8_add(&cached.y_plus_x, &a->y, &a->x);
    fe8_sub(&cached.y_minus_x, &a->y, &a->x);
    fe8_mul(&cached.t2d, &a->t, &d2);
    ge8_identity(&multiple);
    store_multiple(out[0], &multiple, &d2);
    multiple = *a;
    store_multiple(out[1], &multiple, &d2);
    for (int j = 2; j < MULTIPLES; j++) {
        add_affine_with_t(&multiple, &cached);
        store_multiple(out[j], &multiple, &d2);
    }
}

/* Lane k's element from address[k] on. */
MONT8_INLINE void gather(mont8 *out, __m512i address)
{
    const uint64_t *element[8];
    _mm512_storeu_si512(element, address);
    mont8_gather(out, element);
}

/* Scalars whose digits are read as unsigned ones, and made signed by taking 2^(width-1) from all but the
 * highest: word = scalar + the sum of those. */
struct digits {
    __m512i word[4];
    unsigned width;
};

MONT8_TARGET static void set_digits(struct digits *out, const uint64_t (*scalars)[4], unsigned width)
{
    mont8 scalar, bias;
    uint64_t words[4] = {0};
    for (unsigned bit = width - 1; bit < TOP_BIT; bit += width) words[bit / 64] |= (uint64_t)1 << bit % 64;
    fe8_broadcast(&bias, words);
    mont8_load(&scalar, scalars);
    mont8_add(&scalar, &scalar, &bias);
    mont8_pack(out->word, &scalar);
    out->width = width;
}

/* The digit from the given bit on: its size, and the lanes where it is negative. */
MONT8_INLINE __m512i digit_at(__mmask8 *negative, const struct digits *digits, unsigned bit)
{
    const unsigned word = bit / 64, shift = bit % 64;
    __m512i digit = _mm512_srlv_epi64(digits->word[word], mont8_all(shift));
    if (shift + digits->width > 64 && word < 3)
        digit = _mm512_or_si512(digit, _mm512_sllv_epi64(digits->word[word + 1], mont8_all(64 - shift)));
    digit = _mm512_and_si512(digit, mont8_all(((uint64_t)1 << digits->width) - 1));
    if (bit < TOP_BIT) digit = _mm512_sub_epi64(digit, mont8_all((uint64_t)1 << (digits->width - 1)));
    *negative = _mm512_movepi64_mask(digit);
    return _mm512_abs_epi64(digit);
}

/* size bytes times each lane's index, from the start on */
MONT8_INLINE __m512i addresses(const void *start, __m512i index, size_t size)
{
    const __m512i offset = _mm512_mullo_epi64(index, mont8_all(size));
    return _mm512_add_epi64(offset, mont8_all((uint64_t)(uintptr_t)start));
}

MONT8_TARGET static void add_key_digit(struct ge8 *p, const struct digits *h, multiples8 multiples,
                                       unsigned bit, bool with_t)
{
    const __m512i lane = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    struct ge8_cached q;
    __mmask8 negative;
    __m512i address = addresses(multiples, digit_at(&negative, h, bit), sizeof multiples[0]);
    address = _mm512_add_epi64(address, _mm512_mullo_epi64(lane, mont8_all(sizeof multiples[0][0][0])));
    mont8 *const part[4] = {&q.y_plus_x, &q.y_minus_x, &q.t2d, &q.z2};
    for (unsigned i = 0; i < 4; i++)
        gather(part[i], _mm512_add_epi64(address, mont8_all(i * sizeof multiples[0][0])));
    add_key(p, &q, negative, with_t);
}

MONT8_TARGET static void add_base_digit(struct ge8 *p, const struct digits *s, unsigned bit)
{
    struct ge8_cached q;
    __mmask8 negative;
    const __m512i address = addresses(ed25519_base, digit_at(&negative, s, bit), sizeof ed25519_base[0]);
    mont8 *const part[3] = {&q.y_plus_x, &q.y_minus_x, &q.t2d};
    for (unsigned i = 0; i < 3; i++)
        gather(part[i], _mm512_add_epi64(address, mont8_all(i * sizeof ed25519_base[0][0])));
    add_base(p, &q, negative);
}

/* s B + h P, without t; p has z = 1. */
MONT8_TARGET static void joint_multiply(struct ge8 *out, const struct ed25519_x8 *rows, const struct ge8 *p)
{
    multiples8 multiples;
    struct digits h, s;
    set_multiples(multiples, p);
    set_digits(&h, rows->h, WIDTH);
    set_digits(&s, rows->s, ED25519_BASE_WIDTH);
    ge8_identity(out);
    for (unsigned bit = TOP_BIT;; bit -= WIDTH) {
        const bool both = bit % ED25519_BASE_WIDTH == 0;
        add_key_digit(out, &h, multiples, bit, both);
        if (both) add_base_digit(out, &s, bit);
        if (bit == 0) break;
        for (int i = 1; i <= WIDTH; i++) double_point(out, i == WIDTH);
    }
}

/* The lanes in which elements are below the modulus, one of mont8.h's form. */
MONT8_INLINE __mmask8 below(const mont8 *a, const struct mont8_modulus *modulus)
{
    mont8 t = *a;
    mont8_subtract_modulus(&t, modulus);
    return mont8_negative(&t);
}

/* The root of u/v that is r = u v^3 (u v^7)^((p-5)/8), or r sqrt(-1), in the lanes where there is one:
 * v r^2 is u times a fourth root of unity, and u/v a square exactly if that is 1 or -1. */
MONT8_TARGET static __mmask8 root_of_ratio(mont8 *out, const mont8 *u, const mont8 *v)
{
    mont8 v3, t;
    __mmask8 same, opposite;
    fe8_sqr(&t, v);
    fe8_mul(&v3, &t, v);
    fe8_sqr(&t, &v3);
    fe8_mul(&t, &t, v);
    fe8_mul(&t, &t, u);
    fe8_pow_sqrt(&t, &t);
    fe8_mul(&t, &t, &v3);
    fe8_mul(out, &t, u);
    fe8_sqr(&t, out);
    fe8_mul(&t, &t, v);
    same = fe8_equal(&t, u);
    fe8_add(&t, &t, u);
    opposite = fe8_is_zero(&t);
    fe8_broadcast(&t, ed25519_sqrt_minus_1);
    fe8_mul(&t, &t, out);
    mont8_select(out, opposite, out, &t);
    return same | opposite;
}

/* Minus the points that the bytes are, z left out, in the lanes where they are canonical and on the curve.
 * Where x = 0 its sign is not looked at: those are of small order. */
MONT8_TARGET static __mmask8 decode_negated(struct ge8 *out, const uint64_t (*bytes)[4])
{
    __m512i word[4];
    mont8 u, v, one;
    mont8_load_words(word, bytes);
    const __mmask8 sign = _mm512_movepi64_mask(word[3]);
    word[3] = _mm512_and_si512(word[3], mont8_all(INT64_MAX));
    mont8_unpack(&out->y, word);
    fe8_small(&one, 1);
    fe8_sqr(&u, &out->y);
    fe8_broadcast(&v, ed25519_d);
    fe8_mul(&v, &v, &u);
    fe8_sub(&u, &u, &one);
    fe8_add(&v, &v, &one);
    const __mmask8 square = root_of_ratio(&out->x, &u, &v);
    fe8_canonical(&out->x);
    const __mmask8 odd = _mm512_test_epi64_mask(out->x.limb[0], mont8_all(1));
    mont8_negate_lanes(&out->x, (__mmask8) ~(odd ^ sign), &fe8_modulus);
    fe8_mul(&out->t, &out->x, &out->y);
    return square & below(&out->y, &fe8_modulus);
}

/* The lanes in which the point's encoding is the given bytes and its order does not divide 8. */
MONT8_TARGET static __mmask8 encodes_to(const struct ge8 *p, const uint64_t (*bytes)[4])
{
    __m512i word[4], want[4];
    mont8 x, y, inverse;
    fe8_inv(&inverse, &p->z);
    fe8_mul(&x, &p->x, &inverse);
    fe8_mul(&y, &p->y, &inverse);
    fe8_canonical(&x);
    fe8_canonical(&y);
    mont8_pack(word, &y);
    word[3] = _mm512_or_si512(word[3], _mm512_slli_epi64(x.limb[0], 63));
    mont8_load_words(want, bytes);
    __mmask8 equal = (__mmask8)~ge8_small_order(&x, &y);
    for (int i = 0; i < 4; i++) equal = _mm512_mask_cmpeq_epi64_mask(equal, word[i], want[i]);
    return equal;
}

/* The order of the prime subgroup. */
static const struct mont8_modulus order = {
    .p = MONT8_LIMBS_OF(0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000)};

MONT8_TARGET unsigned ed25519_x8_rows_vartime(const struct ed25519_x8 *rows)
{
    struct ge8 minus_key, sum;
    mont8 s;
    mont8_load(&s, rows->s);
    __mmask8 valid = decode_negated(&minus_key, rows->key) & below(&s, &order);
    valid &= (__mmask8)~ge8_small_order(&minus_key.x, &minus_key.y);
    fe8_small(&minus_key.z, 1);
    joint_multiply(&sum, rows, &minus_key);
    return valid & encodes_to(&sum, rows->r);
}
#else
unsigned ed25519_x8_rows_vartime(const struct ed25519_x8 *rows)
{
    (void)rows;
    ROAM_ASSERT(mont8_available);
    return 0;
}
#endif
