#include "fr_dot.h"

#include "checked.h"
#include "cpu.h"
#include "ct.h"

/* Montgomery's method row by row as for one product: for each limb of the b, the rows of all terms are added
 * and then one multiple of r that clears the lowest limb, which is dropped. With 33 terms the sum stays below
 * 2^384, six limbs, before a limb is dropped, and ends below 33 r r/2^256 + r < 8 r, five limbs. */
static const uint64_t minus_inverse = 0xc2e1f593efffffff; /* -1/r mod 2^64 */

static uint64_t mul_add(uint64_t a, uint64_t b, uint64_t c, uint64_t *carry)
{
    u128 t = (u128)a * b + c + *carry;
    *carry = (uint64_t)(t >> 64);
    return (uint64_t)t;
}

/* sum += v * factor */
static inline void add_row(uint64_t sum[6], const uint64_t v[4], uint64_t factor)
{
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) sum[i] = mul_add(v[i], factor, sum[i], &carry);
    sum[4] += carry;
    sum[5] += sum[4] < carry;
}

static void sum_plain(uint64_t out[5], const fr *a, const fr *b, size_t count)
{
    uint64_t sum[6] = {0};
    for (int limb = 0; limb < 4; limb++) {
        for (size_t i = 0; i < count; i++) add_row(sum, a[i].limb, b[i].limb[limb]);
        add_row(sum, fr_modulus, sum[0] * minus_inverse);
        for (int i = 0; i < 5; i++) sum[i] = sum[i + 1];
        sum[5] = 0;
    }
    for (int i = 0; i < 5; i++) out[i] = sum[i];
}

#if defined(__x86_64__)
/* clang-format off */
/* t5..t0 += v * rdx, the low and high words in two independent carry chains. The last high word is below 2^64 - 1, so
 * that it takes the carry of the low words without one of its own. */
#define ADD_ROW(v)                                                                             \
    "xorl %k[low], %k[low]\n\t"                                                                \
    "mulxq (%[" v "]), %[low], %[high]\n\t"   "adcxq %[low], %[t0]\n\t" "adoxq %[high], %[t1]\n\t" \
    "mulxq 8(%[" v "]), %[low], %[high]\n\t"  "adcxq %[low], %[t1]\n\t" "adoxq %[high], %[t2]\n\t" \
    "mulxq 16(%[" v "]), %[low], %[high]\n\t" "adcxq %[low], %[t2]\n\t" "adoxq %[high], %[t3]\n\t" \
    "mulxq 24(%[" v "]), %[low], %[high]\n\t" "adcxq %[low], %[t3]\n\t"                        \
    "movl $0, %k[low]\n\t"                                                                     \
    "adcxq %[low], %[high]\n\t" "adoxq %[high], %[t4]\n\t" "adoxq %[low], %[t5]\n\t"
/* clang-format on */

/* The rows of one limb of all terms, then that of r, after which t0 is 0. */
#define ADD_LIMB(index, u0, u1, u2, u3, u4, u5)                                                              \
    do {                                                                                                     \
        const fr *at = a;                                                                                    \
        const uint64_t *factor = &b->limb[index];                                                            \
        size_t left = count;                                                                                 \
        __asm__("1:\n\t"                                                                                     \
                "movq (%[factor]), %%rdx\n\t" ADD_ROW("at") "addq $32, %[at]\n\t"                            \
                                                            "addq $32, %[factor]\n\t"                        \
                                                            "decq %[left]\n\t"                               \
                                                            "jnz 1b\n\t"                                     \
                                                            "movq %[t0], %%rdx\n\t"                          \
                                                            "imulq %[inverse], %%rdx\n\t" ADD_ROW("modulus") \
                : [t0] "+&r"(u0), [t1] "+&r"(u1), [t2] "+&r"(u2), [t3] "+&r"(u3), [t4] "+&r"(u4),            \
                  [t5] "+&r"(u5), [at] "+&r"(at), [factor] "+&r"(factor), [left] "+&r"(left),                \
                  [low] "=&r"(low), [high] "=&r"(high)                                                       \
                : [modulus] "r"(fr_modulus), [inverse] "m"(minus_inverse)                                    \
                : "rdx", "cc", "memory");                                                                    \
    } while (0)

