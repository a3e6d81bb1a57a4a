/* Curves and public keys of OCMF; private to this folder. */
#ifndef ROAM_OCMF_KEY_H
#define ROAM_OCMF_KEY_H

#include <openssl/evp.h>

#include "ocmf.h"

enum { OCMF_COORDINATE_MAX = 48 };

struct ocmf_curve {
    const char *name, *alias; /* in SA */
    const char *group;        /* OpenSSL's name */
    size_t size; /* bytes of a coordinate, and of r and s: every order here is as long as its field */
    uint8_t oid_size, oid[9]; /* content of the object identifier */
};

/* The curve whose name or alias is the name_size characters at name; NULL if there is none. */
const struct ocmf_curve *ocmf_curve_find(const char *name, size_t name_size);

/* The key of a text in one of the forms that ocmf_verify lists, on that curve. The caller frees *out. */
ROAM_MUST_USE enum roam_err ocmf_key_load(EVP_PKEY **out, struct ocmf_text text,
                                          const struct ocmf_curve *curve, struct roam_diag *diag);

#endif
