#include "outcome.h"

const char *ledger_outcome_text(enum ledger_outcome outcome)
{
    switch (outcome) {
#define X(number, name, text)                                                                                \
    case LEDGER_##name:                                                                                      \
        return text;
        LEDGER_OUTCOME_MAP(X)
#undef X
    }
    return "unknown outcome";
}

const char *ledger_outcome_name(enum ledger_outcome outcome)
{
    switch (outcome) {
#define X(number, name, text)                                                                                \
    case LEDGER_##name:                                                                                      \
        return #name;
        LEDGER_OUTCOME_MAP(X)
#undef X
    }
    return "UNKNOWN";
}
