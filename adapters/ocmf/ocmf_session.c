#include "ocmf.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* What has been read so far. */
struct progress {
    struct ocmf_session *out;
    const char *wanted; /* register asked for, NULL for the first import register */
    const struct ocmf_record *first;
    int unit_decimals;
    bool begun, ended;
    uint64_t last_value;
    int64_t last_ms;
};

static bool is_end(char event) { return event != '\0' && strchr("ELRAP", event) != NULL; }

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The OBIS group that ends at end, one or two hexadecimal digits ("1", "01", "B3"); -1 otherwise. */
static int obis_group(const char *text, char end)
{
    int high = hex_value(text[0]);
    if (high < 0) return -1;
    if (text[1] == end) return high;
    int low = hex_value(text[1]);
    return low < 0 || text[2] != end ? -1 : 16 * high + low;
}

/* A-B:C.D.E with C = 1 (active energy, import) or OCMF's own B0..B3, and D = 8 (counter). */
static bool is_import(const char *register_id)
{
    const char *c = strchr(register_id, ':');
    const char *d = c == NULL ? NULL : strchr(c, '.');
    if (d == NULL) return false;
    int channel = obis_group(c + 1, '.');
    return (channel == 1 || (channel >= 0xb0 && channel <= 0xb3)) && obis_group(d + 1, '.') == 8;
}

static bool opens(const struct progress *p, const struct ocmf_reading *reading)
{
    if (reading->event != 'B' || !reading->has_value || reading->unit_decimals < 0) return false;
    return p->wanted == NULL ? is_import(reading->register_id) : strcmp(p->wanted, reading->register_id) == 0;
}

static enum roam_err check_good(const struct ocmf_reading *reading, struct roam_diag *diag)
{
    if (reading->status != 'G')
        return roam_diag(diag, ROAM_E_RANGE, "OCMF: meter status is %c, not G", reading->status);
    if (reading->energy_lost || reading->event == 'X')
        return roam_diag(diag, ROAM_E_RANGE, "OCMF: the meter reports an error, energy cannot be billed");
    return ROAM_OK;
}

static enum roam_err take_value(uint64_t *out, const struct ocmf_reading *reading, struct roam_diag *diag)
{
    if (decimal_to_u64(out, &reading->value, reading->unit_decimals) == ROAM_OK) return ROAM_OK;
    return roam_diag(diag, ROAM_E_RANGE, "OCMF: a value of %s is negative, too large or finer than 0.1 Wh",
                     reading->register_id);
}

static enum roam_err begin(struct progress *p, const struct ocmf_reading *reading, struct roam_diag *diag)
{
    struct ocmf_session *out = p->out;
    ROAM_TRY(check_good(reading, diag));
    ROAM_TRY(take_value(&out->start_value, reading, diag));
    memcpy(out->register_id, reading->register_id, sizeof out->register_id);
    out->start_ms = p->last_ms = reading->time_ms;
    out->start_time_status = reading->time_status;
    p->last_value = out->start_value;
    p->unit_decimals = reading->unit_decimals;
    p->begun = true;
    return ROAM_OK;
}

/* A later record may repeat the reading that began the session, unchanged. */
static enum roam_err begin_again(const struct progress *p, const struct ocmf_reading *reading,
                                 struct roam_diag *diag)
{
    uint64_t value;
    ROAM_TRY(take_value(&value, reading, diag));
    if (value == p->out->start_value && reading->time_ms == p->out->start_ms) return ROAM_OK;
    return roam_diag(diag, ROAM_E_MISMATCH, "OCMF: two different Begin readings of %s", reading->register_id);
}

static enum roam_err advance(struct progress *p, const struct ocmf_reading *reading, struct roam_diag *diag)
{
    uint64_t value;
    ROAM_TRY(take_value(&value, reading, diag));
    if (reading->time_ms < p->last_ms)
        return roam_diag(diag, ROAM_E_RANGE, "OCMF: time goes backwards by %lld ms",
                         (long long)(p->last_ms - reading->time_ms));
    if (value < p->last_value)
        return roam_diag(diag, ROAM_E_RANGE, "OCMF: %s goes back from %llu to %llu (0.1 Wh)",
                         reading->register_id, (unsigned long long)p->last_value, (unsigned long long)value);
    p->last_value = value;
    p->last_ms = reading->time_ms;
    if (!is_end(reading->event)) return ROAM_OK;
    p->ended = true;
    p->out->end_value = value;
    p->out->end_ms = reading->time_ms;
    p->out->end_time_status = reading->time_status;
    p->out->energy = value - p->out->start_value;
    return ROAM_OK;
}

