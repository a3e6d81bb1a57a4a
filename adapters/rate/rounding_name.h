/* The names of the rounding modes in JSON and on command lines: down, up, half_up, half_even. */
#ifndef ROAM_ROUNDING_NAME_H
#define ROAM_ROUNDING_NAME_H

#include "usage.h"

/* Never NULL for a valid mode. */
const char *rounding_name(enum usage_rounding rounding);
/* ROAM_E_FORMAT for any other text. */
ROAM_MUST_USE enum roam_err rounding_from_name(enum usage_rounding *out, const char *name,
                                               struct roam_diag *diag);

#endif
