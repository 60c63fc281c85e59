/* What an entropy coder would be given, and how far the restored image is from the original. */

#ifndef STATISTICS_H
#define STATISTICS_H

#include "dct.h"

enum { RUNS = 16, SIZES = 16 };

struct statistics {
    uint64_t blocks;
    uint64_t nonzero[BLOCK], magnitude[BLOCK]; /* by place in the zigzag */
    uint64_t runs[RUNS];                       /* of zeros before a nonzero level */
    uint64_t long_runs;                        /* sixteen zeros that more levels follow */
    uint64_t blocks_cut_short;                 /* by an end-of-block mark */
    uint64_t sizes[SIZES];                     /* bits of a level, for the first one of its change */
    int32_t last_mean;                         /* first level of the block before */
    uint64_t levels_checksum;
    uint64_t pixels_checksum;
    uint64_t squared_error;
    int32_t largest_error;
};

struct statistics no_statistics(void);
void count_levels(struct statistics *statistics, const int32_t levels[BLOCK]);
void count_pixel(struct statistics *statistics, int32_t original, int32_t restored);
void print_statistics(const struct statistics *statistics);

#endif