static enum roam_err take_reading(struct progress *p, const struct ocmf_reading *reading,
                                  struct roam_diag *diag)
{
    bool on_register = strcmp(reading->register_id, p->out->register_id) == 0;
    if (!p->begun) return opens(p, reading) ? begin(p, reading, diag) : ROAM_OK;
    if (on_register || reading->register_id[0] == '\0') ROAM_TRY(check_good(reading, diag));
    if (!on_register || !reading->has_value || reading->event == '\0') return ROAM_OK;
    if (reading->unit_decimals != p->unit_decimals)
        return roam_diag(diag, ROAM_E_MISMATCH, "OCMF: %s changes its unit", reading->register_id);
    if (reading->event == 'B') return begin_again(p, reading, diag);
    if (p->ended)
        return roam_diag(diag, ROAM_E_MISMATCH, "OCMF: %s is read after its end", reading->register_id);
    return advance(p, reading, diag);
}

static enum roam_err same_text(const char *first, const char *other, const char *what, struct roam_diag *diag)
{
    if (strcmp(first, other) == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_MISMATCH, "OCMF: %s \"%.60s\" and then \"%.60s\"", what, first, other);
}

static enum roam_err follows(const struct ocmf_record *first, const struct ocmf_record *before,
                             const struct ocmf_record *record, struct roam_diag *diag)
{
    ROAM_TRY(same_text(first->meter_serial, record->meter_serial, "meter serial", diag));
    ROAM_TRY(same_text(first->gateway_serial, record->gateway_serial, "gateway serial", diag));
    ROAM_TRY(same_text(first->tariff_text, record->tariff_text, "tariff text", diag));
    if (first->page_context != record->page_context)
        return roam_diag(diag, ROAM_E_MISMATCH, "OCMF: pages %c and then %c", first->page_context,
                         record->page_context);
    if (record->page > before->page) return ROAM_OK;
    return roam_diag(diag, ROAM_E_RANGE, "OCMF: page %llu and then %llu", (unsigned long long)before->page,
                     (unsigned long long)record->page);
}

/* before is NULL for the first record. */
static enum roam_err take_record(struct progress *p, struct ocmf_record *record,
                                 const struct ocmf_record *before, struct ocmf_text text,
                                 struct ocmf_text key, struct roam_diag *diag)
{
    struct ocmf_verdict verdict;
    ROAM_TRY(ocmf_verify(&verdict, text, key, diag));
    ROAM_TRY(ocmf_parse(record, text, diag));
    if (before != NULL) {
        ROAM_TRY(follows(p->first, before, record, diag));
        p->out->pages_missing += record->page - before->page - 1;
    }
    for (size_t i = 0; i < record->reading_count; i++) ROAM_TRY(take_reading(p, &record->reading[i], diag));
    return ROAM_OK;
}

static enum roam_err take_records(struct progress *p, struct ocmf_record parsed[3],
                                  const struct ocmf_text *records, size_t record_count, struct ocmf_text key,
                                  struct roam_diag *diag)
{
    p->first = &parsed[0];
    for (size_t i = 0; i < record_count; i++) {
        size_t place = i == 0 ? 0 : 1 + i % 2; /* the first stays, the others take turns */
        size_t before = i <= 1 ? 0 : 1 + (i - 1) % 2;
        ROAM_TRY(take_record(p, &parsed[place], i == 0 ? NULL : &parsed[before], records[i], key, diag));
    }
    memcpy(p->out->gateway_serial, parsed[0].gateway_serial, sizeof p->out->gateway_serial);
    memcpy(p->out->meter_serial, parsed[0].meter_serial, sizeof p->out->meter_serial);
    if (p->begun && p->ended) return ROAM_OK;
    return roam_diag(diag, ROAM_E_NOTFOUND, "OCMF: no %s reading of %s", p->begun ? "End" : "Begin",
                     p->wanted != NULL ? p->wanted : "an energy import register");
}

static enum roam_err digest(uint8_t out[32], const struct ocmf_text *records, size_t record_count)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context != NULL && EVP_DigestInit_ex2(context, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; good && i < record_count; i++)
        good = EVP_DigestUpdate(context, records[i].text, records[i].size) == 1;
    good = good && EVP_DigestFinal_ex(context, out, NULL) == 1;
    EVP_MD_CTX_free(context);
    return good ? ROAM_OK : ROAM_E_NOMEM;
}

enum roam_err ocmf_session(struct ocmf_session *out, const struct ocmf_text *records, size_t record_count,
                           struct ocmf_text key, const char *register_id, struct roam_diag *diag)
{
    struct ocmf_session session = {0};
    struct progress p = {.out = &session, .wanted = register_id};
    if (record_count == 0 || record_count > OCMF_RECORDS_MAX)
        return roam_diag(diag, ROAM_E_COUNT, "OCMF: a session of %zu records, 1 to %d are expected",
                         record_count, OCMF_RECORDS_MAX);
    struct ocmf_record *parsed = calloc(3, sizeof *parsed);
    if (parsed == NULL) return ROAM_E_NOMEM;
    enum roam_err err = take_records(&p, parsed, records, record_count, key, diag);
    free(parsed);
    if (err == ROAM_OK) err = digest(session.evidence, records, record_count);
    if (err == ROAM_OK) *out = session;
    return err;
}