static void sum_adx(uint64_t out[5], const fr *a, const fr *b, size_t count)
{
    uint64_t t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0, t5 = 0, low, high;
    ADD_LIMB(0, t0, t1, t2, t3, t4, t5);
    ADD_LIMB(1, t1, t2, t3, t4, t5, t0);
    ADD_LIMB(2, t2, t3, t4, t5, t0, t1);
    ADD_LIMB(3, t3, t4, t5, t0, t1, t2);
    out[0] = t4;
    out[1] = t5;
    out[2] = t0;
    out[3] = t1;
    out[4] = t2;
}

static void (*sum_products)(uint64_t out[5], const fr *a, const fr *b, size_t count) = sum_plain;

__attribute__((constructor)) static void choose_kernel(void)
{
    if (cpu_level() >= CPU_ADX) sum_products = sum_adx;
}
#else
#define sum_products sum_plain
#endif

/* multiple[k] = 2^k r */
static const uint64_t multiple[3][4] = {
    {0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d, 0x30644e72e131a029},
    {0x87c3eb27e0000002, 0x5067d090f372e122, 0x70a08b6d0302b0ba, 0x60c89ce5c2634053},
    {0x0f87d64fc0000004, 0xa0cfa121e6e5c245, 0xe14116da06056174, 0xc19139cb84c680a6}};

/* Subtracts a multiple of r unless it is more than the sum. */
static inline void reduce(uint64_t sum[5], const uint64_t subtrahend[4])
{
#if defined(__x86_64__) /* compilers do not make one chain of borrows from the C text */
    uint64_t s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3], s4 = sum[4];
    __asm__("subq (%[p]), %[s0]\n\t"
            "sbbq 8(%[p]), %[s1]\n\t"
            "sbbq 16(%[p]), %[s2]\n\t"
            "sbbq 24(%[p]), %[s3]\n\t"
            "sbbq $0, %[s4]\n\t"
            "cmovcq (%[sum]), %[s0]\n\t"
            "cmovcq 8(%[sum]), %[s1]\n\t"
            "cmovcq 16(%[sum]), %[s2]\n\t"
            "cmovcq 24(%[sum]), %[s3]\n\t"
            "cmovcq 32(%[sum]), %[s4]\n\t"
            : [s0] "+&r"(s0), [s1] "+&r"(s1), [s2] "+&r"(s2), [s3] "+&r"(s3), [s4] "+&r"(s4)
            : [p] "r"(subtrahend), [sum] "r"(sum)
            : "cc", "memory");
    sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3, sum[4] = s4;
#else
    uint64_t less[5], borrow = 0;
    for (int i = 0; i < 5; i++) {
        u128 difference = (u128)sum[i] - (i < 4 ? subtrahend[i] : 0) - borrow;
        less[i] = (uint64_t)difference;
        borrow = (uint64_t)(difference >> 64) & 1;
    }
    for (int i = 0; i < 5; i++) sum[i] = ct_select((uint64_t)0 - borrow, sum[i], less[i]);
#endif
}

void fr_dot(fr *out, const fr *a, const fr *b, size_t count)
{
    ROAM_ASSERT(count >= 1 && count <= FR_DOT_MAX);
    uint64_t sum[5];
    sum_products(sum, a, b, count);
    if (count > 15) reduce(sum, multiple[2]); /* else below 4 r */
    if (count > 5) reduce(sum, multiple[1]);  /* else below 2 r */
    reduce(sum, multiple[0]);
    for (int i = 0; i < 4; i++) out->limb[i] = sum[i];
}
