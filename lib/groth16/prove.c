#include "prove.h"

#include "arena.h"
#include "ct.h"
#include "msm.h"
#include "ntt.h"
#include "root_of_unity.h"

enum { STEPS = 9 };

struct prover {
    const struct zkey *key;
    const fr *witness;
    const struct groth16_prove_options *options;
    uint64_t step;
    fr *a, *b, *c;   /* [domain_size] */
    fr_int *scalars; /* [scalar_count] */
    size_t scalar_count;
    void *domain_memory, *msm_memory;
    fr r, s;
};

static size_t max(size_t a, size_t b) { return a > b ? a : b; }

static size_t scalar_count(const struct zkey *key) { return max(key->wire_count, key->domain_size); }

static size_t msm_size(const struct zkey *key, unsigned threads)
{
    return max(g1_msm_scratch_size(scalar_count(key), threads),
               g2_msm_scratch_size(key->wire_count, threads));
}

size_t groth16_prove_scratch_size(const struct zkey *key, unsigned threads)
{
    return 3 * (key->domain_size * sizeof(fr) + 64) + scalar_count(key) * sizeof(fr_int) + 64 +
           ntt_domain_scratch_size(key->log_domain) + 64 + msm_size(key, threads) + 64;
}

static void take_memory(struct prover *p, void *scratch)
{
    unsigned threads = p->options->threads;
    struct roam_arena arena = arena_over(scratch, groth16_prove_scratch_size(p->key, threads));
    p->scalar_count = scalar_count(p->key);
    p->a = arena_take(&arena, p->key->domain_size * sizeof *p->a);
    p->b = arena_take(&arena, p->key->domain_size * sizeof *p->b);
    p->c = arena_take(&arena, p->key->domain_size * sizeof *p->c);
    p->scalars = arena_take(&arena, p->scalar_count * sizeof *p->scalars);
    p->domain_memory = arena_take(&arena, ntt_domain_scratch_size(p->key->log_domain));
    p->msm_memory = arena_take(&arena, msm_size(p->key, threads));
    ROAM_ASSERT(p->msm_memory != NULL);
}

static void wipe_memory(struct prover *p)
{
    size_t polynomial = p->key->domain_size * sizeof(fr);
    roam_wipe(p->a, polynomial);
    roam_wipe(p->b, polynomial);
    roam_wipe(p->c, polynomial);
    roam_wipe(p->scalars, p->scalar_count * sizeof *p->scalars);
    roam_wipe(p->msm_memory, msm_size(p->key, p->options->threads));
    roam_wipe(&p->r, sizeof p->r);
    roam_wipe(&p->s, sizeof p->s);
}

static enum roam_err next_step(struct prover *p, const char *what)
{
    return progress_step(p->options->progress, what, p->step++, STEPS) ? ROAM_OK : ROAM_E_CANCELLED;
}

/* a = A w and b = B w over the rows, c = a b there. */
static void evaluate_rows(struct prover *p)
{
    fr product;
    for (size_t i = 0; i < p->key->term_count; i++) {
        const struct zkey_term *term = &p->key->terms[i];
        fr *sum = term->matrix == ZKEY_MATRIX_A ? &p->a[term->row] : &p->b[term->row];
        fr_mul(&product, &term->value, &p->witness[term->wire]);
        fr_add(sum, sum, &product);
    }
    for (size_t i = 0; i < p->key->domain_size; i++) fr_mul(&p->c[i], &p->a[i], &p->b[i]);
    roam_wipe(&product, sizeof product);
}

/* Scalars become the values of a b - c on the odd coset. */
static enum roam_err quotient_scalars(struct prover *p)
{
    unsigned threads = p->options->threads;
    struct ntt_domain domain;
    fr shift, *polynomials[3] = {p->a, p->b, p->c};
    ROAM_TRY(next_step(p, "evaluating the constraints"));
    evaluate_rows(p);
    ROAM_TRY(next_step(p, "transforming"));
    ntt_domain_init(&domain, p->key->log_domain, p->domain_memory);
    root_of_unity(&shift, p->key->log_domain + 1);
    for (int i = 0; i < 3; i++) {
        ntt_inverse(&domain, polynomials[i], threads);
        ntt_shift(polynomials[i], domain.size, &shift, threads);
        ntt_forward(&domain, polynomials[i], threads);
    }
    for (size_t i = 0; i < domain.size; i++) {
        fr value;
        fr_mul(&value, &p->a[i], &p->b[i]);
        fr_sub(&value, &value, &p->c[i]);
        fr_to_limbs(p->scalars[i].limb, &value);
    }
    return ROAM_OK;
}

static enum roam_err sum_g1(g1 *out, struct prover *p, const char *what, const g1_affine *points,
                            const fr_int *scalars, size_t count)
{
    ROAM_TRY(next_step(p, what));
    g1_msm_vartime(out, points, scalars, count, p->options->threads, p->msm_memory);
    return ROAM_OK;
}

