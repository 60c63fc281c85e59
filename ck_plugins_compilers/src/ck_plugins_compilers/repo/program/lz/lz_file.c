/* Compresses a file by references to bytes that occurred before (Lempel and Ziv, 1977), or restores
 * a compressed one.
 * usage: lz compress|decompress FROM TO
 */

#include "compress.h"
#include "decompress.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char program_name[] = "lz";

static void save_file(const struct bytes *content, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file) fail("cannot create", path);
    const size_t written = fwrite(content->data, 1, content->size, file);
    if (fclose(file) || written != content->size) fail("cannot write", path);
}

static void report(const char *name, const struct bytes *content)
{
    printf("%s: %zu bytes, checksum %08" PRIx32 "\n", name, content->size,
        checksum_of(content->data, content->size));
}

static struct bytes compress_repeatedly(const struct bytes *original)
{
    const size_t bound = compressed_bound(original->size);
    struct bytes compressed = {allocate(bound, 1, "compressed file"), 0};
    struct history history = allocate_history();
    for (long left = repetitions(); left > 0; left--) {
        compressed.size = compress(opaque(original), &history, compressed.data);
        watch(compressed.size);
    }
    free_history(&history);
    return compressed;
}

static struct bytes decompress_repeatedly(const struct bytes *compressed, const char *path)
{
    const size_t size = original_size(compressed, path);
    struct bytes original = {allocate(size, 1, "original file"), size};
    for (long left = repetitions(); left > 0; left--) {
        watch(decompress(opaque(compressed), &original, path));
    }
    return original;
}

int main(int argc, char **argv)
{
    if (argc != 4) fail("expected three arguments", "compress|decompress FROM TO");
    const bool restoring = strcmp(argv[1], "decompress") == 0;
    if (!restoring && strcmp(argv[1], "compress") != 0) fail("unknown command", argv[1]);
    const struct bytes from = load_file(argv[2]);
    const struct bytes to
        = restoring ? decompress_repeatedly(&from, argv[2]) : compress_repeatedly(&from);
    save_file(&to, argv[3]);
    report(restoring ? "compressed" : "original", &from);
    report(restoring ? "original" : "compressed", &to);
    free(from.data);
    free(to.data);
    finish_output();
    return EXIT_SUCCESS;
}
