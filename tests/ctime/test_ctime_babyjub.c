/* Poseidon, scalar multiplication and signing under valgrind, with the secrets marked undefined: any branch
 * or address that depends on one is reported as an error. Run by itself the program only checks that the
 * calls work. */
#include "eddsa.h"
#include "poseidon.h"

#include <stdlib.h>
#include <valgrind/memcheck.h>

#define SECRET(object) VALGRIND_MAKE_MEM_UNDEFINED(&(object), sizeof(object))
#define PUBLIC(object) VALGRIND_MAKE_MEM_DEFINED(&(object), sizeof(object))

static void check_poseidon(void)
{
    for (size_t count = 1; count <= POSEIDON_INPUTS_MAX; count += 5) {
        fr inputs[POSEIDON_INPUTS_MAX], out;
        for (size_t i = 0; i < count; i++) fr_from_u64(&inputs[i], i);
        SECRET(inputs);
        poseidon(&out, inputs, count);
        PUBLIC(out);
        ROAM_ASSERT(!fr_is_zero(&out));
    }
}

static void check_mul(void)
{
    uint64_t scalar[4] = {UINT64_MAX, 5, 0, UINT64_MAX};
    bjj_point p = bjj_base8;
    SECRET(scalar);
    SECRET(p);
    bjj_mul(&p, &p, scalar);
    PUBLIC(p);
    ROAM_ASSERT(bjj_is_in_subgroup_vartime(&p));
}

static void check_sign(void)
{
    uint8_t seed[32] = {1};
    eddsa_key key;
    eddsa_signature signature;
    bjj_point public_key;
    SECRET(seed);
    eddsa_key_from_seed(&key, seed);
    eddsa_sign(&signature, &key, &fr_one, &roam_env_system);
    public_key = key.public_key;
    PUBLIC(public_key);
    PUBLIC(signature);
    ROAM_ASSERT(eddsa_verify_vartime(&public_key, &fr_one, &signature) == ROAM_OK);
    eddsa_key_wipe(&key);
}

int main(void)
{
    check_poseidon();
    check_mul();
    check_sign();
    return EXIT_SUCCESS;
}
