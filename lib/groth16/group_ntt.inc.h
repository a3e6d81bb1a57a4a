/* group_ntt.h for one group. g1 and g2 define AFFINE and G(name) before including this.
 *
 * The points are a matrix of rows and columns, as square as can be, in the order of its rows:
 *   1. the transform of every column, of as many points as there are rows,
 *   2. the point in row k and column c, times omega^(-kc) / size,
 *   3. the same of every row; as columns of the transposed matrix these come out in order.
 * A multiplication in 1 and 3 is the same for a whole row, which is when it is fastest; those in 2, one for
 * each point, divide by the size as well. */

#include "group_ntt_passes.inc.h"

/* A pass over all of its units, which threads take as they come. */
struct run {
    unsigned threads;
    const char *what;
    const struct roam_progress *progress;
    uint64_t done, total;
    char *memory; /* of the threads */
    const struct pass *pass;
    size_t units;
    atomic_size_t next;
    atomic_bool cancelled;
};

/* The next units and how many, at multiples of what is likely to be multiplied alike. The last are few, so
 * that threads end at about the same time. */
static size_t take_units(struct run *run, size_t *begin)
{
    size_t some;
    *begin = atomic_load(&run->next);
    do {
        size_t left = run->units - *begin;
        some = left / run->threads / UNITS_ALIKE * UNITS_ALIKE;
        if (some < UNITS_MIN) some = UNITS_MIN;
        if (some > UNITS_AT_ONCE) some = UNITS_AT_ONCE;
        if (some > left) some = left;
    } while (!atomic_compare_exchange_weak(&run->next, begin, *begin + some));
    return some;
}

/* Units count as steps, as many as there are points in a pass. */
static bool may_go_on(const struct run *run, size_t begin)
{
    size_t size = run->pass->rows * run->pass->columns;
    return progress_step(run->progress, run->what, run->done + size / run->units * begin, run->total);
}

static void run_share(void *context, struct share share)
{
    struct run *run = context;
    struct bench *bench = (void *)(run->memory + share.index * thread_memory());
    void *scratch = (char *)bench + round_up(sizeof *bench);
    size_t begin, some;
    while (!atomic_load(&run->cancelled) && (some = take_units(run, &begin)) > 0) {
        if (share.index == 0 && !may_go_on(run, begin)) {
            atomic_store(&run->cancelled, true);
            return;
        }
        run->pass->work(run->pass, bench, begin, some, scratch);
    }
}

static enum roam_err run_pass(const struct pass *pass, struct run *run, size_t units)
{
    run->pass = pass;
    run->units = units;
    atomic_store(&run->next, 0);
    parallel_run(run->threads, run_share, run);
    run->done += pass->rows * pass->columns;
    return atomic_load(&run->cancelled) ? ROAM_E_CANCELLED : ROAM_OK;
}

/* The unscaled transform of every column, whose points are in the reverse order of their bits. */
static enum roam_err transform_columns(struct pass *pass, struct run *run, unsigned log_rows)
{
    size_t size = pass->rows * pass->columns;
    pass->part = 1;
    if (log_rows % 3 != 0) {
        pass->work = log_rows % 3 == 1 ? pairs : quads;
        ROAM_TRY(run_pass(pass, run, size >> log_rows % 3));
        pass->part = (size_t)1 << log_rows % 3;
    }
    pass->work = octs;
    for (; pass->part < pass->rows; pass->part *= 8) ROAM_TRY(run_pass(pass, run, size / 8));
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

static size_t roots_size(unsigned log_size) { return round_up(sizeof(fr) << log_rows_of(log_size)); }

size_t G(inverse_ntt_scratch_size)(unsigned log_size, unsigned threads)
{
    return roots_size(log_size) + round_up(sizeof(AFFINE) << log_size) + threads * thread_memory();
}

/* Those of as many points as there are rows. */
static void fill_roots(fr *roots, unsigned log_rows)
{
    fr omega_inv;
    ntt_root_of_unity(&omega_inv, log_rows);
    fr_inv(&omega_inv, &omega_inv);
    roots[0] = fr_one;
    for (size_t k = 1; k < (size_t)1 << log_rows; k++) fr_mul(&roots[k], &roots[k - 1], &omega_inv);
}

enum roam_err G(inverse_ntt)(AFFINE *points, unsigned log_size, unsigned threads, void *scratch,
                             const char *what, const struct roam_progress *progress)
{
    unsigned log_rows = log_rows_of(log_size), log_columns = log_size / 2;
    size_t size = (size_t)1 << log_size, rows = (size_t)1 << log_rows, columns = (size_t)1 << log_columns;
    fr *roots = scratch;
    AFFINE *transposed = (void *)((char *)scratch + roots_size(log_size));
    struct run run = {.threads = threads,
                      .what = what,
                      .progress = progress,
                      .total = inverse_ntt_steps(log_size),
                      .memory = (char *)transposed + round_up(size * sizeof *points)};
    struct pass pass = {.points = points, .rows = rows, .columns = columns, .roots = roots, .stride = 1};
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
