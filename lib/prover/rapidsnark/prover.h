/* So that programs written for rapidsnark compile as they are. */
#include "rapidsnark_compat.h"
