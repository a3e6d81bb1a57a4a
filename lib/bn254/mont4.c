#include "mont4.h"

#include "cpu.h"

#if defined(__x86_64__) && !defined(MONT4_PORTABLE)
bool mont4_adx;

/* Before main and so before any thread; a multiplication that runs even earlier takes the plain way. */
__attribute__((constructor)) static void choose_kernels(void) { mont4_adx = cpu_level() >= CPU_ADX; }
#endif
