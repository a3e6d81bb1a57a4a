/* The seam to the world: time and randomness come from here, so that a simulation can replace them. */
#ifndef ROAM_ENV_H
#define ROAM_ENV_H

#include "err.h"

struct roam_env {
    void *context;
    /* Seconds since 1970-01-01 UTC. */
    uint64_t (*now_s)(void *context);
    /* Fills out with size unpredictable bytes, or aborts: there is no sensible way on without randomness. */
    void (*random)(void *context, uint8_t *out, size_t size);
};

/* The operating system's clock and getrandom(2). */
extern const struct roam_env roam_env_system;

static inline uint64_t env_now_s(const struct roam_env *env) { return env->now_s(env->context); }
static inline void env_random(const struct roam_env *env, uint8_t *out, size_t size)
{
    env->random(env->context, out, size);
}

/* Reproducible randomness for tests and simulations only (SplitMix64, not cryptographic). */
struct roam_prng {
    uint64_t state;
};
uint64_t prng_u64(struct roam_prng *prng);
/* Uniform in [0, bound), bound > 0. */
uint64_t prng_below(struct roam_prng *prng, uint64_t bound);
void prng_bytes(struct roam_prng *prng, uint8_t *out, size_t size);
/* An environment with this generator and a fixed clock; prng must outlive it. */
struct roam_env roam_env_seeded(struct roam_prng *prng);

#endif
