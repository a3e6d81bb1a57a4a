/* What the files of lib/prover share. */
#ifndef PROVER_STATE_H
#define PROVER_STATE_H

#include "groth16.h"
#include "prove.h"
#include "roam_prover.h"
#include "tables.h"
#include "zkey.h"

#include <assert.h>
#include <pthread.h>

/* A prover. All but what the lock guards is constant once made. */
struct roam_prover {
    struct zkey key;
    struct groth16_prover engine;
    struct groth16_tables tables; /* if has_tables */
    bool has_tables;
    void *engine_memory;
    bool insecure, verifies;
    unsigned threads;
    struct groth16_vk vk; /* vk and prepared: if it verifies */
    struct groth16_prepared_vk prepared;
    struct roam_prover_size size;
    size_t scratch_bytes;
    uint64_t ceiling_bytes; /* UINT64_MAX: none */
    pthread_mutex_t lock;
    unsigned running; /* proofs */
    void *idle;       /* the scratch memory of an earlier proof, or NULL */
};

/* Errors of the libraries below have the same numbers. */
static inline enum roam_prover_err public_err(enum roam_err err) { return (enum roam_prover_err)(int)err; }

/* The end of every public function: fills message, which may be NULL, and returns err. */
enum roam_prover_err prover_answer(enum roam_prover_err err, const struct roam_diag *diag,
                                   struct roam_prover_message *message);

#define PROVER_TRY(expression)                                                                               \
    do {                                                                                                     \
        enum roam_prover_err prover_try_ = (expression);                                                     \
        if (prover_try_ != ROAM_PROVER_OK) return prover_try_;                                               \
    } while (0)

/* Options with the defaults filled in; options may be NULL. E_ARGUMENT. */
ROAM_MUST_USE enum roam_prover_err prover_take_options(struct roam_prover_options *out,
                                                       const struct roam_prover_options *options,
                                                       struct roam_diag *diag);

/* What a prover of this key and its proofs need, from the counts in the file's header alone. */
ROAM_MUST_USE enum roam_prover_err prover_size_parse(struct roam_prover_size *out, const uint8_t *zkey,
                                                     size_t zkey_size, unsigned threads,
                                                     struct roam_diag *diag);

/* One proof's share of the memory: scratch for proof_run, or E_CEILING, E_NOMEM; and its return, by then
 * without secrets. */
ROAM_MUST_USE enum roam_prover_err prover_borrow(void **scratch, struct roam_prover *prover,
                                                 struct roam_diag *diag);
void prover_give_back(struct roam_prover *prover, void *scratch);
/* E_CEILING if `proofs` at once would pass the ceiling. */
ROAM_MUST_USE enum roam_prover_err prover_check_ceiling(const struct roam_prover_size *size,
                                                        uint64_t ceiling_bytes, unsigned proofs,
                                                        struct roam_diag *diag);

/* proof_run.c is the one place that knows how lib/groth16 proves: the memory of an engine and of one proof,
 * for a key of which only the counts are used, in multiples of 64 bytes; reading the key and making the
 * engine of it, errors of zkey_parse_to_prove and E_NOMEM; and a proof of the witness, key.wire_count values.
 */
size_t engine_bytes(const struct zkey *key);
size_t proof_scratch_bytes(const struct zkey *key, unsigned threads);
ROAM_MUST_USE enum roam_err engine_load(struct roam_prover *prover, const uint8_t *zkey, size_t zkey_size,
                                        bool mapped, struct roam_diag *diag);
/* Gives the engine tables, as roam_prover_create_file says of table_path; prover->size follows. file_write's
 * errors, E_NOMEM. */
ROAM_MUST_USE enum roam_err engine_take_tables(struct roam_prover *prover, const char *path,
                                               struct roam_diag *diag);
ROAM_MUST_USE enum roam_err proof_run(groth16_proof *out, const struct roam_prover *prover, const fr *witness,
                                      const struct roam_prover_control *control, void *scratch,
                                      struct roam_diag *diag);

#endif
