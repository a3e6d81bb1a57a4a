/* point_batch.h eight points at a time; included by each group's point_batch file, which defines
 *   AFFINE, COORD, G(name), K(name)
 *                   as for curve_jacobian.inc.h
 *   COORD8          eight coordinates
 *   PARTS           how many mont8 a COORD8 is
 *   c8_mul, c8_sqr  static functions: products, below 3p if the product of their factors' bounds is below
 * 84p^2 c8_norm, c8_from_norm static functions: (norm, a) an element of Fp, below 3p, and (a, inverse) 1/a
 * from its inverse phi8            static function (x, y, d, constants): phi^d of a point with coordinates
 * below 2p, negated if PHI_NEGATES(d) struct phi8_constants, phi8_begin what phi8 needs, and a static
 * function that prepares it phi_affine      as for curve_mul.inc.h DIMS, WINDOWS   parts of a scalar, and how
 * many digits of 4 bits each has lattice, ODD_FLIPS VECTORS         how many vectors of eight points are
 * worked on together
 *
 * Points are affine, with coordinates x 2^260 mod p: sums and doubles,
 *   lambda = (y2 - y1) / (x2 - x1) or 3 x1^2 / (2 y1),   x3 = lambda^2 - x1 - x2,   y3 = lambda (x1 - x3) -
 * y1, for all vectors at once, so that one inversion serves all. In place of a sum that these formulas do not
 * give there is a zero among the denominators and so as their product; whoever asked has to do without.
 *
 * Scalars are split into parts that are odd, so that their signed digits are, too: -15, -13 .. 15. No digit
 * is zero and the partial sums are multiples by short vectors, which do not meet P, -P or infinity before
 * they are about as long as the shortest vector of the lattice. */

enum { TABLE = 8, POINT_WORDS = 8 * PARTS, LANES_POINTS = 8 * VECTORS };

typedef struct {
    COORD8 x, y;
} AFFINE8;

struct lanes {
    AFFINE8 sum[VECTORS], term[VECTORS];
    COORD8 before[VECTORS];
    /* P, 3P .. 15P: a table for each lane, or for each vector if its scalars are the same */
    union {
        uint64_t row[VECTORS][8][TABLE][POINT_WORDS];
        AFFINE8 odd[VECTORS][TABLE];
    };
    /* (size - 1) / 2, plus 8 if negative */
    uint8_t digit[WINDOWS][DIMS][VECTORS][8];
    mont8 to_lanes, from_lanes, one; /* 2^264, 2^256 and 2^260 mod p */
    struct phi8_constants phi;
    size_t count; /* vectors */
};

/* A value between p/8 and 7p, whose limbs need not be carried, minus a multiple of p: below 1.1p. The
 * quotient is estimated from the highest limb, by 84 / 2^52 < 1 / (highest limb of p + 1). */
MONT8_INLINE void settle(mont8 *a)
{
    const __m512i multiple = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    const __m512i quotient = _mm512_madd52hi_epu64(_mm512_setzero_si512(), a->limb[4], mont8_all(84));
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        const __m512i multiples = _mm512_mullo_epi64(multiple, mont8_all(fp8_params.p[i]));
        a->limb[i] = _mm512_sub_epi64(a->limb[i], _mm512_permutexvar_epi64(quotient, multiples));
    }
    mont8_carry(a);
}

MONT8_INLINE mont8 *part(COORD8 *a, int i) { return (mont8 *)a + i; }
MONT8_INLINE const mont8 *part_of(const COORD8 *a, int i) { return (const mont8 *)a + i; }

MONT8_INLINE void c8_add(COORD8 *out, const COORD8 *a, const COORD8 *b)
{
    for (int i = 0; i < PARTS; i++) mont8_add(part(out, i), part_of(a, i), part_of(b, i));
}

MONT8_INLINE void c8_sub(COORD8 *out, const COORD8 *a, const COORD8 *b, uint64_t times)
{
    for (int i = 0; i < PARTS; i++) mont8_sub(part(out, i), part_of(a, i), part_of(b, i), times, &fp8_params);
}

