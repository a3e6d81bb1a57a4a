/* Replays a corpus in the ordinary test suite: every file of the folders named, and variants of each with a
 * few bytes changed, removed or repeated, from ROAM_SEED. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "env.h"
#include "file.h"
#include "fuzz_target.h"

enum { VARIANTS = 500, INPUT_MAX = 1 << 20 };

static unsigned long inputs;

/* In a block of exactly that size, so that a sanitizer sees a read past the end. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size);
    ROAM_ASSERT(copy != NULL || size == 0);
    if (size > 0) memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    inputs++;
}

static size_t change(uint8_t *data, size_t size, struct roam_prng *prng)
{
    size_t place = (size_t)prng_below(prng, size), length = 1 + (size_t)prng_below(prng, size - place);
    switch (prng_below(prng, 4)) {
    case 0:
        data[place] = (uint8_t)(data[place] ^ 1u << prng_below(prng, 8));
        return size;
    case 1:
        data[place] = (uint8_t)prng_below(prng, 256);
        return size;
    case 2:
        memmove(data + place, data + place + length, size - place - length);
        return size - length;
    default:
        memmove(data + place, data + prng_below(prng, size - length + 1), length);
        return size;
    }
}

static void run_file(const char *path, struct roam_prng *prng)
{
    uint8_t *data, *variant;
    size_t size;
    struct roam_diag diag = {0};
    if (file_read(&data, &size, path, INPUT_MAX, &diag) != ROAM_OK) {
        fprintf(stderr, "%s\n", diag.text);
        exit(1);
    }
    run(data, size);
    variant = malloc(size + 1);
    ROAM_ASSERT(variant != NULL);
    for (int i = 0; i < VARIANTS && size > 0; i++) {
        size_t variant_size = size;
        memcpy(variant, data, size);
        for (uint64_t n = 1 + prng_below(prng, 4); n > 0 && variant_size > 0; n--)
            variant_size = change(variant, variant_size, prng);
        run(variant, variant_size);
    }
    free(variant);
    free(data);
}

static void run_folder(const char *folder, struct roam_prng *prng)
{
    DIR *entries = opendir(folder);
    if (entries == NULL) {
        perror(folder);
        exit(1);
    }
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        char path[4096];
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        run_file(path, prng);
    }
    closedir(entries);
}

int main(int argc, char **argv)
{
    const char *seed = getenv("ROAM_SEED");
    struct roam_prng prng = {seed != NULL ? strtoull(seed, NULL, 0) : 1};
    printf("ROAM_SEED=%llu\n", (unsigned long long)prng.state);
    for (int i = 1; i < argc; i++) run_folder(argv[i], &prng);
    printf("count property=%lu negative=0\n", inputs);
    return inputs > 0 ? 0 : 1;
}
