/* Results as text: one line per member, nested objects indented, lists of objects as tables. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

static void print_key(const char *key, int indent, int width)
{
    printf("%*s", indent, "");
    for (int i = 0; i < width || key[i] != '\0'; i++) {
        if (key[i] == '\0') {
            printf("%*s", width - i, "");
            break;
        }
        putchar(key[i] == '_' ? ' ' : key[i]);
    }
    fputs("  ", stdout);
}

static void print_scalar(const json_t *value, int width)
{
    char number[32];
    const char *text = number;
    if (json_is_integer(value))
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        snprintf(number, sizeof number, "%.6g", json_real_value(value));
    else
        text = json_is_string(value)  ? json_string_value(value)
               : json_is_true(value)  ? "yes"
               : json_is_false(value) ? "no"
                                      : "-";
    printf("%-*s", width, text);
}

static int widest_key(json_t *object)
{
    int width = 0;
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) if ((int)strlen(key) > width) width = (int)strlen(key);
    return width;
}

static void print_object(json_t *object, int indent);

static void print_list(json_t *list, int indent)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        if (json_is_object(item)) {
            print_object(item, indent);
            if (i + 1 < json_array_size(list)) putchar('\n');
        } else {
            printf("%*s", indent, "");
            print_scalar(item, 0);
            putchar('\n');
        }
    }
}

static void print_object(json_t *object, int indent)
{
    int width = widest_key(object);
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        print_key(key, indent, width);
        if (json_is_object(value) || json_is_array(value)) {
            putchar('\n');
            json_is_object(value) ? print_object(value, indent + 2) : print_list(value, indent + 2);
        } else {
            print_scalar(value, 0);
            putchar('\n');
        }
    }
}

void cli_print_result(const struct cli *cli)
{
    if (cli->json) {
        json_dumpf(cli->result, stdout, JSON_INDENT(2));
        putchar('\n');
    } else if (!cli->quiet) {
        print_object(cli->result, 0);
    }
}
