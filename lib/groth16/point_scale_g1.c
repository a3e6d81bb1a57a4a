#include "point_scale.h"

#include "ct.h"
#include "parallel.h"
#include "point_batch.h"
#include "point_form.h"

#include <stdlib.h>

#define AFFINE    g1_affine
#define FORM_SIZE G1_FORM_SIZE
#define G(name)   g1_##name
#include "point_scale.inc.h"

struct in_place {
    g1_affine *points;
    size_t begin, end;
    const fr *factor;
    char *memory;
};

static void in_place_share(void *context, struct share share)
{
    const struct in_place *job = context;
    size_t count = job->end - job->begin;
    size_t end = job->begin + share_end(share, count);
    struct bench *bench = (void *)(job->memory + share.index * thread_memory());
    void *scratch = (char *)bench + round_up(sizeof *bench);
    for (size_t i = 0; i < POINTS_AT_ONCE; i++) bench->factors[i] = *job->factor;
    for (size_t at = job->begin + share_begin(share, count); at < end; at += POINTS_AT_ONCE) {
        size_t some = end - at < POINTS_AT_ONCE ? end - at : POINTS_AT_ONCE;
        g1_batch_mul(job->points + at, job->points + at, bench->factors, some, scratch);
    }
}

static enum roam_err in_place_steps(struct in_place *job, size_t count, unsigned threads, const char *what,
                                    const struct roam_progress *progress)
{
    size_t step = threads * (size_t)POINTS_PER_STEP;
    for (job->begin = 0; job->begin < count; job->begin = job->end) {
        if (!progress_step(progress, what, job->begin, count)) return ROAM_E_CANCELLED;
        job->end = count - job->begin < step ? count : job->begin + step;
        parallel_run(threads, in_place_share, job);
    }
    return ROAM_OK;
}

enum roam_err g1_scale(g1_affine *points, size_t count, const fr *factor, unsigned threads, const char *what,
                       const struct roam_progress *progress)
{
    size_t size = threads * thread_memory();
    struct in_place job = {.points = points, .factor = factor, .memory = aligned_alloc(64, size)};
    if (job.memory == NULL) return ROAM_E_NOMEM;
    enum roam_err err = in_place_steps(&job, count, threads, what, progress);
    roam_wipe(job.memory, size);
    free(job.memory);
    return err;
}
