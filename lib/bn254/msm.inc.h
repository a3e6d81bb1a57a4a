/* The bucket method over one group; the plan (msm_plan.h) is common to both.
 *
 * Included by msm_g1.c and msm_g2.c, which name the types POINT and AFFINE, COORD of a coordinate, the
 * functions G(name) of the group and K(name) of the field, and include batch_add.inc.h and, where there are
 * lanes, batch_add8.inc.h.
 *
 * A thread takes as many windows as fit its buckets and adds every point of theirs to the bucket of its
 * digit. The additions are collected in rounds of PAIRS_MAX independent ones (batch_add.inc.h). A point whose
 * bucket is taken in this round waits; a second one for the same bucket is added to the waiting one instead,
 * in the same round. So every round is full however the digits are spread, and what waits, sums included,
 * starts the next round. */
#include "msm_plan.h"

enum {
    MSM_LANES_MIN = 4,        /* fewer additions than these are done one by one */
    MSM_AHEAD = 64,           /* points are fetched so many at a time */
    MSM_BUCKETS_MAX = 1 << 14 /* 1 MiB in G1, 2 MiB in G2, for each thread */
};

/* State of a bucket: empty; holding a sum; in use in this round; or so with a point waiting. */
enum { EMPTY, READY, TAKEN, OPEN };

struct workspace {
    struct pairs pairs;
    uint32_t bucket[PAIRS_MAX]; /* of each pair */
    union {
        struct {
            COORD denominators[PAIRS_MAX], products[PAIRS_MAX];
        } each;
#ifdef LANES
        struct {
            LANES denominators[PAIRS_MAX / 8], products[PAIRS_MAX / 8];
        } eight;
#endif
    };
    /* Points waiting for the next round, and those that waited for this one. */
    AFFINE waiting[2][PAIRS_MAX];
    uint32_t waiting_bucket[2][PAIRS_MAX];
    POINT result;
};

struct buckets {
    struct workspace *workspace;
    AFFINE *sum;
    uint8_t *state;
    uint16_t *slot; /* of the point that waits, if one does */
    size_t pair_count, waiting_count;
    unsigned parity; /* which of waiting[] is being filled */
};

struct job {
    const struct msm_plan *plan;
    const AFFINE *points;
    size_t window_points; /* to the next window's points: 0, or with a table the number of them */
    uint8_t *workspaces;
    size_t bucket_limit;
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
    return round_up_64(sizeof(struct workspace)) +
           round_up_64(limit * (sizeof(AFFINE) + sizeof(uint16_t) + sizeof(uint8_t)));
}

static unsigned clamp_threads(unsigned threads) { return threads < PARALLEL_MAX ? threads : PARALLEL_MAX; }

size_t G(msm_scratch_size)(size_t count, unsigned threads)
{
    return msm_plan_scratch_size(count) + clamp_threads(threads) * workspace_size(bucket_limit(count));
}

static inline bool is_infinity(const AFFINE *p) { return coord_is_zero(&p->x) && coord_is_zero(&p->y); }

static void push_pair(struct buckets *b, AFFINE *target, const AFFINE *operand, size_t bucket,
                      uint32_t negate)
{
    struct workspace *w = b->workspace;
    w->pairs.target[b->pair_count] = target;
    w->pairs.operand[b->pair_count] = operand;
    w->pairs.negate[b->pair_count] = (uint8_t)negate;
    w->bucket[b->pair_count++] = (uint32_t)bucket;
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
    uint8_t *state = &b->state[bucket];
    AFFINE *waiting = b->workspace->waiting[b->parity];
    if (*state == READY) {
        prefetch(&b->sum[bucket]);
        push_pair(b, &b->sum[bucket], operand, bucket, negate);
        *state = TAKEN;
    } else if (*state == TAKEN) {
        copy_signed(&waiting[b->waiting_count], operand, negate);
        b->workspace->waiting_bucket[b->parity][b->waiting_count] = (uint32_t)bucket;
        b->slot[bucket] = (uint16_t)b->waiting_count++;
        *state = OPEN;
    } else if (*state == EMPTY) {
        copy_signed(&b->sum[bucket], operand, negate);
        *state = READY;
    } else {
        push_pair(b, &waiting[b->slot[bucket]], operand, bucket, negate);
        *state = TAKEN;
    }
}

#ifdef LANES
/* Fills up to a multiple of SIDES_PAIRS with additions that come to nothing. */
static size_t pad_pairs(struct pairs *pairs, size_t count, AFFINE *nowhere)
{
    static const AFFINE operand = {.x = MSM_PAD_X};
    *nowhere = (AFFINE){0};
    for (; count % SIDES_PAIRS != 0; count++) {
        pairs->target[count] = nowhere;
        pairs->operand[count] = &operand;
        pairs->negate[count] = 0;
    }
    return count;
}
#endif

/* Whether any sum may be infinity. */
static bool add_pairs(struct workspace *w, size_t count)
{
#ifdef LANES
    AFFINE nowhere;
    if (mont8_available && count >= MSM_LANES_MIN)
        return batch_add8(&w->pairs, pad_pairs(&w->pairs, count, &nowhere), w->eight.denominators,
                          w->eight.products);
#endif
    batch_add(&w->pairs, count, w->each.denominators, w->each.products);
    return true;
}

