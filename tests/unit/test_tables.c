/* tables.h: proofs with tables are those without, whatever part of the tables fits, made, saved or loaded;
 * files that are damaged or of another key are refused. */
#include "cpu_levels.h"

#include "groth16_keys.h"

#include <string.h>

struct subject {
    struct fixture f;
    struct zkey key;
    char path[64];
};

static void begin(struct subject *s, struct roam_prng *prng, uint32_t constraints)
{
    fixture_random(&s->f, prng, 1, 1, constraints);
    s->key = dev_key(&s->f, prng);
    strcpy(s->path, "/tmp/roam-tables-XXXXXX");
    int fd = mkstemp(s->path);
    assert_true(fd >= 0);
    close(fd);
}

static void end(struct subject *s)
{
    unlink(s->path);
    zkey_release(&s->key);
    fixture_release(&s->f);
}

static groth16_proof prove(const struct subject *s, const struct groth16_tables *tables, unsigned threads)
{
    struct roam_prng prng = {7};
    struct roam_env env = roam_env_seeded(&prng);
    struct groth16_prove_options options = {.threads = threads};
    struct groth16_prover prover;
    groth16_proof proof;
    void *memory = aligned_memory(groth16_prover_size(&s->key));
    groth16_prover_init(&prover, &s->key, tables, memory);
    void *scratch = aligned_memory(groth16_proof_scratch_size(&prover, threads));
    assert_int_equal(
        groth16_prove_with(&proof, &prover, s->f.witness, s->key.wire_count, &options, &env, scratch, NULL),
        ROAM_OK);
    free(scratch);
    free(memory);
    return proof;
}

static unsigned table_count(const struct groth16_tables *tables)
{
    unsigned count = 0;
    for (int i = 0; i < GROTH16_SUMS; i++) count += tables->shape[i].count > 0;
    return count;
}

static void test_same_proofs(void **state)
{
    (void)state;
    const uint32_t constraints[] = {1, 5, 60, 250};
    struct roam_prng prng = prop_prng();
    for (size_t i = 0; i < sizeof constraints / sizeof *constraints; i++) {
        struct subject s;
        struct groth16_tables tables, loaded;
        struct roam_diag diag = {""};
        begin(&s, &prng, constraints[i]);
        groth16_proof want = prove(&s, NULL, 1), got;
        assert_int_equal(groth16_tables_make(&tables, &s.key, SIZE_MAX, 2, NULL), ROAM_OK);
        assert_int_equal(table_count(&tables), GROTH16_SUMS);
        assert_int_equal(groth16_tables_save(&tables, s.path, &diag), ROAM_OK);
        assert_int_equal(groth16_tables_load(&loaded, &s.key, s.path, &diag), ROAM_OK);
        for (unsigned threads = 1; threads <= 5; threads++) {
            got = prove(&s, threads % 2 ? &tables : &loaded, threads);
            assert_memory_equal(&got, &want, sizeof want);
            got = prove(&s, NULL, threads);
            assert_memory_equal(&got, &want, sizeof want);
            count_property += 2;
        }
        groth16_tables_release(&loaded);
        groth16_tables_release(&tables);
        end(&s);
    }
}

/* Of every ceiling the tables stay below, the proofs are the same. */
static void test_ceilings(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct subject s;
    struct groth16_tables tables;
    begin(&s, &prng, 60);
    assert_int_equal(groth16_tables_make(&tables, &s.key, SIZE_MAX, 1, NULL), ROAM_OK);
    size_t all = groth16_tables_size(&tables);
    groth16_tables_release(&tables);
    groth16_proof want = prove(&s, NULL, 1);
    unsigned seen = 0;
    for (size_t eighths = 0; eighths <= 8; eighths++) {
        size_t ceiling = all * eighths / 8;
        assert_int_equal(groth16_tables_make(&tables, &s.key, ceiling, 1, NULL), ROAM_OK);
        assert_true(groth16_tables_size(&tables) <= ceiling);
        seen |= 1U << table_count(&tables);
        groth16_proof got = prove(&s, &tables, 1);
        assert_memory_equal(&got, &want, sizeof want);
        groth16_tables_release(&tables);
        count_property++;
    }
    assert_true((seen & 1) != 0 && (seen >> GROTH16_SUMS & 1) != 0 && seen != (1 | 1U << GROTH16_SUMS));
    end(&s);
}

