/* Inner products over Fr with one reduction for the whole sum. Private to lib/hash. */
#ifndef HASH_FR_DOT_H
#define HASH_FR_DOT_H

#include "fr.h"

enum { FR_DOT_MAX = 33 };

/* out = sum of a[i] * b[i], 1 <= count <= FR_DOT_MAX. Constant time. */
void fr_dot(fr *out, const fr *a, const fr *b, size_t count);

#endif
