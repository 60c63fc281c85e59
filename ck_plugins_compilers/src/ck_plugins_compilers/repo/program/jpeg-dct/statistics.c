#include "statistics.h"

#include "checksum.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct statistics no_statistics(void)
{
    return (struct statistics){
        .levels_checksum = EMPTY_CHECKSUM,
        .pixels_checksum = EMPTY_CHECKSUM,
    };
}

/* The bits of its magnitude. */
static int size_of(int32_t level)
{
    int size = 0;
    for (int32_t rest = abs(level); rest; rest /= 2) size++;
    return size;
}

static void count_run(struct statistics *statistics, int zeros, int32_t level)
{
    statistics->long_runs += (uint64_t)zeros / RUNS;
    statistics->runs[zeros % RUNS]++;
    statistics->sizes[size_of(level)]++;
}

static void count_runs(struct statistics *statistics, const int32_t levels[BLOCK])
{
    int zeros = 0;
    for (int k = 1; k < BLOCK; k++) {
        if (levels[k]) {
            count_run(statistics, zeros, levels[k]);
            zeros = 0;
        } else {
            zeros++;
        }
    }
    statistics->blocks_cut_short += zeros > 0;
}

void count_levels(struct statistics *statistics, const int32_t levels[BLOCK])
{
    statistics->blocks++;
    for (int k = 0; k < BLOCK; k++) {
        statistics->nonzero[k] += levels[k] != 0;
        statistics->magnitude[k] += (uint64_t)abs(levels[k]);
        statistics->levels_checksum
            = add_to_checksum(statistics->levels_checksum, (uint16_t)levels[k]);
    }
    statistics->sizes[size_of(levels[0] - statistics->last_mean)]++;
    statistics->last_mean = levels[0];
    count_runs(statistics, levels);
}

void count_pixel(struct statistics *statistics, int32_t original, int32_t restored)
{
    const int32_t error = abs(original - restored);
    statistics->pixels_checksum = add_to_checksum(statistics->pixels_checksum, (uint64_t)restored);
    statistics->squared_error += (uint64_t)(error * error);
    if (error > statistics->largest_error) statistics->largest_error = error;
}

static void print_counts(const char *name, const uint64_t *counts, int length)
{
    for (int k = 0; k < length; k++) {
        if (counts[k]) printf("%s %d: %" PRIu64 "\n", name, k, counts[k]);
    }
}

static void print_places(const struct statistics *statistics)
{
    for (int k = 0; k < BLOCK; k++) {
        printf("place %d: %" PRIu64 " nonzero, magnitudes %" PRIu64 "\n", k, statistics->nonzero[k],
            statistics->magnitude[k]);
    }
}

void print_statistics(const struct statistics *statistics)
{
    printf("blocks: %" PRIu64 "\n", statistics->blocks);
    print_places(statistics);
    print_counts("zeros", statistics->runs, RUNS);
    printf("sixteen zeros: %" PRIu64 "\n", statistics->long_runs);
    printf("blocks cut short: %" PRIu64 "\n", statistics->blocks_cut_short);
    print_counts("bits", statistics->sizes, SIZES);
    printf("levels checksum: %016" PRIx64 "\n", statistics->levels_checksum);
    printf("pixels checksum: %016" PRIx64 "\n", statistics->pixels_checksum);
    printf("squared error: %" PRIu64 "\n", statistics->squared_error);
    printf("largest error: %" PRId32 "\n", statistics->largest_error);
}
