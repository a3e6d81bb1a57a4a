"""The rules of docs/ledger.md, one function for each type: the rules in their order, then the effects. A function is given the
state and the transaction, changes the state and returns the receipt's (amount, tax, count), or raises Refused and has changed
nothing.

Operators, money and agreements are here, sessions in rules_session.py, validators in rules_validator.py."""
import re

import records
import wire

MONEY_MAX = 2**63 - 1
HOLD_LIMIT = 2**56 - 1
PPM = 10**6

OUTCOMES = ["ACCEPTED", "MALFORMED", "WRONG_LEDGER", "UNKNOWN_OPERATOR", "BAD_SIGNATURE", "OPERATOR_EXISTS",
            "WRONG_OPERATOR_ID", "WRONG_SEQUENCE", "BAD_CURRENCY", "ZERO_AMOUNT", "REFERENCE_USED", "INSUFFICIENT_FUNDS",
            "AMOUNT_OVERFLOW", "AGREEMENT_EXISTS", "BAD_TERMS", "UNKNOWN_AGREEMENT", "AGREEMENT_CLOSED", "NOT_A_PARTY",
            "EMPTY_BATCH", "AUTHORISATION_LAPSED", "SESSION_EXISTS", "HOLD_OUT_OF_RANGE", "UNKNOWN_SESSION", "WRONG_STATE",
            "DEADLINE_PASSED", "DEADLINE_NOT_REACHED", "STALE_COMMITMENT", "BAD_DEVICE_SIGNATURE", "DUPLICATE_SESSION",
            "UNKNOWN_CIRCUIT", "TOO_MANY_SESSIONS", "FEE_ABOVE_HOLDS", "TAX_ABOVE_FEE", "BAD_PROOF", "UNKNOWN_SETTLEMENT",
            "CREDIT_ABOVE_SETTLEMENT", "NO_VALIDATORS", "STALE_BALLOT", "NOT_A_VALIDATOR", "POWER_OUT_OF_RANGE", "WRONG_OWNER",
            "NO_CHANGE", "VALIDATORS_OUT_OF_RANGE", "VOTED_ALREADY"]


class Refused(Exception):
    pass


def rule(outcome, holds):
    if not holds:
        raise Refused(outcome)


def operator(s, id_):
    rule("UNKNOWN_OPERATOR", id_ in s.operators)
    return s.operators[id_]


def agreement(s, tx):
    rule("UNKNOWN_AGREEMENT", tx.body.agreement in s.agreements)
    return s.agreements[tx.body.agreement]


def signed(s, tx, operator_id, place=0):
    rule("BAD_SIGNATURE", wire.signed_by(tx, place, s.operators[operator_id].public_key))


def currency_is_good(currency):
    rule("BAD_CURRENCY", re.fullmatch(rb"(?=.{8}\Z)[A-Z0-9]{1,8}\0*", currency[:8], re.DOTALL) and currency[8] <= 18)


def operator_register(s, tx):
    b = tx.body
    rule("BAD_SIGNATURE", wire.signed_by(tx, 0, s.genesis.governor))
    rule("WRONG_OPERATOR_ID", b.operator_id == wire.operator_id(b.name, b.public_key))
    rule("OPERATOR_EXISTS", b.operator_id not in s.operators)
    s.operators[b.operator_id] = records.Operator(b.name, b.public_key)
    return 0, 0, 0


def operator_rotate_key(s, tx):
    b = tx.body
    o = operator(s, b.operator_id)
    rule("BAD_SIGNATURE", wire.signed_by(tx, 0, o.public_key))
    rule("BAD_SIGNATURE", wire.signed_by(tx, 1, b.new_public_key))
    rule("WRONG_SEQUENCE", b.sequence == o.sequence + 1)
    o.public_key = b.new_public_key
    o.sequence += 1
    return 0, 0, 0


def deposit(s, tx):
    b = tx.body
    operator(s, b.operator_id)
    rule("BAD_SIGNATURE", wire.signed_by(tx, 0, s.genesis.treasury))
    currency_is_good(b.currency)
    rule("ZERO_AMOUNT", b.amount > 0)
    rule("REFERENCE_USED", b.reference not in s.references)
    rule("AMOUNT_OVERFLOW", s.account(b.operator_id, b.currency).available + b.amount <= MONEY_MAX)
    s.account_to_change(b.operator_id, b.currency).available += b.amount
    s.references[b.reference] = records.Mark()
    return b.amount, 0, 0


def withdraw(s, tx):
    b = tx.body
    operator(s, b.operator_id)
    signed(s, tx, b.operator_id)
    account = s.account(b.operator_id, b.currency)
    rule("WRONG_SEQUENCE", b.sequence == account.sequence + 1)
    currency_is_good(b.currency)
    rule("ZERO_AMOUNT", b.amount > 0)
    rule("INSUFFICIENT_FUNDS", b.amount <= account.available)
    account.available -= b.amount
    account.sequence += 1
    return b.amount, 0, 0


