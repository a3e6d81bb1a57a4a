#include "zkey.h"

#include <stdlib.h>

/* calloc(0) may give NULL, which here means failure. */
static void *take(size_t count, size_t size) { return calloc(count > 0 ? count : 1, size); }

enum roam_err zkey_allocate(struct zkey *out, uint32_t wire_count, uint32_t public_count, unsigned log_domain,
                            size_t term_count)
{
    ROAM_ASSERT(wire_count > public_count && log_domain <= ZKEY_LOG_DOMAIN_MAX);
    *out = (struct zkey){.wire_count = wire_count,
                         .public_count = public_count,
                         .log_domain = log_domain,
                         .domain_size = (size_t)1 << log_domain,
                         .term_count = term_count};
    out->ic = take((size_t)public_count + 1, sizeof *out->ic);
    out->a = take(wire_count, sizeof *out->a);
    out->b1 = take(wire_count, sizeof *out->b1);
    out->b2 = take(wire_count, sizeof *out->b2);
    out->c = take(wire_count - public_count - 1, sizeof *out->c);
    out->h = take(out->domain_size, sizeof *out->h);
    out->terms = take(term_count, sizeof *out->terms);
    if (out->ic != NULL && out->a != NULL && out->b1 != NULL && out->b2 != NULL && out->c != NULL &&
        out->h != NULL && out->terms != NULL)
        return ROAM_OK;
    zkey_release(out);
    return ROAM_E_NOMEM;
}

enum roam_err zkey_add_contribution(struct zkey *key, struct zkey_contribution **added)
{
    struct zkey_contribution *more =
        realloc(key->contributions, (key->contribution_count + 1) * sizeof *key->contributions);
    if (more == NULL) return ROAM_E_NOMEM;
    key->contributions = more;
    *added = &more[key->contribution_count++];
    **added = (struct zkey_contribution){0};
    return ROAM_OK;
}

void zkey_release(struct zkey *key)
{
    free(key->ic);
    free(key->a);
    free(key->b1);
    free(key->b2);
    free(key->c);
    free(key->h);
    free(key->terms);
    free(key->contributions);
    *key = (struct zkey){0};
}

void zkey_release_terms(struct zkey *key)
{
    free(key->terms);
    key->terms = NULL;
    key->term_count = 0;
}

bool zkey_is_insecure(const struct zkey *key)
{
    for (size_t i = 0; i < key->contribution_count; i++)
        if (ceremony_note_is_insecure(&key->contributions[i].note)) return true;
    return false;
}

enum roam_err zkey_vk(struct groth16_vk *out, const struct zkey *key)
{
    if (key->public_count > GROTH16_INPUTS_MAX) return ROAM_E_LIMIT;
    *out = (struct groth16_vk){.alpha = key->alpha1,
                               .beta = key->beta2,
                               .gamma = key->gamma2,
                               .delta = key->delta2,
                               .input_count = key->public_count,
                               .ic = key->ic,
                               .insecure = zkey_is_insecure(key)};
    return ROAM_OK;
}
