/* The bucket method over one group; the plan (msm_plan.h) is common to both.
 *
 * Included by msm_g1.c and msm_g2.c, which name the types POINT and AFFINE, COORD of a coordinate, the
 * functions G(name) of the group and K(name) of the field, and define what batch_add.inc.h asks for.
 *
 * A thread takes as many windows as fit its buckets and adds every point of theirs to the bucket of its
 * digit. The additions are collected in rounds of MSM_BATCH independent ones (batch_add.inc.h). A point whose
 * bucket is taken in this round waits; a second one for the same bucket is added to the waiting one instead,
 * in the same round. So every round is full however the digits are spread, and what waits, sums included,
 * starts the next round. */
#include "msm_plan.h"

enum {
    MSM_BATCH = 512,
    MSM_AHEAD = 16,           /* points are fetched this many before their use */
    MSM_BUCKETS_MAX = 1 << 14 /* 1 MiB in G1, 2 MiB in G2, for each thread */
};

#include "batch_add.inc.h"

/* State of a bucket: empty; holding a sum; in use in this round; or so with a point waiting, in slot state -
 * OPEN. */
enum { EMPTY, READY, TAKEN, OPEN };

struct workspace {
    struct pair pairs[MSM_BATCH];
    COORD denominators[MSM_BATCH], products[MSM_BATCH];
    /* Points waiting for the next round, and those that waited for this one. */
    AFFINE waiting[2][MSM_BATCH];
    uint32_t waiting_bucket[2][MSM_BATCH];
    POINT result;
};

struct buckets {
    struct workspace *workspace;
    AFFINE *sum;
    uint16_t *state;
    size_t pair_count, waiting_count;
    unsigned parity; /* which of waiting[] is being filled */
};

static size_t bucket_limit(size_t count)
{
    size_t limit = 64;
    while (limit < MSM_BUCKETS_MAX && limit / 4 < count) limit *= 2;
    return limit;
}

static size_t round_up_64(size_t size) { return (size + 63) / 64 * 64; }

static size_t workspace_size(size_t limit)
{
    return round_up_64(sizeof(struct workspace)) + limit * sizeof(AFFINE) +
           round_up_64(limit * sizeof(uint16_t));
}

static unsigned clamp_threads(unsigned threads) { return threads < PARALLEL_MAX ? threads : PARALLEL_MAX; }

size_t G(msm_scratch_size)(size_t count, unsigned threads)
{
    return round_up_64(count * sizeof(uint32_t)) +
           clamp_threads(threads) * workspace_size(bucket_limit(count));
}

static inline bool is_infinity(const AFFINE *p) { return coord_is_zero(&p->x) && coord_is_zero(&p->y); }

static void push_pair(struct buckets *b, AFFINE *target, const AFFINE *operand, size_t bucket,
                      uint32_t negate)
{
    b->workspace->pairs[b->pair_count++] = (struct pair){target, operand, (uint32_t)bucket, negate};
}

static void copy_signed(AFFINE *out, const AFFINE *p, uint32_t negate)
{
    out->x = p->x;
    out->y = p->y;
    coord_negate_if(&out->y, negate);
}

static void prefetch(const AFFINE *p)
{
    for (size_t at = 0; at < sizeof *p; at += 64) __builtin_prefetch((const char *)p + at);
}

/* Each call makes at most one pair; a waiting point follows a pair of its bucket, so there are never more
 * points waiting than pairs. operand must stay where it is until the round is done. */
static void bucket_add(struct buckets *b, size_t bucket, const AFFINE *operand, uint32_t negate)
{
    uint16_t *state = &b->state[bucket];
    AFFINE *waiting = b->workspace->waiting[b->parity];
    if (is_infinity(operand)) return;
    if (*state == READY) {
        prefetch(&b->sum[bucket]);
        push_pair(b, &b->sum[bucket], operand, bucket, negate);
        *state = TAKEN;
    } else if (*state == TAKEN) {
        copy_signed(&waiting[b->waiting_count], operand, negate);
        b->workspace->waiting_bucket[b->parity][b->waiting_count] = (uint32_t)bucket;
        *state = (uint16_t)(OPEN + b->waiting_count++);
    } else if (*state == EMPTY) {
        copy_signed(&b->sum[bucket], operand, negate);
        *state = READY;
    } else {
        push_pair(b, &waiting[*state - OPEN], operand, bucket, negate);
        *state = TAKEN;
    }
}

/* Does the collected additions, and begins the next round with what waited. */
static void finish_round(struct buckets *b)
{
    struct workspace *w = b->workspace;
    batch_add(w->pairs, b->pair_count, w->denominators, w->products);
    for (size_t i = 0; i < b->pair_count; i++) {
        uint32_t bucket = w->pairs[i].bucket;
        b->state[bucket] = is_infinity(&b->sum[bucket]) ? EMPTY : READY;
    }
    unsigned parity = b->parity;
    size_t count = b->waiting_count;
    b->pair_count = b->waiting_count = 0;
    b->parity = !parity;
    for (size_t i = 0; i < count; i++) bucket_add(b, w->waiting_bucket[parity][i], &w->waiting[parity][i], 0);
}

