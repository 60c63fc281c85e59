/* Loops whose results tell how a compiler rounds; every value is printed to its last bit.
 *
 * Sums and products in one order, values that are not numbers or infinite, signed zeros, tiny ones,
 * conversions, complex arithmetic, the mathematical library. -DREAL=float, double, "long double".
 */

#include <complex.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#ifndef REAL
#define REAL double
#endif
#define KEPT __attribute__((noinline))

enum { COUNT = 517, SIDE = 37 };
typedef REAL real;
typedef REAL _Complex pair;
typedef real square[SIDE][SIDE];

static real a[COUNT], b[COUNT], special[COUNT], x[COUNT];
static square left, right, product;
static pair z[COUNT];

static real drawn(void)
{
    static uint32_t state = 12345;
    state = state * 1664525u + 1013904223u;
    return (real)state / 3e9f + (real)0.01;
}

static void fill(void)
{
    const real odd[] = {(real)NAN, (real)INFINITY, (real)-0.0, (real)1e-40, (real)-INFINITY};
    for (int i = 0; i < COUNT; i++) {
        a[i] = drawn() - (real)0.7;
        b[i] = drawn();
        z[i] = a[i] + b[i] * (pair)I;
        special[i] = i % 7 ? a[i] : odd[i / 7 % 5];
    }
    for (int i = 0; i < SIDE * SIDE; i++) {
        left[i / SIDE][i % SIDE] = drawn() - (real)0.5;
        right[i / SIDE][i % SIDE] = drawn();
    }
}

/* The sign of a NaN is nobody's promise. */
static void tell(const char *name, const real *values, int count)
{
    for (int i = 0; i < count; i++)
        if (values[i] != values[i]) printf("%s %d nan\n", name, i);
        else printf("%s %d %La\n", name, i, (long double)values[i]);
}

static void tell_one(const char *name, real value) { tell(name, &value, 1); }

KEPT real sum(const real *p, int n)
{
    real total = 0;
    for (int i = 0; i < n; i++) total += p[i];
    return total;
}

KEPT real dot(const real *p, const real *q, int n)
{
    real total = 0;
    for (int i = 0; i < n; i++) total += p[i] * q[i];
    return total;
}

KEPT real horner(const real *p, real at, int n)
{
    real value = 0;
    for (int i = 0; i < n; i++) value = value * at + p[i];
    return value;
}

KEPT void recurrence(real *out, const real *p, int n)
{
    for (int i = 1; i < n; i++) out[i] = out[i - 1] * (real)0.3 + p[i] * (real)0.7 - out[i];
}

KEPT void scale(real *out, const real *p, real by, int n)
{
    for (int i = 0; i < n; i++) out[i] = p[i] / by + p[i] / 3 - (p[i] - by) - by + p[i] * 0;
}

KEPT void steps(real *out, real from, real step, int n)
{
    real value = from;
    for (int i = 0; i < n; i++, value += step) out[i] = value;
}

KEPT void multiply(square out, square p, square q)
{
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            real total = 0;
            for (int k = 0; k < SIDE; k++) total += p[i][k] * q[k][j];
            out[i][j] = total;
        }
}

KEPT real smooth(square out, square p)
{
    real change = 0;
    for (int i = 1; i < SIDE - 1; i++)
        for (int j = 1; j < SIDE - 1; j++) {
            out[i][j] = (p[i - 1][j] + p[i + 1][j] + p[i][j - 1] + p[i][j + 1]) / 4;
            real apart = out[i][j] - p[i][j];
            if (apart < 0) apart = -apart;
            if (apart > change) change = apart;
        }
    return change;
}

KEPT real by_columns(square p)
{
    real total = 0;
    for (int j = 0; j < SIDE; j++)
        for (int i = 0; i < SIDE; i++) total += p[i][j] * (real)0.1;
    return total;
}

KEPT void by_rows(real *out, square p)
{
    for (int j = 0; j < SIDE; j++) {
        out[j] = 0;
        for (int i = 0; i < SIDE; i++) out[j] += p[i][j] * p[j][i];
    }
}

KEPT void choose(real *out, const real *p, const real *q, int n)
{
    for (int i = 0; i < n; i++) {
        real least = p[i] < q[i] ? p[i] : q[i], most = p[i] > q[i] ? p[i] : q[i];
        out[i] = isnan(p[i]) ? -1 : isinf(p[i]) ? -2 : least * 2 + most + (p[i] + 0);
        if (!(p[i] <= q[i])) out[i] += signbit(p[i]) ? 1 : (real)0.5;
    }
}

KEPT void call(real *out, const real *p, int n)
{
    for (int i = 0; i < n; i++) {
        double value = (double)p[i];
        out[i] = (real)(1 / sqrt(value) + pow(value, 1.5) + pow(value, 2) + sin(value) * cos(value));
        out[i] += (real)(floor(value * 9) - rint(value * 7) + fmod(value, 0.3) + trunc(value * 3));
        out[i] += (real)(int)(p[i] * 100) / 100 + (real)(exp(-value) + hypot(value, 0.5));
        out[i] += (real)(sqrtf((float)value) + fabs(value - 1) + fmax(value, 0.5) - log(value));
    }
}

KEPT void turn(pair *out, const pair *p, int n)
{
    for (int i = 0; i < n; i++) out[i] = p[i] * p[n - 1 - i] / (p[i] + 1) - p[i] * (real)0.5;
}

KEPT void scatter(real *out, const real *p, int n)
{
    for (int i = 0; i < n; i++) out[i * 7 % 61] += p[i] * p[i];
}

KEPT real nested(int depth, real value)
{
    return depth ? nested(depth - 1, value * (real)0.9 + (real)0.1) * value - value : value;
}

static void loops(void)
{
    tell_one("sum", sum(a, COUNT));
    tell_one("sum special", sum(special, COUNT));
    tell_one("dot", dot(a, b, COUNT));
    tell_one("horner", horner(b, (real)0.99, COUNT));
    recurrence(x, b, COUNT), tell("recurrence", x, COUNT);
    scale(x, a, (real)1.7, COUNT), tell("scale", x, COUNT);
    scale(x, special, (real)1e-30, COUNT), tell("scale special", x, COUNT);
    steps(x, (real)0.3, (real)0.1, COUNT), tell("steps", x, COUNT);
    choose(x, special, b, COUNT), tell("choose", x, COUNT);
    call(x, b, COUNT), tell("call", x, COUNT);
    scatter(x, a, COUNT), tell("scatter", x, COUNT);
    tell_one("nested", nested(40, (real)0.77));
}

static void nests(void)
{
    multiply(product, left, right), tell("multiply", product[0], SIDE * SIDE);
    tell_one("change", smooth(product, right)), tell("smooth", product[0], SIDE * SIDE);
    tell_one("by columns", by_columns(left));
    by_rows(x, left), tell("by rows", x, SIDE);
    turn(z, z, COUNT), tell("turn", (real *)z, 2 * COUNT);
}

int main(void)
{
    fill();
    loops();
    nests();
    return 0;
}
