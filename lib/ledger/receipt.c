#include "codec.h"
#include "ledger.h"

static void layout(struct codec *c, struct ledger_receipt *r)
{
    codec_u64(c, &r->index);
    codec_u64(c, &r->height);
    codec_u64(c, &r->time_s);
    codec_u8(c, &r->type);
    codec_u16(c, &r->outcome);
    codec_id(c, &r->tx);
    codec_id(c, &r->agreement);
    codec_u64(c, &r->amount_minor);
    codec_u64(c, &r->tax_minor);
    codec_u16(c, &r->count);
}

void ledger_receipt_serialize(uint8_t bytes[LEDGER_RECEIPT_SIZE], const struct ledger_receipt *receipt)
{
    struct ledger_receipt copy = *receipt;
    struct codec c = codec_writer(bytes, LEDGER_RECEIPT_SIZE);
    layout(&c, &copy);
    ROAM_ASSERT(c.err == ROAM_OK && c.at == LEDGER_RECEIPT_SIZE);
}

enum roam_err ledger_receipt_parse(struct ledger_receipt *out, const uint8_t bytes[LEDGER_RECEIPT_SIZE])
{
    struct codec c = codec_reader(bytes, LEDGER_RECEIPT_SIZE, NULL, NULL);
    layout(&c, out);
    if (out->type >= TX_TYPES) codec_fail(&c, ROAM_E_RANGE, "no such transaction type");
    if (out->outcome >= LEDGER_OUTCOMES) codec_fail(&c, ROAM_E_RANGE, "no such outcome");
    return codec_end(&c);
}
