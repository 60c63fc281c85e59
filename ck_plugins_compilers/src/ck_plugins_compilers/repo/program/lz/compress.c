/* Takes the longest match it finds at each position, even if a later one would be longer. */

#include "compress.h"

#include <stdlib.h>
#include <string.h>

enum { HASH_BITS = 15, TRIES = 32, NOWHERE = -1 };

struct match {
    size_t distance, length;
};

struct writer {
    unsigned char *next, *flags;
    int items; /* in the group of the flags */
};

/* ---- matches -------------------------------------------------------------------------------- */

struct history allocate_history(void)
{
    return (struct history){
        .latest = allocate((size_t)1 << HASH_BITS, sizeof(int32_t), "history"),
        .older = allocate(WINDOW, sizeof(int32_t), "history"),
    };
}

void free_history(struct history *history)
{
    free(history->latest);
    free(history->older);
}

/* Multiplying by 2^32 over the golden ratio spreads the bytes to the upper bits. */
static uint32_t hash(const unsigned char *bytes)
{
    uint32_t word = 0;
    for (int i = 0; i < SHORTEST_MATCH; i++) word |= (uint32_t)bytes[i] << 8 * i;
    return word * 2654435769u >> (32 - HASH_BITS);
}

static void remember(struct history *history, const struct bytes *original, size_t at)
{
    if (original->size - at < SHORTEST_MATCH) return;
    int32_t *const latest = &history->latest[hash(original->data + at)];
    history->older[at % WINDOW] = *latest;
    *latest = (int32_t)at;
}

static size_t common_length(const unsigned char *a, const unsigned char *b, size_t limit)
{
    size_t length = 0;
    while (length < limit && a[length] == b[length]) length++;
    return length;
}

/* Length 0 when there is none worth its bytes. */
static struct match find_match(
    const struct history *history, const struct bytes *original, size_t at)
{
    struct match best = {0, 0};
    const size_t rest = original->size - at, limit = rest < LONGEST_MATCH ? rest : LONGEST_MATCH;
    if (rest < SHORTEST_MATCH) return best;
    const unsigned char *const here = original->data + at;
    int32_t place = history->latest[hash(here)];
    for (int tries = 0; tries < TRIES && place != NOWHERE; tries++) {
        const size_t distance = at - (size_t)place;
        if (distance > WINDOW) break;
        const size_t length = common_length(here - distance, here, limit);
        if (length > best.length) best = (struct match){distance, length};
        place = history->older[(size_t)place % WINDOW];
    }
    return best.length < SHORTEST_MATCH ? (struct match){0, 0} : best;
}

/* ---- output --------------------------------------------------------------------------------- */

static unsigned char *put_number(unsigned char *next, uint32_t number, int bytes)
{
    for (int i = 0; i < bytes; i++) next[i] = (unsigned char)(number >> 8 * i);
    return next + bytes;
}

static void put_flag(struct writer *writer, int flag)
{
    if (writer->items == GROUP_ITEMS) {
        writer->flags = writer->next++;
        *writer->flags = 0;
        writer->items = 0;
    }
    *writer->flags |= (unsigned char)(flag << writer->items++);
}

static void put_byte(struct writer *writer, unsigned char byte)
{
    put_flag(writer, 0);
    *writer->next++ = byte;
}

static void put_match(struct writer *writer, const struct match *match)
{
    put_flag(writer, 1);
    writer->next = put_number(writer->next, (uint32_t)(match->distance - 1), 2);
    writer->next = put_number(writer->next, (uint32_t)(match->length - SHORTEST_MATCH), 1);
}

static struct writer put_header(const struct bytes *original, unsigned char *out)
{
    memcpy(out, MAGIC, SIZE_OFFSET);
    put_number(out + SIZE_OFFSET, (uint32_t)original->size, 4);
    put_number(out + CHECKSUM_OFFSET, checksum_of(original->data, original->size), 4);
    return (struct writer){.next = out + HEADER_BYTES, .items = GROUP_ITEMS};
}

/* A match takes three bytes for four or more: the longest file is one without matches. */
size_t compressed_bound(size_t size)
{
    return HEADER_BYTES + size + (size + GROUP_ITEMS - 1) / GROUP_ITEMS;
}

size_t compress(const struct bytes *original, struct history *history, unsigned char *out)
{
    struct writer writer = put_header(original, out);
    for (size_t i = 0; i < (size_t)1 << HASH_BITS; i++) history->latest[i] = NOWHERE;
    for (size_t at = 0; at < original->size;) {
        const struct match match = find_match(history, original, at);
        if (match.length) put_match(&writer, &match);
        else put_byte(&writer, original->data[at]);
        const size_t end = at + (match.length ? match.length : 1);
        for (; at < end; at++) remember(history, original, at);
    }
    return (size_t)(writer.next - out);
}
