#include "claims.h"

#include <string.h>

#include "chunk.h"
#include "poseidon.h"

_Static_assert(sizeof(struct device_claim) == 32 + 8 + 32 + 64 + 96, "no padding: claims compare as bytes");

void claims_collect(struct claims *claims)
{
    claims->replaying = false;
    claims->device_count = claims->proof_count = claims->place_count = claims->tx_count = 0;
}

void claims_replay(struct claims *claims)
{
    claims->replaying = true;
    claims->tx[claims->tx_count] = (struct claim_range){claims->device_count, claims->proof_count};
    claims->tx_count = 0;
}

void claims_begin_tx(struct claims *claims)
{
    ROAM_ASSERT(claims->tx_count < CHUNK_TXS);
    struct claim_range *tx = &claims->tx[claims->tx_count++];
    if (claims->replaying) {
        claims->cursor = tx[0];
        claims->cursor_end = tx[1];
    } else {
        *tx = (struct claim_range){claims->device_count, claims->proof_count};
    }
}

enum { GROUP = 8 }; /* hashed together */

void claim_device_items(struct eddsa_item *out, const struct device_claim *claims, size_t count)
{
    for (size_t first = 0; first < count; first += GROUP) {
        const size_t size = count - first < GROUP ? count - first : GROUP;
        fr inputs[GROUP * USAGE_SIGN_INPUTS], messages[GROUP], session;
        for (size_t i = 0; i < size; i++) {
            const struct device_claim *claim = &claims[first + i];
            tx_id_to_fr(&session, &claim->session);
            usage_sign_inputs(inputs + i * USAGE_SIGN_INPUTS, &session, claim->seq, &claim->commitment);
        }
        poseidon_many(messages, inputs, USAGE_SIGN_INPUTS, size);
        for (size_t i = 0; i < size; i++) {
            const struct device_claim *claim = &claims[first + i];
            out[first + i] = (struct eddsa_item){claim->key, messages[i], claim->signature};
        }
    }
}

void claim_device_item(struct eddsa_item *out, const struct device_claim *claim)
{
    claim_device_items(out, claim, 1);
}

static void set_inputs(fr out[LEDGER_SETTLE_INPUTS], const struct proof_claim *claim, const fr *digest)
{
    out[0] = claim->agreement;
    out[1] = claim->rate_card;
    out[2] = *digest;
    fr_from_u64(&out[3], claim->total_fee);
    fr_from_u64(&out[4], claim->total_tax);
    out[5] = claim->esg;
}

void claim_proof_inputs(fr *out, const struct proof_claim *const *claims, size_t count,
                        const struct settle_place *places, size_t circuit_size)
{
    for (size_t first = 0; first < count; first += GROUP) {
        const size_t size = count - first < GROUP ? count - first : GROUP;
        struct settle_batch batches[GROUP];
        fr digests[GROUP];
        for (size_t i = 0; i < size; i++) {
            const struct proof_claim *claim = claims[first + i];
            batches[i] = (struct settle_batch){places + claim->place_first, claim->place_count};
        }
        settle_batch_digests(digests, batches, size, circuit_size);
        for (size_t i = 0; i < size; i++)
            set_inputs(out + (first + i) * LEDGER_SETTLE_INPUTS, claims[first + i], &digests[i]);
    }
}

static bool verify_device(const struct device_claim *claim)
{
    struct eddsa_item item;
    claim_device_item(&item, claim);
    return eddsa_verify_vartime(&item.public_key, &item.message, &item.signature) == ROAM_OK;
}

bool claims_device(struct claims *claims, const struct device_claim *claim)
{
    if (!claims->replaying) {
        ROAM_ASSERT(claims->device_count < CHUNK_DEVICE_CLAIMS);
        claims->device[claims->device_count++] = *claim;
        return true;
    }
    const size_t known = claims->cursor.device;
    if (known == claims->cursor_end.device || memcmp(&claims->device[known], claim, sizeof *claim) != 0)
        return verify_device(claim);
    claims->cursor.device++;
    return claims->device_verdict[known] == ROAM_OK;
}

static bool places_equal(const struct settle_place *a, const struct settle_place *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!fr_equal(&a[i].commitment, &b[i].commitment) || a[i].hold_minor != b[i].hold_minor) return false;
    return true;
}

/* A transaction has one proof, and its own fields are the same each time: only what the records say may
 * differ. */
static bool proof_is_known(const struct claims *claims, const struct settle_place *places, size_t count)
{
    if (claims->cursor.proof == claims->cursor_end.proof) return false;
    const struct proof_claim *known = &claims->proof[claims->cursor.proof];
    return known->place_count == count && places_equal(&claims->places[known->place_first], places, count);
}

static bool verify_proof(const struct claims *claims, const struct proof_claim *claim,
                         const struct settle_place *places, size_t count)
{
    fr inputs[LEDGER_SETTLE_INPUTS];
    struct proof_claim counted = *claim;
    counted.place_first = 0;
    counted.place_count = count;
    const struct ledger_circuit *circuit = &claims->config->circuit[claim->circuit];
    claim_proof_inputs(inputs, &(const struct proof_claim *){&counted}, 1, places, circuit->size);
    return groth16_verify(circuit->vk, &claim->proof, inputs, LEDGER_SETTLE_INPUTS) == ROAM_OK;
}

bool claims_proof(struct claims *claims, const struct proof_claim *claim, const struct settle_place *places,
                  size_t count)
{
    if (claims->replaying) {
        if (!proof_is_known(claims, places, count)) return verify_proof(claims, claim, places, count);
        return claims->proof_verdict[claims->cursor.proof] == ROAM_OK;
    }
    ROAM_ASSERT(claims->proof_count < CHUNK_TXS && claims->place_count + count <= CHUNK_PLACES);
    struct proof_claim *kept = &claims->proof[claims->proof_count++];
    *kept = *claim;
    kept->place_first = claims->place_count;
    kept->place_count = count;
    memcpy(&claims->places[kept->place_first], places, count * sizeof *places);
    claims->place_count += count;
    return true;
}
