#include "committer.h"

#include "block.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

/* Callers that were answered together tend to come again together. After a block the next one waits this long
 * at most for as many transactions as the last one answered: less than a sync takes, and it spares every
 * second block when a handful of callers wait for their answers one by one. */
enum { GATHER_NS = 100 * 1000 };

/* One call that waits; guarded by the queue's mutex. */
struct submitter {
    pthread_cond_t answered;
    size_t left;
    enum roam_err err;
};

struct committer {
    const struct tables *tables;
    const struct roam_env *env;
    struct hosted_ledger hosted;
    struct view view; /* of the block being made */
    struct draft draft;
    struct submission_list backlog; /* taken from the queue, not in a block yet */
    size_t last_count; /* answered with the last block */
    pthread_t thread;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t filled; /* the queue has `wanted`, or closing */
    struct submission_list queue;
    size_t wanted;
    bool closing;
    int failure;
};

static void gather(struct committer *c)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += GATHER_NS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    c->wanted = c->last_count;
    while (c->queue.count < c->wanted && !c->closing &&
           pthread_cond_timedwait(&c->filled, &c->mutex, &until) != ETIMEDOUT) {
    }
    c->wanted = 1;
}

/* Moves the queue to the backlog, after waiting until one of them has something. False: nothing is left and
 * nothing will come. */
static bool take_queue(struct committer *c)
{
    pthread_mutex_lock(&c->mutex);
    while (c->queue.first == NULL && c->backlog.first == NULL && !c->closing)
        pthread_cond_wait(&c->filled, &c->mutex);
    if (c->backlog.first == NULL) gather(c);
    submission_list_move(&c->backlog, &c->queue);
    pthread_mutex_unlock(&c->mutex);
    return c->backlog.first != NULL;
}

static void answer(struct committer *c, struct submission_list *list, enum roam_err err)
{
    pthread_mutex_lock(&c->mutex);
    for (struct submission *s = list->first, *next; s != NULL; s = next) {
        struct submitter *submitter = s->submitter;
        next = s->next; /* the caller takes its memory back once answered */
        if (err != ROAM_OK) submitter->err = err;
        if (--submitter->left == 0) pthread_cond_signal(&submitter->answered);
    }
    pthread_mutex_unlock(&c->mutex);
    submission_list_init(list);
}

/* The receipt of a transaction that was accepted before. */
static bool was_accepted(struct committer *c, const struct submission *submission)
{
    uint64_t index;
    struct ledger_receipt receipt;
    if (receipt_index(&index, &c->view, &submission->id) != ROAM_OK ||
        receipt_load(&receipt, &c->view, index) != ROAM_OK || receipt.outcome != LEDGER_ACCEPTED)
        return false;
    *submission->receipt = receipt;
    return true;
}

/* Goes through the backlog, in order, until the block is full: what was accepted before moves to `known`, the
 * first of each id to `fresh` and into the draft; what repeats an id of the block stays, for its outcome
 * decides. */
static void select_block(struct committer *c, struct submission_list *known, struct submission_list *fresh)
{
    struct submission **link = &c->backlog.first;
    enum draft_answer answer = DRAFT_TAKEN;
    draft_clear(&c->draft);
    while (*link != NULL && answer != DRAFT_FULL) {
        struct submission_list *to = was_accepted(c, *link) ? known : fresh;
        if (to == fresh && (answer = draft_add(&c->draft, *link)) != DRAFT_TAKEN)
            link = &(*link)->next;
        else
            submission_list_add(to, submission_list_take(&c->backlog, link));
    }
}

static void deliver_receipts(const struct draft *draft)
{
    for (size_t i = 0; i < draft->count; i++) *draft->submissions[i]->receipt = draft->receipts[i];
}

/* From now on nothing is executed: only a new start knows what the disk holds. */
static void stop(struct committer *c)
{
    pthread_mutex_lock(&c->mutex);
    c->failure = c->view.cause;
    submission_list_move(&c->backlog, &c->queue);
    pthread_mutex_unlock(&c->mutex);
}

