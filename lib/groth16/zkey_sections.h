/* The numbers that zkey_read.c and zkey_write.c share. */
#ifndef ZKEY_SECTIONS_H
#define ZKEY_SECTIONS_H

enum {
    SECTION_PROTOCOL = 1,
    SECTION_HEADER,
    SECTION_IC,
    SECTION_TERMS,
    SECTION_A,
    SECTION_B1,
    SECTION_B2,
    SECTION_C,
    SECTION_H,
    SECTION_CEREMONY
};

enum { ZKEY_VERSION = 1, ZKEY_GROTH16 = 1, ZKEY_TERM_SIZE = 44 };

#endif
