/* Poisson's equation on a grid, by Jacobi sweeps from zero; each rank has a block of rows.
 * usage: jacobi GRID SWEEPS strong|weak
 *
 * strong: GRID by GRID points, whatever the number of ranks. weak: GRID rows for each rank, GRID
 * columns. The edges are zero. The source is the sum of two sine waves, for which the sweeps have a
 * closed form; the program compares itself with it and fails where it differs.
 *
 * Each point is renewed by the same operations on every number of ranks. Only the printed sums are
 * added in another order: they differ by about 1e-16 of the sum of magnitudes. Of weak scaling
 * nothing is printed that depends on the number of ranks.
 *
 * Beside the output stands timer.json: seconds of the slowest rank, and the number of ranks. */

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAVES = 2, LONGEST = 1000000, PROBES = 4, DOWN = 1, UP = 2 };

static const double PI = 3.14159265358979323846;
static const double WORST = 1e-11; /* of what is largest in the grid */
static const struct {
  int down, along;
  double strength;
} waves[WAVES] = {{1, 1, 1.0}, {3, 2, 0.5}};

typedef struct {
  int rank, ranks;
  int first, rows, all_rows, columns; /* first: the global row of the block's first, from 1 */
  size_t stride;
  double *old, *new, *source; /* a row above and one below the block; a column on each side */
} Block;

typedef struct {
  double solve_s, wait_s;
} Times;

static void fail(int rank, const char *what, const char *subject) {
  if (rank == 0) fprintf(stderr, "jacobi: %s: %s\n", what, subject);
  MPI_Finalize();
  exit(1);
}

static void abort_all(const char *what) {
  fprintf(stderr, "jacobi: %s\n", what);
  MPI_Abort(MPI_COMM_WORLD, 1);
  exit(1);
}

static int number(int rank, const char *text) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  if (end == text || *end || errno || value < 1 || value > LONGEST)
    fail(rank, "not a number from 1 to 1000000", text);
  return (int)value;
}

static int is_weak(int rank, const char *text) {
  if (strcmp(text, "strong") && strcmp(text, "weak")) fail(rank, "neither strong nor weak", text);
  return text[0] == 'w';
}

/* The block of this rank; the first ranks have one row more where they cannot be shared evenly. */
static Block block_of(int grid, int weak, int rank, int ranks) {
  if (weak && grid > INT_MAX / ranks) fail(rank, "too many rows", "fewer ranks, or a smaller GRID");
  int all_rows = weak ? grid * ranks : grid;
  if (all_rows < ranks) fail(rank, "more ranks than rows", "fewer ranks, or a larger GRID");
  int even = all_rows / ranks, more = all_rows % ranks;
  Block block = {.rank = rank, .ranks = ranks, .all_rows = all_rows, .columns = grid};
  block.rows = even + (rank < more);
  block.first = 1 + rank * even + (rank < more ? rank : more);
  block.stride = (size_t)grid + 2;
  return block;
}

static double *zeros(const Block *block) {
  double *values = calloc(((size_t)block->rows + 2) * block->stride, sizeof *values);
  if (!values) abort_all("not enough memory for this grid");
  return values;
}

static double wave(int number_of_halves, int at, int points) {
  return sin(PI * number_of_halves * at / (points + 1.0));
}

/* What each sweep adds: a quarter of the source. */
static void fill_source(Block *block) {
  for (int k = 0; k < WAVES; k++)
    for (int row = 1; row <= block->rows; row++) {
      double down = wave(waves[k].down, block->first + row - 1, block->all_rows);
      double *into = block->source + row * block->stride;
      for (int column = 1; column <= block->columns; column++)
        into[column] += waves[k].strength * down * wave(waves[k].along, column, block->columns);
    }
}

static void make(Block *block) {
  block->old = zeros(block);
  block->new = zeros(block);
  block->source = zeros(block);
  fill_source(block);
}

static void sweep_rows(const Block *block, int from, int to) {
  size_t stride = block->stride;
  for (int row = from; row <= to; row++) {
    const double *restrict here = block->old + row * stride;
    const double *restrict source = block->source + row * stride;
    double *restrict into = block->new + row * stride;
    for (int column = 1; column <= block->columns; column++)
      into[column] = 0.25 * (here[column - stride] + here[column + stride] + here[column - 1] +
                             here[column + 1]) +
                     source[column];
  }
}

