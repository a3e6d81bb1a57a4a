/* The part of `settle` that each session has. Private to lib/circuits.
 *
 * Why no wire is left free. Field elements are read as integers of least absolute value. An equation modulo r
 * between two integers whose difference is below r in absolute value (r > 2^253) is one over the integers;
 * each step below shows that bound. Card values, ranges of their packs: price (net, tax) < 2^56 each, so
 * gross < 2^57; fixed net, tax < 2^80; scale <= 2^40; step - 1 < 2^24; minimum and maximum < 2^57; bias <
 * scale; group flags of a slot are 0 or 1 and at most one is 1.
 *
 * 1. Commitment. q_i, renewable and co2 are in their ranges and last_i is 0 or 1, so all of each pack but the
 * topmost field is exact. In `attributes` that is service, which is not ranged on its own: step 6 gives
 *    |service| < 2^21, so the pack is an integer below 2^118 and the fields are those that the device packed.
 *
 * 2. Last slots. Let T_k and N_k be the true sums of last_i * (step_i - 1) and of last_i over group k, N_0 of
 * last_i over group 0: T_k < 2^27, N <= 8. The circuit has t_k = e_k + d_k < 2^25 (both 24-bit ranges) and
 * n_k, 0 or 1, with sum T_k 2^(32 (k-1)) + sum N_k 2^(96 + 4 (k-1)) + N_0 2^108 = sum t_k 2^(32 (k-1)) + sum
 * n_k 2^(96 + 4 (k-1)). Both sides are below 2^112, and every digit is below its base (2^32, 2^16 between
 * 2^80 and 2^96, 16), so the digits are equal: N_0 = 0, N_k = n_k <= 1, and 1 + t_k is the step of group k's
 * last slot, 1 if it has none.
 *
 * 3. Round-up. Let Q_k < 2^51 be the true total of group k. With step_k = 1 + t_k <= 2^24, m_k < 2^51 and
 *    0 <= e_k <= t_k, the integer X_k = m_k step_k - e_k lies in (-2^24, 2^75). From
 *      sum Q_k 2^(80 (k-1)) = sum X_k 2^(80 (k-1)),
 *    where |X_k - Q_k| < 2^76 and so the difference of both sides is below 2^237: X_k = Q_k, that is
 *    e_k = -Q_k mod step_k.
 *
 * 4. Prices. S_net and S_tax, the true sums of billed * (net, tax) + fixed (billed: q_i, and e_k more on the
 * last slot of group k), are below (8 * 2^48 + 3 * 2^24) 2^56 + 2^80 < 2^108. The circuit has, for each
 * column, S'_c = f_c scale + rem_c - bias with |f_c| <= 2^57 + 2^56 (step 5) and 0 <= rem_c < 2^40, so |S'_c|
 * < 2^99, and S_net + S_tax 2^112 = S'_net + (S'_gross - S'_net) 2^112, the difference of both sides being
 * below 2^222. Digits differ by less than 2^109, so they are equal: f_c scale = S_c + bias - rem_c, with 0 <=
 * rem_c <= scale - 1 + ties_to_even (two 40-bit ranges). Without ties_to_even f_c = floor((S_c + bias) /
 * scale) >= 0. With it scale is even, bias = scale / 2, and f_c is a nearest integer, so f_c >= 0 again; at a
 * half both neighbours satisfy this (rem_c = 0 and rem_c = scale). Then, unless low_c = 1, the equation
 * (rem_c (scale - rem_c) + low_c + 1 - ties_to_even) * inverse = parity of f_c lets only the even one pass:
 * the first factor is a sum of three integers >= 0, 0 just in this case.
 *
 * 5. Limits, in integers since all bounds are powers of two below 2^59. high and low are 0 or 1.
 *      0 <= f - minimum (1 - high) + 2^56 low  < 2^56        x1 = low ? minimum : f
 *      0 <= maximum - x1           + 2^56 high < 2^56        x2 = high ? maximum : x1
 *    The first line bounds f as step 4 uses. high = 1 exactly if x1 > maximum. If high = 0, low = 1 exactly
 * if f < minimum, so x1 = max(f, minimum). If high = 1: f >= 0 gives low = 0, x1 = f, and the first line is f
 * < 2^56, the bound of the rule (if high = 0, f <= maximum). So x2 = min(max(f, minimum), maximum) in all
 * cases: for high = 1 because f > maximum. The parity of f is that of maximum and of maximum - x1 together
 * when low = 0. When low = 1 at a half the wrong neighbour of f < minimum may have been used; the right one
 * is <= minimum, so x1 is the same.
 *
 * 6. Service. -2^20 <= service - threshold < 2^20, missed is 1 exactly if it is negative.
 *
 * 7. Credit and hold. F = 10^6 - missed * credit lies in 0..10^6 and 0 <= x2 < 2^57. The circuit has
 *    x2 F = 10^6 out + loss, 0 <= loss < 10^6, and -2^56 <= hold - out < 2^56, over = 1 exactly if it is
 * negative. Of hold it knows only the digest's pack, (hold_0:80, hold_1:80, hold_2:80) for the ledger's holds
 * h_i < 2^56. Put D_i = hold_i - out_i. Then 10^6 hold_i = 10^6 D_i + x2 F - loss modulo r, and the right
 * side is an integer Y_i, |Y_i| < 2^76 + 2^77 + 2^20 < 2^78. So sum Y_i 2^(80 i) = sum 10^6 h_i 2^(80 i)
 * modulo r, where 10^6 h_i < 2^76: the difference is below 2^240, digits differ by less than 2^79, so Y_i =
 * 10^6 h_i and hold_i = h_i. With that |out| < 2^57, out = floor(x2 F / 10^6) and paid = over ? hold : out =
 * min(out, hold).
 *
 * All of 4, 5 and 7 grow with S, minimum and maximum, and net <= gross in each: so 0 <= tax <= paid gross <=
 * hold. */
#ifndef SETTLE_SESSION_H
#define SETTLE_SESSION_H

#include "settle.h"
#include "settle_card.h"

struct settle_session_wires {
    lc commitment, hold;
    lc paid[USAGE_COLUMNS]; /* min(fee, hold) of each column */
    lc quantity[USAGE_SLOTS], renewable, co2_mg;
};

void settle_session_circuit(struct builder *b, struct settle_session_wires *out,
                            const struct settle_card *card, const struct settle_session *session);

#endif
