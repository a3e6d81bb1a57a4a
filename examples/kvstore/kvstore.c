/* The smallest CometBFT application that is one: keys and values. A transaction is "key=value"; the empty
 * value removes the key. "val:KEY!POWER" gives the validator of an ed25519 key (Base64) that power, 0 removes
 * it. finalize executes a block on a copy of the state, commit makes the copy the state and writes it to the
 * file. The application hash is a chain of SHA-256 over the good transactions. docs/abci.md explains.
 *
 *   kvstore unix:///tmp/kvstore.sock /tmp/kvstore.state */
#include "abci_server.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TX_MAX = 4096, POWER_MAX = 1000000, HASH_SIZE = 32, KEY_SIZE = 32 };
enum { CODE_FORMAT = 1, CODE_VALIDATOR = 2 };

struct pair {
    char *key, *value;
};
struct state {
    int64_t height;
    uint8_t hash[HASH_SIZE];
    struct pair *pairs;
    size_t count;
};

static struct pair *find(const struct state *state, const char *key)
{
    for (size_t i = 0; i < state->count; i++)
        if (strcmp(state->pairs[i].key, key) == 0) return &state->pairs[i];
    return NULL;
}

static void drop(struct state *state, struct pair *pair)
{
    free(pair->key);
    free(pair->value);
    *pair = state->pairs[--state->count];
}

static void clear(struct state *state)
{
    while (state->count > 0) drop(state, state->pairs);
    free(state->pairs);
    *state = (struct state){0};
}

/* false if there is no memory. */
static bool put(struct state *state, const char *key, const char *value)
{
    struct pair *old = find(state, key);
    if (old != NULL) drop(state, old);
    if (value[0] == 0) return true;
    struct pair *pairs = realloc(state->pairs, (state->count + 1) * sizeof *pairs);
    if (pairs == NULL) return false;
    state->pairs = pairs;
    pairs[state->count++] = (struct pair){strdup(key), strdup(value)};
    return pairs[state->count - 1].key != NULL && pairs[state->count - 1].value != NULL;
}

static bool copy(struct state *to, const struct state *from)
{
    bool good = true;
    clear(to);
    memcpy(to->hash, from->hash, HASH_SIZE);
    for (size_t i = 0; i < from->count && good; i++) good = put(to, from->pairs[i].key, from->pairs[i].value);
    return good;
}

static bool write_state(FILE *file, const struct state *state)
{
    char hash[2 * HASH_SIZE + 1];
    sodium_bin2hex(hash, sizeof hash, state->hash, HASH_SIZE);
    fprintf(file, "%s %lld\n", hash, (long long)state->height);
    for (size_t i = 0; i < state->count; i++)
        fprintf(file, "%s\n%s\n", state->pairs[i].key, state->pairs[i].value);
    return fflush(file) == 0 && !ferror(file) && fsync(fileno(file)) == 0;
}

/* The name is on the disk when its folder is. */
static bool sync_folder(const char *path)
{
    char *copy = strdup(path);
    const int folder = copy == NULL ? -1 : open(dirname(copy), O_RDONLY | O_DIRECTORY);
    const bool good = folder >= 0 && fsync(folder) == 0;
    if (folder >= 0) close(folder);
    free(copy);
    return good;
}

/* Returns after the file is on the disk: a new one takes the place of the old. */
static bool save(const struct state *state, const char *path)
{
    char fresh[PATH_MAX];
    if ((size_t)snprintf(fresh, sizeof fresh, "%s.new", path) >= sizeof fresh) return false;
    FILE *file = fopen(fresh, "w");
    bool good = file != NULL && write_state(file, state);
    if (file != NULL) good = fclose(file) == 0 && good;
    return good && rename(fresh, path) == 0 && sync_folder(path);
}

/* "HASH HEIGHT" */
static bool read_head(struct state *state, char *line)
{
    size_t size;
    const char *end;
    if (sodium_hex2bin(state->hash, HASH_SIZE, line, strlen(line), NULL, &size, &end) != 0) return false;
    if (size != HASH_SIZE || *end != ' ') return false;
    state->height = strtoll(end, NULL, 10);
    return true;
}

