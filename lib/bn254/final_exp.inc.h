/* The final exponentiation, written once for an element of Fp12 in ordinary form and for one spread over
 * lanes. The including file defines GT, the type, and GT_OP(name), its operations as in fp12.h. */

/* a^x for a in the cyclotomic subgroup, x in signed digits -7, -5 .. 7; a^-1 = conj(a). */
static void pow_x(GT *out, const GT *a)
{
    static const signed char digits[] = {X_DIGITS};
    GT odd[4], square, t; /* a, a^3, a^5, a^7 */
    GT_OP(cyclotomic_sqr)(&square, a);
    odd[0] = *a;
    for (int i = 1; i < 4; i++) GT_OP(mul)(&odd[i], &odd[i - 1], &square);
    t = odd[digits[0] / 2];
    for (size_t i = 1; i < sizeof digits; i++) {
        GT_OP(cyclotomic_sqr)(&t, &t);
        if (digits[i] > 0) GT_OP(mul)(&t, &t, &odd[digits[i] / 2]);
        if (digits[i] < 0) {
            GT_OP(conj)(&square, &odd[-digits[i] / 2]);
            GT_OP(mul)(&t, &t, &square);
        }
    }
    *out = t;
}

/* f^((p^6 - 1)(p^2 + 1)), which lies in the cyclotomic subgroup */
static void easy_part(GT *out, const GT *f)
{
    GT t, inverse;
    GT_OP(inv)(&inverse, f);
    GT_OP(conj)(&t, f);
    GT_OP(mul)(&t, &t, &inverse);
    GT_OP(frobenius_sqr)(out, &t);
    GT_OP(mul)(out, out, &t);
}

/* out = a * b^p */
static void mul_frobenius(GT *out, const GT *a, const GT *b)
{
    GT image;
    GT_OP(frobenius)(&image, b);
    GT_OP(mul)(out, a, &image);
}

/* a^((p^4 - p^2 + 1)/r), exactly. Scott et al. (eprint 2008/490): the exponent is, in powers of p,
 *   p^3 + (6x^2 + 1) p^2 + (-36x^3 - 18x^2 - 12x + 1) p + (-36x^3 - 30x^2 - 18x - 2),
 * so the result is y0 y1^2 y2^6 y3^12 y4^18 y5^30 y6^36 with the y below. */
static void hard_part(GT *out, const GT *a)
{
    GT a_x, a_xx, a_xxx, y0, y1, y2, y3, y4, y5, y6;
    pow_x(&a_x, a);
    pow_x(&a_xx, &a_x);
    pow_x(&a_xxx, &a_xx);

    GT_OP(frobenius)(&y0, a);
    GT_OP(frobenius_sqr)(&y1, a);
    GT_OP(mul)(&y0, &y0, &y1);
    GT_OP(frobenius)(&y1, &y1);
    GT_OP(mul)(&y0, &y0, &y1);        /* a^(p + p^2 + p^3) */
    GT_OP(conj)(&y1, a);              /* a^-1 */
    GT_OP(frobenius_sqr)(&y2, &a_xx); /* a^(x^2 p^2) */
    GT_OP(frobenius)(&y3, &a_x);      /* a^(-x p) */
    GT_OP(conj)(&y3, &y3);
    mul_frobenius(&y4, &a_x, &a_xx); /* a^(-x - x^2 p) */
    GT_OP(conj)(&y4, &y4);
    GT_OP(conj)(&y5, &a_xx);            /* a^(-x^2) */
    mul_frobenius(&y6, &a_xxx, &a_xxx); /* a^(-x^3 - x^3 p) */
    GT_OP(conj)(&y6, &y6);

    GT s, t;
    GT_OP(cyclotomic_sqr)(&s, &y6);
    GT_OP(mul)(&s, &s, &y4);
    GT_OP(mul)(&s, &s, &y5); /* y4 y5 y6^2 */
    GT_OP(mul)(&t, &y3, &y5);
    GT_OP(mul)(&t, &t, &s);  /* y3 y4 y5^2 y6^2 */
    GT_OP(mul)(&s, &s, &y2); /* y2 y4 y5 y6^2 */
    GT_OP(cyclotomic_sqr)(&t, &t);
    GT_OP(mul)(&t, &t, &s);
    GT_OP(cyclotomic_sqr)(&t, &t); /* y2^2 y3^4 y4^6 y5^10 y6^12 */
    GT_OP(mul)(&s, &t, &y1);
    GT_OP(mul)(&t, &t, &y0);
    GT_OP(cyclotomic_sqr)(&s, &s);
    GT_OP(mul)(out, &s, &t);
}
