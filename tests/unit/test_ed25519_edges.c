/* Signatures made to sit on the edges of the verdict: torsion points, encodings that are not canonical, keys
 * with a torsion part, scalars at and above the group's order. Each in every lane, beside valid ones. */
#include "ed25519_points.h"

static struct signed_message good[8];

static int prepare(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    find_torsion(&prng);
    for (int k = 0; k < 8; k++) make_signed(&good[k], &prng);
    return 0;
}

static void check_everywhere(const struct signed_message *m, bool want)
{
    assert_int_equal(sodium_accepts(m), want);
    for (size_t lane = 0; lane < 8; lane += mont8_available ? 1 : 4) {
        const struct signed_message *messages[8];
        bool verdicts[8];
        for (size_t k = 0; k < 8; k++) {
            messages[k] = k == lane ? m : &good[k];
            verdicts[k] = k == lane ? want : true;
        }
        check_verdicts(messages, verdicts, 8);
    }
}

/* A signature under the key a B + j T with R = r B + k T, both as the bytes given, and S = r + h a: the
 * equation holds up to torsion, and exactly if k + h j is a multiple of 8, which the message is chosen for
 * or against. Returns false if no message would do. */
struct crafted {
    uint8_t a[32], key[32], r[32], r_bytes[32];
    unsigned j, k;
};

static bool craft(struct signed_message *out, const struct crafted *c, bool exact, struct roam_prng *prng)
{
    uint8_t h[32], product[32];
    memcpy(out->signature, c->r_bytes, 32);
    memcpy(out->key, c->key, 32);
    out->size = 16;
    for (int tries = 0; tries < 200; tries++) {
        prng_bytes(prng, out->message, out->size);
        challenge_of(h, out);
        if (((c->k + h[0] * c->j) % 8 == 0) != exact) continue;
        crypto_core_ed25519_scalar_mul(product, h, c->a);
        crypto_core_ed25519_scalar_add(out->signature + 32, c->r, product);
        return true;
    }
    return false;
}

static void keys_with_torsion(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    unsigned exact_count = 0, cofactored = 0;
    for (unsigned j = 0; j < 8; j++)
        for (unsigned k = 0; k < 8; k++)
            for (int exact = 0; exact < 2; exact++) {
                struct signed_message m;
                struct crafted c = {.j = j, .k = k};
                random_scalar(c.a, &prng);
                random_scalar(c.r, &prng);
                mixed_point(c.key, c.a, j);
                mixed_point(c.r_bytes, c.r, k);
                if (!craft(&m, &c, exact, &prng)) continue;
                check_everywhere(&m, exact);
                exact_count += exact != 0;
                cofactored += exact == 0;
            }
    print_message("mixed order: %u exact accepted, %u cofactored alone refused\n", exact_count, cofactored);
    assert_true(exact_count > 20 && cofactored > 40);
}

static void small_keys(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    unsigned refused[2] = {0};
    for (unsigned i = 0; i < SMALL; i++)
        for (unsigned k = 0; k < 8; k++)
            for (int exact = 0; exact < 2; exact++) {
                struct signed_message m;
                struct crafted c = {.j = small[i].of, .k = k};
                memcpy(c.key, small[i].bytes, 32);
                random_scalar(c.r, &prng);
                mixed_point(c.r_bytes, c.r, k);
                if (!craft(&m, &c, exact, &prng)) continue;
                check_everywhere(&m, false);
                refused[exact]++;
            }
    print_message("small keys: refused %u with the equation, %u without\n", refused[1], refused[0]);
    assert_true(refused[0] > 40 && refused[1] > 40);
}

static void small_r(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    unsigned refused[2] = {0};
    for (unsigned i = 0; i < SMALL; i++)
        for (unsigned j = 0; j < 8; j++)
            for (int exact = 0; exact < 2; exact++) {
                struct signed_message m;
                struct crafted c = {.j = j, .k = small[i].of};
                if (j != 5) random_scalar(c.a, &prng); /* and a key of small order too */
                mixed_point(c.key, c.a, j);
                memcpy(c.r_bytes, small[i].bytes, 32);
                if (!craft(&m, &c, exact, &prng)) continue;
                check_everywhere(&m, false);
                refused[exact]++;
            }
    print_message("small R: refused %u with the equation, %u without\n", refused[1], refused[0]);
    assert_true(refused[0] > 40 && refused[1] > 40);
}

/* y = p + i, and what is no point, as the key and as R. */
static void strange_encodings(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    unsigned refused = 0;
    for (unsigned i = 0; i < 19 + 32; i++)
        for (unsigned sign = 0; sign < 2; sign++)
            for (int as_r = 0; as_r < 2; as_r++) {
                struct signed_message m = good[i % 8];
                uint8_t *bytes = as_r ? m.signature : m.key;
                memset(bytes, 0xff, 32);
                if (i < 19)
                    bytes[0] = (uint8_t)(0xed + i);
                else
                    do prng_bytes(&prng, bytes, 32);
                    while (is_point(bytes));
                bytes[31] = (uint8_t)((bytes[31] & 0x7f) | sign << 7);
                check_everywhere(&m, false);
                refused++;
            }
    print_message("strange encodings: %u refused\n", refused);
}

static void strange_scalars(void **state)
{
    (void)state;
    unsigned refused = 0;
    for (size_t lane = 0; lane < 8; lane++)
        for (int which = 0; which < 9; which++) {
            struct signed_message m = good[lane];
            uint8_t *s = m.signature + 32;
            if (which == 0) memcpy(s, zero, 32);
            if (which >= 1 && which <= 3) memcpy(s, order, 32), s[0] = (uint8_t)(s[0] + which - 2);
            if (which == 4) sodium_add(s, order, 32);
            if (which >= 5 && which < 8) s[31] |= (uint8_t)(0x20 << (which - 5));
            if (which == 8) memset(s, 0xff, 32);
            check_everywhere(&m, false);
            refused++;
        }
    print_message("strange scalars: %u refused\n", refused);
}

int main(int argc, char **argv)
{
    (void)argc;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_with_torsion), cmocka_unit_test(small_keys),      cmocka_unit_test(small_r),
        cmocka_unit_test(strange_encodings), cmocka_unit_test(strange_scalars),
    };
    if (sodium_init() < 0) return 1;
    int failed = cmocka_run_group_tests(tests, prepare, NULL);
    failed += prop_run_on_lesser_processors(argv);
    prop_print_counts();
    return failed;
}
