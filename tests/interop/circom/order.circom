pragma circom 2.1.0;

// Public outputs and inputs declared in turns with private ones: outputs are the first public signals.
include "circomlib/bitify.circom";
include "circomlib/comparators.circom";

template Order() {
    signal input secret;
    signal output product;
    signal input first;
    signal output bits[5];
    signal input second;
    signal output less;

    product <== secret * second;
    bits <== Num2Bits(5)(secret);
    less <== LessThan(16)([first, second]);
}

component main {public [second, first]} = Order();
