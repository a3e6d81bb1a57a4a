/* Times of the fields, the groups' scalar multiplication and the pairing: name,n,ns_per_op. */
#include "bench.h"

#include <string.h>

#include "cpu.h"
#include "pairing.h"

enum { RUNS = 31, PAIRS = 67 };

/* Runs operation n times in each of RUNS runs; it sees i = 0 .. n-1. */
#define MEASURE(name, n, operation)                                                                          \
    do {                                                                                                     \
        struct bench bench_ = {.runs = 0};                                                                   \
        for (int run_ = 0; run_ < RUNS; run_++) {                                                            \
            bench_start(&bench_);                                                                            \
            for (int i = 0; i < (n); i++) operation;                                                         \
            bench_stop(&bench_, n);                                                                          \
        }                                                                                                    \
        bench_print(&bench_, name, n);                                                                       \
    } while (0)

static fr scalar(uint64_t i)
{
    fr k;
    fr_from_u128(&k, 0x9e3779b97f4a7c15 * (i + 1), i + 12345);
    fr_inv(&k, &k);
    return k;
}

static void bench_fields(void)
{
    fp x, y, many[16];
    fr u = scalar(1), v = scalar(2), many_u[16];
    fp_from_u128(&x, 123456789, 987654321);
    fp_inv(&y, &x);
    for (int i = 0; i < 16; i++) many[i] = x, many_u[i] = u;
    MEASURE("fp_mul_dependent", 2000, fp_mul(&x, &x, &y));
    MEASURE("fp_mul_independent", 2000, fp_mul(&many[i % 16], &many[i % 16], &y));
    MEASURE("fp_sqr_dependent", 2000, fp_sqr(&x, &x));
    MEASURE("fp_add_dependent", 2000, fp_add(&x, &x, &y));
    MEASURE("fp_inv", 100, fp_inv(&x, &x));
    MEASURE("fp_inv_vartime", 100, (fp_inv_vartime(&x, &x), fp_add(&x, &x, &y)));
    MEASURE("fr_mul_dependent", 2000, fr_mul(&u, &u, &v));
    MEASURE("fr_mul_independent", 2000, fr_mul(&many_u[i % 16], &many_u[i % 16], &v));
    MEASURE("fr_inv", 100, fr_inv(&u, &u));
    MEASURE("fr_inv_vartime", 100, (fr_inv_vartime(&u, &u), fr_add(&u, &u, &v)));
}

static void bench_tower(void)
{
    fp2 x = g2_generator.x, y = g2_generator.y, many[16];
    fp12 f, g;
    for (int i = 0; i < 16; i++) many[i] = x;
    pairing(&f, &g1_generator, &g2_generator);
    g = f;
    MEASURE("fp2_mul_dependent", 2000, fp2_mul(&x, &x, &y));
    MEASURE("fp2_mul_independent", 2000, fp2_mul(&many[i % 16], &many[i % 16], &y));
    MEASURE("fp2_sqr_dependent", 2000, fp2_sqr(&x, &x));
    MEASURE("fp2_inv", 100, fp2_inv(&x, &x));
    MEASURE("fp12_mul", 200, fp12_mul(&f, &f, &g));
    MEASURE("fp12_sqr", 200, fp12_sqr(&f, &f));
    MEASURE("fp12_cyclotomic_sqr", 200, fp12_cyclotomic_sqr(&g, &g));
}

static void bench_groups(void)
{
    g1 p, p2;
    g2 q, q2;
    g2_affine a;
    fr k = scalar(3);
    g1_from_affine(&p, &g1_generator);
    g2_from_affine(&q, &g2_generator);
    g1_mul(&p2, &p, &k);
    g2_mul(&q2, &q, &k);
    MEASURE("g1_double", 200, g1_double(&p2, &p2));
    MEASURE("g1_add_vartime", 200, g1_add_vartime(&p2, &p2, &p));
    MEASURE("g1_add_affine_vartime", 200, g1_add_affine_vartime(&p2, &p2, &g1_generator));
    MEASURE("g1_mul", 10, g1_mul(&p, &p, &k));
    MEASURE("g1_mul_vartime", 10, g1_mul_vartime(&p, &p, &k));
    MEASURE("g2_double", 200, g2_double(&q2, &q2));
    MEASURE("g2_add_affine_vartime", 200, g2_add_affine_vartime(&q2, &q2, &g2_generator));
    MEASURE("g2_mul", 10, g2_mul(&q, &q, &k));
    MEASURE("g2_mul_vartime", 10, g2_mul_vartime(&q, &q, &k));
    g2_to_affine(&a, &q);
    MEASURE("g2_affine_is_valid_vartime", 10, g2_affine_is_valid_vartime(&a));
}

static g1_affine p[PAIRS];
static g2_affine q[PAIRS];
static g2_prepared prepared[4];

static void bench_pairing(void)
{
    for (uint64_t i = 0; i < PAIRS; i++) {
        g1 s;
        g2 t;
        fr k = scalar(i);
        g1_from_affine(&s, &g1_generator);
        g2_from_affine(&t, &g2_generator);
        g1_mul_vartime(&s, &s, &k);
        g2_mul_vartime(&t, &t, &k);
        g1_to_affine(&p[i], &s);
        g2_to_affine(&q[i], &t);
    }
    const g2_prepared *lines[4];
    for (int i = 0; i < 4; i++) {
        g2_prepare(&prepared[i], &q[i]);
        lines[i] = &prepared[i];
    }
    fp12 f;
    MEASURE("pairing_miller_1", 4, pairing_miller(&f, p, q, 1));
    MEASURE("pairing_miller_4", 2, pairing_miller(&f, p, q, 4));
    MEASURE("pairing_miller_67", 1, pairing_miller(&f, p, q, PAIRS));
    MEASURE("pairing_miller_prepared_1", 4, pairing_miller_prepared(&f, p, lines, 1));
    MEASURE("pairing_miller_prepared_4", 2, pairing_miller_prepared(&f, p, lines, 4));
    MEASURE("g2_prepare", 4, g2_prepare(&prepared[0], &q[0]));
    MEASURE("pairing_final_exp", 4, pairing_final_exp(&f, &f));
    MEASURE("pairing", 4, pairing(&f, p, q));
    MEASURE("pairing_check_4", 2, pairing_check(p, q, 4));
    MEASURE("pairing_check_67", 1, pairing_check(p, q, PAIRS));
}

int main(void)
{
    printf("# cpu level: %s\n", cpu_level_name(cpu_level()));
    bench_fields();
    bench_tower();
    bench_groups();
    bench_pairing();
    return 0;
}
