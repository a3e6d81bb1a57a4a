#include "miller.h"

#include "fp_inline.h"
#include "g2_psi.h"

/* The optimal ate pairing of BN curves (Vercauteren, eprint 2008/096):
 *   f = f_{6x+2,Q}(P) * l_{T,psi(Q)}(P) * l_{T+psi(Q),-psi^2(Q)}(P),   T = [6x+2] Q,   e = f^((p^12-1)/r)
 * Points of the twist go to the curve over Fp12 by (x, y) -> (x w^2, y w^3), so a line with slope m in twist
 * coordinates through (x, y) takes at P, up to a factor from Fp2 that the final exponentiation removes, the
 * value yP - m xP w + (m x - y) w^3. */

/* The steps of the loop: 2 doubles T; + and - add Q and -Q; f and g add psi(Q) and -psi^2(Q). */
static const char ate_steps[G2_LINES + 1] = ATE_STEPS;

/* scale * yP + slope * xP * w + constant * w^3 */
struct line {
    fp2 scale, slope, constant;
};

/* Homogeneous projective: (X/Z, Y/Z) */
struct twist_point {
    fp2 x, y, z;
};

/* Costello, Lange and Naehrig (eprint 2009/615), section 5; coordinates scaled by 4 to save the halvings.
 * With A = X^2, B = Y^2, C = Z^2, E = 3b C, F = 3E, H = 2YZ:
 * X3 = 2XY (B - F),  Y3 = (B + F)^2 - 12 E^2,  Z3 = 4 B H;  line H yP - 3A xP w + (B - E) w^3. */
static void double_step(struct line *l, struct twist_point *t)
{
    static const fp2 b3 = {G2_3B};
    fp2 a, b, c, e, f, xy2;
    fp2_sqr(&a, &t->x);
    fp2_sqr(&b, &t->y);
    fp2_sqr(&c, &t->z);
    fp2_mul(&e, &c, &b3);
    fp2_double(&f, &e);
    fp2_add(&f, &f, &e);
    fp2_add(&l->scale, &t->y, &t->z);
    fp2_sqr(&l->scale, &l->scale);
    fp2_sub(&l->scale, &l->scale, &b);
    fp2_sub(&l->scale, &l->scale, &c);
    fp2_add(&xy2, &t->x, &t->y);
    fp2_sqr(&xy2, &xy2);
    fp2_sub(&xy2, &xy2, &a);
    fp2_sub(&xy2, &xy2, &b);

    fp2_sub(&t->x, &b, &f);
    fp2_mul(&t->x, &t->x, &xy2);
    fp2_mul(&t->z, &b, &l->scale);
    fp2_double(&t->z, &t->z);
    fp2_double(&t->z, &t->z);
    fp2_add(&t->y, &b, &f);
    fp2_sqr(&t->y, &t->y);
    fp2_sqr(&c, &e);
    fp2_double(&f, &c);
    fp2_add(&c, &f, &c);
    fp2_double(&c, &c);
    fp2_double(&c, &c);
    fp2_sub(&t->y, &t->y, &c);

    fp2_double(&l->slope, &a);
    fp2_add(&l->slope, &l->slope, &a);
    fp2_neg(&l->slope, &l->slope);
    fp2_sub(&l->constant, &b, &e);
}

/* With m = theta/lambda the slope, theta = Y - yQ Z, lambda = X - xQ Z, E = lambda^3, G = X lambda^2,
 * H = E + Z theta^2 - 2G:  X3 = lambda H,  Y3 = theta (G - H) - E Y,  Z3 = Z E;
 * line lambda yP - theta xP w + (theta xQ - lambda yQ) w^3. */
static void add_step(struct line *l, struct twist_point *t, const g2_affine *q)
{
    fp2 theta, lambda, e, g, h, u;
    fp2_mul(&theta, &q->y, &t->z);
    fp2_sub(&theta, &t->y, &theta);
    fp2_mul(&lambda, &q->x, &t->z);
    fp2_sub(&lambda, &t->x, &lambda);

    fp2_sqr(&u, &lambda);
    fp2_mul(&e, &u, &lambda);
    fp2_mul(&g, &u, &t->x);
    fp2_sqr(&h, &theta);
    fp2_mul(&h, &h, &t->z);
    fp2_add(&h, &h, &e);
    fp2_sub(&h, &h, &g);
    fp2_sub(&h, &h, &g);
    fp2_mul(&t->x, &lambda, &h);
    fp2_sub(&g, &g, &h);
    fp2_mul(&g, &g, &theta);
    fp2_mul(&u, &e, &t->y);
    fp2_sub(&t->y, &g, &u);
    fp2_mul(&t->z, &t->z, &e);

    l->scale = lambda;
    fp2_neg(&l->slope, &theta);
    fp2_mul(&l->constant, &theta, &q->x);
    fp2_mul(&u, &lambda, &q->y);
    fp2_sub(&l->constant, &l->constant, &u);
}

/* -psi^2(x, y) = (x g_2^(p+1), y), because g_3^(p+1) = -1; g_i = xi^(i (p-1)/6) */
void g2_affine_minus_psi_sqr(g2_affine *out, const g2_affine *q)
{
    static const fp norm_of_g_2 = {{FROBENIUS_SQR_2}};
    fp2_mul_fp(&out->x, &q->x, &norm_of_g_2);
    out->y = q->y;
}

