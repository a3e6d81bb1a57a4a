/* Small square matrices over Fr, row by row, for linear layers in circuits. Variable time. */
#ifndef CIRCUITS_FR_MATRIX_H
#define CIRCUITS_FR_MATRIX_H

#include "fr.h"

enum { FR_MATRIX_MAX = 17 };

/* x[0] y[0] + ... + x[count - 1] y[count - 1] */
fr fr_inner(const fr *x, const fr *y, size_t count);

/* out = row * matrix; out may be row. size <= FR_MATRIX_MAX */
void fr_row_times(fr *out, const fr *row, const fr *matrix, size_t size);

/* In place. All leading minors must differ from zero, as those of a Cauchy matrix do, whose square parts are
 * Cauchy matrices: else the result is worthless. */
void fr_matrix_invert(fr *matrix, size_t size);

#endif
