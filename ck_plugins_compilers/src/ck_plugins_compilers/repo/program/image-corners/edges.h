/* Edges, thinned to lines, with two thresholds as Canny proposed. */

#ifndef EDGES_H
#define EDGES_H

#include "gradient.h"

enum edge_mark { NO_EDGE, WEAK_EDGE, EDGE };

struct edge_map {
    struct gradient gradient;
    int32_t *strength; /* squared length of the gradient */
    unsigned char *mark;
    ptrdiff_t *pending;
};

struct edge_map allocate_edge_map(const struct image *image);
void free_edge_map(struct edge_map *map);

/* Returns the number of pixels marked EDGE. */
size_t find_edges(const struct image *image, struct edge_map *map);

#endif
