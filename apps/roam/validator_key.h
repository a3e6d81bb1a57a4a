/* Validators as people name them: their public keys as CometBFT writes them, and lists of them. */
#ifndef ROAM_VALIDATOR_KEY_H
#define ROAM_VALIDATOR_KEY_H

#include "ledger.h"

enum { VALIDATOR_ADDRESS_SIZE = 20 };

/* 64 hexadecimal digits, or a file of CometBFT that has an Ed25519 public key: priv_validator_key.json, or
 * what `cometbft show-validator` prints. ROAM_E_FORMAT, and the errors of reading a file. */
ROAM_MUST_USE enum roam_err validator_key_read(roam_id *out, const char *text, struct roam_diag *diag);
/* What CometBFT calls a validator by: the beginning of the SHA-256 of its key. */
void validator_address(uint8_t out[VALIDATOR_ADDRESS_SIZE], const roam_id *key);

/* The validators of a genesis from a JSON file: [{"key": hex or CometBFT's pub_key, "power": number,
 * "owner": operator id}, ...]. ROAM_E_LIMIT (too many), ROAM_E_FORMAT, and the errors of reading a file. */
ROAM_MUST_USE enum roam_err validators_read(struct ledger_genesis *out, const char *path,
                                            struct roam_diag *diag);

#endif
