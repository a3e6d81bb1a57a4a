/* Sums of points times coefficients, most of which are 1 or -1: those are added at once, the others collected
 * and multiplied many together. Private to lib/groth16. Public data, variable time. */
#ifndef POINT_TERMS_H
#define POINT_TERMS_H

#include "g1.h"
#include "g2.h"

/* Memory of one thread, aligned to 64. */
struct g1_terms;
struct g2_terms;
size_t g1_terms_size(void);
size_t g2_terms_size(void);
void g1_terms_init(struct g1_terms *terms);
void g2_terms_init(struct g2_terms *terms);

/* *sum += coeff * p, at the latest when the terms are flushed. */
void g1_terms_add(struct g1_terms *terms, g1 *sum, const g1_affine *p, const fr *coeff);
void g2_terms_add(struct g2_terms *terms, g2 *sum, const g2_affine *p, const fr *coeff);
void g1_terms_flush(struct g1_terms *terms);
void g2_terms_flush(struct g2_terms *terms);

#endif
