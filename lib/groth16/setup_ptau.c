#include "setup.h"

#include "circuit_hash.h"
#include "parallel.h"
#include "point_terms.h"
#include "ptau_sections.h"
#include "setup_rows.h"

#include <stdlib.h>

enum { TERMS_PER_STEP = 1 << 16, NORMALISE_AT_ONCE = 256 };

/* L_j(tau) for every row j, in the four forms that the key is summed from. */
struct lagrange {
    g1_affine *tau_g1, *alpha_g1, *beta_g1;
    g2_affine *tau_g2;
};

/* Sums for each wire, until they are made affine. */
struct sums {
    g1 *a, *b1, *k; /* k: beta u + alpha v + w */
    g2 *b2;
};

struct ptau_setup {
    struct zkey *key;
    const struct r1cs_system *system;
    const struct ptau *ptau;
    struct lagrange lagrange;
    struct sums sums;
    char *memory;      /* of the threads */
    size_t begin, end; /* terms or constraints of the present step */
    unsigned threads;
    const struct roam_progress *progress;
    struct roam_diag *diag;
};

static enum roam_err point_diag(const struct ptau_setup *setup, enum roam_err err, size_t index)
{
    return err == ROAM_OK ? err
                          : roam_diag(setup->diag, err, "Lagrange point %zu of the ptau file is bad", index);
}

static enum roam_err load_g1(g1_affine *out, const struct ptau_setup *setup, const uint8_t *section,
                             unsigned log, size_t first, size_t stride, size_t count)
{
    const uint8_t *points = section + ptau_lagrange_offset(log) * G1_FORM_SIZE;
    for (size_t i = 0; i < count; i++)
        ROAM_TRY(point_diag(setup, g1_from_file(&out[i], points + (first + i * stride) * G1_FORM_SIZE), i));
    return ROAM_OK;
}

/* Points of G2 from file form, each checked to be in the group. */
struct load_g2 {
    g2_affine *out;
    const uint8_t *points;
    size_t count;
    size_t bad[PARALLEL_MAX]; /* the first bad point of each share, or count */
    enum roam_err err[PARALLEL_MAX];
};

static void load_g2_share(void *context, struct share share)
{
    struct load_g2 *load = context;
    size_t i = share_begin(share, load->count), end = share_end(share, load->count);
    enum roam_err err = ROAM_OK;
    for (; i < end; i++) {
        err = g2_from_file(&load->out[i], load->points + i * G2_FORM_SIZE);
        if (err == ROAM_OK && !g2_affine_is_valid_vartime(&load->out[i])) err = ROAM_E_POINT;
        if (err != ROAM_OK) break;
    }
    load->bad[share.index] = i;
    load->err[share.index] = err;
}

static enum roam_err load_g2(g2_affine *out, const struct ptau_setup *setup, const uint8_t *section,
                             unsigned log, size_t count)
{
    struct load_g2 load = {
        .out = out, .points = section + ptau_lagrange_offset(log) * G2_FORM_SIZE, .count = count};
    parallel_run(setup->threads, load_g2_share, &load);
    for (unsigned i = 0; i < setup->threads; i++) ROAM_TRY(point_diag(setup, load.err[i], load.bad[i]));
    return ROAM_OK;
}

static enum roam_err load_lagrange(struct ptau_setup *setup)
{
    const struct ptau *ptau = setup->ptau;
    struct lagrange *l = &setup->lagrange;
    unsigned log = setup->key->log_domain;
    size_t n = setup->key->domain_size;
    if (!progress_step(setup->progress, "reading the powers", 0, 1)) return ROAM_E_CANCELLED;
    ROAM_TRY(load_g1(l->tau_g1, setup, ptau->lagrange_tau_g1, log, 0, 1, n));
    ROAM_TRY(load_g1(l->alpha_g1, setup, ptau->lagrange_alpha_g1, log, 0, 1, n));
    ROAM_TRY(load_g1(l->beta_g1, setup, ptau->lagrange_beta_g1, log, 0, 1, n));
    ROAM_TRY(load_g2(l->tau_g2, setup, ptau->lagrange_tau_g2, log, n));
    return load_g1(setup->key->h, setup, ptau->lagrange_tau_g1, log + 1, 1, 2, n);
}

