/* JSON of CometBFT: every reader of it, each on the same input. A proof that is read is written and read
 * again as the same; a false one is refused with words. */
#include <stdlib.h>
#include <string.h>

#include "comet_proof.h"
#include "fuzz_target.h"

static void check_proof(const struct comet_proof *proof)
{
    struct comet_proof again;
    struct roam_buf text;
    json_t *json;
    buf_init(&text, 64 << 20);
    ROAM_ASSERT(comet_proof_to_json(&text, proof) == ROAM_OK);
    ROAM_ASSERT(comet_json_load(&json, (const char *)text.data, text.size, NULL) == ROAM_OK);
    ROAM_ASSERT(comet_proof_from_json(&again, json, NULL) == ROAM_OK);
    ROAM_ASSERT(again.count == proof->count && strcmp(again.chain_id, proof->chain_id) == 0);
    ROAM_ASSERT(memcmp(again.block, proof->block, proof->count * sizeof proof->block[0]) == 0);
    comet_proof_release(&again);
    json_decref(json);
    buf_release(&text);
}

static void judge(const struct comet_proof *proof)
{
    struct comet_anchor anchor = {.height = 1};
    const struct comet_clock clock = {2000000000, COMET_TRUST_UNLIMITED, 10};
    struct comet_finality finality;
    struct roam_diag diag = {0};
    memcpy(anchor.chain_id, proof->chain_id, sizeof anchor.chain_id);
    memcpy(anchor.validators_hash, proof->block[0].header.validators_hash.byte, COMET_HASH_SIZE);
    const enum roam_err err = comet_proof_verify(proof, &anchor, &clock, &finality, &diag);
    ROAM_ASSERT(err == ROAM_OK || err == ROAM_E_VERIFY);
    ROAM_ASSERT((err == ROAM_OK) == (diag.text[0] == 0));
}

static void read_proof(const json_t *json)
{
    struct comet_proof proof;
    struct roam_diag diag = {0};
    const enum roam_err err = comet_proof_from_json(&proof, json, &diag);
    ROAM_ASSERT((err == ROAM_OK) == (diag.text[0] == 0));
    if (err != ROAM_OK) return;
    check_proof(&proof);
    judge(&proof);
    comet_proof_release(&proof);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct comet_light_block block;
    static struct comet_genesis genesis;
    struct comet_status status;
    struct comet_page page;
    struct roam_diag diag[4] = {{{0}}};
    json_t *json;
    if (comet_json_load(&json, (const char *)data, size, NULL) != ROAM_OK) return 0;
    block.validators.count = 0;
    ROAM_ASSERT((comet_commit_result(&block.header, &block.commit, json, &diag[0]) == ROAM_OK) ==
                !diag[0].text[0]);
    ROAM_ASSERT((comet_validators_result(&block.validators, &page, json, &diag[1]) == ROAM_OK) ==
                !diag[1].text[0]);
    ROAM_ASSERT((comet_status_result(&status, json, &diag[2]) == ROAM_OK) == !diag[2].text[0]);
    ROAM_ASSERT((comet_genesis_from_json(&genesis, json, &diag[3]) == ROAM_OK) == !diag[3].text[0]);
    read_proof(json);
    json_decref(json);
    return 0;
}
