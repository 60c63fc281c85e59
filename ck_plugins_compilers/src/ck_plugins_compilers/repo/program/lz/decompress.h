#ifndef DECOMPRESS_H
#define DECOMPRESS_H

#include "lz.h"

/* The size its header promises, which the file can really have. */
size_t original_size(const struct bytes *compressed, const char *path);

/* Fails with a message about the path if the file is damaged. Returns the checksum. */
uint32_t decompress(const struct bytes *compressed, struct bytes *original, const char *path);

#endif
