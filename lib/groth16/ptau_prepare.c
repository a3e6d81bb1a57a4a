#include "ptau_sections.h"

#include "group_ntt.h"

#include <stdlib.h>

enum { POINTS_AT_ONCE = 256 };

/* Memory for the largest transform of either group. */
struct prepare {
    struct roam_buf *out;
    unsigned threads;
    const struct roam_progress *progress;
    void *points; /* g1 or g2 */
    fr *twiddles;
};

static enum roam_err load_g1(g1 *points, const uint8_t *in, size_t have, size_t size)
{
    g1_affine p;
    for (size_t i = 0; i < size; i++) points[i] = g1_infinity;
    for (size_t i = 0; i < have && i < size; i++) {
        ROAM_TRY(g1_from_file(&p, in + i * G1_FORM_SIZE));
        g1_from_affine(&points[i], &p);
    }
    return ROAM_OK;
}

static enum roam_err load_g2(g2 *points, const uint8_t *in, size_t size)
{
    g2_affine p;
    for (size_t i = 0; i < size; i++) {
        ROAM_TRY(g2_from_file(&p, in + i * G2_FORM_SIZE));
        g2_from_affine(&points[i], &p);
    }
    return ROAM_OK;
}

static enum roam_err store_g1(struct roam_buf *out, const g1 *points, size_t size)
{
    g1_affine affine[POINTS_AT_ONCE];
    fp scratch[POINTS_AT_ONCE];
    uint8_t *at = buf_extend(out, size * G1_FORM_SIZE);
    if (at == NULL) return ROAM_E_NOMEM;
    for (size_t done = 0; done < size; done += POINTS_AT_ONCE) {
        size_t some = size - done < POINTS_AT_ONCE ? size - done : POINTS_AT_ONCE;
        g1_to_affine_batch_vartime(affine, points + done, scratch, some);
        for (size_t i = 0; i < some; i++) g1_to_file(at + (done + i) * G1_FORM_SIZE, &affine[i]);
    }
    return ROAM_OK;
}

static enum roam_err store_g2(struct roam_buf *out, const g2 *points, size_t size)
{
    g2_affine affine[POINTS_AT_ONCE];
    fp2 scratch[POINTS_AT_ONCE];
    uint8_t *at = buf_extend(out, size * G2_FORM_SIZE);
    if (at == NULL) return ROAM_E_NOMEM;
    for (size_t done = 0; done < size; done += POINTS_AT_ONCE) {
        size_t some = size - done < POINTS_AT_ONCE ? size - done : POINTS_AT_ONCE;
        g2_to_affine_batch_vartime(affine, points + done, scratch, some);
        for (size_t i = 0; i < some; i++) g2_to_file(at + (done + i) * G2_FORM_SIZE, &affine[i]);
    }
    return ROAM_OK;
}

/* All sizes up to 2^log_max of `have` points; what is missing counts as infinity. */
static enum roam_err lagrange_g1(struct prepare *prepare, uint32_t id, const uint8_t *in, size_t have,
                                 unsigned log_max, const char *what)
{
    size_t section;
    ROAM_TRY(binfile_begin_section(prepare->out, id, &section));
    for (unsigned log = 0; log <= log_max; log++) {
        if (!progress_step(prepare->progress, what, ptau_size(log), ptau_size(log_max + 1)))
            return ROAM_E_CANCELLED;
        ROAM_TRY(load_g1(prepare->points, in, have, ptau_size(log)));
        g1_inverse_ntt(prepare->points, log, prepare->twiddles, prepare->threads);
        ROAM_TRY(store_g1(prepare->out, prepare->points, ptau_size(log)));
    }
    binfile_end_section(prepare->out, section);
    return ROAM_OK;
}

