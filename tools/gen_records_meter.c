#include "gen_records_meter.h"

#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decimal.h"
#include "hex.h"

enum { SIGNATURE_MAX = 128, KEY_MAX = 160 };

enum roam_err meter_new_key(struct meter *meter, const char *group, struct roam_diag *diag)
{
    meter->key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", group);
    if (meter->key != NULL) return ROAM_OK;
    return roam_diag(diag, ROAM_E_UNSUPPORTED, "OpenSSL makes no key on %s", group);
}

void meter_forget_key(struct meter *meter)
{
    EVP_PKEY_free(meter->key);
    meter->key = NULL;
}

char *meter_public_key(const struct meter *meter)
{
    uint8_t bytes[KEY_MAX], *end = bytes;
    int size = i2d_PUBKEY(meter->key, NULL);
    if (size <= 0 || size > KEY_MAX || i2d_PUBKEY(meter->key, &end) != size) return NULL;
    char *text = malloc(4 * (((size_t)size + 2) / 3) + 1);
    if (text != NULL) base64_encode(text, bytes, (size_t)size);
    return text;
}

/* "2026-03-26T09:14:05,000+0100 S": synchronised local time. */
static void print_time(char text[48], int64_t utc_s, int32_t offset_s)
{
    struct tm local;
    time_t seconds = (time_t)(utc_s + offset_s);
    int minutes = offset_s / 60;
    ROAM_ASSERT(minutes >= 0 && gmtime_r(&seconds, &local) != NULL);
    size_t size = strftime(text, 48, "%Y-%m-%dT%H:%M:%S", &local);
    snprintf(text + size, 48 - size, ",000+%02d%02d S", minutes / 60, minutes % 60);
}

void meter_payload(char payload[METER_PAYLOAD_SIZE], struct meter *meter, char event, int64_t utc_s,
                   int32_t offset_s)
{
    char time[48], value[48];
    print_time(time, utc_s, offset_s);
    decimal_print_u64(value, meter->reading, 4);
    int size = snprintf(
        payload, METER_PAYLOAD_SIZE,
        "{\"FV\":\"1.2\",\"GI\":\"EXAMPLE GATEWAY\",\"GS\":\"%s\",\"GV\":\"1.0\",\"PG\":\"T%u\","
        "\"MV\":\"EXAMPLE\",\"MM\":\"EXAMPLE METER\",\"MS\":\"%s\",\"IS\":false,\"IL\":\"NONE\",\"IF\":[],"
        "\"IT\":\"NONE\",\"ID\":\"\",\"CT\":\"EVSEID\",\"CI\":\"%s\",\"RD\":[{\"TM\":\"%s\",\"TX\":\"%c\","
        "\"RV\":%s,\"RI\":\"1-b:1.8.0\",\"RU\":\"kWh\",\"RT\":\"%s\",\"EF\":\"\",\"ST\":\"G\"}]}",
        meter->gateway, meter->page++, meter->serial, meter->evse_id, time, event, value, meter->current);
    ROAM_ASSERT(size > 0 && size < METER_PAYLOAD_SIZE);
}

/* ECDSA over the payload's SHA-256, DER in hexadecimal. */
static bool sign_text(char signature[2 * SIGNATURE_MAX + 1], EVP_PKEY *key, const char *payload)
{
    uint8_t bytes[SIGNATURE_MAX];
    size_t size = sizeof bytes;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context != NULL &&
                EVP_DigestSignInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL) == 1 &&
                EVP_DigestSign(context, bytes, &size, (const uint8_t *)payload, strlen(payload)) == 1;
    EVP_MD_CTX_free(context);
    if (good) hex_encode(signature, bytes, size);
    return good;
}

enum roam_err meter_sign(char **record, const struct meter *meter, const char *payload)
{
    char signature[2 * SIGNATURE_MAX + 1];
    if (!sign_text(signature, meter->key, payload)) return ROAM_E_NOMEM;
    if (asprintf(record, "OCMF|%s|{\"SA\":\"ECDSA-%s-SHA256\",\"SD\":\"%s\"}", payload, meter->curve,
                 signature) < 0)
        return ROAM_E_NOMEM;
    return ROAM_OK;
}
