#include "group_ntt.h"

#include "parallel.h"
#include "root_of_unity.h"

#define POINT   g1
#define G(name) g1_##name
#include "group_ntt.inc.h"