def agreement_open(s, tx):
    b = tx.body
    operator(s, b.home)
    operator(s, b.visited)
    signed(s, tx, b.home)
    signed(s, tx, b.visited, 1)
    currency_is_good(b.currency)
    rule("BAD_TERMS", b.home != b.visited)
    rule("BAD_TERMS", 1 <= b.hold_max <= HOLD_LIMIT)
    rule("BAD_TERMS", b.commit_within_s > 0)
    rule("BAD_TERMS", b.settle_within_s > 0)
    rule("BAD_TERMS", b.dispute_within_s > 0)
    rule("BAD_TERMS", b.dispute_default_ppm <= PPM)
    id_ = wire.agreement_id(s.ledger, tx.body_bytes)
    rule("AGREEMENT_EXISTS", id_ not in s.agreements)
    s.agreements[id_] = records.Agreement(b, tx.body_bytes, s.time_s)
    return 0, 0, 0


def agreement_fund(s, tx):
    b, g = tx.body, agreement(s, tx)
    signed(s, tx, g.terms.home)
    rule("WRONG_SEQUENCE", b.sequence == g.home_sequence + 1)
    rule("ZERO_AMOUNT", b.amount > 0)
    rule("INSUFFICIENT_FUNDS", b.amount <= s.account(g.terms.home, g.terms.currency).available)
    rule("AMOUNT_OVERFLOW", g.available + g.held + g.earned + b.amount <= MONEY_MAX)
    s.account_to_change(g.terms.home, g.terms.currency).available -= b.amount
    g.available += b.amount
    g.home_sequence += 1
    return b.amount, 0, 0


def agreement_release(s, tx):
    b, g = tx.body, agreement(s, tx)
    signed(s, tx, g.terms.home)
    rule("WRONG_SEQUENCE", b.sequence == g.home_sequence + 1)
    rule("ZERO_AMOUNT", b.amount > 0)
    rule("INSUFFICIENT_FUNDS", b.amount <= g.available)
    rule("AMOUNT_OVERFLOW", s.account(g.terms.home, g.terms.currency).available + b.amount <= MONEY_MAX)
    g.available -= b.amount
    s.account_to_change(g.terms.home, g.terms.currency).available += b.amount
    g.home_sequence += 1
    return b.amount, 0, 0


def agreement_collect(s, tx):
    b, g = tx.body, agreement(s, tx)
    signed(s, tx, g.terms.visited)
    rule("WRONG_SEQUENCE", b.sequence == g.visited_sequence + 1)
    rule("ZERO_AMOUNT", b.amount > 0)
    rule("INSUFFICIENT_FUNDS", b.amount <= g.earned)
    rule("AMOUNT_OVERFLOW", s.account(g.terms.visited, g.terms.currency).available + b.amount <= MONEY_MAX)
    g.earned -= b.amount
    s.account_to_change(g.terms.visited, g.terms.currency).available += b.amount
    g.visited_sequence += 1
    return b.amount, 0, 0


def credit_note(s, tx):
    b, g = tx.body, agreement(s, tx)
    signed(s, tx, g.terms.visited)
    rule("WRONG_SEQUENCE", b.sequence == g.visited_sequence + 1)
    settlement = s.settlements.get(b.settlement)
    rule("UNKNOWN_SETTLEMENT", settlement is not None and settlement.agreement == b.agreement)
    rule("ZERO_AMOUNT", b.amount > 0)
    rule("TAX_ABOVE_FEE", b.tax <= b.amount)
    tax = settlement.credited_tax + b.tax
    net = settlement.credited - settlement.credited_tax + b.amount - b.tax
    rule("CREDIT_ABOVE_SETTLEMENT", tax <= settlement.total_tax and net <= settlement.total_fee - settlement.total_tax)
    rule("INSUFFICIENT_FUNDS", b.amount <= g.earned)
    g.earned -= b.amount
    g.available += b.amount
    settlement.credited += b.amount
    settlement.credited_tax += b.tax
    g.visited_sequence += 1
    return b.amount, b.tax, 0


def agreement_close(s, tx):
    b, g = tx.body, agreement(s, tx)
    rule("NOT_A_PARTY", b.signer in (g.terms.home, g.terms.visited))
    signed(s, tx, b.signer)
    home = b.signer == g.terms.home
    rule("WRONG_SEQUENCE", b.sequence == (g.home_sequence if home else g.visited_sequence) + 1)
    rule("AGREEMENT_CLOSED", not g.closed)
    g.closed = True
    if home:
        g.home_sequence += 1
    else:
        g.visited_sequence += 1
    return 0, 0, 0
