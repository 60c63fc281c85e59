/* Timers and values of a program, as CK's programs report them: written to tmp-ck-timer.json.

   xopenme_init(timers, values);
   xopenme_clock_start(0); ... xopenme_clock_end(0);
   xopenme_add_var_i(0, "  \"image_size_x\":%d", x);
   xopenme_dump_state();
   xopenme_finish();

   The file holds execution_time (timer 0), execution_time_kernel_N of each timer, in seconds, and
   run_time_state with the values. XOPENME_TIME_FILE names another file. Numbers out of range are
   ignored. Fortran calls the same names, without descriptions that are formats: see below. */

#ifndef XOPENME_H
#define XOPENME_H

#define XOPENME_VERSION "1.0"

#ifdef __cplusplus
extern "C" {
#endif

void xopenme_init(int timers, int values);

/* A timer that is started again goes on from what it has. */
void xopenme_clock_start(int timer);
void xopenme_clock_end(int timer);
double xopenme_get_timer(int timer);

/* One member of a JSON object, as a printf format for the value: "\"width\":%d". A name alone is
   completed to one. */
void xopenme_add_var_i(int number, char *member, int value);
void xopenme_add_var_f(int number, char *member, float value);
void xopenme_add_var_d(int number, char *member, double value);
void xopenme_add_var_s(int number, char *member, void *text);

/* The bytes of an array, into a file of that name. */
void xopenme_dump_memory(char *name, void *array, long bytes);

void xopenme_dump_state(void);
void xopenme_finish(void);

/* Fortran: CALL XOPENME_INIT(1, 1), CALL XOPENME_ADD_VAR_I(0, 'WIDTH', N). */
void xopenme_init_(int *timers, int *values);
void xopenme_clock_start_(int *timer);
void xopenme_clock_end_(int *timer);
double xopenme_get_timer_(int *timer);
void xopenme_add_var_i_(int *number, char *name, int *value, unsigned long length);
void xopenme_add_var_f_(int *number, char *name, float *value, unsigned long length);
void xopenme_add_var_d_(int *number, char *name, double *value, unsigned long length);
void xopenme_dump_state_(void);
void xopenme_finish_(void);

#ifdef __cplusplus
}
#endif

#endif
