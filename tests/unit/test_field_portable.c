/* The same tests over the code that other processors than x86-64 run. */
#define ONE_CPU_LEVEL
#include "test_field.c"
