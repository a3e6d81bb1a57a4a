/* ptau.h: equal to snarkjs where nothing is random, chains of contributions, and every refusal. */
#include "prop.h"

#include "binfile_cases.h"
#include "blake2b_stream.h"
#include "groth16_keys.h"
#include "hex.h"
#include "ptau_hash.h"
#include "ptau_key.h"
#include "ptau_sections.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint8_t beacon_value[4] = {1, 2, 3, 4};
enum { ITERATIONS = 10, POWER = 3 };
/* Offsets in a contribution: points, then the kept hash state, the next challenge and the note. */
enum {
    CONTRIBUTION = 4,
    STATE = CONTRIBUTION + 3 * 64 + 2 * 128 + 6 * 64 + 3 * 128,
    CHALLENGE = STATE + 216
};

static enum roam_err parse_ptau(const uint8_t *bytes, size_t size, struct roam_diag *diag)
{
    struct ptau ptau;
    enum roam_err err = ptau_parse(&ptau, bytes, size, diag);
    if (err == ROAM_OK) ptau_release(&ptau);
    return err;
}

static enum roam_err verify(const struct file_case *c)
{
    struct roam_prng prng = {3};
    struct roam_env env = roam_env_seeded(&prng);
    struct roam_diag diag = {0};
    struct ptau ptau;
    ROAM_TRY(ptau_parse(&ptau, c->bytes, c->size, NULL));
    enum roam_err err = ptau_verify(&ptau, &env, 1, NULL, &diag);
    ptau_release(&ptau);
    assert_true((err == ROAM_OK) == (diag.text[0] == 0));
    return err;
}

static void refuse(const struct file_case *bad, enum roam_err expected)
{
    assert_int_equal(verify(bad), expected);
    count_negative++;
}

enum step { CONTRIBUTE, BEACON, PREPARE };

static enum roam_err take_step(struct roam_buf *out, const struct file_case *c, enum step step,
                               unsigned threads, const struct roam_progress *progress)
{
    struct roam_prng prng = {8};
    struct roam_env env = roam_env_seeded(&prng);
    struct ptau ptau;
    enum roam_err err = ptau_parse(&ptau, c->bytes, c->size, NULL);
    assert_int_equal(err, ROAM_OK);
    buf_init(out, CASE_SIZE_MAX);
    if (step == CONTRIBUTE)
        err = ptau_contribute(out, &ptau, "someone", "text", &env, threads, progress, NULL);
    if (step == BEACON)
        err = ptau_beacon(out, &ptau, "beacon", beacon_value, sizeof beacon_value, ITERATIONS, threads,
                          progress, NULL);
    struct roam_sink sink = buf_sink(out);
    if (step == PREPARE) err = ptau_prepare(&sink, &ptau, threads, progress, NULL);
    ptau_release(&ptau);
    return err;
}

static void advance(struct file_case *c, enum step step)
{
    struct roam_buf buf;
    assert_int_equal(take_step(&buf, c, step, 2, NULL), ROAM_OK);
    case_of(c, &buf);
}

static void begin(struct file_case *c, unsigned power)
{
    struct roam_buf buf;
    buf_init(&buf, CASE_SIZE_MAX);
    assert_int_equal(ptau_new(&buf, power, NULL), ROAM_OK);
    case_of(c, &buf);
}

/* The hash that ceremony.txt has under this name. */
static void expected_hash(uint8_t hash[64], const char *name)
{
    static struct file_case file;
    case_load(&file, "ceremony.txt");
    file.bytes[file.size] = 0;
    const char *at = strstr((const char *)file.bytes, name);
    assert_non_null(at);
    assert_int_equal(hex_decode(hash, 64, at + strlen(name) + 1, 128), ROAM_OK);
}

static void assert_same_section(struct file_case *a, struct file_case *b, uint32_t id)
{
    uint64_t size = load_le64(a->bytes + case_section(a, id) + 4);
    assert_int_equal(size, load_le64(b->bytes + case_section(b, id) + 4));
    assert_memory_equal(case_at(a, id, 0), case_at(b, id, 0), size);
}

