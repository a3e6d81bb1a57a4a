#include "root_of_unity.h"

void root_of_unity(fr *out, unsigned log_order)
{
    uint64_t exponent[4]; /* (r-1) / 2^28: r - 1 and r agree above bit 0 */
    fr five;
    ROAM_ASSERT(log_order <= NTT_LOG_MAX);
    for (int i = 0; i < 4; i++)
        exponent[i] = fr_modulus[i] >> NTT_LOG_MAX | (i < 3 ? fr_modulus[i + 1] << (64 - NTT_LOG_MAX) : 0);
    fr_from_u64(&five, 5);
    fr_pow_vartime(out, &five, exponent);
    for (unsigned i = log_order; i < NTT_LOG_MAX; i++) fr_sqr(out, out);
}
