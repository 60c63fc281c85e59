/* SHA-256 as FIPS 180-4 defines it. */

#ifndef SHA256_H
#define SHA256_H

#include "harness.h"

struct digest {
    uint32_t words[8];
};

struct digest sha256(const struct bytes *message);

#endif
