#include "dct.h"

/* The numbers keep FRACTION more bits between the two passes. No sum reaches 2^31: the entries of a
 * row or column of the basis add up to less than 3 * 2^13 in magnitude, so that coefficients of 2^11
 * become less than 3 * 2^14 after the first pass and sums of less than 9 * 2^27 in the second one.
 */
enum { SCALE = 13, FRACTION = 3 };

/* BASIS[u][x] = round(2^SCALE * c(u) * cos((2x + 1) u pi / 16)), c(0) = sqrt(1/8), else 1/2. */
static const int32_t BASIS[SIDE][SIDE] = {
    {2896, 2896, 2896, 2896, 2896, 2896, 2896, 2896},
    {4017, 3406, 2276, 799, -799, -2276, -3406, -4017},
    {3784, 1567, -1567, -3784, -3784, -1567, 1567, 3784},
    {3406, -799, -4017, -2276, 2276, 4017, 799, -3406},
    {2896, -2896, -2896, 2896, 2896, -2896, -2896, 2896},
    {2276, -4017, 799, 3406, -3406, -799, 4017, -2276},
    {1567, -3784, 3784, -1567, -1567, 3784, -3784, 1567},
    {799, -2276, 3406, -4017, 4017, -3406, 2276, -799},
};

/* Shifting a negative number is up to the compiler; all of ours round it downwards. */
static int32_t round_off(int32_t value, int bits)
{
    return (value + (1 << (bits - 1))) >> bits;
}

/* Transforms each row and writes it as a column, so that two passes leave rows as rows. */
static void forward_pass(const int32_t in[BLOCK], int32_t out[BLOCK], int bits)
{
    for (int row = 0; row < SIDE; row++) {
        for (int u = 0; u < SIDE; u++) {
            int32_t sum = 0;
            for (int x = 0; x < SIDE; x++) sum += BASIS[u][x] * in[row * SIDE + x];
            out[u * SIDE + row] = round_off(sum, bits);
        }
    }
}

static void inverse_pass(const int32_t in[BLOCK], int32_t out[BLOCK], int bits)
{
    for (int row = 0; row < SIDE; row++) {
        for (int x = 0; x < SIDE; x++) {
            int32_t sum = 0;
            for (int u = 0; u < SIDE; u++) sum += BASIS[u][x] * in[row * SIDE + u];
            out[x * SIDE + row] = round_off(sum, bits);
        }
    }
}

void forward_dct(const int32_t samples[BLOCK], int32_t coefficients[BLOCK])
{
    int32_t half_way[BLOCK];
    forward_pass(samples, half_way, SCALE - FRACTION);
    forward_pass(half_way, coefficients, SCALE + FRACTION);
}

void inverse_dct(const int32_t coefficients[BLOCK], int32_t samples[BLOCK])
{
    int32_t half_way[BLOCK];
    inverse_pass(coefficients, half_way, SCALE - FRACTION);
    inverse_pass(half_way, samples, SCALE + FRACTION);
}
