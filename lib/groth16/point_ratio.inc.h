/* point_ratio.h for one group. g1 and g2 define POINT, AFFINE, FORM_SIZE, G(name) and in_group before this.
 */

enum { POINTS_AT_ONCE = 1 << 13 };

/* Working memory for POINTS_AT_ONCE points. */
struct block {
    AFFINE *points;
    fr_int *scalars;
    void *msm;
};

static void free_block(struct block *block)
{
    free(block->points);
    free(block->scalars);
    free(block->msm);
}

static enum roam_err take_block(struct block *block, unsigned threads)
{
    size_t msm_size = G(msm_scratch_size)(POINTS_AT_ONCE, threads);
    block->points = malloc((POINTS_AT_ONCE + 1) * sizeof *block->points);
    block->scalars = malloc(POINTS_AT_ONCE * sizeof *block->scalars);
    block->msm = aligned_alloc(64, (msm_size + 63) / 64 * 64);
    if (block->points != NULL && block->scalars != NULL && block->msm != NULL) return ROAM_OK;
    free_block(block);
    return ROAM_E_NOMEM;
}

struct load {
    AFFINE *out;
    const uint8_t *points;
    size_t count;
    enum roam_err err[PARALLEL_MAX];
};

static enum roam_err load_some(const struct load *load, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        ROAM_TRY(G(from_file)(&load->out[i], load->points + i * FORM_SIZE));
        if (!in_group(&load->out[i])) return ROAM_E_POINT;
    }
    return ROAM_OK;
}

static void load_share(void *context, struct share share)
{
    struct load *load = context;
    load->err[share.index] = load_some(load, share_begin(share, load->count), share_end(share, load->count));
}

static enum roam_err load_block(struct block *block, const uint8_t *points, size_t count, unsigned threads)
{
    struct load load = {.out = block->points, .points = points, .count = count};
    parallel_run(threads, load_share, &load);
    for (unsigned i = 0; i < threads; i++) ROAM_TRY(load.err[i]);
    return ROAM_OK;
}

static void add_sum(POINT *sum, const struct block *block, const AFFINE *points, size_t count,
                    unsigned threads)
{
    POINT part;
    G(msm_vartime)(&part, points, block->scalars, count, threads, block->msm);
    G(add_vartime)(sum, sum, &part);
}

/* Neighbouring blocks share one point, so that every step of the series is seen. */
static enum roam_err series_sums(POINT *sum, POINT *next, struct block *block, const uint8_t *points,
                                 size_t count, const struct point_scan *scan)
{
    *sum = *next = G(infinity);
    for (size_t done = 0; done < count - 1; done += POINTS_AT_ONCE) {
        if (!progress_step(scan->progress, scan->what, done, count)) return ROAM_E_CANCELLED;
        size_t steps = count - 1 - done < POINTS_AT_ONCE ? count - 1 - done : POINTS_AT_ONCE;
        ROAM_TRY(load_block(block, points + done * FORM_SIZE, steps + 1, scan->threads));
        for (size_t i = 0; i < steps; i++) {
            block->scalars[i] = (fr_int){{0}};
            env_random(scan->env, (uint8_t *)block->scalars[i].limb, 16);
        }
        add_sum(sum, block, block->points, steps, scan->threads);
        add_sum(next, block, block->points + 1, steps, scan->threads);
    }
    return ROAM_OK;
}

enum roam_err G(series_sums)(AFFINE *sum, AFFINE *next, const uint8_t *points, size_t count,
                             const struct point_scan *scan)
{
    struct block block;
    POINT total, total_next;
    ROAM_ASSERT(count >= 2);
    ROAM_TRY(take_block(&block, scan->threads));
    enum roam_err err = series_sums(&total, &total_next, &block, points, count, scan);
    free_block(&block);
    if (err != ROAM_OK) return err;
    G(to_affine)(sum, &total);
    G(to_affine)(next, &total_next);
    return ROAM_OK;
}

static enum roam_err file_sum(POINT *sum, struct block *block, const uint8_t *points, const fr *scalars,
                              size_t count, const struct point_scan *scan)
{
    *sum = G(infinity);
    for (size_t done = 0; done < count; done += POINTS_AT_ONCE) {
        if (!progress_step(scan->progress, scan->what, done, count)) return ROAM_E_CANCELLED;
        size_t some = count - done < POINTS_AT_ONCE ? count - done : POINTS_AT_ONCE;
        ROAM_TRY(load_block(block, points + done * FORM_SIZE, some, scan->threads));
        for (size_t i = 0; i < some; i++) fr_to_limbs(block->scalars[i].limb, &scalars[done + i]);
        add_sum(sum, block, block->points, some, scan->threads);
    }
    return ROAM_OK;
}

enum roam_err G(file_sum)(AFFINE *sum, const uint8_t *points, const fr *scalars, size_t count,
                          const struct point_scan *scan)
{
    struct block block;
    POINT total;
    ROAM_TRY(take_block(&block, scan->threads));
    enum roam_err err = file_sum(&total, &block, points, scalars, count, scan);
    free_block(&block);
    if (err == ROAM_OK) G(to_affine)(sum, &total);
    return err;
}
