/* FNV-1a over numbers instead of bytes: tells two outcomes apart, keeps no secret. */

#ifndef CHECKSUM_H
#define CHECKSUM_H

#include <stdint.h>

#define EMPTY_CHECKSUM UINT64_C(0xcbf29ce484222325)

static inline uint64_t add_to_checksum(uint64_t checksum, uint64_t number)
{
    return (checksum ^ number) * UINT64_C(0x100000001b3);
}

#endif
