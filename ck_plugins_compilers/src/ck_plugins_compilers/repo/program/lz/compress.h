#ifndef COMPRESS_H
#define COMPRESS_H

#include "lz.h"

/* Positions by the hash of the four bytes there: the latest, and before each one the next older. */
struct history {
    int32_t *latest, *older;
};

struct history allocate_history(void);
void free_history(struct history *history);

/* The most bytes a file of the given size can become. */
size_t compressed_bound(size_t size);

/* Returns the size of what it wrote; the bound must fit. */
size_t compress(const struct bytes *original, struct history *history, unsigned char *out);

#endif
