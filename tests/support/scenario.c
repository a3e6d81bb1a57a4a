#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"

enum { LINE_MAX_SIZE = 512, TOKENS_MAX = 20 };

struct run {
    const char *path;
    unsigned line;
    enum scenario_mode mode;
    unsigned threads;
    struct scenario_coverage *coverage;
    struct scene scene;
    bool started;

    /* lines not executed yet */
    size_t queued;
    struct {
        unsigned line;
        enum ledger_outcome expected;
        uint8_t bytes[SCENE_TX_ROOM];
        size_t size;
    } queue[SCENE_QUEUE_MAX];
};

static bool fail(const struct run *run, unsigned line, const char *what)
{
    printf("%s:%u: %s\n", run->path, line, what);
    return false;
}

static bool audit(const struct run *run)
{
    u128 money;
    const char *broken = box_audit(&run->scene.box, &money);
    if (broken != NULL) return fail(run, run->line, broken);
    return money == run->scene.inside || fail(run, run->line, "money was made or lost");
}

static bool state_equal(const struct lthash *a, const struct lthash *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static bool check_outcome(const struct run *run, unsigned line, enum ledger_outcome expected,
                          enum ledger_outcome actual)
{
    if (expected == actual) return true;
    printf("%s:%u: outcome is %s, not %s\n", run->path, line, ledger_outcome_name(actual),
           ledger_outcome_name(expected));
    return false;
}

/* Executes a transaction in a block of its own. */
static enum ledger_outcome execute_one(struct run *run, const struct ledger_bytes *tx)
{
    box_block(&run->scene.box, run->scene.time_s, tx, 1, &run->scene.last);
    return (enum ledger_outcome)run->scene.last.outcome;
}

/* Sent a second time, an accepted transaction is refused and changes nothing. */
static bool replay(struct run *run, const struct ledger_bytes *tx)
{
    const struct lthash state = run->scene.box.head.state;
    struct ledger_receipt receipt;
    box_block(&run->scene.box, run->scene.time_s, tx, 1, &receipt);
    run->coverage->replays++;
    if (receipt.outcome == LEDGER_ACCEPTED) return fail(run, run->line, "accepted a second time");
    return state_equal(&state, &run->scene.box.head.state) || fail(run, run->line, "refused, but changed");
}

static bool execute_alone(struct run *run, const struct ledger_bytes *tx, enum ledger_outcome expected)
{
    const struct lthash state = run->scene.box.head.state;
    const enum ledger_outcome outcome = execute_one(run, tx);
    if (!check_outcome(run, run->line, expected, outcome)) return false;
    if (!audit(run)) return false;
    if (outcome == LEDGER_ACCEPTED) return replay(run, tx);
    const struct ledger_receipt *r = &run->scene.last;
    if (r->amount_minor != 0 || r->tax_minor != 0 || r->count != 0)
        return fail(run, run->line, "receipt of a refused transaction has amounts");
    return state_equal(&state, &run->scene.box.head.state) || fail(run, run->line, "refused, but changed");
}

/* Executes all queued lines in one call. */
static bool flush(struct run *run)
{
    struct ledger_bytes txs[SCENE_QUEUE_MAX];
    struct ledger_receipt receipts[SCENE_QUEUE_MAX];
    if (run->queued == 0) return true;
    for (size_t i = 0; i < run->queued; i++)
        txs[i] = (struct ledger_bytes){run->queue[i].bytes, run->queue[i].size};
    box_block(&run->scene.box, run->scene.time_s, txs, run->queued, receipts);
    for (size_t i = 0; i < run->queued; i++)
        if (!check_outcome(run, run->queue[i].line, run->queue[i].expected,
                           (enum ledger_outcome)receipts[i].outcome))
            return false;
    run->scene.last = receipts[run->queued - 1];
    run->queued = 0;
    return audit(run);
}

static bool enqueue(struct run *run, const uint8_t *bytes, size_t size, enum ledger_outcome expected)
{
    if (run->queued == SCENE_QUEUE_MAX && !flush(run)) return false;
    memcpy(run->queue[run->queued].bytes, bytes, size);
    run->queue[run->queued].size = size;
    run->queue[run->queued].line = run->line;
    run->queue[run->queued++].expected = expected;
    return true;
}

static bool find_outcome(enum ledger_outcome *outcome, const char *name)
{
    for (int i = 0; i < LEDGER_OUTCOMES; i++) {
        *outcome = (enum ledger_outcome)i;
        if (strcmp(name, ledger_outcome_name(*outcome)) == 0) return true;
    }
    return false;
}

static void cover(struct scenario_coverage *coverage, const char *rule, enum ledger_outcome outcome)
{
    coverage->lines++;
    coverage->refused += outcome != LEDGER_ACCEPTED;
    coverage->outcome[outcome] = true;
    if (strcmp(rule, "-") == 0) return;
    ROAM_ASSERT(coverage->rule_count < SCENARIO_RULES_MAX);
    for (size_t i = 0; i < coverage->rule_count; i++)
        if (strcmp(coverage->rule[i].id, rule) == 0 && coverage->rule[i].outcome == outcome) return;
    snprintf(coverage->rule[coverage->rule_count].id, SCENARIO_RULE_SIZE, "%s", rule);
    coverage->rule[coverage->rule_count++].outcome = outcome;
}

static bool read_fields(struct fields *fields, char *const *tokens, size_t count)
{
    fields->count = 0;
    for (size_t i = 0; i < count; i++) {
        char *equals = strchr(tokens[i], '=');
        if (equals == NULL || fields->count == SCENE_FIELDS_MAX) return false;
        *equals = '\0';
        fields->field[fields->count].name = tokens[i];
        fields->field[fields->count++].value = equals + 1;
    }
    return true;
}

/* rule verb field... outcome */
static bool transaction(struct run *run, char *const *tokens, size_t count)
{
    uint8_t bytes[SCENE_TX_ROOM];
    struct fields fields;
    enum ledger_outcome expected;
    if (count < 3 || !read_fields(&fields, tokens + 2, count - 3))
        return fail(run, run->line, "cannot be read");
    if (!find_outcome(&expected, tokens[count - 1])) return fail(run, run->line, "no such outcome");
    const size_t size = scene_tx(&run->scene, bytes, tokens[1], &fields, expected == LEDGER_ACCEPTED);
    if (size == 0) return fail(run, run->line, "no such transaction");
    cover(run->coverage, tokens[0], expected);
    const struct ledger_bytes tx = {bytes, size};
    if (run->mode == SCENARIO_IN_CALLS) return enqueue(run, bytes, size, expected);
    return execute_alone(run, &tx, expected);
}

/* genesis NULL: one without validators. */
static void new_scene(struct run *run, const struct ledger_genesis *genesis)
{
    struct ledger_genesis plain;
    struct ledger_circuit circuits[BOX_CIRCUITS];
    box_genesis(&plain, circuits, "scenario");
    if (run->started) box_release(&run->scene.box);
    memset(&run->scene, 0, sizeof run->scene);
    box_open(&run->scene.box, genesis != NULL ? genesis : &plain, circuits, 4096, run->threads);
    run->scene.time_s = BOX_TIME_S;
    run->started = true;
}

static bool run_line(struct run *run, char *line);

static bool run_lines(struct run *run, const char *const *lines, size_t count)
{
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        char line[LINE_MAX_SIZE];
        snprintf(line, sizeof line, "%s", lines[i]);
        good = run_line(run, line);
    }
    return good && flush(run);
}

