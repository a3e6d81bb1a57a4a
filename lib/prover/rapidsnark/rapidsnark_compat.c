#include "rapidsnark_compat.h"

#include "roam_prover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROOF_CAPACITY = 810 }; /* rapidsnark's own, which programs have learned by heart */

static int explain(int status, char *error_msg, unsigned long long maxsize,
                   const struct roam_prover_message *message)
{
    if (error_msg != NULL && maxsize > 0) snprintf(error_msg, (size_t)maxsize, "%s", message->text);
    return status;
}

static int refuse(char *error_msg, unsigned long long maxsize, const char *text)
{
    struct roam_prover_message message;
    snprintf(message.text, sizeof message.text, "%s", text);
    return explain(PROVER_ERROR, error_msg, maxsize, &message);
}

static int status_of(enum roam_prover_err err)
{
    return err == ROAM_PROVER_OK        ? PROVER_OK
           : err == ROAM_PROVER_E_COUNT ? PROVER_INVALID_WITNESS_LENGTH
                                        : PROVER_ERROR;
}

static int answer_size(enum roam_prover_err err, const struct roam_prover_size *size,
                       unsigned long long *public_size, char *error_msg, unsigned long long maxsize,
                       const struct roam_prover_message *message)
{
    if (err != ROAM_PROVER_OK) return explain(PROVER_ERROR, error_msg, maxsize, message);
    *public_size = ROAM_PROVER_PUBLIC_JSON_MAX(size->public_count);
    return PROVER_OK;
}

int groth16_public_size_for_zkey_buf(const void *zkey_buffer, unsigned long long zkey_size,
                                     unsigned long long *public_size, char *error_msg,
                                     unsigned long long error_msg_maxsize)
{
    struct roam_prover_size size;
    struct roam_prover_message message;
    enum roam_prover_err err =
        roam_prover_size_of_memory(&size, zkey_buffer, (size_t)zkey_size, NULL, &message);
    return answer_size(err, &size, public_size, error_msg, error_msg_maxsize, &message);
}

int groth16_public_size_for_zkey_file(const char *zkey_fname, unsigned long long *public_size,
                                      char *error_msg, unsigned long long error_msg_maxsize)
{
    struct roam_prover_size size;
    struct roam_prover_message message;
    enum roam_prover_err err = roam_prover_size_of_file(&size, zkey_fname, NULL, &message);
    return answer_size(err, &size, public_size, error_msg, error_msg_maxsize, &message);
}

void groth16_proof_size(unsigned long long *proof_size) { *proof_size = PROOF_CAPACITY; }

int groth16_prover_create(void **prover_object, const void *zkey_buffer, unsigned long long zkey_size,
                          char *error_msg, unsigned long long error_msg_maxsize)
{
    struct roam_prover *prover = NULL;
    struct roam_prover_message message;
    if (prover_object == NULL) return refuse(error_msg, error_msg_maxsize, "prover_object is NULL");
    if (roam_prover_create_memory(&prover, zkey_buffer, (size_t)zkey_size, NULL, &message) != ROAM_PROVER_OK)
        return explain(PROVER_ERROR, error_msg, error_msg_maxsize, &message);
    *prover_object = prover;
    return PROVER_OK;
}

int groth16_prover_create_zkey_file(void **prover_object, const char *zkey_file_path, char *error_msg,
                                    unsigned long long error_msg_maxsize)
{
    struct roam_prover *prover = NULL;
    struct roam_prover_message message;
    if (prover_object == NULL) return refuse(error_msg, error_msg_maxsize, "prover_object is NULL");
    if (roam_prover_create_file(&prover, zkey_file_path, NULL, &message) != ROAM_PROVER_OK)
        return explain(PROVER_ERROR, error_msg, error_msg_maxsize, &message);
    *prover_object = prover;
    return PROVER_OK;
}

void groth16_prover_destroy(void *prover_object) { roam_prover_destroy(prover_object); }

/* No string in these texts has white space of its own. */
static size_t drop_white_space(char *text)
{
    size_t length = 0;
    for (const char *p = text; *p != '\0'; p++)
        if (*p != ' ' && *p != '\n') text[length++] = *p;
    text[length] = '\0';
    return length;
}

/* Both texts go out, or the capacities that they need. */
static int give_texts(const char *proof, size_t proof_length, const char *public_signals,
                      size_t public_length, char *proof_buffer, unsigned long long *proof_size,
                      char *public_buffer, unsigned long long *public_size)
{
    bool fits = *proof_size > proof_length && *public_size > public_length;
    if (fits) {
        memcpy(proof_buffer, proof, proof_length + 1);
        memcpy(public_buffer, public_signals, public_length + 1);
    }
    *proof_size = proof_length + (fits ? 0 : 1);
    *public_size = public_length + (fits ? 0 : 1);
    return fits ? PROVER_OK : PROVER_ERROR_SHORT_BUFFER;
}

