#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Text and number keys with the place of their values. */
struct text_key {
    const char *name;
    size_t offset;
};
struct number_key {
    const char *name;
    size_t offset;
    unsigned minimum, maximum;
};
static const struct text_key text_keys[] = {
    {"ledger", offsetof(struct config, ledger)},       {"listen", offsetof(struct config, listen)},
    {"abci", offsetof(struct config, abci)},           {"rpc", offsetof(struct config, rpc)},
    {"snapshots", offsetof(struct config, snapshots)},
};
static const struct number_key number_keys[] = {
    {"threads", offsetof(struct config, threads), 1, 64},
    {"http_threads", offsetof(struct config, http_threads), 1, 64},
    {"waiting_txs_max", offsetof(struct config, waiting_txs_max), 1, 10000000},
    {"waiting_bytes_max", offsetof(struct config, waiting_bytes_max), 1 << 20, 1 << 30},
    {"parcel_bytes", offsetof(struct config, parcel_bytes), (256 << 10) + 64, 1 << 20},
    {"linger_ms", offsetof(struct config, linger_ms), 0, 1000},
    {"repeat_ms", offsetof(struct config, repeat_ms), 100, 3600000},
    {"snapshot_every_s", offsetof(struct config, snapshot_every_s), 0, 86400},
    {"snapshots_kept", offsetof(struct config, snapshots_kept), 1, 10},
    {"give_up_ms", offsetof(struct config, give_up_ms), 1000, 3600000},
};
enum {
    TEXT_KEYS = sizeof text_keys / sizeof *text_keys,
    NUMBER_KEYS = sizeof number_keys / sizeof *number_keys
};

static char *text_of(const struct config *config, const struct text_key *key)
{
    return (char *)(uintptr_t)config + key->offset;
}
static unsigned *number_of(const struct config *config, const struct number_key *key)
{
    return (unsigned *)((uintptr_t)config + key->offset);
}

void config_default(struct config *out, const char *home)
{
    *out = (struct config){.engine = ENGINE_EMBEDDED,
                           .ledger = "ledger",
                           .listen = "127.0.0.1:8740",
                           .abci = "unix://abci.sock",
                           .rpc = "http://127.0.0.1:26657",
                           .snapshots = "snapshots",
                           .log_level = LOG_INFO,
                           .threads = 2,
                           .http_threads = 1,
                           .waiting_txs_max = 50000,
                           .waiting_bytes_max = 64 << 20,
                           .parcel_bytes = 512 << 10,
                           .linger_ms = 15,
                           .repeat_ms = 5000,
                           .snapshot_every_s = 600,
                           .snapshots_kept = 2,
                           .give_up_ms = 30000};
    snprintf(out->home, sizeof out->home, "%s", home);
}

static enum roam_err read_text(struct config *out, const struct text_key *key, const json_t *value,
                               struct roam_diag *diag)
{
    const char *text = json_string_value(value);
    if (text == NULL || strlen(text) == 0 || strlen(text) >= CONFIG_TEXT)
        return roam_diag(diag, ROAM_E_FORMAT, "\"%s\" is not a text of 1 to %d bytes", key->name,
                         CONFIG_TEXT - 1);
    strcpy(text_of(out, key), text);
    return ROAM_OK;
}

static enum roam_err read_number(struct config *out, const struct number_key *key, const json_t *value,
                                 struct roam_diag *diag)
{
    const json_int_t number = json_integer_value(value);
    if (!json_is_integer(value)) return roam_diag(diag, ROAM_E_FORMAT, "\"%s\" is not an integer", key->name);
    if (number < key->minimum || number > key->maximum)
        return roam_diag(diag, ROAM_E_RANGE, "\"%s\" is %lld, %u to %u are allowed", key->name,
                         (long long)number, key->minimum, key->maximum);
    *number_of(out, key) = (unsigned)number;
    return ROAM_OK;
}

static enum roam_err read_engine(struct config *out, const json_t *value, struct roam_diag *diag)
{
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    if (strcmp(text, "embedded") == 0)
        out->engine = ENGINE_EMBEDDED;
    else if (strcmp(text, "cometbft") == 0)
        out->engine = ENGINE_COMETBFT;
    else
        return roam_diag(diag, ROAM_E_FORMAT, "\"engine\" is not \"embedded\" or \"cometbft\"");
    return ROAM_OK;
}