static void test_like_snarkjs(void **state)
{
    static struct file_case theirs, ours;
    uint8_t hash[64], expected[64];
    struct ptau ptau;
    (void)state;
    case_load(&theirs, "beacon.ptau");
    expected_hash(expected, "first_challenge");
    assert_int_equal(ptau_first_challenge(hash, POWER, NULL), ROAM_OK);
    assert_memory_equal(hash, expected, 64);
    begin(&ours, POWER);
    advance(&ours, BEACON);
    assert_int_equal(ptau_parse(&ptau, ours.bytes, ours.size, NULL), ROAM_OK);
    expected_hash(expected, "ptau_response");
    assert_int_equal(ptau_response_hash(hash, &ptau.contributions[0]), ROAM_OK);
    assert_memory_equal(hash, expected, 64);
    ptau_release(&ptau);
    advance(&ours, PREPARE);
    for (uint32_t id = 1; id <= 6; id++) assert_same_section(&ours, &theirs, id);
    for (uint32_t id = 12; id <= 15; id++) assert_same_section(&ours, &theirs, id);
    /* Where snarkjs leaves old input behind the unfinished block of the kept hash, we write zeros. */
    size_t used = (size_t)load_le64(case_at(&theirs, 7, STATE + 200));
    assert_in_range(used, 1, 128);
    memset(case_at(&theirs, 7, STATE + used), 0, 128 - used);
    assert_same_section(&ours, &theirs, 7);
}

static void test_verify_snarkjs(void **state)
{
    static struct file_case file;
    (void)state;
    case_load(&file, "beacon.ptau");
    assert_int_equal(verify(&file), ROAM_OK);
    for (uint32_t id = 12; id <= 15; id++) case_drop(&file, id);
    assert_int_equal(verify(&file), ROAM_OK); /* before it is prepared */
}

static void test_chain(void **state)
{
    static struct file_case file;
    struct ptau ptau;
    (void)state;
    for (unsigned power = 1; power <= 4; power++) {
        begin(&file, power);
        refuse(&file, ROAM_E_INSECURE);
        advance(&file, CONTRIBUTE);
        assert_int_equal(verify(&file), ROAM_OK);
        advance(&file, PREPARE);
        advance(&file, CONTRIBUTE); /* drops what was prepared */
        assert_int_equal(verify(&file), ROAM_OK);
        advance(&file, BEACON);
        advance(&file, PREPARE);
        assert_int_equal(verify(&file), ROAM_OK);
        assert_int_equal(ptau_parse(&ptau, file.bytes, file.size, NULL), ROAM_OK);
        assert_true(ptau.prepared && ptau.power == power && ptau.contribution_count == 3);
        assert_string_equal(ptau.contributions[1].note.name, "someone");
        assert_int_equal(ptau.contributions[2].note.kind, CEREMONY_BEACON);
        ptau_release(&ptau);
        count_property++;
    }
}

/* A good point in a wrong place, everywhere; a bad one at the end of each section. */
static void test_wrong_points(void **state)
{
    static struct file_case file, bad;
    static const uint32_t ids[] = {2, 3, 4, 5, 6, 12, 13, 14, 15};
    struct roam_prng prng = prop_prng();
    fr x = random_fr(&prng);
    g1_affine p = scaled_g1(&g1_generator, &x);
    g2_affine q = scaled_g2(&g2_generator, &x), outside = twist_point_outside_g2();
    (void)state;
    begin(&file, 2);
    advance(&file, BEACON);
    advance(&file, PREPARE);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        bool in_g2 = ids[i] == 3 || ids[i] == 6 || ids[i] == 13;
        size_t step = in_g2 ? 128 : 64,
               size = (size_t)load_le64(file.bytes + case_section(&file, ids[i]) + 4);
        for (size_t at = 0; at < size; at += step) {
            bad = file;
            if (in_g2)
                g2_to_file(case_at(&bad, ids[i], at), &q);
            else
                g1_to_file(case_at(&bad, ids[i], at), &p);
            refuse(&bad, ROAM_E_VERIFY);
            if (at + step < size) continue;
            *case_at(&bad, ids[i], at) ^= 1;
            refuse(&bad, ROAM_E_POINT);
            memset(case_at(&bad, ids[i], at), 0xff, 32);
            refuse(&bad, ROAM_E_RANGE);
            if (!in_g2 || ids[i] == 6) continue;
            g2_to_file(case_at(&bad, ids[i], at), &outside);
            refuse(&bad, ROAM_E_POINT);
        }
    }
}

