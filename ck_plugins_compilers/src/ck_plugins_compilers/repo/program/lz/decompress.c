#include "decompress.h"

#include <string.h>

struct reader {
    const unsigned char *next, *end;
    const char *path;
    unsigned flags;
    int items; /* left in the group */
};

static struct reader read_from(size_t offset, const struct bytes *compressed, const char *path)
{
    const unsigned char *const data = compressed->data;
    return (struct reader){.next = data + offset, .end = data + compressed->size, .path = path};
}

static uint32_t get_number(struct reader *reader, int bytes)
{
    if (reader->end - reader->next < bytes) fail("compressed file is cut off", reader->path);
    uint32_t number = 0;
    for (int i = 0; i < bytes; i++) number |= (uint32_t)*reader->next++ << 8 * i;
    return number;
}

static unsigned get_flag(struct reader *reader)
{
    if (!reader->items) {
        reader->flags = get_number(reader, 1);
        reader->items = GROUP_ITEMS;
    }
    const unsigned flag = reader->flags & 1;
    reader->flags >>= 1;
    reader->items--;
    return flag;
}

/* No item yields more than the longest match: believing in a larger size would only cost memory. */
size_t original_size(const struct bytes *compressed, const char *path)
{
    if (compressed->size < HEADER_BYTES || memcmp(compressed->data, MAGIC, SIZE_OFFSET) != 0) {
        fail("not a file compressed by lz", path);
    }
    struct reader reader = read_from(SIZE_OFFSET, compressed, path);
    const uint32_t size = get_number(&reader, 4);
    const uint64_t matches = (compressed->size - HEADER_BYTES) / MATCH_BYTES;
    if (size > (matches + 1) * LONGEST_MATCH) fail("compressed file is too short for its size", path);
    return size;
}

/* Byte by byte, because a match may overlap what it becomes. Returns where it ends. */
static size_t copy_match(struct reader *reader, struct bytes *original, size_t at)
{
    const size_t distance = get_number(reader, 2) + 1;
    const size_t length = get_number(reader, 1) + SHORTEST_MATCH;
    if (distance > at) fail("match before the start", reader->path);
    if (length > original->size - at) fail("match beyond the end", reader->path);
    unsigned char *const to = original->data + at;
    const unsigned char *const from = to - distance;
    for (size_t i = 0; i < length; i++) to[i] = from[i];
    return at + length;
}

uint32_t decompress(const struct bytes *compressed, struct bytes *original, const char *path)
{
    struct reader reader = read_from(CHECKSUM_OFFSET, compressed, path);
    const uint32_t expected = get_number(&reader, 4);
    for (size_t at = 0; at < original->size;) {
        if (get_flag(&reader)) at = copy_match(&reader, original, at);
        else original->data[at++] = (unsigned char)get_number(&reader, 1);
    }
    if (reader.next != reader.end || reader.flags) fail("more than the original", path);
    const uint32_t checksum = checksum_of(original->data, original->size);
    if (checksum != expected) fail("checksum differs", path);
    return checksum;
}
