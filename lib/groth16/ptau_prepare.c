#include "ptau_sections.h"

#include "endian.h"
#include "group_ntt.h"
#include "parallel.h"

#include <stdlib.h>

/* Sections, and where the container says how many. */
enum { SECTION_COUNT = 11, CONTAINER_COUNT_OFFSET = 8 };
enum { POINTS_PER_WRITE = 1 << 11 };

/* Memory for the largest transform of either group. */
struct prepare {
    const struct roam_sink *out;
    unsigned threads;
    const struct roam_progress *progress;
    uint64_t done, total; /* steps of the present section, before the present transform */
    void *points;         /* g1_affine or g2_affine */
    void *scratch;
    uint8_t *bytes; /* POINTS_PER_WRITE points in file form */
};

/* Steps of one transform as steps of a section. */
static bool section_step(void *context, const char *what, uint64_t done, uint64_t total)
{
    const struct prepare *prepare = context;
    (void)total;
    return progress_step(prepare->progress, what, prepare->done + done, prepare->total);
}

static void begin_steps(struct prepare *prepare, unsigned log_max)
{
    prepare->done = prepare->total = 0;
    for (unsigned log = 0; log <= log_max; log++) prepare->total += inverse_ntt_steps(log);
}

/* Points of the file, each checked; every thread keeps its own error. */
struct load {
    void *points; /* g1_affine or g2_affine */
    const uint8_t *in;
    size_t have, size; /* what is missing counts as infinity */
    enum roam_err err[PARALLEL_MAX];
};

static void load_share_g1(void *context, struct share share)
{
    static const g1_affine infinity;
    struct load *load = context;
    g1_affine *points = load->points;
    enum roam_err err = ROAM_OK;
    for (size_t i = share_begin(share, load->size); i < share_end(share, load->size) && err == ROAM_OK; i++) {
        points[i] = infinity;
        if (i < load->have) err = g1_from_file(&points[i], load->in + i * G1_FORM_SIZE);
    }
    load->err[share.index] = err;
}

static void load_share_g2(void *context, struct share share)
{
    struct load *load = context;
    g2_affine *points = load->points;
    enum roam_err err = ROAM_OK;
    for (size_t i = share_begin(share, load->size); i < share_end(share, load->size) && err == ROAM_OK; i++)
        err = g2_from_file(&points[i], load->in + i * G2_FORM_SIZE);
    load->err[share.index] = err;
}

