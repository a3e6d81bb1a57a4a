/* group_ntt.h for one group. g1 and g2 define AFFINE and G(name) before including this.
 *
 * The points are a matrix of rows and columns, as square as can be, in the order of its rows:
 *   1. the transform of every column, of as many points as there are rows,
 *   2. the point in row k and column c, times omega^(-kc) / size,
 *   3. the same of every row; as columns of the transposed matrix these come out in order.
 * A multiplication in 1 and 3 is the same for a whole row, which is when it is fastest; those in 2, one for
 * each point, divide by the size as well. */

enum { UNITS_AT_ONCE = 1024, UNITS_PER_STEP = 1024, UNITS_ALIKE = 16 };

/* What a thread works with. */
struct bench {
    AFFINE a[UNITS_AT_ONCE], b[UNITS_AT_ONCE], c[UNITS_AT_ONCE], d[UNITS_AT_ONCE];
    fr factors[UNITS_AT_ONCE];
    struct twist twists[UNITS_AT_ONCE];
};

/* One pass over a matrix. */
struct pass {
    AFFINE *points;
    size_t rows, columns;
    size_t quarter;  /* a block of the pass is 4 * quarter rows */
    const fr *roots; /* powers of 1/omega; 1/omega of as many points as there are rows is number stride */
    size_t stride;
    fr omega_inv, size_inv; /* of all points */
    void (*work)(const struct pass *pass, struct bench *bench, size_t begin, size_t count, void *scratch);
    size_t begin, end; /* units of this step */
    char *memory;      /* of the threads */
};

static size_t round_up(size_t size) { return (size + 63) / 64 * 64; }
static size_t thread_memory(void)
{
    return round_up(sizeof(struct bench)) + round_up(G(batch_scratch_size)());
}

/* Decimation in time with blocks of two rows and factors 1; units are in the order of block and column. */
static void pairs(const struct pass *pass, struct bench *bench, size_t begin, size_t count, void *scratch)
{
    size_t columns = pass->columns;
    for (size_t i = 0; i < count; i++) {
        const AFFINE *a = pass->points + (begin + i) / columns * 2 * columns + (begin + i) % columns;
        bench->a[i] = a[0];
        bench->b[i] = a[columns];
    }
    G(batch_butterfly_vartime)(bench->a, bench->b, count, scratch);
    for (size_t i = 0; i < count; i++) {
        AFFINE *a = pass->points + (begin + i) / columns * 2 * columns + (begin + i) % columns;
        a[0] = bench->a[i];
        a[columns] = bench->b[i];
    }
}

/* Two levels of decimation in time together, on rows k, k + quarter .. of blocks of 4 * quarter rows: units
 * are in the order of k, block and column. With W = omega^-(rows / (4 quarter)) the factors are u = W^2k for
 * b and d, then v = W^k for c and w = W^(k + quarter) for d. */
static AFFINE *quad_of(const struct pass *pass, size_t unit)
{
    size_t blocks = pass->rows / (4 * pass->quarter), row = unit / pass->columns;
    return pass->points + (row % blocks * 4 * pass->quarter + row / blocks) * pass->columns +
           unit % pass->columns;
}

static void twist_of(struct twist *twist, const struct pass *pass, size_t unit)
{
    size_t blocks = pass->rows / (4 * pass->quarter), k = unit / pass->columns / blocks;
    twist->u = pass->roots[2 * k * blocks * pass->stride];
    twist->v = pass->roots[k * blocks * pass->stride];
    twist->w = pass->roots[(k + pass->quarter) * blocks * pass->stride];
}

/* With k = 0 only d is multiplied. */
static void multiply_first(const struct pass *pass, struct bench *bench, size_t count, void *scratch)
{
    for (size_t i = 0; i < count; i++) bench->factors[i] = pass->roots[pass->rows / 4 * pass->stride];
    G(batch_butterfly_vartime)(bench->c, bench->d, count, scratch);
    G(batch_mul_vartime)(bench->d, bench->d, bench->factors, count, scratch);
}

