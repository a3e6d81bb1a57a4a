/* Headers, commits and validators of a real chain: all of it is found true, and every bit of it counts. */
#include "prop.h"
#include "comet_vectors.h"
#include "comet_proof.h"

static const char *const names[] = {"first",  "second",  "third",  "absent",
                                    "change", "changed", "joined", "last"};
enum { NAMES = sizeof names / sizeof names[0] };

static struct comet_light_block block, spoilt;
static struct comet_genesis genesis;

static void verifies(void **state)
{
    (void)state;
    struct roam_diag diag = {0};
    bool nil = false, absent = false;
    for (size_t i = 0; i < NAMES; i++) {
        vector_block(&block, names[i]);
        const enum roam_err err = comet_light_verify("roam-capture", &block, &diag);
        if (err != ROAM_OK) print_message("%s: %s\n", names[i], diag.text);
        assert_int_equal(err, ROAM_OK);
        for (size_t v = 0; v < block.commit.count; v++) {
            nil |= block.commit.vote[v].flag == COMET_FOR_NIL;
            absent |= block.commit.vote[v].flag == COMET_ABSENT;
        }
    }
    /* the captures have votes of each kind, so the bytes signed for nil are judged too */
    assert_true(nil && absent);
}

/* Hashes that the chain itself names: of one height's header and commit in the next one's header. */
static void next_header_names_this_one(void **state)
{
    (void)state;
    static struct comet_light_block next;
    uint8_t hash[32];
    const char *const pairs[][2] = {{"first", "second"}, {"second", "third"}, {"change", "changed"}};
    for (size_t i = 0; i < 3; i++) {
        vector_block(&block, pairs[i][0]);
        vector_block(&next, pairs[i][1]);
        assert_int_equal(next.header.height, block.header.height + 1);
        comet_header_hash(hash, &block.header);
        assert_memory_equal(hash, next.header.last_block_id.hash.byte, 32);
        comet_commit_hash(hash, &block.commit);
        assert_memory_equal(hash, next.header.last_commit_hash.byte, 32);
        assert_true(comet_hash_equal(&block.header.next_validators_hash, &next.header.validators_hash));
    }
}

static void genesis_names_the_first_validators(void **state)
{
    (void)state;
    static struct comet_genesis from_rpc;
    struct comet_anchor anchor;
    vector_genesis(&genesis, "genesis");
    vector_genesis(&from_rpc, "genesis_result");
    assert_memory_equal(&genesis, &from_rpc, sizeof genesis);
    vector_block(&block, "first");
    comet_genesis_anchor(&anchor, &genesis);
    assert_memory_equal(anchor.validators_hash, block.header.validators_hash.byte, 32);
    assert_string_equal(anchor.chain_id, "roam-capture");
    assert_int_equal(anchor.height, 1);
    assert_int_equal(comet_time_compare(anchor.time, block.header.time), 0);
}

static enum roam_err walk(const char *const *steps, size_t count, struct roam_diag *diag)
{
    static struct comet_trust trust;
    struct comet_anchor anchor;
    const struct comet_clock clock = {4000000000, COMET_TRUST_UNLIMITED, 10};
    vector_genesis(&genesis, "genesis");
    comet_genesis_anchor(&anchor, &genesis);
    comet_trust_begin(&trust, &anchor);
    for (size_t i = 0; i < count; i++) {
        vector_block(&block, steps[i]);
        ROAM_TRY(comet_trust_step(&trust, &block, &clock, diag));
        assert_int_equal(trust.height, block.header.height);
    }
    return ROAM_OK;
}

static void trust_is_carried_from_genesis(void **state)
{
    (void)state;
    struct roam_diag diag = {0};
    assert_int_equal(walk(names, NAMES, &diag), ROAM_OK);
    assert_int_equal(walk((const char *const[]){"first", "joined", "last"}, 3, &diag), ROAM_OK);
    assert_int_equal(walk((const char *const[]){"change", "changed", "joined"}, 3, &diag), ROAM_OK);
    assert_int_equal(walk((const char *const[]){"first", "last"}, 2, &diag), ROAM_E_VERIFY);
    assert_non_null(strstr(diag.text, "not more than a third"));
    roam_diag_clear(&diag);
    assert_int_equal(walk((const char *const[]){"changed"}, 1, &diag), ROAM_E_VERIFY);
    assert_non_null(strstr(diag.text, "not the anchor's"));
    roam_diag_clear(&diag);
    assert_int_equal(walk((const char *const[]){"third", "second"}, 2, &diag), ROAM_E_VERIFY);
    assert_non_null(strstr(diag.text, "not after the trusted one"));
    count_negative += 3;
}

/* Made by bisection from the live chain (comet_prove): the set of the genesis file has gone. */
static void finality_of_a_live_chain(void **state)
{
    (void)state;
    json_t *json;
    struct comet_proof proof;
    struct comet_anchor anchor;
    struct comet_finality finality;
    struct roam_diag diag = {0};
    const struct comet_clock clock = {4000000000, COMET_TRUST_UNLIMITED, 10};
    vector_load(&json, "finality");
    assert_int_equal(comet_proof_from_json(&proof, json, &diag), ROAM_OK);
    json_decref(json);
    assert_true(proof.count >= 2);
    vector_genesis(&genesis, "genesis");
    comet_genesis_anchor(&anchor, &genesis);
    assert_int_equal(comet_proof_verify(&proof, &anchor, &clock, &finality, &diag), ROAM_OK);
    vector_block(&block, "last");
    assert_int_equal(finality.height + 1, block.header.height);
    assert_true(comet_hash_equal(&finality.app_hash, &block.header.app_hash));
    anchor.validators_hash[0] ^= 1;
    assert_int_equal(comet_proof_verify(&proof, &anchor, &clock, &finality, &diag), ROAM_E_VERIFY);
    count_negative++;
    comet_proof_release(&proof);
}

