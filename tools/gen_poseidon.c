/* Makes the Poseidon tables of lib/hash: gen_poseidon OUTPUT.c
 *
 * Round constants and matrices come from the paper's reference procedure (Grassi et al., eprint 2019/458,
 * appendix E and F): a Grain LFSR in self-shrinking mode, and a Cauchy matrix from the same bit stream. The
 * form that poseidon.c runs is derived here too; its mathematics is explained in lib/hash/poseidon_tables.h.
 */
#include "checked.h"
#include "fr52.h"

#include <stdio.h>
#include <stdlib.h>

enum { T_MIN = 2, T_MAX = 17, N_MAX = T_MAX - 1, FULL = 8, PARTIAL_MAX = 70, FIELD_BITS = 254 };
static const unsigned partial_rounds[] = {56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68};

typedef struct {
    fr at[T_MAX][T_MAX];
} matrix;

struct plain {
    unsigned t, partial;
    fr constants[(FULL + PARTIAL_MAX) * T_MAX];
    matrix mds;
};

struct fast {
    matrix enter;
    fr partial[PARTIAL_MAX], recurrence[2 * N_MAX + 1], leave[N_MAX][2 * N_MAX];
    fr full[FULL * T_MAX]; /* the first of the second half have what is left of the tail's constants added */
};

/* 80 bits, the oldest lowest. */
static unsigned grain_clock(u128 *lfsr)
{
    u128 s = *lfsr;
    unsigned bit = (unsigned)(s ^ s >> 13 ^ s >> 23 ^ s >> 38 ^ s >> 51 ^ s >> 62) & 1;
    *lfsr = s >> 1 | (u128)bit << 79;
    return bit;
}

/* Of every pair of bits, the second counts if the first is 1. */
static unsigned grain_bit(u128 *lfsr)
{
    while (grain_clock(lfsr) == 0) grain_clock(lfsr);
    return grain_clock(lfsr);
}

static void grain_push(u128 *lfsr, unsigned *used, unsigned value, unsigned bits)
{
    while (bits-- > 0) *lfsr |= (u128)(value >> bits & 1) << (*used)++;
}

/* The seed: prime field, x^5, size of the field, width, rounds; then ones. */
static u128 grain_start(unsigned t, unsigned partial)
{
    u128 lfsr = 0;
    unsigned used = 0;
    grain_push(&lfsr, &used, 1, 2);
    grain_push(&lfsr, &used, 0, 4);
    grain_push(&lfsr, &used, FIELD_BITS, 12);
    grain_push(&lfsr, &used, t, 12);
    grain_push(&lfsr, &used, FULL, 10);
    grain_push(&lfsr, &used, partial, 10);
    grain_push(&lfsr, &used, (1u << 30) - 1, 30);
    for (int i = 0; i < 160; i++) grain_clock(&lfsr);
    return lfsr;
}

static void grain_integer(uint64_t limbs[4], u128 *lfsr)
{
    for (int i = 0; i < 4; i++) limbs[i] = 0;
    for (int i = FIELD_BITS; i-- > 0;) limbs[i / 64] |= (uint64_t)grain_bit(lfsr) << (i % 64);
}

/* Uniform by rejection. */
static void grain_constant(fr *out, u128 *lfsr)
{
    uint64_t limbs[4];
    do grain_integer(limbs, lfsr);
    while (fr_from_limbs(out, limbs) != ROAM_OK);
}

/* Reduced modulo r, as the reference procedure has it for the matrix. */
static void grain_reduced(fr *out, u128 *lfsr)
{
    uint64_t limbs[4];
    uint8_t wide[64] = {0};
    grain_integer(limbs, lfsr);
    for (int i = 0; i < 32; i++) wide[i] = (uint8_t)(limbs[i / 8] >> (8 * (i % 8)));
    fr_from_wide(out, wide);
}

/* M[i][j] = 1 / (x_i + y_j), x and y distinct. */
static void make_mds(struct plain *p, u128 *lfsr)
{
    fr xy[2 * T_MAX];
    for (unsigned i = 0; i < 2 * p->t; i++) grain_reduced(&xy[i], lfsr);
    for (unsigned i = 0; i < p->t; i++)
        for (unsigned j = 0; j < p->t; j++) {
            fr sum;
            fr_add(&sum, &xy[i], &xy[p->t + j]);
            ROAM_ASSERT(!fr_is_zero(&sum));
            fr_inv(&p->mds.at[i][j], &sum);
        }
}

