#include "cpu.h"

#include <stdlib.h>
#include <string.h>

static enum cpu_level supported(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    /* GCC 12 has no name for ADX; the processors that have BMI2 without it (Haswell) are told by RDSEED's
     * CPUID leaf. */
    unsigned eax = 7, ebx, ecx = 0, edx;
    __asm__("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    bool adx = __builtin_cpu_supports("bmi2") && (ebx >> 19 & 1);
    if (adx && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512ifma"))
        return CPU_IFMA;
    return adx ? CPU_ADX : CPU_PLAIN;
#else
    return CPU_PLAIN;
#endif
}

enum cpu_level cpu_level(void)
{
    enum cpu_level level = supported();
    const char *wish = getenv("ROAM_CPU");
    if (wish == NULL) return level;
    enum cpu_level cap = strcmp(wish, "plain") == 0 ? CPU_PLAIN
                         : strcmp(wish, "adx") == 0 ? CPU_ADX
                                                    : CPU_IFMA;
    return level < cap ? level : cap;
}

const char *cpu_level_name(enum cpu_level level)
{
    return level == CPU_PLAIN ? "plain" : level == CPU_ADX ? "adx" : "avx512ifma";
}
