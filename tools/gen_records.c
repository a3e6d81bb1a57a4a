/* Makes the example records: gen_records FOLDER SEED
 *
 * Times, quantities and identifiers follow from SEED. The meters' keys do not: they come from the
 * operating system and are forgotten at the end, so that nobody can sign for a meter of the examples; keys
 * and signatures differ in every run. */
#include "gen_records.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"

enum { DIGITS = 12 };

uint64_t records_between(struct records *run, uint64_t low, uint64_t high)
{
    return low + prng_below(&run->prng, high - low + 1);
}

/* A decimal of at most 15 digits survives the way through a double: printed in DIGITS it is itself again. */
json_t *records_fixed4(uint64_t units) { return json_real((double)units / 10000); }

void records_append(json_t **list, json_t *item)
{
    if (json_array_append_new(*list, item) == 0) return;
    json_decref(*list);
    *list = NULL;
}

char *records_text(const json_t *value)
{
    return json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS));
}

enum roam_err records_write(struct records *run, const char *name, const json_t *value)
{
    char path[4096];
    char *text = records_text(value);
    if (text == NULL) return ROAM_E_NOMEM;
    size_t size = strlen(text);
    text[size] = '\n'; /* in the place of the NUL: the file ends with its last line */
    snprintf(path, sizeof path, "%s/%s", run->folder, name);
    enum roam_err err = file_write(path, text, size + 1, &run->diag);
    free(text);
    return err;
}

static enum roam_err make_folder(struct records *run, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", run->folder, name);
    if (mkdir(path, 0777) == 0 || errno == EEXIST) return ROAM_OK;
    return roam_diag(&run->diag, ROAM_E_IO, "%s: %s", path, strerror(errno));
}

static enum roam_err make_all(struct records *run)
{
    ROAM_TRY(make_folder(run, ""));
    ROAM_TRY(make_folder(run, "charging"));
    ROAM_TRY(make_folder(run, "phone"));
    ROAM_TRY(records_charging(run));
    return records_phone(run);
}

int main(int argc, char **argv)
{
    char *end;
    if (argc != 3) {
        fprintf(stderr, "usage: gen_records FOLDER SEED\n");
        return 2;
    }
    struct records run = {.folder = argv[1], .prng = {strtoull(argv[2], &end, 0)}};
    if (*end != '\0' || end == argv[2]) {
        fprintf(stderr, "gen_records: SEED \"%s\" is no number\n", argv[2]);
        return 2;
    }
    enum roam_err err = make_all(&run);
    if (err == ROAM_OK) return 0;
    fprintf(stderr, "gen_records: %s\n", run.diag.text[0] != '\0' ? run.diag.text : roam_err_text(err));
    return 1;
}
