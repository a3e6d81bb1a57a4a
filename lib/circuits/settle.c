#include "settle.h"

#include "gadget_bits.h"
#include "gadget_poseidon.h"
#include "poseidon.h"
#include "settle_session.h"

const unsigned settle_sizes[5] = {3, 7, 16, 35, 144};

static const struct settle_session empty_session;

/* Adds one session to the sums; its place goes to *place. */
static enum roam_err add_session(struct settle_public *out, struct settle_place *place,
                                 const struct usage_rate_card *card, const struct settle_session *session,
                                 struct roam_diag *diag)
{
    struct usage_fee fee;
    ROAM_TRY(usage_rate(&fee, card, &session->record, session->hold_minor, diag));
    ROAM_TRY(usage_commitment(&place->commitment, &session->record));
    place->hold_minor = session->hold_minor;
    /* SETTLE_SIZE_MAX holds below 2^56, quantities below 2^51 and attributes below 2^48 stay below 2^64. */
    out->total_fee += fee.payable;
    out->total_tax += fee.payable_tax;
    out->esg.energy += usage_energy(card, &session->record);
    out->esg.renewable += session->record.renewable;
    out->esg.co2_mg += session->record.co2_mg;
    return ROAM_OK;
}

enum roam_err settle_public_signals(struct settle_public *out, const struct settle_input *input, size_t size,
                                    struct roam_diag *diag)
{
    ROAM_ASSERT(size >= 1 && size <= SETTLE_SIZE_MAX);
    if (input->count > size)
        return roam_diag(diag, ROAM_E_COUNT, "%zu sessions for a batch of %zu places", input->count, size);
    struct settle_public public = {.signal[0] = input->agreement};
    struct settle_place places[SETTLE_SIZE_MAX];
    ROAM_TRY(usage_rate_card_check(&input->card, diag));
    ROAM_TRY(usage_rate_card_commitment(&public.signal[1], &input->card));
    for (size_t i = 0; i < size; i++) {
        const struct settle_session *session = i < input->count ? &input->sessions[i] : &empty_session;
        struct roam_diag reason = {0};
        enum roam_err err = add_session(&public, &places[i], &input->card, session, &reason);
        if (err != ROAM_OK) return roam_diag(diag, err, "session %zu: %s", i, reason.text);
    }
    settle_batch_digest(&public.signal[2], places, size, size);
    fr_from_u64(&public.signal[3], public.total_fee);
    fr_from_u64(&public.signal[4], public.total_tax);
    esg_commitment(&public.signal[5], &public.esg, &input->esg_salt);
    *out = public;
    return ROAM_OK;
}

/* Combinations that live from session to session, in the order in which each session makes its new ones. */
enum live {
    LIVE_STATE, /* the digest's sponge */
    LIVE_BLOCK,
    LIVE_FEE = LIVE_BLOCK + POSEIDON_INPUTS_MAX,
    LIVE_NET,
    LIVE_RENEWABLE,
    LIVE_CO2,
    LIVE_QUANTITY,
    LIVE_COUNT = LIVE_QUANTITY + USAGE_SLOTS
};

struct batch {
    lc live[LIVE_COUNT];
    size_t block_used, blocks_left;
    lc hold[3];
};

/* A full block is hashed at once, but for the last one, whose hash is asserted. */
static void absorb(struct builder *b, struct batch *batch, lc element)
{
    lc *block = &batch->live[LIVE_BLOCK];
    block[batch->block_used++] = element;
    if (batch->block_used < POSEIDON_INPUTS_MAX || batch->blocks_left == 1) return;
    builder_enter(b, "batch digest");
    batch->live[LIVE_STATE] = gadget_poseidon(b, batch->live[LIVE_STATE], block, POSEIDON_INPUTS_MAX);
    builder_leave(b);
    for (int i = 0; i < POSEIDON_INPUTS_MAX; i++) block[i] = lc_zero();
    batch->block_used = 0;
    batch->blocks_left--;
}

/* Place i: three commitments, then their holds. */
static void absorb_place(struct builder *b, struct batch *batch, size_t i, lc commitment, lc hold)
{
    static const unsigned bits[3] = {80, 80, 80};
    absorb(b, batch, commitment);
    batch->hold[i % 3] = hold;
    if (i % 3 == 2) absorb(b, batch, gadget_pack(b, batch->hold, bits, 3));
}

