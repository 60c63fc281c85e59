/* Finds the corners or the edges of a grey image.
 * usage: image-corners corners|edges IMAGE.pgm
 *
 * Prints a line "x y response" for each corner, or for each row with edges their runs "first-last".
 */

#include "corners.h"
#include "edges.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char program_name[] = "image-corners";

static void print_corners(const struct image *image, const struct corner_map *map)
{
    for (int y = 0; y < image->height; y++) {
        for (int x = 0; x < image->width; x++) {
            const ptrdiff_t i = (ptrdiff_t)y * image->width + x;
            if (map->is_corner[i]) printf("%d %d %" PRId64 "\n", x, y, map->response[i]);
        }
    }
}

static void run_corners(const struct image *image)
{
    struct corner_map map = allocate_corner_map(image);
    size_t corners = 0;
    for (long left = repetitions(); left > 0; left--) {
        corners = find_corners(opaque(image), &map);
        watch(corners);
    }
    printf("%zu corners\n", corners);
    print_corners(image, &map);
    free_corner_map(&map);
}

static void print_runs(const unsigned char *marks, int width)
{
    for (int x = 0; x < width; x++) {
        if (marks[x] != EDGE) continue;
        const int first = x;
        while (x + 1 < width && marks[x + 1] == EDGE) x++;
        printf(" %d-%d", first, x);
    }
}

static void print_edges(const struct image *image, const struct edge_map *map)
{
    for (int y = 0; y < image->height; y++) {
        const unsigned char *const marks = map->mark + (ptrdiff_t)y * image->width;
        if (!memchr(marks, EDGE, (size_t)image->width)) continue;
        printf("%d:", y);
        print_runs(marks, image->width);
        printf("\n");
    }
}

static void run_edges(const struct image *image)
{
    struct edge_map map = allocate_edge_map(image);
    size_t edges = 0;
    for (long left = repetitions(); left > 0; left--) {
        edges = find_edges(opaque(image), &map);
        watch(edges);
    }
    printf("%zu pixels on edges\n", edges);
    print_edges(image, &map);
    free_edge_map(&map);
}

int main(int argc, char **argv)
{
    if (argc != 3) fail("expected two arguments", "corners|edges IMAGE.pgm");
    const bool edges_wanted = strcmp(argv[1], "edges") == 0;
    if (!edges_wanted && strcmp(argv[1], "corners") != 0) fail("unknown command", argv[1]);
    struct image image = load_pgm(argv[2]);
    (edges_wanted ? run_edges : run_corners)(&image);
    free_image(&image);
    finish_output();
    return EXIT_SUCCESS;
}
