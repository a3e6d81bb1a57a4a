#include "settlement.h"

#include <stdlib.h>
#include <string.h>

#include "ct.h"
#include "usage_files.h"
#include "witness.h"
#include "wtns_file.h"

static enum roam_err prove_witness(groth16_proof *out, const struct zk_prover *prover, const fr *witness,
                                   size_t wire_count, unsigned threads, const struct roam_progress *progress,
                                   struct roam_diag *diag)
{
    if (wire_count != prover->key.wire_count || prover->key.public_count != SETTLE_PUBLIC_COUNT)
        return roam_diag(diag, ROAM_E_MISMATCH,
                         "the key has %u wires, the circuit %zu: it is another circuit's",
                         prover->key.wire_count, wire_count);
    return zk_prover_prove(out, prover, witness, wire_count, threads, progress, diag);
}

static void make_input(struct settle_input *input, struct settle_session *opened, struct settlement *s,
                       const struct usage_rate_card *card, const struct settlement_session *sessions)
{
    uint8_t salt[32];
    for (size_t i = 0; i < s->count; i++) {
        opened[i] = sessions[i].opened;
        s->serials[i] = sessions[i].serial;
    }
    *input = (struct settle_input){.card = *card, .sessions = opened, .count = s->count};
    tx_id_to_fr(&input->agreement, &s->agreement);
    fresh_salt(salt);
    ROAM_ASSERT(fr_from_le(&input->esg_salt, salt) == ROAM_OK);
    s->esg_salt = input->esg_salt;
}

enum roam_err settlement_prove(struct settlement *out, const roam_id *agreement,
                               const struct usage_rate_card *card, const struct settlement_session *sessions,
                               size_t count, unsigned size, const struct zk_prover *prover, unsigned threads,
                               const struct roam_progress *progress, struct roam_diag *diag)
{
    struct settle_input input;
    fr *witness = NULL;
    size_t wire_count = 0;
    if (count < 1 || count > size)
        return roam_diag(diag, ROAM_E_COUNT, "%zu sessions for a circuit of %u places", count, size);
    struct settle_session *opened = calloc(count, sizeof *opened);
    if (opened == NULL) return ROAM_E_NOMEM;
    *out = (struct settlement){.agreement = *agreement, .size = (uint16_t)size, .count = (uint16_t)count};
    make_input(&input, opened, out, card, sessions);
    enum roam_err err = settle_witness(&witness, &wire_count, &out->public, &input, size, diag);
    if (err == ROAM_OK) {
        err = prove_witness(&out->proof, prover, witness, wire_count, threads, progress, diag);
        wtns_release(witness, wire_count);
    }
    roam_wipe(opened, count * sizeof *opened);
    free(opened);
    return err;
}

void settlement_tx(struct tx *out, struct settlement *s)
{
    *out = (struct tx){.type = TX_SETTLE};
    out->body.settle = (struct tx_settle){.agreement = s->agreement,
                                          .circuit_size = s->size,
                                          .count = s->count,
                                          .serials = s->serials,
                                          .total_fee = s->public.total_fee,
                                          .total_tax = s->public.total_tax,
                                          .proof = s->proof};
    fr_to_be(out->body.settle.esg, &s->public.signal[5]);
}
