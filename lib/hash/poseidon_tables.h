/* Poseidon's tables, and why the partial rounds are a linear recurrence. Private to lib/hash.
 *
 * In a partial round only state[0] passes the S-box. Write the state as (y, u), u the tail of n = t - 1
 * elements, and the matrix in blocks, M = (m, v; w, B). With s(r) = (y(r) + c(r))^5 round r is y(r+1) = m
 * s(r) + v u(r),     u(r+1) = w s(r) + B u(r): a linear system with one input s and one output y. The tail's
 * round constants only add known numbers to y and to the last u; the tables `partial` and `full` contain
 * them, so they are left out here. v satisfies v = - sum a_i v B^-i over i = 1..n, for the rows v B^-i are a
 * basis. So with h_0 = m and h_k = v B^(k-1) w, y(r+1) = - sum a_i y(r+1-i) + sum b_k s(r-k),  i = 1..n, k =
 * 0..n,  b_k = h_k + sum over i <= k of a_i h_(k-i). One inner product of 2n + 1 terms replaces the product
 * with M, one reduction the t of them.
 *
 * Enter: the tail before the first partial round acts like the history s(-k) = 0, y(1-i) = v B^-i u(0); the
 * matrix `enter` = diag(1, rows v B^-i) M in place of M in the full round before makes it. Leave: the rows v
 * B^-i times the last u are the last n outputs less what the last n inputs added to them; `leave` solves this
 * for u. */
#ifndef HASH_POSEIDON_TABLES_H
#define HASH_POSEIDON_TABLES_H

#include "fr52.h"
#include "poseidon.h"

enum { POSEIDON_PARTIAL_MAX = 70, POSEIDON_HALF = POSEIDON_FULL_ROUNDS / 2 };

/* full: [8 * t] constants of the full rounds; mds, enter: [t * t]; partial: [partial_rounds] what is added to
 * y before the S-box; recurrence: [2n + 1] for the window s(r-n), y(r-n+1), s(r-n+1), ..., y(r), s(r); leave:
 * [n * 2n] for the window s(R-n), y(R-n+1), ..., s(R-1), y(R). In poseidon_tables52 every row c of mds,
 * enter, recurrence and leave is followed by - c[0] c[1] - c[2] c[3] - ..., see poseidon8.c. */
#define POSEIDON_TABLES(name, type)                                                                          \
    struct name {                                                                                            \
        unsigned t, partial_rounds;                                                                          \
        const type *full, *mds, *enter, *partial, *recurrence, *leave;                                       \
    }
POSEIDON_TABLES(poseidon_tables, fr);
POSEIDON_TABLES(poseidon_tables52, struct fr52);

/* Entry t - 2 is for width t = 2..17. */
extern const struct poseidon_params poseidon_plain[];
extern const struct poseidon_tables poseidon_tables[];
extern const struct poseidon_tables52 poseidon_tables52[];

#endif
