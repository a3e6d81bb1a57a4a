/* Key files: JSON, readable by the owner only.
 *   {"kind": "operator", "name": "...", "id": hex, "public_key": hex, "seed": hex}    Ed25519
 *   {"kind": "authority", "name": "...", "public_key": hex, "seed": hex}              Ed25519: governor,
 * treasury
 *   {"kind": "device", "name": "...", "public_key": hex, "seed": hex}                 EdDSA-Poseidon, packed
 * point A file without "seed" is a public key file. */
#ifndef ROAM_KEYFILE_H
#define ROAM_KEYFILE_H

#include "tx.h"

enum key_kind { KEY_OPERATOR, KEY_AUTHORITY, KEY_DEVICE };

struct key_file {
    enum key_kind kind;
    char name[TX_NAME_SIZE];
    bool has_secret;
    uint8_t seed[32];
    roam_id id;             /* operator */
    uint8_t public_key[32]; /* as the ledger wants it */
    uint8_t secret_key[64]; /* operator, authority: libsodium form */
    eddsa_key device;       /* device */
};

/* Derives everything from kind, name and seed. */
void key_from_seed(struct key_file *out, enum key_kind kind, const char *name, const uint8_t seed[32]);
void key_wipe(struct key_file *key);
/* A key that is wiped when it goes out of scope. */
#define SCOPED_KEY __attribute__((cleanup(key_wipe))) struct key_file

/* Writes with mode 0600, never over an existing file. with_secret false writes the public part. */
ROAM_MUST_USE enum roam_err key_write(const struct key_file *key, bool with_secret, const char *path,
                                      struct roam_diag *diag);
/* ROAM_E_MISMATCH if the file is of another kind, holds no secret although needed, or contradicts itself. */
ROAM_MUST_USE enum roam_err key_read(struct key_file *out, enum key_kind kind, bool need_secret,
                                     const char *path, struct roam_diag *diag);

#endif
