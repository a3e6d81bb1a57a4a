#include "prover_state.h"

#include <string.h>

static_assert(sizeof((struct roam_prover_message *)0)->text == sizeof((struct roam_diag *)0)->text, "");

/* The public list takes its numbers from the internal one, and its own begin where that one will not come. */
#define SAME(name) static_assert((int)ROAM_PROVER_##name == (int)ROAM_##name, "")
SAME(OK);
SAME(E_FORMAT);
SAME(E_RANGE);
SAME(E_POINT);
static_assert((int)ROAM_PROVER_E_FALSE == (int)ROAM_E_VERIFY, "");
SAME(E_COUNT);
SAME(E_VERSION);
SAME(E_UNSUPPORTED);
SAME(E_LIMIT);
SAME(E_NOTFOUND);
SAME(E_IO);
SAME(E_NOMEM);
SAME(E_INSECURE);
SAME(E_CANCELLED);

const char *roam_prover_err_text(enum roam_prover_err err)
{
    switch (err) {
#define X(number, name, text)                                                                                \
    case ROAM_PROVER_##name:                                                                                 \
        return text;
        ROAM_PROVER_ERR_MAP(X)
#undef X
    }
    return "unknown error";
}

const char *roam_prover_err_name(enum roam_prover_err err)
{
    switch (err) {
#define X(number, name, text)                                                                                \
    case ROAM_PROVER_##name:                                                                                 \
        return #name;
        ROAM_PROVER_ERR_MAP(X)
#undef X
    }
    return "E_UNKNOWN";
}

const char *roam_prover_version(void) { return ROAM_VERSION; }

enum roam_prover_err prover_answer(enum roam_prover_err err, const struct roam_diag *diag,
                                   struct roam_prover_message *message)
{
    if (message == NULL) return err;
    memset(message, 0, sizeof *message);
    const char *text = diag->text[0] != '\0' ? diag->text : roam_prover_err_text(err);
    if (err != ROAM_PROVER_OK) memcpy(message->text, text, strlen(text));
    return err;
}
