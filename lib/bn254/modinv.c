#include "modinv.h"

#include <stdbool.h>

__extension__ typedef __int128 s128;

/* Five limbs of 62 bits, value sum limb[i] 2^(62 i). All lie in [0, 2^62) but the top one, which has the
 * sign. */
struct signed62 {
    int64_t limb[5];
};

static const uint64_t low62 = UINT64_MAX >> 2;

/* 2^62 times the effect of a run of division steps: f' = (u f + v g) / 2^62, g' = (q f + r g) / 2^62, with
 * |u| + |v| <= 2^62 and |q| + |r| <= 2^62. */
struct transition {
    int64_t u, v, q, r;
};

static struct signed62 to_signed62(const uint64_t a[4])
{
    return (struct signed62){{(int64_t)(a[0] & low62), (int64_t)((a[0] >> 62 | a[1] << 2) & low62),
                              (int64_t)((a[1] >> 60 | a[2] << 4) & low62),
                              (int64_t)((a[2] >> 58 | a[3] << 6) & low62), (int64_t)(a[3] >> 56)}};
}

static void from_signed62(uint64_t out[4], const struct signed62 *a)
{
    uint64_t v[5];
    for (int i = 0; i < 5; i++) v[i] = (uint64_t)a->limb[i];
    out[0] = v[0] | v[1] << 62;
    out[1] = v[1] >> 2 | v[2] << 60;
    out[2] = v[2] >> 4 | v[3] << 58;
    out[3] = v[3] >> 6 | v[4] << 56;
}

/* 59 division steps, constant time; returns the new zeta = -(delta + 1/2). Starting at delta = 1/2 instead of
 * 1, 590 steps suffice for every a < p < 2^256 (Pieter Wuille, "safegcd bounds"). Entries start at 2^3, so
 * that 59 doublings end at the scale 2^62. */
static int64_t divsteps_59(struct transition *t, int64_t zeta, uint64_t f, uint64_t g)
{
    uint64_t u = 8, v = 0, q = 0, r = 8;
    for (int i = 0; i < 59; i++) {
        uint64_t swap = (uint64_t)(zeta >> 63); /* all ones if delta > 0 */
        uint64_t odd = (uint64_t)0 - (g & 1);
        /* g += +-f if g is odd, minus if delta > 0 */
        g += ((f ^ swap) - swap) & odd;
        q += ((u ^ swap) - swap) & odd;
        r += ((v ^ swap) - swap) & odd;
        /* if delta > 0 and g was odd: f becomes the old g = g + f, and delta its negative */
        swap &= odd;
        zeta = (zeta ^ (int64_t)swap) - 1;
        f += g & swap;
        u += q & swap;
        v += r & swap;
        g >>= 1;
        u <<= 1;
        v <<= 1;
    }
    *t = (struct transition){(int64_t)u, (int64_t)v, (int64_t)q, (int64_t)r};
    return zeta;
}

static int min(int a, int b) { return a < b ? a : b; }

/* 62 division steps, variable time; returns the new eta = -delta. Runs of steps that only halve g are done at
 * once; and until delta changes its sign, one multiple of f clears up to six low bits of g. */
static int64_t divsteps_62_vartime(struct transition *t, int64_t eta, uint64_t f, uint64_t g)
{
    uint64_t u = 1, v = 0, q = 0, r = 1;
    int left = 62;
    for (;;) {
        int zeros = __builtin_ctzll(g | UINT64_MAX << left);
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        eta -= zeros;
        left -= zeros;
        if (left == 0) break;
        if (eta < 0) {
            uint64_t old_f = f, old_u = u, old_v = v;
            eta = -eta;
            f = g, u = q, v = r;
            g = 0 - old_f, q = 0 - old_u, r = 0 - old_v;
        }
        /* w = -g/f mod 2^6: f (2 - f^2) is 1/f mod 2^6, as f^2 = 1 mod 8 */
        int limit = eta + 1 < left ? (int)eta + 1 : left;
        uint64_t mask = (UINT64_MAX >> (64 - min(limit, 6)));
        uint64_t w = (f * g * (f * f - 2)) & mask;
        g += f * w;
        q += u * w;
        r += v * w;
    }
    *t = (struct transition){(int64_t)u, (int64_t)v, (int64_t)q, (int64_t)r};
    return eta;
}

/* f, g = (u f + v g) / 2^62, (q f + r g) / 2^62 over their lowest count limbs; both divisions are exact. */
static void update_fg(struct signed62 *f, struct signed62 *g, const struct transition *t, int count)
{
    s128 new_f = 0, new_g = 0;
    for (int i = 0; i < count; i++) {
        int64_t fi = f->limb[i], gi = g->limb[i];
        new_f += (s128)t->u * fi + (s128)t->v * gi;
        new_g += (s128)t->q * fi + (s128)t->r * gi;
        if (i > 0) {
            f->limb[i - 1] = (int64_t)((uint64_t)new_f & low62);
            g->limb[i - 1] = (int64_t)((uint64_t)new_g & low62);
        }
        new_f >>= 62;
        new_g >>= 62;
    }
    f->limb[count - 1] = (int64_t)new_f;
    g->limb[count - 1] = (int64_t)new_g;
}

