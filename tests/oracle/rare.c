#include "rare.h"

#include <string.h>

#include "ledger_box.h"

const struct forger *large_forger(void)
{
    static struct forger forger;
    static bool made;
    if (!made) forger_init(&forger, 99);
    made = true;
    return &forger;
}

const struct forger *forger_of_size(unsigned circuit_size)
{
    for (size_t i = 0; i < BOX_CIRCUITS; i++)
        if (box_circuit_size[i] == circuit_size) return box_forger(i);
    return circuit_size == LARGE_CIRCUIT ? large_forger() : NULL;
}

void stated_inputs(fr inputs[FORGER_INPUTS], const struct work *work)
{
    tx_id_to_fr(&inputs[0], &work->proof.agreement);
    settle_batch_digest(&inputs[2], work->proof.place, work->proof.count, work->proof.size);
    fr_from_u64(&inputs[3], work->proof.fee);
    fr_from_u64(&inputs[4], work->proof.tax);
    const enum roam_err err = fr_from_be(&inputs[1], work->proof.rate_card);
    const enum roam_err esg_err = fr_from_be(&inputs[5], work->proof.esg);
    ROAM_ASSERT(err == ROAM_OK && esg_err == ROAM_OK);
}

const struct person *person_of_key(const struct workload *w, const uint8_t public_key[32])
{
    const struct person *const others[] = {&w->governor, &w->treasury};
    for (size_t i = 0; i < 2; i++)
        if (memcmp(others[i]->public_key, public_key, 32) == 0) return others[i];
    for (size_t i = 0; i < WORKLOAD_OPERATORS * WORKLOAD_KEYS; i++)
        if (memcmp(w->person[i].public_key, public_key, 32) == 0) return &w->person[i];
    return &w->mallory;
}

/* Signed again by whoever signed. */
static void finish(const struct workload *w, struct work *work)
{
    const struct person *const signers[] = {person_of_key(w, work->signer[0])};
    work->size = tx_finish(work->bytes, WORK_BYTES, &work->tx, signers);
}

void enlarge_settle(const struct workload *workload, struct work *work)
{
    fr inputs[FORGER_INPUTS];
    if (work->malformed || work->spoilt[0] || work->proof.spoilt || work->proof.size == 0) return;
    work->tx.body.settle.circuit_size = work->proof.size = LARGE_CIRCUIT;
    stated_inputs(inputs, work);
    forger_prove(&work->tx.body.settle.proof, large_forger(), inputs);
    finish(workload, work);
}

void fill_account(struct workload *workload, struct work *work)
{
    struct tx_deposit *deposit = &work->tx.body.deposit;
    struct model *model = workload->model;
    const struct tx_agreement_open *terms = &model->agreement[prng_below(&workload->prng, 4)].terms;
    if (work->malformed || work->spoilt[0]) return;
    deposit->operator_id = prng_below(&workload->prng, 2) == 0 ? terms->home : terms->visited;
    deposit->currency = terms->currency;
    const struct model_account *account =
        model_find_account(model, &deposit->operator_id, &deposit->currency);
    deposit->amount_minor = LEDGER_MONEY_MAX - (uint64_t)account->balance;
    finish(workload, work);
}
