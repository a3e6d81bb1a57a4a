#include "group_ntt.h"

#include "parallel.h"
#include "root_of_unity.h"

#define POINT   g2
#define G(name) g2_##name
#include "group_ntt.inc.h"
