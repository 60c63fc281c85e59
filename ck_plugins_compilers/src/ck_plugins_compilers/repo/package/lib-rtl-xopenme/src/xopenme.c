#if !defined(_WIN32) && !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200112L
#endif

#include "xopenme.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef _WIN32
#include <windows.h>
#endif

#define USUAL_FILE "tmp-ck-timer.json"
#define LONGEST_NAME 256

typedef struct {
  double spent_s;
  double started_s;
  int runs;
} Timer;

static Timer *timers;
static int timer_count;
static char **members; /* of the JSON object; NULL where no value was given */
static int member_count;

static double now_s(void) {
#ifdef _WIN32
  LARGE_INTEGER ticks, per_second;
  QueryPerformanceCounter(&ticks);
  QueryPerformanceFrequency(&per_second);
  return (double)ticks.QuadPart / (double)per_second.QuadPart;
#else
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now); /* a clock that is set does not disturb it */
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
#endif
}

void xopenme_init(int new_timers, int new_values) {
  xopenme_finish();
  timer_count = new_timers > 0 ? new_timers : 0;
  member_count = new_values > 0 ? new_values : 0;
  timers = calloc((size_t)timer_count + 1, sizeof *timers);
  members = calloc((size_t)member_count + 1, sizeof *members);
  if (timers == NULL || members == NULL) {
    fprintf(stderr, "xopenme: out of memory\n");
    exit(1);
  }
}

static Timer *timer_of(int number) {
  return number >= 0 && number < timer_count ? &timers[number] : NULL;
}

void xopenme_clock_start(int number) {
  Timer *timer = timer_of(number);
  if (timer != NULL) {
    timer->runs = 1;
    timer->started_s = now_s();
  }
}

void xopenme_clock_end(int number) {
  double stopped_s = now_s(); /* first of all: what follows is no time of the program's */
  Timer *timer = timer_of(number);
  if (timer != NULL && timer->runs) {
    timer->spent_s += stopped_s - timer->started_s;
    timer->runs = 0;
  }
}

double xopenme_get_timer(int number) {
  Timer *timer = timer_of(number);
  return timer != NULL ? timer->spent_s : 0.0;
}

static void keep(int number, char *text) {
  if (number < 0 || number >= member_count) {
    free(text);
    return;
  }
  free(members[number]);
  members[number] = text;
}

/* Format and value as text of its own; NULL where memory is short. */
static char *formatted(const char *format, ...) {
  va_list values;
  int length;
  char *text;
  va_start(values, format);
  length = vsnprintf(NULL, 0, format, values);
  va_end(values);
  text = length >= 0 ? malloc((size_t)length + 1) : NULL;
  if (text != NULL) {
    va_start(values, format);
    vsnprintf(text, (size_t)length + 1, format, values);
    va_end(values);
  }
  return text;
}

/* The member's format; a name alone is completed. The caller frees it. */
static char *format_of(const char *member, const char *conversion) {
  if (strchr(member, '%') != NULL) return formatted("%s", member);
  return formatted("\"%s\":%s", member, conversion);
}

#define ADD(number, member, conversion, value)        \
  do {                                                \
    char *format = format_of(member, conversion);     \
    if (format != NULL) {                             \
      keep(number, formatted(format, value));         \
      free(format);                                   \
    }                                                 \
  } while (0)

void xopenme_add_var_i(int number, char *member, int value) { ADD(number, member, "%d", value); }

void xopenme_add_var_f(int number, char *member, float value) {
  ADD(number, member, "%.9g", (double)value);
}

void xopenme_add_var_d(int number, char *member, double value) {
  ADD(number, member, "%.17g", value);
}

void xopenme_add_var_s(int number, char *member, void *text) {
  ADD(number, member, "\"%s\"", (char *)text);
}

void xopenme_dump_memory(char *name, void *array, long bytes) {
  FILE *file = fopen(name, "wb");
  size_t written = 0;
  if (file != NULL) {
    written = fwrite(array, 1, bytes > 0 ? (size_t)bytes : 0, file);
    if (fclose(file) != 0) written = 0;
  }
  if (bytes > 0 && written != (size_t)bytes) fprintf(stderr, "xopenme: cannot write %s\n", name);
}

static void write_state(FILE *file) {
  const char *separator = "";
  int number;
  fprintf(file, "{\n  \"execution_time\":%.9f", xopenme_get_timer(0));
  for (number = 0; number < timer_count; number++) {
    fprintf(file, ",\n  \"execution_time_kernel_%d\":%.9f", number, xopenme_get_timer(number));
  }
  fprintf(file, ",\n  \"run_time_state\":{");
  for (number = 0; number < member_count; number++) {
    if (members[number] == NULL) continue;
    fprintf(file, "%s\n%s", separator, members[number]);
    separator = ",";
  }
  fprintf(file, "\n  }\n}\n");
}

void xopenme_dump_state(void) {
  const char *named = getenv("XOPENME_TIME_FILE");
  const char *name = named != NULL && *named != '\0' ? named : USUAL_FILE;
  FILE *file = fopen(name, "w");
  if (file == NULL) {
    fprintf(stderr, "xopenme: cannot write %s\n", name);
    exit(1);
  }
  write_state(file);
  if (fclose(file) != 0) {
    fprintf(stderr, "xopenme: cannot write %s\n", name);
    exit(1);
  }
}

void xopenme_finish(void) {
  int number;
  for (number = 0; number < member_count; number++) free(members[number]);
  free(members);
  free(timers);
  members = NULL;
  timers = NULL;
  member_count = timer_count = 0;
}

/* Fortran hands texts over with blanks behind them and the length as a further argument. */
static char *trimmed(char *buffer, const char *name, unsigned long length) {
  if (length >= LONGEST_NAME) length = LONGEST_NAME - 1;
  while (length > 0 && name[length - 1] == ' ') length--;
  memcpy(buffer, name, length);
  buffer[length] = '\0';
  return buffer;
}

void xopenme_init_(int *new_timers, int *new_values) { xopenme_init(*new_timers, *new_values); }

void xopenme_clock_start_(int *number) { xopenme_clock_start(*number); }

void xopenme_clock_end_(int *number) { xopenme_clock_end(*number); }

double xopenme_get_timer_(int *number) { return xopenme_get_timer(*number); }

void xopenme_add_var_i_(int *number, char *name, int *value, unsigned long length) {
  char buffer[LONGEST_NAME];
  xopenme_add_var_i(*number, trimmed(buffer, name, length), *value);
}

void xopenme_add_var_f_(int *number, char *name, float *value, unsigned long length) {
  char buffer[LONGEST_NAME];
  xopenme_add_var_f(*number, trimmed(buffer, name, length), *value);
}

void xopenme_add_var_d_(int *number, char *name, double *value, unsigned long length) {
  char buffer[LONGEST_NAME];
  xopenme_add_var_d(*number, trimmed(buffer, name, length), *value);
}

void xopenme_dump_state_(void) { xopenme_dump_state(); }

void xopenme_finish_(void) { xopenme_finish(); }
