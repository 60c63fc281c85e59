#include "gradient.h"

#include <stdlib.h>

struct gradient allocate_gradient(const struct image *image)
{
    const size_t pixels = (size_t)image->width * image->height;
    return (struct gradient){
        .x = allocate(pixels, sizeof(int16_t), "gradient"),
        .y = allocate(pixels, sizeof(int16_t), "gradient"),
    };
}

void free_gradient(struct gradient *gradient)
{
    free(gradient->x);
    free(gradient->y);
}

/* Each row pointer is that of the pixel left of the centre. */
static int along_x(
    const unsigned char *above, const unsigned char *here, const unsigned char *below)
{
    return above[2] + 2 * here[2] + below[2] - above[0] - 2 * here[0] - below[0];
}

static int along_y(const unsigned char *above, const unsigned char *below)
{
    return below[0] + 2 * below[1] + below[2] - above[0] - 2 * above[1] - above[2];
}

void find_gradient(const struct image *image, struct gradient *gradient)
{
    const ptrdiff_t stride = image->width;
    for (int y = 1; y < image->height - 1; y++) {
        const unsigned char *const here = image->pixels + y * stride;
        const unsigned char *const above = here - stride, *const below = here + stride;
        int16_t *const row_x = gradient->x + y * stride, *const row_y = gradient->y + y * stride;
        for (ptrdiff_t x = 1; x < stride - 1; x++) {
            row_x[x] = (int16_t)along_x(above + x - 1, here + x - 1, below + x - 1);
            row_y[x] = (int16_t)along_y(above + x - 1, below + x - 1);
        }
    }
}
