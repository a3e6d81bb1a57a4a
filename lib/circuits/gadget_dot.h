/* Inner products of a few fixed vectors with many changing ones, after Winograd (1968):
 *   x0 y0 + x1 y1 = (x0 + y1) (x1 + y0) - x0 x1 - y0 y1.
 * Two terms cost one product, when the products within x and within y are there already: those of a rate card
 * once for a batch, those of a session once for all the vectors it is multiplied with. */
#ifndef GADGET_DOT_H
#define GADGET_DOT_H

#include "builder.h"

enum { GADGET_DOT_SIZE = 8 };

struct dot_vector {
    lc element[GADGET_DOT_SIZE];
    lc pairs; /* element[0] element[1] + element[2] element[3] + ... */
};

/* Computes pairs. 4 constraints. */
void gadget_dot_prepare(struct builder *b, struct dot_vector *x);
/* The inner product. 4 constraints. */
lc gadget_dot(struct builder *b, const struct dot_vector *x, const struct dot_vector *y);
/* Asserts that it is `expected`. 4 constraints. */
void gadget_dot_equal(struct builder *b, const struct dot_vector *x, const struct dot_vector *y, lc expected);

#endif