/* One bit of one member; err is what a change that leaves the shape alone must give. */
static void refuses(void *member, size_t bit, enum roam_err shape)
{
    struct roam_diag diag = {0};
    uint8_t *byte = (uint8_t *)member + bit / 8;
    *byte = (uint8_t)(*byte ^ 1u << bit % 8);
    const enum roam_err err = comet_light_verify("roam-capture", &spoilt, &diag);
    if (err != shape || diag.text[0] == 0) print_message("bit %zu: error %d, %s\n", bit, (int)err, diag.text);
    assert_int_equal(err, shape);
    assert_true(diag.text[0] != 0);
    *byte = (uint8_t)(*byte ^ 1u << bit % 8);
    count_negative++;
}

static void refuses_bits(void *member, size_t size, size_t step, enum roam_err err)
{
    for (size_t bit = 0; bit < 8 * size; bit += step) refuses(member, bit, err);
}

static void refuses_hash(struct comet_hash *hash, bool has_other_sizes)
{
    refuses_bits(hash->byte, hash->size, 37, ROAM_E_VERIFY);
    /* 32 -> 33 */
    if (!has_other_sizes) refuses(&hash->size, 0, ROAM_E_FORMAT);
}

static void header_bits(void **state)
{
    (void)state;
    vector_block(&spoilt, "joined");
    struct comet_header *h = &spoilt.header;
    refuses_bits(&h->version_block, 8, 5, ROAM_E_FORMAT);
    refuses_bits(&h->version_app, 8, 5, ROAM_E_VERIFY);
    refuses_bits(h->chain_id, strlen(h->chain_id), 8, ROAM_E_VERIFY);
    refuses_bits(&h->height, 7, 3, ROAM_E_VERIFY);
    refuses(&h->height, 63, ROAM_E_FORMAT);
    refuses_bits(&h->time.seconds, 4, 3, ROAM_E_VERIFY);
    refuses(&h->time.seconds, 60, ROAM_E_FORMAT);
    refuses_bits(&h->time.nanoseconds, 3, 3, ROAM_E_VERIFY);
    refuses(&h->time.nanoseconds, 31, ROAM_E_FORMAT);
    refuses_hash(&h->last_block_id.hash, false);
    assert_int_equal(h->last_block_id.parts_total, 1);
    refuses(&h->last_block_id.parts_total, 0, ROAM_E_FORMAT);
    refuses(&h->last_block_id.parts_total, 1, ROAM_E_VERIFY);
    refuses_hash(&h->last_block_id.parts_hash, false);
    refuses_hash(&h->last_commit_hash, false);
    refuses_hash(&h->data_hash, false);
    refuses_hash(&h->validators_hash, false);
    refuses_hash(&h->next_validators_hash, false);
    refuses_hash(&h->consensus_hash, false);
    refuses_hash(&h->app_hash, true);
    refuses(&h->app_hash.size, 0, ROAM_E_VERIFY);
    refuses(&h->app_hash.size, 6, ROAM_E_FORMAT);
    refuses_hash(&h->last_results_hash, false);
    refuses_hash(&h->evidence_hash, false);
    refuses_bits(h->proposer, 20, 7, ROAM_E_VERIFY);
}

static void commit_bits(void **state)
{
    (void)state;
    for (size_t n = 0; n < NAMES; n++) {
        vector_block(&spoilt, names[n]);
        struct comet_commit *c = &spoilt.commit;
        refuses(&c->height, 0, c->height == 1 ? ROAM_E_FORMAT : ROAM_E_VERIFY);
        refuses_bits((uint8_t *)&c->height + 1, 6, 5, ROAM_E_VERIFY);
        refuses_bits(&c->round, 3, 5, ROAM_E_VERIFY);
        refuses(&c->round, 31, ROAM_E_FORMAT);
        refuses_hash(&c->block_id.hash, false);
        assert_int_equal(c->block_id.parts_total, 1);
        refuses(&c->block_id.parts_total, 0, ROAM_E_FORMAT);
        refuses(&c->block_id.parts_total, 1, ROAM_E_VERIFY);
        refuses_hash(&c->block_id.parts_hash, false);
        for (size_t i = 0; i < c->count; i++) {
            const bool absent = c->vote[i].flag == COMET_ABSENT;
            const enum roam_err err = absent ? ROAM_E_FORMAT : ROAM_E_VERIFY;
            refuses_bits(c->vote[i].address, 20, 19, err);
            refuses_bits(c->vote[i].signature, 64, 41, err);
            refuses_bits(&c->vote[i].time.seconds, 4, 11, err);
            refuses_bits(&c->vote[i].time.nanoseconds, 3, 7, err);
        }
    }
}

static void validator_bits(void **state)
{
    (void)state;
    vector_block(&spoilt, "last");
    for (size_t i = 0; i < spoilt.validators.count; i++) {
        refuses_bits(spoilt.validators.at[i].key, 32, 29, ROAM_E_VERIFY);
        refuses(&spoilt.validators.at[i].power, 20, ROAM_E_VERIFY);
        refuses(&spoilt.validators.at[i].power, 63, ROAM_E_FORMAT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verifies),
        cmocka_unit_test(next_header_names_this_one),
        cmocka_unit_test(genesis_names_the_first_validators),
        cmocka_unit_test(trust_is_carried_from_genesis),
        cmocka_unit_test(finality_of_a_live_chain),
        cmocka_unit_test(header_bits),
        cmocka_unit_test(commit_bits),
        cmocka_unit_test(validator_bits),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
