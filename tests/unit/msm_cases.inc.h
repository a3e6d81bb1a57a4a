/* Tests of the multi-scalar multiplication in one group. Included by test_msm_g1.c and test_msm_g2.c, which
 * name the group as lib/bn254's own files do, and LARGE, the greatest size.
 *
 * Points are multiples of the generator with known factors, so that the sum is known from integers modulo r.
 */
#include "cpu_levels.h"
#include "dies.h"

#include "msm.h"

#include <string.h>

struct sample {
    size_t count;
    AFFINE *points;
    fr *logs; /* points[i] = logs[i] * generator */
    fr_int *scalars;
};

enum { TABLE_COUNT_MAX = 65 };

/* What a sample is drawn from, and what a failure names. */
enum kind { FULL, SHORT, BITS, EDGES, MIXED, KINDS };

static void random_fr(fr *out, struct roam_prng *prng)
{
    uint8_t wide[64];
    prng_bytes(prng, wide, sizeof wide);
    fr_from_wide(out, wide);
}

/* +-0, 1, 2, +-2^k, and the two around r/2, where the sign of a scalar turns. */
static void edge_fr(fr *out, struct roam_prng *prng)
{
    uint64_t pick = prng_below(prng, 8);
    fr two;
    fr_from_u64(&two, 2);
    if (pick < 3) {
        fr_from_u64(out, pick);
    } else if (pick < 5) {
        fr_inv(out, &two);
    } else {
        fr_pow_vartime(out, &two, (const uint64_t[4]){prng_below(prng, 254)});
    }
    if (pick == 4) fr_sub(out, out, &fr_one);
    if (prng_below(prng, 2)) fr_neg(out, out);
}

static void scalar_of_kind(fr *out, enum kind kind, struct roam_prng *prng)
{
    if (kind == MIXED) kind = (enum kind)prng_below(prng, MIXED);
    switch (kind) {
    case SHORT:
        fr_from_u64(out, prng_u64(prng) >> prng_below(prng, 64));
        break;
    case BITS:
        fr_from_u64(out, prng_below(prng, 2));
        break;
    case EDGES:
        edge_fr(out, prng);
        break;
    default:
        random_fr(out, prng);
    }
}

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    assert_non_null(memory);
    return memory;
}

static struct sample sample_new(size_t count)
{
    return (struct sample){count, allocate(count, sizeof(AFFINE)), allocate(count, sizeof(fr)),
                           allocate(count, sizeof(fr_int))};
}

static void sample_free(struct sample *sample)
{
    free(sample->points);
    free(sample->logs);
    free(sample->scalars);
}

/* points[i] = (first + i step) generator */
static void fill_points(struct sample *sample, struct roam_prng *prng)
{
    POINT base, step, *walk = allocate(sample->count, sizeof *walk);
    COORD *scratch = allocate(sample->count, sizeof *scratch);
    AFFINE step_affine;
    fr first_log, step_log;
    random_fr(&first_log, prng);
    random_fr(&step_log, prng);
    G(from_affine)(&step, &G(generator));
    G(mul_vartime)(&base, &step, &first_log);
    G(mul_vartime)(&step, &step, &step_log);
    G(to_affine)(&step_affine, &step);
    for (size_t i = 0; i < sample->count; i++) {
        walk[i] = base;
        sample->logs[i] = first_log;
        G(add_affine_vartime)(&base, &base, &step_affine);
        fr_add(&first_log, &first_log, &step_log);
    }
    G(to_affine_batch_vartime)(sample->points, walk, scratch, sample->count);
    free(walk);
    free(scratch);
}

/* Makes about one point in four infinity, the same as another, or another's opposite. */
static void spoil_points(struct sample *sample, struct roam_prng *prng)
{
    for (size_t i = 0; i < sample->count; i++) {
        size_t from = prng_below(prng, sample->count);
        uint64_t pick = prng_below(prng, 12);
        if (pick == 0) {
            sample->points[i] = (AFFINE){K(zero), K(zero)};
            sample->logs[i] = fr_zero;
        } else if (pick < 3) {
            sample->points[i] = sample->points[from];
            sample->logs[i] = sample->logs[from];
        }
        if (pick == 2) {
            G(affine_neg)(&sample->points[i], &sample->points[i]);
            fr_neg(&sample->logs[i], &sample->logs[i]);
        }
    }
}

static void fill_scalars(struct sample *sample, enum kind kind, struct roam_prng *prng)
{
    for (size_t i = 0; i < sample->count; i++) {
        fr scalar;
        scalar_of_kind(&scalar, kind, prng);
        fr_to_limbs(sample->scalars[i].limb, &scalar);
    }
}

