/* A program as one writes it for rapidsnark: prove ZKEY WTNS PROOF PUBLIC, or verify VKEY PUBLIC PROOF, which
 * answers by its exit status. */
#include "prover.h"
#include "verifier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_file(const char *path, unsigned long long *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) exit(10);
    long length = ftell(file);
    char *data = length < 0 ? NULL : malloc((size_t)length + 1);
    rewind(file);
    if (data == NULL || fread(data, 1, (size_t)length, file) != (size_t)length) exit(10);
    fclose(file);
    data[length] = '\0';
    *size = (unsigned long long)length;
    return data;
}

static void write_file(const char *path, const char *data, unsigned long long size)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(data, 1, (size_t)size, file) != (size_t)size || fclose(file) != 0) exit(10);
}

static int prove(char **argv)
{
    unsigned long long wtns_size, proof_size, public_size;
    char message[256] = "";
    char *wtns = read_file(argv[1], &wtns_size);
    groth16_proof_size(&proof_size);
    int status = groth16_public_size_for_zkey_file(argv[0], &public_size, message, sizeof message);
    if (status == PROVER_OK) {
        char *proof = malloc((size_t)proof_size), *signals = malloc((size_t)public_size);
        if (proof == NULL || signals == NULL) exit(10);
        status = groth16_prover_zkey_file(argv[0], wtns, wtns_size, proof, &proof_size, signals, &public_size,
                                          message, sizeof message);
        if (status == PROVER_OK) {
            write_file(argv[2], proof, proof_size);
            write_file(argv[3], signals, public_size);
        }
        free(proof);
        free(signals);
    }
    if (status != PROVER_OK) fprintf(stderr, "%s\n", message);
    free(wtns);
    return status;
}

static int verify(char **argv)
{
    unsigned long long size;
    char message[256] = "", *vkey = read_file(argv[0], &size), *signals = read_file(argv[1], &size),
         *proof = read_file(argv[2], &size);
    int status = groth16_verify(proof, signals, vkey, message, sizeof message);
    if (status == VERIFIER_ERROR) fprintf(stderr, "%s\n", message);
    free(vkey);
    free(signals);
    free(proof);
    return status;
}

int main(int argc, char **argv)
{
    if (argc == 6 && strcmp(argv[1], "prove") == 0) return prove(argv + 2);
    if (argc == 5 && strcmp(argv[1], "verify") == 0) return verify(argv + 2);
    return 11;
}
