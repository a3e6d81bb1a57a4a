/* Signs COUNT messages with random keys and prints, one signature a line:
 *   A.x A.y MESSAGE R8.x R8.y S (decimal)  SIGNATURE PUBLIC_KEY (packed, hex) */
#include "eddsa.h"

#include <stdio.h>
#include <stdlib.h>

static void put_fr(const fr *a)
{
    char text[80];
    printf("%s ", fr_to_decimal(text, a));
}

static void put_scalar(const bjj_scalar *s)
{
    fr a; /* s < l < r */
    ROAM_ASSERT(fr_from_limbs(&a, s->limb) == ROAM_OK);
    put_fr(&a);
}

static void put_hex(const uint8_t *bytes, size_t size, const char *end)
{
    for (size_t i = 0; i < size; i++) printf("%02x", bytes[i]);
    printf("%s", end);
}

static void sign_one(void)
{
    const struct roam_env *env = &roam_env_system;
    uint8_t seed[32], wide[64], packed[EDDSA_SIGNATURE_SIZE], packed_key[32];
    eddsa_key key;
    eddsa_signature signature;
    fr message;
    env_random(env, seed, sizeof seed);
    env_random(env, wide, sizeof wide);
    fr_from_wide(&message, wide);
    eddsa_key_from_seed(&key, seed);
    eddsa_sign(&signature, &key, &message, env);
    eddsa_signature_pack(packed, &signature);
    bjj_pack(packed_key, &key.public_key);
    put_fr(&key.public_key.x);
    put_fr(&key.public_key.y);
    put_fr(&message);
    put_fr(&signature.r8.x);
    put_fr(&signature.r8.y);
    put_scalar(&signature.s);
    put_hex(packed, sizeof packed, " ");
    put_hex(packed_key, sizeof packed_key, "\n");
}

int main(int argc, char **argv)
{
    for (long left = argc > 1 ? strtol(argv[1], NULL, 10) : 1; left > 0; left--) sign_one();
    return EXIT_SUCCESS;
}
