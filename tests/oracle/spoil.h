/* Transactions at the edge of canonical form: a good one with one field changed and signed again by the same
 * persons, so that only the change can refuse it. */
#ifndef TEST_SPOIL_H
#define TEST_SPOIL_H

#include "workload.h"

enum { SPOILT_BYTES_MAX = 40000 };

struct spoilt {
    uint8_t bytes[SPOILT_BYTES_MAX];
    size_t size;
};

/* Changes one field of the body (not canonical, off the curve, outside the subgroup, the other sign, a bit,
 * more items than may be), the form of the bytes, a signature, or now and then nothing. May come out valid.
 */
void spoil(struct spoilt *out, struct workload *workload, const struct work *work);

#endif
