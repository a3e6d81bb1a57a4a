#include "snark_json.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static enum roam_err load(json_t **root, const char *text, size_t size, struct roam_diag *diag)
{
    json_error_t error;
    *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (*root != NULL) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "line %d, column %d: %s", error.line, error.column, error.text);
}

static enum roam_err explain(struct roam_diag *diag, enum roam_err err, const char *name)
{
    if (err == ROAM_OK) return err;
    const char *why = err == ROAM_E_RANGE   ? "a number that is not less than the modulus"
                      : err == ROAM_E_POINT ? "not a point of its group, or infinity"
                                            : "not of the expected shape";
    return roam_diag(diag, err, "%s: %s", name, why);
}

/* fr and fp differ in their parser alone. */
typedef enum roam_err parse_digits(void *out, const char *text, size_t size);

static enum roam_err fp_digits(void *out, const char *text, size_t size)
{
    return fp_from_decimal(out, text, size);
}
static enum roam_err fr_digits(void *out, const char *text, size_t size)
{
    return fr_from_decimal(out, text, size);
}

static enum roam_err read_number(void *out, const json_t *value, parse_digits *parse)
{
    if (!json_is_string(value)) return ROAM_E_FORMAT;
    return parse(out, json_string_value(value), json_string_length(value));
}

static enum roam_err read_fp2(fp2 *out, const json_t *value)
{
    if (json_array_size(value) != 2) return ROAM_E_FORMAT;
    ROAM_TRY(read_number(&out->c0, json_array_get(value, 0), fp_digits));
    return read_number(&out->c1, json_array_get(value, 1), fp_digits);
}

/* Of the three forms of infinity that could be meant, none passes: z = 0 and (0, 0) are refused. */
static enum roam_err read_g1(g1_affine *out, const json_t *value)
{
    fp z;
    if (json_array_size(value) != 3) return ROAM_E_FORMAT;
    ROAM_TRY(read_number(&out->x, json_array_get(value, 0), fp_digits));
    ROAM_TRY(read_number(&out->y, json_array_get(value, 1), fp_digits));
    ROAM_TRY(read_number(&z, json_array_get(value, 2), fp_digits));
    if (fp_is_zero(&z)) return ROAM_E_POINT;
    if (!fp_equal(&z, &fp_one)) return ROAM_E_FORMAT;
    return g1_affine_is_valid(out) && !g1_affine_is_infinity(out) ? ROAM_OK : ROAM_E_POINT;
}

static enum roam_err read_g2(g2_affine *out, const json_t *value)
{
    fp2 z;
    if (json_array_size(value) != 3) return ROAM_E_FORMAT;
    ROAM_TRY(read_fp2(&out->x, json_array_get(value, 0)));
    ROAM_TRY(read_fp2(&out->y, json_array_get(value, 1)));
    ROAM_TRY(read_fp2(&z, json_array_get(value, 2)));
    if (fp2_is_zero(&z)) return ROAM_E_POINT;
    if (!fp2_equal(&z, &fp2_one)) return ROAM_E_FORMAT;
    return g2_affine_is_valid_vartime(out) && !g2_affine_is_infinity(out) ? ROAM_OK : ROAM_E_POINT;
}

static enum roam_err member_g1(g1_affine *out, const json_t *object, const char *name, struct roam_diag *diag)
{
    return explain(diag, read_g1(out, json_object_get(object, name)), name);
}

static enum roam_err member_g2(g2_affine *out, const json_t *object, const char *name, struct roam_diag *diag)
{
    return explain(diag, read_g2(out, json_object_get(object, name)), name);
}

static enum roam_err check_text(const json_t *object, const char *name, const char *expected,
                                struct roam_diag *diag)
{
    const char *found = json_string_value(json_object_get(object, name));
    if (found == NULL) return roam_diag(diag, ROAM_E_FORMAT, "\"%s\" is missing or no text", name);
    if (strcmp(found, expected) == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_UNSUPPORTED, "%s is \"%.40s\", expected \"%s\"", name, found, expected);
}

static enum roam_err check_kind(const json_t *object, struct roam_diag *diag)
{
    if (!json_is_object(object)) return roam_diag(diag, ROAM_E_FORMAT, "expected a JSON object");
    ROAM_TRY(check_text(object, "protocol", "groth16", diag));
    return check_text(object, "curve", "bn128", diag);
}

/* rapidsnark leaves the curve out. */
static enum roam_err check_proof_kind(const json_t *object, struct roam_diag *diag)
{
    if (!json_is_object(object)) return roam_diag(diag, ROAM_E_FORMAT, "expected a JSON object");
    if (json_object_get(object, "curve") != NULL) return check_kind(object, diag);
    return check_text(object, "protocol", "groth16", diag);
}

