/* ABCI messages against the bytes that CometBFT's own code writes. */
#include "prop.h"

#include "abci_vectors.h"

union any {
    struct abci_request request;
    struct abci_response response;
};
static struct vector vector;
static struct proto_arena arena;

static const struct proto_message *message_of(const struct vector *v)
{
    return strcmp(v->kind, "request") == 0 ? &abci_request_message : &abci_response_message;
}

/* From a block of that very size, so that a sanitizer sees reading past its end. */
static enum roam_err read_copy(union any *out, const struct proto_message *message, const uint8_t *data,
                               size_t size, uint8_t **copy)
{
    *copy = malloc(size);
    assert_true(*copy != NULL || size == 0);
    if (size > 0) memcpy(*copy, data, size);
    proto_arena_reset(&arena);
    return proto_read(message, out, *copy, size, &arena, NULL);
}

static void assert_writes(const struct proto_message *message, const void *value, const uint8_t *data,
                          size_t size)
{
    uint8_t *written = malloc(size + 1);
    assert_non_null(written);
    assert_int_equal(proto_size(message, value), size);
    proto_write(written, size, message, value);
    assert_memory_equal(written, data, size);
    free(written);
}

static void same_bytes(void **state)
{
    (void)state;
    FILE *file = vectors_open();
    unsigned long lines = 0;
    for (; vector_next(file, &vector); lines++, count_property++) {
        union any value;
        uint8_t *copy;
        assert_int_equal(read_copy(&value, message_of(&vector), vector.data, vector.size, &copy), ROAM_OK);
        assert_writes(message_of(&vector), &value, vector.data, vector.size);
        free(copy);
    }
    fclose(file);
    assert_true(lines > 200);
}

/* A message that ends early is malformed or, at the end of a field, a shorter one; nothing is read past it.
 */
static void shortened(void **state)
{
    (void)state;
    FILE *file = vectors_open();
    while (vector_next(file, &vector)) {
        const size_t step = vector.size / 100 + 1;
        for (size_t size = 1; size < vector.size; size += step, count_negative++) {
            union any value;
            uint8_t *copy;
            assert_int_equal(read_copy(&value, message_of(&vector), vector.data, size, &copy), ROAM_E_FORMAT);
            free(copy);
        }
    }
    fclose(file);
}

/* Changed at random: refused, or read as a message that is written and read alike. */
static void changed(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    FILE *file = vectors_open();
    while (vector_next(file, &vector)) {
        for (int i = 0; i < 40 && vector.size > 0; i++, count_property++) {
            union any value;
            uint8_t *copy, again[VECTOR_MAX + 4096];
            uint8_t *data = vector.frame + (vector.frame_size - vector.size);
            data[prng_below(&prng, vector.size)] ^= (uint8_t)(1u << prng_below(&prng, 8));
            const struct proto_message *message = message_of(&vector);
            if (read_copy(&value, message, vector.data, vector.size, &copy) == ROAM_OK) {
                const size_t size = proto_size(message, &value);
                assert_true(size <= sizeof again);
                proto_write(again, size, message, &value);
                proto_arena_reset(&arena);
                assert_int_equal(proto_read(message, &value, again, size, &arena, NULL), ROAM_OK);
                assert_writes(message, &value, again, size);
            }
            free(copy);
        }
    }
    fclose(file);
}

static bool is(struct abci_bytes bytes, const char *text)
{
    return bytes.size == strlen(text) && (bytes.size == 0 || memcmp(bytes.at, text, bytes.size) == 0);
}

static const struct abci_request *request(const char *name)
{
    static struct abci_request out;
    vector_find(&vector, "request", name);
    proto_arena_reset(&arena);
    assert_int_equal(proto_read(&abci_request_message, &out, vector.data, vector.size, &arena, NULL),
                     ROAM_OK);
    return &out;
}

static const struct abci_response *response(const char *name)
{
    static struct abci_response out;
    vector_find(&vector, "response", name);
    proto_arena_reset(&arena);
    assert_int_equal(proto_read(&abci_response_message, &out, vector.data, vector.size, &arena, NULL),
                     ROAM_OK);
    return &out;
}

