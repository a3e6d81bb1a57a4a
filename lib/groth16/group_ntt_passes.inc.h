/* Passes over the points for a transform of every column, and the multiplication between two of these;
 * included by group_ntt.inc.h. */

enum { UNITS_AT_ONCE = 1024, UNITS_MIN = 128, UNITS_ALIKE = ODD_SUMS_ALIKE };

/* What a thread works with. */
struct bench {
    AFFINE p[8][UNITS_AT_ONCE];
    fr factors[UNITS_AT_ONCE];
    fr roots[UNITS_AT_ONCE / UNITS_ALIKE];
};

/* One pass over a matrix. */
struct pass {
    AFFINE *points;
    size_t rows, columns;
    size_t part;     /* blocks of the pass have 2, 4 or 8 parts of so many rows */
    const fr *roots; /* powers of 1/omega; 1/omega of as many points as there are rows is number stride */
    size_t stride;
    fr omega_inv, size_inv; /* of all points */
    void (*work)(const struct pass *pass, struct bench *bench, size_t begin, size_t count, void *scratch);
};

static size_t round_up(size_t size) { return (size + 63) / 64 * 64; }
static size_t thread_memory(void)
{
    return round_up(sizeof(struct bench)) + round_up(G(batch_scratch_size)());
}

/* A unit is a point of a block's first part, with those in its place in the other parts. Units are in the
 * order of row, block and column. */
static AFFINE *unit_at(const struct pass *pass, size_t unit, size_t parts)
{
    size_t blocks = pass->rows / (parts * pass->part), row = unit / pass->columns;
    return pass->points + (row % blocks * parts * pass->part + row / blocks) * pass->columns +
           unit % pass->columns;
}

static void gather(struct bench *bench, const struct pass *pass, size_t begin, size_t count, size_t parts)
{
    for (size_t i = 0; i < count; i++) {
        const AFFINE *at = unit_at(pass, begin + i, parts);
        for (size_t j = 0; j < parts; j++) bench->p[j][i] = at[j * pass->part * pass->columns];
    }
}

static void scatter(const struct bench *bench, const struct pass *pass, size_t begin, size_t count,
                    size_t parts)
{
    for (size_t i = 0; i < count; i++) {
        AFFINE *at = unit_at(pass, begin + i, parts);
        for (size_t j = 0; j < parts; j++) at[j * pass->part * pass->columns] = bench->p[j][i];
    }
}

/* 1/omega of `order` points, to the power of i. */
static const fr *root_of(const struct pass *pass, size_t order, size_t i)
{
    return &pass->roots[i % order * (pass->rows / order) * pass->stride];
}

/* Decimation in time. The first pass has one level of butterflies, on neighbouring rows, */
static void pairs(const struct pass *pass, struct bench *bench, size_t begin, size_t count, void *scratch)
{
    gather(bench, pass, begin, count, 2);
    G(batch_butterfly_vartime)(bench->p[0], bench->p[1], count, scratch);
    scatter(bench, pass, begin, count, 2);
}

/* Some of a bench's units. */
struct some {
    struct bench *bench;
    AFFINE *p[8];
    size_t count;
    void *scratch;
};

static struct some some_of(struct bench *bench, size_t first, size_t count, void *scratch)
{
    struct some some = {.bench = bench, .count = count, .scratch = scratch};
    for (size_t j = 0; j < 8; j++) some.p[j] = bench->p[j] + first;
    return some;
}

static void butterfly(const struct some *some, size_t a, size_t b)
{
    G(batch_butterfly_vartime)(some->p[a], some->p[b], some->count, some->scratch);
}

static void multiply(const struct some *some, size_t j, const fr *factor)
{
    fr *factors = some->bench->factors;
    for (size_t i = 0; i < some->count; i++) factors[i] = *factor;
    G(batch_mul_vartime)(some->p[j], some->p[j], factors, some->count, some->scratch);
}

/* or two levels. */
static void quads(const struct pass *pass, struct bench *bench, size_t begin, size_t count, void *scratch)
{
    struct some all = some_of(bench, 0, count, scratch);
    gather(bench, pass, begin, count, 4);
    butterfly(&all, 0, 1);
    butterfly(&all, 2, 3);
    multiply(&all, 3, root_of(pass, 4, 1));
    butterfly(&all, 0, 2);
    butterfly(&all, 1, 3);
    scatter(bench, pass, begin, count, 4);
}

/* All others have three levels, on row k of eight parts: with W = 1/omega of 8 part points, part j, whose
 * bits are i in reverse, is multiplied by W^(ik), and then transforms of eight points are taken. */
static size_t row_of(const struct pass *pass, size_t unit)
{
    return unit / pass->columns / (pass->rows / (8 * pass->part));
}

