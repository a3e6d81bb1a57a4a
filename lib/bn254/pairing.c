#include "miller.h"

#include "mont8.h"
#include "constants.inc.h"

/* From how many pairs on eight loops at once are faster than one after the other: alone, and when other
 * loops of eight share the squarings. */
enum { LANES_MIN = 6, LANES_MORE = 4 };

/* Multiplies out by the loops of at most MILLER_MAX pairs, and of at most MILLER_FIXED_MAX fixed ones. */
static void multiply_by_terms(fp12 *out, struct miller_terms *terms)
{
    fp12 f;
    if (!mont8_available) {
        miller_scalar(&f, terms);
        fp12_mul(out, out, &f);
        return;
    }
    struct miller_terms rest = *terms;
    rest.count %= 8;
    if (rest.count >= (rest.count == terms->count ? LANES_MIN : LANES_MORE)) rest.count = 0;
    terms->count -= rest.count;
    rest.place += terms->count;
    if (terms->count > 0) {
        miller8(&f, terms);
        fp12_mul(out, out, &f);
    }
    if (rest.count + rest.fixed_count > 0) {
        miller_spread(&f, &rest);
        fp12_mul(out, out, &f);
    }
}

/* Fills place with numbers of pairs that are not at infinity, from *next on. */
static size_t next_places(size_t *place, size_t *next, const g1_affine *p, const g2_affine *q, size_t count)
{
    size_t found = 0;
    for (; *next < count && found < MILLER_MAX; ++*next)
        if (!g1_affine_is_infinity(&p[*next]) && !g2_affine_is_infinity(&q[*next])) place[found++] = *next;
    return found;
}

static size_t next_fixed_places(size_t *place, size_t *next, const g1_affine *p, const g2_prepared *const *q,
                                size_t count)
{
    size_t found = 0;
    for (; *next < count && found < MILLER_FIXED_MAX; ++*next)
        if (!g1_affine_is_infinity(&p[*next]) && q[*next]->count != 0) place[found++] = *next;
    return found;
}

void pairing_miller_mixed(fp12 *out, bool *in_group, const g1_affine *p, const g2_affine *q, size_t count,
                          const g1_affine *fixed_p, const g2_prepared *const *fixed_q, size_t fixed_count)
{
    size_t place[MILLER_MAX], fixed_place[MILLER_FIXED_MAX], next = 0, fixed_next = 0;
    for (size_t j = 0; j < count && in_group != NULL; j++) in_group[j] = true;
    *out = fp12_one;
    while (next < count || fixed_next < fixed_count) {
        struct miller_terms terms = {.p = p,
                                     .q = q,
                                     .place = place,
                                     .in_group = in_group,
                                     .fixed_p = fixed_p,
                                     .fixed_q = fixed_q,
                                     .fixed_place = fixed_place};
        terms.count = next_places(place, &next, p, q, count);
        terms.fixed_count = next_fixed_places(fixed_place, &fixed_next, fixed_p, fixed_q, fixed_count);
        multiply_by_terms(out, &terms);
    }
}

void pairing_miller(fp12 *out, const g1_affine *p, const g2_affine *q, size_t count)
{
    pairing_miller_mixed(out, NULL, p, q, count, NULL, NULL, 0);
}

void pairing_miller_prepared(fp12 *out, const g1_affine *p, const g2_prepared *const *q, size_t count)
{
    pairing_miller_mixed(out, NULL, NULL, NULL, 0, p, q, count);
}

#define GT          fp12
#define GT_OP(name) fp12_##name
#include "final_exp.inc.h"

void pairing_final_exp(fp12 *out, const fp12 *f)
{
    fp12 t;
    if (mont8_available) {
        final_exp_spread(out, f);
        return;
    }
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
