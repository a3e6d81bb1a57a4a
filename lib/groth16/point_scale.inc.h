/* point_scale.h for one group. g1 and g2 define POINT, AFFINE, COORD, FORM_SIZE and G(name) before this. */

enum { POINTS_AT_ONCE = 64, POINTS_PER_STEP = 1 << 12 };

struct scale_job {
    uint8_t *out;
    const uint8_t *in;
    size_t begin, end; /* of this step */
    const struct point_series *series;
    enum roam_err err[PARALLEL_MAX];
};

/* Points [begin, end), few enough for the stack; *factor moves on. */
static enum roam_err scale_some(const struct scale_job *job, size_t begin, size_t end, fr *factor)
{
    AFFINE points[POINTS_AT_ONCE];
    POINT products[POINTS_AT_ONCE] = {0};
    COORD scratch[POINTS_AT_ONCE];
    for (size_t i = begin; i < end; i++) {
        ROAM_TRY(G(from_file)(&points[i - begin], job->in + i * FORM_SIZE));
        G(from_affine)(&products[i - begin], &points[i - begin]);
        G(mul)(&products[i - begin], &products[i - begin], factor);
        fr_mul(factor, factor, &job->series->step);
    }
    G(to_affine_batch_vartime)(points, products, scratch, end - begin);
    for (size_t i = begin; i < end; i++) G(to_file)(job->out + i * FORM_SIZE, &points[i - begin]);
    roam_wipe(products, sizeof products);
    return ROAM_OK;
}

static void scale_share(void *context, struct share share)
{
    struct scale_job *job = context;
    size_t count = job->end - job->begin;
    size_t begin = job->begin + share_begin(share, count), end = job->begin + share_end(share, count);
    uint64_t exponent[4] = {begin};
    fr factor;
    fr_pow_vartime(&factor, &job->series->step, exponent);
    fr_mul(&factor, &factor, &job->series->first);
    enum roam_err err = ROAM_OK;
    for (size_t at = begin; at < end && err == ROAM_OK; at += POINTS_AT_ONCE)
        err = scale_some(job, at, end - at < POINTS_AT_ONCE ? end : at + POINTS_AT_ONCE, &factor);
    job->err[share.index] = err;
    roam_wipe(&factor, sizeof factor);
}

enum roam_err G(scale_file)(uint8_t *out, const uint8_t *in, size_t count, const struct point_series *series,
                            unsigned threads, const char *what, const struct roam_progress *progress)
{
    struct scale_job job = {.out = out, .in = in, .series = series};
    for (job.begin = 0; job.begin < count; job.begin = job.end) {
        if (!progress_step(progress, what, job.begin, count)) return ROAM_E_CANCELLED;
        job.end = count - job.begin < POINTS_PER_STEP ? count : job.begin + POINTS_PER_STEP;
        parallel_run(threads, scale_share, &job);
        for (unsigned i = 0; i < threads; i++)
            if (job.err[i] != ROAM_OK) return job.err[i];
    }
    return ROAM_OK;
}
