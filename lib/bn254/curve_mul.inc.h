/* Multiplication by scalars, written once for G1 and G2; g1.c and g2.c include this file after
 * curve_jacobian.inc.h, and define besides its names
 *   lattice          a static const struct split_lattice of the endomorphism phi
 *   DIMS, WINDOWS    its dimension, and how many signed digits of 4 bits the parts of a scalar have
 *   mul_3b           a static function: out = 3b * a
 *   phi_affine, phi_projective
 *                    static functions (out, in): phi on AFFINE, and on POINT in homogeneous coordinates
 *
 * G(mul) adds by the complete formulas of Renes, Costello and Batina (eprint 2015/1060), which hold for every
 * pair of points because the orders of both curves are odd. */

/* Homogeneous (x = X/Z, y = Y/Z, infinity (0, 1, 0)) and Jacobian coordinates share the type POINT. */
static void to_homogeneous(POINT *out, const POINT *p)
{
    COORD zz;
    K(sqr)(&zz, &p->z);
    K(mul)(&out->x, &p->x, &p->z);
    out->y = p->y;
    K(mul)(&out->z, &zz, &p->z);
}

static void from_homogeneous(POINT *out, const POINT *p)
{
    COORD zz;
    K(sqr)(&zz, &p->z);
    K(mul)(&out->x, &p->x, &p->z);
    K(mul)(&out->y, &p->y, &zz);
    out->z = p->z;
}

/* out = (a0 + a1)(b0 + b1) - p0 - p1 = a0 b1 + a1 b0, where p0 = a0 b0 and p1 = a1 b1 */
static void cross_product(COORD *out, const COORD *a0, const COORD *a1, const COORD *b0, const COORD *b1,
                          const COORD *p0, const COORD *p1)
{
    COORD sum_a, sum_b;
    K(add)(&sum_a, a0, a1);
    K(add)(&sum_b, b0, b1);
    K(mul)(&sum_a, &sum_a, &sum_b);
    K(sub)(&sum_a, &sum_a, p0);
    K(sub)(out, &sum_a, p1);
}

/* Complete addition in homogeneous coordinates (algorithm 7). With xy = X1 Y2 + X2 Y1 and so on,
 * minus = Y1 Y2 - 3b Z1 Z2 and plus = Y1 Y2 + 3b Z1 Z2:
 * X3 = xy minus - 3b yz xz,  Y3 = plus minus + 9b X1 X2 xz,  Z3 = yz plus + 3 X1 X2 xy. */
static void add_complete(POINT *out, const POINT *p, const POINT *q)
{
    COORD xx, yy, zz, xy, yz, xz, plus, minus;
    K(mul)(&xx, &p->x, &q->x);
    K(mul)(&yy, &p->y, &q->y);
    K(mul)(&zz, &p->z, &q->z);
    cross_product(&xy, &p->x, &p->y, &q->x, &q->y, &xx, &yy);
    cross_product(&yz, &p->y, &p->z, &q->y, &q->z, &yy, &zz);
    cross_product(&xz, &p->x, &p->z, &q->x, &q->z, &xx, &zz);
    K(double)(&plus, &xx);
    K(add)(&xx, &plus, &xx);
    mul_3b(&zz, &zz);
    mul_3b(&xz, &xz);
    K(add)(&plus, &yy, &zz);
    K(sub)(&minus, &yy, &zz);

    K(mul)(&out->x, &xy, &minus);
    K(mul)(&zz, &yz, &xz);
    K(sub)(&out->x, &out->x, &zz);
    K(mul)(&out->y, &plus, &minus);
    K(mul)(&xz, &xz, &xx);
    K(add)(&out->y, &out->y, &xz);
    K(mul)(&out->z, &yz, &plus);
    K(mul)(&xx, &xx, &xy);
    K(add)(&out->z, &out->z, &xx);
}

/* The same for P + P (algorithm 9): with t = 3b Z^2 and minus = Y^2 - 3t,
 * X3 = 2XY minus,  Y3 = minus (Y^2 + t) + 8 Y^2 t,  Z3 = 8 Y^3 Z. */
static void double_complete(POINT *out, const POINT *p)
{
    COORD yy8, t, minus, plus, xy, yz;
    K(sqr)(&yy8, &p->y);
    K(sqr)(&t, &p->z);
    mul_3b(&t, &t);
    K(mul)(&xy, &p->x, &p->y);
    K(mul)(&yz, &p->y, &p->z);
    K(add)(&plus, &yy8, &t);
    K(double)(&minus, &t);
    K(add)(&minus, &minus, &t);
    K(sub)(&minus, &yy8, &minus);
    K(double)(&yy8, &yy8);
    K(double)(&yy8, &yy8);
    K(double)(&yy8, &yy8);

    K(mul)(&out->z, &yy8, &yz);
    K(mul)(&out->x, &xy, &minus);
    K(double)(&out->x, &out->x);
    K(mul)(&out->y, &minus, &plus);
    K(mul)(&t, &t, &yy8);
    K(add)(&out->y, &out->y, &t);
}

