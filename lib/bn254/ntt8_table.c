/* The tables of factors of ntt8.h. */
#include "ntt8_kernel.h"

#if defined(__x86_64__)
enum {
    TABLE_PAIRS_LOG = 12, /* blocks up to this size have pairs: 280 KiB */
};

bool ntt8_serves(unsigned log_size) { return mont8_available && log_size >= NTT8_LOG_MIN; }

/* The first pass has as many levels as leave a multiple of three. */
static void passes_of(struct ntt8_table *table, unsigned log_size)
{
    unsigned radix = (log_size - 1) % 3 + 1;
    table->log_size = log_size;
    table->count = 0;
    for (unsigned left = log_size; left >= NTT8_LOG_MIN; left -= radix, radix = 3)
        table->pass[table->count++] = (struct ntt8_pass){left, radix, left > TABLE_PAIRS_LOG, NULL};
    table->pass[table->count] = (struct ntt8_pass){NTT8_LOG_LAST, NTT8_LOG_LAST, false, NULL};
}

/* Vectors of the factors of a pass: 2^radix - 1 for each group of eight columns. */
static size_t vectors_of(const struct ntt8_pass *pass)
{
    size_t groups = pass->log_block == NTT8_LOG_LAST ? 1 : (size_t)1 << (pass->log_block - pass->radix - 3);
    return groups * (((size_t)1 << pass->radix) - 1) * ntt8_vectors(pass->packed);
}

void ntt8_table_over(struct ntt8_table *table, unsigned log_size, const void *memory)
{
    const __m512i *at = memory;
    passes_of(table, log_size);
    for (unsigned i = 0; i <= table->count; i++) {
        table->pass[i].factors = at;
        at += vectors_of(&table->pass[i]);
    }
}

size_t ntt8_table_size(unsigned log_size)
{
    struct ntt8_table table;
    size_t vectors = 0;
    passes_of(&table, log_size);
    for (unsigned i = 0; i <= table.count; i++) vectors += vectors_of(&table.pass[i]);
    return vectors * sizeof(__m512i);
}

/* The pair of e / 2^260 from e below p: Montgomery's reduction of e, whose multiple of p is the ratio. */
MONT8_TARGET static void store_pair(__m512i *out, const mont8 *e)
{
    __m512i column[10];
    mont8 value;
    for (int i = 0; i < 10; i++) column[i] = i < 5 ? e->limb[i] : _mm512_setzero_si512();
    for (int i = 0; i < 5; i++) {
        __m512i q = _mm512_madd52lo_epu64(_mm512_setzero_si512(), column[i], mont8_all(fr8_params.inv));
        for (int j = 0; j < 5; j++) {
            column[i + j] = _mm512_madd52lo_epu64(column[i + j], q, mont8_all(fr8_params.p[j]));
            column[i + j + 1] = _mm512_madd52hi_epu64(column[i + j + 1], q, mont8_all(fr8_params.p[j]));
        }
        column[i + 1] = _mm512_add_epi64(column[i + 1], _mm512_srli_epi64(column[i], 52));
        _mm512_store_si512(out + 5 + i, q);
    }
    for (int i = 0; i < 5; i++) value.limb[i] = column[5 + i];
    mont8_carry(&value);
    for (int i = 0; i < 5; i++) _mm512_store_si512(out + i, value.limb[i]);
}

MONT8_TARGET void ntt8_powers(mont8 *out, const fr *first, const fr *step)
{
    fr power[8] = {*first}, one[8];
    mont8 exact_one;
    for (int k = 0; k < 8; k++) one[k] = fr_one;
    for (int k = 1; k < 8; k++) fr_mul(&power[k], &power[k - 1], step);
    ntt8_load_exact(out, power);
    ntt8_load_exact(&exact_one, one);
    mont8_mul(out, out, &exact_one, &fr8_params); /* below (1 + 16^2/84)p */
    mont8_mul(out, out, &exact_one, &fr8_params);
}

/* e: exact, below 2p */
MONT8_TARGET static __m512i *store_factor(__m512i *out, const mont8 *e, bool packed)
{
    mont8 canonical = *e;
    mont8_canonical(&canonical, 0, &fr8_params);
    if (packed)
        mont8_pack(out, &canonical);
    else
        store_pair(out, &canonical);
    return out + ntt8_vectors(packed);
}

/* The factors of one pass. With x_j = w^j, or v^(2j+1), for column j, level l has x_j^(2^l) times the powers
 * of the root of order 2^(radix-l). Levels are in the order of their use. */
MONT8_TARGET static void fill_pass(const struct ntt8_pass *pass, enum ntt8_kind kind, __m512i *out)
{
    mont8 x, step, turn[3];
    fr root, first = fr_one;
    for (unsigned i = 0; i < pass->radix; i++) {
        ntt_root_of_unity(&root, pass->radix - i);
        ntt8_powers(&turn[i], &root, &fr_one);
    }
    ntt_root_of_unity(&root, pass->log_block);
    if (kind == NTT8_JOIN) ntt_root_of_unity(&first, pass->log_block + 1);
    ntt8_powers(&x, &first, pass->log_block == NTT8_LOG_LAST ? &fr_one : &root);
    for (int i = 0; i < 3; i++) fr_sqr(&root, &root);
    ntt8_powers(&step, &root, &fr_one);
    for (const __m512i *end = out + vectors_of(pass); out < end; mont8_mul(&x, &x, &step, &fr8_params)) {
        mont8 of_level[3] = {x};
        for (int i = 1; i < 3; i++) mont8_sqr(&of_level[i], &of_level[i - 1], &fr8_params);
        for (unsigned i = 0; i < pass->radix; i++) {
            unsigned level = kind == NTT8_SPLIT ? i : pass->radix - 1 - i;
            mont8 factor = of_level[level];
            for (unsigned k = 0; k < 1U << (pass->radix - 1 - level); k++) {
                out = store_factor(out, &factor, pass->packed);
                mont8_mul(&factor, &factor, &turn[level], &fr8_params);
            }
        }
    }
}

void ntt8_table_fill(unsigned log_size, enum ntt8_kind kind, void *memory)
{
    struct ntt8_table table;
    __m512i *out = memory;
    passes_of(&table, log_size);
    for (unsigned i = 0; i <= table.count; out += vectors_of(&table.pass[i++]))
        fill_pass(&table.pass[i], kind, out);
}
#else
bool ntt8_serves(unsigned log_size)
{
    (void)log_size;
    return false;
}

size_t ntt8_table_size(unsigned log_size)
{
    (void)log_size;
    ROAM_ASSERT(false);
    return 0;
}

void ntt8_table_fill(unsigned log_size, enum ntt8_kind kind, void *memory)
{
    (void)log_size, (void)kind, (void)memory;
    ROAM_ASSERT(false);
}
#endif