static enum roam_err run_load(const struct prepare *prepare, void (*task)(void *context, struct share share),
                              const uint8_t *in, size_t have, size_t size)
{
    struct load load = {.points = prepare->points, .in = in, .have = have, .size = size};
    parallel_run(prepare->threads, task, &load);
    for (unsigned i = 0; i < prepare->threads; i++) ROAM_TRY(load.err[i]);
    return ROAM_OK;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static enum roam_err store_g1(const struct prepare *prepare, const g1_affine *points, size_t size)
{
    for (size_t i = 0, some; i < size; i += some) {
        some = smaller(size - i, POINTS_PER_WRITE);
        for (size_t k = 0; k < some; k++) g1_to_file(prepare->bytes + k * G1_FORM_SIZE, &points[i + k]);
        ROAM_TRY(sink_write(prepare->out, prepare->bytes, some * G1_FORM_SIZE));
    }
    return ROAM_OK;
}

static enum roam_err store_g2(const struct prepare *prepare, const g2_affine *points, size_t size)
{
    for (size_t i = 0, some; i < size; i += some) {
        some = smaller(size - i, POINTS_PER_WRITE);
        for (size_t k = 0; k < some; k++) g2_to_file(prepare->bytes + k * G2_FORM_SIZE, &points[i + k]);
        ROAM_TRY(sink_write(prepare->out, prepare->bytes, some * G2_FORM_SIZE));
    }
    return ROAM_OK;
}

static enum roam_err begin_section(const struct roam_sink *out, uint32_t id, size_t size)
{
    uint8_t bytes[12];
    store_le32(bytes, id);
    store_le64(bytes + 4, size);
    return sink_write(out, bytes, sizeof bytes);
}

/* All sizes up to 2^log_max of `have` points; what is missing counts as infinity. */
static enum roam_err lagrange_g1(struct prepare *prepare, uint32_t id, const uint8_t *in, size_t have,
                                 unsigned log_max, const char *what)
{
    struct roam_progress steps = {prepare, section_step};
    begin_steps(prepare, log_max);
    ROAM_TRY(begin_section(prepare->out, id, ptau_lagrange_count(log_max) * G1_FORM_SIZE));
    for (unsigned log = 0; log <= log_max; log++) {
        ROAM_TRY(run_load(prepare, load_share_g1, in, have, ptau_size(log)));
        ROAM_TRY(g1_inverse_ntt(prepare->points, log, prepare->threads, prepare->scratch, what, &steps));
        ROAM_TRY(store_g1(prepare, prepare->points, ptau_size(log)));
        prepare->done += inverse_ntt_steps(log);
    }
    return ROAM_OK;
}

static enum roam_err lagrange_g2(struct prepare *prepare, uint32_t id, const uint8_t *in, unsigned log_max,
                                 const char *what)
{
    struct roam_progress steps = {prepare, section_step};
    begin_steps(prepare, log_max);
    ROAM_TRY(begin_section(prepare->out, id, ptau_lagrange_count(log_max) * G2_FORM_SIZE));
    for (unsigned log = 0; log <= log_max; log++) {
        ROAM_TRY(run_load(prepare, load_share_g2, in, ptau_size(log), ptau_size(log)));
        ROAM_TRY(g2_inverse_ntt(prepare->points, log, prepare->threads, prepare->scratch, what, &steps));
        ROAM_TRY(store_g2(prepare, prepare->points, ptau_size(log)));
        prepare->done += inverse_ntt_steps(log);
    }
    return ROAM_OK;
}

static enum roam_err lagrange_all(struct prepare *prepare, const struct ptau *ptau)
{
    unsigned power = ptau->power;
    size_t n = ptau_size(power), count_tau = ptau_tau_g1_count(power);
    ROAM_TRY(lagrange_g1(prepare, SECTION_LAGRANGE_TAU_G1, ptau->tau_g1, count_tau, power + 1,
                         "Lagrange forms, 1 of 4: tau in G1"));
    ROAM_TRY(lagrange_g2(prepare, SECTION_LAGRANGE_TAU_G2, ptau->tau_g2, power,
                         "Lagrange forms, 2 of 4: tau in G2"));
    ROAM_TRY(lagrange_g1(prepare, SECTION_LAGRANGE_ALPHA_G1, ptau->alpha_g1, n, power,
                         "Lagrange forms, 3 of 4: alpha tau"));
    return lagrange_g1(prepare, SECTION_LAGRANGE_BETA_G1, ptau->beta_g1, n, power,
                       "Lagrange forms, 4 of 4: beta tau");
}

static enum roam_err copy_section(const struct roam_sink *out, uint32_t id, const uint8_t *bytes, size_t size)
{
    ROAM_TRY(begin_section(out, id, size));
    return sink_write(out, bytes, size);
}

/* The container's beginning and the section of the header; how many sections there will be is known. */
static enum roam_err write_header(const struct roam_sink *out, const struct ptau *ptau)
{
    struct roam_buf header;
    buf_init(&header, 1 << 10);
    enum roam_err err = ptau_put_header(&header, ptau->power, ptau->ceremony_power);
    if (err == ROAM_OK) {
        store_le32(header.data + CONTAINER_COUNT_OFFSET, SECTION_COUNT);
        err = sink_write(out, header.data, header.size);
    }
    buf_release(&header);
    return err;
}

static enum roam_err copy_powers(const struct roam_sink *out, const struct ptau *ptau)
{
    size_t n = ptau_size(ptau->power);
    ROAM_TRY(write_header(out, ptau));
    ROAM_TRY(copy_section(out, SECTION_TAU_G1, ptau->tau_g1, ptau_tau_g1_count(ptau->power) * G1_FORM_SIZE));
    ROAM_TRY(copy_section(out, SECTION_TAU_G2, ptau->tau_g2, n * G2_FORM_SIZE));
    ROAM_TRY(copy_section(out, SECTION_ALPHA_G1, ptau->alpha_g1, n * G1_FORM_SIZE));
    ROAM_TRY(copy_section(out, SECTION_BETA_G1, ptau->beta_g1, n * G1_FORM_SIZE));
    ROAM_TRY(copy_section(out, SECTION_BETA_G2, ptau->beta_g2, G2_FORM_SIZE));
    return copy_section(out, SECTION_RECORD, ptau->record.at, ptau->record.left);
}

static size_t scratch_size(unsigned power, unsigned threads)
{
    size_t size1 = g1_inverse_ntt_scratch_size(power + 1, threads);
    size_t size2 = g2_inverse_ntt_scratch_size(power, threads);
    return size1 > size2 ? size1 : size2;
}

enum roam_err ptau_prepare(const struct roam_sink *out, const struct ptau *ptau, unsigned threads,
                           const struct roam_progress *progress, struct roam_diag *diag)
{
    size_t n = ptau_size(ptau->power);
    struct prepare prepare = {.out = out, .threads = threads, .progress = progress};
    if (ptau->power >= PTAU_POWER_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "power %u, at most %d can be prepared", ptau->power,
                         PTAU_POWER_MAX - 1);
    ROAM_TRY(copy_powers(out, ptau));
    prepare.points = malloc(n * sizeof(g2_affine)); /* 2n of G1 */
    prepare.scratch = aligned_alloc(64, scratch_size(ptau->power, threads));
    prepare.bytes = malloc((size_t)POINTS_PER_WRITE * G2_FORM_SIZE);
    enum roam_err err = ROAM_E_NOMEM;
    if (prepare.points != NULL && prepare.scratch != NULL && prepare.bytes != NULL)
        err = lagrange_all(&prepare, ptau);
    free(prepare.points);
    free(prepare.scratch);
    free(prepare.bytes);
    return err;
}