/* Starts to send the block's outer rows to the neighbours and to receive theirs. */
static void start_exchange(const Block *block, MPI_Request requests[4]) {
  int above = block->rank ? block->rank - 1 : MPI_PROC_NULL;
  int below = block->rank + 1 < block->ranks ? block->rank + 1 : MPI_PROC_NULL;
  double *first = block->old + block->stride, *last = block->old + block->rows * block->stride;
  int count = block->columns + 2;
  MPI_Irecv(first - block->stride, count, MPI_DOUBLE, above, DOWN, MPI_COMM_WORLD, &requests[0]);
  MPI_Irecv(last + block->stride, count, MPI_DOUBLE, below, UP, MPI_COMM_WORLD, &requests[1]);
  MPI_Isend(first, count, MPI_DOUBLE, above, UP, MPI_COMM_WORLD, &requests[2]);
  MPI_Isend(last, count, MPI_DOUBLE, below, DOWN, MPI_COMM_WORLD, &requests[3]);
}

/* One sweep: inner rows while the outer ones travel. Answers the seconds of waiting. */
static double sweep(const Block *block) {
  MPI_Request requests[4];
  start_exchange(block, requests);
  sweep_rows(block, 2, block->rows - 1);
  double began = MPI_Wtime();
  MPI_Waitall(4, requests, MPI_STATUSES_IGNORE);
  double waited = MPI_Wtime() - began;
  sweep_rows(block, 1, 1);
  if (block->rows > 1) sweep_rows(block, block->rows, block->rows);
  return waited;
}

static void swap(Block *block) {
  double *kept = block->old;
  block->old = block->new;
  block->new = kept;
}