static void expected_sum(POINT *out, const struct sample *sample)
{
    fr sum = fr_zero, term;
    for (size_t i = 0; i < sample->count; i++) {
        assert_int_equal(fr_from_limbs(&term, sample->scalars[i].limb), ROAM_OK);
        fr_mul(&term, &term, &sample->logs[i]);
        fr_add(&sum, &sum, &term);
    }
    G(from_affine)(out, &G(generator));
    G(mul_vartime)(out, out, &sum);
}

/* Runs on exactly the scratch that was asked for. */
static void run(POINT *out, const struct sample *sample, unsigned threads)
{
    enum { GUARD = 64 };
    size_t size = G(msm_scratch_size)(sample->count, threads);
    uint8_t *scratch = aligned_alloc(64, (size + GUARD + 63) / 64 * 64), guard[GUARD];
    assert_non_null(scratch);
    memset(scratch, 0xa5, size + GUARD);
    memset(guard, 0xa5, GUARD);
    G(msm_vartime)(out, sample->points, sample->scalars, sample->count, threads, scratch);
    assert_memory_equal(scratch + size, guard, GUARD);
    free(scratch);
}

static void run_table(POINT *out, const struct sample *sample, const AFFINE *table,
                      struct msm_table_shape shape, unsigned threads)
{
    size_t size = G(msm_table_scratch_size)(shape, threads);
    uint8_t *scratch = aligned_alloc(64, (size + 64) / 64 * 64);
    assert_non_null(scratch);
    memset(scratch, 0xa5, size);
    G(msm_table_vartime)(out, table, shape, sample->scalars, threads, scratch);
    free(scratch);
}

static AFFINE *table_new(const struct sample *sample, struct msm_table_shape shape, unsigned threads)
{
    AFFINE *table = aligned_alloc(64, (shape.count * shape.windows + 1) * sizeof *table);
    assert_non_null(table);
    G(msm_table_fill)(table, shape, sample->points, threads);
    return table;
}

/* With tables of the best shape and of the narrowest. */
static void check_table(const struct sample *sample, const POINT *want, const char *what)
{
    struct msm_table_shape shapes[2] = {msm_table_shape(sample->count), {sample->count, 2, 127}};
    for (unsigned i = 0; i < 2; i++) {
        POINT got;
        AFFINE *table = table_new(sample, shapes[i], 1 + i);
        run_table(&got, sample, table, shapes[i], 2 - i);
        if (!G(equal)(&got, want))
            fail_msg("%s: wrong sum of %zu with a table of %u windows", what, sample->count,
                     shapes[i].windows);
        free(table);
        count_property++;
    }
}

static void check(const struct sample *sample, const char *what)
{
    static const unsigned thread_counts[] = {1, 2, 3};
    POINT want, got;
    expected_sum(&want, sample);
    for (size_t i = 0; i < 3; i++) {
        run(&got, sample, thread_counts[i]);
        if (!G(equal)(&got, &want))
            fail_msg("%s: wrong sum of %zu with %u threads", what, sample->count, thread_counts[i]);
        count_property++;
    }
    if (sample->count <= TABLE_COUNT_MAX) check_table(sample, &want, what);
}

static void check_kinds(size_t count, struct roam_prng *prng)
{
    static const char *const names[KINDS] = {"full", "short", "bits", "edges", "mixed"};
    struct sample sample = sample_new(count);
    fill_points(&sample, prng);
    for (int kind = 0; kind < KINDS; kind++) {
        if (kind == BITS) spoil_points(&sample, prng);
        fill_scalars(&sample, (enum kind)kind, prng);
        check(&sample, names[kind]);
    }
    sample_free(&sample);
}

static void small_sizes(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (size_t count = 0; count <= 40; count++) check_kinds(count, &prng);
    for (size_t power = 64; power <= 1024; power *= 4)
        for (size_t count = power - 1; count <= power + 1; count++) check_kinds(count, &prng);
}

static void large_sizes(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    check_kinds(LARGE / 4 + 1, &prng);
    struct sample sample = sample_new(LARGE);
    fill_points(&sample, &prng);
    fill_scalars(&sample, FULL, &prng);
    check(&sample, "full");
    sample_free(&sample);
}

/* Against double-and-add of each term, without the logarithms. */
static void agrees_with_naive_sum(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (size_t count = 0; count <= 24; count += 3) {
        struct sample sample = sample_new(count);
        POINT want = G(infinity), got, term;
        fr scalar;
        fill_points(&sample, &prng);
        spoil_points(&sample, &prng);
        fill_scalars(&sample, MIXED, &prng);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(fr_from_limbs(&scalar, sample.scalars[i].limb), ROAM_OK);
            G(from_affine)(&term, &sample.points[i]);
            G(mul_vartime)(&term, &term, &scalar);
            G(add_vartime)(&want, &want, &term);
        }
        run(&got, &sample, 1);
        if (!G(equal)(&got, &want)) fail_msg("wrong sum of %zu", count);
        count_property++;
        sample_free(&sample);
    }
}