/* No file is the empty state. */
static bool load(struct state *state, const char *path)
{
    char head[2 * HASH_SIZE + 32], key[TX_MAX + 2], value[TX_MAX + 2];
    FILE *file = fopen(path, "r");
    if (file == NULL) return errno == ENOENT;
    bool good = fgets(head, sizeof head, file) != NULL && read_head(state, head);
    while (good && fgets(key, sizeof key, file) != NULL) {
        good = fgets(value, sizeof value, file) != NULL;
        key[strcspn(key, "\n")] = value[strcspn(value, "\n")] = 0;
        good = good && put(state, key, value);
    }
    fclose(file);
    return good;
}

/* A transaction, taken apart: the pair that it sets, and the validator if power is not -1. */
struct change {
    char key[TX_MAX + 1], *value;
    uint8_t validator[KEY_SIZE];
    int64_t power;
};

static bool parse(struct change *out, struct abci_bytes tx)
{
    char *end;
    size_t size = 0;
    if (tx.size == 0 || tx.size > TX_MAX) return false;
    memcpy(out->key, tx.at, tx.size);
    out->key[tx.size] = 0;
    if (strlen(out->key) != tx.size || strchr(out->key, '\n') != NULL) return false;
    const bool is_validator = strncmp(out->key, "val:", 4) == 0;
    out->value = strchr(out->key, is_validator ? '!' : '=');
    if (out->value == NULL || out->value == out->key) return false;
    *out->value++ = 0;
    out->power = is_validator ? strtoll(out->value, &end, 10) : -1;
    return !is_validator || (end != out->value && *end == 0 && out->power >= 0 && out->power <= POWER_MAX &&
                             sodium_base642bin(out->validator, KEY_SIZE, out->key + 4, strlen(out->key + 4),
                                               NULL, &size, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
                             size == KEY_SIZE);
}

struct kvstore {
    const char *path;
    pthread_mutex_t lock; /* of state: info and query come while a block is committed */
    struct state state;
    struct state next; /* of the block that is executed and not yet committed */
    bool executed;
};

static struct abci_bytes as_bytes(const char *s)
{
    return (struct abci_bytes){(const uint8_t *)s, strlen(s)};
}

/* Answers live until they are written: copied into the call. */
static struct abci_bytes lasting(struct abci_call *call, const void *data, size_t size)
{
    void *to = abci_take(call, size);
    return to == NULL ? (struct abci_bytes){0} : (struct abci_bytes){memcpy(to, data, size), size};
}

static void info(void *context, struct abci_call *call, const struct abci_info_request *in,
                 struct abci_info_response *out)
{
    struct kvstore *kv = context;
    (void)in;
    pthread_mutex_lock(&kv->lock);
    out->data = as_bytes("kvstore");
    out->last_height = kv->state.height;
    if (kv->state.height > 0) out->last_app_hash = lasting(call, kv->state.hash, HASH_SIZE);
    pthread_mutex_unlock(&kv->lock);
}

static void check_tx(void *context, struct abci_call *call, const struct abci_check_tx_request *in,
                     struct abci_tx_result *out)
{
    struct change change;
    (void)context, (void)call;
    if (parse(&change, in->tx)) return;
    out->code = CODE_FORMAT;
    out->log = as_bytes("neither key=value nor val:KEY!POWER");
}

static void query(void *context, struct abci_call *call, const struct abci_query_request *in,
                  struct abci_query_response *out)
{
    struct kvstore *kv = context;
    char key[TX_MAX + 1] = {0};
    if (in->data.size > 0 && in->data.size <= TX_MAX) memcpy(key, in->data.at, in->data.size);
    pthread_mutex_lock(&kv->lock);
    const struct pair *pair = find(&kv->state, key);
    if (pair != NULL) out->value = lasting(call, pair->value, strlen(pair->value));
    out->log = as_bytes(pair != NULL ? "exists" : "does not exist");
    out->key = in->data;
    out->height = kv->state.height;
    pthread_mutex_unlock(&kv->lock);
}

static void init_chain(void *context, struct abci_call *call, const struct abci_init_chain_request *in,
                       struct abci_init_chain_response *out)
{
    struct kvstore *kv = context;
    bool good = true;
    pthread_mutex_lock(&kv->lock);
    clear(&kv->state);
    for (size_t i = 0; i < in->validators.count && good; i++) {
        const struct abci_validator_update *validator = &in->validators.at[i];
        char key[64] = "val:", power[24];
        snprintf(power, sizeof power, "%lld", (long long)validator->power);
        good = validator->type == ABCI_KEY_ED25519 && validator->key.size == KEY_SIZE;
        if (good)
            sodium_bin2base64(key + 4, sizeof key - 4, validator->key.at, KEY_SIZE,
                              sodium_base64_VARIANT_ORIGINAL);
        good = good && put(&kv->state, key, power);
    }
    out->app_hash = lasting(call, kv->state.hash, HASH_SIZE);
    pthread_mutex_unlock(&kv->lock);
    if (!good) abci_fail(call, "a validator of the genesis is not ed25519");
}

/* CometBFT stops at an update that removes the last validator or an unknown one, and at two updates of one:
 * so a block may change one validator only. */
static bool may_update(const struct state *state, const struct change *change, size_t update_count)
{
    size_t validators = 0;
    for (size_t i = 0; i < state->count; i++) validators += strncmp(state->pairs[i].key, "val:", 4) == 0;
    return update_count == 0 && (change->power > 0 || (find(state, change->key) != NULL && validators > 1));
}

static uint32_t execute(struct state *state, struct abci_call *call, struct abci_bytes tx,
                        struct abci_validator_update *update, size_t *update_count)
{
    struct change change;
    crypto_hash_sha256_state sha;
    if (!parse(&change, tx)) return CODE_FORMAT;
    if (change.power >= 0) {
        if (!may_update(state, &change, *update_count)) return CODE_VALIDATOR;
        if (change.power == 0) change.value[0] = 0;
        update[(*update_count)++] = (struct abci_validator_update){
            ABCI_KEY_ED25519, lasting(call, change.validator, KEY_SIZE), change.power};
    }
    if (!put(state, change.key, change.value)) abci_fail(call, "no memory");
    crypto_hash_sha256_init(&sha);
    crypto_hash_sha256_update(&sha, state->hash, HASH_SIZE);
    crypto_hash_sha256_update(&sha, tx.at, tx.size);
    crypto_hash_sha256_final(&sha, state->hash);
    return 0;
}

static void finalize(void *context, struct abci_call *call, const struct abci_block *in,
                     struct abci_finalize_response *out)
{
    struct kvstore *kv = context;
    struct abci_tx_result *results = abci_take(call, in->txs.count * sizeof *results);
    struct abci_validator_update *update = abci_take(call, sizeof *update);
    if (results == NULL || update == NULL) return;
    if (!copy(&kv->next, &kv->state)) abci_fail(call, "no memory");
    kv->next.height = in->height;
    for (size_t i = 0; i < in->txs.count; i++)
        results[i].code = execute(&kv->next, call, in->txs.at[i], update, &out->validators.count);
    out->validators.at = update;
    out->results = results;
    out->result_count = in->txs.count;
    out->app_hash = (struct abci_bytes){kv->next.hash, HASH_SIZE};
    kv->executed = true;
}

/* When this is answered CometBFT may forget the block: it must be on the disk. */
static void commit(void *context, struct abci_call *call, struct abci_commit_response *out)
{
    struct kvstore *kv = context;
    (void)out;
    if (!kv->executed) return;
    if (!save(&kv->next, kv->path)) {
        abci_fail(call, "%s: %s", kv->path, strerror(errno));
        return;
    }
    const struct state before = kv->state;
    pthread_mutex_lock(&kv->lock);
    kv->state = kv->next;
    pthread_mutex_unlock(&kv->lock);
    kv->next = before;
    kv->executed = false;
}

int main(int argc, char **argv)
{
    struct kvstore kv = {.path = argv[argc - 1], .lock = PTHREAD_MUTEX_INITIALIZER};
    const struct abci_app app = {
        &kv, info, init_chain, query, check_tx, .finalize = finalize, .commit = commit};
    struct abci_server *server;
    struct roam_diag diag = {0};
    sigset_t signals;
    int signal;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (argc != 3) return fprintf(stderr, "usage: kvstore ADDRESS STATE-FILE\n"), 2;
    if (!load(&kv.state, kv.path)) return fprintf(stderr, "%s is not a state of this program\n", kv.path), 1;
    if (abci_server_start(&server, &app, &(struct abci_server_options){.address = argv[1]}, &diag) != ROAM_OK)
        return fprintf(stderr, "kvstore: %s\n", diag.text), 1;
    fprintf(stderr, "listening at %s\n", abci_server_address(server));
    sigwait(&signals, &signal);
    abci_server_stop(server);
    clear(&kv.state);
    clear(&kv.next);
    return 0;
}
