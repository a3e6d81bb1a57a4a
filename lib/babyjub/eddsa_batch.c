#include "eddsa.h"

#include "edwards_mul.h"
#include "edwards_sum.h"
#include "points8.h"
#include "poseidon.h"

#include <string.h>

/* With random w_i below 2^127 a batch holds, but for a chance of 2^-127, exactly if every item does:
 *   sum w_i R8_i + sum (8 w_i h_i mod l) A_i = (sum w_i S_i mod l) Base8,
 * as all R8_i were found in the subgroup and the keys must be there. A key outside it only makes the sum
 * fail; then single verification decides. */
struct batch {
    const struct eddsa_item *items;
    enum roam_err *verdicts;
    struct edwards_term *terms; /* two for each item in question: w R8 and 8 w h A */
    bjj_scalar *ws;             /* w S */
    size_t *index;              /* its place in items and verdicts */
    void *sum_scratch;
};

/* Fewer items than this are faster one by one. */
enum { BATCH_MIN = 4 };

size_t eddsa_batch_scratch_size(size_t count)
{
    return count * (2 * sizeof(struct edwards_term) + sizeof(bjj_scalar) + sizeof(size_t)) +
           edwards_sum_scratch_size(2 * count);
}

static void lay_out(struct batch *batch, size_t count, void *scratch)
{
    batch->terms = scratch;
    batch->ws = (bjj_scalar *)(batch->terms + 2 * count);
    batch->index = (size_t *)(batch->ws + count);
    batch->sum_scratch = batch->index + count;
}

static const struct eddsa_item *item_at(const struct batch *batch, size_t slot)
{
    return &batch->items[batch->index[slot]];
}

/* w, w S and 8 w h mod l */
static void set_scalars(struct batch *batch, size_t slot, const fr *challenge, const uint64_t random[2])
{
    bjj_scalar w = {{random[0], random[1] >> 1}}, wh;
    fr_to_limbs(wh.limb, challenge);
    bjj_scalar_mul(&wh, &w, &wh);
    for (int i = 0; i < 3; i++) bjj_scalar_add(&wh, &wh, &wh);
    batch->terms[2 * slot].scalar = w;
    batch->terms[2 * slot + 1].scalar = wh;
    bjj_scalar_mul(&batch->ws[slot], &w, &item_at(batch, slot)->signature.s);
}

static size_t group_size(size_t first, size_t count, size_t most)
{
    return count - first < most ? count - first : most;
}

/* Prepares slots first .. first + count - 1, at most eight. */
static void prepare_group(struct batch *batch, size_t first, size_t count, const struct roam_env *env)
{
    fr inputs[8 * 5], challenges[8];
    uint64_t random[8][2];
    const bjj_point *points[16];
    for (size_t k = 0; k < count; k++) {
        const struct eddsa_item *item = item_at(batch, first + k);
        const fr h[5] = {item->signature.r8.x, item->signature.r8.y, item->public_key.x, item->public_key.y,
                         item->message};
        memcpy(inputs + 5 * k, h, sizeof h);
        points[2 * k] = &item->signature.r8;
        points[2 * k + 1] = &item->public_key;
    }
    poseidon_many(challenges, inputs, 5, count);
    env_random(env, (uint8_t *)random, count * sizeof random[0]);
    for (size_t k = 0; k < count; k++) set_scalars(batch, first + k, &challenges[k], random[k]);
    for (size_t k = 0; k < 2 * count; k += 8)
        edwards_terms_set(batch->terms + 2 * first + k, points + k, group_size(k, 2 * count, 8));
}

/* What eddsa_verify_vartime refuses before the equation, for items first .. first + count - 1, at most 16;
 * and R8 outside the subgroup. */
static void check_group(const struct batch *batch, size_t first, size_t count)
{
    const bjj_point *r8[16], *key[16];
    for (size_t k = 0; k < 16; k++) {
        const struct eddsa_item *item = &batch->items[first + (k < count ? k : count - 1)];
        r8[k] = &item->signature.r8;
        key[k] = &item->public_key;
    }
    const unsigned low = bjj_on_curve8(r8) & bjj_on_curve8(key),
                   high = bjj_on_curve8(r8 + 8) & bjj_on_curve8(key + 8),
                   good = (low | high << 8) & bjj_in_subgroup16_vartime(r8);
    for (size_t k = 0; k < count; k++) {
        const bool canonical = bjj_scalar_is_canonical(&batch->items[first + k].signature.s);
        batch->verdicts[first + k] = !canonical ? ROAM_E_RANGE : good >> k & 1 ? ROAM_OK : ROAM_E_POINT;
    }
}

/* Gives their verdicts to items that can be refused without the equation, and prepares the others. Returns
 * how many. */
static size_t open_items(struct batch *batch, size_t count, const struct roam_env *env)
{
    size_t kept = 0;
    for (size_t first = 0; first < count; first += 16)
        check_group(batch, first, group_size(first, count, 16));
    for (size_t i = 0; i < count; i++)
        if (batch->verdicts[i] == ROAM_OK) batch->index[kept++] = i;
    for (size_t first = 0; first < kept; first += 8)
        prepare_group(batch, first, group_size(first, kept, 8), env);
    return kept;
}

static bool holds(const struct batch *batch, size_t first, size_t count)
{
    bjj_scalar s = {{0}};
    for (size_t i = first; i < first + count; i++) bjj_scalar_add(&s, &s, &batch->ws[i]);
    struct edwards sum, base;
    edwards_sum_vartime(&sum, batch->terms + 2 * first, 2 * count, batch->sum_scratch);
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