/* Each scalar on its own, times the generator: all digits' edges show in one product. */
static void single_scalars(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct sample sample = sample_new(1);
    sample.points[0] = G(generator);
    sample.logs[0] = fr_one;
    for (int i = 0; i < 300; i++) {
        fill_scalars(&sample, i < 250 ? EDGES : FULL, &prng);
        check(&sample, "single");
    }
    sample_free(&sample);
}

/* Everything meets in few buckets: one point and one scalar, many times; then the same with every second
 * point or scalar opposite, so that all cancel. */
static void equal_points_and_scalars(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct sample sample = sample_new(1500);
    POINT sum;
    fill_points(&sample, &prng);
    fill_scalars(&sample, FULL, &prng);
    for (size_t i = 1; i < sample.count; i++) sample.scalars[i] = sample.scalars[0];
    check(&sample, "equal scalars");
    for (size_t i = 1; i < sample.count; i++) {
        sample.points[i] = sample.points[0];
        sample.logs[i] = sample.logs[0];
    }
    check(&sample, "all equal");
    for (size_t i = 1; i < sample.count; i += 2) {
        G(affine_neg)(&sample.points[i], &sample.points[i]);
        fr_neg(&sample.logs[i], &sample.logs[i]);
    }
    check(&sample, "opposite points");
    run(&sum, &sample, 1);
    assert_true(G(is_infinity)(&sum));
    sample_free(&sample);
}

/* Every point of a table is the power of two of its first window's point that it should be. */
static void table_points(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct sample sample = sample_new(21);
    fill_points(&sample, &prng);
    sample.points[4] = (AFFINE){K(zero), K(zero)};
    struct msm_table_shape shape = msm_table_shape(sample.count);
    AFFINE *table = table_new(&sample, shape, 2);
    assert_true(shape.windows * shape.window_bits >= 254 && (shape.windows - 1) * shape.window_bits < 254);
    for (size_t i = 0; i < sample.count; i++) {
        POINT walk, entry;
        G(from_affine)(&walk, &sample.points[i]);
        for (unsigned w = 0; w < shape.windows; w++) {
            G(from_affine)(&entry, &table[w * sample.count + i]);
            assert_true(G(equal)(&entry, &walk));
            for (unsigned bit = 0; bit < shape.window_bits; bit++) G(double)(&walk, &walk);
            count_property++;
        }
    }
    free(table);
    sample_free(&sample);
}

static void many_threads(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct sample sample = sample_new(3000);
    POINT want, got;
    fill_points(&sample, &prng);
    fill_scalars(&sample, FULL, &prng);
    expected_sum(&want, &sample);
    for (unsigned threads = 5; threads <= 95; threads += 30) {
        run(&got, &sample, threads);
        if (!G(equal)(&got, &want)) fail_msg("wrong sum with %u threads", threads);
        count_property++;
    }
    sample_free(&sample);
}

static void call_without_threads(void)
{
    static _Alignas(64) uint8_t scratch[1 << 20];
    POINT out;
    G(msm_vartime)(&out, &G(generator), &(const fr_int){{1}}, 1, 0, scratch);
}

static void call_misaligned(void)
{
    static _Alignas(64) uint8_t scratch[1 << 20];
    POINT out;
    G(msm_vartime)(&out, &G(generator), &(const fr_int){{1}}, 1, 1, scratch + 32);
}

static void call_with_scalar_above_order(void)
{
    static _Alignas(64) uint8_t scratch[1 << 20];
    POINT out;
    fr_int scalar;
    memcpy(scalar.limb, fr_modulus, sizeof scalar);
    scalar.limb[0]++;
    G(msm_vartime)(&out, &G(generator), &scalar, 1, 1, scratch);
}

static void bad_calls_abort(void **state)
{
    (void)state;
    assert_true(G(msm_scratch_size)(1, 1) < 1 << 20);
    assert_true(dies(call_without_threads));
    assert_true(dies(call_misaligned));
    assert_true(dies(call_with_scalar_above_order));
    count_negative += 3;
}

static int run_all(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_sizes),
        cmocka_unit_test(large_sizes),
        cmocka_unit_test(agrees_with_naive_sum),
        cmocka_unit_test(single_scalars),
        cmocka_unit_test(equal_points_and_scalars),
        cmocka_unit_test(table_points),
        cmocka_unit_test(many_threads),
        cmocka_unit_test(bad_calls_abort),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void) { return run_on_each_cpu_level(run_all); }
