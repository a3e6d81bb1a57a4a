#include "mont8.h"

#include "cpu.h"

#if defined(__x86_64__)
bool mont8_available;

__attribute__((constructor)) static void look(void) { mont8_available = cpu_level() >= CPU_IFMA; }
#endif
