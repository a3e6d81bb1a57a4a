/* Makes the tables of lib/ed25519 from the curve's definition (RFC 8032, section 5.1): gen_ed25519 OUTPUT.c
 *
 * Everything is plain affine arithmetic on canonical integers. */
#include "ed25519_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checked.h"
#include "err.h"

typedef struct {
    uint64_t limb[4];
} fe;

struct point {
    fe x, y;
};

static const fe p = {{0xffffffffffffffed, UINT64_MAX, UINT64_MAX, INT64_MAX}}, zero, one = {{1}};
static fe d;

/* out = a - b mod 2^256; returns the borrow. */
static bool subtract(fe *out, const fe *a, const fe *b)
{
    bool borrow = false;
    for (int i = 0; i < 4; i++) {
        u128 t = (u128)a->limb[i] - b->limb[i] - borrow;
        out->limb[i] = (uint64_t)t;
        borrow = t >> 64 != 0;
    }
    return borrow;
}

/* a = a + factor b; returns what leaves the top. */
static uint64_t add_multiple(fe *a, const fe *b, uint64_t factor)
{
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) {
        u128 t = (u128)b->limb[i] * factor + a->limb[i] + carry;
        a->limb[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
    return carry;
}

/* a + carry 2^256 = a + 38 carry mod p */
static fe reduce(fe a, uint64_t carry)
{
    while (carry != 0) carry = add_multiple(&a, &(fe){{carry}}, 38);
    for (fe less; !subtract(&less, &a, &p);) a = less;
    return a;
}

static fe add(fe a, fe b) { return reduce(a, add_multiple(&a, &b, 1)); }

static fe sub(fe a, fe b)
{
    fe minus_b;
    subtract(&minus_b, &p, &b);
    return add(a, minus_b);
}

/* From the highest limb of b: sum = 2^64 sum + a b[i]. */
static fe mul(fe a, fe b)
{
    fe sum = zero;
    for (int i = 3; i >= 0; i--) {
        fe shifted = {{0, sum.limb[0], sum.limb[1], sum.limb[2]}};
        shifted = reduce(shifted, sum.limb[3]);
        uint64_t carry = add_multiple(&shifted, &a, b.limb[i]);
        sum = reduce(shifted, carry);
    }
    return sum;
}

static bool equal(fe a, fe b) { return memcmp(&a, &b, sizeof a) == 0; }

static fe power(fe base, fe exponent)
{
    fe out = one;
    for (int bit = 255; bit >= 0; bit--) {
        out = mul(out, out);
        if (exponent.limb[bit / 64] >> (bit % 64) & 1) out = mul(out, base);
    }
    return out;
}

static fe invert(fe a)
{
    fe exponent = p;
    exponent.limb[0] -= 2;
    return power(a, exponent);
}

static fe quotient(uint64_t a, uint64_t b) { return mul((fe){{a}}, invert((fe){{b}})); }

/* (p + offset) / 2^bits, for an offset below 2^4 and bits up to 3 */
static fe exponent_of(uint64_t offset, unsigned bits)
{
    fe out = p;
    out.limb[0] += offset; /* p ends in ...ed */
    for (int i = 0; i < 4; i++)
        out.limb[i] = out.limb[i] >> bits | (i < 3 ? p.limb[i + 1] << (64 - bits) : 0);
    return out;
}

/* 2 is no square modulo p. */
static fe sqrt_minus_1(void)
{
    fe minus_1 = {{p.limb[0] - 1, p.limb[1], p.limb[2], p.limb[3]}};
    fe root = power((fe){{2}}, exponent_of(0, 2));
    ROAM_ASSERT(equal(mul(root, root), minus_1));
    return root;
}

/* a^((p+3)/8) is a root of a or of -a. */
static fe square_root(fe a)
{
    fe root = power(a, exponent_of(3, 3));
    if (!equal(mul(root, root), a)) root = mul(root, sqrt_minus_1());
    ROAM_ASSERT(equal(mul(root, root), a));
    return root;
}

/* y = 4/5, x even, -x^2 + y^2 = 1 + d x^2 y^2 */
static struct point base_point(void)
{
    struct point base = {.y = quotient(4, 5)};
    fe yy = mul(base.y, base.y);
    base.x = square_root(mul(sub(yy, one), invert(add(mul(d, yy), one))));
    if (base.x.limb[0] & 1) base.x = sub(zero, base.x);
    return base;
}

/* The curve's group law. */
static struct point sum(struct point a, struct point b)
{
    fe xy = mul(a.x, b.y), yx = mul(a.y, b.x), yy = mul(a.y, b.y), xx = mul(a.x, b.x),
       product = mul(d, mul(xx, yy));
    return (struct point){mul(add(xy, yx), invert(add(one, product))),
                          mul(add(yy, xx), invert(sub(one, product)))};
}

static void put(FILE *out, fe a)
{
    fprintf(out, "{0x%016llx, 0x%016llx, 0x%016llx, 0x%016llx}", (unsigned long long)a.limb[0],
            (unsigned long long)a.limb[1], (unsigned long long)a.limb[2], (unsigned long long)a.limb[3]);
}

static void put_constant(FILE *out, const char *name, fe a)
{
    fprintf(out, "const uint64_t %s[4] = ", name);
    put(out, a);
    fprintf(out, ";\n");
}

static void put_multiples(FILE *out, struct point base)
{
    struct point multiple = {zero, one};
    fprintf(out, "const uint64_t ed25519_base[ED25519_BASE_MULTIPLES][3][4] = {\n");
    for (int j = 0; j < ED25519_BASE_MULTIPLES; j++) {
        fe t = mul(multiple.x, multiple.y), t2d = mul(add(d, d), t);
        fprintf(out, "{");
        put(out, add(multiple.y, multiple.x));
        fprintf(out, ",\n");
        put(out, sub(multiple.y, multiple.x));
        fprintf(out, ",\n");
        put(out, t2d);
        fprintf(out, "},\n");
        multiple = sum(multiple, base);
    }
    fprintf(out, "};\n");
}

int main(int argc, char **argv)
{
    FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;
    if (out == NULL) {
        fprintf(stderr, "usage: gen_ed25519 OUTPUT.c\n");
        return EXIT_FAILURE;
    }
    d = sub(zero, quotient(121665, 121666));
    fprintf(out, "/* Made by gen_ed25519. */\n#include \"ed25519_tables.h\"\n\n");
    put_constant(out, "ed25519_d", d);
    put_constant(out, "ed25519_2d", add(d, d));
    put_constant(out, "ed25519_sqrt_minus_1", sqrt_minus_1());
    put_multiples(out, base_point());
    return fclose(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
