#include "pgm.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SIDE = 1 << 14, WHITE = 255 };

struct cursor {
    const unsigned char *next, *end;
    const char *path;
};

/* Comments reach from '#' to the end of the line. */
static void skip_blanks(struct cursor *at)
{
    bool comment = false;
    for (; at->next < at->end; at->next++) {
        if (*at->next == '#') comment = true;
        else if (*at->next == '\n') comment = false;
        else if (!comment && !isspace(*at->next)) return;
    }
}

static int read_number(struct cursor *at, int largest)
{
    const unsigned char *const before = at->next;
    skip_blanks(at);
    if (at->next == before || at->next == at->end) fail("header of the image is cut off", at->path);
    int number = 0;
    for (; at->next < at->end && isdigit(*at->next); at->next++) {
        number = 10 * number + (*at->next - '0');
        if (number > largest) fail("number in the header is too large", at->path);
    }
    if (!number) fail("header lacks a positive number", at->path);
    return number;
}

struct image load_pgm(const char *path)
{
    struct image image = {.file = load_file(path)};
    struct cursor at = {image.file.data, image.file.data + image.file.size, path};
    if (image.file.size < 2 || memcmp(at.next, "P5", 2)) fail("not a binary PGM image", path);
    at.next += 2;
    image.width = read_number(&at, MAX_SIDE);
    image.height = read_number(&at, MAX_SIDE);
    if (read_number(&at, WHITE) != WHITE) fail("image has not 256 levels", path);
    if (at.next == at.end || !isspace(*at.next++)) fail("no blank before the pixels", path);
    if (at.end - at.next != (ptrdiff_t)image.width * image.height) {
        fail("pixels are not as many as width times height", path);
    }
    image.pixels = at.next;
    return image;
}

void free_image(struct image *image)
{
    free(image->file.data);
    *image = (struct image){0};
}
