/* What the processor offers, found once at start. */
#ifndef ROAM_CPU_H
#define ROAM_CPU_H

#include <stdbool.h>

enum cpu_level {
    CPU_PLAIN, /* portable C only */
    CPU_ADX,   /* x86-64 with BMI2 (mulx) and ADX (adcx, adox) */
    CPU_IFMA   /* ADX and AVX-512 F, VL, DQ, IFMA */
};

/* The best level that this processor supports and that ROAM_CPU=plain|adx|ifma in the environment allows. */
enum cpu_level cpu_level(void);
const char *cpu_level_name(enum cpu_level level);

#endif
