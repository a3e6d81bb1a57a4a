#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const char *roam_err_text(enum roam_err err)
{
    switch (err) {
#define X(number, name, text)                                                                                \
    case ROAM_##name:                                                                                        \
        return text;
        ROAM_ERR_MAP(X)
#undef X
    }
    return "unknown error";
}

const char *roam_err_name(enum roam_err err)
{
    switch (err) {
#define X(number, name, text)                                                                                \
    case ROAM_##name:                                                                                        \
        return #name;
        ROAM_ERR_MAP(X)
#undef X
    }
    return "E_UNKNOWN";
}

void roam_diag_clear(struct roam_diag *diag)
{
    if (diag != NULL) diag->text[0] = '\0';
}

enum roam_err roam_diag(struct roam_diag *diag, enum roam_err err, const char *format, ...)
{
    if (diag == NULL || diag->text[0] != '\0') return err;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(diag->text, sizeof diag->text, format, arguments);
    va_end(arguments);
    return err;
}

void roam_assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "roam: bug: %s is false at %s:%d\n", condition, file, line);
    abort();
}
