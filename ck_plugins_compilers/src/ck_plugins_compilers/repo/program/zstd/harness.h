/* What surrounds the work of a program: errors of one line, whole files, repetitions.
 * Programs carry equal copies of this file, so that each component can be used alone.
 */

#ifndef HARNESS_H
#define HARNESS_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
    unsigned char *data;
    size_t size;
};

/* Defined beside main: the first word of every error. */
extern const char program_name[];

_Noreturn void fail(const char *what, const char *subject);

/* Zeroed, never null; the subject is what the memory is for. */
void *allocate(size_t count, size_t size, const char *subject);

struct bytes load_file(const char *path);
void finish_output(void);

/* CT_REPEAT_MAIN: how often to do the main work, once unless it is set. */
long repetitions(void);

/* As far as the compiler knows, another input comes back each time, and somebody watches the
 * outcome: so it can neither drop a repetition nor move work out of the loop.
 */
static inline const void *opaque(const void *input)
{
    const void *volatile hidden = input;
    return hidden;
}

static inline void watch(uint64_t outcome)
{
    volatile uint64_t watched = outcome;
    (void)watched;
}

#endif
