/* usage: comet_chain_make APP_HASH FOLDER
 * Makes up a chain whose validators all change on the way and whose header 41 holds the app hash; writes its
 * FOLDER/genesis.json, the proof of finality for block 40, FOLDER/finality.json, and all blocks in the same
 * form, FOLDER/chain.json. Prints the hash of the first validators. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "comet_chain.h"
#include "comet_proof.h"
#include "file.h"
#include "hex.h"

enum { LAST = 41, CHANGE = 17 };

static struct roam_diag diag;

static void must(enum roam_err err)
{
    if (err == ROAM_OK) return;
    fprintf(stderr, "%s: %s\n", roam_err_name(err), diag.text);
    exit(1);
}

static enum roam_err make_block(void *context, int64_t height, struct comet_light_block *out,
                                struct roam_diag *unused)
{
    const uint8_t *app_hash = context;
    const struct comet_validators old = chain_set(0, 4, 1), now = chain_set(4, 4, 1);
    (void)unused;
    chain_block(out, height, height <= CHANGE ? &old : &now, height < CHANGE ? &old : &now);
    if (height != LAST) return ROAM_OK;
    memcpy(out->header.app_hash.byte, app_hash, 32);
    chain_commit(out);
    return ROAM_OK;
}

static void save(const char *folder, const char *name, struct roam_buf *text)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    must(file_write(path, text->data, text->size, &diag));
    buf_release(text);
}

static void save_genesis(const char *folder, const struct comet_validators *validators)
{
    struct roam_buf text;
    char key[45];
    buf_init(&text, 1 << 20);
    must(buf_printf(&text, "{\"genesis_time\":\"2023-11-14T22:13:20Z\",\"chain_id\":\"" CHAIN_ID
                           "\",\"initial_height\":\"1\",\"validators\":["));
    for (size_t i = 0; i < validators->count; i++) {
        base64_encode(key, validators->at[i].key, COMET_KEY_SIZE);
        must(buf_printf(
            &text, "%s{\"pub_key\":{\"type\":\"tendermint/PubKeyEd25519\",\"value\":\"%s\"},\"power\":\"1\"}",
            i > 0 ? "," : "", key));
    }
    must(buf_printf(&text, "]}"));
    save(folder, "genesis.json", &text);
}

static void save_chain(const char *folder, const uint8_t *app_hash)
{
    static struct comet_light_block blocks[LAST];
    uint8_t copy[32];
    const struct comet_proof chain = {CHAIN_ID, LAST, blocks};
    struct roam_buf text;
    memcpy(copy, app_hash, sizeof copy);
    for (int i = 0; i < LAST; i++) must(make_block(copy, i + 1, &blocks[i], &diag));
    buf_init(&text, 1 << 20);
    must(comet_proof_to_json(&text, &chain));
    save(folder, "chain.json", &text);
}

int main(int count, char **arguments)
{
    uint8_t app_hash[32];
    char hash[65];
    struct comet_proof proof;
    struct roam_buf text;
    if (count != 3 || hex_decode(app_hash, 32, arguments[1], strlen(arguments[1])) != ROAM_OK) return 2;
    const struct comet_source source = {app_hash, make_block};
    const struct comet_validators first = chain_set(0, 4, 1);
    const struct comet_anchor anchor = chain_anchor(&first);
    const struct comet_clock clock = chain_clock();
    must(comet_proof_build(&proof, &source, &anchor, LAST - 1, &clock, &diag));
    buf_init(&text, 1 << 20);
    must(comet_proof_to_json(&text, &proof));
    save(arguments[2], "finality.json", &text);
    save_genesis(arguments[2], &first);
    save_chain(arguments[2], app_hash);
    hex_encode(hash, anchor.validators_hash, 32);
    puts(hash);
    comet_proof_release(&proof);
    return 0;
}
