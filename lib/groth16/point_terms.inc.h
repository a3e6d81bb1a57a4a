/* point_terms.h for one group. g1 and g2 define POINT, AFFINE, TERMS and G(name) before this. */

enum { TERMS_AT_ONCE = 1024 };

TERMS
{
    size_t count;
    POINT *sums[TERMS_AT_ONCE];
    AFFINE points[TERMS_AT_ONCE];
    fr coeffs[TERMS_AT_ONCE];
};

static size_t round_up(size_t size) { return (size + 63) / 64 * 64; }

size_t G(terms_size)(void) { return round_up(sizeof(TERMS)) + round_up(G(batch_scratch_size)()); }

void G(terms_init)(TERMS *terms) { terms->count = 0; }

void G(terms_flush)(TERMS *terms)
{
    void *scratch = (char *)terms + round_up(sizeof *terms);
    G(batch_mul_vartime)(terms->points, terms->points, terms->coeffs, terms->count, scratch);
    for (size_t i = 0; i < terms->count; i++)
        G(add_affine_vartime)(terms->sums[i], terms->sums[i], &terms->points[i]);
    terms->count = 0;
}

void G(terms_add)(TERMS *terms, POINT *sum, const AFFINE *p, const fr *coeff)
{
    fr negative;
    AFFINE minus_p;
    if (fr_equal(coeff, &fr_one)) {
        G(add_affine_vartime)(sum, sum, p);
        return;
    }
    fr_neg(&negative, coeff);
    if (fr_equal(&negative, &fr_one)) {
        G(affine_neg)(&minus_p, p);
        G(add_affine_vartime)(sum, sum, &minus_p);
        return;
    }
    terms->sums[terms->count] = sum;
    terms->points[terms->count] = *p;
    terms->coeffs[terms->count++] = *coeff;
    if (terms->count == TERMS_AT_ONCE) G(terms_flush)(terms);
}