/* Makes one block of the backlog and answers it; on failure all of the backlog. */
static enum roam_err run_block(struct committer *c)
{
    struct submission_list known, fresh;
    submission_list_init(&known);
    submission_list_init(&fresh);
    enum roam_err err = view_begin(&c->view, c->tables, true);
    if (err == ROAM_OK) select_block(c, &known, &fresh);
    if (err == ROAM_OK && c->draft.count > 0)
        err = block_commit(c->hosted.ledger, &c->view, &c->draft, c->env);
    else
        view_abort(&c->view);
    if (err == ROAM_OK) err = view_status(&c->view);
    if (err == ROAM_OK)
        deliver_receipts(&c->draft);
    else
        stop(c);
    c->last_count = known.count + fresh.count;
    answer(c, &known, err);
    answer(c, &fresh, err);
    if (err != ROAM_OK) answer(c, &c->backlog, err);
    return err;
}

static void *run(void *context)
{
    struct committer *c = context;
    while (take_queue(c) && run_block(c) == ROAM_OK) {
    }
    return NULL;
}

static enum roam_err open_ledger(struct committer *c, const struct store_constants *constants,
                                 const struct store_options *options, struct roam_diag *diag)
{
    struct ledger_head head;
    struct ledger_config config = {.env = options->env,
                                   .overlay_records_max = DRAFT_RECORDS_MAX,
                                   .threads = options->threads,
                                   .kv = view_kv(&c->view),
                                   .receipt_nodes = view_nodes(&c->view)};
    if (view_begin(&c->view, c->tables, false) != ROAM_OK) return view_explain(&c->view, diag);
    enum roam_err err = head_load(&head, &c->view, constants, diag);
    if (err == ROAM_OK) err = hosted_ledger_open(&c->hosted, &config, constants, &head, diag);
    view_abort(&c->view);
    return err;
}

static void release(struct committer *c)
{
    hosted_ledger_close(&c->hosted);
    draft_release(&c->draft);
    pthread_cond_destroy(&c->filled);
    pthread_mutex_destroy(&c->mutex);
    free(c);
}

static void init_waiting(struct committer *c)
{
    pthread_condattr_t monotonic;
    c->wanted = 1;
    ROAM_ASSERT(pthread_mutex_init(&c->mutex, NULL) == 0 && pthread_condattr_init(&monotonic) == 0 &&
                pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
                pthread_cond_init(&c->filled, &monotonic) == 0);
}

enum roam_err committer_start(struct committer **out, const struct tables *tables,
                              const struct store_constants *constants, const struct store_options *options,
                              struct roam_diag *diag)
{
    struct committer *c = calloc(1, sizeof *c);
    if (c == NULL) return ROAM_E_NOMEM;
    c->tables = tables;
    c->env = options->env;
    submission_list_init(&c->backlog);
    submission_list_init(&c->queue);
    init_waiting(c);
    enum roam_err err = draft_init(&c->draft, options->block_txs_max);
    if (err == ROAM_OK) err = open_ledger(c, constants, options, diag);
    if (err == ROAM_OK && pthread_create(&c->thread, NULL, run, c) != 0) err = ROAM_E_NOMEM;
    if (err == ROAM_OK)
        *out = c;
    else
        release(c);
    return err;
}

void committer_stop(struct committer *c)
{
    if (c == NULL) return;
    pthread_mutex_lock(&c->mutex);
    c->closing = true;
    pthread_cond_signal(&c->filled);
    pthread_mutex_unlock(&c->mutex);
    ROAM_ASSERT(pthread_join(c->thread, NULL) == 0);
    release(c);
}

enum roam_err committer_submit(struct committer *c, struct submission *submissions, size_t count)
{
    struct submitter submitter = {.left = count};
    ROAM_ASSERT(pthread_cond_init(&submitter.answered, NULL) == 0);
    for (size_t i = 0; i < count; i++) {
        submissions[i].submitter = &submitter;
        tx_id_of_bytes(&submissions[i].id, submissions[i].tx.bytes, submissions[i].tx.size);
    }
    pthread_mutex_lock(&c->mutex);
    ROAM_ASSERT(!c->closing);
    if (c->failure != 0) {
        submitter.err = ROAM_E_IO;
    } else {
        for (size_t i = 0; i < count; i++) submission_list_add(&c->queue, &submissions[i]);
        if (c->queue.count >= c->wanted) pthread_cond_signal(&c->filled);
        while (submitter.left > 0) pthread_cond_wait(&submitter.answered, &c->mutex);
    }
    pthread_mutex_unlock(&c->mutex);
    pthread_cond_destroy(&submitter.answered);
    return submitter.err;
}

void committer_explain(struct committer *c, struct roam_diag *diag)
{
    pthread_mutex_lock(&c->mutex);
    if (c->failure != 0) view_explain(&(struct view){.cause = c->failure}, diag);
    pthread_mutex_unlock(&c->mutex);
}
