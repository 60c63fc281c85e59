/* An edge is a line of pixels whose gradient is longer than that of the pixels on both sides. It
 * needs one pixel with a strong gradient; from there it goes on through neighbours with weaker ones.
 */

#include "edges.h"

#include <stdbool.h>
#include <stdlib.h>

enum { WEAK_GRADIENT = 80, STRONG_GRADIENT = 200 };

struct edge_map allocate_edge_map(const struct image *image)
{
    const size_t pixels = (size_t)image->width * image->height;
    return (struct edge_map){
        .gradient = allocate_gradient(image),
        .strength = allocate(pixels, sizeof(int32_t), "strengths"),
        .mark = allocate(pixels, sizeof(unsigned char), "marks"),
        .pending = allocate(pixels, sizeof(ptrdiff_t), "pending pixels"),
    };
}

void free_edge_map(struct edge_map *map)
{
    free_gradient(&map->gradient);
    free(map->strength);
    free(map->mark);
    free(map->pending);
}

static void find_strengths(struct edge_map *map, size_t pixels)
{
    const int16_t *const x = map->gradient.x, *const y = map->gradient.y;
    for (size_t i = 0; i < pixels; i++) map->strength[i] = x[i] * x[i] + y[i] * y[i];
}

/* From a pixel to its neighbour in the nearest of the four directions. The limits are at 22.5
 * degrees, whose tangent is sqrt(2) - 1: y < tan * x just when (x + y)^2 < 2 x^2.
 */
static ptrdiff_t step_along(int x, int y, ptrdiff_t stride)
{
    const int sum = abs(x) + abs(y);
    if (sum * sum < 2 * x * x) return 1;
    if (sum * sum < 2 * y * y) return stride;
    return (x < 0) == (y < 0) ? stride + 1 : stride - 1;
}

/* Of two equal pixels across an edge one is taken. */
static bool is_ridge(const struct edge_map *map, ptrdiff_t i, ptrdiff_t stride)
{
    const ptrdiff_t step = step_along(map->gradient.x[i], map->gradient.y[i], stride);
    const int32_t *const centre = map->strength + i;
    return centre[-step] < *centre && centre[step] <= *centre;
}

/* Returns how many strong pixels it left pending. */
static size_t mark_ridges(const struct image *image, struct edge_map *map)
{
    const ptrdiff_t stride = image->width;
    size_t pending = 0;
    for (int y = 1; y < image->height - 1; y++) {
        for (ptrdiff_t i = y * stride + 1; i < (y + 1) * stride - 1; i++) {
            map->mark[i] = NO_EDGE;
            if (map->strength[i] < WEAK_GRADIENT * WEAK_GRADIENT) continue;
            if (!is_ridge(map, i, stride)) continue;
            map->mark[i] = WEAK_EDGE;
            if (map->strength[i] < STRONG_GRADIENT * STRONG_GRADIENT) continue;
            map->mark[i] = EDGE;
            map->pending[pending++] = i;
        }
    }
    return pending;
}

/* A pixel becomes pending when it becomes an edge, so at most once. */
static size_t follow_edges(const struct image *image, struct edge_map *map, size_t pending)
{
    const ptrdiff_t stride = image->width;
    const ptrdiff_t neighbours[] = {
        -stride - 1, -stride, -stride + 1, -1, 1, stride - 1, stride, stride + 1,
    };
    size_t edges = 0;
    for (; pending; edges++) {
        const ptrdiff_t here = map->pending[--pending];
        for (int k = 0; k < 8; k++) {
            const ptrdiff_t neighbour = here + neighbours[k];
            if (map->mark[neighbour] != WEAK_EDGE) continue;
            map->mark[neighbour] = EDGE;
            map->pending[pending++] = neighbour;
        }
    }
    return edges;
}

size_t find_edges(const struct image *image, struct edge_map *map)
{
    find_gradient(image, &map->gradient);
    find_strengths(map, (size_t)image->width * image->height);
    const size_t strong = mark_ridges(image, map);
    return follow_edges(image, map, strong);
}