static void add_piece(struct buckets *b, size_t first_bucket, const struct msm_plan *plan,
                      const AFFINE *points, unsigned window, struct msm_piece piece)
{
    for (size_t i = piece.begin; i < piece.end; i++) {
        uint32_t entry = plan->order[i];
        if (i + MSM_AHEAD < piece.end) prefetch(&points[plan->order[i + MSM_AHEAD] >> 1]);
        int32_t digit = msm_plan_digit(plan, entry, window);
        if (digit == 0) continue;
        uint32_t negate = digit < 0;
        bucket_add(b, first_bucket + (size_t)(negate ? -digit : digit) - 1, &points[entry >> 1], negate);
        while (b->pair_count == MSM_BATCH) finish_round(b);
    }
}

static void sum_pairs(struct buckets *b)
{
    struct workspace *w = b->workspace;
    batch_add(w->pairs, b->pair_count, w->denominators, w->products);
    b->pair_count = 0;
}

static void sum_add(struct buckets *b, AFFINE *target, const AFFINE *operand)
{
    if (is_infinity(operand)) return;
    if (is_infinity(target)) {
        *target = *operand;
        return;
    }
    push_pair(b, target, operand, 0, 0);
    if (b->pair_count == MSM_BATCH) sum_pairs(b);
}

/* Of every window's buckets S_0 .. S_(B-1) leaves in place 0 the sum of all, and in place 2^k the sum of
 * those S_j whose j has bit k. Step k halves each of the k + 2 lists that there are by then. */
static void sum_by_bits(struct buckets *b, size_t bucket_count, size_t total)
{
    for (size_t bit = 1; bit < bucket_count; bit *= 2) {
        for (size_t base = 0; base < total; base += 2 * bit) {
            sum_add(b, &b->sum[base], &b->sum[base + bit]);
            for (size_t low = 1; low < bit; low *= 2)
                sum_add(b, &b->sum[base + low], &b->sum[base + low + bit]);
        }
        sum_pairs(b);
    }
}

/* sum = 2^c sum + sum_j (j + 1) S_j, for the sums of one window as sum_by_bits leaves them */
static void fold_window(POINT *sum, const AFFINE *window_sum, size_t bucket_count)
{
    G(double)(sum, sum);
    for (size_t bit = bucket_count / 2; bit > 0; bit /= 2) {
        G(double)(sum, sum);
        G(add_affine_vartime)(sum, sum, &window_sum[bit]);
    }
    G(add_affine_vartime)(sum, sum, &window_sum[0]);
}

struct job {
    const struct msm_plan *plan;
    const AFFINE *points;
    uint8_t *workspaces;
    size_t bucket_limit;
};

static struct buckets buckets_of(const struct job *job, struct share share)
{
    uint8_t *memory = job->workspaces + share.index * workspace_size(job->bucket_limit);
    AFFINE *sum = (void *)(memory + round_up_64(sizeof(struct workspace)));
    return (struct buckets){
        .workspace = (void *)memory, .sum = sum, .state = (void *)(sum + job->bucket_limit)};
}

static bool has_piece(const struct job *job, struct share share, unsigned window)
{
    struct msm_piece piece = msm_plan_piece(job->plan, share, window);
    return piece.begin < piece.end;
}

/* Bucket sums of the windows low .. high - 1, as sum_by_bits leaves them. */
static void sum_windows(struct buckets *b, const struct job *job, struct share share, unsigned low,
                        unsigned high)
{
    size_t bucket_count = job->plan->bucket_count, total = (high - low) * bucket_count;
    memset(b->sum, 0, total * sizeof *b->sum);
    memset(b->state, 0, total * sizeof *b->state);
    for (unsigned w = low; w < high; w++)
        add_piece(b, (w - low) * bucket_count, job->plan, job->points, w,
                  msm_plan_piece(job->plan, share, w));
    while (b->pair_count > 0) finish_round(b);
    sum_by_bits(b, bucket_count, total);
}

static void run_share(void *context, struct share share)
{
    const struct job *job = context;
    const struct msm_plan *plan = job->plan;
    struct buckets b = buckets_of(job, share);
    POINT sum = G(infinity);
    unsigned low = 0, high = plan->windows, at_once = (unsigned)(job->bucket_limit / plan->bucket_count);
    while (low < high && !has_piece(job, share, low)) low++;
    while (low < high && !has_piece(job, share, high - 1)) high--;
    while (low < high) {
        unsigned next = high - low > at_once ? high - at_once : low;
        sum_windows(&b, job, share, next, high);
        for (unsigned w = high; w-- > next;)
            fold_window(&sum, b.sum + (w - next) * plan->bucket_count, plan->bucket_count);
        high = next;
    }
    for (unsigned i = 0; i < low * plan->window_bits; i++) G(double)(&sum, &sum);
    b.workspace->result = sum;
}

void G(msm_vartime)(POINT *out, const AFFINE *points, const fr_int *scalars, size_t count, unsigned threads,
                    void *scratch)
{
    struct msm_plan plan;
    struct job job = {&plan, points, (uint8_t *)scratch + round_up_64(count * sizeof(uint32_t)),
                      bucket_limit(count)};
    ROAM_ASSERT(threads >= 1 && (uintptr_t)scratch % 64 == 0);
    msm_plan_init(&plan, scalars, count, scratch, job.bucket_limit, clamp_threads(threads));
    parallel_run(plan.shares, run_share, &job);
    POINT sum = G(infinity);
    for (unsigned i = 0; i < plan.shares; i++)
        G(add_vartime)(&sum, &sum, &buckets_of(&job, (struct share){i, plan.shares}).workspace->result);
    *out = sum;
}