/* a - b - c + 5p, settled, for b and c below 4.8p together and a below 2p; c may be NULL */
MONT8_INLINE void c8_sub_settle(COORD8 *out, const COORD8 *a, const COORD8 *b, const COORD8 *c)
{
    MONT8_UNROLL
    for (int i = 0; i < PARTS; i++) {
        mont8 t = *part_of(a, i);
        mont8_lanes_add_modulus(&t, 0xff, c == NULL ? 3 : 5, &fp8_params);
        mont8_subtract_limbs(&t, part_of(b, i));
        if (c != NULL) mont8_subtract_limbs(&t, part_of(c, i));
        settle(&t);
        *part(out, i) = t;
    }
}

MONT8_INLINE void c8_one(COORD8 *out, const struct lanes *lanes)
{
    for (int i = 0; i < PARTS; i++)
        for (int j = 0; j < 5; j++) part(out, i)->limb[j] = _mm512_setzero_si512();
    *part(out, 0) = lanes->one;
}

MONT8_INLINE void c8_negate(COORD8 *a, __mmask8 which)
{
    MONT8_UNROLL
    for (int i = 0; i < PARTS; i++) {
        mont8 *t = part(a, i);
        MONT8_UNROLL
        for (int j = 0; j < 5; j++)
            t->limb[j] = _mm512_mask_sub_epi64(t->limb[j], which, mont8_all(2 * fp8_params.p[j]), t->limb[j]);
        mont8_carry(t);
    }
}

/* Inverses of eight elements, none of them zero. */
static void invert_eight(fp element[8], bool secret)
{
    fp before[8], product = fp_one;
    for (int k = 0; k < 8; k++) {
        before[k] = product;
        fp_mul(&product, &product, &element[k]);
    }
    if (secret)
        fp_inv(&product, &product);
    else
        fp_inv_vartime(&product, &product);
    for (int k = 7; k >= 0; k--) {
        fp_mul(&before[k], &before[k], &product);
        fp_mul(&product, &product, &element[k]);
        element[k] = before[k];
    }
}

/* Every lane inverted; false if one of them is zero. */
MONT8_TARGET static bool invert(COORD8 *a, const struct lanes *lanes, bool secret)
{
    mont8 norm;
    fp element[8];
    c8_norm(&norm, a);
    mont8_mul(&norm, &norm, &lanes->from_lanes, &fp8_params);
    mont8_canonical(&norm, 0, &fp8_params);
    mont8_store((uint64_t(*)[4])element, &norm);
    for (int k = 0; k < 8; k++)
        if (fp_is_zero(&element[k])) return false;
    invert_eight(element, secret);
    mont8_load(&norm, (const uint64_t(*)[4])element);
    mont8_mul(&norm, &norm, &lanes->to_lanes, &fp8_params);
    c8_from_norm(a, &norm);
    return true;
}

/* The third point on the line through p with the given slope, negated; other is the second point's x. */
MONT8_INLINE void third_point(AFFINE8 *out, const AFFINE8 *p, const COORD8 *other, const COORD8 *slope)
{
    COORD8 x3, t;
    c8_sqr(&t, slope);
    c8_sub_settle(&x3, &t, &p->x, other);
    c8_sub(&t, &p->x, &x3, 2);
    c8_mul(&t, &t, slope);
    c8_sub_settle(&out->y, &t, &p->y, NULL);
    out->x = x3;
}

MONT8_TARGET static bool double_all(struct lanes *lanes, bool secret)
{
    COORD8 product, twice, inverse, slope, square;
    c8_one(&product, lanes);
    for (size_t i = 0; i < lanes->count; i++) {
        lanes->before[i] = product;
        c8_add(&twice, &lanes->sum[i].y, &lanes->sum[i].y);
        c8_mul(&product, &product, &twice);
    }
    if (!invert(&product, lanes, secret)) return false;
    for (size_t i = lanes->count; i-- > 0;) {
        AFFINE8 *p = &lanes->sum[i];
        c8_mul(&inverse, &product, &lanes->before[i]);
        c8_add(&twice, &p->y, &p->y);
        c8_mul(&product, &product, &twice);
        c8_sqr(&square, &p->x);
        c8_add(&slope, &square, &square);
        c8_add(&slope, &slope, &square);
        c8_mul(&slope, &slope, &inverse);
        third_point(p, p, &p->x, &slope);
    }
    return true;
}

