/* The group law of y^2 = x^3 + b in Jacobian coordinates, written once for G1 (over Fp) and G2 (over Fp2).
 *
 * g1.c and g2.c include this file after defining
 *   POINT, AFFINE    the two point types
 *   COORD            the type of a coordinate
 *   G(name)          g1_##name or g2_##name
 *   K(name)          fp_##name or fp2_##name
 *   curve_b          a static const COORD: b
 * The formulas are those of the Explicit-Formulas Database for a = 0. */

bool G(affine_is_infinity)(const AFFINE *p) { return both(K(is_zero)(&p->x), K(is_zero)(&p->y)); }

/* y^2 = x^3 + b, or (0, 0) */
static bool on_curve(const AFFINE *p)
{
    COORD left, right;
    K(sqr)(&left, &p->y);
    K(sqr)(&right, &p->x);
    K(mul)(&right, &right, &p->x);
    K(add)(&right, &right, &curve_b);
    return either(K(equal)(&left, &right), G(affine_is_infinity)(p));
}

bool G(affine_equal)(const AFFINE *p, const AFFINE *q)
{
    return both(K(equal)(&p->x, &q->x), K(equal)(&p->y, &q->y));
}

void G(affine_neg)(AFFINE *out, const AFFINE *p)
{
    out->x = p->x;
    K(neg)(&out->y, &p->y);
}

bool G(is_infinity)(const POINT *p) { return K(is_zero)(&p->z); }

/* X1 Z2^2 = X2 Z1^2 and Y1 Z2^3 = Y2 Z1^3. Against infinity both sides are 0, hence the last comparison. */
bool G(equal)(const POINT *p, const POINT *q)
{
    COORD p_zz, q_zz, left, right;
    K(sqr)(&p_zz, &p->z);
    K(sqr)(&q_zz, &q->z);
    K(mul)(&left, &p->x, &q_zz);
    K(mul)(&right, &q->x, &p_zz);
    bool same = K(equal)(&left, &right);
    K(mul)(&q_zz, &q_zz, &q->z);
    K(mul)(&p_zz, &p_zz, &p->z);
    K(mul)(&left, &p->y, &q_zz);
    K(mul)(&right, &q->y, &p_zz);
    same = both(same, K(equal)(&left, &right));
    return both(same, G(is_infinity)(p) == G(is_infinity)(q));
}

void G(from_affine)(POINT *out, const AFFINE *p)
{
    COORD z;
    K(select)(&z, G(affine_is_infinity)(p), &K(zero), &K(one));
    *out = (POINT){p->x, p->y, z};
}

/* (X / Z^2, Y / Z^3) for the given 1/Z, taken to be 0 at infinity. */
static void scale_to_affine(AFFINE *out, const POINT *p, const COORD *z_inv)
{
    COORD zz;
    K(sqr)(&zz, z_inv);
    K(mul)(&out->x, &p->x, &zz);
    K(mul)(&zz, &zz, z_inv);
    K(mul)(&out->y, &p->y, &zz);
}

void G(to_affine)(AFFINE *out, const POINT *p)
{
    COORD z_inv;
    K(inv)(&z_inv, &p->z);
    scale_to_affine(out, p, &z_inv);
}

/* out[i].x holds 1/Z until its turn comes. */
void G(to_affine_batch_vartime)(AFFINE *out, const POINT *points, COORD *scratch, size_t count)
{
    COORD product = K(one);
    for (size_t i = 0; i < count; i++) {
        scratch[i] = product;
        if (!G(is_infinity)(&points[i])) K(mul)(&product, &product, &points[i].z);
    }
    K(inv_vartime)(&product, &product);
    for (size_t i = count; i-- > 0;) {
        COORD z_inv = K(zero);
        if (!G(is_infinity)(&points[i])) {
            K(mul)(&z_inv, &product, &scratch[i]);
            K(mul)(&product, &product, &points[i].z);
        }
        scale_to_affine(&out[i], &points[i], &z_inv);
    }
}

void G(neg)(POINT *out, const POINT *p)
{
    out->x = p->x;
    out->z = p->z;
    K(neg)(&out->y, &p->y);
}