static enum roam_err lagrange_g2(struct prepare *prepare, uint32_t id, const uint8_t *in, unsigned log_max,
                                 const char *what)
{
    size_t section;
    ROAM_TRY(binfile_begin_section(prepare->out, id, &section));
    for (unsigned log = 0; log <= log_max; log++) {
        if (!progress_step(prepare->progress, what, ptau_size(log), ptau_size(log_max + 1)))
            return ROAM_E_CANCELLED;
        ROAM_TRY(load_g2(prepare->points, in, ptau_size(log)));
        g2_inverse_ntt(prepare->points, log, prepare->twiddles, prepare->threads);
        ROAM_TRY(store_g2(prepare->out, prepare->points, ptau_size(log)));
    }
    binfile_end_section(prepare->out, section);
    return ROAM_OK;
}

static enum roam_err lagrange_all(struct prepare *prepare, const struct ptau *ptau)
{
    unsigned power = ptau->power;
    size_t n = ptau_size(power), count_tau = ptau_tau_g1_count(power);
    ROAM_TRY(lagrange_g1(prepare, SECTION_LAGRANGE_TAU_G1, ptau->tau_g1, count_tau, power + 1, "tau in G1"));
    ROAM_TRY(lagrange_g2(prepare, SECTION_LAGRANGE_TAU_G2, ptau->tau_g2, power, "tau in G2"));
    ROAM_TRY(lagrange_g1(prepare, SECTION_LAGRANGE_ALPHA_G1, ptau->alpha_g1, n, power, "alpha tau"));
    return lagrange_g1(prepare, SECTION_LAGRANGE_BETA_G1, ptau->beta_g1, n, power, "beta tau");
}

static enum roam_err copy_section(struct roam_buf *out, uint32_t id, const uint8_t *bytes, size_t size)
{
    size_t section;
    ROAM_TRY(binfile_begin_section(out, id, &section));
    ROAM_TRY(buf_append(out, bytes, size));
    binfile_end_section(out, section);
    return ROAM_OK;
}

static enum roam_err copy_powers(struct roam_buf *out, const struct ptau *ptau)
{
    size_t n = ptau_size(ptau->power);
    ROAM_TRY(ptau_put_header(out, ptau->power, ptau->ceremony_power));
    ROAM_TRY(copy_section(out, SECTION_TAU_G1, ptau->tau_g1, ptau_tau_g1_count(ptau->power) * G1_FORM_SIZE));
    ROAM_TRY(copy_section(out, SECTION_TAU_G2, ptau->tau_g2, n * G2_FORM_SIZE));
    ROAM_TRY(copy_section(out, SECTION_ALPHA_G1, ptau->alpha_g1, n * G1_FORM_SIZE));
    ROAM_TRY(copy_section(out, SECTION_BETA_G1, ptau->beta_g1, n * G1_FORM_SIZE));
    ROAM_TRY(copy_section(out, SECTION_BETA_G2, ptau->beta_g2, G2_FORM_SIZE));
    return copy_section(out, SECTION_RECORD, ptau->record.at, ptau->record.left);
}

enum roam_err ptau_prepare(struct roam_buf *out, const struct ptau *ptau, unsigned threads,
                           const struct roam_progress *progress, struct roam_diag *diag)
{
    size_t n = ptau_size(ptau->power);
    struct prepare prepare = {.out = out, .threads = threads, .progress = progress};
    if (ptau->power >= PTAU_POWER_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "power %u, at most %d can be prepared", ptau->power,
                         PTAU_POWER_MAX - 1);
    ROAM_TRY(copy_powers(out, ptau));
    prepare.points = malloc(2 * n * sizeof(g1) > n * sizeof(g2) ? 2 * n * sizeof(g1) : n * sizeof(g2));
    prepare.twiddles = malloc(n * sizeof *prepare.twiddles);
    enum roam_err err = ROAM_E_NOMEM;
    if (prepare.points != NULL && prepare.twiddles != NULL) err = lagrange_all(&prepare, ptau);
    free(prepare.points);
    free(prepare.twiddles);
    return err;
}
