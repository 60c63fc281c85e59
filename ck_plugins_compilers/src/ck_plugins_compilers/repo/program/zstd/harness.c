#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 1 << 16, MAX_FILE_BYTES = 1 << 28 };

void fail(const char *what, const char *subject)
{
    fprintf(stderr, "%s: %s: %s\n", program_name, what, subject);
    exit(EXIT_FAILURE);
}

void *allocate(size_t count, size_t size, const char *subject)
{
    void *memory = calloc(count ? count : 1, size);
    if (!memory) fail("out of memory", subject);
    return memory;
}

static unsigned char *resize(unsigned char *data, size_t size, const char *subject)
{
    unsigned char *resized = realloc(data, size ? size : 1);
    if (!resized) fail("out of memory", subject);
    return resized;
}

/* Reads to the end instead of asking for the size, which a pipe does not have. */
struct bytes load_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) fail("cannot open", path);
    struct bytes content = {NULL, 0};
    size_t capacity = FIRST_CAPACITY / 2;
    do {
        capacity *= 2;
        if (capacity > MAX_FILE_BYTES) fail("256 MiB or larger", path);
        content.data = resize(content.data, capacity, path);
        content.size += fread(content.data + content.size, 1, capacity - content.size, file);
    } while (content.size == capacity);
    if (ferror(file)) fail("cannot read", path);
    fclose(file);
    content.data = resize(content.data, content.size, path);
    return content;
}

void finish_output(void)
{
    if (fflush(stdout) || ferror(stdout)) fail("cannot write", "standard output");
}

long repetitions(void)
{
    const char *text = getenv("CT_REPEAT_MAIN");
    if (!text) return 1;
    char *end;
    const long count = strtol(text, &end, 10);
    if (*end || count < 1) fail("CT_REPEAT_MAIN is not a positive number", text);
    return count;
}
