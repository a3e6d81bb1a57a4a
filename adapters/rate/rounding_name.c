#include "rounding_name.h"

#include <string.h>

static const char *const names[] = {"down", "up", "half_up", "half_even"};
enum { NAMES = sizeof names / sizeof *names };

const char *rounding_name(enum usage_rounding rounding)
{
    ROAM_ASSERT((unsigned)rounding < NAMES);
    return names[rounding];
}

enum roam_err rounding_from_name(enum usage_rounding *out, const char *name, struct roam_diag *diag)
{
    *out = USAGE_ROUND_DOWN;
    for (int i = 0; i < NAMES; i++) {
        if (strcmp(name, names[i]) != 0) continue;
        *out = (enum usage_rounding)i;
        return ROAM_OK;
    }
    return roam_diag(diag, ROAM_E_FORMAT, "rounding \"%.20s\" is none of down, up, half_up, half_even", name);
}
