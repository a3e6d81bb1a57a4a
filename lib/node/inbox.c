#include "inbox.h"

#include "endian.h"
#include "parcel.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The window: what it begins with and never falls below, and answers that are too slow or quick enough. */
enum { WINDOW_FIRST = 512 << 10, WINDOW_MIN = 64 << 10, SLOW_MS = 2000, QUICK_MS = 1000 };
/* As many windows may wait for this one. */
enum { WINDOWS_WAITING = 2 };

/* One call of inbox_submit, with its transactions' bytes behind it. */
struct submission {
    struct submission *next; /* of those that end now */
    inbox_done *done;
    void *context;
    enum roam_err err;
    size_t count, left, bytes;
    struct ledger_receipt *receipts;
    struct waiting *waiting; /* [count] */
};

/* One transaction that has no receipt yet. */
struct waiting {
    struct waiting *same;            /* the next in its bucket */
    struct waiting *before, *behind; /* in the order in which they are due */
    struct submission *submission;
    roam_id id;
    struct ledger_bytes tx;
    uint64_t since_ms, sent_ms, due_ms; /* it came; was packed first; is to be packed */
    unsigned packed;                    /* how often it was */
};

struct inbox {
    struct inbox_options options;
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t filled;
    struct waiting fresh, sent; /* heads of rings: not packed yet; packed, the first due first */
    struct waiting **buckets;
    size_t bucket_count; /* a power of two */
    struct inbox_load load;
    bool window_full;    /* something waited for it since it changed last */
    uint64_t changed_ms; /* the window */
    bool closed;
};

static void ring_init(struct waiting *head) { head->before = head->behind = head; }
static bool ring_empty(const struct waiting *head) { return head->behind == head; }
static void ring_remove(struct waiting *w)
{
    w->before->behind = w->behind;
    w->behind->before = w->before;
}
static void ring_add(struct waiting *head, struct waiting *w)
{
    w->behind = head;
    w->before = head->before;
    head->before->behind = w;
    head->before = w;
}

enum roam_err inbox_create(struct inbox **out, const struct inbox_options *options)
{
    pthread_condattr_t monotonic;
    struct inbox *inbox = calloc(1, sizeof *inbox);
    if (inbox == NULL) return ROAM_E_NOMEM;
    ROAM_ASSERT(options->parcel_bytes > TX_SIZE_MAX + 8 && options->parcel_bytes <= PARCEL_SIZE_MAX);
    inbox->options = *options;
    inbox->load.window = options->bytes_max < WINDOW_FIRST ? options->bytes_max : WINDOW_FIRST;
    ring_init(&inbox->fresh);
    ring_init(&inbox->sent);
    for (inbox->bucket_count = 64; inbox->bucket_count < options->txs_max; inbox->bucket_count *= 2) {
    }
    inbox->buckets = calloc(inbox->bucket_count, sizeof(struct waiting *));
    if (inbox->buckets == NULL) {
        free(inbox);
        return ROAM_E_NOMEM;
    }
    ROAM_ASSERT(pthread_mutex_init(&inbox->mutex, NULL) == 0 && pthread_condattr_init(&monotonic) == 0 &&
                pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
                pthread_cond_init(&inbox->filled, &monotonic) == 0);
    *out = inbox;
    return ROAM_OK;
}

static struct waiting **bucket_of(const struct inbox *inbox, const roam_id *id)
{
    return &inbox->buckets[load_le64(id->byte) & (inbox->bucket_count - 1)];
}

/* The transaction has its answer: it leaves the bucket and the ring. */
static void take_out(struct inbox *inbox, struct waiting *w)
{
    struct waiting **link = bucket_of(inbox, &w->id);
    while (*link != w) link = &(*link)->same;
    *link = w->same;
    ring_remove(w);
    inbox->load.txs--;
    inbox->load.bytes -= w->tx.size;
    if (w->packed > 0) inbox->load.sent -= w->tx.size;
}

/* Gives one transaction of a submission its answer; a submission that has all of them joins `ended`. That
 * one's outcome is not known outweighs that another was refused. */
static void answer(struct submission *s, enum roam_err err, struct submission **ended)
{
    if (err != ROAM_OK && s->err != ROAM_E_BUSY) s->err = err;
    if (--s->left > 0) return;
    s->next = *ended;
    *ended = s;
}

