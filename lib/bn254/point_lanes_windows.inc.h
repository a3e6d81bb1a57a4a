/* Multiples of points by a scalar each, from windows of four bits; included by point_lanes.inc.h.
 *
 * Scalars are split into parts that are odd, so that their signed digits are, too: -15, -13 .. 15. No digit
 * is zero and the partial sums are multiples by short vectors, which do not meet P, -P or infinity before
 * they are about as long as the shortest vector of the lattice. */

MONT8_INLINE void row_words(__m512i word[8], const AFFINE8 *p, int j)
{
    mont8_pack(word, (const mont8 *)p + 2 * j);
    mont8_pack(word + 4, (const mont8 *)p + 2 * j + 1);
}

MONT8_INLINE void row_parts(AFFINE8 *p, const __m512i word[8], int j)
{
    mont8_unpack((mont8 *)p + 2 * j, word);
    mont8_unpack((mont8 *)p + 2 * j + 1, word + 4);
}

MONT8_TARGET static void keep_multiple(struct lanes *lanes, unsigned entry)
{
    for (size_t i = 0; i < lanes->count; i++) {
        MONT8_UNROLL
        for (int j = 0; j < PARTS; j++) {
            __m512i word[8], row[8];
            row_words(word, &lanes->sum[i], j);
            mont8_transpose(row, word);
            for (int k = 0; k < 8; k++) _mm512_store_si512(&lanes->row[i][k][entry][8 * j], row[k]);
        }
    }
}

/* The tables of odd multiples; sum is P before, 15P afterwards. */
static bool make_tables(struct lanes *lanes, bool secret)
{
    memcpy(lanes->term, lanes->sum, lanes->count * sizeof *lanes->sum);
    keep_multiple(lanes, 0);
    if (!double_all(lanes, secret)) return false;
    for (size_t i = 0; i < lanes->count; i++) {
        AFFINE8 twice = lanes->sum[i];
        lanes->sum[i] = lanes->term[i];
        lanes->term[i] = twice;
    }
    for (unsigned entry = 1; entry < TABLE; entry++) {
        if (!add_all(lanes, secret)) return false;
        keep_multiple(lanes, entry);
    }
    return true;
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

/* What look_up will read. */
MONT8_INLINE void prefetch_rows(const struct lanes *lanes, size_t vector, int window, int d)
{
    if (vector >= lanes->count) return;
    const uint8_t *digit = lanes->digit[window][d][vector];
    for (int k = 0; k < 8; k++)
        for (int j = 0; j < PARTS; j++)
            _mm_prefetch((const char *)&lanes->row[vector][k][digit[k] & 7][8 * j], _MM_HINT_T0);
}

MONT8_TARGET static void look_up_vartime(struct lanes *lanes, int window, int d)
{
    for (size_t i = 0; i < lanes->count; i++) {
        prefetch_rows(lanes, i + 2, window, d);
        look_up(&lanes->term[i], lanes, i, window, d, false);
    }
}

MONT8_TARGET static void look_up_secret(struct lanes *lanes, int window, int d)
{
    for (size_t i = 0; i < lanes->count; i++) look_up(&lanes->term[i], lanes, i, window, d, true);
}

static bool add_digit(struct lanes *lanes, int window, int d, bool secret)
{
    if (secret)
        look_up_secret(lanes, window, d);
    else
        look_up_vartime(lanes, window, d);
    return add_all(lanes, secret);
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

static void put_all_digits(struct lanes *lanes, const fr *scalars, size_t count)
{
    for (size_t i = 0; i < 8 * lanes->count; i++)
        put_digits(lanes, i / 8, i % 8, i < count ? &scalars[i] : &fr_one);
}

MONT8_TARGET static void begin_sum(struct lanes *lanes)
{
    for (size_t i = 0; i < lanes->count; i++) look_up(&lanes->sum[i], lanes, i, WINDOWS - 1, 0, true);
}

static bool double_times(struct lanes *lanes, int times, bool secret)
{
    for (int i = 0; i < times; i++)
        if (!double_all(lanes, secret)) return false;
    return true;
}

/* The window's doublings and what its first part has to add. */
static bool begin_window(struct lanes *lanes, int window, bool secret)
{
    if (secret) return double_times(lanes, 4, true) && add_digit(lanes, window, 0, true);
    if (!double_times(lanes, 3, false)) return false;
    look_up_vartime(lanes, window, 0);
    return double_and_add_all(lanes);
}

static bool multiply_windows(struct lanes *lanes, bool secret)
{
    if (!make_tables(lanes, secret)) return false;
    begin_sum(lanes);
    for (int window = WINDOWS - 1; window >= 0; window--) {
        if (window < WINDOWS - 1 && !begin_window(lanes, window, secret)) return false;
        for (int d = 1; d < DIMS; d++)
            if (!add_digit(lanes, window, d, secret)) return false;
    }
    return true;
}
