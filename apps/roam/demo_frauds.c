/* Six ways to be paid for what was not served, each tried against the demonstration's ledger. The last
 * sessions of the charging trade are still unsettled: a fraud that worked would be paid. */
#include <string.h>

#include "demo.h"

enum { VICTIM_COUNT = 3 };

static size_t first_victim(const struct demo *demo) { return demo->charging.count - VICTIM_COUNT; }

/* Reports what the ledger answered; the fraud must have been refused with this outcome. */
static enum roam_err expect(struct demo *demo, const char *fraud, enum ledger_outcome expected,
                            enum ledger_outcome got)
{
    demo->frauds_tried++;
    demo->frauds_refused += got == expected;
    demo_say(demo, "  %-34s refused: %s", fraud, ledger_outcome_text(got));
    if (got == expected) return ROAM_OK;
    return roam_diag(&demo->cli->diag, ROAM_E_MISMATCH, "%s: the ledger answered %s instead of %s", fraud,
                     ledger_outcome_name(got), ledger_outcome_name(expected));
}

static enum roam_err submit(struct demo *demo, struct settlement *s, enum ledger_outcome *outcome)
{
    struct tx tx;
    struct ledger_receipt receipt;
    settlement_tx(&tx, s);
    ROAM_TRY(demo_send(demo, &tx, &demo->visited, NULL, &receipt));
    *outcome = (enum ledger_outcome)receipt.outcome;
    return ROAM_OK;
}

/* The proof is honest about ten times the energy; but no device signed that. */
static enum roam_err inflated_quantity(struct demo *demo)
{
    static struct demo_trade forged;
    static struct settlement s;
    enum ledger_outcome outcome;
    forged = demo->charging;
    for (int slot = 0; slot < USAGE_SLOTS; slot++)
        forged.session[first_victim(demo)].settlement.opened.record.quantity[slot] *= 10;
    ROAM_TRY(demo_prove(demo, &s, &forged, first_victim(demo), VICTIM_COUNT, &demo->small));
    ROAM_TRY(submit(demo, &s, &outcome));
    return expect(demo, "inflated quantity", LEDGER_BAD_PROOF, outcome);
}

/* The settled batch once more, under another transaction id: a changed, still valid proof would fare the
 * same. */
static enum roam_err replayed_proof(struct demo *demo)
{
    static struct settlement again;
    enum ledger_outcome outcome;
    again = demo->settlement;
    g1_affine_neg(&again.proof.a, &again.proof.a);
    g2_affine_neg(&again.proof.b, &again.proof.b);
    ROAM_TRY(submit(demo, &again, &outcome));
    return expect(demo, "replayed proof, re-randomised", LEDGER_WRONG_STATE, outcome);
}

static enum roam_err same_session_twice(struct demo *demo)
{
    static struct demo_trade forged;
    static struct settlement s;
    enum ledger_outcome outcome;
    forged = demo->charging;
    forged.session[first_victim(demo) + 1] = forged.session[first_victim(demo)];
    ROAM_TRY(demo_prove(demo, &s, &forged, first_victim(demo), 2, &demo->small));
    ROAM_TRY(submit(demo, &s, &outcome));
    return expect(demo, "same session twice", LEDGER_DUPLICATE_SESSION, outcome);
}

/* A cheap session is given the commitment and signature of an expensive one. */
static enum roam_err borrowed_commitment(struct demo *demo)
{
    const struct demo_session *from = &demo->charging.session[first_victim(demo)], *to = from + 1;
    struct tx_usage_commit_item item;
    struct tx tx = {.type = TX_USAGE_COMMIT};
    struct ledger_receipt receipt;
    ROAM_TRY(demo_sign(&item, &demo->charging.agreement, from, 3, &from->settlement.opened.record));
    item.serial = to->settlement.serial;
    tx.body.usage_commit = (struct tx_usage_commit){demo->charging.agreement, 1, &item};
    ROAM_TRY(demo_send(demo, &tx, &demo->visited, NULL, &receipt));
    return expect(demo, "another session's commitment", LEDGER_BAD_DEVICE_SIGNATURE,
                  (enum ledger_outcome)receipt.outcome);
}

static enum roam_err payable_above_hold(struct demo *demo, const struct settlement *honest)
{
    static struct settlement s;
    enum ledger_outcome outcome;
    s = *honest;
    s.public.total_fee = VICTIM_COUNT * demo->charging.session[0].settlement.opened.hold_minor + 1;
    ROAM_TRY(submit(demo, &s, &outcome));
    return expect(demo, "payable above the holds", LEDGER_FEE_ABOVE_HOLDS, outcome);
}

/* bytes += r, both big-endian; a value below r has room for it. */
static void add_modulus(uint8_t bytes[32])
{
    unsigned carry = 0;
    for (int i = 31; i >= 0; i--) {
        unsigned limb_byte = (unsigned)(fr_modulus[(31 - i) / 8] >> ((31 - i) % 8 * 8)) & 0xff;
        carry += bytes[i] + limb_byte;
        bytes[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

/* The same field element in another form: a verifier that reduces would take it for a new statement. */
static enum roam_err public_input_plus_r(struct demo *demo, struct settlement *honest)
{
    struct tx tx;
    struct ledger_receipt receipt;
    settlement_tx(&tx, honest);
    add_modulus(tx.body.settle.esg);
    ROAM_TRY(demo_send(demo, &tx, &demo->visited, NULL, &receipt));
    return expect(demo, "public input + r", LEDGER_MALFORMED, (enum ledger_outcome)receipt.outcome);
}

enum roam_err demo_frauds(struct demo *demo)
{
    static struct settlement honest;
    ROAM_TRY(inflated_quantity(demo));
    ROAM_TRY(replayed_proof(demo));
    ROAM_TRY(same_session_twice(demo));
    ROAM_TRY(borrowed_commitment(demo));
    ROAM_TRY(demo_prove(demo, &honest, &demo->charging, first_victim(demo), VICTIM_COUNT, &demo->small));
    ROAM_TRY(payable_above_hold(demo, &honest));
    return public_input_plus_r(demo, &honest);
}
