"""The invariants 1 to 5 of docs/ledger.md, over all records after a block. (6 and 7 are the comparison itself.)"""
import collections

import records

MONEY_MAX = 2**63 - 1
LIVE = (records.OPEN, records.COMMITTED, records.DISPUTED)


def broken(s, inside):
    """The first invariant that does not hold, or None. inside: deposits - withdrawals of each currency."""
    money, held = collections.Counter(), collections.Counter()
    for (_, currency), account in s.accounts.items():
        money[currency] += account.available
        if not 0 <= account.available <= MONEY_MAX:
            return "3: account"
    for session in s.sessions.values():
        held[session.agreement] += session.hold if session.state in LIVE else 0
    for id_, g in s.agreements.items():
        money[g.terms.currency] += g.available + g.held + g.earned
        if g.held != held[id_]:
            return "2: held"
        if min(g.available, g.held, g.earned) < 0 or g.available + g.held + g.earned > MONEY_MAX:
            return "3: agreement"
    for t in s.settlements.values():
        if not (t.credited <= t.total_fee and t.credited_tax <= t.total_tax
                and t.total_tax - t.credited_tax <= t.total_fee - t.credited):
            return "4: settlement"
    for total in s.validator_sets.values():
        powers = [v.power for v in s.validators.values() if v.power > 0]
        if not powers or (total.power, total.count) != (sum(powers), len(powers)):
            return "5: validators"
        if sum(voter.weight for voter in s.voters.values()) != total.power:
            return "5: weights"
    return None if +money == +inside else "1: money"
