#include "registry.h"

#include "b5groam.h"
#include "r1cs_file.h"
#include "settle.h"

#include <stdlib.h>
#include <string.h>

/* 0 for b5groam, else the size of settle */
static enum roam_err parse_name(unsigned *size, const char *name, struct roam_diag *diag)
{
    static const char prefix[] = "settle-";
    *size = 0;
    if (strcmp(name, "b5groam") == 0) return ROAM_OK;
    if (strncmp(name, prefix, sizeof prefix - 1) == 0) {
        const char *digits = name + sizeof prefix - 1;
        size_t length = strspn(digits, "0123456789");
        if (length >= 1 && length <= 3 && digits[length] == '\0' && digits[0] != '0')
            *size = (unsigned)strtoul(digits, NULL, 10);
    }
    if (*size >= 1 && *size <= SETTLE_SIZE_MAX) return ROAM_OK;
    return roam_diag(diag, ROAM_E_NOTFOUND, "no circuit \"%s\"; there are b5groam and settle-1 .. settle-%d",
                     name, SETTLE_SIZE_MAX);
}

static void emit(struct builder *b, unsigned size)
{
    if (size == 0)
        b5groam_circuit(b, NULL);
    else
        settle_circuit(b, size, NULL, NULL);
}

static enum roam_err stack_allocate(struct builder_memory *memory)
{
    memory->term_wire = malloc(BUILDER_STACK_TERMS * sizeof *memory->term_wire);
    memory->term_coeff = malloc(BUILDER_STACK_TERMS * sizeof *memory->term_coeff);
    memory->term_capacity = BUILDER_STACK_TERMS;
    return memory->term_wire == NULL || memory->term_coeff == NULL ? ROAM_E_NOMEM : ROAM_OK;
}

static void stack_free(struct builder_memory *memory)
{
    free(memory->term_wire);
    free(memory->term_coeff);
    *memory = (struct builder_memory){0};
}

enum roam_err circuit_count(struct builder *out, const char *name, struct roam_diag *diag)
{
    unsigned size;
    struct builder_memory memory = {0};
    ROAM_TRY(parse_name(&size, name, diag));
    enum roam_err err = stack_allocate(&memory);
    if (err == ROAM_OK) {
        builder_init(out, R1CS_COUNT, &memory);
        emit(out, size);
    }
    stack_free(&memory);
    out->memory = memory;
    return err;
}

static enum roam_err system_allocate(struct r1cs_system *out, const struct builder *counted)
{
    *out = (struct r1cs_system){.wire_count = counted->wire_count,
                                .public_input_count = counted->public_count,
                                .constraint_count = counted->constraint_count,
                                .term_count = counted->term_count};
    out->row_start = malloc((3 * (size_t)out->constraint_count + 1) * sizeof *out->row_start);
    out->wire = malloc((size_t)out->term_count * sizeof *out->wire);
    out->coeff = malloc((size_t)out->term_count * sizeof *out->coeff);
    return out->row_start == NULL || out->wire == NULL || out->coeff == NULL ? ROAM_E_NOMEM : ROAM_OK;
}

enum roam_err circuit_build(struct r1cs_system *out, const char *name, struct roam_diag *diag)
{
    unsigned size;
    struct builder b;
    struct builder_memory memory = {.system = out};
    *out = (struct r1cs_system){0};
    ROAM_TRY(parse_name(&size, name, diag));
    ROAM_TRY(circuit_count(&b, name, diag));
    enum roam_err err = stack_allocate(&memory);
    if (err == ROAM_OK) err = system_allocate(out, &b);
    if (err == ROAM_OK) {
        builder_init(&b, R1CS_RECORD, &memory);
        emit(&b, size);
    } else {
        r1cs_release(out);
    }
    stack_free(&memory);
    return err;
}
