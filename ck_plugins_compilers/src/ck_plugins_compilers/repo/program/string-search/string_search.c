/* Counts where patterns occur in a text, overlapping or not, by the algorithm of Boyer, Moore and
 * Horspool.
 * usage: string-search TEXT PATTERNS      (one pattern a line)
 */

#include "harness.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = UINT8_MAX + 1 };

const char program_name[] = "string-search";

struct pattern {
    const unsigned char *start;
    size_t length;
};

struct matches {
    size_t count, first, last; /* the places only if there are any */
    uint64_t sum;              /* of the places */
};

/* ---- input ---------------------------------------------------------------------------------- */

static size_t count_lines(const struct bytes *content)
{
    size_t lines = 0;
    for (size_t i = 0; i < content->size; i++) lines += content->data[i] == '\n';
    return lines + (content->size && content->data[content->size - 1] != '\n');
}

/* A line may end in CR LF too, and the last one in nothing. */
static struct pattern take_line(const unsigned char **next, const unsigned char *end)
{
    const unsigned char *const start = *next;
    const unsigned char *const newline = memchr(start, '\n', (size_t)(end - start));
    const unsigned char *stop = newline ? newline : end;
    *next = newline ? newline + 1 : end;
    if (newline && stop > start && stop[-1] == '\r') stop--;
    return (struct pattern){start, (size_t)(stop - start)};
}

static struct pattern *split_lines(const struct bytes *content, size_t lines, const char *path)
{
    struct pattern *const patterns = allocate(lines, sizeof *patterns, path);
    const unsigned char *next = content->data, *const end = content->data + content->size;
    for (size_t i = 0; i < lines; i++) {
        patterns[i] = take_line(&next, end);
        if (!patterns[i].length) fail("a line without a pattern", path);
    }
    return patterns;
}

/* ---- search --------------------------------------------------------------------------------- */

/* How far the pattern may move when its last byte lies on some byte of the text. */
static void find_skips(const struct pattern *pattern, size_t skips[BYTES])
{
    const size_t last = pattern->length - 1;
    for (int byte = 0; byte < BYTES; byte++) skips[byte] = pattern->length;
    for (size_t i = 0; i < last; i++) skips[pattern->start[i]] = last - i;
}

static void add_match(struct matches *matches, size_t place)
{
    if (!matches->count++) matches->first = place;
    matches->last = place;
    matches->sum += place;
}

static struct matches search(const struct bytes *text, const struct pattern *pattern)
{
    struct matches matches = {0};
    size_t skips[BYTES];
    find_skips(pattern, skips);
    const size_t last = pattern->length - 1;
    for (size_t at = 0; at + last < text->size; at += skips[text->data[at + last]]) {
        if (text->data[at + last] != pattern->start[last]) continue;
        if (memcmp(text->data + at, pattern->start, last) == 0) add_match(&matches, at);
    }
    return matches;
}

static void search_repeatedly(const struct bytes *text, const struct pattern *patterns,
    size_t count, struct matches *matches)
{
    for (long left = repetitions(); left > 0; left--) {
        for (size_t i = 0; i < count; i++) {
            matches[i] = search(opaque(text), &patterns[i]);
            watch(matches[i].sum);
        }
    }
}

/* ---- output --------------------------------------------------------------------------------- */

static void print_matches(size_t line, const struct matches *matches)
{
    printf("pattern %zu: %zu", line, matches->count);
    if (matches->count) {
        printf(", first %zu, last %zu, sum %" PRIu64, matches->first, matches->last, matches->sum);
    }
    printf("\n");
}

int main(int argc, char **argv)
{
    if (argc != 3) fail("expected two arguments", "TEXT PATTERNS");
    const struct bytes text = load_file(argv[1]), lines = load_file(argv[2]);
    const size_t count = count_lines(&lines);
    if (!count) fail("no patterns", argv[2]);
    struct pattern *const patterns = split_lines(&lines, count, argv[2]);
    struct matches *const matches = allocate(count, sizeof *matches, "matches");
    search_repeatedly(&text, patterns, count, matches);
    for (size_t i = 0; i < count; i++) print_matches(i + 1, &matches[i]);
    free(matches);
    free(patterns);
    free(lines.data);
    free(text.data);
    finish_output();
    return EXIT_SUCCESS;
}
