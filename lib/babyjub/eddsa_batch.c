#include "eddsa.h"

#include "eddsa_core.h"
#include "edwards_mul.h"
#include "poseidon.h"
#include "subgroup8.h"

#include <string.h>

/* With random odd w_i below 2^128 a batch holds, but for a chance of 2^-127, exactly if every item does:
 *   sum w_i R8_i + sum (8 w_i h_i mod l) A_i = (sum w_i S_i mod l) Base8,
 * as all R8_i were found in the subgroup and the keys must be there. A key outside it only makes the sum
 * fail; then single verification decides. */
struct batch {
    const struct eddsa_item *items;
    enum roam_err *verdicts;
    struct edwards_term *terms; /* two for each item in question: w R8 and 8 w h A */
    bjj_scalar *ws;             /* w S */
    size_t *index;              /* its place in items and verdicts */
    struct edwards *buckets;
};

/* Fewer items than this are faster one by one. */
enum { BATCH_MIN = 4 };

size_t eddsa_batch_scratch_size(size_t count)
{
    return count * (2 * sizeof(struct edwards_term) + sizeof(bjj_scalar) + sizeof(size_t)) +
           edwards_sum_buckets(2 * count) * sizeof(struct edwards);
}

static void lay_out(struct batch *batch, size_t count, void *scratch)
{
    batch->terms = scratch;
    batch->ws = (bjj_scalar *)(batch->terms + 2 * count);
    batch->buckets = (struct edwards *)(batch->ws + count);
    batch->index = (size_t *)(batch->buckets + edwards_sum_buckets(2 * count));
}

static void make_term(struct edwards_term *out, const bjj_point *point, const bjj_scalar *scalar)
{
    struct edwards p;
    edwards_from_point(&p, point);
    edwards_affine_from(&out->point, &p);
    out->scalar = *scalar;
}

static void prepare(struct batch *batch, size_t slot, const fr *challenge, const struct roam_env *env)
{
    const struct eddsa_item *item = &batch->items[batch->index[slot]];
    bjj_scalar w = {{0}}, wh;
    env_random(env, (uint8_t *)w.limb, 16);
    w.limb[0] |= 1;
    fr_to_limbs(wh.limb, challenge);
    bjj_scalar_mul(&wh, &w, &wh);
    for (int i = 0; i < 3; i++) bjj_scalar_add(&wh, &wh, &wh);
    make_term(&batch->terms[2 * slot], &item->signature.r8, &w);
    make_term(&batch->terms[2 * slot + 1], &item->public_key, &wh);
    bjj_scalar_mul(&batch->ws[slot], &w, &item->signature.s);
}

/* Prepares slots first .. first + count - 1, at most eight. */
static void prepare_group(struct batch *batch, size_t first, size_t count, const struct roam_env *env)
{
    fr inputs[8 * 5], challenges[8];
    for (size_t k = 0; k < count; k++) {
        const struct eddsa_item *item = &batch->items[batch->index[first + k]];
        const fr h[5] = {item->signature.r8.x, item->signature.r8.y, item->public_key.x, item->public_key.y,
                         item->message};
        memcpy(inputs + 5 * k, h, sizeof h);
    }
    poseidon_many(challenges, inputs, 5, count);
    for (size_t k = 0; k < count; k++) prepare(batch, first + k, &challenges[k], env);
}

/* Keeps of the slots first .. first + count - 1, at most eight, those with R8 in the subgroup; they move to
 * `kept` and what follows. Returns how many. */
static size_t keep_subgroup(struct batch *batch, size_t kept, size_t first, size_t count)
{
    const bjj_point *points[8];
    bool inside[8];
    size_t start = kept;
    for (size_t k = 0; k < 8; k++)
        points[k] = k < count ? &batch->items[batch->index[first + k]].signature.r8 : &bjj_base8;
    bjj_subgroup8_vartime(inside, points);
    for (size_t k = 0; k < count; k++) {
        size_t index = batch->index[first + k];
        if (inside[k])
            batch->index[kept++] = index;
        else
            batch->verdicts[index] = ROAM_E_POINT;
    }
    return kept - start;
}

static size_t group_size(size_t first, size_t count) { return count - first < 8 ? count - first : 8; }

/* Gives their verdicts to items that can be refused without the equation, and prepares the others. Returns
 * how many. */
static size_t open_items(struct batch *batch, size_t count, const struct roam_env *env)
{
    size_t formed = 0, kept = 0;
    for (size_t i = 0; i < count; i++) {
        batch->verdicts[i] = eddsa_check_form(&batch->items[i].public_key, &batch->items[i].signature);
        if (batch->verdicts[i] == ROAM_OK) batch->index[formed++] = i;
    }
    for (size_t first = 0; first < formed; first += 8)
        kept += keep_subgroup(batch, kept, first, group_size(first, formed));
    for (size_t first = 0; first < kept; first += 8)
        prepare_group(batch, first, group_size(first, kept), env);
    return kept;
}

static bool holds(const struct batch *batch, size_t first, size_t count)
{
    bjj_scalar s = {{0}};
    for (size_t i = first; i < first + count; i++) bjj_scalar_add(&s, &s, &batch->ws[i]);
    struct edwards sum, base;
    edwards_sum_vartime(&sum, batch->terms + 2 * first, 2 * count, batch->buckets);
    edwards_mul_base(&base, &s);
    struct edwards_cached cached;
    edwards_cached_from(&cached, &base);
    edwards_add_cached(&sum, &sum, &cached, true);
    return edwards_is_identity(&sum);
}

static bool settle_one(const struct batch *batch, size_t slot)
{
    size_t i = batch->index[slot];
    const struct eddsa_item *item = &batch->items[i];
    batch->verdicts[i] = eddsa_verify_vartime(&item->public_key, &item->message, &item->signature);
    return batch->verdicts[i] == ROAM_OK;
}

/* Gives verdicts to items first .. first + count - 1, halving what does not hold; true if all are valid.
 * known_bad: one of them is known not to be. The recursion is log2(count) deep. */
static bool settle(const struct batch *batch, size_t first, size_t count, bool known_bad)
{
    bool all = true;
    if (count < BATCH_MIN) {
        for (size_t i = first; i < first + count; i++) all &= settle_one(batch, i);
        return all;
    }
    if (!known_bad && holds(batch, first, count)) {
        for (size_t i = first; i < first + count; i++) batch->verdicts[batch->index[i]] = ROAM_OK;
        return true;
    }
    bool left = settle(batch, first, count / 2, false);
    settle(batch, first + count / 2, count - count / 2, left);
    return false;
}

enum roam_err eddsa_verify_batch_vartime(enum roam_err *verdicts, const struct eddsa_item *items,
                                         size_t count, const struct roam_env *env, void *scratch)
{
    struct batch batch = {.items = items, .verdicts = verdicts};
    lay_out(&batch, count, scratch);
    settle(&batch, 0, open_items(&batch, count, env), false);
    for (size_t i = 0; i < count; i++)
        if (verdicts[i] != ROAM_OK) return verdicts[i];
    return ROAM_OK;
}