/* With k = 0, and where neighbours are not alike, after the multiplications. */
static void transform_octs(const struct some *some, const struct pass *pass)
{
    fr *roots = some->bench->roots;
    for (size_t j = 0; j < 8; j += 2) butterfly(some, j, j + 1);
    multiply(some, 3, root_of(pass, 4, 1));
    butterfly(some, 0, 2);
    butterfly(some, 1, 3);
    butterfly(some, 4, 6);
    multiply(some, 6, root_of(pass, 4, 1));
    for (size_t i = 0; i < some->count; i += UNITS_ALIKE) roots[i / UNITS_ALIKE] = *root_of(pass, 8, 1);
    AFFINE *const odd[2] = {some->p[5], some->p[7]};
    G(batch_odd_sums_vartime)(odd, 2, roots, root_of(pass, 4, 1), some->count, some->scratch);
    for (size_t j = 0; j < 4; j++) butterfly(some, j, j + 4);
}

/* W^(ik) for each unit, */
static const fr *unit_factors(const struct some *some, const struct pass *pass, size_t begin, size_t i)
{
    fr *factors = some->bench->factors;
    for (size_t n = 0; n < some->count; n++)
        factors[n] = *root_of(pass, 8 * pass->part, i * row_of(pass, begin + n));
    return factors;
}

/* or for each of those that are alike. */
static const fr *alike_roots(const struct some *some, const struct pass *pass, size_t begin, size_t i)
{
    fr *roots = some->bench->roots;
    for (size_t n = 0; n < some->count; n += UNITS_ALIKE)
        roots[n / UNITS_ALIKE] = *root_of(pass, 8 * pass->part, i * row_of(pass, begin + n));
    return roots;
}

static void multiply_octs(const struct some *some, const struct pass *pass, size_t begin)
{
    static const size_t reverse[8] = {0, 4, 2, 6, 1, 5, 3, 7};
    for (size_t j = 1; j < 8; j++) G(batch_mul_vartime)
    (some->p[j], some->p[j], unit_factors(some, pass, begin, reverse[j]), some->count, some->scratch);
}

/* Multiplications and transforms together. */
static void transform_alike(const struct some *some, const struct pass *pass, size_t begin)
{
    AFFINE *const even[2] = {some->p[2], some->p[3]};
    AFFINE *const odd[4] = {some->p[4], some->p[6], some->p[5], some->p[7]};
    G(batch_mul_vartime)
    (some->p[1], some->p[1], unit_factors(some, pass, begin, 4), some->count, some->scratch);
    butterfly(some, 0, 1);
    G(batch_odd_sums_vartime)
    (even, 2, alike_roots(some, pass, begin, 2), root_of(pass, 4, 1), some->count, some->scratch);
    butterfly(some, 0, 2);
    butterfly(some, 1, 3);
    G(batch_odd_sums_vartime)
    (odd, 4, alike_roots(some, pass, begin, 1), root_of(pass, 8, 1), some->count, some->scratch);
    for (size_t j = 0; j < 4; j++) butterfly(some, j, j + 4);
}

static void octs(const struct pass *pass, struct bench *bench, size_t begin, size_t count, void *scratch)
{
    size_t with_zero = pass->rows / (8 * pass->part) * pass->columns;
    size_t first = begin >= with_zero ? 0 : with_zero - begin < count ? with_zero - begin : count;
    struct some zero = some_of(bench, 0, first, scratch),
                others = some_of(bench, first, count - first, scratch);
    gather(bench, pass, begin, count, 8);
    transform_octs(&zero, pass);
    if (pass->columns % UNITS_ALIKE == 0) {
        transform_alike(&others, pass, begin + first);
    } else {
        multiply_octs(&others, pass, begin + first);
        transform_octs(&others, pass);
    }
    scatter(bench, pass, begin, count, 8);
}

/* omega^(-kc) / size for a row k from column c on */
static void row_factors(fr *factors, const struct pass *pass, size_t k, size_t c, size_t count)
{
    uint64_t row[4] = {k}, column[4] = {c};
    fr step;
    fr_pow_vartime(&step, &pass->omega_inv, row);
    fr_pow_vartime(&factors[0], &step, column);
    fr_mul(&factors[0], &factors[0], &pass->size_inv);
    for (size_t i = 1; i < count; i++) fr_mul(&factors[i], &factors[i - 1], &step);
}

/* Units are points. */
static void singles(const struct pass *pass, struct bench *bench, size_t begin, size_t count, void *scratch)
{
    for (size_t i = 0, some; i < count; i += some) {
        size_t k = (begin + i) / pass->columns, c = (begin + i) % pass->columns;
        some = pass->columns - c < count - i ? pass->columns - c : count - i;
        row_factors(bench->factors + i, pass, k, c, some);
    }
    AFFINE *points = pass->points + begin;
    G(batch_mul_vartime)(points, points, bench->factors, count, scratch);
}
