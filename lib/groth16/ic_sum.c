#include "ic_sum.h"

#include "input_sum.h"

void ic_sum_vartime(g1 *out, const struct groth16_prepared_vk *vk, size_t first, const fr *scalars)
{
    const size_t count = vk->vk->input_count + 1 - first;
    if (vk->comb_count > 0)
        g1_comb8_sum_vartime(out, vk->ic_comb + first, scalars, count);
    else
        input_sum_vartime(out, vk->vk->ic + first, scalars, count);
}
