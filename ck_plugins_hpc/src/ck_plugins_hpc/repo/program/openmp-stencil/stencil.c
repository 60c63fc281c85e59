/* Heat in a cube whose faces are kept at zero, by steps in time of a seven-point stencil.
 * usage: stencil GRID STEPS
 *
 * Threads take blocks of BLOCK rows of a plane; OMP_SCHEDULE says how these are shared out. The
 * beginning is the sum of two sine waves, each of which a step multiplies by a factor of its own:
 * the program compares itself with this closed form and fails where it differs.
 *
 * Sums are taken plane by plane and then added in order, so that the output is the same for every
 * number of threads. Compilers that fuse operations differ by about 1e-16 of the largest value.
 *
 * Beside the output stands timer.json, with the seconds of all steps and the number of threads. */

#include <errno.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef BLOCK
#define BLOCK 16
#endif

enum { WAVES = 2, LARGEST_GRID = 4000, MOST_STEPS = 1000000, PROBES = 3 };

static const double PI = 3.14159265358979323846;
static const double WORST = 1e-11; /* of what is largest at the beginning */
static const double RATE = 0.125;  /* stable below 1/6 */
static const struct {
  int halves[3]; /* of the wave, along planes, rows and columns */
  double strength;
} waves[WAVES] = {{{1, 1, 1}, 1.0}, {{2, 3, 1}, 0.5}};

typedef struct {
  int grid;
  size_t row, plane; /* steps from one to the next, with the zeros around the cube */
  double *old, *new, *sines[WAVES][3];
} Cube;

static void fail(const char *what, const char *subject) {
  fprintf(stderr, "stencil: %s: %s\n", what, subject);
  exit(1);
}

static int number(const char *text, int largest) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  if (end == text || *end || errno || value < 1 || value > largest)
    fail("not a number that it takes", text);
  return (int)value;
}

static double *memory(size_t count) {
  double *values = malloc(count * sizeof *values);
  if (!values) fail("not enough memory", "take a smaller GRID");
  return values;
}

static double *sines(int halves, int grid) {
  double *values = memory((size_t)grid + 1);
  for (int at = 0; at <= grid; at++) values[at] = sin(PI * halves * at / (grid + 1.0));
  return values;
}

static double wave(const Cube *cube, int k, int plane, int row, int column) {
  return waves[k].strength * cube->sines[k][0][plane] * cube->sines[k][1][row] *
         cube->sines[k][2][column];
}

static double begins_with(const Cube *cube, int plane, int row, int column) {
  int end = cube->grid + 1;
  if (!plane || !row || !column || plane == end || row == end || column == end) return 0;
  double sum = 0;
  for (int k = 0; k < WAVES; k++) sum += wave(cube, k, plane, row, column);
  return sum;
}

/* Written by the threads that will use it: memory comes near to who touches it first. */
static void fill(Cube *cube) {
#pragma omp parallel for schedule(static)
  for (int plane = 0; plane <= cube->grid + 1; plane++)
    for (int row = 0; row <= cube->grid + 1; row++)
      for (int column = 0; column <= cube->grid + 1; column++) {
        size_t at = plane * cube->plane + row * cube->row + column;
        cube->old[at] = begins_with(cube, plane, row, column);
        cube->new[at] = 0;
      }
}

static Cube cube_of(int grid) {
  Cube cube = {.grid = grid, .row = (size_t)grid + 2};
  cube.plane = cube.row * cube.row;
  cube.old = memory(cube.plane * cube.row);
  cube.new = memory(cube.plane * cube.row);
  for (int k = 0; k < WAVES; k++)
    for (int axis = 0; axis < 3; axis++) cube.sines[k][axis] = sines(waves[k].halves[axis], grid);
  fill(&cube);
  return cube;
}

static void renew_row(const Cube *cube, int plane, int row) {
  size_t up = cube->plane, back = cube->row;
  const double *restrict here = cube->old + plane * up + row * back;
  double *restrict into = cube->new + plane * up + row * back;
  for (int column = 1; column <= cube->grid; column++) {
    double around = here[column - up] + here[column + up] + here[column - back] +
                    here[column + back] + here[column - 1] + here[column + 1];
    into[column] = here[column] + RATE * (around - 6 * here[column]);
  }
}

static void step(Cube *cube) {
#pragma omp parallel for collapse(2) schedule(runtime)
  for (int plane = 1; plane <= cube->grid; plane++)
    for (int first = 1; first <= cube->grid; first += BLOCK)
      for (int row = first; row < first + BLOCK && row <= cube->grid; row++)
        renew_row(cube, plane, row);
  double *kept = cube->old;
  cube->old = cube->new;
  cube->new = kept;
}

