#include "people.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "digest.h"
#include "endian.h"

void person_init(struct person *person, const char *name)
{
    uint8_t seed[32];
    memset(person, 0, sizeof *person);
    snprintf(person->name, sizeof person->name, "%s", name);
    sha256(seed, name, strlen(name));
    crypto_sign_seed_keypair(person->public_key, person->secret_key, seed);
    tx_operator_id(&person->operator_id, person->name, person->public_key);
}

void device_key(eddsa_key *out, const roam_id *agreement, uint64_t serial)
{
    uint8_t seed[32], serial_bytes[8];
    store_le64(serial_bytes, serial);
    const struct bytes_view pieces[] = {{"device", 6}, {agreement->byte, 32}, {serial_bytes, 8}};
    sha256_pieces(seed, pieces, 3);
    eddsa_key_from_seed(out, seed);
}

size_t tx_finish(uint8_t *bytes, size_t capacity, struct tx *tx, const struct person *const signers[])
{
    size_t size = 0;
    tx_seal(tx);
    for (unsigned i = 0; i < tx->signature_count; i++) tx_sign(tx, i, signers[i]->secret_key);
    const enum roam_err err = tx_serialize(bytes, capacity, &size, tx);
    ROAM_ASSERT(err == ROAM_OK);
    return size;
}