/* A new ledger on which most tables begin. */
static bool cast(struct run *run)
{
    static const char *const lines[] = {
        "- register op=alice ACCEPTED",
        "- register op=bob ACCEPTED",
        "- register op=carol ACCEPTED",
        "- deposit op=alice amount=10000 ref=cast ACCEPTED",
        "- agreement name=a home=alice visited=bob ACCEPTED",
        "- fund a=a amount=5000 seq=1 ACCEPTED",
    };
    new_scene(run, NULL);
    return run_lines(run, lines, sizeof lines / sizeof lines[0]);
}

/* A new ledger with validators, and `more` others of power 1. */
static bool voters(struct run *run, uint64_t more)
{
    static const char *const lines[] = {
        "- register op=alice ACCEPTED",
        "- register op=bob ACCEPTED",
        "- register op=carol ACCEPTED",
        "- register op=dave ACCEPTED",
    };
    struct ledger_genesis genesis;
    struct ledger_circuit circuits[BOX_CIRCUITS];
    box_genesis(&genesis, circuits, "scenario");
    box_add_validator(&genesis, "v1", 40, "alice");
    box_add_validator(&genesis, "v2", 30, "bob");
    box_add_validator(&genesis, "v3", 20, "carol");
    box_add_validator(&genesis, "v4", 10, "carol");
    for (uint64_t i = 0; i < more; i++) {
        char name[32];
        snprintf(name, sizeof name, "more%llu", (unsigned long long)i);
        box_add_validator(&genesis, name, 1, "carol");
    }
    new_scene(run, &genesis);
    return run_lines(run, lines, sizeof lines / sizeof lines[0]);
}

static bool directive(struct run *run, char *const *tokens, size_t count)
{
    struct fields fields;
    if (!flush(run)) return false;
    if (strcmp(tokens[0], "@cast") == 0) return cast(run);
    if (strcmp(tokens[0], "@ledger") == 0) {
        new_scene(run, NULL);
        return true;
    }
    if (strcmp(tokens[0], "@time") == 0 && count == 2) {
        run->scene.time_s = strtoull(tokens[1], NULL, 10);
        return true;
    }
    if (!read_fields(&fields, tokens + 1, count - 1)) return fail(run, run->line, "cannot be read");
    if (strcmp(tokens[0], "@voters") == 0) return voters(run, field_number(&fields, "more", 0));
    return scene_check(&run->scene, tokens[0] + 1, &fields) || fail(run, run->line, "is not so");
}

static bool run_line(struct run *run, char *line)
{
    char *tokens[TOKENS_MAX], *rest = NULL;
    size_t count = 0;
    line[strcspn(line, "#\n")] = '\0';
    for (char *token = strtok_r(line, " ", &rest); token != NULL && count < TOKENS_MAX;
         token = strtok_r(NULL, " ", &rest))
        tokens[count++] = token;
    if (count == 0) return true;
    return tokens[0][0] == '@' ? directive(run, tokens, count) : transaction(run, tokens, count);
}

bool scenario_run(const char *path, enum scenario_mode mode, unsigned threads,
                  struct scenario_coverage *coverage)
{
    struct run *run = calloc(1, sizeof *run);
    char line[LINE_MAX_SIZE];
    bool good = true;
    FILE *file = fopen(path, "r");
    ROAM_ASSERT(run != NULL);
    *run = (struct run){.path = path, .mode = mode, .threads = threads, .coverage = coverage};
    if (file == NULL) good = fail(run, 0, "cannot be opened");
    while (good && fgets(line, sizeof line, file) != NULL) {
        run->line++;
        good = run_line(run, line);
    }
    good = good && flush(run);
    if (file != NULL) fclose(file);
    if (run->started) box_release(&run->scene.box);
    free(run);
    return good;
}
