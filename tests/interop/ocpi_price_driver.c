/* Prices the cases in folders, for ocpi_random.py.
 *
 *   ocpi_price_driver ZONE FOLDER...
 *
 * A folder holds cdr.json and tariff.json. One line for each: the error's name, or the six costs in the order
 * of enum ocpi_cost, each net and gross in 10^-4, then the fees net and gross that usage_rate gives for the
 * rate card and the record, or the name of the error that refused them. */
#include <stdio.h>
#include <stdlib.h>

#include "file.h"
#include "ocpi.h"

static struct ocpi_tariff tariff;

static enum roam_err read_text(char **out, size_t *size, const char *folder, const char *name,
                               struct roam_diag *diag)
{
    char path[1024];
    uint8_t *data;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    ROAM_TRY(file_read(&data, size, path, 1 << 20, diag));
    *out = (char *)data;
    return ROAM_OK;
}

static enum roam_err rate(struct usage_fee *out, const struct ocpi_cdr *cdr, const struct zone *zone,
                          struct roam_diag *diag)
{
    const struct ocpi_terms terms = {OCPI_DECIMALS, USAGE_ROUND_HALF_EVEN, 0, 0};
    struct usage_rate_card card;
    struct usage_record record;
    ROAM_TRY(ocpi_rate_card(&card, &tariff, &terms, diag));
    ROAM_TRY(ocpi_usage_record(&record, cdr, &tariff, zone, NULL, 0, diag));
    return usage_rate(out, &card, &record, USAGE_MONEY_MAX, diag);
}

static void print_case(const struct ocpi_cdr *cdr, const struct zone *zone)
{
    struct roam_diag diag = {0};
    struct ocpi_price price;
    struct usage_fee fee;
    enum roam_err err = ocpi_price(&price, cdr, &tariff, zone, &diag);
    if (err != ROAM_OK) {
        printf("%s %s\n", roam_err_name(err), diag.text);
        return;
    }
    for (int i = 0; i < OCPI_COSTS; i++)
        printf("%llu %llu ", (unsigned long long)price.cost[i][USAGE_NET],
               (unsigned long long)price.cost[i][USAGE_GROSS]);
    printf("%llu %llu %llu ", (unsigned long long)price.energy, (unsigned long long)price.time_ms,
           (unsigned long long)price.parking_ms);
    err = rate(&fee, cdr, zone, &diag);
    if (err != ROAM_OK)
        printf("%s %s\n", roam_err_name(err), diag.text);
    else
        printf("%llu %llu\n", (unsigned long long)fee.fee[USAGE_NET],
               (unsigned long long)fee.fee[USAGE_GROSS]);
}

static enum roam_err run(const char *folder, const struct zone *zone, struct roam_diag *diag)
{
    char *text;
    size_t size;
    struct ocpi_cdr cdr;
    ROAM_TRY(read_text(&text, &size, folder, "tariff.json", diag));
    enum roam_err err = ocpi_tariff_parse(&tariff, text, size, diag);
    free(text);
    ROAM_TRY(err);
    ROAM_TRY(read_text(&text, &size, folder, "cdr.json", diag));
    err = ocpi_cdr_parse(&cdr, text, size, diag);
    free(text);
    ROAM_TRY(err);
    print_case(&cdr, zone);
    ocpi_cdr_release(&cdr);
    return ROAM_OK;
}

int main(int argc, char **argv)
{
    struct roam_diag diag = {0};
    struct zone zone;
    if (argc < 3 || zone_load(&zone, argv[1], &diag) != ROAM_OK) {
        fprintf(stderr, "usage: ocpi_price_driver ZONE FOLDER...\n%s\n", diag.text);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        roam_diag_clear(&diag);
        enum roam_err err = run(argv[i], &zone, &diag);
        if (err != ROAM_OK) printf("%s %s\n", roam_err_name(err), diag.text);
    }
    zone_release(&zone);
    return 0;
}
