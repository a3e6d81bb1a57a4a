#include "binfile.h"
#include "file.h"
#include "prover_state.h"
#include "wtns_file.h"

#include <stdlib.h>

enum { WTNS_VERSION = 2, WTNS_VALUES = 2, VALUE_SIZE = ROAM_PROVER_VALUE_SIZE };

static_assert(ROAM_PROVER_PROOF_SIZE == (int)GROTH16_PROOF_SIZE, "");

/* A witness as a caller gives it. */
struct given {
    const uint8_t *bytes;
    size_t size; /* of a file's bytes, or the number of values */
    bool is_file;
};

/* Where the results go. */
struct results {
    uint8_t *proof, *public_signals;
    size_t public_size;
};

static enum roam_err check_count(const struct roam_prover *prover, size_t count, struct roam_diag *diag)
{
    if (count == prover->key.wire_count) return ROAM_OK;
    return roam_diag(diag, ROAM_E_COUNT, "the witness has %zu values, the key %u wires", count,
                     prover->key.wire_count);
}

/* The number of values is compared before memory for them is taken. */
static enum roam_err load_file(fr **out, const struct roam_prover *prover, const struct given *given,
                               struct roam_diag *diag)
{
    struct binfile file;
    struct binfile_cursor values;
    size_t count;
    ROAM_TRY(binfile_parse(&file, "wtns", WTNS_VERSION, given->bytes, given->size, diag));
    ROAM_TRY(binfile_section(&values, &file, WTNS_VALUES, diag));
    ROAM_TRY(check_count(prover, values.left / VALUE_SIZE, diag));
    return wtns_parse(out, &count, given->bytes, given->size, diag);
}

static enum roam_err load_values(fr **out, const struct roam_prover *prover, const struct given *given,
                                 struct roam_diag *diag)
{
    enum roam_err err = ROAM_OK;
    ROAM_TRY(check_count(prover, given->size, diag));
    fr *witness = malloc(given->size * sizeof *witness);
    if (witness == NULL) return ROAM_E_NOMEM;
    for (size_t i = 0; err == ROAM_OK && i < given->size; i++)
        if (fr_from_le(&witness[i], given->bytes + i * VALUE_SIZE) != ROAM_OK)
            err = roam_diag(diag, ROAM_E_RANGE, "value %zu of the witness is not less than r", i);
    if (err == ROAM_OK)
        *out = witness;
    else
        wtns_release(witness, given->size);
    return err;
}

/* groth16_proof_check is part of groth16_verify: E_POINT is a B outside its group. */
static enum roam_err check_proof(const struct roam_prover *prover, const groth16_proof *proof,
                                 const fr *witness, struct roam_diag *diag)
{
    if (!prover->verifies) return ROAM_OK;
    enum roam_err err = groth16_verify(&prover->prepared, proof, witness + 1, prover->key.public_count);
    if (err == ROAM_E_POINT)
        return roam_diag(diag, err, "the proof has a point outside its group: a bad key");
    if (err != ROAM_OK)
        return roam_diag(diag, err,
                         "the proof does not verify: the witness does not satisfy the key's circuit");
    return ROAM_OK;
}

static void write_results(const struct results *results, const struct roam_prover *prover,
                          const groth16_proof *proof, const fr *witness)
{
    groth16_proof_serialize(results->proof, proof);
    for (size_t i = 0; i < prover->key.public_count; i++)
        fr_to_le(results->public_signals + i * VALUE_SIZE, &witness[i + 1]);
}

static enum roam_err prove_borrowed(const struct results *results, const struct roam_prover *prover,
                                    const struct given *given, const struct roam_prover_control *control,
                                    void *scratch, struct roam_diag *diag)
{
    fr *witness = NULL;
    groth16_proof proof;
    ROAM_TRY((given->is_file ? load_file : load_values)(&witness, prover, given, diag));
    enum roam_err err = proof_run(&proof, prover, witness, control, scratch, diag);
    if (err == ROAM_OK) err = check_proof(prover, &proof, witness, diag);
    if (err == ROAM_OK) write_results(results, prover, &proof, witness);
    wtns_release(witness, prover->key.wire_count);
    return err;
}

static enum roam_prover_err prove(const struct results *results, struct roam_prover *prover,
                                  const struct given *given, const struct roam_prover_control *control,
                                  struct roam_diag *diag)
{
    void *scratch = NULL;
    if (results->public_size / VALUE_SIZE < prover->key.public_count) {
        (void)roam_diag(diag, ROAM_E_LIMIT, "%zu bytes for public signals, %zu are needed",
                        results->public_size, (size_t)prover->key.public_count * VALUE_SIZE);
        return ROAM_PROVER_E_BUFFER;
    }
    PROVER_TRY(prover_borrow(&scratch, prover, diag));
    enum roam_err err = prove_borrowed(results, prover, given, control, scratch, diag);
    prover_give_back(prover, scratch);
    return public_err(err);
}

static bool complete(const struct results *results, const struct roam_prover *prover, const void *witness)
{
    return results->proof != NULL && prover != NULL && witness != NULL &&
           (results->public_signals != NULL || prover->key.public_count == 0);
}

enum roam_prover_err roam_prover_prove_wtns(uint8_t proof[ROAM_PROVER_PROOF_SIZE], uint8_t *public_signals,
                                            size_t public_size, struct roam_prover *prover, const void *wtns,
                                            size_t wtns_size, const struct roam_prover_control *control,
                                            struct roam_prover_message *message)
{
    struct roam_diag diag = {{0}};
    struct results results = {proof, public_signals, public_size};
    struct given given = {wtns, wtns_size, true};
    if (!complete(&results, prover, wtns)) return prover_answer(ROAM_PROVER_E_ARGUMENT, &diag, message);
    return prover_answer(prove(&results, prover, &given, control, &diag), &diag, message);
}

enum roam_prover_err roam_prover_prove_values(uint8_t proof[ROAM_PROVER_PROOF_SIZE], uint8_t *public_signals,
                                              size_t public_size, struct roam_prover *prover,
                                              const uint8_t *values, size_t value_count,
                                              const struct roam_prover_control *control,
                                              struct roam_prover_message *message)
{
    struct roam_diag diag = {{0}};
    struct results results = {proof, public_signals, public_size};
    struct given given = {values, value_count, false};
    if (!complete(&results, prover, values)) return prover_answer(ROAM_PROVER_E_ARGUMENT, &diag, message);
    return prover_answer(prove(&results, prover, &given, control, &diag), &diag, message);
}

enum roam_prover_err roam_prover_prove_file(uint8_t proof[ROAM_PROVER_PROOF_SIZE], uint8_t *public_signals,
                                            size_t public_size, struct roam_prover *prover,
                                            const char *wtns_path, const struct roam_prover_control *control,
                                            struct roam_prover_message *message)
{
    struct roam_diag diag = {{0}};
    struct roam_map map;
    struct results results = {proof, public_signals, public_size};
    if (!complete(&results, prover, wtns_path)) return prover_answer(ROAM_PROVER_E_ARGUMENT, &diag, message);
    enum roam_prover_err err = public_err(file_map(&map, wtns_path, &diag));
    if (err == ROAM_PROVER_OK) {
        struct given given = {map.data, map.size, true};
        err = prove(&results, prover, &given, control, &diag);
        file_unmap(&map);
    }
    return prover_answer(err, &diag, message);
}
