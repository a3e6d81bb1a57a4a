#include "ocpi_files.h"

#include <stdlib.h>

#include "file.h"

/* Puts the file's name before what a parser said. */
static enum roam_err named(enum roam_err err, const char *path, const struct roam_diag *inner,
                           struct roam_diag *diag)
{
    if (err == ROAM_OK) return err;
    return roam_diag(diag, err, "%s: %.300s", path,
                     inner->text[0] != '\0' ? inner->text : roam_err_text(err));
}

enum roam_err ocpi_tariff_load(struct ocpi_tariff *out, const char *path, struct roam_diag *diag)
{
    uint8_t *text;
    size_t size;
    struct roam_diag inner = {0};
    ROAM_TRY(file_read(&text, &size, path, OCPI_FILE_MAX, diag));
    enum roam_err err = ocpi_tariff_parse(out, (char *)text, size, &inner);
    free(text);
    return named(err, path, &inner, diag);
}

static enum roam_err parse_case(struct ocpi_case *out, const char *text, size_t size, const char *tariff_path,
                                const char *zone_name, struct roam_diag *diag)
{
    ROAM_TRY(ocpi_cdr_parse(&out->cdr, text, size, diag));
    enum roam_err err = tariff_path != NULL ? ocpi_tariff_load(&out->tariff, tariff_path, diag)
                                            : ocpi_tariff_of_cdr(&out->tariff, text, size, diag);
    if (err == ROAM_OK)
        err = zone_name != NULL ? zone_load(&out->zone, zone_name, diag)
                                : ocpi_zone(&out->zone, &out->cdr, diag);
    if (err != ROAM_OK) ocpi_cdr_release(&out->cdr);
    return err;
}

enum roam_err ocpi_case_load(struct ocpi_case *out, const char *cdr_path, const char *tariff_path,
                             const char *zone_name, struct roam_diag *diag)
{
    uint8_t *text;
    size_t size;
    struct roam_diag inner = {0};
    ROAM_TRY(file_read(&text, &size, cdr_path, OCPI_FILE_MAX, diag));
    enum roam_err err = parse_case(out, (char *)text, size, tariff_path, zone_name, &inner);
    free(text);
    return named(err, cdr_path, &inner, diag);
}

void ocpi_case_release(struct ocpi_case *c)
{
    zone_release(&c->zone);
    ocpi_cdr_release(&c->cdr);
}