static void make_plain(struct plain *p, unsigned t)
{
    p->t = t;
    p->partial = partial_rounds[t - T_MIN];
    u128 lfsr = grain_start(t, p->partial);
    for (unsigned i = 0; i < (FULL + p->partial) * t; i++) grain_constant(&p->constants[i], &lfsr);
    make_mds(p, &lfsr);
}

static void add_product(fr *sum, const fr *a, const fr *b)
{
    fr product;
    fr_mul(&product, a, b);
    fr_add(sum, sum, &product);
}

static void row_times_matrix(fr *out, const fr *row, const matrix *m, unsigned n)
{
    fr result[T_MAX] = {fr_zero};
    for (unsigned j = 0; j < n; j++) {
        result[j] = fr_zero;
        for (unsigned i = 0; i < n; i++) add_product(&result[j], &row[i], &m->at[i][j]);
    }
    for (unsigned j = 0; j < n; j++) out[j] = result[j];
}

static void matrix_times_column(fr *out, const matrix *m, const fr *column, unsigned n)
{
    fr result[T_MAX];
    for (unsigned i = 0; i < n; i++) {
        result[i] = fr_zero;
        for (unsigned j = 0; j < n; j++) add_product(&result[i], &m->at[i][j], &column[j]);
    }
    for (unsigned i = 0; i < n; i++) out[i] = result[i];
}

static fr dot(const fr *a, const fr *b, unsigned n)
{
    fr sum = fr_zero;
    for (unsigned i = 0; i < n; i++) add_product(&sum, &a[i], &b[i]);
    return sum;
}

static void row_subtract(fr *row, const fr *other, const fr *factor, unsigned n)
{
    fr minus;
    fr_neg(&minus, factor);
    for (unsigned j = 0; j < n; j++) add_product(&row[j], &minus, &other[j]);
}

/* Gauss and Jordan. No pivoting: leading minors of these matrices are not zero, or the assertion says so. */
static void invert(matrix *out, const matrix *m, unsigned n)
{
    matrix left = *m;
    for (unsigned i = 0; i < n; i++)
        for (unsigned j = 0; j < n; j++) out->at[i][j] = i == j ? fr_one : fr_zero;
    for (unsigned k = 0; k < n; k++) {
        fr inverse;
        ROAM_ASSERT(!fr_is_zero(&left.at[k][k]));
        fr_inv(&inverse, &left.at[k][k]);
        for (unsigned j = 0; j < n; j++) {
            fr_mul(&left.at[k][j], &left.at[k][j], &inverse);
            fr_mul(&out->at[k][j], &out->at[k][j], &inverse);
        }
        for (unsigned i = 0; i < n; i++) {
            if (i == k) continue;
            fr factor = left.at[i][k];
            row_subtract(left.at[i], left.at[k], &factor, n);
            row_subtract(out->at[i], out->at[k], &factor, n);
        }
    }
}

/* The matrix in blocks: M = (m, v; w, B), B of n = t - 1 rows. observe: row i - 1 is v B^-i. */
struct blocks {
    unsigned n;
    fr m, v[N_MAX], w[N_MAX], response[N_MAX + 1]; /* response[k]: output to a unit input k rounds ago */
    matrix b, observe, observe_inverse;
};

static void make_blocks(struct blocks *k, const struct plain *p)
{
    unsigned n = k->n = p->t - 1;
    k->m = p->mds.at[0][0];
    for (unsigned i = 0; i < n; i++) {
        k->v[i] = p->mds.at[0][i + 1];
        k->w[i] = p->mds.at[i + 1][0];
        for (unsigned j = 0; j < n; j++) k->b.at[i][j] = p->mds.at[i + 1][j + 1];
    }
    matrix b_inverse;
    invert(&b_inverse, &k->b, n);
    for (unsigned i = 0; i < n; i++)
        row_times_matrix(k->observe.at[i], i == 0 ? k->v : k->observe.at[i - 1], &b_inverse, n);
    invert(&k->observe_inverse, &k->observe, n);
    fr column[N_MAX];
    for (unsigned i = 0; i < n; i++) column[i] = k->w[i];
    k->response[0] = k->m;
    for (unsigned i = 1; i <= n; i++) {
        k->response[i] = dot(k->v, column, n);
        matrix_times_column(column, &k->b, column, n);
    }
}

