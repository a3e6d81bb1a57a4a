/* Made by tools/gen_bn254_constants.py; do not edit. Four limbs each, least significant first; field elements
 * in Montgomery form. */
/* clang-format off */
/* The prime, -1/prime mod 2^64, and 2^256, 2^512, 2^768 modulo the prime. */
#define FP_P \
    0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d, 0x30644e72e131a029
#define FP_INV \
    0x87d20782e4866389
#define FP_R1 \
    0xd35d438dc58f0d9d, 0x0a78eb28f5c70b3d, 0x666ea36f7879462c, 0x0e0a77c19a07df2f
#define FP_R2 \
    0xf32cfc5b538afa89, 0xb5e71911d44501fb, 0x47ab1eff0a417ff6, 0x06d89f71cab8351f
#define FP_R3 \
    0xb1cd6dafda1530df, 0x62f210e6a7283db6, 0xef7f0b0c0ada0afb, 0x20fd6e902d592544

/* The prime, -1/prime mod 2^64, and 2^256, 2^512, 2^768 modulo the prime. */
#define FR_P \
    0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d, 0x30644e72e131a029
#define FR_INV \
    0xc2e1f593efffffff
#define FR_R1 \
    0xac96341c4ffffffb, 0x36fc76959f60cd29, 0x666ea36f7879462e, 0x0e0a77c19a07df2f
#define FR_R2 \
    0x1bb8e645ae216da7, 0x53fe3ab1e35c59e3, 0x8c49833d53bb8085, 0x0216d0b17f4e44a5
#define FR_R3 \
    0x5e94d8e1b4bf0040, 0x2a489cbe1cfbb6b8, 0x893cc664a19fcfed, 0x0cf8594b7fcc657c

/* For square roots: (p + 1)/4; and with r - 1 = 2^28 t, (t - 1)/2 and 5^t. */
#define FP_SQRT_EXPONENT \
    0x4f082305b61f3f52, 0x65e05aa45a1c72a3, 0x6e14116da0605617, 0x0c19139cb84c680a
#define FR_HALF_T \
    0xcdcb848a1f0fac9f, 0x0c0ac2e9419f4243, 0x098d014dc2822db4, 0x0000000183227397
#define FR_ROOT_OF_UNITY \
    0x636e735580d13d9c, 0xa22bf3742445ffd6, 0x56452ac01eb203d8, 0x1860ef942963f9e7
#define FP_HALF \
    0x87bee7d24f060572, 0xd0fd2add2f1c6ae5, 0x8f5f7492fcfd4f44, 0x1f37631a3d9cbfac

/* The curves: b = 3 on G1, b = 3/xi on the twist; generators (1, 2) and that of EIP-197. */
#define G1_B \
    0x7a17caa950ad28d7, 0x1f6ac17ae15521b9, 0x334bea4e696bd284, 0x2a1f6744ce179d8e
#define G1_GENERATOR_Y \
    0xa6ba871b8b1e1b3a, 0x14f1d651eb8e167b, 0xccdd46def0f28c58, 0x1c14ef83340fbe5e
#define G2_B \
    {{0x3bf938e377b802a8, 0x020b1b273633535d, 0x26b7edf049755260, 0x2514c6324384a86d}}, {{0x38e7ecccd1dcff67, 0x65f0b37d93ce0d3e, 0xd749d0dd22ac00aa, 0x0141b9ce4a688d4d}}
#define G2_3B \
    {{0x3baa927cb62e0d6a, 0xd71e7c52d1b664fd, 0x03873e63d95d4664, 0x0e75b5b1082ab8f4}}, {{0xaab7c6667596fe35, 0x31d21a78bb6a27ba, 0x85dd7297680401ff, 0x03c52d6adf39a7e9}}
#define G2_GENERATOR_X \
    {{0x8e83b5d102bc2026, 0xdceb1935497b0172, 0xfbb8264797811adf, 0x19573841af96503b}}, {{0xafb4737da84c6140, 0x6043dd5a5802d8c4, 0x09e950fc52a02f86, 0x14fef0833aea7b6b}}
#define G2_GENERATOR_Y \
    {{0x619dfa9d886be9f6, 0xfe7fd297f59e9b78, 0xff9e1a62231b7dfe, 0x28fd7eebae9e4206}}, {{0x64095b56c71856ee, 0xdc57f922327d3cbb, 0x55f935be33351076, 0x0da4a0e693fd6482}}

/* g_i = xi^(i (p-1)/6) and g_i^(p+1), which lies in Fp: the Frobenius maps on w^i, w^6 = xi. */
#define FROBENIUS_1 \
    {{0xaf9ba69633144907, 0xca6b1d7387afb78a, 0x11bded5ef08a2087, 0x02f34d751a1f3a7c}}, {{0xa222ae234c492d72, 0xd00f02a4565de15b, 0xdc2ff3a253dfc926, 0x10a75716b3899551}}
#define FROBENIUS_SQR_1 \
    0xca8d800500fa1bf2, 0xf0c5d61468b39769, 0x0e201271ad0d4418, 0x04290f65bad856e6
