#include "sim_plant.h"

#include <string.h>

static const struct {
    const char *name, *why;
} plants[] = {{"none", "nothing is planted"},
#define X(name, text, why) {text, why},
              SIM_PLANT_MAP(X)
#undef X
};

const char *plant_name(enum sim_plant plant) { return plants[plant].name; }
const char *plant_why(enum sim_plant plant) { return plants[plant].why; }

enum sim_plant plant_of(const char *name)
{
    int i = 0;
    while (i < PLANTS && strcmp(plants[i].name, name) != 0) i++;
    return (enum sim_plant)i;
}