MONT8_INLINE void row_words(__m512i word[8], AFFINE8 *p, int j)
{
    mont8_pack(word, (const mont8 *)p + 2 * j);
    mont8_pack(word + 4, (const mont8 *)p + 2 * j + 1);
}

MONT8_INLINE void row_parts(AFFINE8 *p, const __m512i word[8], int j)
{
    mont8_unpack((mont8 *)p + 2 * j, word);
    mont8_unpack((mont8 *)p + 2 * j + 1, word + 4);
}

MONT8_TARGET static void keep_multiple(struct lanes *lanes, unsigned entry, bool shared)
{
    for (size_t i = 0; i < lanes->count; i++) {
        if (shared) {
            lanes->odd[i][entry] = lanes->sum[i];
            continue;
        }
        MONT8_UNROLL
        for (int j = 0; j < PARTS; j++) {
            __m512i word[8], row[8];
            row_words(word, &lanes->sum[i], j);
            mont8_transpose(row, word);
            for (int k = 0; k < 8; k++) _mm512_store_si512(&lanes->row[i][k][entry][8 * j], row[k]);
        }
    }
}

/* Words 8j .. 8j + 7 of an entry of a lane's table; all of the table is read if the digit is secret. */
MONT8_INLINE __m512i table_row(const uint64_t table[TABLE][POINT_WORDS], uint64_t entry, int j, bool secret)
{
    if (!secret) return _mm512_load_si512(&table[entry][8 * j]);
    __m512i row = _mm512_setzero_si512();
    MONT8_UNROLL
    for (uint64_t e = 0; e < TABLE; e++) {
        __mmask8 hit = _mm512_cmpeq_epi64_mask(mont8_all(entry), mont8_all(e));
        row = _mm512_mask_load_epi64(row, hit, &table[e][8 * j]);
    }
    return row;
}

/* The multiple of phi^d P that the digit of each lane says. */
MONT8_INLINE void look_up(AFFINE8 *out, const struct lanes *lanes, size_t vector, int window, int d,
                          bool secret)
{
    const uint8_t *digit = lanes->digit[window][d][vector];
    uint64_t digits = load_le64(digit);
    MONT8_UNROLL
    for (int j = 0; j < PARTS; j++) {
        __m512i row[8], word[8];
        MONT8_UNROLL
        for (int k = 0; k < 8; k++) row[k] = table_row(lanes->row[vector][k], digit[k] & 7, j, secret);
        mont8_transpose(word, row);
        row_parts(out, word, j);
    }
    const __m512i each = _mm512_cvtepu8_epi64(_mm_cvtsi64_si128((long long)digits));
    c8_negate(&out->y, _mm512_test_epi64_mask(each, mont8_all(8)));
    phi8(&out->x, &out->y, d, &lanes->phi);
}

/* sum += term, or with window >= 0 the looked up multiple of phi^d P */
MONT8_INLINE bool add_by(struct lanes *lanes, int window, int d, bool secret)
{
    COORD8 product, difference, inverse, slope;
    c8_one(&product, lanes);
    for (size_t i = 0; i < lanes->count; i++) {
        AFFINE8 *term = &lanes->term[i];
        if (window >= 0) look_up(term, lanes, i, window, d, secret);
        lanes->before[i] = product;
        c8_sub(&difference, &term->x, &lanes->sum[i].x, 2);
        c8_mul(&product, &product, &difference);
    }
    if (!invert(&product, lanes, secret)) return false;
    for (size_t i = lanes->count; i-- > 0;) {
        AFFINE8 *p = &lanes->sum[i], *term = &lanes->term[i];
        c8_mul(&inverse, &product, &lanes->before[i]);
        c8_sub(&difference, &term->x, &p->x, 2);
        c8_mul(&product, &product, &difference);
        c8_sub(&slope, &term->y, &p->y, 2);
        c8_mul(&slope, &slope, &inverse);
        third_point(p, p, &term->x, &slope);
    }
    return true;
}