/* Window: s(r-n), y(r-n+1), s(r-n+1), ..., y(r), s(r). */
static void make_recurrence(struct fast *f, const struct blocks *k)
{
    unsigned n = k->n;
    fr minus_a[N_MAX]; /* v = sum over i of minus_a[i-1] v B^-i */
    row_times_matrix(minus_a, k->v, &k->observe_inverse, n);
    for (unsigned i = 1; i <= n; i++) f->recurrence[2 * (n - i) + 1] = minus_a[i - 1];
    for (unsigned i = 0; i <= n; i++) {
        fr b = k->response[i];
        for (unsigned j = 1; j <= i; j++) {
            fr a;
            fr_neg(&a, &minus_a[j - 1]);
            add_product(&b, &a, &k->response[i - j]);
        }
        f->recurrence[2 * (n - i)] = b;
    }
}

/* enter = (1, 0; 0, observe) M */
static void make_enter(struct fast *f, const struct plain *p, const struct blocks *k)
{
    f->enter = p->mds;
    for (unsigned j = 0; j < p->t; j++)
        for (unsigned i = 0; i < k->n; i++) {
            f->enter.at[i + 1][j] = fr_zero;
            for (unsigned l = 0; l < k->n; l++)
                add_product(&f->enter.at[i + 1][j], &k->observe.at[i][l], &p->mds.at[l + 1][j]);
        }
}

/* Window: s(R-n), y(R-n+1), ..., s(R-1), y(R), where observe * tail(R) has in row j
 *   v B^-j tail(R) = y(R-j+1) - m s(R-j) + sum over i <= j of (v B^-j) B^(i-1) w s(R-i). */
static void make_leave(struct fast *f, const struct blocks *k)
{
    unsigned n = k->n;
    fr seen[N_MAX][2 * N_MAX], column[N_MAX];
    for (unsigned i = 0; i < n; i++) column[i] = k->w[i];
    for (unsigned i = 1; i <= n; i++) {
        for (unsigned j = 1; j <= n; j++) {
            seen[j - 1][2 * (n - i)] = i <= j ? dot(k->observe.at[j - 1], column, n) : fr_zero;
            seen[j - 1][2 * (n - i) + 1] = i == j ? fr_one : fr_zero;
            if (i == j) fr_sub(&seen[j - 1][2 * (n - i)], &seen[j - 1][2 * (n - i)], &k->m);
        }
        matrix_times_column(column, &k->b, column, n);
    }
    for (unsigned i = 0; i < n; i++)
        for (unsigned j = 0; j < 2 * n; j++) {
            f->leave[i][j] = fr_zero;
            for (unsigned l = 0; l < n; l++)
                add_product(&f->leave[i][j], &k->observe_inverse.at[i][l], &seen[l][j]);
        }
}

/* The tail's constants, carried along the rounds: what they add to y goes into partial, the rest into the
 * full round that follows. */
static void make_constants(struct fast *f, const struct plain *p, const struct blocks *k)
{
    const fr *c = p->constants + FULL / 2 * p->t;
    fr carried[T_MAX]; /* to y, and to the tail */
    for (unsigned i = 0; i < p->t; i++) carried[i] = fr_zero;
    for (unsigned r = 0; r < p->partial; r++, c += p->t) {
        fr_add(&f->partial[r], &c[0], &carried[0]);
        for (unsigned i = 1; i < p->t; i++) fr_add(&carried[i], &carried[i], &c[i]);
        carried[0] = dot(k->v, carried + 1, k->n);
        matrix_times_column(carried + 1, &k->b, carried + 1, k->n);
    }
    for (unsigned i = 0; i < FULL / 2 * p->t; i++) {
        f->full[i] = p->constants[i];
        f->full[FULL / 2 * p->t + i] = c[i];
    }
    fr *resume = f->full + FULL / 2 * p->t;
    for (unsigned i = 0; i < p->t; i++) fr_add(&resume[i], &resume[i], &carried[i]);
}

static void make_fast(struct fast *f, const struct plain *p)
{
    static struct blocks k;
    make_blocks(&k, p);
    make_enter(f, p, &k);
    make_recurrence(f, &k);
    make_leave(f, &k);
    make_constants(f, p, &k);
}

