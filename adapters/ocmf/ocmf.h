/* OCMF, the Open Charge Metering Format of S.A.F.E., 0.4 to 1.4: meter readings signed by a charging station.
 *
 *   OCMF|{payload}|{signature}
 *
 * The signature is ECDSA over the exact bytes between the two pipes. Whether the key belongs to the meter is
 * known from elsewhere (a register of keys by serial number), never from the record.
 *
 * "Well formed but false" is ROAM_E_VERIFY and nothing else is; a record that cannot be judged (cut off,
 * unknown algorithm, unreadable key) has its own errors and is never valid. Energy is in 0.1 Wh throughout,
 * as in usage.h. Time: variable, everything here is public. */
#ifndef ROAM_OCMF_H
#define ROAM_OCMF_H

#include "decimal.h"
#include "err.h"

enum {
    OCMF_SIZE_MAX = 1 << 16, /* one record */
    OCMF_READINGS_MAX = 64,  /* in one record */
    OCMF_RECORDS_MAX = 64,   /* of one session */
    OCMF_NAME_SIZE = 64,     /* serial numbers, with the final NUL */
    OCMF_TARIFF_SIZE = 1004, /* 250 characters of UTF-8 */
    OCMF_REGISTER_SIZE = 32
};

/* Borrowed text, not necessarily ended by a NUL. */
struct ocmf_text {
    const char *text;
    size_t size;
};

/* One entry of RD, with what it inherits from the entry before it. The value is never inherited: the format
 * leaves it out where only an event is reported. */
struct ocmf_reading {
    int64_t time_ms;  /* TM, since 1970 UTC */
    char time_status; /* U unknown, I informative, S synchronised, R relative */
    char event;  /* TX: B begin, C charging, X exception, E L R A P ends, S suspended, T tariff; 0 = none */
    char status; /* ST: G good, all others are faults */
    bool energy_lost; /* EF contains E: energy is not usable for billing */
    bool has_value;
    struct decimal value;                 /* RV */
    char register_id[OCMF_REGISTER_SIZE]; /* RI, OBIS */
    int unit_decimals;                    /* RU as decimals to 0.1 Wh: kWh 4, Wh 1; -1 for another unit */
};

struct ocmf_record {
    char gateway_serial[OCMF_NAME_SIZE], meter_serial[OCMF_NAME_SIZE]; /* GS, MS: "" if absent, not both */
    char tariff_text[OCMF_TARIFF_SIZE];                                /* TT */
    char page_context;                                                 /* PG: T transaction, F fiscal */
    uint64_t page;
    size_t reading_count;
    struct ocmf_reading reading[OCMF_READINGS_MAX];
};

/* Parses the payload; says nothing about the signature. ROAM_E_FORMAT, ROAM_E_LIMIT, ROAM_E_RANGE (a number
 * with too many digits), ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err ocmf_parse(struct ocmf_record *out, struct ocmf_text record,
                                       struct roam_diag *diag);

/* What a signature was checked with; names are static. */
struct ocmf_verdict {
    const char *curve; /* OCMF's name: "secp256r1", "brainpool256r1", ... */
    const char *hash;  /* "SHA256", ... */
};

/* Checks the signature of a record.
 *
 * key     hexadecimal, or Base64 with padding (a text of hexadecimal digits only is hexadecimal), white space
 * around it ignored; of: SubjectPublicKeyInfo in DER with a named curve and an uncompressed point, 04||X||Y,
 * or X||Y SA      "ECDSA-<curve>-<hash>", absent means ECDSA-secp256r1-SHA256; curves secp192r1 secp256r1
 * secp384r1 secp192k1 secp256k1 brainpool256r1 brainpool384r1 (also written brainpoolP...); hashes SHA256
 * SHA384 SHA512 SE, SD  hexadecimal (default) or base64; a DER sequence of r and s, or r||s
 *
 * The curve is SA's; a SubjectPublicKeyInfo of another curve is ROAM_E_MISMATCH.
 * ROAM_E_VERIFY if the signature is false. ROAM_E_FORMAT for malformed records, keys and signatures,
 * ROAM_E_POINT for a key that is no point of its curve, ROAM_E_UNSUPPORTED for another SA, SE or SM,
 * ROAM_E_LIMIT, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err ocmf_verify(struct ocmf_verdict *out, struct ocmf_text record,
                                        struct ocmf_text key, struct roam_diag *diag);

struct ocmf_session {
    uint64_t energy;                 /* 0.1 Wh */
    uint64_t start_value, end_value; /* of the register, 0.1 Wh */
    int64_t start_ms, end_ms;        /* since 1970 UTC */
    char start_time_status, end_time_status;
    char gateway_serial[OCMF_NAME_SIZE], meter_serial[OCMF_NAME_SIZE];
    char register_id[OCMF_REGISTER_SIZE];
    uint64_t pages_missing; /* numbers left out between the first and the last record's page */
    uint8_t evidence[32];   /* SHA-256 of the records' bytes, one after the other */
};

/* Verifies the records of one charging session and derives its energy.
 *
 * records are one or more, in the order of their pages: one record with both readings, or Begin,
 * intermediates, End; all under the same key. register_id names the register to bill (RI, byte for byte);
 * NULL takes the first energy import register that a Begin reading reports (OBIS C = 1 or B0..B3, D = 8).
 *
 * Order of the checks: each record's signature (errors of ocmf_verify), its payload (ocmf_parse), then
 *   ROAM_E_MISMATCH   another meter or gateway serial, tariff text or page context; the register changes its
 * unit; a second Begin that differs from the first; a reading of the register after its end ROAM_E_RANGE
 * pages not ascending; an event X, an error flag E or a status other than G on the register (or without a
 * register); time or value going backwards; a value finer than 0.1 Wh or negative ROAM_E_NOTFOUND   no Begin
 * or no End reading of the register ROAM_E_COUNT      no record, or more than OCMF_RECORDS_MAX */
ROAM_MUST_USE enum roam_err ocmf_session(struct ocmf_session *out, const struct ocmf_text *records,
                                         size_t record_count, struct ocmf_text key, const char *register_id,
                                         struct roam_diag *diag);

#endif