/* The four sums over the witness: a, b1, c in G1 and b2. */
static enum roam_err witness_sums(g1 *a, g1 *b1, g2 *b2, g1 *c, struct prover *p)
{
    const struct zkey *key = p->key;
    size_t first_private = (size_t)key->public_count + 1;
    for (size_t i = 0; i < key->wire_count; i++) fr_to_limbs(p->scalars[i].limb, &p->witness[i]);
    ROAM_TRY(sum_g1(a, p, "summing A", key->a, p->scalars, key->wire_count));
    ROAM_TRY(sum_g1(b1, p, "summing B in G1", key->b1, p->scalars, key->wire_count));
    ROAM_TRY(next_step(p, "summing B in G2"));
    g2_msm_vartime(b2, key->b2, p->scalars, key->wire_count, p->options->threads, p->msm_memory);
    return sum_g1(c, p, "summing C", key->c, p->scalars + first_private, key->wire_count - first_private);
}

/* sum += scalar * point, in constant time as far as the scalar goes */
static void add_multiple(g1 *sum, const g1 *point, const fr *scalar)
{
    g1 term;
    g1_mul(&term, point, scalar);
    g1_add_vartime(sum, sum, &term);
    roam_wipe(&term, sizeof term);
}

static void draw(fr *out, const struct roam_env *env)
{
    uint8_t bytes[64];
    env_random(env, bytes, sizeof bytes);
    fr_from_wide(out, bytes);
    roam_wipe(bytes, sizeof bytes);
}

static void blind(struct prover *p, g1 *a, g1 *b1, g2 *b2, g1 *c)
{
    const struct zkey *key = p->key;
    g1 delta1;
    g2 delta2;
    fr product;
    g1_from_affine(&delta1, &key->delta1);
    g2_from_affine(&delta2, &key->delta2);
    g1_add_affine_vartime(a, a, &key->alpha1);
    add_multiple(a, &delta1, &p->r);
    g2_add_affine_vartime(b2, b2, &key->beta2);
    g2_mul(&delta2, &delta2, &p->s);
    g2_add_vartime(b2, b2, &delta2);
    g1_add_affine_vartime(b1, b1, &key->beta1);
    add_multiple(b1, &delta1, &p->s);

    add_multiple(c, a, &p->s);
    add_multiple(c, b1, &p->r);
    fr_mul(&product, &p->r, &p->s);
    fr_neg(&product, &product);
    add_multiple(c, &delta1, &product);
    roam_wipe(&delta2, sizeof delta2);
    roam_wipe(&product, sizeof product);
}

static enum roam_err prove(groth16_proof *out, struct prover *p, const struct roam_env *env)
{
    g1 a, b1, c, h;
    g2 b2;
    ROAM_TRY(witness_sums(&a, &b1, &b2, &c, p));
    ROAM_TRY(quotient_scalars(p));
    ROAM_TRY(sum_g1(&h, p, "summing H", p->key->h, p->scalars, p->key->domain_size));
    ROAM_TRY(next_step(p, "blinding"));
    g1_add_vartime(&c, &c, &h);
    draw(&p->r, env);
    draw(&p->s, env);
    blind(p, &a, &b1, &b2, &c);
    g1_to_affine(&out->a, &a);
    g2_to_affine(&out->b, &b2);
    g1_to_affine(&out->c, &c);
    roam_wipe(&b1, sizeof b1);
    roam_wipe(&h, sizeof h);
    return ROAM_OK;
}

static enum roam_err check_witness(const struct zkey *key, const fr *witness, size_t wire_count,
                                   const struct r1cs_system *system, struct roam_diag *diag)
{
    uint32_t failing;
    if (wire_count != key->wire_count)
        return roam_diag(diag, ROAM_E_COUNT, "the witness has %zu values, the key %u wires", wire_count,
                         key->wire_count);
    if (!fr_equal(&witness[0], &fr_one))
        return roam_diag(diag, ROAM_E_RANGE, "value 0 of the witness is not 1");
    if (system == NULL) return ROAM_OK;
    if (system->wire_count != key->wire_count || r1cs_public_count(system) != key->public_count)
        return roam_diag(diag, ROAM_E_COUNT, "the constraints have %u wires, %u public, the key %u and %u",
                         system->wire_count, r1cs_public_count(system), key->wire_count, key->public_count);
    enum roam_err err = r1cs_check(system, witness, &failing);
    return err == ROAM_OK ? err : roam_diag(diag, err, "the witness does not satisfy constraint %u", failing);
}

enum roam_err groth16_prove(groth16_proof *out, const struct zkey *key, const fr *witness, size_t wire_count,
                            const struct groth16_prove_options *options, const struct roam_env *env,
                            void *scratch, struct roam_diag *diag)
{
    ROAM_TRY(check_witness(key, witness, wire_count, options->system, diag));
    struct prover prover = {.key = key, .witness = witness, .options = options};
    take_memory(&prover, scratch);
    enum roam_err err = prove(out, &prover, env);
    wipe_memory(&prover);
    return err;
}
