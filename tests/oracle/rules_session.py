"""The rules of docs/ledger.md for sessions: opening, usage, settlement, expiry, disputes."""
import babyjub
import records
import wire
from poseidon import poseidon
from rules import PPM, agreement, operator, rule, signed

TAG_USAGE, TAG_BATCH, TAG_SIGN = (int.from_bytes(letters, "big") for letters in (b"usg1", b"btc1", b"sgn1"))


def session_of(s, tx, serial):
    session = s.sessions.get(wire.session_id(tx.body.agreement, serial))
    rule("UNKNOWN_SESSION", session is not None and session.agreement == tx.body.agreement)
    return session


def close(session, state, tx):
    session.state, session.deadline_s, session.closed_by = state, 0, tx.id


def session_open(s, tx):
    b, g = tx.body, agreement(s, tx)
    signed(s, tx, g.terms.home)
    rule("AGREEMENT_CLOSED", not g.closed)
    rule("EMPTY_BATCH", b.items)
    rule("AUTHORISATION_LAPSED", s.time_s < b.valid_until_s)
    serials, total = set(), 0
    for item in b.items:
        total += item.hold
        rule("HOLD_OUT_OF_RANGE", 1 <= item.hold <= g.terms.hold_max)
        rule("SESSION_EXISTS", wire.session_id(b.agreement, item.serial) not in s.sessions)
        rule("DUPLICATE_SESSION", item.serial not in serials)
        rule("INSUFFICIENT_FUNDS", total <= g.available)
        serials.add(item.serial)
    for item in b.items:
        s.sessions[wire.session_id(b.agreement, item.serial)] = records.Session(
            b.agreement, item.serial, item.session_key, item.hold, s.time_s + g.terms.commit_within_s)
    g.available -= total
    g.held += total
    return total, 0, len(b.items)


def sign_message(agreement_id, item):
    """usage_sign_message."""
    session = wire.id_element(wire.session_id(agreement_id, item.serial))
    return poseidon((TAG_SIGN, session, item.seq, item.commitment))


def usage_commit(s, tx):
    b, g = tx.body, agreement(s, tx)
    signed(s, tx, g.terms.visited)
    rule("EMPTY_BATCH", b.items)
    seen = set()
    for item in b.items:
        session = session_of(s, tx, item.serial)
        rule("DUPLICATE_SESSION", item.serial not in seen)
        rule("WRONG_STATE", session.state in (records.OPEN, records.COMMITTED))
        rule("DEADLINE_PASSED", s.time_s < session.deadline_s)
        rule("STALE_COMMITMENT", item.seq > session.seq)
        seen.add(item.serial)
    for item in b.items:
        key = session_of(s, tx, item.serial).session_key
        rule("BAD_DEVICE_SIGNATURE", babyjub.verify(key, sign_message(b.agreement, item), item.r8, item.s))
    for item in b.items:
        session = session_of(s, tx, item.serial)
        session.seq, session.commitment = item.seq, item.commitment
        if session.state == records.OPEN:
            session.state, session.deadline_s = records.COMMITTED, s.time_s + g.terms.settle_within_s
    return 0, 0, len(b.items)


def empty_commitment():
    """usage_commitment of a record of all zeros."""
    return poseidon((TAG_USAGE << 192, 0, 0, 0, 0))


def batch_digest(places, size):
    """settle_batch_digest of (commitment, hold) pairs in a circuit of `size` places."""
    places = places + [(empty_commitment(), 0)] * (size - len(places))
    elements = []
    for i in range(0, size, 3):
        three = places[i:i + 3] + [(0, 0)] * (i + 3 - size)
        elements += [commitment for commitment, _ in three]
        elements.append(sum(hold << 80 * k for k, (_, hold) in enumerate(three)))
    state = TAG_BATCH + (size << 32)
    for i in range(0, len(elements), 16):
        block = elements[i:i + 16]
        state = poseidon((*block, *[0] * (16 - len(block))), state)
    return state


