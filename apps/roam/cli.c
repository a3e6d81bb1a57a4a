#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hex.h"

static int option_place(const struct cli_command *command, const char *name)
{
    for (int i = 0; command->options != NULL && command->options[i].name != NULL; i++)
        if (strcmp(command->options[i].name, name) == 0) return i;
    return -1;
}

const char *cli_get(const struct cli *cli, const char *name)
{
    int place = option_place(cli->command, name);
    ROAM_ASSERT(place >= 0);
    return cli->value[place];
}

bool cli_flag(const struct cli *cli, const char *name) { return cli_get(cli, name) != NULL; }

enum roam_err cli_u64(struct cli *cli, const char *name, uint64_t fallback, uint64_t minimum,
                      uint64_t maximum, uint64_t *out)
{
    const char *text = cli_get(cli, name);
    *out = fallback;
    if (text == NULL) return ROAM_OK;
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0')
        return roam_diag(&cli->diag, ROAM_E_FORMAT, "--%s: '%s' is not a whole number", name, text);
    if (errno == ERANGE || value < minimum || value > maximum)
        return roam_diag(&cli->diag, ROAM_E_RANGE, "--%s: %s is not in %llu..%llu", name, text,
                         (unsigned long long)minimum, (unsigned long long)maximum);
    *out = value;
    return ROAM_OK;
}

enum roam_err cli_hex(struct cli *cli, const char *what, const char *text, uint8_t *out, size_t size)
{
    if (hex_decode(out, size, text, strlen(text)) == ROAM_OK) return ROAM_OK;
    return roam_diag(&cli->diag, ROAM_E_FORMAT, "%s: '%s' is not %zu hexadecimal digits", what, text,
                     2 * size);
}

enum roam_err cli_in_file(enum roam_err err, const char *path, struct roam_diag *diag)
{
    if (err == ROAM_OK) return err;
    struct roam_diag inner = *diag;
    roam_diag_clear(diag);
    return roam_diag(diag, err, "%s: %.300s", path, inner.text[0] != '\0' ? inner.text : roam_err_text(err));
}

void cli_put(struct cli *cli, const char *key, json_t *value)
{
    ROAM_ASSERT(value != NULL && json_object_set_new(cli->result, key, value) == 0);
}

void cli_put_text(struct cli *cli, const char *key, const char *text)
{
    cli_put(cli, key, json_string(text));
}
void cli_put_bool(struct cli *cli, const char *key, bool value) { cli_put(cli, key, json_boolean(value)); }

void cli_put_u64(struct cli *cli, const char *key, uint64_t value)
{
    ROAM_ASSERT(value <= INT64_MAX);
    cli_put(cli, key, json_integer((json_int_t)value));
}

void cli_put_hex(struct cli *cli, const char *key, const uint8_t *bytes, size_t size)
{
    cli_put(cli, key, json_bytes(bytes, size));
}