/* Wires are dealt out to the threads in turn, so that no two write one sum. */
static bool mine(struct share share, uint32_t wire) { return wire % share.count == share.index; }

static size_t thread_memory(void) { return g1_terms_size() + g2_terms_size(); }

static struct g1_terms *g1_terms_of(const struct ptau_setup *setup, struct share share)
{
    return (void *)(setup->memory + share.index * thread_memory());
}

static struct g2_terms *g2_terms_of(const struct ptau_setup *setup, struct share share)
{
    return (void *)(setup->memory + share.index * thread_memory() + g1_terms_size());
}

static void sum_terms(void *context, struct share share)
{
    const struct ptau_setup *setup = context;
    const struct lagrange *l = &setup->lagrange;
    const struct sums *s = &setup->sums;
    struct g1_terms *terms1 = g1_terms_of(setup, share);
    struct g2_terms *terms2 = g2_terms_of(setup, share);
    g1_terms_init(terms1);
    g2_terms_init(terms2);
    for (size_t i = setup->begin; i < setup->end; i++) {
        const struct zkey_term *term = &setup->key->terms[i];
        if (!mine(share, term->wire)) continue;
        if (term->matrix == ZKEY_MATRIX_A) {
            g1_terms_add(terms1, &s->a[term->wire], &l->tau_g1[term->row], &term->value);
            g1_terms_add(terms1, &s->k[term->wire], &l->beta_g1[term->row], &term->value);
        } else {
            g1_terms_add(terms1, &s->b1[term->wire], &l->tau_g1[term->row], &term->value);
            g2_terms_add(terms2, &s->b2[term->wire], &l->tau_g2[term->row], &term->value);
            g1_terms_add(terms1, &s->k[term->wire], &l->alpha_g1[term->row], &term->value);
        }
    }
    g1_terms_flush(terms1);
    g2_terms_flush(terms2);
}

static void sum_c(void *context, struct share share)
{
    const struct ptau_setup *setup = context;
    const struct r1cs_system *system = setup->system;
    struct g1_terms *terms = g1_terms_of(setup, share);
    g1_terms_init(terms);
    for (size_t i = setup->begin; i < setup->end; i++)
        for (uint64_t k = system->row_start[3 * i + R1CS_C]; k < system->row_start[3 * i + 3]; k++)
            if (mine(share, system->wire[k]))
                g1_terms_add(terms, &setup->sums.k[system->wire[k]], &setup->lagrange.tau_g1[i],
                             &system->coeff[k]);
    g1_terms_flush(terms);
}

static enum roam_err in_steps(struct ptau_setup *setup, void (*sum)(void *, struct share), size_t count,
                              const char *what)
{
    for (setup->begin = 0; setup->begin < count; setup->begin = setup->end) {
        if (!progress_step(setup->progress, what, setup->begin, count)) return ROAM_E_CANCELLED;
        setup->end = count - setup->begin < TERMS_PER_STEP ? count : setup->begin + TERMS_PER_STEP;
        parallel_run(setup->threads, sum, setup);
    }
    return ROAM_OK;
}

static void normalise_g1(g1_affine *out, const g1 *points, size_t count)
{
    fp scratch[NORMALISE_AT_ONCE];
    for (size_t done = 0; done < count; done += NORMALISE_AT_ONCE)
        g1_to_affine_batch_vartime(out + done, points + done, scratch,
                                   count - done < NORMALISE_AT_ONCE ? count - done : NORMALISE_AT_ONCE);
}

static void normalise_g2(g2_affine *out, const g2 *points, size_t count)
{
    fp2 scratch[NORMALISE_AT_ONCE];
    for (size_t done = 0; done < count; done += NORMALISE_AT_ONCE)
        g2_to_affine_batch_vartime(out + done, points + done, scratch,
                                   count - done < NORMALISE_AT_ONCE ? count - done : NORMALISE_AT_ONCE);
}

static enum roam_err header_points(struct ptau_setup *setup)
{
    struct zkey *key = setup->key;
    ROAM_TRY(point_diag(setup, g1_from_file(&key->alpha1, setup->ptau->alpha_g1), 0));
    ROAM_TRY(point_diag(setup, g1_from_file(&key->beta1, setup->ptau->beta_g1), 0));
    ROAM_TRY(point_diag(setup, g2_from_file(&key->beta2, setup->ptau->beta_g2), 0));
    key->gamma2 = key->delta2 = g2_generator;
    key->delta1 = g1_generator;
    return ROAM_OK;
}