/* signals and text: memory for the public signals in both forms. */
static int prove(struct roam_prover *prover, const void *wtns, size_t wtns_size, uint8_t *signals, char *text,
                 char *proof_buffer, unsigned long long *proof_size, char *public_buffer,
                 unsigned long long *public_size, struct roam_prover_message *message)
{
    uint8_t proof[ROAM_PROVER_PROOF_SIZE];
    char proof_text[ROAM_PROVER_PROOF_JSON_MAX];
    size_t count = roam_prover_size(prover).public_count, proof_text_size = sizeof proof_text,
           text_size = ROAM_PROVER_PUBLIC_JSON_MAX(count);
    enum roam_prover_err err = roam_prover_prove_wtns(proof, signals, count * ROAM_PROVER_VALUE_SIZE, prover,
                                                      wtns, wtns_size, NULL, message);
    if (err == ROAM_PROVER_OK) err = roam_prover_proof_json(proof_text, &proof_text_size, proof);
    if (err == ROAM_PROVER_OK) err = roam_prover_public_json(text, &text_size, signals, count);
    if (err != ROAM_PROVER_OK) return status_of(err);
    int status = give_texts(proof_text, drop_white_space(proof_text), text, drop_white_space(text),
                            proof_buffer, proof_size, public_buffer, public_size);
    if (status != PROVER_OK)
        snprintf(message->text, sizeof message->text, "the proof needs %llu bytes, the public signals %llu",
                 *proof_size, *public_size);
    return status;
}

int groth16_prover_prove(void *prover_object, const void *wtns_buffer, unsigned long long wtns_size,
                         char *proof_buffer, unsigned long long *proof_size, char *public_buffer,
                         unsigned long long *public_size, char *error_msg,
                         unsigned long long error_msg_maxsize)
{
    struct roam_prover_message message = {{0}};
    if (prover_object == NULL || wtns_buffer == NULL || proof_buffer == NULL || proof_size == NULL ||
        public_buffer == NULL || public_size == NULL)
        return refuse(error_msg, error_msg_maxsize, "an argument is NULL");
    size_t count = roam_prover_size(prover_object).public_count;
    uint8_t *signals = malloc(count * ROAM_PROVER_VALUE_SIZE + 1);
    char *text = malloc(ROAM_PROVER_PUBLIC_JSON_MAX(count));
    int status = PROVER_ERROR;
    if (signals != NULL && text != NULL)
        status = prove(prover_object, wtns_buffer, (size_t)wtns_size, signals, text, proof_buffer, proof_size,
                       public_buffer, public_size, &message);
    free(signals);
    free(text);
    return status == PROVER_OK ? status : explain(status, error_msg, error_msg_maxsize, &message);
}

static int prove_once(void *prover, const void *wtns_buffer, unsigned long long wtns_size, char *proof_buffer,
                      unsigned long long *proof_size, char *public_buffer, unsigned long long *public_size,
                      char *error_msg, unsigned long long error_msg_maxsize)
{
    int status = groth16_prover_prove(prover, wtns_buffer, wtns_size, proof_buffer, proof_size, public_buffer,
                                      public_size, error_msg, error_msg_maxsize);
    groth16_prover_destroy(prover);
    return status;
}

int groth16_prover(const void *zkey_buffer, unsigned long long zkey_size, const void *wtns_buffer,
                   unsigned long long wtns_size, char *proof_buffer, unsigned long long *proof_size,
                   char *public_buffer, unsigned long long *public_size, char *error_msg,
                   unsigned long long error_msg_maxsize)
{
    void *prover = NULL;
    int status = groth16_prover_create(&prover, zkey_buffer, zkey_size, error_msg, error_msg_maxsize);
    if (status != PROVER_OK) return status;
    return prove_once(prover, wtns_buffer, wtns_size, proof_buffer, proof_size, public_buffer, public_size,
                      error_msg, error_msg_maxsize);
}

int groth16_prover_zkey_file(const char *zkey_file_path, const void *wtns_buffer,
                             unsigned long long wtns_size, char *proof_buffer, unsigned long long *proof_size,
                             char *public_buffer, unsigned long long *public_size, char *error_msg,
                             unsigned long long error_msg_maxsize)
{
    void *prover = NULL;
    int status = groth16_prover_create_zkey_file(&prover, zkey_file_path, error_msg, error_msg_maxsize);
    if (status != PROVER_OK) return status;
    return prove_once(prover, wtns_buffer, wtns_size, proof_buffer, proof_size, public_buffer, public_size,
                      error_msg, error_msg_maxsize);
}

/* The proof with "curve" as first member if it has none anywhere, or NULL; the caller frees it. */
static char *with_curve(const char *proof)
{
    static const char member[] = "{\"curve\":\"bn128\",";
    const char *begin = proof + strspn(proof, " \t\r\n");
    bool lacks = *begin == '{' && strstr(proof, "\"curve\"") == NULL;
    const char *head = lacks ? member : "", *tail = lacks ? begin + 1 : proof;
    size_t size = strlen(head) + strlen(tail) + 1;
    char *text = malloc(size);
    if (text != NULL) snprintf(text, size, "%s%s", head, tail);
    return text;
}

int groth16_verify(const char *proof, const char *inputs, const char *verification_key, char *error_msg,
                   unsigned long error_msg_maxsize)
{
    struct roam_prover_message message = {{0}};
    char *complete = proof != NULL ? with_curve(proof) : NULL;
    enum roam_prover_err err = roam_prover_verify_json(verification_key, inputs, complete, &message);
    free(complete);
    if (err == ROAM_PROVER_OK) return VERIFIER_VALID_PROOF;
    return explain(err == ROAM_PROVER_E_FALSE ? VERIFIER_INVALID_PROOF : VERIFIER_ERROR, error_msg,
                   error_msg_maxsize, &message);
}
