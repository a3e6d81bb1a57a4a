/* Operating errors and their explanations.
 *
 * Three kinds of failure never mix:
 *   - a bug of this program: ROAM_ASSERT, prints and aborts;
 *   - an operating error (bad input, a full disk): one value of enum roam_err, which the caller must use;
 *   - the outcome of a ledger rule: data with a frozen number, see ledger/outcome.h.
 *
 * Numbers are stable within a major version. ROAM_E_VERIFY alone means "well formed but false". */
#ifndef ROAM_ERR_H
#define ROAM_ERR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROAM_MUST_USE __attribute__((warn_unused_result))
/* Set by the build of an installed library, for what it gives out. */
#ifndef ROAM_API
#define ROAM_API
#endif

/* number, name, text */
#define ROAM_ERR_MAP(X)                                                                                      \
    X(0, OK, "done")                                                                                         \
    X(1, E_FORMAT, "malformed input")                                                                        \
    X(2, E_RANGE, "value out of range or not canonical")                                                     \
    X(3, E_POINT, "not a point of the curve or of its subgroup")                                             \
    X(4, E_VERIFY, "well formed but false")                                                                  \
    X(5, E_COUNT, "wrong number of elements")                                                                \
    X(6, E_VERSION, "unknown version")                                                                       \
    X(7, E_UNSUPPORTED, "not supported")                                                                     \
    X(8, E_LIMIT, "larger than the stated limit")                                                            \
    X(9, E_OVERFLOW, "sum or product leaves its integer type")                                               \
    X(10, E_NOTFOUND, "not found")                                                                           \
    X(11, E_EXISTS, "exists already")                                                                        \
    X(12, E_IO, "reading or writing failed")                                                                 \
    X(13, E_NOMEM, "out of memory")                                                                          \
    X(14, E_INSECURE, "development key refused")                                                             \
    X(15, E_MISMATCH, "parts do not belong together")                                                        \
    X(16, E_BUSY, "busy, try again")                                                                         \
    X(17, E_CANCELLED, "cancelled")

enum roam_err {
#define X(number, name, text) ROAM_##name = number,
    ROAM_ERR_MAP(X)
#undef X
};

/* Short English text for an error; never NULL. */
ROAM_API const char *roam_err_text(enum roam_err err);
/* Symbolic name, "E_FORMAT"; never NULL. */
ROAM_API const char *roam_err_name(enum roam_err err);

/* Why an operation was refused, in words, with the offending value. Optional everywhere: functions that
 * take one accept NULL. The first explanation set is kept, so that the innermost cause survives. */
struct roam_diag {
    char text[480];
};
ROAM_API void roam_diag_clear(struct roam_diag *diag);
/* Sets the text if none is set yet and returns err, so that `return roam_diag(d, ROAM_E_X, "...")` reads
 * well. */
ROAM_API enum roam_err roam_diag(struct roam_diag *diag, enum roam_err err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Bugs stop the program. Kept in release builds. */
#define ROAM_ASSERT(condition) ((condition) ? (void)0 : roam_assert_failed(#condition, __FILE__, __LINE__))
ROAM_API __attribute__((noreturn)) void roam_assert_failed(const char *condition, const char *file, int line);

/* Return err from the enclosing function unless it is ROAM_OK. */
#define ROAM_TRY(expression)                                                                                 \
    do {                                                                                                     \
        enum roam_err roam_try_ = (expression);                                                              \
        if (roam_try_ != ROAM_OK) return roam_try_;                                                          \
    } while (0)

#endif