static enum roam_err sum_wires(struct ptau_setup *setup)
{
    struct zkey *key = setup->key;
    size_t public_wires = (size_t)key->public_count + 1;
    for (size_t i = 0; i < key->wire_count; i++) {
        setup->sums.a[i] = setup->sums.b1[i] = setup->sums.k[i] = g1_infinity;
        setup->sums.b2[i] = g2_infinity;
    }
    ROAM_TRY(in_steps(setup, sum_terms, key->term_count, "summing A and B"));
    ROAM_TRY(in_steps(setup, sum_c, setup->system->constraint_count, "summing C"));
    normalise_g1(key->a, setup->sums.a, key->wire_count);
    normalise_g1(key->b1, setup->sums.b1, key->wire_count);
    normalise_g2(key->b2, setup->sums.b2, key->wire_count);
    normalise_g1(key->ic, setup->sums.k, public_wires);
    normalise_g1(key->c, setup->sums.k + public_wires, key->wire_count - public_wires);
    return ROAM_OK;
}

static enum roam_err allocate(struct ptau_setup *setup)
{
    struct lagrange *l = &setup->lagrange;
    struct sums *s = &setup->sums;
    size_t n = setup->key->domain_size, wires = setup->key->wire_count;
    l->tau_g1 = malloc(n * sizeof *l->tau_g1);
    l->alpha_g1 = malloc(n * sizeof *l->alpha_g1);
    l->beta_g1 = malloc(n * sizeof *l->beta_g1);
    l->tau_g2 = malloc(n * sizeof *l->tau_g2);
    s->a = malloc(wires * sizeof *s->a);
    s->b1 = malloc(wires * sizeof *s->b1);
    s->k = malloc(wires * sizeof *s->k);
    s->b2 = malloc(wires * sizeof *s->b2);
    setup->memory = aligned_alloc(64, setup->threads * thread_memory());
    bool good = setup->memory != NULL && l->tau_g1 != NULL && l->alpha_g1 != NULL && l->beta_g1 != NULL &&
                l->tau_g2 != NULL && s->a != NULL && s->b1 != NULL && s->k != NULL && s->b2 != NULL;
    return good ? ROAM_OK : ROAM_E_NOMEM;
}

static void release(struct ptau_setup *setup)
{
    free(setup->memory);
    free(setup->lagrange.tau_g1);
    free(setup->lagrange.alpha_g1);
    free(setup->lagrange.beta_g1);
    free(setup->lagrange.tau_g2);
    free(setup->sums.a);
    free(setup->sums.b1);
    free(setup->sums.k);
    free(setup->sums.b2);
}

static enum roam_err run(struct ptau_setup *setup)
{
    ROAM_TRY(allocate(setup));
    ROAM_TRY(load_lagrange(setup));
    ROAM_TRY(header_points(setup));
    ROAM_TRY(sum_wires(setup));
    return circuit_hash(setup->key->circuit_hash, setup->key, setup->ptau, setup->diag);
}

static enum roam_err check_ptau(const struct zkey *key, const struct ptau *ptau, struct roam_diag *diag)
{
    if (!ptau->prepared)
        return roam_diag(diag, ROAM_E_UNSUPPORTED, "the ptau file is not prepared for phase 2");
    if (key->log_domain > ptau->power)
        return roam_diag(diag, ROAM_E_LIMIT, "the circuit needs power %u, the ptau file has %u",
                         key->log_domain, ptau->power);
    return circuit_hash_check(key->domain_size, ptau, diag);
}

enum roam_err setup_from_ptau(struct zkey *out, const struct r1cs_system *system, const struct ptau *ptau,
                              unsigned threads, const struct roam_progress *progress, struct roam_diag *diag)
{
    struct zkey key;
    ROAM_TRY(setup_rows(&key, system, diag));
    struct ptau_setup setup = {
        .key = &key, .system = system, .ptau = ptau, .threads = threads, .progress = progress, .diag = diag};
    enum roam_err err = check_ptau(&key, ptau, diag);
    if (err == ROAM_OK) err = run(&setup);
    release(&setup);
    if (err == ROAM_OK)
        *out = key;
    else
        zkey_release(&key);
    return err;
}