/* out = (x d + y e + k p) / 2^62 with the k in (-2^62, 2^62) that makes this exact, negative d and e being
 * taken as d + p and e + p: from d and e in (-2p, p) this gives a value in (-2p, p) again. */
static void combine_mod_p(struct signed62 *out, const struct signed62 *d, const struct signed62 *e, int64_t x,
                          int64_t y, const struct signed62 *p, uint64_t p_inv)
{
    int64_t k = (x & (d->limb[4] >> 63)) + (y & (e->limb[4] >> 63));
    uint64_t low = (uint64_t)x * (uint64_t)d->limb[0] + (uint64_t)y * (uint64_t)e->limb[0];
    k -= (int64_t)((p_inv * low + (uint64_t)k) & low62);
    s128 sum = 0;
    for (int i = 0; i < 5; i++) {
        sum += (s128)x * d->limb[i] + (s128)y * e->limb[i] + (s128)k * p->limb[i];
        if (i > 0) out->limb[i - 1] = (int64_t)((uint64_t)sum & low62);
        sum >>= 62;
    }
    out->limb[4] = (int64_t)sum;
}

static void update_de(struct signed62 *d, struct signed62 *e, const struct transition *t,
                      const struct signed62 *p, uint64_t p_inv)
{
    struct signed62 new_d;
    combine_mod_p(&new_d, d, e, t->u, t->v, p, p_inv);
    combine_mod_p(e, d, e, t->q, t->r, p, p_inv);
    *d = new_d;
}

/* a = (negate ? -a : a) + (add ? p : 0) for masks negate and add, 0 or -1. */
static void adjust(struct signed62 *a, int64_t negate, int64_t add, const struct signed62 *p)
{
    int64_t carry = 0;
    for (int i = 0; i < 5; i++) {
        carry += ((a->limb[i] ^ negate) - negate) + (p->limb[i] & add);
        a->limb[i] = i < 4 ? carry & (int64_t)low62 : carry;
        carry >>= 62;
    }
}

/* d in (-2p, p) times the sign of f, brought to [0, p). */
static void finish(uint64_t out[4], struct signed62 *d, int64_t f_sign, const struct signed62 *p)
{
    adjust(d, 0, d->limb[4] >> 63, p); /* (-p, p) */
    adjust(d, f_sign >> 63, 0, p);
    adjust(d, 0, d->limb[4] >> 63, p);
    from_signed62(out, d);
}

void modinv(uint64_t out[4], const uint64_t a[4], const uint64_t p[4], uint64_t p_inv)
{
    struct signed62 modulus = to_signed62(p), f = modulus, g = to_signed62(a), d = {{0}}, e = {{1}};
    int64_t zeta = -1;
    for (int i = 0; i < 10; i++) {
        struct transition t;
        zeta = divsteps_59(&t, zeta, (uint64_t)f.limb[0] | (uint64_t)f.limb[1] << 62,
                           (uint64_t)g.limb[0] | (uint64_t)g.limb[1] << 62);
        update_de(&d, &e, &t, &modulus, p_inv);
        update_fg(&f, &g, &t, 5);
    }
    finish(out, &d, f.limb[4], &modulus);
}

/* Whether the top limbs of f and g are nothing but a sign; then they are folded into the limbs below. */
static bool drop_top_limb(struct signed62 *f, struct signed62 *g, int count)
{
    int64_t ft = f->limb[count - 1], gt = g->limb[count - 1];
    if (count == 1 || ft != ft >> 63 || gt != gt >> 63) return false;
    f->limb[count - 2] |= (int64_t)((uint64_t)ft << 62);
    g->limb[count - 2] |= (int64_t)((uint64_t)gt << 62);
    return true;
}

static bool is_zero(const struct signed62 *a, int count)
{
    int64_t bits = 0;
    for (int i = 0; i < count; i++) bits |= a->limb[i];
    return bits == 0;
}

void modinv_vartime(uint64_t out[4], const uint64_t a[4], const uint64_t p[4], uint64_t p_inv)
{
    struct signed62 modulus = to_signed62(p), f = modulus, g = to_signed62(a), d = {{0}}, e = {{1}};
    int64_t eta = -1;
    int count = 5;
    while (!is_zero(&g, count)) {
        struct transition t;
        uint64_t f_high = count > 1 ? (uint64_t)f.limb[1] << 62 : 0;
        uint64_t g_high = count > 1 ? (uint64_t)g.limb[1] << 62 : 0;
        eta = divsteps_62_vartime(&t, eta, (uint64_t)f.limb[0] | f_high, (uint64_t)g.limb[0] | g_high);
        update_de(&d, &e, &t, &modulus, p_inv);
        update_fg(&f, &g, &t, count);
        if (drop_top_limb(&f, &g, count)) count--;
    }
    finish(out, &d, f.limb[count - 1], &modulus);
}
