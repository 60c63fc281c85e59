/* Corners by the method of Harris and Stephens. */

#ifndef CORNERS_H
#define CORNERS_H

#include "gradient.h"

#include <stdbool.h>

struct corner_map {
    struct gradient gradient;
    int32_t *xx, *yy, *xy; /* products of the gradients, summed up over a window */
    int32_t *column_sums;
    int64_t *response;
    bool *is_corner;
};

struct corner_map allocate_corner_map(const struct image *image);
void free_corner_map(struct corner_map *map);

/* Returns the number of corners. */
size_t find_corners(const struct image *image, struct corner_map *map);

#endif
