#include "pairing.h"

#include "fp_inline.h"
#include "g2_psi.h"

/* The optimal ate pairing of BN curves (Vercauteren, eprint 2008/096):
 *   f = f_{6x+2,Q}(P) * l_{T,psi(Q)}(P) * l_{T+psi(Q),-psi^2(Q)}(P),   T = [6x+2] Q,   e = f^((p^12-1)/r)
 * Points of the twist go to the curve over Fp12 by (x, y) -> (x w^2, y w^3), so a line with slope m in twist
 * coordinates through (x, y) takes at P, up to a factor from Fp2 that the final exponentiation removes, the
 * value yP - m xP w + (m x - y) w^3. */

/* The steps of the loop: 2 doubles T; + and - add Q and -Q; f and g add psi(Q) and -psi^2(Q). */
static const char ate_steps[G2_LINES + 1] = ATE_STEPS;

/* How many Miller loops share their squarings at most; bounds the stack. */
enum { PAIRS_AT_ONCE = 32 };

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
static void minus_psi_sqr(g2_affine *out, const g2_affine *q)
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
    if (step == 'g') minus_psi_sqr(&image, q);
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

/* f = prod MillerLoop over at most PAIRS_AT_ONCE pairs. */
static void miller_some(fp12 *f, const g1_affine *p, const g2_affine *q, size_t count)
{
    struct twist_point t[PAIRS_AT_ONCE];
    for (size_t j = 0; j < count; j++) t[j] = (struct twist_point){q[j].x, q[j].y, fp2_one};
    *f = fp12_one;
    for (size_t i = 0; i < G2_LINES; i++) {
        if (ate_steps[i] == '2') fp12_sqr(f, f);
        for (size_t j = 0; j < count; j++) {
            if (g1_affine_is_infinity(&p[j]) || g2_affine_is_infinity(&q[j])) continue;
            struct line l;
            take_step(&l, &t[j], &q[j], ate_steps[i]);
            fp2_mul_fp(&l.scale, &l.scale, &p[j].y);
            fp2_mul_fp(&l.slope, &l.slope, &p[j].x);
            fp12_mul_line(f, f, &l.scale, &l.slope, &l.constant);
        }
    }
}

/* The same; lines are divided by yP, which is not 0 because no point of G1 has order 2. */
static void miller_some_prepared(fp12 *f, const g1_affine *p, const g2_prepared *const *q, size_t count)
{
    fp y_inv[PAIRS_AT_ONCE], x_over_y[PAIRS_AT_ONCE];
    for (size_t j = 0; j < count; j++) y_inv[j] = p[j].y;
    fp_batch_inv_vartime(y_inv, x_over_y, count);
    for (size_t j = 0; j < count; j++) fp_mul(&x_over_y[j], &p[j].x, &y_inv[j]);
    *f = fp12_one;
    for (size_t i = 0; i < G2_LINES; i++) {
        if (ate_steps[i] == '2') fp12_sqr(f, f);
        for (size_t j = 0; j < count; j++) {
            if (g1_affine_is_infinity(&p[j]) || q[j]->count == 0) continue;
            fp2 slope, constant;
            fp2_mul_fp(&slope, &q[j]->line[i].slope, &x_over_y[j]);
            fp2_mul_fp(&constant, &q[j]->line[i].constant, &y_inv[j]);
            fp12_mul_monic_line(f, f, &slope, &constant);
        }
    }
}

static size_t next_group(size_t done, size_t count)
{
    return count - done < PAIRS_AT_ONCE ? count - done : PAIRS_AT_ONCE;
}

void pairing_miller(fp12 *out, const g1_affine *p, const g2_affine *q, size_t count)
{
    *out = fp12_one;
    for (size_t done = 0; done < count; done += next_group(done, count)) {
        fp12 f;
        miller_some(&f, p + done, q + done, next_group(done, count));
        fp12_mul(out, out, &f);
    }
}

void pairing_miller_prepared(fp12 *out, const g1_affine *p, const g2_prepared *const *q, size_t count)
{
    *out = fp12_one;
    for (size_t done = 0; done < count; done += next_group(done, count)) {
        fp12 f;
        miller_some_prepared(&f, p + done, q + done, next_group(done, count));
        fp12_mul(out, out, &f);
    }
}

