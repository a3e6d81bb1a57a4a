/* The part of `settle` that each session has. Private to lib/circuits.
 *
 * Why no wire is left free. Field elements are read as integers of least absolute value. An equation
 * modulo r > 2^253 whose two sides are integers that differ by less than r holds over the integers;
 * each step shows that bound. If two sums of digits d_i 2^(b i) are equal and their digits at i
 * differ by less than 2^b, then all digits are equal: "by digits" below. m_k, loss and the lines of step 5
 * and hold - out of step 7 are sums of bits and no wires; what follows from their equations is the same.
 *
 * Of the card (settle_card.h): net and tax of a price < 2^56, of the fixed fee < 2^80; step - 1 <
 * 2^24; scale <= 2^40, bias < scale; minimum, maximum < 2^57; at most one group flag of a slot is 1,
 * the others 0.
 *
 * 1. Commitment. q_i, renewable and co2 are in their ranges and last_i is 0 or 1, so in each pack all
 *    fields but the topmost are exact. In `attributes` that is service, which has no range of its
 *    own: by step 6 |service| < 2^21, so the pack is an integer below 2^118 in absolute value, and by
 *    digits its fields are those that the device packed.
 *
 * 2. Last slots. Let T_k and N_k be the true sums of last_i (step_i - 1) and of last_i over group k,
 *    N_0 that of last_i over group 0: T_k < 2^27, N <= 8. The circuit has t_k = e_k + d_k < 2^25,
 *    where e_k and d_k have 24 bits, and n_k, which is 0 or 1, with
 *      sum T_k 2^(32 (k-1)) + 2^96 (sum N_k 16^(k-1) + 16^3 N_0)
 *        = sum t_k 2^(32 (k-1)) + 2^96 sum n_k 16^(k-1).
 *    Both sides are below 2^112. By digits N_0 = 0, N_k = n_k <= 1 and T_k = t_k: 1 + t_k is the step
 *    of group k's last slot, 1 if it has none.
 *
 * 3. Round-up. Let Q_k < 2^51 be the true total of group k. step_k = 1 + t_k <= 2^24, m_k has 51 bits
 *    and 0 <= e_k <= t_k, so the integer X_k = m_k step_k - e_k lies between -2^24 and 2^75. The
 *    circuit has
 *      sum Q_k 2^(80 (k-1)) = sum X_k 2^(80 (k-1)).
 *    |X_k - Q_k| < 2^76, the sides differ by less than 2^237, and by digits X_k = Q_k: e_k = -Q_k mod
 *    step_k.
 *
 * 4. Rating. Let S_net and S_tax be the true sums of billed * (net, tax) and the fixed fee, where q_i
 *    of slot i is billed, and e_k more on group k's last: below (8 * 2^48 + 3 * 2^24) 2^56 + 2^80 <
 *    2^108. The circuit has S'_c = f_c scale + rem_c - bias for each column c. |f_c| <= 2^57 + 2^56
 *    by step 5, 0 <= rem_c < 2^40, so |S'_c| < 2^99, and
 *      S_net + S_tax 2^112 = S'_net + (S'_gross - S'_net) 2^112.
 *    Digits differ by less than 2^109, the sides by less than 2^222. By digits f_c scale = S_c + bias
 *    - rem_c. Two 40-bit ranges give 0 <= rem_c <= scale - 1 + ties_to_even. Without ties_to_even,
 *    f_c = floor((S_c + bias) / scale) >= 0. With it, scale is even, bias = scale / 2 and f_c is a
 *    nearest integer, again >= 0. At a half there are two: rem_c = 0 or scale. Then
 *      (rem_c (scale - rem_c) + low_c + 1 - ties_to_even) * inverse = parity of f_c
 *    lets the even one pass only, unless low_c = 1: the first factor is a sum of three integers >= 0
 *    (below 2^81), which is 0 in just this case; in all others some inverse solves it.
 *
 * 5. Limits, in integers: each side of each line is below 2^59. high and low are 0 or 1.
 *      0 <= f - (1 - high) minimum + 2^56 low  < 2^56        x1 = low ? minimum : f
 *      0 <= maximum - x1           + 2^56 high < 2^56        x2 = high ? maximum : x1
 *    The first line bounds f as step 4 uses it. The second says high = 1 exactly if x1 > maximum. If
 *    high = 0, the first says low = 1 exactly if f < minimum: x1 = max(f, minimum), and f <= maximum.
 *    If high = 1, f >= 0 gives low = 0, x1 = f, and f < 2^56, beyond which usage_rate refuses too. In
 *    both cases x2 = min(max(f, minimum), maximum). When low = 0, maximum - x1 and maximum tell the
 *    parity of f. When low = 1, f may be the wrong neighbour of a half below minimum; the right one
 *    is at most minimum, and x1 is the same.
 *
 * 6. Service. -2^20 <= service - threshold < 2^20, and missed = 1 exactly if it is negative.
 *
 * 7. Payment. F = 10^6 - missed * credit is in 0..10^6, and 0 <= x2 < 2^57. The circuit has
 *      x2 F = 10^6 out + loss, 0 <= loss < 10^6, -2^56 <= hold - out < 2^56, over = 1 exactly if negative.
 *    Of a hold it knows only the digest's pack of three, sum hold_i 2^(80 i) = sum h_i 2^(80 i) for
 *    the ledger's h_i < 2^56. Modulo r, 10^6 hold_i = 10^6 (hold_i - out_i) + x2 F - loss, and the
 *    right side is an integer Y_i with |Y_i| < 2^76 + 2^77 + 2^20 < 2^78. So sum Y_i 2^(80 i) = sum
 *    10^6 h_i 2^(80 i) modulo r, the sides differ by less than 2^240, and by digits Y_i = 10^6 h_i:
 *    hold_i = h_i. Then |out| <= 2^57, so out = floor(x2 F / 10^6), and paid = over ? hold : out =
 *    min(out, hold).
 *
 * f, x1, x2, out and paid grow with S, minimum and maximum, and net <= gross in these: whatever the
 * card, 0 <= tax <= paid gross <= hold. */
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