static void check_time(struct abci_time time)
{
    assert_true(time.s == 1700000001);
    assert_int_equal(time.ns, 2);
}

static void check_params(const struct abci_params *p)
{
    assert_true(p->has_block && p->has_evidence && p->has_validator && p->has_version && p->has_abci);
    assert_false(p->has_authority);
    assert_int_equal(p->block_max_bytes, -1);
    assert_int_equal(p->block_max_gas, 22);
    assert_int_equal(p->evidence_max_age_blocks, 31);
    assert_int_equal(p->evidence_max_age.s, 172800);
    assert_int_equal(p->evidence_max_age.ns, 5);
    assert_int_equal(p->evidence_max_bytes, 33);
    assert_int_equal(p->key_types.count, 2);
    assert_true(is(p->key_types.at[0], "ed25519") && is(p->key_types.at[1], "secp256k1"));
    assert_int_equal(p->app_version, 41);
    assert_int_equal(p->vote_extensions_enable_height, 51);
}

static void check_updates(struct abci_validator_updates updates)
{
    assert_int_equal(updates.count, 2);
    assert_int_equal(updates.at[0].type, ABCI_KEY_ED25519);
    assert_true(is(updates.at[0].key, "ed key"));
    assert_int_equal(updates.at[0].power, 61);
    assert_int_equal(updates.at[1].type, ABCI_KEY_SECP256K1);
    assert_true(is(updates.at[1].key, "secp key"));
    assert_int_equal(updates.at[1].power, 0);
}

static void check_txs(struct abci_list txs)
{
    assert_int_equal(txs.count, 3);
    assert_true(is(txs.at[0], "tx one") && is(txs.at[1], "") && is(txs.at[2], "tx three"));
}

static void check_events(struct abci_events events)
{
    assert_int_equal(events.count, 2);
    assert_true(is(events.at[0].type, "event one") && is(events.at[1].type, "event two"));
    assert_int_equal(events.at[0].attribute_count, 2);
    const struct abci_attribute *attributes = events.at[0].attributes;
    assert_true(is(attributes[0].key, "key one") && is(attributes[0].value, "value one") &&
                attributes[0].index);
    assert_true(is(attributes[1].key, "key two") && is(attributes[1].value, "value two"));
    assert_false(attributes[1].index);
    assert_int_equal(events.at[1].attribute_count, 0);
}

static void check_snapshot(const struct abci_snapshot *s)
{
    assert_int_equal(s->height, 101);
    assert_int_equal(s->format, 102);
    assert_int_equal(s->chunks, 103);
    assert_true(is(s->hash, "hash") && is(s->metadata, "metadata"));
}

static void check_votes(const struct abci_commit_info *commit, bool extended)
{
    assert_int_equal(commit->round, extended ? 6 : 5);
    assert_int_equal(commit->vote_count, 2);
    assert_true(is(commit->votes[0].address, "voter one") && is(commit->votes[1].address, "voter two"));
    assert_int_equal(commit->votes[0].power, 71);
    assert_int_equal(commit->votes[1].power, 72);
    assert_int_equal(commit->votes[0].flag, ABCI_FLAG_COMMIT);
    assert_int_equal(commit->votes[1].flag, extended ? ABCI_FLAG_ABSENT : ABCI_FLAG_NIL);
    assert_true(is(commit->votes[0].extension, extended ? "extension" : ""));
    assert_true(is(commit->votes[0].extension_signature, extended ? "signature" : ""));
}

static void check_block(const struct abci_block *b, bool prepare)
{
    check_txs(b->txs);
    check_votes(&b->last_commit, prepare);
    assert_int_equal(b->misbehavior.count, 2);
    assert_int_equal(b->misbehavior.at[0].type, ABCI_LIGHT_CLIENT_ATTACK);
    assert_true(is(b->misbehavior.at[0].address, "voter two"));
    assert_int_equal(b->misbehavior.at[0].power, 72);
    assert_int_equal(b->misbehavior.at[0].height, 81);
    check_time(b->misbehavior.at[0].time);
    assert_int_equal(b->misbehavior.at[0].total_power, 82);
    assert_int_equal(b->misbehavior.at[1].type, ABCI_DUPLICATE_VOTE);
    assert_true(b->misbehavior.at[1].time.s == -62135596800); /* the year 1: Go's zero time */
    assert_true(is(b->hash, prepare ? "" : "hash"));
    assert_true(is(b->next_validators_hash, "next") && is(b->proposer_address, "proposer"));
    assert_int_equal(b->height, 94);
    check_time(b->time);
    assert_int_equal(b->max_tx_bytes, prepare ? 93 : 0);
}