static void test_wrong_contributions(void **state)
{
    static struct file_case file, bad;
    static const bool in_g2[14] = {0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1};
    (void)state;
    begin(&file, 1);
    advance(&file, CONTRIBUTE);
    size_t first_size = (size_t)load_le64(file.bytes + case_section(&file, 7) + 4) - CONTRIBUTION;
    advance(&file, BEACON);
    assert_int_equal(verify(&file), ROAM_OK);
    for (size_t number = 0; number < 2; number++) {
        size_t at = CONTRIBUTION + number * first_size, start = at - CONTRIBUTION;
        for (size_t i = 0; i < 14; i++) {
            bad = file;
            if (in_g2[i])
                g2_to_file(case_at(&bad, 7, at), &g2_generator);
            else
                g1_to_file(case_at(&bad, 7, at), &g1_generator);
            refuse(&bad, ROAM_E_VERIFY);
            memset(case_at(&bad, 7, at), 0, in_g2[i] ? 128 : 64);
            refuse(&bad, ROAM_E_VERIFY); /* infinity */
            *case_at(&bad, 7, at) = 1;
            refuse(&bad, ROAM_E_POINT);
            at += in_g2[i] ? 128 : 64;
        }
        bad = file;
        *case_at(&bad, 7, start + CHALLENGE) ^= 1;
        refuse(&bad, ROAM_E_VERIFY);
    }
    size_t last = first_size;
    bad = file;
    *case_at(&bad, 7, last + STATE) ^= 1;
    refuse(&bad, ROAM_E_VERIFY);
    bad = file;
    *case_at(&bad, 7, last + STATE + 200) = 200;
    refuse(&bad, ROAM_E_VERIFY);
    size_t note = last + CHALLENGE + 64; /* kind, size, 1 6 "beacon", 2 10, 3 4 .. */
    bad = file;
    assert_int_equal(*case_at(&bad, 7, note + 17), ITERATIONS);
    *case_at(&bad, 7, note + 17) = 11;
    refuse(&bad, ROAM_E_VERIFY);
    bad = file;
    *case_at(&bad, 7, note + 20) ^= 1;
    refuse(&bad, ROAM_E_VERIFY);
    bad = file;
    *case_at(&bad, 7, note + 16) = 4;
    refuse(&bad, ROAM_E_FORMAT);
}

/* A contributor who knows that his secret is 1 can prove that; the file stays worthless. */
static void test_secret_one(void **state)
{
    static struct file_case file;
    struct ptau_contribution c = {.tau_g1 = g1_generator,
                                  .alpha_g1 = g1_generator,
                                  .beta_g1 = g1_generator,
                                  .tau_g2 = g2_generator,
                                  .beta_g2 = g2_generator};
    struct ptau_key *keys[3] = {&c.tau, &c.alpha, &c.beta};
    uint8_t challenge[64];
    struct roam_buf buf;
    (void)state;
    begin(&file, 1);
    assert_int_equal(ptau_first_challenge(challenge, 1, NULL), ROAM_OK);
    for (unsigned i = 0; i < 3; i++) {
        keys[i]->g1_s = keys[i]->g1_sx = g1_generator;
        ptau_key_base(&keys[i]->g2_spx, (enum ptau_secret)i, challenge, &g1_generator, &g1_generator);
    }
    case_drop(&file, 7);
    buf_init(&buf, CASE_SIZE_MAX);
    assert_int_equal(buf_append(&buf, file.bytes, file.size), ROAM_OK);
    size_t section;
    assert_int_equal(binfile_begin_section(&buf, 7, &section), ROAM_OK);
    assert_int_equal(binfile_put_u32(&buf, 1), ROAM_OK);
    assert_int_equal(ptau_put_contribution(&buf, &c), ROAM_OK);
    binfile_end_section(&buf, section);
    case_of(&file, &buf);
    refuse(&file, ROAM_E_INSECURE);
}

