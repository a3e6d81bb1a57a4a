#include "eddsa.h"

#include "endian.h"
#include "points8.h"

static size_t group_size(size_t first, size_t count, size_t most)
{
    return count - first < most ? count - first : most;
}

static void unpack_points(bjj_point *out, enum roam_err *errs, const uint8_t *const *bytes, size_t count)
{
    for (size_t first = 0; first < count; first += 8)
        bjj_unpack8_vartime(out + first, errs + first, bytes + first, group_size(first, count, 8));
}

void eddsa_signatures_unpack(eddsa_signature *out, enum roam_err *errs, const uint8_t *const *bytes,
                             size_t count)
{
    for (size_t first = 0; first < count; first += 8) {
        const size_t size = group_size(first, count, 8);
        bjj_point r8[8];
        unpack_points(r8, errs + first, bytes + first, size);
        for (size_t k = 0; k < size; k++) {
            eddsa_signature *signature = &out[first + k];
            signature->r8 = r8[k];
            for (int i = 0; i < 4; i++) signature->s.limb[i] = load_le64(bytes[first + k] + 32 + 8 * i);
            if (!bjj_scalar_is_canonical(&signature->s)) errs[first + k] = ROAM_E_RANGE;
        }
    }
}

/* Points that could not be unpacked have their error; the base point takes their place in the group. */
static void check_keys(const bjj_point *keys, enum roam_err *errs, size_t count)
{
    const bjj_point *lanes[16];
    for (size_t k = 0; k < 16; k++) lanes[k] = k < count && errs[k] == ROAM_OK ? &keys[k] : &bjj_base8;
    const unsigned inside = bjj_in_subgroup16_vartime(lanes);
    for (size_t k = 0; k < count; k++)
        if (!(inside >> k & 1) || bjj_equal(lanes[k], &bjj_identity)) errs[k] = ROAM_E_POINT;
}

void eddsa_public_keys_unpack(bjj_point *out, enum roam_err *errs, const uint8_t *const *bytes, size_t count)
{
    for (size_t first = 0; first < count; first += 16) {
        const size_t size = group_size(first, count, 16);
        unpack_points(out + first, errs + first, bytes + first, size);
        check_keys(out + first, errs + first, size);
    }
}