static void explain(const struct cli *cli, enum roam_err err)
{
    const char *detail = cli->diag.text[0] != '\0' ? cli->diag.text : roam_err_text(err);
    if (cli->json) {
        json_t *error = json_pack("{s:{s:s,s:s,s:s}}", "error", "code", roam_err_name(err), "text",
                                  roam_err_text(err), "detail", detail);
        json_dumpf(error, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(error);
    }
    fprintf(stderr, "roam: %s\n", detail);
}

static bool terminal_step(void *context, const char *what, uint64_t done, uint64_t total)
{
    (void)context;
    int percent = total == 0 ? 100 : (int)(done * 100 / total);
    fprintf(stderr, "\r\033[K%s %3d %%", what, percent);
    if (done >= total) fputs("\r\033[K", stderr);
    return true;
}

static int run(struct cli *cli)
{
    cli->result = json_object();
    ROAM_ASSERT(cli->result != NULL);
    if (!cli->quiet && isatty(STDERR_FILENO)) cli->progress.step = terminal_step;
    enum roam_err err = cli->command->run(cli);
    bool answered = err == ROAM_OK || (err == ROAM_E_VERIFY && json_object_size(cli->result) > 0);
    if (answered) cli_print_result(cli);
    if (err != ROAM_OK && !(answered && cli->json)) explain(cli, err);
    json_decref(cli->result);
    return err == ROAM_OK && cli->refused ? EXIT_FALSE : exit_code_of(err);
}

static const struct cli_command *find_command(const char *noun, const char *verb)
{
    for (int t = 0; cli_tables[t] != NULL; t++)
        for (const struct cli_command *c = cli_tables[t]; c->noun != NULL; c++)
            if (strcmp(c->noun, noun) == 0 &&
                (c->verb == NULL || (verb != NULL && strcmp(c->verb, verb) == 0)))
                return c;
    return NULL;
}

static int usage_error(const char *text, const char *value)
{
    fprintf(stderr, "roam: %s%s%s\n", text, value == NULL ? "" : ": ", value == NULL ? "" : value);
    fputs("Try 'roam help'.\n", stderr);
    return EXIT_MALFORMED;
}

/* Takes one option at arguments[*i]; 0 or an exit code. */
static int take_option(struct cli *cli, char **arguments, int count, int *i)
{
    const char *name = arguments[*i] + 2, *equals = strchr(name, '=');
    char plain[64];
    snprintf(plain, sizeof plain, "%.*s", equals == NULL ? 60 : (int)(equals - name), name);
    if (strcmp(plain, "json") == 0) return cli->json = true, 0;
    if (strcmp(plain, "quiet") == 0) return cli->quiet = true, 0;
    int place = option_place(cli->command, plain);
    if (place < 0) return usage_error("unknown option", arguments[*i]);
    if (cli->value[place] != NULL) return usage_error("option given twice", arguments[*i]);
    if (cli->command->options[place].argument == NULL) {
        if (equals != NULL) return usage_error("option takes no value", arguments[*i]);
        cli->value[place] = "";
    } else if (equals != NULL) {
        cli->value[place] = equals + 1;
    } else if (*i + 1 < count) {
        cli->value[place] = arguments[++*i];
    } else {
        return usage_error("option needs a value", arguments[*i]);
    }
    return 0;
}

/* How many operands the pattern asks for, at least and at most. */
static void operand_bounds(const char *pattern, int *minimum, int *maximum)
{
    *minimum = *maximum = 0;
    for (const char *p = pattern; p != NULL && *p != '\0';) {
        size_t length = strcspn(p, " ");
        *minimum += *p != '[';
        *maximum += length > 3 && strncmp(p + length - 3, "...", 3) == 0 ? CLI_OPERANDS_MAX : 1;
        p += length + strspn(p + length, " ");
    }
    if (*maximum > CLI_OPERANDS_MAX) *maximum = CLI_OPERANDS_MAX;
}

static int check_complete(const struct cli *cli)
{
    int minimum, maximum;
    operand_bounds(cli->command->operands, &minimum, &maximum);
    if (cli->operand_count < minimum)
        return usage_error("operands missing, expected", cli->command->operands);
    if (cli->operand_count > maximum)
        return usage_error("too many operands, expected", cli->command->operands);
    for (int i = 0; cli->command->options != NULL && cli->command->options[i].name != NULL; i++)
        if (cli->command->options[i].required && cli->value[i] == NULL)
            return usage_error("option missing", cli->command->options[i].name);
    return 0;
}

static int parse_and_run(const struct cli_command *command, char **arguments, int count)
{
    struct cli cli = {.command = command};
    for (int i = 0; i < count; i++) {
        if (strcmp(arguments[i], "--help") == 0) return cli_print_help(command), EXIT_DONE;
        if (strncmp(arguments[i], "--", 2) == 0) {
            int code = take_option(&cli, arguments, count, &i);
            if (code != 0) return code;
        } else if (cli.operand_count == CLI_OPERANDS_MAX) {
            return usage_error("too many operands", arguments[i]);
        } else {
            cli.operand[cli.operand_count++] = arguments[i];
        }
    }
    int code = check_complete(&cli);
    return code != 0 ? code : run(&cli);
}

/* Help about one command, or about all of a noun. */
static int print_about(const char *noun, const char *verb)
{
    if (noun == NULL) return cli_print_overview(), EXIT_DONE;
    int found = 0;
    for (int t = 0; cli_tables[t] != NULL; t++)
        for (const struct cli_command *c = cli_tables[t]; c->noun != NULL; c++)
            if (strcmp(c->noun, noun) == 0 &&
                (verb == NULL || (c->verb != NULL && strcmp(c->verb, verb) == 0))) {
                if (found++ > 0) putchar('\n');
                cli_print_help(c);
            }
    return found > 0 ? EXIT_DONE : usage_error("no such command", verb == NULL ? noun : verb);
}

int cli_main(int argument_count, char **arguments)
{
    const char *noun = argument_count > 1 ? arguments[1] : NULL,
               *verb = argument_count > 2 ? arguments[2] : NULL;
    if (noun == NULL) return cli_print_overview(), EXIT_MALFORMED;
    if (strcmp(noun, "help") == 0 || strcmp(noun, "--help") == 0)
        return print_about(verb, argument_count > 3 ? arguments[3] : NULL);
    if (strcmp(noun, "version") == 0 || strcmp(noun, "--version") == 0)
        return puts("roam " ROAM_VERSION), EXIT_DONE;
    if (strcmp(noun, "man") == 0) return cli_print_man(), EXIT_DONE;
    if (strcmp(noun, "completion") == 0) return cli_print_completion(), EXIT_DONE;
    const struct cli_command *command = find_command(noun, verb);
    if (command == NULL) return usage_error("no such command", verb == NULL || *verb == '-' ? noun : verb);
    int used = command->verb == NULL ? 2 : 3;
    return parse_and_run(command, arguments + used, argument_count - used);
}