static void test_container(void **state)
{
    static struct file_case file, bad;
    (void)state;
    begin(&file, 1);
    advance(&file, BEACON);
    advance(&file, PREPARE);
    case_check_container(parse_ptau, &file, 1);
    case_flip_bytes(parse_ptau, &file);
    for (uint32_t id = 1; id <= 15; id++) {
        if (id > 7 && id < 12) continue;
        bad = file;
        case_drop(&bad, id);
        if (id == 12)
            assert_int_equal(case_parse(parse_ptau, bad.bytes, bad.size),
                             ROAM_OK); /* then it is not prepared */
        else
            assert_int_equal(case_parse(parse_ptau, bad.bytes, bad.size), ROAM_E_FORMAT);
        bad = file;
        case_resize(&bad, id, 64);
        enum roam_err expected = id == 1 || id == 7 ? ROAM_E_FORMAT : ROAM_E_COUNT;
        assert_int_equal(case_parse(parse_ptau, bad.bytes, bad.size), expected);
        count_negative += 2;
    }
    bad = file;
    *case_at(&bad, 1, 4) ^= 4;
    assert_int_equal(case_parse(parse_ptau, bad.bytes, bad.size), ROAM_E_RANGE);
    static const uint32_t powers[][2] = {{0, 0}, {0, 1}, {2, 1}, {1, 29}, {29, 29}, {UINT32_MAX, UINT32_MAX}};
    for (size_t i = 0; i < sizeof powers / sizeof *powers; i++) {
        bad = file;
        store_le32(case_at(&bad, 1, 36), powers[i][0]);
        store_le32(case_at(&bad, 1, 40), powers[i][1]);
        assert_int_equal(case_parse(parse_ptau, bad.bytes, bad.size), ROAM_E_LIMIT);
        count_negative++;
    }
    bad = file;
    store_le32(case_at(&bad, 1, 36), 2);
    store_le32(case_at(&bad, 1, 40), 2);
    assert_int_equal(case_parse(parse_ptau, bad.bytes, bad.size), ROAM_E_COUNT);
    count_negative += 2;
}

/* Cuts a prepared file of power 3 down to power 2, as published files are. */
static void cut_down(struct file_case *c)
{
    static const struct {
        uint32_t id;
        long removed;
    } cuts[] = {{2, 8 * 64},   {3, 4 * 128},  {4, 4 * 64},  {5, 4 * 64},
                {12, 16 * 64}, {13, 8 * 128}, {14, 8 * 64}, {15, 8 * 64}};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) case_resize(c, cuts[i].id, -cuts[i].removed);
    store_le32(case_at(c, 1, 36), 2);
}

/* Multiplies a whole section by one factor: a good series of tau, but from another start. */
static void scale_section(struct file_case *c, uint32_t id, const fr *factor)
{
    size_t size = (size_t)load_le64(c->bytes + case_section(c, id) + 4);
    for (size_t at = 0; at < size; at += id == 3 ? 128 : 64) {
        g1_affine p;
        g2_affine q;
        if (id == 3) {
            assert_int_equal(g2_from_file(&q, case_at(c, id, at)), ROAM_OK);
            q = scaled_g2(&q, factor);
            g2_to_file(case_at(c, id, at), &q);
        } else {
            assert_int_equal(g1_from_file(&p, case_at(c, id, at)), ROAM_OK);
            p = scaled_g1(&p, factor);
            g1_to_file(case_at(c, id, at), &p);
        }
    }
}

