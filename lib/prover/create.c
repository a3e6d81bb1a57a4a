#include "file.h"
#include "parallel.h"
#include "prover_state.h"

#include <sched.h>
#include <stdlib.h>

/* Those that this process may run on. */
static unsigned processors(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count > PARALLEL_MAX ? PARALLEL_MAX : (unsigned)count;
}

enum roam_prover_err prover_take_options(struct roam_prover_options *out,
                                         const struct roam_prover_options *options, struct roam_diag *diag)
{
    *out = roam_prover_default_options();
    if (options != NULL && options->struct_size != sizeof *out) {
        (void)roam_diag(diag, ROAM_E_VERSION, "options of %zu bytes, this version knows %zu",
                        options->struct_size, sizeof *out);
        return ROAM_PROVER_E_ARGUMENT;
    }
    if (options != NULL) *out = *options;
    if (out->threads > PARALLEL_MAX) {
        (void)roam_diag(diag, ROAM_E_LIMIT, "%u threads, at most %d", out->threads, PARALLEL_MAX);
        return ROAM_PROVER_E_ARGUMENT;
    }
    if (out->threads == 0) out->threads = processors();
    if (out->memory_ceiling_bytes == 0) out->memory_ceiling_bytes = UINT64_MAX;
    return ROAM_PROVER_OK;
}

/* A key that fails the lint by how its parts relate still makes proofs; one with points that are no points
 * does not. */
static enum roam_prover_err prepare_key(struct roam_prover *prover, const struct roam_prover_options *options,
                                        struct roam_diag *diag)
{
    struct roam_diag reason = {{0}};
    prover->insecure = zkey_is_insecure(&prover->key);
    prover->verifies = !options->skip_verification;
    enum roam_err err = zkey_vk(&prover->vk, &prover->key);
    if (err == ROAM_E_LIMIT && !prover->verifies) return ROAM_PROVER_OK;
    if (err != ROAM_OK)
        return public_err(
            roam_diag(diag, err, "%u public signals, at most %d can be verified: skip_verification is needed",
                      prover->key.public_count, GROTH16_INPUTS_MAX));
    err = groth16_vk_lint(&prover->vk, &reason);
    if (err == ROAM_E_INSECURE) prover->insecure = true;
    if (prover->insecure && options->refuse_insecure_key)
        return public_err(roam_diag(diag, ROAM_E_INSECURE, "%s",
                                    err == ROAM_OK ? "the key is of a development ceremony" : reason.text));
    if (err != ROAM_OK && err != ROAM_E_INSECURE) return public_err(roam_diag(diag, err, "%s", reason.text));
    if (prover->verifies) groth16_prepare(&prover->prepared, &prover->vk);
    return ROAM_PROVER_OK;
}

static enum roam_prover_err fill(struct roam_prover *prover, const uint8_t *zkey, size_t zkey_size,
                                 bool mapped, const struct roam_prover_options *options,
                                 struct roam_diag *diag)
{
    prover->threads = options->threads;
    prover->ceiling_bytes = options->memory_ceiling_bytes;
    PROVER_TRY(prover_size_parse(&prover->size, zkey, zkey_size, options->threads, diag));
    PROVER_TRY(prover_check_ceiling(&prover->size, prover->ceiling_bytes, 1, diag));
    enum roam_err err = engine_load(prover, zkey, zkey_size, mapped, diag);
    if (err == ROAM_OK && options->table_path != NULL)
        err = engine_take_tables(prover, options->table_path, diag);
    if (err != ROAM_OK) return public_err(err);
    return prepare_key(prover, options, diag);
}

static enum roam_prover_err create(struct roam_prover **out, const uint8_t *zkey, size_t zkey_size,
                                   bool mapped, const struct roam_prover_options *given,
                                   struct roam_diag *diag)
{
    struct roam_prover_options options;
    PROVER_TRY(prover_take_options(&options, given, diag));
    struct roam_prover *prover = calloc(1, sizeof *prover);
    if (prover == NULL) return ROAM_PROVER_E_NOMEM;
    if (pthread_mutex_init(&prover->lock, NULL) != 0) {
        free(prover);
        return ROAM_PROVER_E_NOMEM;
    }
    enum roam_prover_err err = fill(prover, zkey, zkey_size, mapped, &options, diag);
    if (err == ROAM_PROVER_OK)
        *out = prover;
    else
        roam_prover_destroy(prover);
    return err;
}

enum roam_prover_err roam_prover_create_memory(struct roam_prover **out, const void *zkey, size_t zkey_size,
                                               const struct roam_prover_options *options,
                                               struct roam_prover_message *message)
{
    struct roam_diag diag = {{0}};
    if (out == NULL || zkey == NULL) return prover_answer(ROAM_PROVER_E_ARGUMENT, &diag, message);
    return prover_answer(create(out, zkey, zkey_size, false, options, &diag), &diag, message);
}

enum roam_prover_err roam_prover_create_file(struct roam_prover **out, const char *zkey_path,
                                             const struct roam_prover_options *options,
                                             struct roam_prover_message *message)
{
    struct roam_diag diag = {{0}};
    struct roam_map map;
    if (out == NULL || zkey_path == NULL) return prover_answer(ROAM_PROVER_E_ARGUMENT, &diag, message);
    enum roam_prover_err err = public_err(file_map(&map, zkey_path, &diag));
    if (err == ROAM_PROVER_OK) {
        err = create(out, map.data, map.size, true, options, &diag);
        file_unmap(&map);
    }
    return prover_answer(err, &diag, message);
}

void roam_prover_destroy(struct roam_prover *prover)
{
    if (prover == NULL) return;
    zkey_release(&prover->key);
    if (prover->has_tables) groth16_tables_release(&prover->tables);
    free(prover->engine_memory);
    free(prover->idle);
    pthread_mutex_destroy(&prover->lock);
    free(prover);
}

bool roam_prover_key_is_insecure(const struct roam_prover *prover) { return prover->insecure; }

struct roam_prover_size roam_prover_size(const struct roam_prover *prover) { return prover->size; }

static enum roam_prover_err size_of(struct roam_prover_size *out, const uint8_t *zkey, size_t zkey_size,
                                    const struct roam_prover_options *given, struct roam_diag *diag)
{
    struct roam_prover_options options;
    PROVER_TRY(prover_take_options(&options, given, diag));
    return prover_size_parse(out, zkey, zkey_size, options.threads, diag);
}

enum roam_prover_err roam_prover_size_of_memory(struct roam_prover_size *out, const void *zkey,
                                                size_t zkey_size, const struct roam_prover_options *options,
                                                struct roam_prover_message *message)
{
    struct roam_diag diag = {{0}};
    if (out == NULL || zkey == NULL) return prover_answer(ROAM_PROVER_E_ARGUMENT, &diag, message);
    return prover_answer(size_of(out, zkey, zkey_size, options, &diag), &diag, message);
}

enum roam_prover_err roam_prover_size_of_file(struct roam_prover_size *out, const char *zkey_path,
                                              const struct roam_prover_options *options,
                                              struct roam_prover_message *message)
{
    struct roam_diag diag = {{0}};
    struct roam_map map;
    if (out == NULL || zkey_path == NULL) return prover_answer(ROAM_PROVER_E_ARGUMENT, &diag, message);
    enum roam_prover_err err = public_err(file_map(&map, zkey_path, &diag));
    if (err == ROAM_PROVER_OK) {
        err = size_of(out, map.data, map.size, options, &diag);
        file_unmap(&map);
    }
    return prover_answer(err, &diag, message);
}
