#include "cli.h"

extern const struct cli_command cmd_zk[], cmd_ceremony[], cmd_ocmf[], cmd_ocpi[], cmd_usage[], cmd_key[],
    cmd_ledger[], cmd_operator[], cmd_agreement[], cmd_session[], cmd_settle[], cmd_receipt[], cmd_demo[],
    cmd_testnet[], cmd_load[], cmd_validator[];

const struct cli_command *const cli_tables[] = {
    cmd_demo,     cmd_ocmf,      cmd_ocpi,    cmd_usage,     cmd_key,     cmd_ledger,
    cmd_operator, cmd_agreement, cmd_session, cmd_settle,    cmd_receipt, cmd_zk,
    cmd_ceremony, cmd_testnet,   cmd_load,    cmd_validator, NULL};

int main(int argument_count, char **arguments) { return cli_main(argument_count, arguments); }
