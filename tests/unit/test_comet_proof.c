/* Proofs of finality: built by bisection from a source, written, read and verified offline; every change of
 * one is refused. */
#include "prop.h"
#include "comet_chain.h"
#include "comet_proof.h"

/* A chain whose validators change as `first_of` says: at height h they are the persons first_of(h) .. + 5. */
struct chain {
    size_t (*first_of)(int64_t height);
    int64_t latest;
    unsigned fetched;
    void (*spoil)(struct comet_light_block *block);
};

static size_t constant(int64_t height) { return height > 0 ? 0 : 1; }
/* One of six leaves every 10 heights. */
static size_t slow(int64_t height) { return (size_t)height / 10; }
/* All six leave after height 50. */
static size_t abrupt(int64_t height) { return height <= 50 ? 0 : 6; }
/* All leave at every height. */
static size_t restless(int64_t height) { return 6 * (size_t)(height - 1); }

static enum roam_err chain_fetch(void *context, int64_t height, struct comet_light_block *out,
                                 struct roam_diag *diag)
{
    struct chain *chain = context;
    chain->fetched++;
    if (height < 1 || height > chain->latest) return roam_diag(diag, ROAM_E_NOTFOUND, "no height here");
    const struct comet_validators set = chain_set(chain->first_of(height), 6, 5);
    const struct comet_validators next = chain_set(chain->first_of(height + 1), 6, 5);
    chain_block(out, height, &set, &next);
    if (chain->spoil != NULL) chain->spoil(out);
    return ROAM_OK;
}

static struct comet_anchor anchor_of(const struct chain *chain)
{
    const struct comet_validators set = chain_set(chain->first_of(1), 6, 5);
    return chain_anchor(&set);
}

static enum roam_err build(struct comet_proof *proof, struct chain *chain, int64_t height,
                           struct roam_diag *diag)
{
    const struct comet_source source = {chain, chain_fetch};
    const struct comet_anchor anchor = anchor_of(chain);
    const struct comet_clock clock = chain_clock();
    chain->fetched = 0;
    return comet_proof_build(proof, &source, &anchor, height, &clock, diag);
}

static void verifies(const struct comet_proof *proof, const struct chain *chain, int64_t height)
{
    const struct comet_anchor anchor = anchor_of(chain);
    const struct comet_clock clock = chain_clock();
    struct comet_finality finality;
    struct roam_diag diag = {0};
    const enum roam_err err = comet_proof_verify(proof, &anchor, &clock, &finality, &diag);
    if (err != ROAM_OK) print_message("error %d, %s\n", (int)err, diag.text);
    assert_int_equal(err, ROAM_OK);
    assert_int_equal(finality.height, height);
    assert_int_equal(finality.app_hash.size, 32);
    assert_int_equal(finality.app_hash.byte[0], (uint8_t)(height + 1));
    assert_int_equal(finality.time.seconds, CHAIN_START_S + CHAIN_BLOCK_S * (height + 1));
    count_property++;
}

static void builds(size_t (*first_of)(int64_t), int64_t height, size_t blocks_least, size_t blocks_most)
{
    struct chain chain = {first_of, height + 1, 0, NULL};
    struct comet_proof proof;
    struct roam_diag diag = {0};
    const enum roam_err err = build(&proof, &chain, height, &diag);
    if (err != ROAM_OK) print_message("error %d, %s\n", (int)err, diag.text);
    assert_int_equal(err, ROAM_OK);
    assert_in_range(proof.count, blocks_least, blocks_most);
    assert_in_range(chain.fetched, proof.count, proof.count + 40); /* and no needless block is kept */
    const struct comet_validators first = chain_set(first_of(1), 6, 5),
                                  second = proof.count > 1 ? proof.block[1].validators : first;
    assert_true(proof.count == 1 || memcmp(&first, &second, sizeof first) != 0);
    verifies(&proof, &chain, height);
    comet_proof_release(&proof);
}

static void building(void **state)
{
    (void)state;
    builds(constant, 0, 1, 1);
    builds(constant, 90000, 1, 1);
    builds(slow, 8, 1, 1);
    builds(slow, 35, 1, 4);
    builds(slow, 330, 8, 40);
    builds(abrupt, 49, 1, 1);
    builds(abrupt, 50, 2, 2); /* 50 names the validators of 51 */
    builds(abrupt, 99, 2, 3);
    builds(restless, 20, 21, 21);
}

