/* Multiplies two dense matrices of doubles.
 * usage: matmul plain|tiled PAIR.txt
 *
 * The file has five lines, each a name and a number: the rows of the left matrix, its columns (the
 * rows of the right one), the columns of the right one, a seed, and how far from the diagonal
 * entries may be other than zero. The entries are small integers, so every sum is exact in a double
 * (below 2^53) in whatever order the compiler adds: the output needs no tolerance.
 */

#include "checksum.h"
#include "harness.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The command line of the compiler may set other sizes of a tile; the sums stay exact. */
#ifndef TILE_ROWS
#define TILE_ROWS 32
#endif
#ifndef TILE_INNER
#define TILE_INNER 32
#endif
#ifndef TILE_COLUMNS
#define TILE_COLUMNS 32
#endif

enum { MAX_SIDE = 4096, LARGEST_ENTRY = 9 };

const char program_name[] = "matmul";

struct shape {
    uint32_t rows, inner, columns, seed, band;
};

struct matrix {
    size_t rows, columns;
    double *entries;
};

typedef void multiplication(const struct matrix *, const struct matrix *, struct matrix *);

/* ---- input ---------------------------------------------------------------------------------- */

static uint32_t read_line(FILE *file, const char *name, uint32_t largest, const char *path)
{
    char word[16], digits[16], *end;
    if (fscanf(file, "%15s %15s", word, digits) != 2) fail("lacks a name and its number", path);
    const unsigned long long number = strtoull(digits, &end, 10);
    if (strcmp(word, name) != 0) fail("not the name expected here", word);
    if (*end || *digits == '-' || number > largest) fail("number out of range", digits);
    return (uint32_t)number;
}

static struct shape load_shape(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file) fail("cannot open", path);
    struct shape shape;
    shape.rows = read_line(file, "rows", MAX_SIDE, path);
    shape.inner = read_line(file, "inner", MAX_SIDE, path);
    shape.columns = read_line(file, "columns", MAX_SIDE, path);
    shape.seed = read_line(file, "seed", UINT32_MAX, path);
    shape.band = read_line(file, "band", MAX_SIDE, path);
    if (fscanf(file, " %*c") != EOF || ferror(file)) fail("more than five lines", path);
    fclose(file);
    if (!shape.rows || !shape.inner || !shape.columns) fail("a matrix without entries", path);
    return shape;
}

/* ---- matrices ------------------------------------------------------------------------------- */

static struct matrix new_matrix(size_t rows, size_t columns)
{
    return (struct matrix){rows, columns, allocate(rows * columns, sizeof(double), "matrix")};
}

/* The recurrence of ISO C's example of rand(), whose upper bits are random enough for entries. */
static int next_entry(uint32_t *state)
{
    *state = *state * 1103515245u + 12345u;
    return (int)(*state >> 16) % (2 * LARGEST_ENTRY + 1) - LARGEST_ENTRY;
}

static struct matrix fill_matrix(size_t rows, size_t columns, size_t band, uint32_t *state)
{
    const struct matrix matrix = new_matrix(rows, columns);
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < columns; column++) {
            const int entry = next_entry(state);
            const size_t distance = row < column ? column - row : row - column;
            matrix.entries[row * columns + column] = distance <= band ? entry : 0;
        }
    }
    return matrix;
}

/* ---- products ------------------------------------------------------------------------------- */

static void multiply_plain(const struct matrix *a, const struct matrix *b, struct matrix *product)
{
    for (size_t row = 0; row < a->rows; row++) {
        for (size_t column = 0; column < b->columns; column++) {
            double sum = 0;
            for (size_t k = 0; k < a->columns; k++) {
                sum += a->entries[row * a->columns + k] * b->entries[k * b->columns + column];
            }
            product->entries[row * b->columns + column] = sum;
        }
    }
}

static size_t end_of_tile(size_t start, size_t size, size_t limit)
{
    return limit - start < size ? limit : start + size;
}

static void add_tile(const struct matrix *a, const struct matrix *b, struct matrix *product,
    size_t first_row, size_t first_k, size_t first_column)
{
    const size_t last_row = end_of_tile(first_row, TILE_ROWS, a->rows);
    const size_t last_k = end_of_tile(first_k, TILE_INNER, a->columns);
    const size_t last_column = end_of_tile(first_column, TILE_COLUMNS, b->columns);
    for (size_t row = first_row; row < last_row; row++) {
        double *const sums = product->entries + row * b->columns;
        for (size_t k = first_k; k < last_k; k++) {
            const double factor = a->entries[row * a->columns + k];
            const double *const terms = b->entries + k * b->columns;
            for (size_t j = first_column; j < last_column; j++) sums[j] += factor * terms[j];
        }
    }
}

/* Tiles of the three matrices stay in the cache while they are used again and again. */
static void multiply_tiled(const struct matrix *a, const struct matrix *b, struct matrix *product)
{
    memset(product->entries, 0, a->rows * b->columns * sizeof *product->entries);
    for (size_t row = 0; row < a->rows; row += TILE_ROWS) {
        for (size_t k = 0; k < a->columns; k += TILE_INNER) {
            for (size_t column = 0; column < b->columns; column += TILE_COLUMNS) {
                add_tile(a, b, product, row, k, column);
            }
        }
    }
}

/* ---- output --------------------------------------------------------------------------------- */

static void print_product(const struct matrix *product)
{
    uint64_t checksum = EMPTY_CHECKSUM;
    for (size_t row = 0; row < product->rows; row++) {
        int64_t sum = 0;
        for (size_t column = 0; column < product->columns; column++) {
            const int64_t entry = (int64_t)product->entries[row * product->columns + column];
            checksum = add_to_checksum(checksum, (uint64_t)entry);
            sum += entry;
        }
        printf("row %zu: sum %" PRId64 ", checksum so far %016" PRIx64 "\n", row, sum, checksum);
    }
}

static multiplication *find_multiplication(const char *name)
{
    if (strcmp(name, "plain") == 0) return multiply_plain;
    if (strcmp(name, "tiled") == 0) return multiply_tiled;
    fail("unknown command", name);
}

static void multiply_repeatedly(multiplication *multiply, const struct matrix *a,
    const struct matrix *b, struct matrix *product)
{
    const size_t entries = product->rows * product->columns;
    for (long left = repetitions(); left > 0; left--) {
        multiply(opaque(a), opaque(b), product);
        watch((uint64_t)(int64_t)product->entries[(size_t)left % entries]);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) fail("expected two arguments", "plain|tiled PAIR.txt");
    multiplication *const multiply = find_multiplication(argv[1]);
    const struct shape shape = load_shape(argv[2]);
    uint32_t state = shape.seed;
    const struct matrix a = fill_matrix(shape.rows, shape.inner, shape.band, &state);
    const struct matrix b = fill_matrix(shape.inner, shape.columns, shape.band, &state);
    struct matrix product = new_matrix(shape.rows, shape.columns);
    multiply_repeatedly(multiply, &a, &b, &product);
    print_product(&product);
    free(a.entries);
    free(b.entries);
    free(product.entries);
    finish_output();
    return EXIT_SUCCESS;
}
