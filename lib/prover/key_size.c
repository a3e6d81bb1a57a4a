/* Sizes of a key from its header, so that a ceiling is kept before anything is allocated. */
#include "prover_state.h"
#include "zkey_sections.h"

#include <string.h>

static unsigned log2_of(uint32_t power_of_two)
{
    unsigned log = 0;
    while (power_of_two >> log > 1) log++;
    return log;
}

/* The counts only; everything is checked again, and more, when the key is read. */
static enum roam_err read_counts(struct zkey *out, const struct binfile *file, struct roam_diag *diag)
{
    struct binfile_cursor section;
    uint32_t system, domain_size, terms, contributions;
    *out = (struct zkey){0};
    ROAM_TRY(binfile_section(&section, file, SECTION_PROTOCOL, diag));
    if (!cursor_u32(&section, &system) || system != ZKEY_GROTH16)
        return roam_diag(diag, ROAM_E_UNSUPPORTED, "the key is not for Groth16");
    ROAM_TRY(binfile_section(&section, file, SECTION_HEADER, diag));
    if (!cursor_prime(&section, fp_modulus) || !cursor_prime(&section, fr_modulus))
        return roam_diag(diag, ROAM_E_RANGE, "the key is not for BN254");
    if (!cursor_u32(&section, &out->wire_count) || !cursor_u32(&section, &out->public_count) ||
        !cursor_u32(&section, &domain_size))
        return roam_diag(diag, ROAM_E_FORMAT, "the header ends early");
    if (out->public_count >= out->wire_count)
        return roam_diag(diag, ROAM_E_COUNT, "%u public wires and the constant, %u wires in all",
                         out->public_count, out->wire_count);
    out->log_domain = log2_of(domain_size);
    out->domain_size = (size_t)1 << out->log_domain;
    if (out->domain_size != domain_size || out->log_domain > ZKEY_LOG_DOMAIN_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "a domain of %u, expected a power of two up to 2^%d",
                         domain_size, ZKEY_LOG_DOMAIN_MAX);
    ROAM_TRY(binfile_section(&section, file, SECTION_TERMS, diag));
    if (!cursor_u32(&section, &terms)) return roam_diag(diag, ROAM_E_FORMAT, "the terms end early");
    ROAM_TRY(binfile_section(&section, file, SECTION_CEREMONY, diag));
    if (cursor_take(&section, sizeof out->circuit_hash) == NULL || !cursor_u32(&section, &contributions))
        return roam_diag(diag, ROAM_E_FORMAT, "the record of the ceremony ends early");
    out->term_count = terms;
    out->contribution_count = contributions;
    return ROAM_OK;
}

static uint64_t key_bytes(const struct zkey *key)
{
    uint64_t g1_count = 3 * (uint64_t)key->wire_count + key->domain_size;
    return sizeof(struct roam_prover) + engine_bytes(key) + g1_count * sizeof *key->a +
           key->wire_count * sizeof *key->b2 + key->term_count * sizeof *key->terms +
           key->contribution_count * sizeof *key->contributions;
}

enum roam_prover_err prover_size_parse(struct roam_prover_size *out, const uint8_t *zkey, size_t zkey_size,
                                       unsigned threads, struct roam_diag *diag)
{
    struct binfile file;
    struct zkey counts;
    enum roam_err err = binfile_parse(&file, "zkey", ZKEY_VERSION, zkey, zkey_size, diag);
    if (err == ROAM_OK) err = read_counts(&counts, &file, diag);
    if (err != ROAM_OK) return public_err(err);
    *out = (struct roam_prover_size){
        .wire_count = counts.wire_count,
        .public_count = counts.public_count,
        .domain_size = counts.domain_size,
        .prover_bytes = key_bytes(&counts),
        .proof_bytes = proof_scratch_bytes(&counts, threads) + (counts.wire_count + (uint64_t)1) * sizeof(fr),
    };
    return ROAM_PROVER_OK;
}