/* Moves t on by one step of the loop over q and gives the line of that step. */
static void take_step(struct line *l, struct twist_point *t, const g2_affine *q, char step)
{
    g2_affine image = *q;
    if (step == '-') g2_affine_neg(&image, q);
    if (step == 'f') g2_affine_psi(&image, q);
    if (step == 'g') g2_affine_minus_psi_sqr(&image, q);
    if (step == '2')
        double_step(l, t);
    else
        add_step(l, t, &image);
}

void g2_prepare(g2_prepared *out, const g2_affine *q)
{
    out->count = 0;
    if (g2_affine_is_infinity(q)) return;
    fp2 scale[G2_LINES], scratch[G2_LINES];
    struct twist_point t = {q->x, q->y, fp2_one};
    for (size_t i = 0; i < G2_LINES; i++) {
        struct line l;
        take_step(&l, &t, q, ate_steps[i]);
        scale[i] = l.scale;
        out->line[i].slope = l.slope;
        out->line[i].constant = l.constant;
    }
    fp2_batch_inv_vartime(scale, scratch, G2_LINES);
    for (size_t i = 0; i < G2_LINES; i++) {
        fp2_mul(&out->line[i].slope, &out->line[i].slope, &scale[i]);
        fp2_mul(&out->line[i].constant, &out->line[i].constant, &scale[i]);
    }
    out->count = G2_LINES;
}

static void multiply_by_line(fp12 *f, struct twist_point *t, const g1_affine *p, const g2_affine *q,
                             char step)
{
    struct line l;
    take_step(&l, t, q, step);
    fp2_mul_fp(&l.scale, &l.scale, &p->y);
    fp2_mul_fp(&l.slope, &l.slope, &p->x);
    fp12_mul_line(f, f, &l.scale, &l.slope, &l.constant);
}

/* Where a prepared line is taken: it was divided by its scale, and is divided by yP, which is not 0 because
 * no point of G1 has order 2. */
struct line_at {
    fp x_over_y, y_inv;
};

static void prepare_fixed(struct line_at at[MILLER_FIXED_MAX], const struct miller_terms *terms)
{
    fp y_inv[MILLER_FIXED_MAX], scratch[MILLER_FIXED_MAX];
    for (size_t j = 0; j < terms->fixed_count; j++) y_inv[j] = terms->fixed_p[terms->fixed_place[j]].y;
    fp_batch_inv_vartime(y_inv, scratch, terms->fixed_count);
    for (size_t j = 0; j < terms->fixed_count; j++) {
        at[j].y_inv = y_inv[j];
        fp_mul(&at[j].x_over_y, &terms->fixed_p[terms->fixed_place[j]].x, &y_inv[j]);
    }
}

static void multiply_by_fixed_line(fp12 *f, const struct line_at *at, const g2_prepared *q, size_t i)
{
    fp2 slope, constant;
    fp2_mul_fp(&slope, &q->line[i].slope, &at->x_over_y);
    fp2_mul_fp(&constant, &q->line[i].constant, &at->y_inv);
    fp12_mul_monic_line(f, f, &slope, &constant);
}

/* After the loop t = (6x + 2) Q + psi(Q) - psi^2(Q), and Q is in the group exactly if that is -psi^3(Q): on
 * the twist over Fp2 psi^4 = psi^2 - 1, and the resultant of T^3 - T^2 + T + 6x + 2 and T^4 - T^2 + 1 has the
 * common divisor r with the twist's order (eprint 2022/348; tests/unit/test_pairing.c checks it). Sums that
 * add_step cannot make do not occur in the group, whose order is larger than all multiples on the way; other
 * points they leave at Z = 0. */
static bool ends_in_group(const struct twist_point *t, const g2_affine *q)
{
    g2_affine image;
    fp2 x, y;
    g2_affine_minus_psi_sqr(&image, q);
    g2_affine_psi(&image, &image);
    fp2_mul(&x, &image.x, &t->z);
    fp2_mul(&y, &image.y, &t->z);
    return fp2_equal(&x, &t->x) && fp2_equal(&y, &t->y) && !fp2_is_zero(&t->z);
}

void miller_scalar(fp12 *out, const struct miller_terms *terms)
{
    struct twist_point t[MILLER_MAX];
    struct line_at at[MILLER_FIXED_MAX];
    const size_t *place = terms->place;
    ROAM_ASSERT(terms->count <= MILLER_MAX && terms->fixed_count <= MILLER_FIXED_MAX);
    prepare_fixed(at, terms);
    for (size_t j = 0; j < terms->count; j++)
        t[j] = (struct twist_point){terms->q[place[j]].x, terms->q[place[j]].y, fp2_one};
    *out = fp12_one;
    for (size_t i = 0; i < G2_LINES; i++) {
        if (ate_steps[i] == '2') fp12_sqr(out, out);
        for (size_t j = 0; j < terms->count; j++)
            multiply_by_line(out, &t[j], &terms->p[place[j]], &terms->q[place[j]], ate_steps[i]);
        for (size_t j = 0; j < terms->fixed_count; j++)
            multiply_by_fixed_line(out, &at[j], terms->fixed_q[terms->fixed_place[j]], i);
    }
    for (size_t j = 0; j < terms->count && terms->in_group != NULL; j++)
        if (!ends_in_group(&t[j], &terms->q[place[j]])) terms->in_group[place[j]] = false;
}