static bool stop_at(void *context, const char *what, uint64_t done, uint64_t total)
{
    assert_non_null(what);
    assert_true(done <= total);
    return (*(int *)context)-- > 0;
}

static void test_cancel(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct subject s;
    begin(&s, &prng, 5);
    for (int stop = 0; stop < GROTH16_SUMS; stop++) {
        struct groth16_tables tables;
        int left = stop;
        const struct roam_progress progress = {&left, stop_at};
        assert_int_equal(groth16_tables_make(&tables, &s.key, SIZE_MAX, 1, &progress), ROAM_E_CANCELLED);
        assert_null(tables.memory);
        count_negative++;
    }
    end(&s);
}

static void write_bytes(const char *path, const uint8_t *bytes, size_t size)
{
    struct roam_diag diag = {""};
    assert_int_equal(file_write(path, bytes, size, &diag), ROAM_OK);
}

static void expect_refusal(const struct subject *s, const struct zkey *key, enum roam_err err)
{
    struct groth16_tables tables;
    struct roam_diag diag = {""};
    assert_int_equal(groth16_tables_load(&tables, key, s->path, &diag), err);
    assert_true(diag.text[0] != '\0');
    count_negative++;
}

/* One bit of any part of the file. */
static void test_damage(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct subject s;
    struct groth16_tables tables;
    struct roam_diag diag = {""};
    uint8_t *bytes;
    size_t size;
    begin(&s, &prng, 5);
    assert_int_equal(groth16_tables_make(&tables, &s.key, SIZE_MAX, 1, NULL), ROAM_OK);
    assert_int_equal(groth16_tables_save(&tables, s.path, &diag), ROAM_OK);
    groth16_tables_release(&tables);
    assert_int_equal(file_read(&bytes, &size, s.path, SIZE_MAX, &diag), ROAM_OK);
    for (int i = 0; i < 300; i++) {
        size_t at = i < 200 ? (size_t)i : prng_below(&prng, size);
        uint8_t bit = (uint8_t)(1U << prng_below(&prng, 8));
        bytes[at] ^= bit;
        write_bytes(s.path, bytes, size);
        expect_refusal(&s, &s.key, at < 4 ? ROAM_E_FORMAT : at < 8 ? ROAM_E_VERSION : ROAM_E_MISMATCH);
        bytes[at] ^= bit;
    }
    for (size_t short_by = 1; short_by < size; short_by *= 2) {
        write_bytes(s.path, bytes, size - short_by);
        expect_refusal(&s, &s.key, ROAM_E_MISMATCH);
    }
    write_bytes(s.path, bytes, 0);
    expect_refusal(&s, &s.key, ROAM_E_FORMAT);
    write_bytes(s.path, bytes, size);
    assert_int_equal(groth16_tables_load(&tables, &s.key, s.path, &diag), ROAM_OK);
    groth16_tables_release(&tables);
    free(bytes);
    end(&s);
}

/* A key of the same circuit with another delta, and no file. */
static void test_other_key(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct subject s;
    struct groth16_tables tables;
    struct roam_diag diag = {""};
    begin(&s, &prng, 5);
    struct zkey other = dev_key(&s.f, &prng);
    assert_int_equal(groth16_tables_make(&tables, &other, SIZE_MAX, 1, NULL), ROAM_OK);
    assert_int_equal(groth16_tables_save(&tables, s.path, &diag), ROAM_OK);
    groth16_tables_release(&tables);
    expect_refusal(&s, &s.key, ROAM_E_MISMATCH);
    unlink(s.path);
    expect_refusal(&s, &s.key, ROAM_E_NOTFOUND);
    zkey_release(&other);
    end(&s);
}

static int run_all(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_proofs), cmocka_unit_test(test_ceilings),  cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_damage),      cmocka_unit_test(test_other_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void) { return run_on_each_cpu_level(run_all); }
