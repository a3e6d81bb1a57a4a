#include "ceremony_seed.h"

#include "blake2b_stream.h"
#include "ct.h"
#include "digest.h"

#include <string.h>

enum { RANDOM_SIZE = 64, HASHES_PER_STEP = 1 << 18 };

void ceremony_seed_person(struct snark_rng *rng, const char *entropy, const struct roam_env *env)
{
    struct blake2b_stream hash;
    uint8_t bytes[RANDOM_SIZE], digest[BLAKE2B_SIZE];
    env_random(env, bytes, sizeof bytes);
    blake2b_stream_init(&hash);
    blake2b_stream_update(&hash, bytes, sizeof bytes);
    blake2b_stream_update(&hash, entropy, strlen(entropy));
    blake2b_stream_digest(digest, &hash);
    snark_rng_init(rng, digest);
    roam_wipe(&hash, sizeof hash);
    roam_wipe(bytes, sizeof bytes);
    roam_wipe(digest, sizeof digest);
}

enum roam_err ceremony_seed_beacon(struct snark_rng *rng, const struct ceremony_note *beacon,
                                   const struct roam_progress *progress)
{
    uint64_t total = (uint64_t)1 << beacon->log_iterations;
    uint8_t hash[SNARK_SEED_SIZE];
    sha256(hash, beacon->beacon, beacon->beacon_size);
    for (uint64_t done = 1; done < total; done++) {
        if (done % HASHES_PER_STEP == 0 && !progress_step(progress, "hashing the beacon", done, total))
            return ROAM_E_CANCELLED;
        sha256(hash, hash, sizeof hash);
    }
    snark_rng_init(rng, hash);
    return ROAM_OK;
}
