/* roam key: operators', authorities' and devices' keys. */
#include <string.h>

#include "ct.h"
#include "hosted.h"

static enum roam_err kind_of(struct cli *cli, const char *text, enum key_kind *out)
{
    static const char *const names[] = {"operator", "authority", "device"};
    for (int i = 0; i < 3; i++)
        if (strcmp(text, names[i]) == 0) return *out = (enum key_kind)i, ROAM_OK;
    return roam_diag(&cli->diag, ROAM_E_FORMAT, "kind '%s' is not operator, authority or device", text);
}

static void show(struct cli *cli, const struct key_file *key)
{
    cli_put_text(cli, "name", key->name);
    if (key->kind == KEY_OPERATOR) put_id(cli, "id", &key->id);
    cli_put_hex(cli, "public_key", key->public_key, 32);
}

static enum roam_err key_new(struct cli *cli)
{
    SCOPED_KEY key = {0};
    enum key_kind kind = KEY_OPERATOR;
    const char *name = cli_get(cli, "name");
    ROAM_TRY(kind_of(cli, cli->operand[0], &kind));
    if (strlen(name) == 0 || strlen(name) >= TX_NAME_SIZE)
        return roam_diag(&cli->diag, ROAM_E_RANGE, "--name: 1 to %d bytes", TX_NAME_SIZE - 1);
    uint8_t seed[32];
    env_random(&roam_env_system, seed, sizeof seed);
    key_from_seed(&key, kind, name, seed);
    roam_wipe(seed, sizeof seed);
    ROAM_TRY(key_write(&key, true, cli->operand[1], &cli->diag));
    if (cli_get(cli, "public") != NULL) ROAM_TRY(key_write(&key, false, cli_get(cli, "public"), &cli->diag));
    show(cli, &key);
    return ROAM_OK;
}

static enum roam_err key_show(struct cli *cli)
{
    SCOPED_KEY key = {0};
    enum key_kind kind = KEY_OPERATOR;
    ROAM_TRY(kind_of(cli, cli->operand[0], &kind));
    ROAM_TRY(key_read(&key, kind, false, cli->operand[1], &cli->diag));
    show(cli, &key);
    cli_put_bool(cli, "has_secret", key.has_secret);
    return ROAM_OK;
}

static const struct cli_option new_options[] = {
    {"name", "NAME", "name written into the file, 1 to 31 bytes", true},
    {"public", "FILE", "also write the public part here", false},
    {0},
};

const struct cli_command cmd_key[] = {
    {"key", "new", "operator|authority|device KEY.json",
     "Make a key; the file is readable by its owner only.", new_options, key_new},
    {"key", "show", "operator|authority|device KEY.json", "Show the public part of a key file.", NULL,
     key_show},
    {0},
};
