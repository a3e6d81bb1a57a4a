/* The published example of the B5GRoam repository: from its file if ROAM_SHARED_DATA names the folder of
 * records. */
#ifndef TEST_B5GROAM_EXAMPLE_H
#define TEST_B5GROAM_EXAMPLE_H

#include "prop.h"

#include "b5groam.h"

#include <stdio.h>
#include <string.h>

/* "name": "digits" */
static inline fr example_value(const char *json, const char *name)
{
    char key[32];
    fr out;
    snprintf(key, sizeof key, "\"%s\"", name);
    const char *at = strstr(json, key);
    assert_non_null(at);
    at = strchr(at + strlen(key), '"');
    assert_non_null(at);
    assert_int_equal(fr_from_decimal(&out, at + 1, strspn(at + 1, "0123456789")), ROAM_OK);
    return out;
}

/* The text of the published input; NULL if it is not here. */
static inline const char *example_json(void)
{
    static char text[4096];
    char path[512];
    const char *folder = getenv("ROAM_SHARED_DATA");
    snprintf(path, sizeof path, "%s/b5groam/input.json", folder != NULL ? folder : "../shared/data");
    FILE *file = fopen(path, "r");
    if (file == NULL) return NULL;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

/* Its numbers as the paper's repository has them: 10, 10240, 60 at 12,000,000 each. */
static inline struct b5groam_input example_input(void)
{
    struct b5groam_input input;
    fr_from_u64(&input.n_sms, 10);
    fr_from_u64(&input.n_mb, 10240);
    fr_from_u64(&input.n_min, 60);
    fr_from_u64(&input.r_sms, 12000000);
    input.r_mb = input.r_voice = input.r_sms;
    return input;
}

#endif