MONT8_TARGET static bool add_all(struct lanes *lanes, bool secret) { return add_by(lanes, -1, 0, secret); }
MONT8_TARGET static bool add_digit_vartime(struct lanes *lanes, int window, int d)
{
    return add_by(lanes, window, d, false);
}
MONT8_TARGET static bool add_digit_secret(struct lanes *lanes, int window, int d)
{
    return add_by(lanes, window, d, true);
}
static bool add_digit(struct lanes *lanes, int window, int d, bool secret)
{
    return secret ? add_digit_secret(lanes, window, d) : add_digit_vartime(lanes, window, d);
}

/* (sum, term) <- (sum + term, sum - term) */
MONT8_TARGET static bool butterfly_all(struct lanes *lanes)
{
    COORD8 product, difference, inverse, slope;
    c8_one(&product, lanes);
    for (size_t i = 0; i < lanes->count; i++) {
        lanes->before[i] = product;
        c8_sub(&difference, &lanes->term[i].x, &lanes->sum[i].x, 2);
        c8_mul(&product, &product, &difference);
    }
    if (!invert(&product, lanes, false)) return false;
    for (size_t i = lanes->count; i-- > 0;) {
        AFFINE8 *p = &lanes->sum[i], *q = &lanes->term[i], plus;
        c8_mul(&inverse, &product, &lanes->before[i]);
        c8_sub(&difference, &q->x, &p->x, 2);
        c8_mul(&product, &product, &difference);
        c8_sub(&slope, &q->y, &p->y, 2);
        c8_mul(&slope, &slope, &inverse);
        third_point(&plus, p, &q->x, &slope);
        c8_negate(&q->y, 0xff);
        c8_sub(&slope, &q->y, &p->y, 2);
        c8_mul(&slope, &slope, &inverse);
        third_point(q, p, &q->x, &slope);
        *p = plus;
    }
    return true;
}

/* 2^(256 + bits) mod p in all lanes */
MONT8_TARGET static void power_of_two(mont8 *out, unsigned bits)
{
    fp power = fp_one;
    const uint64_t *element[8];
    for (unsigned i = 0; i < bits; i++) fp_double(&power, &power);
    for (int k = 0; k < 8; k++) element[k] = power.limb;
    mont8_gather(out, element);
}

MONT8_TARGET static void lanes_begin(struct lanes *lanes, size_t points)
{
    lanes->count = (points + 7) / 8;
    power_of_two(&lanes->from_lanes, 0);
    power_of_two(&lanes->one, 4);
    power_of_two(&lanes->to_lanes, 8);
    phi8_begin(&lanes->phi, &lanes->to_lanes);
}

/* Eight points, none at infinity. */
MONT8_TARGET static void load_vector(AFFINE8 *out, const AFFINE in[8], const mont8 *to_lanes)
{
    for (int j = 0; j < PARTS; j++) {
        __m512i row[8], word[8];
        for (int k = 0; k < 8; k++) row[k] = _mm512_loadu_si512((const uint64_t *)(in + k) + 8 * j);
        mont8_transpose(word, row);
        row_parts(out, word, j);
    }
    mont8 *parts = (mont8 *)out;
    for (int j = 0; j < 2 * PARTS; j++) mont8_mul(&parts[j], &parts[j], to_lanes, &fp8_params);
}

MONT8_TARGET static void store_vector(AFFINE out[8], const AFFINE8 *in, const mont8 *from_lanes)
{
    AFFINE8 p = *in;
    mont8 *parts = (mont8 *)&p;
    for (int j = 0; j < 2 * PARTS; j++) {
        mont8_mul(&parts[j], &parts[j], from_lanes, &fp8_params);
        mont8_canonical(&parts[j], 0, &fp8_params);
    }
    for (int j = 0; j < PARTS; j++) {
        __m512i row[8], word[8];
        row_words(word, &p, j);
        mont8_transpose(row, word);
        for (int k = 0; k < 8; k++) _mm512_storeu_si512((uint64_t *)(out + k) + 8 * j, row[k]);
    }
}

/* In place of infinity and of what is missing to a multiple of eight: the generator. */
static void load_points(AFFINE8 *out, const AFFINE *in, size_t count, const struct lanes *lanes)
{
    for (size_t i = 0; i < lanes->count; i++) {
        AFFINE octet[8];
        for (size_t k = 0; k < 8; k++) {
            bool given = 8 * i + k < count && !G(affine_is_infinity)(&in[8 * i + k]);
            octet[k] = given ? in[8 * i + k] : G(generator);
        }
        load_vector(&out[i], octet, &lanes->to_lanes);
    }
}