/* Does the collected additions, and begins the next round with what waited. */
static void finish_round(struct buckets *b)
{
    struct workspace *w = b->workspace;
    bool any_infinity = add_pairs(w, b->pair_count);
    for (size_t i = 0; i < b->pair_count; i++) {
        uint32_t bucket = w->bucket[i];
        b->state[bucket] = any_infinity && is_infinity(&b->sum[bucket]) ? EMPTY : READY;
    }
    unsigned parity = b->parity;
    size_t count = b->waiting_count;
    b->pair_count = b->waiting_count = 0;
    b->parity = !parity;
    for (size_t i = 0; i < count; i++)
        if (!is_infinity(&w->waiting[parity][i]))
            bucket_add(b, w->waiting_bucket[parity][i], &w->waiting[parity][i], 0);
}

/* Digits that are not 0 of some entries, read ahead of their use so that what they lead to can be fetched. */
struct digits {
    const AFFINE *operand[MSM_AHEAD];
    uint32_t bucket[MSM_AHEAD], negate[MSM_AHEAD];
    size_t count;
};

static void read_digits(struct digits *out, const struct buckets *b, const struct job *job, unsigned window,
                        uint32_t first_bucket, struct msm_piece piece)
{
    const int16_t *digit = job->plan->digits[window];
    const AFFINE *points = job->points + window * job->window_points;
    size_t count = 0;
    for (size_t i = piece.begin; i < piece.end; i++) {
        const AFFINE *operand = &points[job->plan->order[i]];
        int32_t sign = digit[i] >> 15;
        uint32_t size = (uint32_t)((digit[i] ^ sign) - sign), bucket = first_bucket + size - 1;
        out->operand[count] = operand;
        out->bucket[count] = bucket;
        out->negate[count] = (uint32_t)sign & 1;
        count += size != 0;
        prefetch(operand);
        __builtin_prefetch(&b->state[bucket]);
    }
    out->count = count;
}

static void add_piece(struct buckets *b, uint32_t first_bucket, const struct job *job, unsigned window,
                      struct msm_piece piece)
{
    struct digits digits;
    while (piece.begin < piece.end) {
        size_t end = piece.end - piece.begin < MSM_AHEAD ? piece.end : piece.begin + MSM_AHEAD;
        read_digits(&digits, b, job, window, first_bucket, (struct msm_piece){piece.begin, end});
        for (size_t i = 0; i < digits.count; i++) {
            bucket_add(b, digits.bucket[i], digits.operand[i], digits.negate[i]);
            while (b->pair_count == PAIRS_MAX) finish_round(b);
        }
        piece.begin = end;
    }
}

static void sum_pairs(struct buckets *b)
{
    add_pairs(b->workspace, b->pair_count);
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
    if (b->pair_count == PAIRS_MAX) sum_pairs(b);
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

static struct buckets buckets_of(const struct job *job, struct share share)
{
    uint8_t *memory = job->workspaces + share.index * workspace_size(job->bucket_limit);
    AFFINE *sum = (void *)(memory + round_up_64(sizeof(struct workspace)));
    uint16_t *slot = (void *)(sum + job->bucket_limit);
    return (struct buckets){
        .workspace = (void *)memory, .sum = sum, .slot = slot, .state = (void *)(slot + job->bucket_limit)};
}

static bool has_piece(const struct job *job, struct share share, unsigned window)
{
    struct msm_piece piece = msm_plan_piece(job->plan, share, window);
    return piece.begin < piece.end;
}

static void clear_buckets(struct buckets *b, size_t count)
{
    memset(b->sum, 0, count * sizeof *b->sum);
    memset(b->state, 0, count * sizeof *b->state);
}

/* Bucket sums of the windows low .. high - 1, as sum_by_bits leaves them. */
static void sum_windows(struct buckets *b, const struct job *job, struct share share, unsigned low,
                        unsigned high)
{
    size_t bucket_count = job->plan->bucket_count, total = (high - low) * bucket_count;
    clear_buckets(b, total);
    for (unsigned w = low; w < high; w++)
        add_piece(b, (uint32_t)((w - low) * bucket_count), job, w, msm_plan_piece(job->plan, share, w));
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

/* Runs all shares and adds up. */
static void run(POINT *out, struct job *job, void (*task)(void *context, struct share share))
{
    POINT sum = G(infinity);
    unsigned shares = job->plan->shares;
    parallel_run(shares, task, job);
    for (unsigned i = 0; i < shares; i++)
        G(add_vartime)(&sum, &sum, &buckets_of(job, (struct share){i, shares}).workspace->result);
    *out = sum;
}

static struct msm_points words_of(const AFFINE *points)
{
    return (struct msm_points){(const void *)points, sizeof *points / sizeof(uint64_t)};
}

void G(msm_vartime)(POINT *out, const AFFINE *points, const fr_int *scalars, size_t count, unsigned threads,
                    void *scratch)
{
    struct msm_plan plan;
    struct job job = {&plan, points, 0, (uint8_t *)scratch + msm_plan_scratch_size(count),
                      bucket_limit(count)};
    ROAM_ASSERT(threads >= 1 && (uintptr_t)scratch % 64 == 0);
    msm_plan_init(&plan, scalars, words_of(points), count, scratch, job.bucket_limit, clamp_threads(threads));
    run(out, &job, run_share);
}
