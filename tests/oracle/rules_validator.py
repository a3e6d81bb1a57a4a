"""The rules of docs/ledger.md for votes on validators."""
import records
import wire
from rules import operator, rule, signed

POWER_MAX, VALIDATORS_MAX = 2**40, 64


def weight(s, operator_id):
    """From the validators themselves, not from the record."""
    return sum(v.power for v in s.validators.values() if v.owner == operator_id)


def validator_vote(s, tx):
    b = tx.body
    operator(s, b.operator_id)
    signed(s, tx, b.operator_id)
    rule("NO_VALIDATORS", s.validator_sets)
    total = s.validator_sets[b""]
    rule("STALE_BALLOT", b.changes == total.changes)
    rule("NOT_A_VALIDATOR", weight(s, b.operator_id) > 0)
    rule("POWER_OUT_OF_RANGE", b.power <= POWER_MAX)
    present = s.validators.get(b.validator)
    power = present.power if present else 0
    rule("WRONG_OWNER", power == 0 or b.owner == present.owner)
    rule("NO_CHANGE", b.power != power)
    if b.power > 0:
        operator(s, b.owner)
    left = {key for key, v in s.validators.items() if v.power > 0} - {b.validator} | ({b.validator} if b.power else set())
    rule("VALIDATORS_OUT_OF_RANGE", left)
    rule("VALIDATORS_OUT_OF_RANGE", len(left) <= VALIDATORS_MAX)
    ballot_id = wire.ballot_id(b)
    vote_id = wire.vote_id(ballot_id, b.operator_id)
    rule("VOTED_ALREADY", vote_id not in s.votes)
    s.votes[vote_id] = records.Mark()
    ballot = s.ballots.setdefault(ballot_id, records.Weight())
    ballot.weight += weight(s, b.operator_id)
    if 3 * ballot.weight <= 2 * total.power:
        return ballot.weight, 0, 0
    s.validators[b.validator] = records.Validator(b.owner, b.power)
    total.changes += 1
    s.count_validators()
    return ballot.weight, 0, 1