typedef struct {
    u128 value, negative; /* modulo 2^128; negative is 0 or all ones */
} odd_part;

/* Vectors of the lattice added or taken away, towards zero, until all parts are odd. Which ones they are is
 * linear in the parts' lowest bits: the lattice's basis is invertible modulo 2, its determinant being r. */
static void make_odd(odd_part out[DIMS], const struct split_part parts[DIMS])
{
    static const unsigned flips[DIMS] = ODD_FLIPS;
    unsigned odd = 1U << DIMS;
    u128 before[DIMS];
    for (int d = 0; d < DIMS; d++) {
        u128 magnitude = (u128)parts[d].magnitude[1] << 64 | parts[d].magnitude[0];
        u128 negative = (u128)parts[d].negative << 64 | parts[d].negative;
        odd |= (unsigned)(magnitude & 1) << d;
        before[d] = out[d].value = (magnitude ^ negative) - negative;
    }
    for (int j = 0; j < DIMS; j++) {
        const uint64_t(*row)[4] = lattice.basis[j];
        u128 use = (u128)0 - (u128)(__builtin_parity(odd & flips[j]));
        u128 add = (u128)0 - ((before[j] >> 127) ^ (row[j][1] >> 63));
        for (int d = 0; d < DIMS; d++) {
            u128 entry = (u128)row[d][1] << 64 | row[d][0];
            out[d].value += ((entry ^ ~add) - ~add) & use;
        }
    }
    for (int d = 0; d < DIMS; d++) {
        out[d].negative = (u128)0 - (out[d].value >> 127);
        out[d].value = (out[d].value ^ out[d].negative) - out[d].negative;
    }
}

/* The digits of one scalar, for lane k of a vector. With v odd, v = 16 w + (v mod 32 - 16), and w is odd. */
static void put_digits(struct lanes *lanes, size_t vector, size_t k, const fr *scalar)
{
    uint64_t limbs[4];
    struct split_part parts[DIMS];
    odd_part odd[DIMS];
    fr_to_limbs(limbs, scalar);
    split_scalar(parts, limbs, &lattice);
    make_odd(odd, parts);
    for (int d = 0; d < DIMS; d++) {
        unsigned sign = ((unsigned)odd[d].negative & 1) ^ PHI_NEGATES(d);
        for (int i = 0; i < WINDOWS; i++) {
            unsigned low = (unsigned)odd[d].value & 31;
            if (i == WINDOWS - 1) low += 16;
            unsigned minus = (low >> 4 & 1) ^ 1;
            unsigned half = ((low & 15) ^ (0 - minus)) >> 1 & 7; /* of low - 16 or of 15 - low */
            lanes->digit[i][d][vector][k] = (uint8_t)(half | (minus ^ sign) << 3);
            odd[d].value = odd[d].value >> 4 | 1;
        }
    }
    roam_wipe(limbs, sizeof limbs);
    roam_wipe(parts, sizeof parts);
    roam_wipe(odd, sizeof odd);
}

/* Neighbours often have the same scalar. */
static void put_all_digits(struct lanes *lanes, const fr *scalars, size_t count, bool secret)
{
    for (size_t i = 0; i < 8 * lanes->count; i++) {
        const fr *scalar = i < count ? &scalars[i] : &fr_one;
        bool again = !secret && i > 0 && i < count && fr_equal(scalar, scalar - 1);
        if (!again) {
            put_digits(lanes, i / 8, i % 8, scalar);
            continue;
        }
        for (int w = 0; w < WINDOWS; w++)
            for (int d = 0; d < DIMS; d++)
                lanes->digit[w][d][i / 8][i % 8] = lanes->digit[w][d][(i - 1) / 8][(i - 1) % 8];
    }
}

