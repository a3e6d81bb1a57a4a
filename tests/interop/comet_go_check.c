/* Reads what "comet_go blocks" prints from standard input and compares every hash, all bytes to be signed, a
 * Merkle proof and the verdict with lib/comet. Prints how many it compared. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "comet_json.h"
#include "hex.h"
#include "merkle_log.h"

static struct roam_diag diag;
static unsigned long lines, votes, final_blocks;

static void must(enum roam_err err, const char *what)
{
    if (err == ROAM_OK) return;
    fprintf(stderr, "line %lu, %s: %s: %s\n", lines, what, roam_err_name(err), diag.text);
    exit(1);
}

static void compare(const json_t *expected, const uint8_t *bytes, size_t size, const char *what)
{
    char text[2 * COMET_SIGN_BYTES_MAX + 1];
    hex_encode(text, bytes, size);
    if (strcmp(text, json_string_value(expected)) == 0) return;
    fprintf(stderr, "line %lu, %s: %s, CometBFT has %s\n", lines, what, text, json_string_value(expected));
    exit(1);
}

static void compare_sign_bytes(const json_t *line, const struct comet_light_block *block)
{
    const json_t *list = json_object_get(line, "sign_bytes");
    uint8_t bytes[COMET_SIGN_BYTES_MAX];
    for (size_t i = 0; i < block->commit.count; i++) {
        const bool absent = block->commit.vote[i].flag == COMET_ABSENT;
        const size_t size = absent ? 0 : comet_sign_bytes(bytes, block->header.chain_id, &block->commit, i);
        compare(json_array_get(list, i), bytes, size, "sign bytes");
        votes++;
    }
}

static void compare_proof(const json_t *line)
{
    const json_t *aunts = json_object_get(line, "aunts");
    const char *text = json_string_value(json_object_get(line, "leaf"));
    struct merkle_proof proof = {.count = json_array_size(aunts)};
    uint8_t entry[100], leaf[32], root[32];
    must(hex_decode(entry, strlen(text) / 2, text, strlen(text)), "leaf");
    merkle_leaf_hash(leaf, entry, strlen(text) / 2);
    must(hex_decode(root, 32, json_string_value(json_object_get(line, "root")), 64), "root");
    for (size_t i = 0; i < proof.count; i++)
        must(hex_decode(proof.hash[i], 32, json_string_value(json_array_get(aunts, i)), 64), "aunt");
    must(merkle_inclusion_verify(root, (uint64_t)json_integer_value(json_object_get(line, "index")),
                                 (uint64_t)json_integer_value(json_object_get(line, "total")), leaf, &proof),
         "Merkle proof");
}

static void compare_line(const json_t *line)
{
    static struct comet_light_block block;
    uint8_t hash[32];
    block.validators.count = 0;
    must(comet_header_from_json(&block.header, json_object_get(line, "header"), &diag), "header");
    must(comet_commit_from_json(&block.commit, json_object_get(line, "commit"), &diag), "commit");
    must(comet_validators_add_json(&block.validators, json_object_get(line, "validators"), &diag),
         "validators");
    comet_header_hash(hash, &block.header);
    compare(json_object_get(line, "header_hash"), hash, 32, "header hash");
    comet_validators_hash(hash, &block.validators);
    compare(json_object_get(line, "validators_hash"), hash, 32, "validators hash");
    comet_commit_hash(hash, &block.commit);
    compare(json_object_get(line, "commit_hash"), hash, 32, "commit hash");
    compare_sign_bytes(line, &block);
    compare_proof(line);
    const enum roam_err err = comet_light_verify(block.header.chain_id, &block, &diag);
    const bool expected = json_is_true(json_object_get(line, "final"));
    if (err != (expected ? ROAM_OK : ROAM_E_VERIFY)) must(err == ROAM_OK ? ROAM_E_MISMATCH : err, "verdict");
    roam_diag_clear(&diag);
    final_blocks += expected;
    lines++;
}

int main(void)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t size;
    while ((size = getline(&text, &room, stdin)) > 0) {
        json_t *line;
        must(comet_json_load(&line, text, (size_t)size, &diag), "JSON");
        compare_line(line);
        json_decref(line);
    }
    free(text);
    printf("compared %lu blocks, %lu votes; %lu blocks final\n", lines, votes, final_blocks);
    return lines == 0 || final_blocks == 0 || final_blocks == lines;
}
