/* The application under CometBFT: snapshots handed out, and a second node that begins from one. */
#include "node_fixture.h"

#include <sys/stat.h>

static struct node_fixture joiner;
static char folder[80];
static uint8_t app_hash[32]; /* of the snapshot */

/* A snapshot of height 1 in a chain of that height. */
static int setup_both(void **state)
{
    uint64_t height;
    setup(state);
    node_setup(&joiner);
    snprintf(folder, sizeof folder, "%s/snapshots", fixture.store.folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    fixture.node_store.snapshots = folder;
    accept_block(&fixture, 1, opening(&fixture));
    assert_int_equal(store_snapshot_write(fixture.store.store, folder, &height, NULL), ROAM_OK);
    memcpy(app_hash, node_head(&fixture).app_hash, 32);
    return 0;
}

static int teardown_both(void **state)
{
    store_snapshot_prune(folder, 0);
    rmdir(folder);
    node_store_release(&joiner.node_store);
    node_teardown(&joiner);
    return teardown(state);
}

static void empty_block(int64_t height)
{
    (void)finalize(&fixture, height, 2000 + height, NULL, 0);
    commit(&fixture);
}

static size_t listed(void)
{
    return node_call(&fixture, &(struct abci_request){.method = ABCI_LIST_SNAPSHOTS}).snapshots.count;
}

/* Not before both blocks after it, whatever is in them; a node that was started again learns of them from
 * its engine, which executes them again. */
static void test_shown_when_usable(void **state)
{
    (void)state;
    for (int64_t height = 2; height < 5; height++) {
        assert_int_equal(listed(), height < 4 ? 0 : 1);
        empty_block(height);
    }
    node_restart(&fixture);
    fixture.node_store.snapshots = folder;
    assert_int_equal(listed(), 0);
    empty_block(2);
    empty_block(3);
    assert_int_equal(listed(), 1);
    fixture.node_store.snapshots = NULL;
    assert_int_equal(listed(), 0);
    count_negative += 4;
}

/* What the fixture shows, offered to the joiner, as `change` made it. */
static int offer(void (*change)(struct abci_snapshot *snapshot))
{
    const struct abci_response shown =
        node_call(&fixture, &(struct abci_request){.method = ABCI_LIST_SNAPSHOTS});
    assert_int_equal(shown.snapshots.count, 1);
    struct abci_request in = {.method = ABCI_OFFER_SNAPSHOT,
                              .offer = {.snapshot = shown.snapshots.at[0], .app_hash = {app_hash, 32}}};
    if (change != NULL) change(&in.offer.snapshot);
    const struct abci_response out = node_call(&joiner, &in);
    assert_int_equal(out.method, ABCI_OFFER_SNAPSHOT);
    return out.offer;
}

static void other_format(struct abci_snapshot *snapshot) { snapshot->format++; }
static void more_chunks(struct abci_snapshot *snapshot) { snapshot->chunks++; }
static void short_hash(struct abci_snapshot *snapshot) { snapshot->hash.size--; }
static void other_hash(struct abci_snapshot *snapshot) { snapshot->hash.at = app_hash; }
static void no_chunks(struct abci_snapshot *snapshot)
{
    snapshot->chunks = 0;
    snapshot->metadata = (struct abci_bytes){NULL, 0};
}

static void test_offers_refused(void **state)
{
    (void)state;
    static void (*const wrong[])(struct abci_snapshot *) = {more_chunks, short_hash, other_hash, no_chunks};
    empty_block(2);
    empty_block(3);
    assert_int_equal(offer(other_format), ABCI_OFFER_REJECT_FORMAT);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(offer(wrong[i]), ABCI_OFFER_REJECT);
    count_negative += 5;
    accept_block(&joiner, 1, opening(&fixture)); /* has a state of its own now */
    const struct abci_response shown =
        node_call(&fixture, &(struct abci_request){.method = ABCI_LIST_SNAPSHOTS});
    const struct abci_request in = {.method = ABCI_OFFER_SNAPSHOT,
                                    .offer = {shown.snapshots.at[0], {app_hash, 32}}};
    node_fails(&joiner, &in, "only an empty one");
}

static struct abci_bytes chunk_of(uint32_t format, uint32_t chunk)
{
    const struct abci_request in = {.method = ABCI_LOAD_CHUNK,
                                    .load_chunk = {.height = 1, .format = format, .chunk = chunk}};
    return node_call(&fixture, &in).chunk;
}

static struct abci_apply_chunk_response apply(struct abci_bytes chunk)
{
    const struct abci_request in = {.method = ABCI_APPLY_CHUNK,
                                    .apply_chunk = {.index = 0, .chunk = chunk, .sender = text_of("peer")}};
    const struct abci_response out = node_call(&joiner, &in);
    assert_int_equal(out.method, ABCI_APPLY_CHUNK);
    return out.apply_chunk;
}

static void test_joins(void **state)
{
    (void)state;
    static const uint8_t junk[100] = {1};
    empty_block(2);
    empty_block(3);
    assert_int_equal(offer(NULL), ABCI_OFFER_ACCEPT);
    assert_int_equal(chunk_of(STORE_SNAPSHOT_FORMAT + 1, 0).size, 0);
    assert_int_equal(chunk_of(STORE_SNAPSHOT_FORMAT, 1).size, 0);
    const struct abci_apply_chunk_response again = apply((struct abci_bytes){junk, sizeof junk});
    assert_int_equal(again.result, ABCI_APPLY_RETRY);
    assert_int_equal(again.refetch_count, 1);
    assert_int_equal(again.refetch[0], 0);
    assert_int_equal(again.reject_senders.count, 1);
    assert_true(text_has(&again.reject_senders.at[0], "peer"));
    count_negative += 3;
    assert_int_equal(apply(chunk_of(STORE_SNAPSHOT_FORMAT, 0)).result, ABCI_APPLY_ACCEPT);
    assert_memory_equal(node_head(&joiner).app_hash, app_hash, 32);
    const struct abci_response info = node_call(&joiner, &(struct abci_request){.method = ABCI_INFO});
    assert_int_equal(info.info.last_height, 1);
    const struct abci_bytes next = PARCEL(&fixture, make_session_open(market(), pair(), 1, 1, 10));
    accept_block(&joiner, 4, next);
    accept_block(&fixture, 4, next);
    assert_memory_equal(node_head(&joiner).app_hash, node_head(&fixture).app_hash, 32);
    count_property++;
}

/* A peer may show a snapshot that is whole but of another state than the chain's. */
static void test_another_state(void **state)
{
    (void)state;
    empty_block(2);
    empty_block(3);
    app_hash[0] ^= 1;
    assert_int_equal(offer(NULL), ABCI_OFFER_ACCEPT);
    assert_int_equal(apply(chunk_of(STORE_SNAPSHOT_FORMAT, 0)).result, ABCI_APPLY_REJECT_SNAPSHOT);
    assert_int_equal(node_head(&joiner).height, 0);
    app_hash[0] ^= 1;
    assert_int_equal(offer(NULL), ABCI_OFFER_ACCEPT);
    assert_int_equal(apply(chunk_of(STORE_SNAPSHOT_FORMAT, 0)).result, ABCI_APPLY_ACCEPT);
    count_negative++;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_both, teardown_both)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_shown_when_usable),
        TEST(test_offers_refused),
        TEST(test_joins),
        TEST(test_another_state),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
