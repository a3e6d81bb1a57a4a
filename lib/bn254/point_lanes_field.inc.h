/* Eight coordinates at once, of type COORD8 with PARTS elements of Fp; included by point_lanes.inc.h.
 * "Settled" means below 1.1p. */

MONT8_INLINE mont8 *part(COORD8 *a, int i) { return (mont8 *)a + i; }
MONT8_INLINE const mont8 *part_of(const COORD8 *a, int i) { return (const mont8 *)a + i; }

/* A value between p/8 and 8p, whose limbs need not be carried, minus a multiple of p: settled. The quotient
 * is estimated from the highest limb, by 84 / 2^52 < 1 / (highest limb of p + 1). */
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

MONT8_INLINE void c8_add(COORD8 *out, const COORD8 *a, const COORD8 *b)
{
    MONT8_UNROLL
    for (int i = 0; i < PARTS; i++) mont8_add(part(out, i), part_of(a, i), part_of(b, i));
}

MONT8_INLINE void c8_triple(COORD8 *a)
{
    MONT8_UNROLL
    for (int i = 0; i < PARTS; i++) {
        mont8 *t = part(a, i);
        MONT8_UNROLL
        for (int j = 0; j < 5; j++)
            t->limb[j] = _mm512_add_epi64(_mm512_add_epi64(t->limb[j], t->limb[j]), t->limb[j]);
        mont8_carry(t);
    }
}

MONT8_INLINE void c8_sub(COORD8 *out, const COORD8 *a, const COORD8 *b, uint64_t times)
{
    MONT8_UNROLL
    for (int i = 0; i < PARTS; i++) mont8_sub(part(out, i), part_of(a, i), part_of(b, i), times, &fp8_params);
}

/* a - b - c + 5p, settled, for b and c below 4.8p together and a below 3p, of which limbs need not be
 * carried; c may be NULL */
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

/* Limbs are not carried, which c8_sub_settle does. */
KERNEL void c8_mul_loose(COORD8 *out, const COORD8 *a, const COORD8 *b)
{
    COORD8 product;
    c8_mul_limbs(&product, a, b);
    *out = product;
}

KERNEL void c8_sqr_loose(COORD8 *out, const COORD8 *a)
{
    COORD8 square;
    c8_sqr_limbs(&square, a);
    *out = square;
}

KERNEL void c8_sqr(COORD8 *out, const COORD8 *a)
{
    COORD8 square;
    c8_sqr_limbs(&square, a);
    MONT8_UNROLL
    for (int i = 0; i < PARTS; i++) mont8_carry(part(&square, i));
    *out = square;
}

/* 2p - a in the lanes of the mask */
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

/* Eight at once of fp's elements and back: factors of mont8_mul, in all lanes. */
struct lane_forms {
    mont8 to_lanes, from_lanes, one; /* 2^264, 2^256 and 2^260 mod p */
};

MONT8_TARGET static void in_all_lanes(mont8 *out, const fp *value)
{
    const uint64_t *element[8];
    for (int k = 0; k < 8; k++) element[k] = value->limb;
    mont8_gather(out, element);
}

/* 2^(256 + bits) mod p */
static void power_of_two(mont8 *out, unsigned bits)
{
    fp power = fp_one;
    for (unsigned i = 0; i < bits; i++) fp_double(&power, &power);
    in_all_lanes(out, &power);
}

static void lane_forms_begin(struct lane_forms *out)
{
    power_of_two(&out->from_lanes, 0);
    power_of_two(&out->one, 4);
    power_of_two(&out->to_lanes, 8);
}

/* Lane k of out is lane k ^ distance of a. */
MONT8_INLINE void exchange_lanes(mont8 *out, const mont8 *a, int distance)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++)
        out->limb[i] = distance == 4   ? _mm512_shuffle_i64x2(a->limb[i], a->limb[i], 0x4e)
                       : distance == 2 ? _mm512_permutex_epi64(a->limb[i], 0x4e)
                                       : _mm512_permutex_epi64(a->limb[i], 0xb1);
}

/* Every lane inverted, for a below 3p; false if one of them is zero. The inverse of the product of all is
 * taken, times the product of all others, which are brought to each lane in three exchanges. */
MONT8_TARGET static bool invert_lanes(mont8 *a, const struct lane_forms *forms, bool secret)
{
    mont8 all = *a, others = forms->one, exchanged;
    fp lanes[8];
    for (int distance = 4; distance > 0; distance /= 2) {
        exchange_lanes(&exchanged, &all, distance);
        fp8_mul(&others, &others, &exchanged);
        fp8_mul(&all, &all, &exchanged);
    }
    fp8_mul(&all, &all, &forms->from_lanes);
    mont8_canonical(&all, 0, &fp8_params);
    mont8_store((uint64_t(*)[4])lanes, &all);
    if (fp_is_zero(&lanes[0])) return false;
    if (secret)
        fp_inv(&lanes[0], &lanes[0]);
    else
        fp_inv_vartime(&lanes[0], &lanes[0]);
    in_all_lanes(&all, &lanes[0]);
    fp8_mul(&all, &all, &forms->to_lanes);
    fp8_mul(a, &all, &others);
    return true;
}
