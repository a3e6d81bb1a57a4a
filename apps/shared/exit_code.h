/* What the programs' exit codes mean. 0..2 are promised to scripts; the rest as documented in the man pages.
 */
#ifndef APPS_EXIT_CODE_H
#define APPS_EXIT_CODE_H

#include "err.h"

enum exit_code {
    EXIT_DONE = 0,      /* done, or valid */
    EXIT_FALSE = 1,     /* well formed, but false or refused */
    EXIT_MALFORMED = 2, /* malformed input or usage */
    EXIT_NOTFOUND = 3,  /* a file or record does not exist, or exists already */
    EXIT_SYSTEM = 4,    /* reading, writing or memory failed */
    EXIT_BUSY = 5       /* another process holds the ledger */
};

int exit_code_of(enum roam_err err);

#endif