/* out = digit * P from table = P, 2P .. 8P, for -8 <= digit <= 8; reads all of the table. */
static void look_up(POINT *out, const POINT table[8], int8_t digit)
{
    uint64_t sign = (uint64_t)((int64_t)digit >> 63);
    uint64_t size = ((uint64_t)(int64_t)digit ^ sign) - sign;
    *out = (POINT){K(zero), K(one), K(zero)};
    for (uint64_t i = 0; i < 8; i++) {
        uint64_t hit = 1 & ~ct_mask_nonzero((i + 1) ^ size);
        K(select)(&out->x, hit, &table[i].x, &out->x);
        K(select)(&out->y, hit, &table[i].y, &out->y);
        K(select)(&out->z, hit, &table[i].z, &out->z);
    }
    COORD negated;
    K(neg)(&negated, &out->y);
    K(select)(&out->y, sign & 1, &negated, &out->y);
}

void G(mul)(POINT *out, const POINT *p, const fr *scalar)
{
    uint64_t k[4];
    struct split_part parts[DIMS];
    int8_t digits[DIMS][WINDOWS];
    POINT table[DIMS][8], entry, sum = {K(zero), K(one), K(zero)};
    fr_to_limbs(k, scalar);
    split_scalar(parts, k, &lattice);
    for (int d = 0; d < DIMS; d++) split_windows(digits[d], WINDOWS, &parts[d]);

    to_homogeneous(&table[0][0], p);
    for (int i = 1; i < 8; i++) add_complete(&table[0][i], &table[0][i - 1], &table[0][0]);
    for (int d = 1; d < DIMS; d++)
        for (int i = 0; i < 8; i++) phi_projective(&table[d][i], &table[d - 1][i]);

    for (int i = WINDOWS - 1; i >= 0; i--) {
        for (int j = 0; j < 4; j++) double_complete(&sum, &sum);
        for (int d = 0; d < DIMS; d++) {
            look_up(&entry, table[d], digits[d][i]);
            add_complete(&sum, &sum, &entry);
        }
    }
    from_homogeneous(out, &sum);
    roam_wipe(k, sizeof k);
    roam_wipe(parts, sizeof parts);
    roam_wipe(digits, sizeof digits);
    roam_wipe(table, sizeof table);
    roam_wipe(&entry, sizeof entry);
    roam_wipe(&sum, sizeof sum);
}

/* table[d][i] = (2i + 1) phi^d(P) */
static void odd_multiples(AFFINE table[DIMS][8], const POINT *p)
{
    POINT multiples[8], twice;
    COORD scratch[8];
    G(double)(&twice, p);
    multiples[0] = *p;
    for (int i = 1; i < 8; i++) G(add_vartime)(&multiples[i], &multiples[i - 1], &twice);
    G(to_affine_batch_vartime)(table[0], multiples, scratch, 8);
    for (int d = 1; d < DIMS; d++)
        for (int i = 0; i < 8; i++) phi_affine(&table[d][i], &table[d - 1][i]);
}

void G(mul_vartime)(POINT *out, const POINT *p, const fr *scalar)
{
    uint64_t k[4];
    struct split_part parts[DIMS];
    int8_t digits[DIMS][128];
    AFFINE table[DIMS][8], negated;
    POINT sum = G(infinity);
    int top = 0;
    fr_to_limbs(k, scalar);
    split_scalar(parts, k, &lattice);
    for (int d = 0; d < DIMS; d++) {
        int used = split_wnaf_vartime(digits[d], &parts[d]);
        if (used > top) top = used;
    }
    odd_multiples(table, p);
    for (int i = top - 1; i >= 0; i--) {
        G(double)(&sum, &sum);
        for (int d = 0; d < DIMS; d++) {
            if (digits[d][i] > 0) G(add_affine_vartime)(&sum, &sum, &table[d][digits[d][i] / 2]);
            if (digits[d][i] < 0) {
                G(affine_neg)(&negated, &table[d][-digits[d][i] / 2]);
                G(add_affine_vartime)(&sum, &sum, &negated);
            }
        }
    }
    *out = sum;
}
