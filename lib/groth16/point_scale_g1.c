#include "point_scale.h"

#include "ct.h"
#include "parallel.h"
#include "point_form.h"

#define POINT     g1
#define AFFINE    g1_affine
#define COORD     fp
#define FORM_SIZE G1_FORM_SIZE
#define G(name)   g1_##name
#include "point_scale.inc.h"

struct in_place {
    g1_affine *points;
    size_t begin, end;
    const fr *factor;
};

static void in_place_share(void *context, struct share share)
{
    const struct in_place *job = context;
    size_t count = job->end - job->begin;
    size_t end = job->begin + share_end(share, count);
    g1 products[POINTS_AT_ONCE] = {0};
    fp scratch[POINTS_AT_ONCE];
    for (size_t at = job->begin + share_begin(share, count); at < end; at += POINTS_AT_ONCE) {
        size_t some = end - at < POINTS_AT_ONCE ? end - at : POINTS_AT_ONCE;
        for (size_t i = 0; i < some; i++) {
            g1_from_affine(&products[i], &job->points[at + i]);
            g1_mul(&products[i], &products[i], job->factor);
        }
        g1_to_affine_batch_vartime(job->points + at, products, scratch, some);
    }
    roam_wipe(products, sizeof products);
}

enum roam_err g1_scale(g1_affine *points, size_t count, const fr *factor, unsigned threads, const char *what,
                       const struct roam_progress *progress)
{
    struct in_place job = {.points = points, .factor = factor};
    for (job.begin = 0; job.begin < count; job.begin = job.end) {
        if (!progress_step(progress, what, job.begin, count)) return ROAM_E_CANCELLED;
        job.end = count - job.begin < POINTS_PER_STEP ? count : job.begin + POINTS_PER_STEP;
        parallel_run(threads, in_place_share, &job);
    }
    return ROAM_OK;
}
