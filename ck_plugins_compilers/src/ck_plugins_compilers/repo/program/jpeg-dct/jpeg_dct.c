/* The lossy half of a JPEG coder and decoder: transforms and quantises the blocks of a grey image,
 * counts what an entropy coder would be given, and restores the image.
 * usage: jpeg-dct QUALITY IMAGE.pgm      (quality 1 to 100)
 */

#include "harness.h"
#include "pgm.h"
#include "quantiser.h"
#include "statistics.h"

#include <stdlib.h>

enum { MIDDLE_GREY = 128, WHITE = 255 };

const char program_name[] = "jpeg-dct";

static int at_most(int value, int limit)
{
    return value < limit ? value : limit;
}

/* A block that reaches over the frame repeats the last row and column. */
static void load_samples(const struct image *image, int left, int top, int32_t samples[BLOCK])
{
    for (int y = 0; y < SIDE; y++) {
        const ptrdiff_t row = at_most(top + y, image->height - 1);
        const unsigned char *const pixels = image->pixels + row * image->width;
        for (int x = 0; x < SIDE; x++) {
            samples[y * SIDE + x] = pixels[at_most(left + x, image->width - 1)] - MIDDLE_GREY;
        }
    }
}

static int32_t to_pixel(int32_t sample)
{
    const int32_t level = sample + MIDDLE_GREY;
    return level < 0 ? 0 : level > WHITE ? WHITE : level;
}

static void compare_pixels(const struct image *image, int left, int top,
    const int32_t samples[BLOCK], struct statistics *statistics)
{
    const int right = at_most(left + SIDE, image->width);
    const int bottom = at_most(top + SIDE, image->height);
    for (int y = top; y < bottom; y++) {
        const unsigned char *const pixels = image->pixels + (ptrdiff_t)y * image->width;
        for (int x = left; x < right; x++) {
            const int32_t restored = to_pixel(samples[(y - top) * SIDE + (x - left)]);
            count_pixel(statistics, pixels[x], restored);
        }
    }
}

static void code_block(const struct image *image, int left, int top,
    const struct quantiser *quantiser, struct statistics *statistics)
{
    int32_t samples[BLOCK], coefficients[BLOCK], levels[BLOCK];
    load_samples(image, left, top, samples);
    forward_dct(samples, coefficients);
    quantise(quantiser, coefficients, levels);
    count_levels(statistics, levels);
    restore(quantiser, levels, coefficients);
    inverse_dct(coefficients, samples);
    compare_pixels(image, left, top, samples, statistics);
}

static struct statistics code_image(const struct image *image, const struct quantiser *quantiser)
{
    struct statistics statistics = no_statistics();
    for (int top = 0; top < image->height; top += SIDE) {
        for (int left = 0; left < image->width; left += SIDE) {
            code_block(image, left, top, quantiser, &statistics);
        }
    }
    return statistics;
}

static int parse_quality(const char *text)
{
    char *end;
    const long quality = strtol(text, &end, 10);
    if (*end || quality < 1 || quality > 100) fail("quality is not a number from 1 to 100", text);
    return (int)quality;
}

int main(int argc, char **argv)
{
    if (argc != 3) fail("expected two arguments", "QUALITY IMAGE.pgm");
    const struct quantiser quantiser = quantiser_for(parse_quality(argv[1]));
    struct image image = load_pgm(argv[2]);
    struct statistics statistics;
    for (long left = repetitions(); left > 0; left--) {
        statistics = code_image(opaque(&image), &quantiser);
        watch(statistics.pixels_checksum ^ statistics.levels_checksum);
    }
    print_statistics(&statistics);
    free_image(&image);
    finish_output();
    return EXIT_SUCCESS;
}
