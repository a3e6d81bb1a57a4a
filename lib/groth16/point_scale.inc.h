/* point_scale.h for one group. g1 and g2 define AFFINE, FORM_SIZE and G(name) before this. */

enum { POINTS_AT_ONCE = 1024, POINTS_PER_STEP = 1 << 12 };

/* What a thread works with; it ends up full of secrets. */
struct bench {
    AFFINE points[POINTS_AT_ONCE];
    fr factors[POINTS_AT_ONCE];
};

static size_t round_up(size_t size) { return (size + 63) / 64 * 64; }
static size_t thread_memory(void)
{
    return round_up(sizeof(struct bench)) + round_up(G(batch_scratch_size)());
}

struct scale_job {
    uint8_t *out;
    const uint8_t *in;
    size_t begin, end; /* of this step */
    const struct point_series *series;
    char *memory; /* of the threads */
    enum roam_err err[PARALLEL_MAX];
};

/* Points [begin, end), few enough for the bench; *factor moves on. */
static enum roam_err scale_some(const struct scale_job *job, struct bench *bench, size_t begin, size_t end,
                                fr *factor)
{
    size_t count = end - begin;
    for (size_t i = 0; i < count; i++) {
        ROAM_TRY(G(from_file)(&bench->points[i], job->in + (begin + i) * FORM_SIZE));
        bench->factors[i] = *factor;
        fr_mul(factor, factor, &job->series->step);
    }
    G(batch_mul)
    (bench->points, bench->points, bench->factors, count, (char *)bench + round_up(sizeof *bench));
    for (size_t i = 0; i < count; i++) G(to_file)(job->out + (begin + i) * FORM_SIZE, &bench->points[i]);
    return ROAM_OK;
}

static void scale_share(void *context, struct share share)
{
    struct scale_job *job = context;
    size_t count = job->end - job->begin;
    size_t begin = job->begin + share_begin(share, count), end = job->begin + share_end(share, count);
    struct bench *bench = (void *)(job->memory + share.index * thread_memory());
    uint64_t exponent[4] = {begin};
    fr factor;
    fr_pow_vartime(&factor, &job->series->step, exponent);
    fr_mul(&factor, &factor, &job->series->first);
    enum roam_err err = ROAM_OK;
    for (size_t at = begin; at < end && err == ROAM_OK; at += POINTS_AT_ONCE)
        err = scale_some(job, bench, at, end - at < POINTS_AT_ONCE ? end : at + POINTS_AT_ONCE, &factor);
    job->err[share.index] = err;
    roam_wipe(&factor, sizeof factor);
}

static enum roam_err scale_steps(struct scale_job *job, size_t count, unsigned threads, const char *what,
                                 const struct roam_progress *progress)
{
    size_t step = threads * (size_t)POINTS_PER_STEP;
    for (job->begin = 0; job->begin < count; job->begin = job->end) {
        if (!progress_step(progress, what, job->begin, count)) return ROAM_E_CANCELLED;
        job->end = count - job->begin < step ? count : job->begin + step;
        parallel_run(threads, scale_share, job);
        for (unsigned i = 0; i < threads; i++)
            if (job->err[i] != ROAM_OK) return job->err[i];
    }
    return ROAM_OK;
}

enum roam_err G(scale_file)(uint8_t *out, const uint8_t *in, size_t count, const struct point_series *series,
                            unsigned threads, const char *what, const struct roam_progress *progress)
{
    size_t size = threads * thread_memory();
    struct scale_job job = {.out = out, .in = in, .series = series, .memory = aligned_alloc(64, size)};
    if (job.memory == NULL) return ROAM_E_NOMEM;
    enum roam_err err = scale_steps(&job, count, threads, what, progress);
    roam_wipe(job.memory, size);
    free(job.memory);
    return err;
}
