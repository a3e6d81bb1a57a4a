#include "pack.h"

void pack_put(struct pack *pack, u128 value, unsigned bits)
{
    ROAM_ASSERT(bits < 128 && value >> bits == 0 && pack->used + bits <= 253);
    for (unsigned done = 0; done < bits;) {
        unsigned at = (pack->used + done) % 64;
        pack->limb[(pack->used + done) / 64] |= (uint64_t)(value >> done) << at;
        done += 64 - at;
    }
    pack->used += bits;
}

fr pack_element(const struct pack *pack)
{
    fr out;
    ROAM_ASSERT(fr_from_limbs(&out, pack->limb) == ROAM_OK);
    return out;
}
