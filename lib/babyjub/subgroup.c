#include "babyjub.h"

#include "edwards_tables.h"

/* Membership in the subgroup of order l by a Tate pairing (the idea of Koshelev, eprint 2022/037).
 *
 * E(Fr) is cyclic of order 8 l, so the subgroup of order l is 8E. As 8 divides r - 1, the reduced Tate
 * pairing E[8] x E/8E -> mu_8,   (Q, P) -> f_Q(P)^((r-1)/8),   div f_Q = 8(Q) - 8(O), is defined over Fr and
 * not degenerate, and some Q of order 8 generates all of E[8]. So P is in 8E exactly if f_Q(P)^((r-1)/8) = 1,
 * and f_Q(P) counts only up to 8th powers.
 *
 * On the Montgomery curve v^2 = u^3 + 168698 u^2 + u, with u = (1+y)/(1-y), v = u/x, 2Q = (1, w), 4Q = (0,
 * 0), Miller's doublings give f_Q = (L1 / (u - 1))^4 (L2 / u)^2 u, L1 = v - slope u - offset the tangent at Q
 * and L2 = v - w u that at 2Q, which passes through 4Q. Written in x and y and freed of denominators by 8th
 * powers, u - 1 ~ 2y (1-y)^7,   L2^2 / u = u (1 - w x)^2 / x^2 ~ (1+y)(1-y)^7 (1 - w x)^2 x^6, L1 = N / (x
 * (1-y)),   N = (1+y)(1 - slope x) - offset x (1-y), f_Q ~ (2 y N)^4 ((1 - w x) x)^2 (1+y)(1-y)^7. The lines
 * vanish, or have their poles, at multiples of Q alone, all of which but O are outside 8E: the value 0 means
 * "no", except for O itself. */
static void pairing_value(fr *out, const bjj_point *p)
{
    const struct subgroup_constants *q = &subgroup_constants;
    fr one_plus_y, one_minus_y, n, t;
    fr_add(&one_plus_y, &fr_one, &p->y);
    fr_sub(&one_minus_y, &fr_one, &p->y);
    fr_mul(&t, &q->slope, &p->x);
    fr_sub(&t, &fr_one, &t);
    fr_mul(&n, &one_plus_y, &t);
    fr_mul(&t, &q->offset, &p->x);
    fr_mul(&t, &t, &one_minus_y);
    fr_sub(&n, &n, &t); /* N */
    fr_mul(&n, &n, &p->y);
    fr_sqr(&n, &n); /* (y N)^2 */
    fr_mul(&t, &q->root, &p->x);
    fr_sub(&t, &fr_one, &t);
    fr_mul(&t, &t, &p->x); /* (1 - w x) x */
    fr_mul(&n, &n, &t);
    fr_sqr(&n, &n);
    fr_mul(&t, &one_minus_y, &one_minus_y);
    fr_mul(&t, &t, &one_minus_y);
    fr_sqr(&t, &t);
    fr_mul(&t, &t, &one_minus_y); /* (1-y)^7 */
    fr_mul(&n, &n, &one_plus_y);
    fr_mul(out, &n, &t);
}

bool bjj_is_in_subgroup_vartime(const bjj_point *p)
{
    if (!bjj_is_on_curve(p)) return false;
    if (bjj_equal(p, &bjj_identity)) return true;
    fr value;
    pairing_value(&value, p);
    fr_pow_vartime(&value, &value, subgroup_exponent);
    return fr_equal(&value, &fr_one);
}
