pragma circom 2.1.0;

// The statement of lib/circuits/b5groam.h: the hash of a usage record is known, and the total follows from record and rates.
include "circomlib/poseidon.circom";

template B5GRoam() {
    signal input T;
    signal input hashCDR;
    signal input r_sms;
    signal input r_mb;
    signal input r_voice;
    signal input n_sms;
    signal input n_mb;
    signal input n_min;

    signal hash <== Poseidon(3)([n_sms, n_mb, n_min]);
    hashCDR === hash;

    signal sms <== n_sms * r_sms;
    signal mb <== n_mb * r_mb;
    T === sms + mb + n_min * r_voice;
}

component main {public [T, hashCDR, r_sms, r_mb, r_voice]} = B5GRoam();