#define FROBENIUS_2 \
    {{0xb5773b104563ab30, 0x347f91c8a9aa6454, 0x7a007127242e0991, 0x1956bcd8118214ec}}, {{0x6e849f1ea0aa4757, 0xaa1c7b6d89f89141, 0xb6e713cdfae0ca3a, 0x26694fbb4e82ebc3}}
#define FROBENIUS_SQR_2 \
    0x3350c88e13e80b9c, 0x7dce557cdb5e56b9, 0x6001b4b8b615564a, 0x2682e617020217e0
#define FROBENIUS_3 \
    {{0xe4bbdd0c2936b629, 0xbb30f162e133bacb, 0x31a9d1b6f9645366, 0x253570bea500f8dd}}, {{0xa1d77ce45ffe77c7, 0x07affd117826d1db, 0x6d16bd27bb7edc6b, 0x2c87200285defecc}}
#define FROBENIUS_SQR_3 \
    0x68c3488912edefaa, 0x8d087f6872aabf4f, 0x51e1a24709081231, 0x2259d6b14729c0fa
#define FROBENIUS_4 \
    {{0x7361d77f843abe92, 0xa5bb2bd3273411fb, 0x9c941f314b3e2399, 0x15df9cddbb9fd3ec}}, {{0x5dddfd154bd8c949, 0x62cb29a5a4445b60, 0x37bc870a0c7dd2b9, 0x24830a9d3171f0fd}}
#define FROBENIUS_SQR_4 \
    0x71930c11d782e155, 0xa6bb947cffbe3323, 0xaa303344d4741444, 0x2c3b3f0d26594943
#define FROBENIUS_5 \
    {{0xc970692f41690fe7, 0xe240342127694b0b, 0x32bee66b83c459e8, 0x12aabced0ab08841}}, {{0x0d485d2340aebfa9, 0x05193418ab2fcc57, 0xd3b0a40b8a4910f5, 0x2f21ebb535d2925a}}
#define FROBENIUS_SQR_5 \
    0x08cfc388c494f1ab, 0x19b315148d1373d4, 0x584e90fdcb6c0213, 0x09e1685bdf2f8849

#define ATE_STEPS \
    "22-22+2222-22-2222-22+22-222-222222+222-22+222-22222-22+2222-22-222+2222-222-22+22+222fg"

/* Scalars in short parts, see lib/bn254/split.h: on G1 for (x, y) -> (beta x, y), beta^3 = 1, which multiplies
 * by lambda = 36x^3 + 18x^2 + 6x + 1; on G2 for psi, which multiplies by p = 6x^2 mod r. */
#define G1_BETA \
    0x71930c11d782e155, 0xa6bb947cffbe3323, 0xaa303344d4741444, 0x2c3b3f0d26594943
#define G1_LATTICE \
    .dims = 2, .reciprocal = {{0x7a7bd9d4391eb18d, 0x4ccef014a773d2cf, 0x0000000000000002, 0x0000000000000000}, {0xd91d232ec7e0b3d7, 0x0000000000000002, 0x0000000000000000, 0x0000000000000000}}, .basis = {{{0x0be4e1541221250b, 0x6f4d8248eeb859fd, 0x0000000000000000, 0x0000000000000000}, {0x89d3256894d213e3, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000}}, {{0x89d3256894d213e3, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000}, {0x7dee441482b0eed8, 0x90b27db71147a603, 0xffffffffffffffff, 0xffffffffffffffff}}}
#define G2_LATTICE \
    .dims = 4, .reciprocal = {{0xd0cb46fd51906254, 0xc444fab18d269b9d, 0x0000000000000000, 0x0000000000000000}, {0x001378f5ee78976d, 0x22df9f942d7d77c7, 0x3d00631561b25729, 0x0000000000000001}, {0x36510546a93478ab, 0x916fcfca16bebbe4, 0x9e80318ab0d92b94, 0x0000000000000000}, {0xf7ae23ce89afae7c, 0xc444fab18d269b9a, 0x0000000000000000, 0x0000000000000000}}, .basis = {{{0x44e992b44a6909f2, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000}, {0x44e992b44a6909f1, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000}, {0x44e992b44a6909f1, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000}, {0x762cda976b2dec1e, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff}}, {{0x89d3256894d213e3, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000}, {0xbb166d4bb596f60f, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff}, {0xbb166d4bb596f60e, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff}, {0xbb166d4bb596f60f, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff}}, {{0x89d3256894d213e2, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000}, {0x89d3256894d213e3, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000}, {0x89d3256894d213e3, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000}, {0x89d3256894d213e3, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000}}, {{0xbb166d4bb596f610, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff}, {0xec59b52ed65bd83a, 0xfffffffffffffffe, 0xffffffffffffffff, 0xffffffffffffffff}, {0x89d3256894d213e1, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000}, {0xbb166d4bb596f610, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff}}}

/* x in signed odd digits of four bits, most significant first. */
#define X_DIGITS \
    1, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, -3, 0, 0, 0, 3, 0, 0, 0, 0, 5, 0, 0, 0, -5, 0, 0, 0, -3, 0, 0, 0, 1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 7, 0, 0, 0, -7, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, -1, 0, 0, 0, 1
