#include "snark_json.h"

#include "hex.h"

/* JSON.stringify with an indentation of one space: every element stands on a line of its own. */
struct printer {
    struct roam_buf *out;
    enum roam_err err;
    int depth;
    bool first; /* in the innermost array or object */
};

static void put(struct printer *printer, const char *text)
{
    if (printer->err == ROAM_OK) printer->err = buf_printf(printer->out, "%s", text);
}

static void new_line(struct printer *printer)
{
    if (printer->err == ROAM_OK) printer->err = buf_printf(printer->out, "\n%*s", printer->depth, "");
}

/* Goes to the place of the next element, with its name if it is a member of an object. */
static void place(struct printer *printer, const char *name)
{
    if (printer->depth > 0) {
        if (!printer->first) put(printer, ",");
        new_line(printer);
    }
    printer->first = false;
    if (name == NULL) return;
    put(printer, "\"");
    put(printer, name);
    put(printer, "\": ");
}

static void open_bracket(struct printer *printer, const char *name, const char *bracket)
{
    place(printer, name);
    put(printer, bracket);
    printer->depth++;
    printer->first = true;
}

static void close_bracket(struct printer *printer, const char *bracket)
{
    printer->depth--;
    if (!printer->first) new_line(printer);
    put(printer, bracket);
    printer->first = false;
}

static void print_text(struct printer *printer, const char *name, const char *text)
{
    place(printer, name);
    put(printer, "\"");
    put(printer, text);
    put(printer, "\"");
}

static void print_fp(struct printer *printer, const fp *value)
{
    char text[80];
    print_text(printer, NULL, fp_to_decimal(text, value));
}

static void print_fp2(struct printer *printer, const fp2 *value)
{
    open_bracket(printer, NULL, "[");
    print_fp(printer, &value->c0);
    print_fp(printer, &value->c1);
    close_bracket(printer, "]");
}

static void print_fp6(struct printer *printer, const fp6 *value)
{
    open_bracket(printer, NULL, "[");
    print_fp2(printer, &value->c0);
    print_fp2(printer, &value->c1);
    print_fp2(printer, &value->c2);
    close_bracket(printer, "]");
}

static void print_g1(struct printer *printer, const char *name, const g1_affine *p)
{
    open_bracket(printer, name, "[");
    print_fp(printer, &p->x);
    print_fp(printer, &p->y);
    print_fp(printer, &fp_one);
    close_bracket(printer, "]");
}

static void print_g2(struct printer *printer, const char *name, const g2_affine *p)
{
    open_bracket(printer, name, "[");
    print_fp2(printer, &p->x);
    print_fp2(printer, &p->y);
    print_fp2(printer, &fp2_one);
    close_bracket(printer, "]");
}

enum roam_err snark_proof_print(struct roam_buf *out, const groth16_proof *proof)
{
    struct printer printer = {.out = out};
    open_bracket(&printer, NULL, "{");
    print_g1(&printer, "pi_a", &proof->a);
    print_g2(&printer, "pi_b", &proof->b);
    print_g1(&printer, "pi_c", &proof->c);
    print_text(&printer, "protocol", "groth16");
    print_text(&printer, "curve", "bn128");
    close_bracket(&printer, "}");
    return printer.err;
}

enum roam_err snark_public_print(struct roam_buf *out, const fr *inputs, size_t count)
{
    struct printer printer = {.out = out};
    char text[80];
    open_bracket(&printer, NULL, "[");
    for (size_t i = 0; i < count; i++) print_text(&printer, NULL, fr_to_decimal(text, &inputs[i]));
    close_bracket(&printer, "]");
    return printer.err;
}

/* snarkjs's final exponentiation is to the power k (p^12 - 1)/r with k = 2x (6x^2 + 3x + 1), so what it calls
 * e(alpha, beta) is e(alpha, beta)^k. Nothing reads this member. */
static void print_alpha_beta(struct printer *printer, const struct groth16_vk *vk)
{
    static const uint64_t k[4] = {0x2e5d4e223ddedaf4, 0x1ea96b02d9d9e38d, 0x3bec47df15e307c8, 0};
    fp12 alpha_beta;
    pairing(&alpha_beta, &vk->alpha, &vk->beta);
    fp12_pow_vartime(&alpha_beta, &alpha_beta, k);
    open_bracket(printer, "vk_alphabeta_12", "[");
    print_fp6(printer, &alpha_beta.c0);
    print_fp6(printer, &alpha_beta.c1);
    close_bracket(printer, "]");
}

enum roam_err snark_vk_print(struct roam_buf *out, const struct groth16_vk *vk)
{
    struct printer printer = {.out = out};
    open_bracket(&printer, NULL, "{");
    print_text(&printer, "protocol", "groth16");
    print_text(&printer, "curve", "bn128");
    place(&printer, "nPublic");
    if (printer.err == ROAM_OK) printer.err = buf_printf(out, "%zu", vk->input_count);
    print_g1(&printer, "vk_alpha_1", &vk->alpha);
    print_g2(&printer, "vk_beta_2", &vk->beta);
    print_g2(&printer, "vk_gamma_2", &vk->gamma);
    print_g2(&printer, "vk_delta_2", &vk->delta);
    print_alpha_beta(&printer, vk);
    open_bracket(&printer, "IC", "[");
    for (size_t i = 0; i <= vk->input_count; i++) print_g1(&printer, NULL, &vk->ic[i]);
    close_bracket(&printer, "]");
    if (vk->insecure) {
        place(&printer, "insecure");
        put(&printer, "true");
    }
    close_bracket(&printer, "}");
    return printer.err;
}

static void print_word(struct printer *printer, const uint8_t bytes[32])
{
    char text[65];
    hex_encode(text, bytes, 32);
    put(printer, "\"0x");
    put(printer, text);
    put(printer, "\"");
}

static void print_fp_pair(struct printer *printer, const fp *first, const fp *second)
{
    uint8_t bytes[32];
    put(printer, "[");
    fp_to_be(bytes, first);
    print_word(printer, bytes);
    put(printer, ", ");
    fp_to_be(bytes, second);
    print_word(printer, bytes);
    put(printer, "]");
}

enum roam_err snark_calldata_print(struct roam_buf *out, const groth16_proof *proof, const fr *inputs,
                                   size_t count)
{
    struct printer printer = {.out = out};
    uint8_t bytes[32];
    print_fp_pair(&printer, &proof->a.x, &proof->a.y);
    put(&printer, ",[");
    print_fp_pair(&printer, &proof->b.x.c1, &proof->b.x.c0);
    put(&printer, ",");
    print_fp_pair(&printer, &proof->b.y.c1, &proof->b.y.c0);
    put(&printer, "],");
    print_fp_pair(&printer, &proof->c.x, &proof->c.y);
    put(&printer, ",[");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) put(&printer, ",");
        fr_to_be(bytes, &inputs[i]);
        print_word(&printer, bytes);
    }
    put(&printer, "]");
    return printer.err;
}
