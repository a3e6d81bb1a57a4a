/* prove KEY.zkey WITNESS.wtns PROOF.json PUBLIC.json: a proof as `snarkjs groth16 prove` makes it.
 *
 *   cc prove.c -o prove $(pkg-config --cflags --libs roam-prover) */
#include <roam_prover.h>

#include <stdio.h>
#include <stdlib.h>

static int fail(enum roam_prover_err err, const char *what, const struct roam_prover_message *message)
{
    fprintf(stderr, "prove: %s: %s (%s)\n", what, message->text, roam_prover_err_name(err));
    return 1;
}

static bool save(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (file == NULL) return false;
    bool written = fputs(text, file) >= 0;
    return fclose(file) == 0 && written;
}

/* Both JSON files of a proof. */
static bool save_proof(const uint8_t *proof, const uint8_t *signals, size_t count, char **paths)
{
    char proof_text[ROAM_PROVER_PROOF_JSON_MAX];
    size_t proof_size = sizeof proof_text, size = ROAM_PROVER_PUBLIC_JSON_MAX(count);
    char *text = malloc(size);
    bool saved = text != NULL && roam_prover_proof_json(proof_text, &proof_size, proof) == ROAM_PROVER_OK &&
                 roam_prover_public_json(text, &size, signals, count) == ROAM_PROVER_OK &&
                 save(paths[0], proof_text) && save(paths[1], text);
    free(text);
    return saved;
}

static bool show(void *context, const char *what, uint64_t done, uint64_t total)
{
    (void)context;
    fprintf(stderr, "%d/%d %s\n", (int)done + 1, (int)total, what);
    return true; /* false would stop the proof */
}

int main(int argc, char **argv)
{
    struct roam_prover *prover;
    struct roam_prover_message message;
    struct roam_prover_control control = {NULL, show, NULL};
    uint8_t proof[ROAM_PROVER_PROOF_SIZE];
    if (argc != 5) {
        fprintf(stderr, "usage: prove KEY.zkey WITNESS.wtns PROOF.json PUBLIC.json\n");
        return 2;
    }
    enum roam_prover_err err = roam_prover_create_file(&prover, argv[1], NULL, &message);
    if (err != ROAM_PROVER_OK) return fail(err, argv[1], &message);
    if (roam_prover_key_is_insecure(prover)) fprintf(stderr, "prove: proofs with this key can be forged\n");

    size_t count = roam_prover_size(prover).public_count, size = count * ROAM_PROVER_VALUE_SIZE;
    uint8_t *signals = malloc(size + 1);
    if (signals == NULL) return 1;
    err = roam_prover_prove_file(proof, signals, size, prover, argv[2], &control, &message);
    int status = err != ROAM_PROVER_OK                          ? fail(err, argv[2], &message)
                 : !save_proof(proof, signals, count, argv + 3) ? (perror("prove"), 1)
                                                                : 0;
    free(signals);
    roam_prover_destroy(prover);
    return status;
}
