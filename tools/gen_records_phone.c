#include <stdio.h>

#include "decimal.h"
#include "gen_records.h"

enum { SESSIONS = 6, SMS_MAX = 12, OCTETS_MIN = 200000, OCTETS_MAX = 900000000, CENTIMINUTES_MAX = 4500 };

static enum roam_err write_rates(struct records *run)
{
    json_t *rates = json_pack("{s:i,s:s,s:s,s:s,s:s,s:s}", "decimals", 4, "sms", "0.003", "mb", "0.0011",
                              "minutes", "0.019", "tax_percent", "19", "rounding", "half_even");
    enum roam_err err = records_write(run, "phone/rates.json", rates);
    json_decref(rates);
    return err;
}

static enum roam_err write_session(struct records *run, unsigned number)
{
    char name[40], sms[48], mb[48], minutes[48];
    decimal_print_u64(sms, records_between(run, 0, SMS_MAX), 0);
    decimal_print_u64(mb, records_between(run, OCTETS_MIN, OCTETS_MAX), 6);
    decimal_print_u64(minutes, records_between(run, 0, CENTIMINUTES_MAX), 2);
    json_t *usage = json_pack("{s:s,s:s,s:s,s:i}", "sms", sms, "mb", mb, "minutes", minutes, "service_ppm",
                              (int)records_between(run, 990000, 1000000));
    snprintf(name, sizeof name, "phone/session-%03u.json", number);
    enum roam_err err = records_write(run, name, usage);
    json_decref(usage);
    return err;
}

enum roam_err records_phone(struct records *run)
{
    ROAM_TRY(write_rates(run));
    for (unsigned i = 1; i <= SESSIONS; i++) ROAM_TRY(write_session(run, i));
    return ROAM_OK;
}
