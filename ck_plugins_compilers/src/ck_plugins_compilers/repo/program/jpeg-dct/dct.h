/* The 8x8 discrete cosine transform of JPEG and its inverse, in integers. */

#ifndef DCT_H
#define DCT_H

#include <stdint.h>

enum { SIDE = 8, BLOCK = SIDE * SIDE };

/* Samples in [-128, 127] to coefficients of at most 1024, row by row, upwards in frequency. */
void forward_dct(const int32_t samples[BLOCK], int32_t coefficients[BLOCK]);

/* Coefficients of at most 2048 back to samples, which rounding may leave outside of their range. */
void inverse_dct(const int32_t coefficients[BLOCK], int32_t samples[BLOCK]);

#endif