static enum roam_err read_proof(groth16_proof *out, const json_t *root, struct roam_diag *diag)
{
    ROAM_TRY(check_proof_kind(root, diag));
    ROAM_TRY(member_g1(&out->a, root, "pi_a", diag));
    ROAM_TRY(member_g2(&out->b, root, "pi_b", diag));
    return member_g1(&out->c, root, "pi_c", diag);
}

enum roam_err snark_proof_parse(groth16_proof *out, const char *text, size_t size, struct roam_diag *diag)
{
    json_t *root;
    ROAM_TRY(load(&root, text, size, diag));
    enum roam_err err = read_proof(out, root, diag);
    json_decref(root);
    return err;
}

static enum roam_err read_public(fr *inputs, size_t capacity, size_t *count, const json_t *root,
                                 struct roam_diag *diag)
{
    if (!json_is_array(root))
        return roam_diag(diag, ROAM_E_FORMAT, "expected a JSON array of public signals");
    *count = json_array_size(root);
    if (*count > capacity)
        return roam_diag(diag, ROAM_E_LIMIT, "%zu public signals, at most %zu", *count, capacity);
    for (size_t i = 0; i < *count; i++) {
        char name[48];
        snprintf(name, sizeof name, "public signal %zu", i);
        ROAM_TRY(explain(diag, read_number(&inputs[i], json_array_get(root, i), fr_digits), name));
    }
    return ROAM_OK;
}

enum roam_err snark_public_parse(fr *inputs, size_t capacity, size_t *count, const char *text, size_t size,
                                 struct roam_diag *diag)
{
    json_t *root;
    ROAM_TRY(load(&root, text, size, diag));
    enum roam_err err = read_public(inputs, capacity, count, root, diag);
    json_decref(root);
    return err;
}

static enum roam_err read_ic(struct groth16_vk *out, size_t capacity, const json_t *root,
                             struct roam_diag *diag)
{
    const json_t *count = json_object_get(root, "nPublic"), *points = json_object_get(root, "IC");
    if (!json_is_integer(count) || json_integer_value(count) < 0 || !json_is_array(points))
        return roam_diag(diag, ROAM_E_FORMAT, "nPublic or IC is missing or not of its type");
    if (json_integer_value(count) > GROTH16_INPUTS_MAX || (size_t)json_integer_value(count) >= capacity)
        return roam_diag(diag, ROAM_E_LIMIT, "%lld inputs, at most %d", (long long)json_integer_value(count),
                         GROTH16_INPUTS_MAX);
    out->input_count = (size_t)json_integer_value(count);
    if (json_array_size(points) != out->input_count + 1)
        return roam_diag(diag, ROAM_E_COUNT, "IC has %zu points, expected nPublic + 1 = %zu",
                         json_array_size(points), out->input_count + 1);
    for (size_t i = 0; i <= out->input_count; i++) {
        char name[32];
        snprintf(name, sizeof name, "IC[%zu]", i);
        ROAM_TRY(explain(diag, read_g1(&out->ic[i], json_array_get(points, i)), name));
    }
    return ROAM_OK;
}

static enum roam_err read_vk(struct groth16_vk *out, size_t capacity, const json_t *root,
                             struct roam_diag *diag)
{
    const json_t *insecure = json_object_get(root, "insecure");
    ROAM_TRY(check_kind(root, diag));
    if (insecure != NULL && !json_is_boolean(insecure))
        return roam_diag(diag, ROAM_E_FORMAT, "insecure must be true or false");
    out->insecure = json_is_true(insecure);
    ROAM_TRY(member_g1(&out->alpha, root, "vk_alpha_1", diag));
    ROAM_TRY(member_g2(&out->beta, root, "vk_beta_2", diag));
    ROAM_TRY(member_g2(&out->gamma, root, "vk_gamma_2", diag));
    ROAM_TRY(member_g2(&out->delta, root, "vk_delta_2", diag));
    return read_ic(out, capacity, root, diag);
}

enum roam_err snark_vk_parse(struct groth16_vk *out, g1_affine *ic, size_t ic_capacity, const char *text,
                             size_t size, struct roam_diag *diag)
{
    json_t *root;
    ROAM_TRY(load(&root, text, size, diag));
    *out = (struct groth16_vk){.ic = ic};
    enum roam_err err = read_vk(out, ic_capacity, root, diag);
    json_decref(root);
    return err;
}
