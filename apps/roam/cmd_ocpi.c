/* roam ocpi: charge detail records and tariffs. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "decimal.h"
#include "file.h"
#include "ocpi_files.h"
#include "rounding_name.h"
#include "usage_files.h"

static json_t *decimal_json(uint64_t value, int decimals)
{
    char text[48];
    return json_string(decimal_print_u64(text, value, decimals));
}

/* Milliseconds as hours with four decimals, to nearest. */
static json_t *hours_json(uint64_t time_ms) { return decimal_json((time_ms + 180) / 360, 4); }

static void put_costs(struct cli *cli, const struct ocpi_price *price)
{
    static const char *const names[OCPI_COSTS] = {"total_cost",         "total_fixed_cost",
                                                  "total_energy_cost",  "total_time_cost",
                                                  "total_parking_cost", "total_reservation_cost"};
    for (int i = 0; i < OCPI_COSTS; i++) {
        json_t *cost = json_object();
        json_object_set_new(cost, "excl_vat", decimal_json(price->cost[i][USAGE_NET], OCPI_DECIMALS));
        json_object_set_new(cost, "incl_vat", decimal_json(price->cost[i][USAGE_GROSS], OCPI_DECIMALS));
        cli_put(cli, names[i], cost);
    }
    cli_put(cli, "total_energy", decimal_json(price->energy, 4));
    cli_put(cli, "total_time", hours_json(price->time_ms));
    cli_put(cli, "total_parking_time", hours_json(price->parking_ms));
}

static void put_differences(struct cli *cli, const struct ocpi_price *price, const struct ocpi_cdr *cdr)
{
    struct ocpi_difference differences[OCPI_DIFFERENCES_MAX];
    size_t count = ocpi_compare(differences, price, cdr);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s}", "field", differences[i].field, "part",
                                              differences[i].part, "stated", differences[i].stated,
                                              "computed", differences[i].computed));
    cli_put(cli, "differences", list);
    if (cli_flag(cli, "check")) cli->refused = count > 0;
}

static enum roam_err load_case(struct cli *cli, struct ocpi_case **out)
{
    *out = malloc(sizeof **out);
    if (*out == NULL) return ROAM_E_NOMEM;
    enum roam_err err =
        ocpi_case_load(*out, cli->operand[0], cli_get(cli, "tariff"), cli_get(cli, "time-zone"), &cli->diag);
    if (err != ROAM_OK) free(*out);
    return err;
}

static void free_case(struct ocpi_case *c)
{
    ocpi_case_release(c);
    free(c);
}

static enum roam_err ocpi_price_file(struct cli *cli)
{
    struct ocpi_case *c;
    struct ocpi_price price;
    ROAM_TRY(load_case(cli, &c));
    enum roam_err err = ocpi_price(&price, &c->cdr, &c->tariff, &c->zone, &cli->diag);
    if (err == ROAM_OK) {
        cli_put_text(cli, "currency", c->tariff.currency);
        put_costs(cli, &price);
        put_differences(cli, &price, &c->cdr);
    }
    free_case(c);
    return cli_in_file(err, cli->operand[0], &cli->diag);
}

static enum roam_err read_terms(struct cli *cli, struct ocpi_terms *out)
{
    uint64_t decimals, threshold, credit;
    ROAM_TRY(cli_u64(cli, "decimals", OCPI_DECIMALS, 0, OCPI_DECIMALS, &decimals));
    ROAM_TRY(cli_u64(cli, "service-threshold", 0, 0, USAGE_PPM, &threshold));
    ROAM_TRY(cli_u64(cli, "service-credit", 0, 0, USAGE_PPM, &credit));
    out->decimals = (int)decimals;
    out->service_threshold_ppm = (uint32_t)threshold;
    out->service_credit_ppm = (uint32_t)credit;
    out->rounding = USAGE_ROUND_HALF_EVEN;
    if (cli_get(cli, "rounding") == NULL) return ROAM_OK;
    return rounding_from_name(&out->rounding, cli_get(cli, "rounding"), &cli->diag);
}