static double solve(Cube *cube, int steps) {
  double began = omp_get_wtime();
  for (int k = 0; k < steps; k++) step(cube);
  return omp_get_wtime() - began;
}

/* What is left of a wave; 1 - cos(x) = 2 sin(x/2)^2, without cancellation. */
static double left_of(int k, int grid, int steps) {
  double lost = 0;
  for (int axis = 0; axis < 3; axis++)
    lost += pow(sin(0.5 * PI * waves[k].halves[axis] / (grid + 1.0)), 2);
  return pow(1 - 4 * RATE * lost, steps);
}

/* The largest difference from the closed form. */
static double error_of(const Cube *cube, int steps) {
  double left[WAVES], worst = 0;
  for (int k = 0; k < WAVES; k++) left[k] = left_of(k, cube->grid, steps);
#pragma omp parallel for schedule(static) reduction(max : worst)
  for (int plane = 1; plane <= cube->grid; plane++)
    for (int row = 1; row <= cube->grid; row++)
      for (int column = 1; column <= cube->grid; column++) {
        double exact = 0;
        for (int k = 0; k < WAVES; k++) exact += left[k] * wave(cube, k, plane, row, column);
        double value = cube->old[plane * cube->plane + row * cube->row + column];
        if (!(fabs(value - exact) <= worst)) worst = isnan(value) ? INFINITY : fabs(value - exact);
      }
  return worst;
}

static void check(const Cube *cube, int steps) {
  char text[64];
  double error = error_of(cube, steps);
  snprintf(text, sizeof text, "by %.3e", error);
  if (!(error <= WORST)) fail("differs from the closed form", text);
}

static void add_plane(const Cube *cube, int plane, double sums[2]) {
  for (int row = 1; row <= cube->grid; row++)
    for (int column = 1; column <= cube->grid; column++) {
      double value = cube->old[plane * cube->plane + row * cube->row + column];
      sums[0] += value;
      sums[1] += value * value;
    }
}

/* Into sums: that of the values and that of their squares. */
static void add_up(const Cube *cube, double sums[2]) {
  double(*of_planes)[2] = calloc((size_t)cube->grid + 1, sizeof *of_planes);
  if (!of_planes) fail("not enough memory", "take a smaller GRID");
#pragma omp parallel for schedule(static)
  for (int plane = 1; plane <= cube->grid; plane++) add_plane(cube, plane, of_planes[plane]);
  for (int plane = 1; plane <= cube->grid; plane++)
    for (int i = 0; i < 2; i++) sums[i] += of_planes[plane][i];
  free(of_planes);
}

static void say_values(const Cube *cube) {
  for (int i = 0; i < PROBES; i++)
    for (int j = 0; j < PROBES; j++) {
      int plane = 1 + cube->grid * i / PROBES, row = 1 + cube->grid * j / PROBES;
      int column = 1 + cube->grid / 2;
      if (column > cube->grid) column = cube->grid;
      double value = cube->old[plane * cube->plane + row * cube->row + column];
      printf("value %d %d %d %.15e\n", plane, row, column, value);
    }
}

static void say(const Cube *cube, int steps) {
  double sums[2] = {0, 0};
  add_up(cube, sums);
  printf("grid %d steps %d\n", cube->grid, steps);
  printf("sum %.15e\nsum of squares %.15e\n", sums[0], sums[1]);
  say_values(cube);
  puts("agrees with the closed form");
  if (fflush(stdout) || ferror(stdout)) fail("cannot write", "the output");
}

static void write_times(const Cube *cube, int steps, double seconds) {
  double updates = pow(cube->grid, 3) * steps;
  FILE *file = fopen("timer.json", "w");
  if (!file) fail("cannot write", "timer.json");
  fprintf(file, "{\"solve_s\": %.9f, \"updates_per_s\": %.6e, \"threads\": %d}\n", seconds,
          updates / fmax(seconds, 1e-9), omp_get_max_threads());
  if (ferror(file) | fclose(file)) fail("cannot write", "timer.json");
}

int main(int count, char **arguments) {
  if (count != 3) fail("expected two arguments", "GRID STEPS");
  int grid = number(arguments[1], LARGEST_GRID), steps = number(arguments[2], MOST_STEPS);
  Cube cube = cube_of(grid);
  double seconds = solve(&cube, steps);
  check(&cube, steps);
  say(&cube, steps);
  write_times(&cube, steps, seconds);
  free(cube.old), free(cube.new);
  return 0;
}