static void small_requests(void **state)
{
    (void)state;
    assert_true(is(request("full_echo")->echo, "message"));
    assert_int_equal(request("full_flush")->method, ABCI_FLUSH);
    assert_int_equal(request("full_commit")->method, ABCI_COMMIT);
    assert_int_equal(request("full_list_snapshots")->method, ABCI_LIST_SNAPSHOTS);
    const struct abci_info_request *info = &request("full_info")->info;
    assert_true(is(info->version, "version") && is(info->abci_version, "abci version"));
    assert_int_equal(info->block_version, 11);
    assert_int_equal(info->p2p_version, 12);
    const struct abci_query_request *query = &request("full_query")->query;
    assert_true(is(query->data, "data") && is(query->path, "path") && query->prove);
    assert_int_equal(query->height, 92);
    const struct abci_check_tx_request *check = &request("full_check_tx")->check_tx;
    assert_true(is(check->tx, "tx") && check->recheck);
    assert_true(is(request("40_insert_tx")->tx, "tx"));
    assert_true(request("40_reap_txs")->reap.max_bytes == UINT64_C(1) << 40);
    assert_int_equal(request("40_reap_txs")->reap.max_gas, 2);
}

static void snapshot_requests(void **state)
{
    (void)state;
    const struct abci_offer_request *offer = &request("full_offer_snapshot")->offer;
    check_snapshot(&offer->snapshot);
    assert_true(is(offer->app_hash, "app hash"));
    const struct abci_load_chunk_request *load = &request("full_load_chunk")->load_chunk;
    assert_true(load->height == UINT64_C(1) << 63);
    assert_true(load->format == UINT32_MAX);
    assert_int_equal(load->chunk, 3);
    const struct abci_apply_chunk_request *apply = &request("full_apply_chunk")->apply_chunk;
    assert_int_equal(apply->index, 4);
    assert_true(is(apply->chunk, "chunk") && is(apply->sender, "sender"));
}

static void block_requests(void **state)
{
    (void)state;
    const struct abci_init_chain_request *init = &request("full_init_chain")->init_chain;
    check_time(init->time);
    assert_true(is(init->chain_id, "chain id") && is(init->app_state, "app state"));
    check_params(&init->params);
    check_updates(init->validators);
    assert_int_equal(init->initial_height, 91);
    check_block(&request("full_prepare")->block, true);
    check_block(&request("full_process")->block, false);
    check_block(&request("full_extend_vote")->block, false);
    check_block(&request("full_finalize")->block, false);
    const struct abci_verify_vote_request *verify = &request("full_verify_vote")->verify_vote;
    assert_true(is(verify->hash, "hash") && is(verify->address, "address") &&
                is(verify->extension, "extension"));
    assert_int_equal(verify->height, 95);
}

static void small_responses(void **state)
{
    (void)state;
    assert_true(is(response("full_exception")->exception, "error"));
    assert_int_equal(response("full_exception")->method, ABCI_EXCEPTION);
    assert_true(is(response("full_echo")->echo, "message"));
    assert_int_equal(response("full_flush")->method, ABCI_FLUSH);
    const struct abci_info_response *info = &response("full_info")->info;
    assert_true(is(info->data, "data") && is(info->version, "version") &&
                is(info->last_app_hash, "app hash"));
    assert_int_equal(info->app_version, 11);
    assert_int_equal(info->last_height, 12);
    assert_int_equal(response("full_commit")->commit.retain_height, 41);
    check_txs(response("full_prepare")->txs);
    assert_int_equal(response("full_process")->verdict, ABCI_REJECT);
    assert_int_equal(response("full_verify_vote")->verdict, ABCI_ACCEPT);
    assert_true(is(response("full_extend_vote")->extend_vote.extension, "extension"));
    assert_int_equal(response("40_insert_tx")->code, 3);
    check_txs(response("40_reap_txs")->txs);
    const struct abci_init_chain_response *init = &response("40_init_chain")->init_chain;
    assert_true(init->params.has_authority && is(init->params.authority, "authority"));
    assert_int_equal(init->validators.count, 3);
    assert_int_equal(init->validators.at[0].type, ABCI_KEY_BLS12381);
    assert_int_equal(init->validators.at[1].type, ABCI_KEY_MLDSA65);
    assert_int_equal(init->validators.at[2].type, ABCI_KEY_SECP256K1ETH);
}

