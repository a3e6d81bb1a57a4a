#include "groth16.h"

#include "endian.h"
#include "proof_points.h"

#include <string.h>

enum { G1_SIZE = 64, G2_SIZE = 128, VK_HEADER_SIZE = 9, VK_INSECURE = 1 };
static const uint8_t vk_magic[4] = {'r', 'v', 'k', '1'};

static uint8_t *put_g1(uint8_t *at, const g1_affine *p)
{
    fp_to_be(at, &p->x);
    fp_to_be(at + 32, &p->y);
    return at + G1_SIZE;
}

static uint8_t *put_g2(uint8_t *at, const g2_affine *p)
{
    fp_to_be(at, &p->x.c0);
    fp_to_be(at + 32, &p->x.c1);
    fp_to_be(at + 64, &p->y.c0);
    fp_to_be(at + 96, &p->y.c1);
    return at + G2_SIZE;
}

/* Both move *at on; ROAM_E_RANGE unless every coordinate is less than p. */
static enum roam_err get_g1(g1_affine *p, const uint8_t **at)
{
    const uint8_t *bytes = *at;
    *at += G1_SIZE;
    ROAM_TRY(fp_from_be(&p->x, bytes));
    return fp_from_be(&p->y, bytes + 32);
}

static enum roam_err get_g2(g2_affine *p, const uint8_t **at)
{
    const uint8_t *bytes = *at;
    *at += G2_SIZE;
    ROAM_TRY(fp_from_be(&p->x.c0, bytes));
    ROAM_TRY(fp_from_be(&p->x.c1, bytes + 32));
    ROAM_TRY(fp_from_be(&p->y.c0, bytes + 64));
    return fp_from_be(&p->y.c1, bytes + 96);
}

void groth16_proof_serialize(uint8_t bytes[GROTH16_PROOF_SIZE], const groth16_proof *proof)
{
    bytes = put_g1(bytes, &proof->a);
    bytes = put_g2(bytes, &proof->b);
    put_g1(bytes, &proof->c);
}

static enum roam_err get_proof(groth16_proof *out, const uint8_t *bytes)
{
    ROAM_TRY(get_g1(&out->a, &bytes));
    ROAM_TRY(get_g2(&out->b, &bytes));
    return get_g1(&out->c, &bytes);
}

enum roam_err groth16_proof_parse(groth16_proof *out, const uint8_t bytes[GROTH16_PROOF_SIZE])
{
    ROAM_TRY(get_proof(out, bytes));
    return groth16_proof_check(out);
}

static enum roam_err get_proof_but_group(groth16_proof *out, const uint8_t *bytes)
{
    ROAM_TRY(get_proof(out, bytes));
    return proof_check_but_group(out);
}

void groth16_proofs_parse(groth16_proof *out, enum roam_err *errs, const uint8_t *const *bytes, size_t count)
{
    const g2_affine *b[GROTH16_PARSE_MAX] = {NULL};
    bool valid[GROTH16_PARSE_MAX];
    size_t which[GROTH16_PARSE_MAX], good = 0;
    ROAM_ASSERT(count <= GROTH16_PARSE_MAX);
    for (size_t i = 0; i < count; i++) {
        errs[i] = get_proof_but_group(&out[i], bytes[i]);
        if (errs[i] != ROAM_OK) continue;
        b[good] = &out[i].b;
        which[good++] = i;
    }
    g2_affine_are_valid_vartime(valid, b, good);
    for (size_t k = 0; k < good; k++)
        if (!valid[k]) errs[which[k]] = ROAM_E_POINT;
}

size_t groth16_vk_size(size_t input_count)
{
    return VK_HEADER_SIZE + G1_SIZE + 3 * G2_SIZE + (input_count + 1) * G1_SIZE;
}

void groth16_vk_serialize(uint8_t *bytes, const struct groth16_vk *vk)
{
    ROAM_ASSERT(vk->input_count <= GROTH16_INPUTS_MAX);
    memcpy(bytes, vk_magic, sizeof vk_magic);
    bytes[4] = vk->insecure ? VK_INSECURE : 0;
    store_le32(bytes + 5, (uint32_t)vk->input_count);
    uint8_t *at = put_g1(bytes + VK_HEADER_SIZE, &vk->alpha);
    at = put_g2(at, &vk->beta);
    at = put_g2(at, &vk->gamma);
    at = put_g2(at, &vk->delta);
    for (size_t i = 0; i <= vk->input_count; i++) at = put_g1(at, &vk->ic[i]);
}

static enum roam_err get_points(struct groth16_vk *out, const uint8_t *at)
{
    ROAM_TRY(get_g1(&out->alpha, &at));
    ROAM_TRY(get_g2(&out->beta, &at));
    ROAM_TRY(get_g2(&out->gamma, &at));
    ROAM_TRY(get_g2(&out->delta, &at));
    for (size_t i = 0; i <= out->input_count; i++) ROAM_TRY(get_g1(&out->ic[i], &at));
    bool valid = g1_affine_is_valid(&out->alpha) && g2_affine_is_valid_vartime(&out->beta) &&
                 g2_affine_is_valid_vartime(&out->gamma) && g2_affine_is_valid_vartime(&out->delta);
    for (size_t i = 0; valid && i <= out->input_count; i++) valid = g1_affine_is_valid(&out->ic[i]);
    return valid ? ROAM_OK : ROAM_E_POINT;
}

enum roam_err groth16_vk_parse(struct groth16_vk *out, g1_affine *ic, size_t ic_capacity,
                               const uint8_t *bytes, size_t size)
{
    if (size < VK_HEADER_SIZE || memcmp(bytes, vk_magic, sizeof vk_magic) != 0) return ROAM_E_FORMAT;
    if ((bytes[4] & ~VK_INSECURE) != 0) return ROAM_E_FORMAT;
    uint32_t input_count = load_le32(bytes + 5);
    if (input_count > GROTH16_INPUTS_MAX || input_count >= ic_capacity) return ROAM_E_LIMIT;
    if (size != groth16_vk_size(input_count)) return ROAM_E_FORMAT;
    *out = (struct groth16_vk){.input_count = input_count, .ic = ic, .insecure = bytes[4] == VK_INSECURE};
    return get_points(out, bytes + VK_HEADER_SIZE);
}
