/* group_ntt.h for one group. g1 and g2 define POINT and G(name) before including this. */

/* One pass of decimation in time over blocks of 2 * half points. The last pass also divides by the size:
 * there both inputs of every butterfly are multiplied, which is half a pass less than dividing at the end. */
struct pass {
    POINT *points;
    size_t size, half;
    const fr *twiddles; /* omega^-k */
    fr size_inv;
};

static void butterfly(const struct pass *pass, size_t index)
{
    size_t k = index % pass->half, stride = pass->size / (2 * pass->half);
    POINT *a = &pass->points[index / pass->half * 2 * pass->half + k], *b = a + pass->half, t;
    bool last = stride == 1;
    fr factor = pass->twiddles[k * stride];
    if (last) {
        fr_mul(&factor, &factor, &pass->size_inv);
        G(mul_vartime)(a, a, &pass->size_inv);
    }
    if (k > 0 || last)
        G(mul_vartime)(&t, b, &factor);
    else
        t = *b;
    POINT minus_t;
    G(neg)(&minus_t, &t);
    G(add_vartime)(b, a, &minus_t);
    G(add_vartime)(a, a, &t);
}

static void pass_share(void *context, struct share share)
{
    const struct pass *pass = context;
    size_t end = share_end(share, pass->size / 2);
    for (size_t i = share_begin(share, pass->size / 2); i < end; i++) butterfly(pass, i);
}

static void reverse_order(POINT *points, unsigned log_size)
{
    for (size_t i = 0; i < (size_t)1 << log_size; i++) {
        size_t j = 0;
        for (unsigned bit = 0; bit < log_size; bit++) j |= (i >> bit & 1) << (log_size - 1 - bit);
        if (i < j) {
            POINT t = points[i];
            points[i] = points[j];
            points[j] = t;
        }
    }
}

void G(inverse_ntt)(POINT *points, unsigned log_size, fr *twiddles, unsigned threads)
{
    struct pass pass = {.points = points, .size = (size_t)1 << log_size, .twiddles = twiddles};
    fr omega_inv;
    root_of_unity(&omega_inv, log_size);
    fr_inv(&omega_inv, &omega_inv);
    twiddles[0] = fr_one;
    for (size_t k = 1; k < pass.size / 2; k++) fr_mul(&twiddles[k], &twiddles[k - 1], &omega_inv);
    fr_from_u64(&pass.size_inv, pass.size);
    fr_inv(&pass.size_inv, &pass.size_inv);
    reverse_order(points, log_size);
    for (pass.half = 1; pass.half < pass.size; pass.half *= 2) parallel_run(threads, pass_share, &pass);
}
