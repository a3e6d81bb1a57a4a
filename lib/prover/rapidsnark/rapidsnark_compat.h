/* The C interface of rapidsnark (its prover.h and verifier.h), served by roam's prover, so that programs
 * written for it build and link unchanged. New programs are better served by roam_prover.h.
 *
 * Sizes of buffers are capacities before a call and lengths without the final NUL after it. error_msg may be
 * NULL; else it gets at most error_msg_maxsize bytes, NUL included. JSON is written without white space.
 *
 * What differs from rapidsnark:
 *   - the key's bytes are not needed any more when groth16_prover_create returns;
 *   - a witness that does not satisfy the circuit is PROVER_ERROR, and so is one with a value not below r;
 *   - proofs have the member "curve" as snarkjs's do;
 *   - groth16_verify refuses as VERIFIER_ERROR what rapidsnark reduces or overlooks: numbers that are not
 * below their modulus, points outside their groups, keys by which anyone can forge. */
#ifndef RAPIDSNARK_COMPAT_H
#define RAPIDSNARK_COMPAT_H

#ifdef __cplusplus
extern "C" {
#endif

#define ROAM_RAPIDSNARK_API           __attribute__((visibility("default")))

#define PROVER_OK                     0x0
#define PROVER_ERROR                  0x1
#define PROVER_ERROR_SHORT_BUFFER     0x2
#define PROVER_INVALID_WITNESS_LENGTH 0x3

#define VERIFIER_VALID_PROOF          0x0
#define VERIFIER_INVALID_PROOF        0x1
#define VERIFIER_ERROR                0x2

/* A capacity that suffices for the public signals of any proof with this key. PROVER_OK or PROVER_ERROR. */
ROAM_RAPIDSNARK_API int groth16_public_size_for_zkey_buf(const void *zkey_buffer,
                                                         unsigned long long zkey_size,
                                                         unsigned long long *public_size, char *error_msg,
                                                         unsigned long long error_msg_maxsize);
ROAM_RAPIDSNARK_API int groth16_public_size_for_zkey_file(const char *zkey_fname,
                                                          unsigned long long *public_size, char *error_msg,
                                                          unsigned long long error_msg_maxsize);
/* A capacity that suffices for any proof. */
ROAM_RAPIDSNARK_API void groth16_proof_size(unsigned long long *proof_size);

/* A prover, to be given to groth16_prover_destroy; several threads may prove with it at once. PROVER_OK or
 * PROVER_ERROR. */
ROAM_RAPIDSNARK_API int groth16_prover_create(void **prover_object, const void *zkey_buffer,
                                              unsigned long long zkey_size, char *error_msg,
                                              unsigned long long error_msg_maxsize);
ROAM_RAPIDSNARK_API int groth16_prover_create_zkey_file(void **prover_object, const char *zkey_file_path,
                                                        char *error_msg,
                                                        unsigned long long error_msg_maxsize);
ROAM_RAPIDSNARK_API void groth16_prover_destroy(void *prover_object);

/* Proves the witness of a .wtns file's bytes. PROVER_OK; PROVER_ERROR_SHORT_BUFFER, then both sizes are the
 * capacities needed; PROVER_INVALID_WITNESS_LENGTH; PROVER_ERROR. */
ROAM_RAPIDSNARK_API int groth16_prover_prove(void *prover_object, const void *wtns_buffer,
                                             unsigned long long wtns_size, char *proof_buffer,
                                             unsigned long long *proof_size, char *public_buffer,
                                             unsigned long long *public_size, char *error_msg,
                                             unsigned long long error_msg_maxsize);

/* The three calls in one: for a single proof. */
ROAM_RAPIDSNARK_API int groth16_prover(const void *zkey_buffer, unsigned long long zkey_size,
                                       const void *wtns_buffer, unsigned long long wtns_size,
                                       char *proof_buffer, unsigned long long *proof_size,
                                       char *public_buffer, unsigned long long *public_size, char *error_msg,
                                       unsigned long long error_msg_maxsize);
ROAM_RAPIDSNARK_API int groth16_prover_zkey_file(const char *zkey_file_path, const void *wtns_buffer,
                                                 unsigned long long wtns_size, char *proof_buffer,
                                                 unsigned long long *proof_size, char *public_buffer,
                                                 unsigned long long *public_size, char *error_msg,
                                                 unsigned long long error_msg_maxsize);

/* JSON texts ending with NUL; `inputs` are the public signals. A proof may lack the member "curve", as
 * rapidsnark's do. VERIFIER_VALID_PROOF, VERIFIER_INVALID_PROOF or VERIFIER_ERROR. */
ROAM_RAPIDSNARK_API int groth16_verify(const char *proof, const char *inputs, const char *verification_key,
                                       char *error_msg, unsigned long error_msg_maxsize);

#ifdef __cplusplus
}
#endif

#endif