static void put_element(FILE *out, const fr *a)
{
    const uint64_t *l = a->limb;
    fprintf(out, "    {{0x%016llx, 0x%016llx, 0x%016llx, 0x%016llx}},\n", (unsigned long long)l[0],
            (unsigned long long)l[1], (unsigned long long)l[2], (unsigned long long)l[3]);
}

static void put_element52(FILE *out, const fr *a)
{
    struct fr52 b;
    fr52_from_fr(&b, a);
    fprintf(out, "    {{");
    for (int i = 0; i < 5; i++) fprintf(out, "0x%013llx,", (unsigned long long)b.limb[i]);
    fprintf(out, "}},\n");
}

/* A table of height rows, each of width elements out of stride. */
static void put_table(FILE *out, const char *name, unsigned t, const fr *rows, unsigned height,
                      unsigned width, unsigned stride)
{
    fprintf(out, "static const fr %s_%u[] = {\n", name, t);
    for (unsigned i = 0; i < height; i++)
        for (unsigned j = 0; j < width; j++) put_element(out, rows + i * stride + j);
    fprintf(out, "};\n");
}

/* - c[0] c[1] - c[2] c[3] - ... */
static fr minus_pairs(const fr *c, unsigned count)
{
    fr sum = fr_zero;
    for (unsigned i = 0; i + 1 < count; i += 2) add_product(&sum, &c[i], &c[i + 1]);
    fr_neg(&sum, &sum);
    return sum;
}

/* The same for lanes; rows of inner products end with their own constant. */
static void put_table52(FILE *out, const char *name, unsigned t, const fr *rows, unsigned height,
                        unsigned width, unsigned stride, bool products)
{
    fprintf(out, "static const struct fr52 %s52_%u[] = {\n", name, t);
    for (unsigned i = 0; i < height; i++) {
        for (unsigned j = 0; j < width; j++) put_element52(out, rows + i * stride + j);
        fr last = minus_pairs(rows + i * stride, width);
        if (products) put_element52(out, &last);
    }
    fprintf(out, "};\n");
}

static void put_both(FILE *out, const char *name, unsigned t, const fr *rows, unsigned height, unsigned width,
                     unsigned stride, bool products)
{
    put_table(out, name, t, rows, height, width, stride);
    put_table52(out, name, t, rows, height, width, stride, products);
}

static void put_width(FILE *out, unsigned t)
{
    static struct plain p;
    static struct fast f;
    make_plain(&p, t);
    make_fast(&f, &p);
    unsigned n = t - 1;
    put_table(out, "constants", t, p.constants, FULL + p.partial, t, t);
    put_both(out, "full", t, f.full, FULL, t, t, false);
    put_both(out, "mds", t, p.mds.at[0], t, t, T_MAX, true);
    put_both(out, "enter", t, f.enter.at[0], t, t, T_MAX, true);
    put_both(out, "partial", t, f.partial, 1, p.partial, 0, false);
    put_both(out, "recurrence", t, f.recurrence, 1, 2 * n + 1, 0, true);
    put_both(out, "leave", t, f.leave[0], n, 2 * n, 2 * N_MAX, true);
}

/* The array over all widths. */
static void put_index(FILE *out, const char *declaration, const char *const *names)
{
    fprintf(out, "const struct %s[] = {\n", declaration);
    for (unsigned t = T_MIN; t <= T_MAX; t++) {
        fprintf(out, "    {%u, %u", t, partial_rounds[t - T_MIN]);
        for (const char *const *name = names; *name != NULL; name++) fprintf(out, ", %s_%u", *name, t);
        fprintf(out, "},\n");
    }
    fprintf(out, "};\n");
}

int main(int argc, char **argv)
{
    FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;
    if (out == NULL) {
        fprintf(stderr, "usage: gen_poseidon OUTPUT.c\n");
        return EXIT_FAILURE;
    }
    fprintf(out, "/* Made by gen_poseidon. */\n#include \"poseidon_tables.h\"\n\n");
    for (unsigned t = T_MIN; t <= T_MAX; t++) put_width(out, t);
    put_index(out, "poseidon_params poseidon_plain", (const char *const[]){"constants", "mds", NULL});
    put_index(out, "poseidon_tables poseidon_tables",
              (const char *const[]){"full", "mds", "enter", "partial", "recurrence", "leave", NULL});
    put_index(
        out, "poseidon_tables52 poseidon_tables52",
        (const char *const[]){"full52", "mds52", "enter52", "partial52", "recurrence52", "leave52", NULL});
    return fclose(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
