/* A compressed file of this program (numbers are little-endian):
 *
 *     "CKLZ"  4 bytes
 *     size of the original  4 bytes
 *     FNV-1a checksum (32 bits) of the original  4 bytes
 *     groups: a byte of flags, then up to eight items, the lowest flag for the first one
 *         flag 0: a byte of the original
 *         flag 1: distance - 1 (2 bytes), length - 4 (1 byte): bytes that occurred before; they may
 *                 overlap those they become
 *
 * The file ends with the item that completes the original; flags beyond it are 0.
 */

#ifndef LZ_H
#define LZ_H

#include "harness.h"

enum {
    SIZE_OFFSET = 4,
    CHECKSUM_OFFSET = 8,
    HEADER_BYTES = 12,
    MATCH_BYTES = 3,
    GROUP_ITEMS = 8,
    WINDOW = 1 << 16,
    SHORTEST_MATCH = 4,
    LONGEST_MATCH = SHORTEST_MATCH + 255,
};

#define MAGIC "CKLZ" /* up to the size */

static inline uint32_t checksum_of(const unsigned char *data, size_t size)
{
    uint32_t checksum = 0x811c9dc5;
    for (size_t i = 0; i < size; i++) checksum = (checksum ^ data[i]) * 0x01000193;
    return checksum;
}

#endif
