#include "exit_code.h"

int exit_code_of(enum roam_err err)
{
    switch (err) {
    case ROAM_OK:
        return EXIT_DONE;
    case ROAM_E_VERIFY:
    case ROAM_E_INSECURE:
    case ROAM_E_MISMATCH:
        return EXIT_FALSE;
    case ROAM_E_NOTFOUND:
    case ROAM_E_EXISTS:
        return EXIT_NOTFOUND;
    case ROAM_E_IO:
    case ROAM_E_NOMEM:
    case ROAM_E_CANCELLED:
        return EXIT_SYSTEM;
    case ROAM_E_BUSY:
        return EXIT_BUSY;
    default:
        return EXIT_MALFORMED;
    }
}
