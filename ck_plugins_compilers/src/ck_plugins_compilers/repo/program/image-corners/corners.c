/* A window with a corner changes when it is shifted in any direction, one with an edge does not
 * when it is shifted along the edge. The matrix of the gradients' products, summed up over the
 * window, tells them apart: response = determinant - trace^2 / 25, here in integers and times 25.
 *
 * The sums are at most 25 * 1020^2 < 2^25, the responses below 2^54 in magnitude.
 */

#include "corners.h"

#include <stdlib.h>

enum {
    WINDOW_RADIUS = 2,
    PEAK_RADIUS = 2,
    MARGIN = WINDOW_RADIUS + 1, /* nearer to the frame the window lacks gradients */
    INVERSE_SENSITIVITY = 25,   /* of the usual 0.04 */
    WEAKEST_SHARE = 100,        /* of the strongest response: one in so many */
};

struct corner_map allocate_corner_map(const struct image *image)
{
    const size_t pixels = (size_t)image->width * image->height;
    return (struct corner_map){
        .gradient = allocate_gradient(image),
        .xx = allocate(pixels, sizeof(int32_t), "products"),
        .yy = allocate(pixels, sizeof(int32_t), "products"),
        .xy = allocate(pixels, sizeof(int32_t), "products"),
        .column_sums = allocate(pixels, sizeof(int32_t), "sums"),
        .response = allocate(pixels, sizeof(int64_t), "responses"),
        .is_corner = allocate(pixels, sizeof(bool), "corners"),
    };
}

void free_corner_map(struct corner_map *map)
{
    free_gradient(&map->gradient);
    free(map->xx);
    free(map->yy);
    free(map->xy);
    free(map->column_sums);
    free(map->response);
    free(map->is_corner);
}

static void multiply(const int16_t *a, const int16_t *b, size_t count, int32_t *products)
{
    for (size_t i = 0; i < count; i++) products[i] = a[i] * b[i];
}

/* Five rows to a row of sums, then five of those sums to one. At the left and right frame the end
 * of a row meets the start of the next; the margin keeps clear of that.
 */
static void sum_windows(const struct image *image, int32_t *values, int32_t *column_sums)
{
    const ptrdiff_t stride = image->width;
    const ptrdiff_t first = WINDOW_RADIUS * stride, last = (image->height - WINDOW_RADIUS) * stride;
    for (ptrdiff_t i = first; i < last; i++) {
        column_sums[i] = values[i - 2 * stride] + values[i - stride] + values[i]
            + values[i + stride] + values[i + 2 * stride];
    }
    for (ptrdiff_t i = first + WINDOW_RADIUS; i < last - WINDOW_RADIUS; i++) {
        values[i] = column_sums[i - 2] + column_sums[i - 1] + column_sums[i] + column_sums[i + 1]
            + column_sums[i + 2];
    }
}

static int64_t response(int64_t xx, int64_t yy, int64_t xy)
{
    const int64_t determinant = xx * yy - xy * xy, trace = xx + yy;
    return INVERSE_SENSITIVITY * determinant - trace * trace;
}

/* Returns the strongest response, 0 if there is none above. */
static int64_t find_responses(const struct image *image, struct corner_map *map)
{
    int64_t strongest = 0;
    for (int y = MARGIN; y < image->height - MARGIN; y++) {
        const ptrdiff_t row = (ptrdiff_t)y * image->width;
        for (ptrdiff_t i = row + MARGIN; i < row + image->width - MARGIN; i++) {
            map->response[i] = response(map->xx[i], map->yy[i], map->xy[i]);
            if (map->response[i] > strongest) strongest = map->response[i];
        }
    }
    return strongest;
}

/* Of equal neighbours the first one is the peak. */
static bool is_peak(const int64_t *centre, ptrdiff_t stride)
{
    for (int y = -PEAK_RADIUS; y <= PEAK_RADIUS; y++) {
        for (int x = -PEAK_RADIUS; x <= PEAK_RADIUS; x++) {
            const int64_t *const neighbour = centre + y * stride + x;
            if (*neighbour > *centre) return false;
            if (*neighbour == *centre && neighbour < centre) return false;
        }
    }
    return true;
}

static size_t mark_peaks(const struct image *image, struct corner_map *map, int64_t threshold)
{
    size_t corners = 0;
    for (int y = MARGIN; y < image->height - MARGIN; y++) {
        const ptrdiff_t row = (ptrdiff_t)y * image->width;
        for (ptrdiff_t i = row + MARGIN; i < row + image->width - MARGIN; i++) {
            const int64_t *const centre = map->response + i;
            map->is_corner[i] = *centre > threshold && is_peak(centre, image->width);
            corners += map->is_corner[i];
        }
    }
    return corners;
}

size_t find_corners(const struct image *image, struct corner_map *map)
{
    const struct gradient gradient = map->gradient;
    const size_t pixels = (size_t)image->width * image->height;
    find_gradient(image, &map->gradient);
    multiply(gradient.x, gradient.x, pixels, map->xx);
    multiply(gradient.y, gradient.y, pixels, map->yy);
    multiply(gradient.x, gradient.y, pixels, map->xy);
    sum_windows(image, map->xx, map->column_sums);
    sum_windows(image, map->yy, map->column_sums);
    sum_windows(image, map->xy, map->column_sums);
    const int64_t strongest = find_responses(image, map);
    return mark_peaks(image, map, strongest / WEAKEST_SHARE);
}
