#include "tx.h"

#include <string.h>

#include "codec.h"
#include "digest.h"

static const uint8_t magic[4] = {'r', 't', 'x', '1'};

size_t tx_parse_scratch_size(size_t size)
{
    /* No item grows by more than this factor when it is read. */
    _Static_assert(sizeof(struct tx_session_open_item) <= (size_t)2 * TX_OPEN_ITEM_SIZE, "SESSION_OPEN");
    _Static_assert(sizeof(struct tx_usage_commit_item) <= (size_t)2 * TX_COMMIT_ITEM_SIZE, "USAGE_COMMIT");
    return 2 * size;
}

size_t tx_items_max(const uint8_t *bytes, size_t size)
{
    const size_t type = size > sizeof magic ? bytes[sizeof magic] : 0;
    size_t item_size = 8, rest = 0; /* a serial */
    if (type == TX_SESSION_OPEN) item_size = TX_OPEN_ITEM_SIZE;
    if (type == TX_USAGE_COMMIT) item_size = TX_COMMIT_ITEM_SIZE;
    if (type == TX_SETTLE) rest = GROTH16_PROOF_SIZE + TX_SIGNATURE_SIZE;
    const bool has_list =
        (type >= TX_SESSION_OPEN && type <= TX_EXPIRE) || type < TX_OPERATOR_REGISTER || type >= TX_TYPES;
    if (!has_list || size < rest) return 0;
    const size_t items = (size - rest) / item_size;
    return items < TX_BATCH_MAX ? items : TX_BATCH_MAX;
}

static void codec_magic(struct codec *c)
{
    uint8_t bytes[sizeof magic];
    memcpy(bytes, magic, sizeof bytes);
    codec_bytes(c, bytes, sizeof bytes);
    if (memcmp(bytes, magic, sizeof bytes - 1) != 0)
        codec_fail(c, ROAM_E_FORMAT, "does not begin with rtx");
    else if (memcmp(bytes, magic, sizeof bytes) != 0)
        codec_fail(c, ROAM_E_VERSION, "version of the encoding is not 1");
}

/* Everything before the signatures' bytes: what the id covers. */
static void codec_signed_part(struct codec *c, struct tx *tx)
{
    uint8_t type = (uint8_t)tx->type;
    codec_magic(c);
    codec_u8(c, &type);
    tx->type = (enum tx_type)type;
    codec_id(c, &tx->ledger);
    codec_tx_body(c, tx);
    codec_u8(c, &tx->signature_count);
    if (c->err == ROAM_OK && tx->signature_count != tx_signature_count(tx->type))
        codec_fail(c, ROAM_E_COUNT, "number of signatures is not the type's");
}

static void codec_signatures(struct codec *c, struct tx *tx)
{
    for (unsigned i = 0; i < tx->signature_count && c->err == ROAM_OK; i++)
        codec_bytes(c, tx->signature[i], TX_SIGNATURE_SIZE);
}

static enum roam_err parse(struct tx *out, const uint8_t *bytes, size_t size, void *scratch, bool shape_only,
                           struct roam_diag *diag)
{
    memset(out, 0, sizeof *out);
    if (size > TX_SIZE_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "transaction has %zu bytes, at most %d are allowed", size,
                         TX_SIZE_MAX);
    struct codec c = codec_reader(bytes, size, scratch, diag);
    c.shape_only = shape_only;
    codec_signed_part(&c, out);
    const size_t signed_size = c.at;
    codec_signatures(&c, out);
    ROAM_TRY(codec_end(&c));
    sha256(out->id.byte, bytes, signed_size);
    return ROAM_OK;
}

enum roam_err tx_parse(struct tx *out, const uint8_t *bytes, size_t size, void *scratch,
                       struct roam_diag *diag)
{
    return parse(out, bytes, size, scratch, false, diag);
}

enum roam_err tx_parse_shape(struct tx *out, const uint8_t *bytes, size_t size, void *scratch,
                             struct roam_diag *diag)
{
    return parse(out, bytes, size, scratch, true, diag);
}

enum roam_err tx_serialize(uint8_t *bytes, size_t capacity, size_t *size, const struct tx *tx)
{
    struct tx copy = *tx; /* a layout takes its fields writable, although writing only looks at them */
    struct codec c = codec_writer(bytes, capacity < TX_SIZE_MAX ? capacity : TX_SIZE_MAX);
    codec_signed_part(&c, &copy);
    codec_signatures(&c, &copy);
    *size = c.at;
    return codec_end(&c);
}

void tx_seal(struct tx *tx)
{
    struct codec c = codec_hasher("");
    tx->signature_count = (uint8_t)tx_signature_count(tx->type);
    codec_signed_part(&c, tx);
    codec_hash_end(&c, tx->id.byte);
}

unsigned tx_signature_count(enum tx_type type)
{
    return type == TX_OPERATOR_ROTATE_KEY || type == TX_AGREEMENT_OPEN || type == TX_DISPUTE_RESOLVE ? 2 : 1;
}

const char *tx_type_name(enum tx_type type)
{
    static const char *const name[TX_TYPES] = {
        [TX_OPERATOR_REGISTER] = "OPERATOR_REGISTER",
        [TX_OPERATOR_ROTATE_KEY] = "OPERATOR_ROTATE_KEY",
        [TX_DEPOSIT] = "DEPOSIT",
        [TX_WITHDRAW] = "WITHDRAW",
        [TX_AGREEMENT_OPEN] = "AGREEMENT_OPEN",
        [TX_AGREEMENT_FUND] = "AGREEMENT_FUND",
        [TX_AGREEMENT_RELEASE] = "AGREEMENT_RELEASE",
        [TX_AGREEMENT_COLLECT] = "AGREEMENT_COLLECT",
        [TX_SESSION_OPEN] = "SESSION_OPEN",
        [TX_USAGE_COMMIT] = "USAGE_COMMIT",
        [TX_SETTLE] = "SETTLE",
        [TX_EXPIRE] = "EXPIRE",
        [TX_DISPUTE] = "DISPUTE",
        [TX_DISPUTE_RESOLVE] = "DISPUTE_RESOLVE",
        [TX_CREDIT_NOTE] = "CREDIT_NOTE",
        [TX_AGREEMENT_CLOSE] = "AGREEMENT_CLOSE",
        [TX_VALIDATOR_VOTE] = "VALIDATOR_VOTE",
    };
    const unsigned number = (unsigned)type;
    return number < TX_TYPES && name[number] != NULL ? name[number] : "UNKNOWN";
}
