/* Quantisation of the coefficients: the only step that loses information on purpose. */

#ifndef QUANTISER_H
#define QUANTISER_H

#include "dct.h"

/* Divisors and levels are in zigzag order: low frequencies first, zeros gather at the end. */
struct quantiser {
    int32_t divisors[BLOCK];
};

/* Quality 1 is the coarsest, 100 the finest. */
struct quantiser quantiser_for(int quality);

void quantise(
    const struct quantiser *quantiser, const int32_t coefficients[BLOCK], int32_t levels[BLOCK]);
void restore(
    const struct quantiser *quantiser, const int32_t levels[BLOCK], int32_t coefficients[BLOCK]);

#endif
