#include "prover_state.h"
#include "snark_json.h"

#include <stdlib.h>
#include <string.h>

/* Moves what was printed into the caller's memory and releases buf. */
static enum roam_prover_err give_text(char *text, size_t *size, struct roam_buf *buf, enum roam_err printed)
{
    enum roam_prover_err err = public_err(printed);
    if (err == ROAM_PROVER_OK && buf->size >= *size) err = ROAM_PROVER_E_BUFFER;
    if (err == ROAM_PROVER_OK) {
        memcpy(text, buf->data, buf->size);
        text[buf->size] = '\0';
        *size = buf->size;
    } else if (err == ROAM_PROVER_E_BUFFER) {
        *size = buf->size + 1;
    }
    buf_release(buf);
    return err;
}

enum roam_prover_err roam_prover_proof_json(char *text, size_t *size,
                                            const uint8_t proof[ROAM_PROVER_PROOF_SIZE])
{
    groth16_proof points;
    struct roam_buf buf;
    if (size == NULL || proof == NULL || (text == NULL && *size > 0)) return ROAM_PROVER_E_ARGUMENT;
    enum roam_err err = groth16_proof_parse(&points, proof);
    if (err != ROAM_OK) return public_err(err);
    buf_init(&buf, ROAM_PROVER_PROOF_JSON_MAX);
    return give_text(text, size, &buf, snark_proof_print(&buf, &points));
}

enum roam_prover_err roam_prover_public_json(char *text, size_t *size, const uint8_t *public_signals,
                                             size_t public_count)
{
    struct roam_buf buf;
    enum roam_err err = ROAM_OK;
    if (size == NULL || (text == NULL && *size > 0) || (public_signals == NULL && public_count > 0) ||
        public_count > UINT32_MAX)
        return ROAM_PROVER_E_ARGUMENT;
    fr *values = malloc((public_count + 1) * sizeof *values);
    if (values == NULL) return ROAM_PROVER_E_NOMEM;
    for (size_t i = 0; err == ROAM_OK && i < public_count; i++)
        err = fr_from_le(&values[i], public_signals + i * ROAM_PROVER_VALUE_SIZE);
    buf_init(&buf, ROAM_PROVER_PUBLIC_JSON_MAX(public_count));
    if (err == ROAM_OK) err = snark_public_print(&buf, values, public_count);
    free(values);
    return give_text(text, size, &buf, err);
}

/* Too much for the stack. */
struct judged {
    struct groth16_vk vk;
    g1_affine ic[GROTH16_INPUTS_MAX + 1];
    struct groth16_prepared_vk prepared;
    groth16_proof proof;
    fr inputs[GROTH16_INPUTS_MAX];
    size_t input_count;
};

static enum roam_err judge(struct judged *j, const char *verification_key, const char *public_signals,
                           const char *proof, struct roam_diag *diag)
{
    ROAM_TRY(snark_vk_parse(&j->vk, j->ic, GROTH16_INPUTS_MAX + 1, verification_key, strlen(verification_key),
                            diag));
    ROAM_TRY(groth16_vk_lint(&j->vk, diag));
    ROAM_TRY(snark_public_parse(j->inputs, GROTH16_INPUTS_MAX, &j->input_count, public_signals,
                                strlen(public_signals), diag));
    ROAM_TRY(snark_proof_parse(&j->proof, proof, strlen(proof), diag));
    if (j->input_count != j->vk.input_count)
        return roam_diag(diag, ROAM_E_COUNT, "%zu public signals, the key has %zu", j->input_count,
                         j->vk.input_count);
    groth16_prepare(&j->prepared, &j->vk);
    return groth16_verify(&j->prepared, &j->proof, j->inputs, j->input_count);
}

enum roam_prover_err roam_prover_verify_json(const char *verification_key, const char *public_signals,
                                             const char *proof, struct roam_prover_message *message)
{
    struct roam_diag diag = {{0}};
    if (verification_key == NULL || public_signals == NULL || proof == NULL)
        return prover_answer(ROAM_PROVER_E_ARGUMENT, &diag, message);
    struct judged *judged = malloc(sizeof *judged);
    if (judged == NULL) return prover_answer(ROAM_PROVER_E_NOMEM, &diag, message);
    enum roam_err err = judge(judged, verification_key, public_signals, proof, &diag);
    free(judged);
    return prover_answer(public_err(err), &diag, message);
}