/* Seconds of the slowest rank. */
static Times solve(Block *block, int sweeps) {
  double own[2] = {0, 0}, most[2];
  MPI_Barrier(MPI_COMM_WORLD);
  double began = MPI_Wtime();
  for (int k = 0; k < sweeps; k++) {
    own[1] += sweep(block);
    swap(block);
  }
  own[0] = MPI_Wtime() - began;
  MPI_Allreduce(own, most, 2, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  return (Times){.solve_s = most[0], .wait_s = most[1]};
}

/* A sweep multiplies a wave by f = 1 - g, so that n of them give (1 + f + ... + f^(n-1)) of it. */
static double amplitude(const Block *block, int k, int sweeps) {
  double down = sin(0.5 * PI * waves[k].down / (block->all_rows + 1.0));
  double along = sin(0.5 * PI * waves[k].along / (block->columns + 1.0));
  double g = down * down + along * along; /* 1 - cos(x) = 2 sin(x/2)^2, without cancellation */
  double grown = g < 1 ? -expm1(sweeps * log1p(-g)) : 1 - pow(1 - g, sweeps);
  return waves[k].strength * grown / g;
}

/* The largest difference from the closed form, as a part of the largest value. */
static double error_of(const Block *block, int sweeps) {
  double own[2] = {0, 0}, most[2], amplitudes[WAVES];
  for (int k = 0; k < WAVES; k++) amplitudes[k] = amplitude(block, k, sweeps);
  double *along = malloc(WAVES * (size_t)block->columns * sizeof *along);
  if (!along) abort_all("not enough memory for this grid");
  for (int k = 0; k < WAVES; k++)
    for (int column = 0; column < block->columns; column++)
      along[(size_t)k * block->columns + column] = wave(waves[k].along, column + 1, block->columns);
  for (int row = 1; row <= block->rows; row++) {
    double down[WAVES];
    for (int k = 0; k < WAVES; k++)
      down[k] = amplitudes[k] * wave(waves[k].down, block->first + row - 1, block->all_rows);
    for (int column = 0; column < block->columns; column++) {
      double exact = 0;
      for (int k = 0; k < WAVES; k++) exact += down[k] * along[(size_t)k * block->columns + column];
      double difference = fabs(block->old[row * block->stride + column + 1] - exact);
      if (!(difference <= own[0])) own[0] = difference; /* NaN counts */
      if (fabs(exact) > own[1]) own[1] = fabs(exact);
    }
  }
  free(along);
  MPI_Allreduce(own, most, 2, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  return most[1] > 0 ? most[0] / most[1] : most[0];
}

/* What another sweep would change at most. */
static double residual(Block *block) {
  double own = 0, most;
  sweep(block);
  for (int row = 1; row <= block->rows; row++)
    for (int column = 1; column <= block->columns; column++) {
      size_t at = row * block->stride + column;
      own = fmax(own, fabs(block->new[at] - block->old[at]));
    }
  MPI_Allreduce(&own, &most, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  return most;
}

/* Into sums: that of the values and that of their squares. */
static void add_up(const Block *block, double sums[2]) {
  double own[2] = {0, 0};
  for (int row = 1; row <= block->rows; row++) {
    double of_row[2] = {0, 0};
    for (int column = 1; column <= block->columns; column++) {
      double value = block->old[row * block->stride + column];
      of_row[0] += value;
      of_row[1] += value * value;
    }
    own[0] += of_row[0];
    own[1] += of_row[1];
  }
  MPI_Allreduce(own, sums, 2, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

/* The value at a global place, from 1; each rank but its owner adds nothing. */
static double value_at(const Block *block, int row, int column) {
  int inside = row >= block->first && row < block->first + block->rows;
  double own = inside ? block->old[(row - block->first + 1) * block->stride + column] : 0, all;
  MPI_Allreduce(&own, &all, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  return all;
}

static void say_values(Block *block) {
  double sums[2], largest = residual(block);
  add_up(block, sums);
  if (block->rank == 0)
    printf("residual %.15e\nsum %.15e\nsum of squares %.15e\n", largest, sums[0], sums[1]);
  for (int i = 0; i < PROBES; i++)
    for (int j = 0; j < PROBES; j++) {
      int row = 1 + (int)((long)block->all_rows * i / PROBES);
      int column = 1 + (int)((long)block->columns * j / PROBES);
      double value = value_at(block, row, column);
      if (block->rank == 0) printf("value %d %d %.15e\n", row, column, value);
    }
}

static void write_times(const Block *block, int sweeps, Times times) {
  double updates = (double)block->all_rows * block->columns * sweeps;
  FILE *file = fopen("timer.json", "w");
  if (!file) abort_all("cannot write timer.json");
  fprintf(file, "{\"solve_s\": %.9f, \"wait_s\": %.9f, \"updates_per_s\": %.6e, \"ranks\": %d, ",
          times.solve_s, times.wait_s, updates / fmax(times.solve_s, 1e-9), block->ranks);
  fprintf(file, "\"rows\": %d, \"columns\": %d}\n", block->all_rows, block->columns);
  if (ferror(file) | fclose(file)) abort_all("cannot write timer.json");
}

static void say(Block *block, int grid, int sweeps, int weak) {
  const char *rows = weak ? "rows of each rank" : "rows";
  if (block->rank == 0) printf("%s %d columns %d sweeps %d\n", rows, grid, grid, sweeps);
  if (!weak) say_values(block);
  if (block->rank == 0) puts("agrees with the closed form");
  if (fflush(stdout) || ferror(stdout)) abort_all("cannot write the output");
}

static void check(const Block *block, int sweeps) {
  char text[64];
  double error = error_of(block, sweeps);
  snprintf(text, sizeof text, "by %.3e of the largest value", error);
  if (!(error <= WORST)) fail(block->rank, "differs from the closed form", text);
}

int main(int count, char **arguments) {
  int rank, ranks;
  MPI_Init(&count, &arguments);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  if (count != 4) fail(rank, "expected three arguments", "GRID SWEEPS strong|weak");
  int grid = number(rank, arguments[1]), sweeps = number(rank, arguments[2]);
  int weak = is_weak(rank, arguments[3]);
  Block block = block_of(grid, weak, rank, ranks);
  make(&block);
  Times times = solve(&block, sweeps);
  check(&block, sweeps);
  say(&block, grid, sweeps, weak);
  if (rank == 0) write_times(&block, sweeps, times);
  free(block.old), free(block.new), free(block.source);
  MPI_Finalize();
  return 0;
}