/* dbl-2009-l: A = X^2, B = Y^2, C = B^2, D = 4 X B, E = 3 A.  2M + 5S */
void G(double)(POINT *out, const POINT *p)
{
    COORD a, b, c, d, e, t;
    K(sqr)(&a, &p->x);
    K(sqr)(&b, &p->y);
    K(sqr)(&c, &b);
    K(add)(&d, &p->x, &b);
    K(sqr)(&d, &d);
    K(sub)(&d, &d, &a);
    K(sub)(&d, &d, &c);
    K(double)(&d, &d);
    K(double)(&e, &a);
    K(add)(&e, &e, &a);

    K(mul)(&t, &p->y, &p->z);
    K(double)(&out->z, &t);
    K(sqr)(&out->x, &e);
    K(double)(&t, &d);
    K(sub)(&out->x, &out->x, &t);
    K(sub)(&d, &d, &out->x);
    K(mul)(&out->y, &e, &d);
    K(double)(&c, &c);
    K(double)(&c, &c);
    K(double)(&c, &c);
    K(sub)(&out->y, &out->y, &c);
}

/* The common end of both additions: from h = U2 - U1 != 0, half_r = S2 - S1, u1 and s1, with I = 4 h^2,
 * J = h I, V = u1 I and r = 2 half_r:
 * X3 = r^2 - J - 2 V,  Y3 = r (V - X3) - 2 s1 J;  *h_sqr becomes h^2 for the caller's Z3. */
static void add_finish(POINT *out, COORD *h_sqr, const COORD *h, const COORD *half_r, const COORD *u1,
                       const COORD *s1)
{
    COORD i, j, v, r, x, t;
    K(double)(&r, half_r);
    K(sqr)(h_sqr, h);
    K(double)(&i, h_sqr);
    K(double)(&i, &i);
    K(mul)(&j, h, &i);
    K(mul)(&v, u1, &i);
    K(mul)(&t, s1, &j);
    K(double)(&t, &t);
    K(sqr)(&x, &r);
    K(sub)(&x, &x, &j);
    K(sub)(&x, &x, &v);
    K(sub)(&x, &x, &v);
    K(sub)(&v, &v, &x);
    K(mul)(&v, &v, &r);
    K(sub)(&out->y, &v, &t);
    out->x = x;
}

/* add-2007-bl: 11M + 5S */
void G(add_vartime)(POINT *out, const POINT *p, const POINT *q)
{
    if (G(is_infinity)(p) || G(is_infinity)(q)) {
        *out = G(is_infinity)(p) ? *q : *p;
        return;
    }
    COORD p_zz, q_zz, u1, u2, s1, s2, z;
    K(sqr)(&p_zz, &p->z);
    K(sqr)(&q_zz, &q->z);
    K(mul)(&u1, &p->x, &q_zz);
    K(mul)(&u2, &q->x, &p_zz);
    K(mul)(&s1, &p->y, &q->z);
    K(mul)(&s1, &s1, &q_zz);
    K(mul)(&s2, &q->y, &p->z);
    K(mul)(&s2, &s2, &p_zz);
    K(sub)(&u2, &u2, &u1);
    K(sub)(&s2, &s2, &s1);
    if (K(is_zero)(&u2)) {
        if (K(is_zero)(&s2))
            G(double)(out, p);
        else
            *out = G(infinity);
        return;
    }
    K(add)(&z, &p->z, &q->z);
    K(sqr)(&z, &z);
    K(sub)(&z, &z, &p_zz);
    K(sub)(&z, &z, &q_zz);
    add_finish(out, &q_zz, &u2, &s2, &u1, &s1);
    K(mul)(&out->z, &z, &u2);
}

/* madd-2007-bl: 7M + 4S */
void G(add_affine_vartime)(POINT *out, const POINT *p, const AFFINE *q)
{
    if (G(affine_is_infinity)(q)) {
        *out = *p;
        return;
    }
    if (G(is_infinity)(p)) {
        G(from_affine)(out, q);
        return;
    }
    COORD zz, h, half_r, h_sqr, z = p->z;
    K(sqr)(&zz, &z);
    K(mul)(&h, &q->x, &zz);
    K(sub)(&h, &h, &p->x);
    K(mul)(&half_r, &q->y, &z);
    K(mul)(&half_r, &half_r, &zz);
    K(sub)(&half_r, &half_r, &p->y);
    if (K(is_zero)(&h)) {
        if (K(is_zero)(&half_r))
            G(double)(out, p);
        else
            *out = G(infinity);
        return;
    }
    add_finish(out, &h_sqr, &h, &half_r, &p->x, &p->y);
    K(add)(&z, &z, &h);
    K(sqr)(&z, &z);
    K(sub)(&z, &z, &zz);
    K(sub)(&out->z, &z, &h_sqr);
}