/* a^x for a in the cyclotomic subgroup, x in signed digits -7, -5 .. 7; a^-1 = conj(a). */
static void pow_x(fp12 *out, const fp12 *a)
{
    static const signed char digits[] = {X_DIGITS};
    fp12 odd[4], square, t; /* a, a^3, a^5, a^7 */
    fp12_cyclotomic_sqr(&square, a);
    odd[0] = *a;
    for (int i = 1; i < 4; i++) fp12_mul(&odd[i], &odd[i - 1], &square);
    t = odd[digits[0] / 2];
    for (size_t i = 1; i < sizeof digits; i++) {
        fp12_cyclotomic_sqr(&t, &t);
        if (digits[i] > 0) fp12_mul(&t, &t, &odd[digits[i] / 2]);
        if (digits[i] < 0) {
            fp12_conj(&square, &odd[-digits[i] / 2]);
            fp12_mul(&t, &t, &square);
        }
    }
    *out = t;
}

/* f^((p^6 - 1)(p^2 + 1)), which lies in the cyclotomic subgroup */
static void easy_part(fp12 *out, const fp12 *f)
{
    fp12 t, inverse;
    fp12_inv(&inverse, f);
    fp12_conj(&t, f);
    fp12_mul(&t, &t, &inverse);
    fp12_frobenius_sqr(out, &t);
    fp12_mul(out, out, &t);
}

/* out = a * b^p */
static void mul_frobenius(fp12 *out, const fp12 *a, const fp12 *b)
{
    fp12 image;
    fp12_frobenius(&image, b);
    fp12_mul(out, a, &image);
}

/* a^((p^4 - p^2 + 1)/r), exactly. Scott et al. (eprint 2008/490): the exponent is, in powers of p,
 *   p^3 + (6x^2 + 1) p^2 + (-36x^3 - 18x^2 - 12x + 1) p + (-36x^3 - 30x^2 - 18x - 2),
 * so the result is y0 y1^2 y2^6 y3^12 y4^18 y5^30 y6^36 with the y below. */
static void hard_part(fp12 *out, const fp12 *a)
{
    fp12 a_x, a_xx, a_xxx, y0, y1, y2, y3, y4, y5, y6;
    pow_x(&a_x, a);
    pow_x(&a_xx, &a_x);
    pow_x(&a_xxx, &a_xx);

    fp12_frobenius(&y0, a);
    fp12_frobenius_sqr(&y1, a);
    fp12_mul(&y0, &y0, &y1);
    fp12_frobenius(&y1, &y1);
    fp12_mul(&y0, &y0, &y1);        /* a^(p + p^2 + p^3) */
    fp12_conj(&y1, a);              /* a^-1 */
    fp12_frobenius_sqr(&y2, &a_xx); /* a^(x^2 p^2) */
    fp12_frobenius(&y3, &a_x);      /* a^(-x p) */
    fp12_conj(&y3, &y3);
    mul_frobenius(&y4, &a_x, &a_xx); /* a^(-x - x^2 p) */
    fp12_conj(&y4, &y4);
    fp12_conj(&y5, &a_xx);              /* a^(-x^2) */
    mul_frobenius(&y6, &a_xxx, &a_xxx); /* a^(-x^3 - x^3 p) */
    fp12_conj(&y6, &y6);

    fp12 s, t;
    fp12_cyclotomic_sqr(&s, &y6);
    fp12_mul(&s, &s, &y4);
    fp12_mul(&s, &s, &y5); /* y4 y5 y6^2 */
    fp12_mul(&t, &y3, &y5);
    fp12_mul(&t, &t, &s);  /* y3 y4 y5^2 y6^2 */
    fp12_mul(&s, &s, &y2); /* y2 y4 y5 y6^2 */
    fp12_cyclotomic_sqr(&t, &t);
    fp12_mul(&t, &t, &s);
    fp12_cyclotomic_sqr(&t, &t); /* y2^2 y3^4 y4^6 y5^10 y6^12 */
    fp12_mul(&s, &t, &y1);
    fp12_mul(&t, &t, &y0);
    fp12_cyclotomic_sqr(&s, &s);
    fp12_mul(out, &s, &t);
}

void pairing_final_exp(fp12 *out, const fp12 *f)
{
    fp12 t;
    easy_part(&t, f);
    hard_part(out, &t);
}

void pairing(fp12 *out, const g1_affine *p, const g2_affine *q)
{
    pairing_miller(out, p, q, 1);
    pairing_final_exp(out, out);
}

bool pairing_check(const g1_affine *p, const g2_affine *q, size_t count)
{
    fp12 f;
    pairing_miller(&f, p, q, count);
    pairing_final_exp(&f, &f);
    return fp12_is_one(&f);
}