static enum roam_err read_key(struct config *out, const char *name, const json_t *value,
                              struct roam_diag *diag)
{
    for (int i = 0; i < TEXT_KEYS; i++)
        if (strcmp(name, text_keys[i].name) == 0) return read_text(out, &text_keys[i], value, diag);
    for (int i = 0; i < NUMBER_KEYS; i++)
        if (strcmp(name, number_keys[i].name) == 0) return read_number(out, &number_keys[i], value, diag);
    if (strcmp(name, "engine") == 0) return read_engine(out, value, diag);
    if (strcmp(name, "log_level") != 0)
        return roam_diag(diag, ROAM_E_FORMAT, "\"%s\" is not a key of this file", name);
    if (!json_is_string(value) || !log_level_parse(&out->log_level, json_string_value(value)))
        return roam_diag(diag, ROAM_E_FORMAT, "\"log_level\" is not error, warn, info or debug");
    return ROAM_OK;
}

static enum roam_err read_keys(struct config *out, json_t *object, struct roam_diag *diag)
{
    const char *name;
    json_t *value;
    if (!json_is_object(object)) return roam_diag(diag, ROAM_E_FORMAT, "roamd.json is not an object");
    json_object_foreach(object, name, value) ROAM_TRY(read_key(out, name, value, diag));
    if (json_object_get(object, "engine") == NULL)
        return roam_diag(diag, ROAM_E_FORMAT, "roamd.json: \"engine\" is missing");
    return ROAM_OK;
}

enum roam_err config_read(struct config *out, const char *home, struct roam_diag *diag)
{
    char path[2 * CONFIG_TEXT];
    json_error_t error;
    if (strlen(home) >= CONFIG_TEXT) return roam_diag(diag, ROAM_E_LIMIT, "path of the home is too long");
    config_default(out, home);
    snprintf(path, sizeof path, "%s/roamd.json", home);
    if (access(path, R_OK) != 0)
        return roam_diag(diag, errno == ENOENT ? ROAM_E_NOTFOUND : ROAM_E_IO, "%s: %s", path,
                         strerror(errno));
    json_t *object = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (object == NULL)
        return roam_diag(diag, ROAM_E_FORMAT, "%s, line %d: %s", path, error.line, error.text);
    enum roam_err err = read_keys(out, object, diag);
    json_decref(object);
    return err;
}

static json_t *config_json(const struct config *config)
{
    json_t *object = json_object();
    json_object_set_new(object, "engine",
                        json_string(config->engine == ENGINE_COMETBFT ? "cometbft" : "embedded"));
    for (int i = 0; i < TEXT_KEYS; i++)
        json_object_set_new(object, text_keys[i].name, json_string(text_of(config, &text_keys[i])));
    for (int i = 0; i < NUMBER_KEYS; i++)
        json_object_set_new(object, number_keys[i].name, json_integer(*number_of(config, &number_keys[i])));
    return object;
}

enum roam_err config_write(const struct config *config, struct roam_diag *diag)
{
    char path[2 * CONFIG_TEXT];
    snprintf(path, sizeof path, "%s/roamd.json", config->home);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0)
        return roam_diag(diag, errno == EEXIST ? ROAM_E_EXISTS : ROAM_E_IO, "%s: %s", path, strerror(errno));
    json_t *object = config_json(config);
    bool good =
        json_dumpfd(object, file, JSON_INDENT(2)) == 0 && write(file, "\n", 1) == 1 && fsync(file) == 0;
    json_decref(object);
    if (close(file) != 0 || !good) return roam_diag(diag, ROAM_E_IO, "%s cannot be written", path);
    return ROAM_OK;
}

enum roam_err config_path(const struct config *config, const char *path, char out[2 * CONFIG_TEXT],
                          struct roam_diag *diag)
{
    const int size = path[0] == '/' ? snprintf(out, (size_t)2 * CONFIG_TEXT, "%s", path)
                                    : snprintf(out, (size_t)2 * CONFIG_TEXT, "%s/%s", config->home, path);
    if (size >= 2 * CONFIG_TEXT) return roam_diag(diag, ROAM_E_LIMIT, "path %s is too long", path);
    return ROAM_OK;
}
