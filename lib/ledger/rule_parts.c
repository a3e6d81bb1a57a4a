/* What several rules share. */
#include "rules.h"

bool rule_sequence_next(uint64_t sequence, uint64_t recorded)
{
    return sequence != 0 && sequence - 1 == recorded;
}

bool rule_money_fits(uint64_t balance, uint64_t amount) { return amount <= LEDGER_MONEY_MAX - balance; }

static bool is_currency_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool rule_currency_valid(const struct tx_currency *currency)
{
    int length = 0;
    while (length < TX_CURRENCY_SIZE && is_currency_letter(currency->code[length])) length++;
    for (int i = length; i < TX_CURRENCY_SIZE; i++)
        if (currency->code[i] != 0) return false;
    return length > 0 && currency->decimals <= 18;
}
