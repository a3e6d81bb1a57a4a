/* An electricity meter that signs its readings as OCMF. */
#ifndef GEN_RECORDS_METER_H
#define GEN_RECORDS_METER_H

#include <openssl/evp.h>

#include "err.h"

struct meter {
    EVP_PKEY *key;
    const char *curve;   /* OCMF's name */
    const char *current; /* "AC" or "DC" */
    char serial[24], gateway[24], evse_id[24];
    unsigned page;
    uint64_t reading; /* 0.1 Wh */
};

/* Gives the meter a new key on an OpenSSL group. ROAM_E_UNSUPPORTED if OpenSSL has no such group. */
ROAM_MUST_USE enum roam_err meter_new_key(struct meter *meter, const char *group, struct roam_diag *diag);
void meter_forget_key(struct meter *meter);

/* The public key as Base64 of its SubjectPublicKeyInfo, allocated; NULL without memory. */
char *meter_public_key(const struct meter *meter);

enum { METER_PAYLOAD_SIZE = 512 };

/* The next page with the present reading: event is 'B' or 'E', utc_s the time, offset_s what local time adds.
 */
void meter_payload(char payload[METER_PAYLOAD_SIZE], struct meter *meter, char event, int64_t utc_s,
                   int32_t offset_s);
/* OCMF|payload|signature, allocated. ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err meter_sign(char **record, const struct meter *meter, const char *payload);

#endif
