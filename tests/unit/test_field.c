/* Fp and Fr against GMP, at every CPU level: 100,000 random cases of each operation and more on edge values.
 */
#include "cpu_levels.h"

#include <gmp.h>
#include <string.h>

#include "fp.h"
#include "fr.h"

/* All but the arithmetic takes longer; three levels together give it as many cases. */
enum { RANDOM_CASES = 100000, SLOW_CASES = 34000 };

/* cmocka_unit_test, but with macros in the test's name expanded. */
#define TEST(test) cmocka_unit_test(test)

static struct roam_prng prng;

static void mpz_to_limbs(uint64_t limbs[4], const mpz_t value)
{
    size_t count;
    memset(limbs, 0, 32);
    assert_true(mpz_sizeinbase(value, 2) <= 256);
    mpz_export(limbs, &count, -1, 8, 0, 0, value);
}

static int compare_limbs(const uint64_t a[4], const uint64_t b[4])
{
    for (int i = 3; i >= 0; i--)
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
}

#define FIELD        fp
#define F(name)      fp_##name
#define CASE(name)   test_fp_##name
#define MODULUS_TEXT "21888242871839275222246405745257275088696311157297823662689037894645226208583"
#include "field_cases.inc.h"
#undef FIELD
#undef F
#undef CASE
#undef MODULUS_TEXT

#define FIELD        fr
#define F(name)      fr_##name
#define CASE(name)   test_fr_##name
#define MODULUS_TEXT "21888242871839275222246405745257275088548364400416034343698204186575808495617"
#include "field_cases.inc.h"

static int run(void)
{
    prng = prop_prng();
    return test_fp_run() + test_fr_run();
}

#ifdef ONE_CPU_LEVEL
int main(void)
{
    int failed = run();
    prop_print_counts();
    return failed;
}
#else
int main(void) { return run_on_each_cpu_level(run); }
#endif