static void query_response(void **state)
{
    (void)state;
    const struct abci_query_response *q = &response("full_query")->query;
    assert_int_equal(q->code, 21);
    assert_true(is(q->log, "log") && is(q->info, "info") && is(q->key, "key") && is(q->value, "value"));
    assert_true(is(q->codespace, "codespace"));
    assert_int_equal(q->index, -22);
    assert_int_equal(q->height, 23);
    assert_int_equal(q->proof_op_count, 2);
    assert_true(is(q->proof_ops[0].type, "type one") && is(q->proof_ops[0].key, "key one"));
    assert_true(is(q->proof_ops[0].data, "data one") && is(q->proof_ops[1].type, "type two"));
}

static void snapshot_responses(void **state)
{
    (void)state;
    const struct abci_snapshots snapshots = response("full_list_snapshots")->snapshots;
    assert_int_equal(snapshots.count, 2);
    check_snapshot(&snapshots.at[0]);
    assert_int_equal(snapshots.at[1].height, 0);
    assert_int_equal(response("full_offer_snapshot")->offer, ABCI_OFFER_REJECT_SENDER);
    assert_true(is(response("full_load_chunk")->chunk, "chunk"));
    const struct abci_apply_chunk_response *apply = &response("full_apply_chunk")->apply_chunk;
    assert_int_equal(apply->result, ABCI_APPLY_REJECT_SNAPSHOT);
    assert_int_equal(apply->refetch_count, 4);
    assert_true(apply->refetch[0] == 0 && apply->refetch[1] == 1 && apply->refetch[2] == 128);
    assert_true(apply->refetch[3] == UINT32_MAX);
    assert_int_equal(apply->reject_senders.count, 3);
    assert_true(is(apply->reject_senders.at[0], "sender one") && is(apply->reject_senders.at[1], ""));
}

static void check_result(const struct abci_tx_result *r, uint32_t code, int64_t wanted, int64_t used)
{
    assert_int_equal(r->code, code);
    assert_true(is(r->data, "data") && is(r->log, "log") && is(r->info, "info") &&
                is(r->codespace, "codespace"));
    assert_int_equal(r->gas_wanted, wanted);
    assert_int_equal(r->gas_used, used);
    check_events(r->events);
}

static void block_responses(void **state)
{
    (void)state;
    const struct abci_init_chain_response *init = &response("full_init_chain")->init_chain;
    check_params(&init->params);
    check_updates(init->validators);
    assert_true(is(init->app_hash, "app hash"));
    check_result(&response("full_check_tx")->check_tx, 31, 32, -33);
    const struct abci_finalize_response *finalize = &response("full_finalize")->finalize;
    check_events(finalize->events);
    assert_int_equal(finalize->result_count, 2);
    check_result(&finalize->results[0], 51, 52, 53);
    assert_int_equal(finalize->results[1].code, 0);
    check_updates(finalize->validators);
    check_params(&finalize->params);
    assert_true(is(finalize->app_hash, "app hash"));
}

int main(void)
{
    arena = proto_arena_growing(1 << 24);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bytes),
        cmocka_unit_test(shortened),
        cmocka_unit_test(changed),
        cmocka_unit_test(small_requests),
        cmocka_unit_test(snapshot_requests),
        cmocka_unit_test(block_requests),
        cmocka_unit_test(small_responses),
        cmocka_unit_test(query_response),
        cmocka_unit_test(snapshot_responses),
        cmocka_unit_test(block_responses),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    proto_arena_release(&arena);
    prop_print_counts();
    return failed;
}
