#include "quantiser.h"

#include <stdlib.h>

enum { LARGEST_DIVISOR = 255 };

static const unsigned char ZIGZAG[BLOCK] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};

/* Table K.1 of the JPEG standard (ITU-T T.81): luminance, row by row. */
static const unsigned char LUMINANCE[BLOCK] = {
    16, 11, 10, 16, 24,  40,  51,  61,
    12, 12, 14, 19, 26,  58,  60,  55,
    14, 13, 16, 24, 40,  57,  69,  56,
    14, 17, 22, 29, 51,  87,  80,  62,
    18, 22, 37, 56, 68,  109, 103, 77,
    24, 35, 55, 64, 81,  104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
};

static int32_t clamp(int32_t value, int32_t low, int32_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* The table is for quality 50. Below, divisors grow like 1/quality; above, they shrink evenly. */
struct quantiser quantiser_for(int quality)
{
    const int per_cent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    struct quantiser quantiser;
    for (int k = 0; k < BLOCK; k++) {
        const int32_t divisor = (LUMINANCE[ZIGZAG[k]] * per_cent + 50) / 100;
        quantiser.divisors[k] = clamp(divisor, 1, LARGEST_DIVISOR);
    }
    return quantiser;
}

/* Rounds to the nearest level, halves away from zero. */
void quantise(
    const struct quantiser *quantiser, const int32_t coefficients[BLOCK], int32_t levels[BLOCK])
{
    for (int k = 0; k < BLOCK; k++) {
        const int32_t coefficient = coefficients[ZIGZAG[k]], divisor = quantiser->divisors[k];
        const int32_t level = (abs(coefficient) + divisor / 2) / divisor;
        levels[k] = coefficient < 0 ? -level : level;
    }
}

void restore(
    const struct quantiser *quantiser, const int32_t levels[BLOCK], int32_t coefficients[BLOCK])
{
    for (int k = 0; k < BLOCK; k++) {
        coefficients[ZIGZAG[k]] = levels[k] * quantiser->divisors[k];
    }
}
