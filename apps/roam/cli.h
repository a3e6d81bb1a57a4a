/* The command line's frame: tables of commands, options, results and exit codes.
 *
 * A command is a row of a table: noun, verb, operands, options, one function. Help, man page and shell
 * completion are made from the same tables. A command puts what it found into cli->result and returns an
 * error; the frame prints the result as JSON (--json) or as text, explains errors, and sets the exit code. */
#ifndef ROAM_CLI_H
#define ROAM_CLI_H

#include "exit_code.h"
#include "progress.h"
#include "receipt_json.h"

enum { CLI_OPTIONS_MAX = 24, CLI_OPERANDS_MAX = 64 };

struct cli_option {
    const char *name;     /* without the dashes; NULL ends the table */
    const char *argument; /* what the value is, "FILE"; NULL for a flag */
    const char *help;
    bool required;
};

struct cli;

struct cli_command {
    const char *noun, *verb; /* verb NULL: the noun alone is the command */
    const char *operands;    /* "CIRCUIT.zkey PROOF.json", "[FILE]" optional, "FILE..." one or more */
    const char *summary;
    const struct cli_option *options;
    enum roam_err (*run)(struct cli *cli);
};

struct cli {
    const struct cli_command *command;
    const char *value[CLI_OPTIONS_MAX]; /* by place in command->options; "" for a flag that is set */
    const char *operand[CLI_OPERANDS_MAX];
    int operand_count;
    bool json, quiet;
    bool refused;   /* the answer is no: exit code 1 */
    json_t *result; /* object; printed at the end */
    struct roam_diag diag;
    struct roam_progress progress;
};

/* All commands, ended by a row without noun. */
extern const struct cli_command *const cli_tables[];

/* The value of an option of this command: NULL if it was not given. The name must be in the table. */
const char *cli_get(const struct cli *cli, const char *name);
bool cli_flag(const struct cli *cli, const char *name);
/* An unsigned integer option with its default and bounds; ROAM_E_FORMAT or ROAM_E_RANGE with the value named.
 */
ROAM_MUST_USE enum roam_err cli_u64(struct cli *cli, const char *name, uint64_t fallback, uint64_t minimum,
                                    uint64_t maximum, uint64_t *out);
/* Exactly size bytes of hexadecimal. */
ROAM_MUST_USE enum roam_err cli_hex(struct cli *cli, const char *what, const char *text, uint8_t *out,
                                    size_t size);
/* Passes err on; puts the file's name before what diag says about its contents. */
ROAM_MUST_USE enum roam_err cli_in_file(enum roam_err err, const char *path, struct roam_diag *diag);

/* Adds to the result; never fails (running out of memory stops the program). */
void cli_put(struct cli *cli, const char *key, json_t *value);
void cli_put_text(struct cli *cli, const char *key, const char *text);
void cli_put_u64(struct cli *cli, const char *key, uint64_t value);
void cli_put_bool(struct cli *cli, const char *key, bool value);
void cli_put_hex(struct cli *cli, const char *key, const uint8_t *bytes, size_t size);

/* Parses arguments, runs the command, prints, returns the exit code. */
int cli_main(int argument_count, char **arguments);

/* help.c: made from the tables. */
void cli_print_help(const struct cli_command *command);
void cli_print_overview(void);
void cli_print_man(void);
void cli_print_completion(void);

/* print.c */
void cli_print_result(const struct cli *cli);

#endif
