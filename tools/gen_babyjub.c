/* Makes the tables of lib/babyjub: gen_babyjub OUTPUT.c */
#include "edwards_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char generator_x[] =
    "995203441582195749578291179787384436505546430278305826713579947235728471134";
static const char generator_y[] =
    "5472060717959818805561601436314318772137091100104008585924551046643952123905";
static const uint64_t order[4] = {0x677297dc392126f1, 0xab3eedb83920ee0a, 0x370a08b6d0302b0b,
                                  0x060c89ce5c263405};

static fr decimal(const char *text)
{
    fr out;
    ROAM_ASSERT(fr_from_decimal(&out, text, strlen(text)) == ROAM_OK);
    return out;
}

static void put_fr(FILE *out, const fr *a)
{
    fprintf(out, "{{0x%016llx, 0x%016llx, 0x%016llx, 0x%016llx}}", (unsigned long long)a->limb[0],
            (unsigned long long)a->limb[1], (unsigned long long)a->limb[2], (unsigned long long)a->limb[3]);
}

static void put_affine(FILE *out, const struct edwards *p)
{
    bjj_point point;
    struct edwards normal;
    struct edwards_affine a;
    edwards_to_point(&point, p);
    edwards_from_point(&normal, &point);
    edwards_affine_from(&a, &normal);
    fprintf(out, "    {");
    put_fr(out, &a.y_plus_x);
    fprintf(out, ", ");
    put_fr(out, &a.y_minus_x);
    fprintf(out, ", ");
    put_fr(out, &a.t2d);
    fprintf(out, "},\n");
}

static void put_comb(FILE *out, struct edwards base)
{
    fprintf(out, "const struct edwards_affine base_comb[BASE_DIGITS][BASE_DIGIT_MAX] = {\n");
    for (int i = 0; i < BASE_DIGITS; i++) {
        struct edwards multiple = base;
        fprintf(out, "{\n");
        for (int j = 0; j < BASE_DIGIT_MAX; j++) {
            put_affine(out, &multiple);
            edwards_add(&multiple, &multiple, &base);
        }
        fprintf(out, "},\n");
        edwards_double_times(&base, &base, 4);
    }
    fprintf(out, "};\n");
}

static void put_odd(FILE *out, struct edwards multiple)
{
    struct edwards twice;
    edwards_double(&twice, &multiple, true);
    fprintf(out, "const struct edwards_affine base_odd[BASE_ODD] = {\n");
    for (int j = 0; j < BASE_ODD; j++) {
        put_affine(out, &multiple);
        edwards_add(&multiple, &multiple, &twice);
    }
    fprintf(out, "};\n");
}

static void multiply(struct edwards *out, const struct edwards *p, const uint64_t scalar[4])
{
    struct edwards sum;
    edwards_identity(&sum);
    for (int bit = 255; bit >= 0; bit--) {
        edwards_double(&sum, &sum, true);
        if (scalar[bit / 64] >> (bit % 64) & 1) edwards_add(&sum, &sum, p);
    }
    *out = sum;
}

/* u = (1 + y)/(1 - y), v = u/x */
static void to_montgomery(fr *u, fr *v, const struct edwards *p)
{
    bjj_point point;
    fr t;
    edwards_to_point(&point, p);
    fr_sub(&t, &fr_one, &point.y);
    fr_inv(&t, &t);
    fr_add(u, &fr_one, &point.y);
    fr_mul(u, u, &t);
    fr_inv(v, &point.x);
    fr_mul(v, v, u);
}

/* slope = (3 u^2 + 2 A u + 1) / (2 v) */
static void tangent(struct subgroup_constants *out, const fr *u, const fr *v)
{
    fr t, three, twice_a;
    fr_from_u64(&three, 3);
    fr_from_u64(&twice_a, 2 * 168698);
    fr_mul(&t, &three, u);
    fr_add(&t, &t, &twice_a);
    fr_mul(&t, &t, u);
    fr_add(&t, &t, &fr_one);
    fr_double(&out->slope, v);
    fr_inv(&out->slope, &out->slope);
    fr_mul(&out->slope, &out->slope, &t);
    fr_mul(&t, &out->slope, u);
    fr_sub(&out->offset, v, &t);
}

static void put_subgroup(FILE *out, const struct edwards *generator)
{
    struct edwards q;
    struct subgroup_constants constants;
    fr u, v;
    multiply(&q, generator, order);
    to_montgomery(&u, &v, &q);
    tangent(&constants, &u, &v);
    edwards_double(&q, &q, true);
    to_montgomery(&u, &constants.root, &q);
    ROAM_ASSERT(fr_equal(&u, &fr_one));
    fprintf(out, "const struct subgroup_constants subgroup_constants = {\n    ");
    put_fr(out, &constants.slope);
    fprintf(out, ",\n    ");
    put_fr(out, &constants.offset);
    fprintf(out, ",\n    ");
    put_fr(out, &constants.root);
    fprintf(out, "};\n");
}

int main(int argc, char **argv)
{
    FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;
    if (out == NULL) {
        fprintf(stderr, "usage: gen_babyjub OUTPUT.c\n");
        return EXIT_FAILURE;
    }
    struct edwards generator, base;
    edwards_from_point(&generator, &(bjj_point){decimal(generator_x), decimal(generator_y)});
    edwards_double_times(&base, &generator, 3);
    fprintf(out, "/* Made by gen_babyjub. */\n#include \"edwards_tables.h\"\n\n");
    put_comb(out, base);
    put_odd(out, base);
    put_subgroup(out, &generator);
    return fclose(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
