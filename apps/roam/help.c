/* Help, man page and shell completion, all from the command tables. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

static const char about[] =
    "roam settles roaming between operators who do not trust each other: signed usage "
    "commitments, one zero-knowledge proof for a batch of sessions, a ledger that pays at once.";

static const struct {
    const char *name, *text;
} exit_codes[] = {
    {"0", "done, or valid"},
    {"1", "well formed, but false or refused"},
    {"2", "malformed input or usage"},
    {"3", "a file or record does not exist, or exists already"},
    {"4", "reading, writing or memory failed"},
    {"5", "busy: another process holds the ledger"},
};

static const char *verb_of(const struct cli_command *c) { return c->verb == NULL ? "" : c->verb; }

void cli_print_help(const struct cli_command *c)
{
    printf("roam %s%s%s", c->noun, c->verb == NULL ? "" : " ", verb_of(c));
    if (c->options != NULL && c->options[0].name != NULL) fputs(" [options]", stdout);
    printf("%s%s\n\n  %s\n", c->operands == NULL ? "" : " ", c->operands == NULL ? "" : c->operands,
           c->summary);
    if (c->options != NULL && c->options[0].name != NULL) fputs("\nOptions:\n", stdout);
    for (const struct cli_option *o = c->options; o != NULL && o->name != NULL; o++) {
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", o->name, o->argument == NULL ? "" : " ",
                 o->argument == NULL ? "" : o->argument);
        printf("  %-28s %s%s\n", left, o->help, o->required ? " (required)" : "");
    }
    fputs("\n  --json  print the result as JSON      --quiet  print no progress\n", stdout);
}

void cli_print_overview(void)
{
    printf("%s\n\n", about);
    const char *noun = "";
    for (int t = 0; cli_tables[t] != NULL; t++)
        for (const struct cli_command *c = cli_tables[t]; c->noun != NULL; c++) {
            if (strcmp(noun, c->noun) != 0) putchar('\n');
            noun = c->noun;
            char left[40];
            snprintf(left, sizeof left, "%s %s", c->noun, verb_of(c));
            printf("  roam %-24s %s\n", left, c->summary);
        }
    fputs("\n  roam help NOUN [VERB]          options of one command\n"
          "  roam completion                bash completion, for eval or /etc/bash_completion.d\n"
          "  roam version\n\nEvery command takes --json. Exit codes:",
          stdout);
    for (size_t i = 0; i < sizeof exit_codes / sizeof *exit_codes; i++)
        printf("%s %s %s", i == 0 ? "" : ";", exit_codes[i].name, exit_codes[i].text);
    fputs(".\n", stdout);
}

/* Text in a man page: '-' and '\' escaped, no line may begin with a dot. */
static void man_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '-' || *text == '\\') putchar('\\');
        putchar(*text);
    }
}

static void man_command(const struct cli_command *c)
{
    printf(".SS roam %s %s\n", c->noun, verb_of(c));
    if (c->operands != NULL) {
        fputs(".I ", stdout);
        man_text(c->operands);
        fputs("\n.br\n", stdout);
    }
    man_text(c->summary);
    putchar('\n');
    for (const struct cli_option *o = c->options; o != NULL && o->name != NULL; o++) {
        fputs(".TP\n.B \\-\\-", stdout);
        man_text(o->name);
        if (o->argument != NULL) printf(" %s", o->argument);
        putchar('\n');
        man_text(o->help);
        puts(o->required ? " (required)" : "");
    }
}

void cli_print_man(void)
{
    puts(".TH ROAM 1 \"\" \"roam " ROAM_VERSION
         "\" \"User Commands\"\n.SH NAME\nroam \\- settle roaming between operators\n"
         ".SH SYNOPSIS\n.B roam\n.I noun verb\n[options] [operands] [\\-\\-json] [\\-\\-quiet]\n.SH "
         "DESCRIPTION");
    man_text(about);
    puts("\n.PP\nAn option's value follows it as the next word or after '='. With \\-\\-json the result is "
         "one JSON object on\n"
         "standard output; errors are explained on standard error.\n.SH COMMANDS");
    for (int t = 0; cli_tables[t] != NULL; t++)
        for (const struct cli_command *c = cli_tables[t]; c->noun != NULL; c++) man_command(c);
    puts(".SH EXIT STATUS");
    for (size_t i = 0; i < sizeof exit_codes / sizeof *exit_codes; i++)
        printf(".TP\n.B %s\n%s\n", exit_codes[i].name, exit_codes[i].text);
    puts(".SH ENVIRONMENT\n.TP\n.B ROAM_CPU\nplain, adx or ifma: the widest processor features to use.");
}

static void completion_options(const struct cli_command *c)
{
    for (const struct cli_option *o = c->options; o != NULL && o->name != NULL; o++) printf("--%s ", o->name);
    fputs("--json --quiet --help'", stdout);
}

/* What may follow the noun: a verb, or the options of a noun that is a command by itself. */
static void completion_verb(const struct cli_command *c)
{
    printf("    %s) words+=' ", c->noun);
    if (c->verb != NULL)
        printf("%s'", c->verb);
    else
        completion_options(c);
    puts(" ;;&");
}

static void completion_case(const struct cli_command *c)
{
    if (c->verb == NULL)
        printf("    '%s '*) words='", c->noun);
    else
        printf("    '%s %s') words='", c->noun, c->verb);
    completion_options(c);
    puts(" ;;");
}

void cli_print_completion(void)
{
    puts("_roam() {\n  local words cur=${COMP_WORDS[COMP_CWORD]}\n  if [ \"$COMP_CWORD\" = 1 ]; then\n    "
         "words='help completion version");
    const char *noun = "";
    for (int t = 0; cli_tables[t] != NULL; t++)
        for (const struct cli_command *c = cli_tables[t]; c->noun != NULL; c++)
            if (strcmp(noun, c->noun) != 0) printf("%s ", noun = c->noun);
    puts("'\n  elif [ \"$COMP_CWORD\" = 2 ]; then case ${COMP_WORDS[1]} in");
    for (int t = 0; cli_tables[t] != NULL; t++)
        for (const struct cli_command *c = cli_tables[t]; c->noun != NULL; c++) completion_verb(c);
    puts("    *) ;;\n  esac\n  else case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in");
    for (int t = 0; cli_tables[t] != NULL; t++)
        for (const struct cli_command *c = cli_tables[t]; c->noun != NULL; c++) completion_case(c);
    puts("  esac; fi\n  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
         "  [ \"$COMP_CWORD\" -gt 2 ] && [[ $cur != -* ]] && mapfile -t COMPREPLY < <(compgen -f -- "
         "\"$cur\")\n}\n"
         "complete -F _roam roam");
}
