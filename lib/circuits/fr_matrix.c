#include "fr_matrix.h"

#include <string.h>

fr fr_inner(const fr *x, const fr *y, size_t count)
{
    fr sum = fr_zero, product;
    for (size_t i = 0; i < count; i++) {
        fr_mul(&product, &x[i], &y[i]);
        fr_add(&sum, &sum, &product);
    }
    return sum;
}

/* row += factor * other */
static void add_multiple(fr *row, const fr *factor, const fr *other, size_t size)
{
    fr product;
    for (size_t j = 0; j < size; j++) {
        fr_mul(&product, factor, &other[j]);
        fr_add(&row[j], &row[j], &product);
    }
}

void fr_row_times(fr *out, const fr *row, const fr *matrix, size_t size)
{
    fr sum[FR_MATRIX_MAX] = {{{0}}};
    ROAM_ASSERT(size <= FR_MATRIX_MAX);
    for (size_t i = 0; i < size; i++) add_multiple(sum, &row[i], matrix + i * size, size);
    memcpy(out, sum, size * sizeof *sum);
}

/* Gauss and Jordan, without exchanging rows: pivot k is a quotient of leading minors. */
void fr_matrix_invert(fr *matrix, size_t size)
{
    for (size_t k = 0; k < size; k++) {
        fr *pivot = matrix + k * size, scale, factor;
        fr_inv_vartime(&scale, &pivot[k]);
        pivot[k] = fr_one;
        for (size_t j = 0; j < size; j++) fr_mul(&pivot[j], &pivot[j], &scale);
        for (size_t i = 0; i < size; i++) {
            if (i == k) continue;
            fr *row = matrix + i * size;
            fr_neg(&factor, &row[k]);
            row[k] = fr_zero;
            add_multiple(row, &factor, pivot, size);
        }
    }
}
