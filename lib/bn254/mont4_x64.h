/* The inner loops of mont4.h in x86-64 assembly, because compilers make poor code of carry chains. Those
 * named _adx need BMI2 (mulx) and ADX (adcx, adox), the others any x86-64 processor.
 *
 * mulx leaves the flags alone, and adcx and adox carry through CF and OF: so low and high words of a row of
 * products run in two independent chains. Included by mont4.h only. */
#ifndef BN254_MONT4_X64_H
#define BN254_MONT4_X64_H

/* Operands: four limbs in memory, and limbs in registers. */
#define MONT4_MEMORY(v) [v0] "m"((v)[0]), [v1] "m"((v)[1]), [v2] "m"((v)[2]), [v3] "m"((v)[3])
#define MONT4_LIMBS(constraint, t)                                                                           \
    [t0] constraint((t)[0]), [t1] constraint((t)[1]), [t2] constraint((t)[2]), [t3] constraint((t)[3])

/* t -= p unless t < p */
MONT4_INLINE void limbs4_reduce_once(uint64_t t[4], const struct mont4_modulus *m)
{
    uint64_t s0, s1, s2, s3;
    __asm__("mov %[t0], %[s0]\n\tmov %[t1], %[s1]\n\tmov %[t2], %[s2]\n\tmov %[t3], %[s3]\n\t"
            "sub %[v0], %[s0]\n\tsbb %[v1], %[s1]\n\tsbb %[v2], %[s2]\n\tsbb %[v3], %[s3]\n\t"
            "cmovnc %[s0], %[t0]\n\tcmovnc %[s1], %[t1]\n\tcmovnc %[s2], %[t2]\n\tcmovnc %[s3], %[t3]"
            : MONT4_LIMBS("+&r", t), [s0] "=&r"(s0), [s1] "=&r"(s1), [s2] "=&r"(s2), [s3] "=&r"(s3)
            : MONT4_MEMORY(m->p)
            : "cc");
}

MONT4_INLINE void mont4_add(uint64_t out[4], const uint64_t a[4], const uint64_t b[4],
                            const struct mont4_modulus *m)
{
    uint64_t t[4] = {a[0], a[1], a[2], a[3]};
    __asm__("add %[v0], %[t0]\n\tadc %[v1], %[t1]\n\tadc %[v2], %[t2]\n\tadc %[v3], %[t3]"
            : MONT4_LIMBS("+&r", t)
            : MONT4_MEMORY(b)
            : "cc");
    limbs4_reduce_once(t, m);
    mont4_copy(out, t);
}

/* a - b, plus p where that borrows */
MONT4_INLINE void mont4_sub(uint64_t out[4], const uint64_t a[4], const uint64_t b[4],
                            const struct mont4_modulus *m)
{
    uint64_t t[4] = {a[0], a[1], a[2], a[3]}, borrow;
    __asm__("sub %[v0], %[t0]\n\tsbb %[v1], %[t1]\n\tsbb %[v2], %[t2]\n\tsbb %[v3], %[t3]\n\tsbb %[borrow], "
            "%[borrow]"
            : MONT4_LIMBS("+&r", t), [borrow] "=&r"(borrow)
            : MONT4_MEMORY(b)
            : "cc");
    const uint64_t back[4] = {m->p[0] & borrow, m->p[1] & borrow, m->p[2] & borrow, m->p[3] & borrow};
    __asm__("add %[b0], %[t0]\n\tadc %[b1], %[t1]\n\tadc %[b2], %[t2]\n\tadc %[b3], %[t3]"
            : MONT4_LIMBS("+&r", t)
            : [b0] "r"(back[0]), [b1] "r"(back[1]), [b2] "r"(back[2]), [b3] "r"(back[3])
            : "cc");
    mont4_copy(out, t);
}

/* t = factor * v */
MONT4_INLINE void limbs5_set_product_adx(uint64_t t[5], uint64_t factor, const uint64_t v[4])
{
    uint64_t low;
    __asm__("mulx %[v0], %[t0], %[t1]\n\t"
            "mulx %[v1], %[low], %[t2]\n\tadd %[low], %[t1]\n\t"
            "mulx %[v2], %[low], %[t3]\n\tadc %[low], %[t2]\n\t"
            "mulx %[v3], %[low], %[t4]\n\tadc %[low], %[t3]\n\tadcq $0, %[t4]"
            : MONT4_LIMBS("=&r", t), [t4] "=&r"(t[4]), [low] "=&r"(low)
            : [factor] "d"(factor), MONT4_MEMORY(v)
            : "cc");
}

/* t += factor * v; the sum must fit. */
MONT4_INLINE void limbs5_add_product_adx(uint64_t t[5], uint64_t factor, const uint64_t v[4])
{
    uint64_t low, high;
    __asm__("xorl %k[low], %k[low]\n\t" /* clears CF and OF */
            "mulx %[v0], %[low], %[high]\n\tadcx %[low], %[t0]\n\tadox %[high], %[t1]\n\t"
            "mulx %[v1], %[low], %[high]\n\tadcx %[low], %[t1]\n\tadox %[high], %[t2]\n\t"
            "mulx %[v2], %[low], %[high]\n\tadcx %[low], %[t2]\n\tadox %[high], %[t3]\n\t"
            "mulx %[v3], %[low], %[high]\n\tadcx %[low], %[t3]\n\tadox %[high], %[t4]\n\tadcx %[zero], %[t4]"
            : MONT4_LIMBS("+&r", t), [t4] "+&r"(t[4]), [low] "=&r"(low), [high] "=&r"(high)
            : [factor] "d"(factor), [zero] "r"((uint64_t)0), MONT4_MEMORY(v)
            : "cc");
}

#endif