static void written_and_read(void **state)
{
    (void)state;
    struct chain chain = {abrupt, 80, 0, NULL};
    struct comet_proof proof, again;
    struct roam_buf first, second;
    struct roam_diag diag = {0};
    json_t *json;
    assert_int_equal(build(&proof, &chain, 70, &diag), ROAM_OK);
    buf_init(&first, 1 << 20);
    buf_init(&second, 1 << 20);
    assert_int_equal(comet_proof_to_json(&first, &proof), ROAM_OK);
    assert_int_equal(comet_json_load(&json, (char *)first.data, first.size, &diag), ROAM_OK);
    const enum roam_err err = comet_proof_from_json(&again, json, &diag);
    if (err != ROAM_OK) print_message("error %d, %s\n", (int)err, diag.text);
    assert_int_equal(err, ROAM_OK);
    json_decref(json);
    assert_int_equal(again.count, proof.count);
    assert_memory_equal(again.block, proof.block, proof.count * sizeof proof.block[0]);
    verifies(&again, &chain, 70);
    assert_int_equal(comet_proof_to_json(&second, &again), ROAM_OK);
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.data, second.data, first.size);
    buf_release(&second);
    buf_init(&second, first.size - 1);
    assert_int_equal(comet_proof_to_json(&second, &again), ROAM_E_LIMIT);
    count_negative++;
    comet_proof_release(&proof);
    comet_proof_release(&again);
    buf_release(&first);
    buf_release(&second);
}

static void is_refused(const struct comet_proof *proof, const struct comet_anchor *anchor,
                       const struct comet_clock *clock, enum roam_err expected, const char *words)
{
    struct comet_finality finality;
    struct roam_diag diag = {0};
    const enum roam_err err = comet_proof_verify(proof, anchor, clock, &finality, &diag);
    if (err != expected || strstr(diag.text, words) == NULL)
        print_message("error %d, %s\n", (int)err, diag.text);
    assert_int_equal(err, expected);
    assert_non_null(strstr(diag.text, words));
    count_negative++;
}

static void false_proofs(void **state)
{
    (void)state;
    struct chain chain = {abrupt, 80, 0, NULL};
    struct comet_proof proof, part;
    const struct comet_anchor anchor = anchor_of(&chain);
    const struct comet_clock clock = chain_clock();
    assert_int_equal(build(&proof, &chain, 70, NULL), ROAM_OK);
    struct comet_anchor other = anchor;
    other.validators_hash[31] ^= 1;
    is_refused(&proof, &other, &clock, ROAM_E_VERIFY, "blocks[0]: the validators");
    other = anchor;
    other.height = proof.block[0].header.height + 1;
    is_refused(&proof, &other, &clock, ROAM_E_VERIFY, "is before the anchor's");
    other = anchor;
    other.chain_id[0] = 'M';
    is_refused(&proof, &other, &clock, ROAM_E_VERIFY, "the proof is for chain 'made-up-1', not 'Made-up-1'");
    part = proof;
    memcpy(part.chain_id, other.chain_id, sizeof part.chain_id);
    is_refused(&part, &other, &clock, ROAM_E_VERIFY, "blocks[0]: the header is of chain");
    part = (struct comet_proof){.count = proof.count - 1, .block = proof.block + 1};
    memcpy(part.chain_id, proof.chain_id, sizeof part.chain_id);
    is_refused(&part, &anchor, &clock, ROAM_E_VERIFY, "are not the anchor's");
    part.count = 0;
    is_refused(&part, &anchor, &clock, ROAM_E_COUNT, "has no blocks");
    struct comet_clock late = clock;
    late.trusting_period_s = 500;
    is_refused(&proof, &anchor, &late, ROAM_E_VERIFY, "blocks[0]: the trust in height 1");
    /* the app hash that is proven is one that two thirds have signed */
    struct comet_header *last = &proof.block[proof.count - 1].header;
    last->app_hash.byte[7] ^= 1;
    is_refused(&proof, &anchor, &clock, ROAM_E_VERIFY, "the commit is for header");
    comet_header_hash(proof.block[proof.count - 1].commit.block_id.hash.byte, last);
    is_refused(&proof, &anchor, &clock, ROAM_E_VERIFY, "signature of vote 0");
    comet_proof_release(&proof);
}

/* Without the block in between, the new validators come from nowhere. */
static void shortcut(void **state)
{
    (void)state;
    struct chain chain = {abrupt, 80, 0, NULL};
    const struct comet_anchor anchor = anchor_of(&chain);
    const struct comet_clock clock = chain_clock();
    struct comet_light_block *two = calloc(2, sizeof *two);
    struct comet_proof proof = {CHAIN_ID, 2, two};
    assert_int_equal(chain_fetch(&chain, 1, &two[0], NULL), ROAM_OK);
    assert_int_equal(chain_fetch(&chain, 71, &two[1], NULL), ROAM_OK);
    is_refused(&proof, &anchor, &clock, ROAM_E_VERIFY, "blocks[1]: of the validators trusted at height 1");
    comet_proof_release(&proof);
}

