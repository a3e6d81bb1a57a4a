#include "env.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static uint64_t system_now_s(void *context)
{
    (void)context;
    struct timespec now;
    ROAM_ASSERT(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return (uint64_t)now.tv_sec;
}

static void system_random(void *context, uint8_t *out, size_t size)
{
    (void)context;
    while (size > 0) {
        ssize_t got = getrandom(out, size, 0);
        ROAM_ASSERT(got > 0 || errno == EINTR);
        if (got <= 0) continue;
        out += got;
        size -= (size_t)got;
    }
}

const struct roam_env roam_env_system = {NULL, system_now_s, system_random};

uint64_t prng_u64(struct roam_prng *prng)
{
    uint64_t z = prng->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t prng_below(struct roam_prng *prng, uint64_t bound)
{
    ROAM_ASSERT(bound > 0);
    uint64_t limit = UINT64_MAX - UINT64_MAX % bound, x;
    do x = prng_u64(prng);
    while (x >= limit);
    return x % bound;
}

void prng_bytes(struct roam_prng *prng, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i += 8) {
        uint64_t x = prng_u64(prng);
        memcpy(out + i, &x, size - i < 8 ? size - i : 8);
    }
}

static uint64_t seeded_now_s(void *context)
{
    (void)context;
    return 1700000000;
}

static void seeded_random(void *context, uint8_t *out, size_t size) { prng_bytes(context, out, size); }

struct roam_env roam_env_seeded(struct roam_prng *prng)
{
    return (struct roam_env){prng, seeded_now_s, seeded_random};
}
