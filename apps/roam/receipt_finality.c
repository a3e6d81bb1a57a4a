#include "receipt_finality.h"

#include <string.h>

#include "comet_rpc.h"
#include "env.h"
#include "json_fields.h"

enum {
    CLOCK_DRIFT_S = 60,
    DAY_S = 86400,
    DAYS_MAX = 100000,
    RPC_TIMEOUT_MS = 10000,
    PROOF_TEXT_MAX = 64 << 20
};

enum roam_err finality_wanted(struct cli *cli, bool *wanted)
{
    const bool genesis = cli_get(cli, "genesis") != NULL, hash = cli_get(cli, "validators-hash") != NULL;
    const bool chain = cli_get(cli, "chain-id") != NULL, period = cli_get(cli, "trusting-period") != NULL;
    *wanted = genesis || hash;
    if (hash == chain && !(genesis && hash) && (*wanted || !period)) return ROAM_OK;
    return roam_diag(&cli->diag, ROAM_E_FORMAT,
                     "give either --genesis, or --validators-hash and --chain-id, to check finality");
}

static enum roam_err genesis_anchor(struct cli *cli, struct comet_anchor *anchor)
{
    const char *path = cli_get(cli, "genesis");
    struct comet_genesis genesis;
    json_t *object;
    ROAM_TRY(json_load_secret(&object, path, &cli->diag));
    const enum roam_err err = comet_genesis_from_json(&genesis, object, &cli->diag);
    json_decref(object);
    if (err == ROAM_OK) comet_genesis_anchor(anchor, &genesis);
    return cli_in_file(err, path, &cli->diag);
}

/* Who names the validators vouches for them now, at any height. */
static enum roam_err hash_anchor(struct cli *cli, uint64_t now_s, struct comet_anchor *anchor)
{
    const char *chain_id = cli_get(cli, "chain-id");
    *anchor = (struct comet_anchor){.height = 1, .time = {(int64_t)now_s, 0}};
    ROAM_TRY(comet_chain_id_check(chain_id, strlen(chain_id), &cli->diag));
    memcpy(anchor->chain_id, chain_id, strlen(chain_id));
    return cli_hex(cli, "--validators-hash", cli_get(cli, "validators-hash"), anchor->validators_hash,
                   COMET_HASH_SIZE);
}

static enum roam_err read_clock(struct cli *cli, struct comet_clock *clock)
{
    uint64_t days;
    ROAM_TRY(cli_u64(cli, "trusting-period", 0, 1, DAYS_MAX, &days));
    *clock = (struct comet_clock){env_now_s(&roam_env_system),
                                  days == 0 ? COMET_TRUST_UNLIMITED : days * DAY_S, CLOCK_DRIFT_S};
    return ROAM_OK;
}

static enum roam_err compare(struct cli *cli, const struct comet_finality *found, const uint8_t app_hash[32])
{
    if (found->app_hash.size == 32 && memcmp(found->app_hash.byte, app_hash, 32) == 0) return ROAM_OK;
    return roam_diag(&cli->diag, ROAM_E_VERIFY,
                     "the validators have agreed on another app hash after block %lld than the receipt's",
                     (long long)found->height);
}

static void put_found(struct cli *cli, const struct comet_anchor *anchor, const struct comet_finality *found)
{
    char time[COMET_TIME_TEXT_SIZE];
    comet_time_print(time, found->time);
    cli_put_text(cli, "chain_id", anchor->chain_id);
    cli_put_u64(cli, "chain_height", (uint64_t)found->height);
    cli_put_text(cli, "chain_time", time);
    cli_put_hex(cli, "chain_header", found->header_hash, COMET_HASH_SIZE);
}

enum roam_err finality_check(struct cli *cli, const struct comet_proof *proof, const uint8_t app_hash[32])
{
    struct comet_anchor anchor;
    struct comet_clock clock;
    struct comet_finality found;
    ROAM_TRY(read_clock(cli, &clock));
    if (cli_get(cli, "genesis") != NULL)
        ROAM_TRY(genesis_anchor(cli, &anchor));
    else
        ROAM_TRY(hash_anchor(cli, clock.now_s, &anchor));
    ROAM_TRY(comet_proof_verify(proof, &anchor, &clock, &found, &cli->diag));
    ROAM_TRY(compare(cli, &found, app_hash));
    put_found(cli, &anchor, &found);
    return ROAM_OK;
}

static enum roam_err proof_json(const struct comet_proof *proof, json_t **out, struct roam_diag *diag)
{
    struct roam_buf text;
    buf_init(&text, PROOF_TEXT_MAX);
    enum roam_err err = comet_proof_to_json(&text, proof);
    if (err == ROAM_OK) err = comet_json_load(out, (const char *)text.data, text.size, diag);
    buf_release(&text);
    return err;
}

enum roam_err finality_fetch(struct cli *cli, int64_t height, const uint8_t app_hash[32], json_t **out)
{
    const struct comet_clock clock = {env_now_s(&roam_env_system), COMET_TRUST_UNLIMITED, CLOCK_DRIFT_S};
    struct comet_anchor anchor;
    struct comet_proof proof;
    struct comet_finality found;
    struct comet_rpc *rpc;
    ROAM_TRY(genesis_anchor(cli, &anchor));
    ROAM_TRY(comet_rpc_open(&rpc, cli_get(cli, "rpc"), RPC_TIMEOUT_MS, COMET_RPC_RESPONSE_MAX, &cli->diag));
    const struct comet_source source = comet_rpc_source(rpc);
    enum roam_err err = comet_proof_build(&proof, &source, &anchor, height, &clock, &cli->diag);
    comet_rpc_close(rpc);
    if (err == ROAM_OK) err = comet_proof_verify(&proof, &anchor, &clock, &found, &cli->diag);
    if (err == ROAM_OK) err = compare(cli, &found, app_hash);
    if (err == ROAM_OK) err = proof_json(&proof, out, &cli->diag);
    if (err == ROAM_OK) put_found(cli, &anchor, &found);
    comet_proof_release(&proof);
    return err;
}
