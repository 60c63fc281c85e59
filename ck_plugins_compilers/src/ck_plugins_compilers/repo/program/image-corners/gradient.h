/* Sobel's gradient: how the brightness changes along x and y, at most 1020 each way. */

#ifndef GRADIENT_H
#define GRADIENT_H

#include "pgm.h"

struct gradient {
    int16_t *x, *y; /* zero on the frame of one pixel that has not eight neighbours */
};

struct gradient allocate_gradient(const struct image *image);
void free_gradient(struct gradient *gradient);
void find_gradient(const struct image *image, struct gradient *gradient);

#endif