static void test_cut_down(void **state)
{
    static struct file_case file, bad;
    struct roam_buf buf;
    (void)state;
    case_load(&file, "beacon.ptau");
    cut_down(&file);
    assert_int_equal(verify(&file), ROAM_OK);
    assert_int_equal(take_step(&buf, &file, CONTRIBUTE, 1, NULL), ROAM_E_UNSUPPORTED);
    buf_release(&buf);
    assert_int_equal(take_step(&buf, &file, BEACON, 1, NULL), ROAM_E_UNSUPPORTED);
    buf_release(&buf);
    count_negative += 2;
    bad = file;
    g1_to_file(case_at(&bad, 2, 3 * 64), &g1_generator);
    refuse(&bad, ROAM_E_VERIFY);
    /* What the hash over a whole file, or the Lagrange forms, would have shown as well: */
    bad = file;
    g2_to_file(case_at(&bad, 6, 0), &g2_generator);
    refuse(&bad, ROAM_E_VERIFY);
    struct roam_prng prng = prop_prng();
    fr factor = random_fr(&prng);
    for (uint32_t id = 2; id <= 5; id++) {
        bad = file;
        for (uint32_t lagrange = 12; lagrange <= 15; lagrange++) case_drop(&bad, lagrange);
        assert_int_equal(verify(&bad), ROAM_OK);
        scale_section(&bad, id, &factor);
        refuse(&bad, ROAM_E_VERIFY);
    }
    advance(&file, PREPARE);
    assert_int_equal(verify(&file), ROAM_OK);
}

static bool stop_at(void *context, const char *what, uint64_t done, uint64_t total)
{
    assert_non_null(what);
    assert_true(done < total);
    return (*(int *)context)-- > 0;
}

static void test_cancel(void **state)
{
    static struct file_case file;
    struct roam_buf buf;
    struct ptau ptau;
    struct roam_prng prng = {1};
    struct roam_env env = roam_env_seeded(&prng);
    (void)state;
    case_load(&file, "beacon.ptau");
    for (int step = CONTRIBUTE; step <= PREPARE; step++)
        for (int steps = 0; steps < 5; steps++) {
            int left = steps;
            struct roam_progress progress = {&left, stop_at};
            assert_int_equal(take_step(&buf, &file, (enum step)step, 1, &progress), ROAM_E_CANCELLED);
            buf_release(&buf);
            count_negative++;
        }
    assert_int_equal(ptau_parse(&ptau, file.bytes, file.size, NULL), ROAM_OK);
    for (int steps = 0; steps < 12; steps++) {
        int left = steps;
        struct roam_progress progress = {&left, stop_at};
        assert_int_equal(ptau_verify(&ptau, &env, 1, &progress, NULL), ROAM_E_CANCELLED);
        count_negative++;
    }
    ptau_release(&ptau);
}

/* Takes so many bytes and no more. */
struct narrow {
    size_t left;
};

static enum roam_err write_narrow(void *context, const void *data, size_t size)
{
    struct narrow *narrow = context;
    (void)data;
    if (size > narrow->left) return ROAM_E_IO;
    narrow->left -= size;
    return ROAM_OK;
}

/* Wherever the writing fails, that is what comes back. */
static void test_refused_writes(void **state)
{
    static struct file_case file;
    struct roam_buf buf;
    struct ptau ptau;
    (void)state;
    case_load(&file, "beacon.ptau");
    assert_int_equal(take_step(&buf, &file, PREPARE, 1, NULL), ROAM_OK);
    assert_int_equal(ptau_parse(&ptau, file.bytes, file.size, NULL), ROAM_OK);
    for (size_t size = 0; size <= buf.size; size += size + 97 < buf.size ? 97 : buf.size - size) {
        struct narrow narrow = {size};
        struct roam_sink sink = {&narrow, write_narrow};
        enum roam_err expected = size < buf.size ? ROAM_E_IO : ROAM_OK;
        assert_int_equal(ptau_prepare(&sink, &ptau, 1, NULL, NULL), expected);
        if (size == buf.size) break;
        count_negative++;
    }
    ptau_release(&ptau);
    buf_release(&buf);
}

static enum roam_err prepare_to(const char *path, const struct ptau *ptau,
                                const struct roam_progress *progress, struct roam_diag *diag)
{
    struct roam_file_out out;
    ROAM_TRY(file_out_begin(&out, path, diag));
    struct roam_sink sink = file_out_sink(&out);
    return file_out_end(&out, ptau_prepare(&sink, ptau, 2, progress, diag), diag);
}

