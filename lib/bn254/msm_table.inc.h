/* Multi-scalar multiplication with tables, and their making; included after msm.inc.h. */

/* With a table every window's points go to the same buckets. */
static void run_table_share(void *context, struct share share)
{
    const struct job *job = context;
    const struct msm_plan *plan = job->plan;
    struct buckets b = buckets_of(job, share);
    clear_buckets(&b, plan->bucket_count);
    for (unsigned w = 0; w < plan->windows; w++) add_piece(&b, 0, job, w, msm_plan_piece(plan, share, w));
    while (b.pair_count > 0) finish_round(&b);
    sum_by_bits(&b, plan->bucket_count, plan->bucket_count);
    b.workspace->result = G(infinity);
    fold_window(&b.workspace->result, b.sum, plan->bucket_count);
}

static size_t table_buckets(struct msm_table_shape shape) { return (size_t)1 << (shape.window_bits - 1); }

size_t G(msm_table_scratch_size)(struct msm_table_shape shape, unsigned threads)
{
    return msm_plan_fixed_scratch_size(shape.count, shape.window_bits) +
           clamp_threads(threads) * workspace_size(table_buckets(shape));
}

void G(msm_table_vartime)(POINT *out, const AFFINE *table, struct msm_table_shape shape,
                          const fr_int *scalars, unsigned threads, void *scratch)
{
    struct msm_plan plan;
    size_t plan_size = msm_plan_fixed_scratch_size(shape.count, shape.window_bits);
    struct job job = {&plan, table, shape.count, (uint8_t *)scratch + plan_size, table_buckets(shape)};
    ROAM_ASSERT(threads >= 1 && (uintptr_t)scratch % 64 == 0);
    msm_plan_init_fixed(&plan, scalars, words_of(table), shape.count, shape.window_bits, scratch,
                        clamp_threads(threads));
    run(out, &job, run_table_share);
}

struct fill {
    AFFINE *table;
    struct msm_table_shape shape;
};

/* The points begin .. end - 1 of a window, doubled in place. */
static void double_some(struct workspace *w, AFFINE *points, size_t begin, size_t end)
{
    size_t count = 0;
    for (size_t i = begin; i < end; i++) {
        if (is_infinity(&points[i])) continue;
        w->pairs.target[count] = &points[i];
        w->pairs.operand[count] = &points[i];
        w->pairs.negate[count++] = 0;
    }
    add_pairs(w, count);
}

static void fill_share(void *context, struct share share)
{
    const struct fill *fill = context;
    struct workspace w;
    size_t count = fill->shape.count, end = share_end(share, count);
    for (size_t i = share_begin(share, count); i < end; i += PAIRS_MAX) {
        size_t some = end - i < PAIRS_MAX ? end - i : PAIRS_MAX;
        for (unsigned window = 1; window < fill->shape.windows; window++) {
            AFFINE *points = fill->table + window * count;
            memcpy(points + i, points - count + i, some * sizeof *points);
            for (unsigned bit = 0; bit < fill->shape.window_bits; bit++) double_some(&w, points, i, i + some);
        }
    }
}

void G(msm_table_fill)(AFFINE *table, struct msm_table_shape shape, const AFFINE *points, unsigned threads)
{
    struct fill fill = {table, shape};
    ROAM_ASSERT(threads >= 1 && (uintptr_t)table % 64 == 0);
    memcpy(table, points, shape.count * sizeof *points);
    parallel_run(clamp_threads(threads), fill_share, &fill);
}