static void multiply_others(const struct pass *pass, struct bench *bench, size_t begin, size_t first,
                            size_t count, void *scratch)
{
    for (size_t i = first; i < first + count; i++) {
        twist_of(&bench->twists[i], pass, begin + i);
        bench->factors[i] = bench->twists[i].u;
    }
    G(batch_mul_vartime)(bench->b + first, bench->b + first, bench->factors + first, count, scratch);
    G(batch_twist_vartime)(bench->c + first, bench->d + first, bench->twists + first, count, scratch);
}

static void quads(const struct pass *pass, struct bench *bench, size_t begin, size_t count, void *scratch)
{
    size_t next = pass->quarter * pass->columns, with_zero = pass->rows / (4 * pass->quarter) * pass->columns;
    size_t first = begin >= with_zero ? 0 : with_zero - begin < count ? with_zero - begin : count;
    for (size_t i = 0; i < count; i++) {
        const AFFINE *a = quad_of(pass, begin + i);
        bench->a[i] = a[0];
        bench->b[i] = a[next];
        bench->c[i] = a[2 * next];
        bench->d[i] = a[3 * next];
    }
    multiply_first(pass, bench, first, scratch);
    multiply_others(pass, bench, begin, first, count - first, scratch);
    G(batch_butterfly_vartime)(bench->a, bench->b, count, scratch);
    G(batch_butterfly_vartime)(bench->a, bench->c, count, scratch);
    G(batch_butterfly_vartime)(bench->b, bench->d, count, scratch);
    for (size_t i = 0; i < count; i++) {
        AFFINE *a = quad_of(pass, begin + i);
        a[0] = bench->a[i];
        a[next] = bench->b[i];
        a[2 * next] = bench->c[i];
        a[3 * next] = bench->d[i];
    }
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

/* Shares begin at multiples of what is likely to be multiplied alike. */
static void pass_share(void *context, struct share share)
{
    const struct pass *pass = context;
    size_t alike = (pass->end - pass->begin + UNITS_ALIKE - 1) / UNITS_ALIKE;
    size_t end = pass->begin + UNITS_ALIKE * share_end(share, alike);
    if (end > pass->end) end = pass->end;
    struct bench *bench = (void *)(pass->memory + share.index * thread_memory());
    void *scratch = (char *)bench + round_up(sizeof *bench);
    for (size_t at = pass->begin + UNITS_ALIKE * share_begin(share, alike); at < end; at += UNITS_AT_ONCE)
        pass->work(pass, bench, at, end - at < UNITS_AT_ONCE ? end - at : UNITS_AT_ONCE, scratch);
}

struct run {
    unsigned threads;
    const char *what;
    const struct roam_progress *progress;
    uint64_t done, total;
};

/* A pass counts as many steps as there are points, however many units. */
static enum roam_err run_pass(struct pass *pass, struct run *run, size_t units)
{
    size_t size = pass->rows * pass->columns, step = run->threads * (size_t)UNITS_PER_STEP;
    for (pass->begin = 0; pass->begin < units; pass->begin = pass->end) {
        if (!progress_step(run->progress, run->what, run->done + size / units * pass->begin, run->total))
            return ROAM_E_CANCELLED;
        pass->end = units - pass->begin < step ? units : pass->begin + step;
        parallel_run(run->threads, pass_share, pass);
    }
    run->done += size;
    return ROAM_OK;
}

/* The unscaled transform of every column, whose points are in the reverse order of their bits. */
static enum roam_err transform_columns(struct pass *pass, struct run *run, unsigned log_rows)
{
    size_t size = pass->rows * pass->columns;
    pass->quarter = 1;
    if (log_rows % 2 == 1) {
        pass->work = pairs;
        ROAM_TRY(run_pass(pass, run, size / 2));
        pass->quarter = 2;
    }
    pass->work = quads;
    for (; pass->quarter < pass->rows; pass->quarter *= 4) ROAM_TRY(run_pass(pass, run, size / 4));
    return ROAM_OK;
}

static size_t reverse_bits(size_t i, unsigned log_size)
{
    size_t reversed = 0;
    for (unsigned bit = 0; bit < log_size; bit++) reversed |= (i >> bit & 1) << (log_size - 1 - bit);
    return reversed;
}

static void reverse_rows(AFFINE *points, unsigned log_rows, size_t columns)
{
    for (size_t row = 0; row < (size_t)1 << log_rows; row++) {
        size_t other = reverse_bits(row, log_rows);
        for (size_t c = 0; row < other && c < columns; c++) {
            AFFINE t = points[row * columns + c];
            points[row * columns + c] = points[other * columns + c];
            points[other * columns + c] = t;
        }
    }
}

/* Columns become rows, in the reverse order of their bits. */
static void transpose(AFFINE *out, const AFFINE *in, size_t rows, unsigned log_columns)
{
    size_t columns = (size_t)1 << log_columns;
    for (size_t c = 0; c < columns; c++) {
        AFFINE *to = out + reverse_bits(c, log_columns) * rows;
        for (size_t row = 0; row < rows; row++) to[row] = in[row * columns + c];
    }
}

static unsigned log_rows_of(unsigned log_size) { return (log_size + 1) / 2; }

static size_t roots_size(unsigned log_size) { return round_up((sizeof(fr) << log_rows_of(log_size)) / 2); }

size_t G(inverse_ntt_scratch_size)(unsigned log_size, unsigned threads)
{
    return roots_size(log_size) + round_up(sizeof(AFFINE) << log_size) + threads * thread_memory();
}

/* The first half of those of as many points as there are rows. */
static void fill_roots(fr *roots, unsigned log_rows)
{
    fr omega_inv;
    ntt_root_of_unity(&omega_inv, log_rows);
    fr_inv(&omega_inv, &omega_inv);
    roots[0] = fr_one;
    for (size_t k = 1; k < ((size_t)1 << log_rows) / 2; k++) fr_mul(&roots[k], &roots[k - 1], &omega_inv);
}

enum roam_err G(inverse_ntt)(AFFINE *points, unsigned log_size, unsigned threads, void *scratch,
                             const char *what, const struct roam_progress *progress)
{
    unsigned log_rows = log_rows_of(log_size), log_columns = log_size / 2;
    size_t size = (size_t)1 << log_size, rows = (size_t)1 << log_rows, columns = (size_t)1 << log_columns;
    fr *roots = scratch;
    AFFINE *transposed = (void *)((char *)scratch + roots_size(log_size));
    struct run run = {threads, what, progress, 0, inverse_ntt_steps(log_size)};
    struct pass pass = {.points = points,
                        .rows = rows,
                        .columns = columns,
                        .roots = roots,
                        .stride = 1,
                        .memory = (char *)transposed + round_up(size * sizeof *points)};
    fill_roots(roots, log_rows);
    ntt_root_of_unity(&pass.omega_inv, log_size);
    fr_inv(&pass.omega_inv, &pass.omega_inv);
    fr_from_u64(&pass.size_inv, size);
    fr_inv(&pass.size_inv, &pass.size_inv);
    reverse_rows(points, log_rows, columns);
    ROAM_TRY(transform_columns(&pass, &run, log_rows));
    pass.work = singles;
    ROAM_TRY(run_pass(&pass, &run, size));
    transpose(transposed, points, rows, log_columns);
    pass.points = transposed;
    pass.stride = rows / columns;
    pass.rows = columns;
    pass.columns = rows;
    ROAM_TRY(transform_columns(&pass, &run, log_columns));
    memcpy(points, transposed, size * sizeof *points);
    return ROAM_OK;
}