def settle(s, tx, proof_holds):
    """proof_holds(tx, the key's bytes, the six public inputs)."""
    b, g = tx.body, agreement(s, tx)
    signed(s, tx, g.terms.visited)
    rule("EMPTY_BATCH", b.serials)
    keys = {size: key for size, _, key in s.genesis.circuits}
    rule("UNKNOWN_CIRCUIT", b.circuit_size in keys)
    rule("TOO_MANY_SESSIONS", len(b.serials) <= b.circuit_size)
    seen = set()
    for serial in b.serials:
        session = session_of(s, tx, serial)
        rule("DUPLICATE_SESSION", serial not in seen)
        rule("WRONG_STATE", session.state == records.COMMITTED)
        rule("DEADLINE_PASSED", s.time_s < session.deadline_s)
        seen.add(serial)
    sessions = [session_of(s, tx, serial) for serial in b.serials]
    holds = sum(session.hold for session in sessions)
    rule("FEE_ABOVE_HOLDS", b.total_fee <= holds)
    rule("TAX_ABOVE_FEE", b.total_tax <= b.total_fee)
    digest = batch_digest([(session.commitment, session.hold) for session in sessions], b.circuit_size)
    inputs = (wire.id_element(b.agreement), g.terms.rate_card, digest, b.total_fee, b.total_tax, b.esg)
    rule("BAD_PROOF", proof_holds(tx, keys[b.circuit_size], inputs))
    for session in sessions:
        close(session, records.SETTLED, tx)
    g.held -= holds
    g.earned += b.total_fee
    g.available += holds - b.total_fee
    s.settlements[tx.id] = records.Settlement(b.agreement, b.total_fee, b.total_tax, len(sessions), b.esg)
    return b.total_fee, b.total_tax, len(sessions)


def expire(s, tx):
    b = tx.body
    operator(s, b.signer)
    g = agreement(s, tx)
    signed(s, tx, b.signer)
    rule("EMPTY_BATCH", b.serials)
    seen = set()
    for serial in b.serials:
        session = session_of(s, tx, serial)
        rule("DUPLICATE_SESSION", serial not in seen)
        rule("WRONG_STATE", session.state not in (records.SETTLED, records.REFUNDED))
        rule("DEADLINE_NOT_REACHED", s.time_s >= session.deadline_s)
        seen.add(serial)
    paid = 0
    for serial in b.serials:
        session, due, state = session_of(s, tx, serial), 0, records.REFUNDED
        if session.state == records.DISPUTED and g.terms.dispute_default_ppm > 0:
            due, state = session.hold * g.terms.dispute_default_ppm // PPM, records.SETTLED
        g.held -= session.hold
        g.earned += due
        g.available += session.hold - due
        close(session, state, tx)
        paid += due
    return paid, 0, len(b.serials)


def dispute(s, tx):
    g = agreement(s, tx)
    signed(s, tx, g.terms.home)
    session = session_of(s, tx, tx.body.serial)
    rule("WRONG_STATE", session.state == records.COMMITTED)
    rule("DEADLINE_PASSED", s.time_s < session.deadline_s)
    session.state, session.deadline_s = records.DISPUTED, s.time_s + g.terms.dispute_within_s
    return 0, 0, 1


def dispute_resolve(s, tx):
    b, g = tx.body, agreement(s, tx)
    signed(s, tx, g.terms.home)
    signed(s, tx, g.terms.visited, 1)
    session = session_of(s, tx, b.serial)
    rule("WRONG_STATE", session.state == records.DISPUTED)
    rule("FEE_ABOVE_HOLDS", b.amount <= session.hold)
    rule("TAX_ABOVE_FEE", b.tax <= b.amount)
    close(session, records.SETTLED, tx)
    g.held -= session.hold
    g.earned += b.amount
    g.available += session.hold - b.amount
    s.settlements[tx.id] = records.Settlement(b.agreement, b.amount, b.tax, 1, 0)
    return b.amount, b.tax, 1
