/* VALIDATOR_VOTE: those who run validators decide who else does. */
#include "rules.h"

/* A vote and what it is about, as the rules find it. */
struct vote {
    const struct tx_validator_vote *body;
    struct ledger_validator_set set;
    struct ledger_validator validator; /* power 0: there is none of this key now */
    bool is_listed;                    /* there was one */
    struct ledger_voter voter;
    struct ledger_ballot ballot;
    roam_id ballot_id;
};

/* The change means something, and to somebody who is there. */
static enum ledger_outcome check_change(const struct rule_call *call, const struct vote *vote)
{
    const struct tx_validator_vote *b = vote->body;
    struct ledger_operator owner;
    RULE(b->power <= LEDGER_POWER_MAX, POWER_OUT_OF_RANGE);
    RULE(vote->validator.power == 0 || roam_id_equal(&b->owner, &vote->validator.owner), WRONG_OWNER);
    RULE(b->power != vote->validator.power, NO_CHANGE);
    RULE(b->power == 0 || state_operator(&owner, call->ledger, &b->owner), UNKNOWN_OPERATOR);
    return LEDGER_ACCEPTED;
}

/* Validators after the change. */
static unsigned count_after(const struct vote *vote)
{
    const unsigned with = vote->body->power > 0, without = vote->validator.power > 0;
    return vote->set.count + with - without;
}

/* The weight in favour is that of each voter when he voted. No weight changes while a ballot lasts: only a
 * change to the validators changes weights, and with it `changes`, which names the ballot. */
static bool passes(const struct vote *vote)
{
    _Static_assert(LEDGER_VALIDATORS_MAX * LEDGER_POWER_MAX < UINT64_MAX / 3, "no sum of powers overflows");
    return vote->ballot.weight * 3 > vote->set.total_power * 2;
}

static void take_effect(struct ledger *ledger, struct vote *vote)
{
    const struct tx_validator_vote *b = vote->body;
    const uint64_t before = vote->validator.power;
    struct ledger_voter owner = {0};
    (void)state_voter(&owner, ledger, &b->owner);
    owner.weight = owner.weight - before + b->power;
    vote->set.total_power = vote->set.total_power - before + b->power;
    vote->set.count = (uint16_t)count_after(vote);
    vote->set.changes++;
    if (!vote->is_listed) state_put_listed(ledger, vote->set.listed++, &(struct ledger_listed){b->validator});
    vote->validator = (struct ledger_validator){b->owner, b->power};
    state_put_validator(ledger, &b->validator, &vote->validator);
    state_put_voter(ledger, &b->owner, &owner);
    state_put_validator_set(ledger, &vote->set);
}

enum ledger_outcome rules_validator_vote(const struct rule_call *call)
{
    struct vote vote = {.body = &call->tx->body.validator_vote};
    const struct tx_validator_vote *b = vote.body;
    RULE(state_validator_set(&vote.set, call->ledger), NO_VALIDATORS);
    RULE(b->changes == vote.set.changes, STALE_BALLOT);
    (void)state_voter(&vote.voter, call->ledger, &b->operator_id);
    RULE(vote.voter.weight > 0, NOT_A_VALIDATOR);
    vote.is_listed = state_validator(&vote.validator, call->ledger, &b->validator);
    RULE_TRY(check_change(call, &vote));
    RULE(count_after(&vote) > 0, VALIDATORS_OUT_OF_RANGE);
    RULE(count_after(&vote) <= LEDGER_VALIDATORS_MAX, VALIDATORS_OUT_OF_RANGE);
    tx_ballot_id(&vote.ballot_id, b);
    RULE(!state_voted(call->ledger, &vote.ballot_id, &b->operator_id), VOTED_ALREADY);

    (void)state_ballot(&vote.ballot, call->ledger, &vote.ballot_id);
    vote.ballot.weight += vote.voter.weight;
    state_put_voted(call->ledger, &vote.ballot_id, &b->operator_id);
    state_put_ballot(call->ledger, &vote.ballot_id, &vote.ballot);
    call->receipt->amount_minor = vote.ballot.weight;
    call->receipt->count = passes(&vote);
    if (passes(&vote)) take_effect(call->ledger, &vote);
    return LEDGER_ACCEPTED;
}