static void submission_free(struct submission *s)
{
    free(s->receipts);
    free(s->waiting);
    free(s);
}

/* Outside the lock. */
static void finish(struct submission *ended)
{
    for (struct submission *s = ended, *next; s != NULL; s = next) {
        next = s->next;
        s->done(s->context, s->err, s->receipts, s->count);
        submission_free(s);
    }
}

static struct submission *submission_new(const struct ledger_bytes *txs, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) bytes += txs[i].size;
    struct submission *s = malloc(sizeof *s + bytes);
    if (s == NULL) return NULL;
    uint8_t *copy = (uint8_t *)(s + 1);
    *s = (struct submission){.count = count, .left = count, .bytes = bytes};
    s->receipts = calloc(count, sizeof *s->receipts);
    s->waiting = calloc(count, sizeof *s->waiting);
    if (s->receipts == NULL || s->waiting == NULL) {
        submission_free(s);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(copy, txs[i].bytes, txs[i].size);
        s->waiting[i].submission = s;
        s->waiting[i].tx = (struct ledger_bytes){copy, txs[i].size};
        tx_id_of_bytes(&s->waiting[i].id, copy, txs[i].size);
        copy += txs[i].size;
    }
    return s;
}

/* One submission may always wait for the window, however large it is. */
static bool has_room(const struct inbox *inbox, const struct submission *s)
{
    const struct inbox_load *load = &inbox->load;
    const size_t fresh = load->bytes - load->sent;
    return s->count <= inbox->options.txs_max - load->txs &&
           s->bytes <= inbox->options.bytes_max - load->bytes &&
           (fresh == 0 || fresh + s->bytes <= WINDOWS_WAITING * load->window);
}

/* In the lock, so that what is accepted meanwhile is either seen here or settled later. */
static void enter(struct inbox *inbox, struct submission *s, struct submission **ended)
{
    const struct inbox_options *options = &inbox->options;
    const uint64_t now_ms = options->now_ms(options->context);
    inbox->load.taken += s->count;
    for (size_t i = 0; i < s->count; i++) {
        struct waiting *w = &s->waiting[i];
        if (options->accepted(options->context, &w->id, &s->receipts[i]) == ROAM_OK) {
            inbox->load.answered++;
            answer(s, ROAM_OK, ended);
            continue;
        }
        struct waiting **bucket = bucket_of(inbox, &w->id);
        w->same = *bucket;
        *bucket = w;
        w->since_ms = now_ms;
        ring_add(&inbox->fresh, w);
        inbox->load.txs++;
        inbox->load.bytes += w->tx.size;
    }
}

enum roam_err inbox_submit(struct inbox *inbox, const struct ledger_bytes *txs, size_t count,
                           inbox_done *done, void *context)
{
    struct submission *ended = NULL, *s = submission_new(txs, count);
    if (s == NULL) return ROAM_E_NOMEM;
    s->done = done;
    s->context = context;
    enum roam_err err = ROAM_OK;
    pthread_mutex_lock(&inbox->mutex);
    if (s->count > inbox->options.txs_max || s->bytes > inbox->options.bytes_max)
        err = ROAM_E_LIMIT;
    else if (inbox->closed || !has_room(inbox, s))
        err = ROAM_E_BUSY;
    if (err == ROAM_OK)
        enter(inbox, s, &ended);
    else
        inbox->load.refused_busy += s->count;
    if (!ring_empty(&inbox->fresh)) pthread_cond_signal(&inbox->filled);
    pthread_mutex_unlock(&inbox->mutex);
    if (err != ROAM_OK) submission_free(s);
    finish(ended);
    return err;
}

static bool fits_window(struct inbox *inbox, const struct waiting *w)
{
    const struct inbox_load *load = &inbox->load;
    if (load->sent == 0 || load->sent + w->tx.size <= load->window) return true;
    inbox->window_full = true;
    return false;
}

/* The next transaction to be packed, or NULL. */
static struct waiting *next_due(struct inbox *inbox, uint64_t now_ms)
{
    struct waiting *repeat = inbox->sent.behind, *fresh = inbox->fresh.behind;
    if (repeat != &inbox->sent && repeat->due_ms <= now_ms) return repeat;
    return fresh != &inbox->fresh && fits_window(inbox, fresh) ? fresh : NULL;
}

/* After answers the slowest of which took this long from its first parcel on. Not again before what is sent
 * under the new window can have its answer. */