/* The tables of odd multiples; sum is P before, 15P afterwards. */
static bool make_tables(struct lanes *lanes, bool shared, bool secret)
{
    memcpy(lanes->term, lanes->sum, lanes->count * sizeof *lanes->sum);
    keep_multiple(lanes, 0, shared);
    if (!double_all(lanes, secret)) return false;
    for (size_t i = 0; i < lanes->count; i++) {
        AFFINE8 twice = lanes->sum[i];
        lanes->sum[i] = lanes->term[i];
        lanes->term[i] = twice;
    }
    for (unsigned entry = 1; entry < TABLE; entry++) {
        if (!add_all(lanes, secret)) return false;
        keep_multiple(lanes, entry, shared);
    }
    return true;
}

MONT8_TARGET static void begin_sum(struct lanes *lanes)
{
    for (size_t i = 0; i < lanes->count; i++) look_up(&lanes->sum[i], lanes, i, WINDOWS - 1, 0, true);
}

static bool multiply_lanes(struct lanes *lanes, bool secret)
{
    if (!make_tables(lanes, false, secret)) return false;
    begin_sum(lanes);
    for (int window = WINDOWS - 1; window >= 0; window--) {
        if (window < WINDOWS - 1)
            for (int i = 0; i < 4; i++)
                if (!double_all(lanes, secret)) return false;
        for (int d = window == WINDOWS - 1; d < DIMS; d++)
            if (!add_digit(lanes, window, d, secret)) return false;
    }
    return true;
}

#include "point_shared.inc.h"

/* At most LANES_POINTS points; false if a sum is not to be had. */
static bool lanes_mul(AFFINE *out, const AFFINE *points, const fr *scalars, size_t count, struct lanes *lanes,
                      bool secret)
{
    static const AFFINE infinity;
    lanes_begin(lanes, count);
    load_points(lanes->sum, points, count, lanes);
    bool shared = !secret && scalars_are_shared(scalars, count);
    if (!shared) put_all_digits(lanes, scalars, count, secret);
    if (!(shared ? multiply_shared(lanes, scalars) : multiply_lanes(lanes, secret))) return false;
    for (size_t i = 0; i < lanes->count; i++) {
        AFFINE octet[8];
        store_vector(octet, &lanes->sum[i], &lanes->from_lanes);
        for (size_t k = 0; k < 8 && 8 * i + k < count; k++)
            out[8 * i + k] = G(affine_is_infinity)(&points[8 * i + k]) ? infinity : octet[k];
    }
    return true;
}

/* The sum and the difference, unless one of the points is infinity. */
static void put_butterfly(AFFINE *a, AFFINE *b, const AFFINE *sum, const AFFINE *difference)
{
    if (G(affine_is_infinity)(b)) {
        *b = *a;
    } else if (G(affine_is_infinity)(a)) {
        *a = *b;
        G(affine_neg)(b, b);
    } else {
        *a = *sum;
        *b = *difference;
    }
}

/* With points at infinity the sums are known, and two others are added in their place. */
static bool lanes_butterfly(AFFINE *a, AFFINE *b, size_t count, struct lanes *lanes)
{
    AFFINE image;
    phi_affine(&image, &G(generator));
    lanes_begin(lanes, count);
    for (size_t i = 0; i < lanes->count; i++) {
        AFFINE octet_a[8], octet_b[8];
        for (size_t k = 0; k < 8; k++) {
            size_t at = 8 * i + k;
            bool given = at < count && !G(affine_is_infinity)(&a[at]) && !G(affine_is_infinity)(&b[at]);
            octet_a[k] = given ? a[at] : G(generator);
            octet_b[k] = given ? b[at] : image;
        }
        load_vector(&lanes->sum[i], octet_a, &lanes->to_lanes);
        load_vector(&lanes->term[i], octet_b, &lanes->to_lanes);
    }
    if (!butterfly_all(lanes)) return false;
    for (size_t i = 0; i < lanes->count; i++) {
        AFFINE octet_a[8], octet_b[8];
        store_vector(octet_a, &lanes->sum[i], &lanes->from_lanes);
        store_vector(octet_b, &lanes->term[i], &lanes->from_lanes);
        for (size_t k = 0; k < 8 && 8 * i + k < count; k++)
            put_butterfly(&a[8 * i + k], &b[8 * i + k], &octet_a[k], &octet_b[k]);
    }
    return true;
}
