#include "b5groam.h"

#include "gadget_poseidon.h"
#include "poseidon.h"

void b5groam_public_signals(fr signal[B5GROAM_PUBLIC_COUNT], const struct b5groam_input *input)
{
    fr counts[3] = {input->n_sms, input->n_mb, input->n_min}, total, fee;
    fr_mul(&total, &input->n_sms, &input->r_sms);
    fr_mul(&fee, &input->n_mb, &input->r_mb);
    fr_add(&total, &total, &fee);
    fr_mul(&fee, &input->n_min, &input->r_voice);
    fr_add(&signal[0], &total, &fee);
    poseidon(&signal[1], counts, 3);
    signal[2] = input->r_sms;
    signal[3] = input->r_mb;
    signal[4] = input->r_voice;
}

void b5groam_circuit(struct builder *b, const struct b5groam_input *input)
{
    static const struct b5groam_input none;
    if (input == NULL) input = &none;
    fr signal[B5GROAM_PUBLIC_COUNT];
    b5groam_public_signals(signal, input);
    lc public[B5GROAM_PUBLIC_COUNT];
    for (int i = 0; i < B5GROAM_PUBLIC_COUNT; i++) public[i] = builder_public(b, &signal[i]);
    lc sms = builder_private(b, &input->n_sms), mb = builder_private(b, &input->n_mb);
    lc minutes = builder_private(b, &input->n_min);

    builder_enter(b, "hash");
    gadget_poseidon_equal(b, lc_zero(), (const lc[]){sms, mb, minutes}, 3, public[1]);
    builder_leave(b);

    builder_enter(b, "total");
    lc rest = lc_sub(b, public[0], builder_product(b, sms, public[2]));
    rest = lc_sub(b, rest, builder_product(b, mb, public[3]));
    builder_constrain(b, minutes, public[4], rest);
    builder_leave(b);
}