static void spoil_signature(struct comet_light_block *block) { block->commit.vote[2].signature[1] ^= 1; }
static void spoil_three(struct comet_light_block *block)
{
    for (int i = 1; i < 4; i++) block->commit.vote[i].signature[1] ^= 1;
}
static void spoil_height(struct comet_light_block *block) { block->header.height++; }
static void spoil_next(struct comet_light_block *block)
{
    block->header.next_validators_hash = chain_hash(9);
    chain_commit(block);
}
static void spoil_shape(struct comet_light_block *block) { block->validators.count = 0; }
static void spoil_set(struct comet_light_block *block)
{
    const struct comet_validators others = chain_set(100, 6, 5);
    chain_block(block, block->header.height, &others, &others);
}

static void cannot_build(size_t (*first_of)(int64_t), void (*spoil)(struct comet_light_block *),
                         int64_t height, enum roam_err expected, const char *words)
{
    struct chain chain = {first_of, 90, 0, spoil};
    struct comet_proof proof;
    struct roam_diag diag = {0};
    const enum roam_err err = build(&proof, &chain, height, &diag);
    if (err != expected || strstr(diag.text, words) == NULL)
        print_message("error %d, %s\n", (int)err, diag.text);
    assert_int_equal(err, expected);
    assert_non_null(strstr(diag.text, words));
    assert_null(proof.block);
    count_negative++;
}

static void lying_sources(void **state)
{
    (void)state;
    struct chain chain = {abrupt, 90, 0, spoil_signature};
    struct comet_proof proof;
    /* one vote that does not verify is left out; the others are enough */
    assert_int_equal(build(&proof, &chain, 70, NULL), ROAM_OK);
    assert_int_equal(proof.block[0].commit.vote[2].flag, COMET_ABSENT);
    verifies(&proof, &chain, 70);
    comet_proof_release(&proof);
    cannot_build(abrupt, spoil_three, 70, ROAM_E_VERIFY, "not more than two thirds");
    cannot_build(abrupt, spoil_height, 70, ROAM_E_VERIFY, "asked for height 71, the source gave 72");
    cannot_build(abrupt, spoil_next, 70, ROAM_E_VERIFY, "are not those that height 50 names");
    cannot_build(abrupt, spoil_shape, 70, ROAM_E_COUNT, "0 validators");
    cannot_build(constant, spoil_set, 70, ROAM_E_VERIFY, "are not the anchor's");
    cannot_build(constant, NULL, 90, ROAM_E_NOTFOUND, "no height here");
    cannot_build(constant, NULL, -1, ROAM_E_RANGE, "no block -1");
    cannot_build(constant, NULL, INT64_MAX, ROAM_E_RANGE, "no block");
}

static void malformed_files(void **state)
{
    (void)state;
    static const char *const text[] = {"{}",
                                       "[]",
                                       "{\"chain_id\":\"a\"}",
                                       "{\"chain_id\":\"a\",\"blocks\":{}}",
                                       "{\"chain_id\":\"a\",\"blocks\":[{}]}",
                                       "{\"chain_id\":7,\"blocks\":[]}"};
    static const char *const words[] = {
        "'chain_id'", "'chain_id'", "'blocks'", "'blocks'", "blocks[0]: member 'header'", "'chain_id'"};
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        json_t *json;
        struct comet_proof proof;
        struct roam_diag diag = {0};
        assert_int_equal(comet_json_load(&json, text[i], strlen(text[i]), &diag), ROAM_OK);
        assert_int_equal(comet_proof_from_json(&proof, json, &diag), ROAM_E_FORMAT);
        assert_non_null(strstr(diag.text, words[i]));
        assert_null(proof.block);
        json_decref(json);
        count_negative++;
    }
    for (size_t count = 0; count <= COMET_PROOF_BLOCKS_MAX + 1; count += COMET_PROOF_BLOCKS_MAX + 1) {
        json_t *list = json_array(), *json = json_pack("{s:s,s:o}", "chain_id", "a", "blocks", list);
        struct comet_proof proof;
        for (size_t i = 0; i < count; i++) json_array_append_new(list, json_object());
        assert_int_equal(comet_proof_from_json(&proof, json, NULL), ROAM_E_COUNT);
        json_decref(json);
        count_negative++;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(building), cmocka_unit_test(written_and_read), cmocka_unit_test(false_proofs),
        cmocka_unit_test(shortcut), cmocka_unit_test(lying_sources),    cmocka_unit_test(malformed_files),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