static void set_window(struct inbox *inbox, uint64_t slowest_ms)
{
    size_t *window = &inbox->load.window;
    const uint64_t now_ms = inbox->options.now_ms(inbox->options.context);
    const bool slow = slowest_ms > SLOW_MS, quick = slowest_ms < QUICK_MS && inbox->window_full;
    if (now_ms - inbox->changed_ms < slowest_ms || (!slow && !quick)) return;
    if (slow && *window > WINDOW_MIN) *window = *window / 2 > WINDOW_MIN ? *window / 2 : WINDOW_MIN;
    if (quick) *window += *window / 4;
    if (*window > inbox->options.bytes_max) *window = inbox->options.bytes_max;
    inbox->changed_ms = now_ms;
    inbox->window_full = false;
}

/* An eighth each time. Not fewer than eight: in an overload, when all is repeated, there would be as many
 * messages as transactions. */
size_t inbox_company(unsigned n)
{
    enum { COMPANY_MIN = 8 };
    const size_t company = n < 4 ? (size_t)PARCEL_TXS_MAX >> 3 * n : 0;
    return company > COMPANY_MIN ? company : COMPANY_MIN;
}

/* Before it is packed again: true if it has its answer, for it was accepted or is inadmissible now. What was
 * accepted may be inadmissible since, so admission is asked first. */
static bool ends_waiting(struct inbox *inbox, struct waiting *w, struct submission **ended)
{
    const struct inbox_options *options = &inbox->options;
    struct submission *s = w->submission;
    struct ledger_receipt *receipt = &s->receipts[w - s->waiting];
    enum ledger_outcome outcome = LEDGER_ACCEPTED;
    const bool refused =
        options->admit(options->context, &w->tx, &outcome) == ROAM_OK && outcome != LEDGER_ACCEPTED;
    const bool accepted = options->accepted(options->context, &w->id, receipt) == ROAM_OK;
    if (!refused && !accepted) return false;
    if (!accepted) *receipt = (struct ledger_receipt){.outcome = (uint16_t)outcome, .tx = w->id};
    take_out(inbox, w);
    inbox->load.answered += accepted;
    inbox->load.turned += !accepted;
    answer(s, accepted ? ROAM_OK : ROAM_E_VERIFY, ended);
    return true;
}

/* In the lock. Returns how many transactions were packed. */
static size_t pack(struct inbox *inbox, uint8_t *bytes, size_t *size, struct submission **ended)
{
    const struct inbox_options *options = &inbox->options;
    const uint64_t now_ms = options->now_ms(options->context);
    size_t count = 0, company = 1;
    bool repeats = false;
    for (struct waiting *w; count < company && (w = next_due(inbox, now_ms)) != NULL;) {
        if (w->packed > 0 && ends_waiting(inbox, w, ended)) continue;
        if (count > 0 && repeats != (w->packed > 0)) break;
        if (!parcel_write_add(bytes, options->parcel_bytes, size, w->tx.bytes, w->tx.size)) break;
        if (count == 0) {
            repeats = w->packed > 0;
            company = inbox_company(w->packed);
        }
        count++;
        inbox->load.repeated += repeats;
        ring_remove(w);
        if (!repeats) {
            w->sent_ms = now_ms;
            inbox->load.sent += w->tx.size;
        }
        w->packed++;
        w->due_ms = now_ms + options->repeat_ms;
        ring_add(&inbox->sent, w);
    }
    return count;
}

bool inbox_pack(struct inbox *inbox, uint8_t *bytes, size_t *size)
{
    struct submission *ended = NULL;
    parcel_write_begin(bytes, size);
    pthread_mutex_lock(&inbox->mutex);
    const size_t count = pack(inbox, bytes, size, &ended);
    pthread_mutex_unlock(&inbox->mutex);
    finish(ended);
    return count > 0;
}

bool inbox_wait(struct inbox *inbox, unsigned timeout_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&inbox->mutex);
    bool due = next_due(inbox, inbox->options.now_ms(inbox->options.context)) != NULL;
    if (!due) {
        (void)pthread_cond_timedwait(&inbox->filled, &inbox->mutex, &until);
        due = next_due(inbox, inbox->options.now_ms(inbox->options.context)) != NULL;
    }
    pthread_mutex_unlock(&inbox->mutex);
    return due;
}

