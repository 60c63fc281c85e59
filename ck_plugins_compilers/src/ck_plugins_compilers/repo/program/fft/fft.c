/* Fourier transform of a signal, by the iterative radix-2 algorithm.
 * usage: fft forward|power FILE      (integer samples, as many as some power of two)
 *
 * The outputs are floating point. Each is the outcome of log2(n) additions and multiplications, so
 * compilers that contract or reorder them differ by about 1e-16 log2(n) of the largest coefficient.
 * Coefficients are printed divided by n, which makes them at most as large as the samples; the
 * stated tolerance (1e-9 relative, 1e-8 absolute) leaves a margin of several powers of ten.
 */

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SAMPLES = 1 << 22, PRINTED_BINS = 256, BANDS = 64 };

typedef struct { double re, im; } complex_t;

static void fail(const char *what, const char *subject)
{
    fprintf(stderr, "fft: %s: %s\n", what, subject);
    exit(EXIT_FAILURE);
}

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory) fail("out of memory", "signal");
    return memory;
}

/* ---- transform ------------------------------------------------------------------------------ */

static complex_t add(complex_t a, complex_t b) { return (complex_t){a.re + b.re, a.im + b.im}; }
static complex_t sub(complex_t a, complex_t b) { return (complex_t){a.re - b.re, a.im - b.im}; }

static complex_t mul(complex_t a, complex_t b)
{
    return (complex_t){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/* exp(-2 pi i k / n) for the k below n/2. */
static complex_t *roots_of_unity(size_t n)
{
    const double step = -2 * acos(-1.0) / (double)n;
    complex_t *roots = allocate(n / 2, sizeof *roots);
    for (size_t k = 0; k < n / 2; k++) {
        roots[k] = (complex_t){cos(step * (double)k), sin(step * (double)k)};
    }
    return roots;
}

static void reverse_bits(complex_t *values, size_t n)
{
    for (size_t i = 1, reversed = 0; i < n; i++) {
        size_t bit = n / 2;
        for (; reversed & bit; bit /= 2) reversed ^= bit;
        reversed |= bit;
        if (i < reversed) {
            const complex_t swapped = values[i];
            values[i] = values[reversed];
            values[reversed] = swapped;
        }
    }
}

/* Joins neighbouring transforms of `half` values each to transforms twice as long. */
static void join_halves(complex_t *values, size_t n, size_t half, const complex_t *roots)
{
    const size_t stride = n / 2 / half;
    for (size_t start = 0; start < n; start += 2 * half) {
        complex_t *even = values + start, *odd = even + half;
        for (size_t k = 0; k < half; k++) {
            const complex_t turned = mul(roots[k * stride], odd[k]);
            odd[k] = sub(even[k], turned);
            even[k] = add(even[k], turned);
        }
    }
}

static void transform(complex_t *values, size_t n, const complex_t *roots)
{
    reverse_bits(values, n);
    for (size_t half = 1; half < n; half *= 2) join_halves(values, n, half, roots);
}

/* ---- input ---------------------------------------------------------------------------------- */

static bool read_sample(FILE *file, const char *path, long *sample)
{
    char word[32];
    if (fscanf(file, "%31s", word) != 1) {
        if (ferror(file)) fail("cannot read", path);
        return false;
    }
    char *end;
    errno = 0;
    *sample = strtol(word, &end, 10);
    if (*end || errno || *sample < INT_MIN || *sample > INT_MAX) {
        fail("sample is not an integer of 32 bits", path);
    }
    return true;
}

static complex_t *read_signal(const char *path, size_t *n)
{
    FILE *file = fopen(path, "r");
    if (!file) fail("cannot open", path);
    complex_t *signal = NULL;
    size_t capacity = 0, count = 0;
    for (long sample; read_sample(file, path, &sample); count++) {
        if (count == MAX_SAMPLES) fail("more than 4194304 samples", path);
        if (count == capacity) {
            capacity = capacity ? 2 * capacity : 1024;
            signal = realloc(signal, capacity * sizeof *signal);
            if (!signal) fail("out of memory", path);
        }
        signal[count] = (complex_t){(double)sample, 0};
    }
    fclose(file);
    if (count < 2 || count & (count - 1)) fail("number of samples is not a power of two", path);
    *n = count;
    return signal;
}

static int repetitions(void)
{
    const char *text = getenv("CT_REPEAT_MAIN");
    if (!text) return 1;
    char *end;
    const long count = strtol(text, &end, 10);
    if (*end || count < 1 || count > INT_MAX) fail("CT_REPEAT_MAIN is not a positive number", text);
    return (int)count;
}

/* ---- repetitions, output -------------------------------------------------------------------- */

/* As far as the compiler knows, the volatile pointer leads to another signal each time and somebody
 * watches the coefficient: so it can neither drop a repetition nor move work out of the loop. */
static void transform_repeatedly(complex_t *values, const complex_t *signal, size_t n, int count)
{
    const complex_t *volatile input = signal;
    volatile double observed = 0;
    complex_t *roots = roots_of_unity(n);
    for (int repetition = 0; repetition < count; repetition++) {
        memcpy(values, input, n * sizeof *values);
        transform(values, n, roots);
        observed = observed + values[(size_t)repetition % n].re;
    }
    free(roots);
}

/* The upper half mirrors the lower one, because the samples are real. */
static void print_coefficients(const complex_t *values, size_t n)
{
    const size_t stride = n / 2 > PRINTED_BINS ? n / 2 / PRINTED_BINS : 1;
    for (size_t k = 0; k <= n / 2; k += stride) {
        printf("%zu %.12e %.12e\n", k, values[k].re / (double)n, values[k].im / (double)n);
    }
}

static double power(complex_t coefficient, size_t n)
{
    const double re = coefficient.re / (double)n, im = coefficient.im / (double)n;
    return re * re + im * im;
}

/* All bins, mirrored ones too, gathered in bands of equal width; their total is the mean square. */
static void print_spectrum(const complex_t *values, size_t n)
{
    double bands[BANDS] = {0}, total = 0;
    for (size_t k = 0; k < n; k++) {
        const size_t frequency = k < n - k ? k : n - k;
        const size_t band = frequency * 2 * BANDS / n;
        bands[band < BANDS ? band : BANDS - 1] += power(values[k], n);
    }
    for (int band = 0; band < BANDS; band++) {
        printf("band %d %.12e\n", band, bands[band]);
        total += bands[band];
    }
    printf("total %.12e\n", total);
}

int main(int argc, char **argv)
{
    if (argc != 3) fail("expected two arguments", "forward|power FILE");
    const bool power_wanted = strcmp(argv[1], "power") == 0;
    if (!power_wanted && strcmp(argv[1], "forward") != 0) fail("unknown mode", argv[1]);
    size_t n;
    complex_t *signal = read_signal(argv[2], &n);
    complex_t *values = allocate(n, sizeof *values);
    transform_repeatedly(values, signal, n, repetitions());
    (power_wanted ? print_spectrum : print_coefficients)(values, n);
    free(values);
    free(signal);
    if (fflush(stdout)) fail("cannot write", "standard output");
    return EXIT_SUCCESS;
}
