#include "admission.h"

#include <pthread.h>
#include <stdlib.h>

struct admission {
    const struct tables *tables;
    pthread_mutex_t mutex; /* guards what follows */
    struct view view;      /* between two looks it sees nothing */
    struct hosted_ledger hosted;
};

/* Admission looks at records only: the ledger object's head may stay behind. */
static enum roam_err open_ledger(struct admission *admission, const struct store_constants *constants,
                                 struct seen *seen, struct roam_diag *diag)
{
    struct ledger_head head;
    struct ledger_config config = {.env = &roam_env_system,
                                   .overlay_records_max = 1,
                                   .threads = 1,
                                   .kv = view_kv(&admission->view),
                                   .signatures = seen_memo(seen)};
    if (view_begin(&admission->view, admission->tables, false) != ROAM_OK)
        return view_explain(&admission->view, diag);
    enum roam_err err = head_load(&head, &admission->view, constants, diag);
    if (err == ROAM_OK) err = hosted_ledger_open(&admission->hosted, &config, constants, &head, diag);
    view_pause(&admission->view);
    return err;
}

enum roam_err admission_open(struct admission **out, const struct tables *tables,
                             const struct store_constants *constants, struct seen *seen,
                             struct roam_diag *diag)
{
    struct admission *admission = calloc(1, sizeof *admission);
    if (admission == NULL) return ROAM_E_NOMEM;
    admission->tables = tables;
    ROAM_ASSERT(pthread_mutex_init(&admission->mutex, NULL) == 0);
    enum roam_err err = open_ledger(admission, constants, seen, diag);
    if (err == ROAM_OK)
        *out = admission;
    else
        admission_close(admission);
    return err;
}

void admission_close(struct admission *admission)
{
    if (admission == NULL) return;
    view_abort(&admission->view);
    hosted_ledger_close(&admission->hosted);
    pthread_mutex_destroy(&admission->mutex);
    free(admission);
}

/* Others have their turn after so many. */
enum { TURN_TXS = 64 };

static enum roam_err take_turn(struct admission *admission, const struct ledger_bytes *txs, size_t count,
                               size_t *refused, enum ledger_outcome *outcome)
{
    pthread_mutex_lock(&admission->mutex);
    enum roam_err err = view_resume(&admission->view);
    if (err == ROAM_OK) {
        *refused = ledger_admit(admission->hosted.ledger, txs, count, outcome);
        err = view_status(&admission->view);
        view_pause(&admission->view);
    }
    pthread_mutex_unlock(&admission->mutex);
    return err;
}

enum roam_err admission_look(struct admission *admission, const struct ledger_bytes *txs, size_t count,
                             size_t *refused, enum ledger_outcome *outcome)
{
    *outcome = LEDGER_ACCEPTED;
    for (*refused = 0; *refused < count;) {
        const size_t first = *refused, left = count - first, turn = left < TURN_TXS ? left : TURN_TXS;
        size_t good;
        ROAM_TRY(take_turn(admission, txs + first, turn, &good, outcome));
        *refused += good;
        if (good < turn) return ROAM_OK;
    }
    return ROAM_OK;
}
