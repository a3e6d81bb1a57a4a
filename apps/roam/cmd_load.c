/* roam load: offers load to a cluster and measures. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hosted.h"
#include "load_run.h"
#include "testnet.h"

/* What a profile means if nothing else is said: rate in what it counts, a second; sessions of a train. */
static const struct profile {
    const char *name;
    enum load_profile profile;
    uint64_t rate, sessions, of_train; /* of_train: how many of what it counts a session makes */
} profiles[] = {
    {"life", LOAD_LIFE, 5000, 512, 1},
    {"proofs", LOAD_PROOFS, 30000, 1024, 1},
    {"single", LOAD_SINGLE, 3000, 1, 3},
    {"light", LOAD_LIGHT, 20, 1, 1},
};

static enum roam_err option_profile(struct cli *cli, const struct profile **out)
{
    const char *name = cli_get(cli, "profile");
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
        if (strcmp(profiles[i].name, name) == 0) {
            *out = &profiles[i];
            return ROAM_OK;
        }
    return roam_diag(&cli->diag, ROAM_E_FORMAT, "--profile '%s' is not life, proofs, single or light", name);
}

/* "20s", "500ms" or "2m" */
static enum roam_err option_seconds(struct cli *cli, const char *name, const char *usual, double *out)
{
    const char *text = cli_get(cli, name) != NULL ? cli_get(cli, name) : usual;
    char *unit;
    const double number = strtod(text, &unit);
    const double factor = strcmp(unit, "s") == 0    ? 1
                          : strcmp(unit, "ms") == 0 ? 0.001
                          : strcmp(unit, "m") == 0  ? 60
                                                    : 0;
    *out = number * factor;
    if (unit == text || !(*out >= 0.1) || *out > 86400)
        return roam_diag(&cli->diag, ROAM_E_FORMAT, "--%s '%s' is not a time such as 20s, 500ms or 2m", name,
                         text);
    return ROAM_OK;
}

/* The cluster's nodes that live. */
static enum roam_err cluster_target(struct cli *cli, struct load_target *out,
                                    char urls[COURIER_NODES_MAX][64])
{
    struct testnet testnet = {0};
    const char *home = cli_get(cli, "home") != NULL ? cli_get(cli, "home") : "roam-testnet";
    char *absolute = realpath(home, NULL);
    if (absolute == NULL || strlen(absolute) >= sizeof testnet.home) {
        free(absolute);
        return roam_diag(&cli->diag, ROAM_E_NOTFOUND, "%s is not a cluster's folder (roam testnet up)", home);
    }
    strcpy(testnet.home, absolute);
    free(absolute);
    ROAM_TRY(testnet_load(&testnet, &cli->diag));
    *out = (struct load_target){0};
    for (unsigned i = 0, pids = 0; i < testnet.nodes; i++) {
        struct testnet_status status;
        testnet_ask(&status, &testnet, i);
        if (!status.roamd_lives || !status.comet_lives) continue;
        strcpy(urls[out->nodes], status.url);
        out->url[out->nodes] = urls[out->nodes];
        out->nodes++;
        out->pids[pids++] = testnet.roamd[i];
        out->pids[pids++] = testnet.comet[i];
    }
    if (out->nodes == 0) return roam_diag(&cli->diag, ROAM_E_NOTFOUND, "no node of %s lives", home);
    return ROAM_OK;
}

static void put_result(struct cli *cli, const struct load_result *r, double offered)
{
    cli_put(cli, "offered_per_s", json_real(offered));
    cli_put(cli, "finalised_per_s", json_real((double)r->finalised / r->seconds));
    cli_put(cli, "seconds", json_real(r->seconds));
    cli_put_u64(cli, "finalised", r->finalised);
    cli_put_u64(cli, "finalised_late", r->finalised_late);
    cli_put(cli, "p50_ms", json_real(r->p50_ms));
    cli_put(cli, "p90_ms", json_real(r->p90_ms));
    cli_put(cli, "p99_ms", json_real(r->p99_ms));
    cli_put(cli, "max_ms", json_real(r->max_ms));
    cli_put_u64(cli, "acknowledged", r->acknowledged);
    cli_put_u64(cli, "not_accepted", r->not_accepted);
    cli_put_u64(cli, "unanswered", r->unanswered);
    cli_put_u64(cli, "lost", r->lost);
    cli_put_u64(cli, "doubled", r->doubled);
    cli_put_u64(cli, "busy_answers", r->counts.busy);
    cli_put_u64(cli, "failed_requests", r->counts.failed);
    cli_put(cli, "cluster_cpus", json_real(r->cluster_cpus));
    cli_put(cli, "load_cpus", json_real(r->load_cpus));
    cli_put(cli, "other_cpus", json_real(r->other_cpus));
    cli->refused = r->lost > 0 || r->doubled > 0;
}

static enum roam_err load_offer(struct cli *cli)
{
    static struct load_plan plan;
    const struct profile *profile = NULL;
    double seconds, patience_s;
    uint64_t rate, sessions, requests;
    char urls[COURIER_NODES_MAX][64];
    struct load_target target;
    struct load_result result;
    ROAM_TRY(option_profile(cli, &profile));
    ROAM_TRY(option_seconds(cli, "for", "20s", &seconds));
    ROAM_TRY(option_seconds(cli, "patience", "30s", &patience_s));
    ROAM_TRY(cli_u64(cli, "requests", 16, 1, 1024, &requests));
    ROAM_TRY(cli_u64(cli, "rate", profile->rate, 1, 10000000, &rate));
    ROAM_TRY(cli_u64(cli, "batch", profile->sessions, 1, TX_BATCH_MAX, &sessions));
    ROAM_TRY(cluster_target(cli, &target, urls));
    target.requests_max = (unsigned)requests;
    target.patience_ns = (uint64_t)(patience_s * 1e9);
    const double trains_per_s = (double)rate / (double)(sessions * profile->of_train);
    struct load_shape shape = {profile->profile, (size_t)(trains_per_s * seconds), sessions,
                               (uint64_t)time(NULL), 2};
    if (shape.trains == 0) shape.trains = 1;
    ROAM_TRY(load_plan_make(&plan, &shape, &cli->progress));
    const enum roam_err err =
        load_run(&result, &plan, &shape, &target, (uint64_t)(1e9 / trains_per_s), &cli->progress, &cli->diag);
    load_plan_release(&plan);
    if (err != ROAM_OK) return err;
    cli_put_text(cli, "profile", profile->name);
    put_result(cli, &result, trains_per_s * (double)(sessions * profile->of_train));
    return ROAM_OK;
}

static const struct cli_option offer_options[] = {
    {"profile", "NAME", "life, proofs, single or light", true},
    {"for", "TIME", "how long load is offered, such as 20s (the default) or 2m", false},
    {"rate", "N", "sessions a second (life, proofs) or transactions a second (single, light)", false},
    {"batch", "N", "sessions that go through their life together", false},
    {"requests", "N", "requests to one node at a time (default: 16)", false},
    {"patience", "TIME", "how long afterwards what has no receipt is still sent again (default: 30s)", false},
    {"home", "DIR", "the cluster's folder (default: roam-testnet)", false},
    {0},
};

const struct cli_command cmd_load[] = {
    {"load", NULL, NULL, "Offer load to a cluster on such a ledger and measure.", offer_options, load_offer},
    {0},
};