static enum roam_err ocpi_make_card(struct cli *cli)
{
    struct ocpi_terms terms;
    struct usage_rate_card card;
    struct ocpi_tariff *tariff = malloc(sizeof *tariff);
    if (tariff == NULL) return ROAM_E_NOMEM;
    enum roam_err err = read_terms(cli, &terms);
    if (err == ROAM_OK) err = ocpi_tariff_load(tariff, cli->operand[0], &cli->diag);
    if (err == ROAM_OK)
        err = cli_in_file(ocpi_rate_card(&card, tariff, &terms, &cli->diag), cli->operand[0], &cli->diag);
    free(tariff);
    if (err != ROAM_OK) return err;
    fresh_salt(card.salt);
    return card_save(cli, &card, cli->operand[1]);
}

static enum roam_err read_mix(struct cli *cli, struct ocpi_energy_mix *mix)
{
    uint8_t *text;
    size_t size;
    ROAM_TRY(file_read(&text, &size, cli_get(cli, "energy-mix"), OCPI_FILE_MAX, &cli->diag));
    enum roam_err err = ocpi_energy_mix_parse(mix, (char *)text, size, &cli->diag);
    free(text);
    return cli_in_file(err, cli_get(cli, "energy-mix"), &cli->diag);
}

static enum roam_err ocpi_make_record(struct cli *cli)
{
    struct ocpi_case *c;
    struct usage_record record;
    struct ocpi_energy_mix mix;
    uint64_t service_ppm;
    bool has_mix = cli_get(cli, "energy-mix") != NULL;
    ROAM_TRY(cli_u64(cli, "service", USAGE_PPM, 0, USAGE_PPM, &service_ppm));
    if (has_mix) ROAM_TRY(read_mix(cli, &mix));
    ROAM_TRY(load_case(cli, &c));
    enum roam_err err = ocpi_usage_record(&record, &c->cdr, &c->tariff, &c->zone, has_mix ? &mix : NULL,
                                          (uint32_t)service_ppm, &cli->diag);
    free_case(c);
    ROAM_TRY(cli_in_file(err, cli->operand[0], &cli->diag));
    fresh_salt(record.salt);
    return record_save(cli, &record, cli->operand[1]);
}

#define CASE_OPTIONS                                                                                         \
    {"tariff", "TARIFF.json", "the tariff (default: the CDR's own)", false},                                 \
    {                                                                                                        \
        "time-zone", "ZONE", "of the charging location, such as Europe/Berlin (default: from the CDR)",      \
            false                                                                                            \
    }
static const struct cli_option price_options[] = {
    CASE_OPTIONS,
    {"check", NULL, "exit 1 if the CDR states other totals", false},
    {0},
};
static const struct cli_option card_options[] = {
    {"decimals", "N", "decimals of the agreement's currency, 0 to 4 (default: 4)", false},
    {"rounding", "MODE", "down, up, half_up or half_even (default: half_even)", false},
    {"service-threshold", "PPM", "a smaller service measure misses the agreement (default: 0, never)", false},
    {"service-credit", "PPM", "part of the fee that is not owed then (default: 0)", false},
    {0},
};
static const struct cli_option record_options[] = {
    CASE_OPTIONS,
    {"energy-mix", "FILE", "the location's energy mix: renewable share and CO2", false},
    {"service", "PPM", "the agreed service measure of this session (default: 1000000)", false},
    {0},
};

const struct cli_command cmd_ocpi[] = {
    {"ocpi", "price", "CDR.json", "Price a CDR exactly and compare with what it states.", price_options,
     ocpi_price_file},
    {"ocpi", "rate-card", "TARIFF.json OUT.json", "Make the rate card of a tariff, with a fresh salt.",
     card_options, ocpi_make_card},
    {"ocpi", "usage", "CDR.json OUT.json",
     "Make the usage record of a CDR, checking its signed meter readings, with a fresh salt.", record_options,
     ocpi_make_record},
    {0},
};