static void sum_session(struct builder *b, struct batch *batch, const struct settle_session_wires *wires)
{
    lc term[LIVE_COUNT - LIVE_FEE] = {wires->paid[USAGE_GROSS], wires->paid[USAGE_NET], wires->renewable,
                                      wires->co2_mg};
    for (int i = 0; i < USAGE_SLOTS; i++) term[LIVE_QUANTITY - LIVE_FEE + i] = wires->quantity[i];
    for (int i = LIVE_FEE; i < LIVE_COUNT; i++)
        batch->live[i] = lc_add(b, batch->live[i], term[i - LIVE_FEE]);
}

static void digest_end(struct builder *b, struct batch *batch, size_t size, lc digest)
{
    for (size_t i = size; i % 3 != 0; i++) absorb_place(b, batch, i, lc_zero(), lc_zero());
    builder_enter(b, "batch digest");
    gadget_poseidon_equal(b, batch->live[LIVE_STATE], &batch->live[LIVE_BLOCK], POSEIDON_INPUTS_MAX, digest);
    builder_leave(b);
}

static void sums_end(struct builder *b, const struct batch *batch, lc total_fee, lc total_tax)
{
    const lc *live = batch->live;
    builder_enter(b, "batch sums");
    builder_constrain(b, lc_one(), live[LIVE_FEE], total_fee);
    builder_constrain(b, lc_one(), lc_sub(b, live[LIVE_FEE], live[LIVE_NET]), total_tax);
    builder_leave(b);
}

/* Energy counts by slot, and slots are the card's: the sums over the batch are multiplied, not each
 * session's. */
static void esg_end(struct builder *b, const struct batch *batch, const struct settle_card *card,
                    const fr *salt_value, lc esg)
{
    static const unsigned bits[4] = {72, 72, 72, 32};
    builder_enter(b, "batch esg");
    lc energy = lc_zero();
    for (int i = 0; i < USAGE_SLOTS; i++)
        energy = lc_add(b, energy, builder_product(b, card->is_energy[i], batch->live[LIVE_QUANTITY + i]));
    lc sums[4] = {energy, batch->live[LIVE_RENEWABLE], batch->live[LIVE_CO2],
                  builder_constant_u64(b, TAG_ESG)};
    lc input[2] = {gadget_pack(b, sums, bits, 4), builder_private(b, salt_value)};
    gadget_poseidon_equal(b, lc_zero(), input, 2, esg);
    builder_leave(b);
}

void settle_circuit(struct builder *b, unsigned size, const struct settle_input *input,
                    const fr signal[SETTLE_PUBLIC_COUNT])
{
    ROAM_ASSERT(size >= 1 && size <= SETTLE_SIZE_MAX);
    static const struct settle_input no_input;
    static const fr no_signal[SETTLE_PUBLIC_COUNT];
    if (input == NULL) input = &no_input;
    if (signal == NULL) signal = no_signal;
    lc public[SETTLE_PUBLIC_COUNT];
    for (int i = 0; i < SETTLE_PUBLIC_COUNT; i++) public[i] = builder_public(b, &signal[i]);

    struct settle_card card;
    settle_card_circuit(b, &card, &input->card, public[1]);
    struct batch batch = {.blocks_left = (size + 11) / 12}; /* twelve places make sixteen elements */
    batch.live[LIVE_STATE] = builder_constant_u64(b, TAG_BATCH | (uint64_t)size << 32);
    for (int i = LIVE_BLOCK; i < LIVE_COUNT; i++) batch.live[i] = lc_zero();
    uint32_t mark = builder_mark(b);
    for (size_t i = 0; i < size; i++) {
        struct settle_session_wires wires;
        settle_session_circuit(b, &wires, &card, i < input->count ? &input->sessions[i] : &empty_session);
        absorb_place(b, &batch, i, wires.commitment, wires.hold);
        sum_session(b, &batch, &wires);
        builder_release(b, mark, batch.live, LIVE_COUNT);
    }
    digest_end(b, &batch, size, public[2]);
    sums_end(b, &batch, public[3], public[4]);
    esg_end(b, &batch, &card, &input->esg_salt, public[5]);
}
