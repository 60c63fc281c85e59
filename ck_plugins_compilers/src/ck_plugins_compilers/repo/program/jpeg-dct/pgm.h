/* Grey images: binary PGM ("P5") with 256 levels. */

#ifndef PGM_H
#define PGM_H

#include "harness.h"

struct image {
    int width, height;
    const unsigned char *pixels;
    struct bytes file; /* what the pixels lie in */
};

struct image load_pgm(const char *path);
void free_image(struct image *image);

#endif
