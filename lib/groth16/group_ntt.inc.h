/* group_ntt.h for one group. g1 and g2 define AFFINE and G(name) before including this. */

enum { BUTTERFLIES_AT_ONCE = 1024, BUTTERFLIES_PER_STEP = 1 << 12 };

/* What a thread works with. */
struct bench {
    AFFINE a[BUTTERFLIES_AT_ONCE], b[BUTTERFLIES_AT_ONCE];
    fr factors[BUTTERFLIES_AT_ONCE];
};

/* One pass of decimation in time over blocks of 2 * half points. The last pass also divides by the size:
 * there both inputs of every butterfly are multiplied, which is half a pass less than dividing at the end. */
struct pass {
    AFFINE *points;
    size_t size, half, blocks;
    const fr *twiddles; /* omega^-k */
    fr size_inv;
    size_t begin, end; /* of this step; butterfly i is number i / blocks of block i % blocks */
    char *memory;      /* of the threads */
};

static size_t round_up(size_t size) { return (size + 63) / 64 * 64; }
static size_t thread_memory(void)
{
    return round_up(sizeof(struct bench)) + round_up(G(batch_scratch_size)());
}

/* The first point of a butterfly; the second is half further on. */
static AFFINE *first_of(const struct pass *pass, size_t index)
{
    return pass->points + index % pass->blocks * 2 * pass->half + index / pass->blocks;
}

/* The multiplications of butterflies begin .. begin + count - 1, but for those by 1. */
static void multiply(const struct pass *pass, struct bench *bench, size_t begin, size_t count, void *scratch)
{
    bool last = pass->blocks == 1;
    size_t skip = last || begin >= pass->blocks ? 0 : pass->blocks - begin;
    if (skip >= count) return;
    for (size_t i = skip; i < count; i++)
        bench->factors[i] = pass->twiddles[(begin + i) / pass->blocks * pass->blocks];
    if (last) {
        for (size_t i = 0; i < count; i++) fr_mul(&bench->factors[i], &bench->factors[i], &pass->size_inv);
    }
    G(batch_mul_vartime)(bench->b + skip, bench->b + skip, bench->factors + skip, count - skip, scratch);
    if (!last) return;
    for (size_t i = 0; i < count; i++) bench->factors[i] = pass->size_inv;
    G(batch_mul_vartime)(bench->a, bench->a, bench->factors, count, scratch);
}

static void butterflies(const struct pass *pass, struct bench *bench, size_t begin, size_t count,
                        void *scratch)
{
    for (size_t i = 0; i < count; i++) {
        const AFFINE *a = first_of(pass, begin + i);
        bench->a[i] = a[0];
        bench->b[i] = a[pass->half];
    }
    multiply(pass, bench, begin, count, scratch);
    G(batch_butterfly_vartime)(bench->a, bench->b, count, scratch);
    for (size_t i = 0; i < count; i++) {
        AFFINE *a = first_of(pass, begin + i);
        a[0] = bench->a[i];
        a[pass->half] = bench->b[i];
    }
}

/* Shares begin at multiples of eight, as do blocks if there are so many: with one twiddle for eight points
 * multiplication is fastest. */
static void pass_share(void *context, struct share share)
{
    const struct pass *pass = context;
    size_t eights = (pass->end - pass->begin + 7) / 8, end = pass->begin + 8 * share_end(share, eights);
    if (end > pass->end) end = pass->end;
    struct bench *bench = (void *)(pass->memory + share.index * thread_memory());
    void *scratch = (char *)bench + round_up(sizeof *bench);
    for (size_t at = pass->begin + 8 * share_begin(share, eights); at < end; at += BUTTERFLIES_AT_ONCE)
        butterflies(pass, bench, at, end - at < BUTTERFLIES_AT_ONCE ? end - at : BUTTERFLIES_AT_ONCE,
                    scratch);
}

static void reverse_order(AFFINE *points, unsigned log_size)
{
    for (size_t i = 0; i < (size_t)1 << log_size; i++) {
        size_t j = 0;
        for (unsigned bit = 0; bit < log_size; bit++) j |= (i >> bit & 1) << (log_size - 1 - bit);
        if (i < j) {
            AFFINE t = points[i];
            points[i] = points[j];
            points[j] = t;
        }
    }
}

static void fill_twiddles(fr *twiddles, unsigned log_size)
{
    fr omega_inv;
    ntt_root_of_unity(&omega_inv, log_size);
    fr_inv(&omega_inv, &omega_inv);
    twiddles[0] = fr_one;
    for (size_t k = 1; k < ((size_t)1 << log_size) / 2; k++)
        fr_mul(&twiddles[k], &twiddles[k - 1], &omega_inv);
}

static size_t twiddle_size(unsigned log_size) { return round_up(((size_t)1 << log_size) * sizeof(fr) / 2); }

size_t G(inverse_ntt_scratch_size)(unsigned log_size, unsigned threads)
{
    return twiddle_size(log_size) + threads * thread_memory();
}

enum roam_err G(inverse_ntt)(AFFINE *points, unsigned log_size, unsigned threads, void *scratch,
                             const char *what, const struct roam_progress *progress)
{
    fr *twiddles = scratch;
    size_t butterfly_count = ((size_t)1 << log_size) / 2, step = threads * (size_t)BUTTERFLIES_PER_STEP;
    uint64_t done = 0, total = inverse_ntt_steps(log_size);
    struct pass pass = {.points = points,
                        .size = (size_t)1 << log_size,
                        .twiddles = twiddles,
                        .memory = (char *)scratch + twiddle_size(log_size)};
    fill_twiddles(twiddles, log_size);
    fr_from_u64(&pass.size_inv, pass.size);
    fr_inv(&pass.size_inv, &pass.size_inv);
    reverse_order(points, log_size);
    for (pass.half = 1; pass.half < pass.size; pass.half *= 2) {
        pass.blocks = butterfly_count / pass.half;
        for (pass.begin = 0; pass.begin < butterfly_count; pass.begin = pass.end) {
            if (!progress_step(progress, what, done + pass.begin, total)) return ROAM_E_CANCELLED;
            pass.end = butterfly_count - pass.begin < step ? butterfly_count : pass.begin + step;
            parallel_run(threads, pass_share, &pass);
        }
        done += butterfly_count;
    }
    return ROAM_OK;
}
