/* Many multiples of the generators, from tables of all digits at all places. Variable time: for keys of
 * development only, where time may leak what is thrown away at once. */
#ifndef FIXED_BASE_H
#define FIXED_BASE_H

#include "g1.h"
#include "g2.h"

/* table[place * (2^width - 1) + digit - 1] = digit * 2^(width * place) * generator */
struct g1_fixed_base {
    unsigned width, places;
    g1_affine *table;
};
struct g2_fixed_base {
    unsigned width, places;
    g2_affine *table;
};

/* Makes a table that suits about count multiplications; ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err g1_fixed_base_init(struct g1_fixed_base *out, size_t count);
ROAM_MUST_USE enum roam_err g2_fixed_base_init(struct g2_fixed_base *out, size_t count);
void g1_fixed_base_release(struct g1_fixed_base *base);
void g2_fixed_base_release(struct g2_fixed_base *base);
/* out[i] = scalars[i] * generator */
void g1_fixed_base_mul(g1_affine *out, const struct g1_fixed_base *base, const fr *scalars, size_t count);
void g2_fixed_base_mul(g2_affine *out, const struct g2_fixed_base *base, const fr *scalars, size_t count);

#endif