static void assert_no_file(const char *folder)
{
    assert_int_equal(rmdir(folder), 0); /* neither the file nor what would have become it */
    assert_int_equal(mkdir(folder, 0700), 0);
    count_negative++;
}

/* All of the file or nothing: a full disk, which a limit on the size of files stands for, a run that is
 * cancelled late, a folder that is not there. */
static void test_prepared_file(void **state)
{
    static struct file_case file;
    char folder[] = "/tmp/roam-test-XXXXXX", path[64];
    struct roam_buf buf;
    struct ptau ptau;
    struct roam_diag diag = {0};
    struct rlimit before, limit;
    int left = 4;
    struct roam_progress progress = {&left, stop_at};
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/p.ptau", folder);
    case_load(&file, "beacon.ptau");
    assert_int_equal(take_step(&buf, &file, PREPARE, 1, NULL), ROAM_OK);
    assert_int_equal(ptau_parse(&ptau, file.bytes, file.size, NULL), ROAM_OK);
    assert_int_equal(prepare_to(path, &ptau, &progress, NULL), ROAM_E_CANCELLED);
    assert_no_file(folder);
    assert_int_equal(prepare_to("/tmp/roam-test-no-folder/p.ptau", &ptau, NULL, &diag), ROAM_E_IO);
    count_negative++;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = buf.size - 1;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    roam_diag_clear(&diag);
    enum roam_err err = prepare_to(path, &ptau, NULL, &diag);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(err, ROAM_E_IO);
    assert_non_null(strstr(diag.text, path));
    assert_no_file(folder);
    assert_int_equal(prepare_to(path, &ptau, NULL, NULL), ROAM_OK);
    struct roam_map map;
    assert_int_equal(file_map(&map, path, NULL), ROAM_OK);
    assert_int_equal(map.size, buf.size);
    assert_memory_equal(map.data, buf.data, buf.size);
    file_unmap(&map);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    count_property++;
    ptau_release(&ptau);
    buf_release(&buf);
}

static void test_limits(void **state)
{
    struct roam_buf buf;
    struct roam_diag diag = {0};
    struct ptau ptau = {.power = PTAU_POWER_MAX, .ceremony_power = PTAU_POWER_MAX};
    (void)state;
    buf_init(&buf, 1000);
    assert_int_equal(ptau_new(&buf, 0, &diag), ROAM_E_LIMIT);
    assert_int_equal(ptau_new(&buf, PTAU_POWER_MAX + 1, NULL), ROAM_E_LIMIT);
    assert_int_equal(ptau_new(&buf, POWER, NULL), ROAM_E_LIMIT);
    buf_release(&buf);
    struct roam_sink sink = buf_sink(&buf);
    assert_int_equal(ptau_prepare(&sink, &ptau, 1, NULL, NULL), ROAM_E_LIMIT);
    count_negative += 4;
}

/* One row of the published table. */
static void test_public_files(void **state)
{
    uint8_t hash[64] = {0};
    static const char power_8[] = "d6a8fb3a04feb600096c3b791f936a578c4e664d262e4aa24beed1b7a9a96aa5"
                                  "eb72864d628db247e9293384b74b36ffb52ca8d148d6e1b8b51e279fdf57b583";
    (void)state;
    assert_null(ptau_public_file(hash));
    assert_int_equal(hex_decode(hash, 64, power_8, 128), ROAM_OK);
    assert_string_equal(ptau_public_file(hash), "powersOfTau28_hez_final_08.ptau");
    hash[63] ^= 1;
    assert_null(ptau_public_file(hash));
    count_negative += 2;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_snarkjs),
        cmocka_unit_test(test_verify_snarkjs),
        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_wrong_points),
        cmocka_unit_test(test_wrong_contributions),
        cmocka_unit_test(test_secret_one),
        cmocka_unit_test(test_container),
        cmocka_unit_test(test_cut_down),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_refused_writes),
        cmocka_unit_test(test_prepared_file),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_public_files),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