/* A refusal is not the last word if an earlier copy was accepted. */
static const struct ledger_receipt *
final_receipt(const struct inbox *inbox, const struct ledger_receipt *receipt, struct ledger_receipt *earlier)
{
    const struct inbox_options *options = &inbox->options;
    if (receipt->outcome == LEDGER_ACCEPTED) return receipt;
    return options->accepted(options->context, &receipt->tx, earlier) == ROAM_OK ? earlier : receipt;
}

/* Returns how long the slowest of those that waited for this receipt took, or 0. */
static uint64_t settle(struct inbox *inbox, const roam_id *id, const struct ledger_receipt *receipt,
                       struct submission **ended)
{
    struct ledger_receipt earlier;
    uint64_t slowest_ms = 0;
    for (struct waiting *w = *bucket_of(inbox, id), *next; w != NULL; w = next) {
        next = w->same;
        if (!roam_id_equal(&w->id, id)) continue;
        struct submission *s = w->submission;
        s->receipts[w - s->waiting] = *final_receipt(inbox, receipt, &earlier);
        const uint64_t took_ms =
            w->packed > 0 ? inbox->options.now_ms(inbox->options.context) - w->sent_ms : 0;
        if (took_ms > slowest_ms) slowest_ms = took_ms;
        take_out(inbox, w);
        inbox->load.answered++;
        answer(s, ROAM_OK, ended);
    }
    return slowest_ms;
}

void inbox_settle(struct inbox *inbox, const struct ledger_receipt *receipts, size_t count)
{
    struct submission *ended = NULL;
    uint64_t slowest_ms = 0;
    pthread_mutex_lock(&inbox->mutex);
    for (size_t i = 0; i < count; i++) {
        const uint64_t took_ms = settle(inbox, &receipts[i].tx, &receipts[i], &ended);
        if (took_ms > slowest_ms) slowest_ms = took_ms;
    }
    if (slowest_ms > 0) set_window(inbox, slowest_ms);
    if (!ring_empty(&inbox->fresh)) pthread_cond_signal(&inbox->filled);
    pthread_mutex_unlock(&inbox->mutex);
    finish(ended);
}

void inbox_settle_unparsed(struct inbox *inbox, const roam_id *id, const struct ledger_receipt *receipt)
{
    struct submission *ended = NULL;
    pthread_mutex_lock(&inbox->mutex);
    (void)settle(inbox, id, receipt, &ended);
    pthread_mutex_unlock(&inbox->mutex);
    finish(ended);
}

/* Ends the waiting of all in the ring that came before the given time. */
static void give_up(struct inbox *inbox, struct waiting *head, uint64_t before_ms, struct submission **ended)
{
    for (struct waiting *w = head->behind, *next; w != head; w = next) {
        next = w->behind;
        if (w->since_ms >= before_ms) continue;
        struct submission *s = w->submission;
        take_out(inbox, w);
        inbox->load.given_up++;
        answer(s, ROAM_E_BUSY, ended);
    }
}

static void give_up_all(struct inbox *inbox, uint64_t before_ms)
{
    struct submission *ended = NULL;
    pthread_mutex_lock(&inbox->mutex);
    give_up(inbox, &inbox->fresh, before_ms, &ended);
    give_up(inbox, &inbox->sent, before_ms, &ended);
    pthread_mutex_unlock(&inbox->mutex);
    finish(ended);
}

void inbox_sweep(struct inbox *inbox)
{
    const uint64_t now_ms = inbox->options.now_ms(inbox->options.context);
    if (now_ms > inbox->options.give_up_ms) give_up_all(inbox, now_ms - inbox->options.give_up_ms);
}

void inbox_close(struct inbox *inbox)
{
    pthread_mutex_lock(&inbox->mutex);
    inbox->closed = true;
    pthread_mutex_unlock(&inbox->mutex);
}

void inbox_give_up(struct inbox *inbox) { give_up_all(inbox, UINT64_MAX); }

void inbox_destroy(struct inbox *inbox)
{
    if (inbox == NULL) return;
    inbox_give_up(inbox);
    pthread_cond_destroy(&inbox->filled);
    pthread_mutex_destroy(&inbox->mutex);
    free(inbox->buckets);
    free(inbox);
}

void inbox_load_get(struct inbox *inbox, struct inbox_load *out)
{
    pthread_mutex_lock(&inbox->mutex);
    *out = inbox->load;
    pthread_mutex_unlock(&inbox->mutex);
}
