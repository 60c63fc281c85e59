/* Compresses a file in memory with the Zstandard library, restores it, or both.
 * usage: zstd compress|decompress|round-trip LEVEL FILE
 */

#include "harness.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

const char program_name[] = "zstd";

struct work {
    struct bytes original, compressed, restored;
    ZSTD_CCtx *compressing;
    ZSTD_DCtx *decompressing;
    int level;
};

/* FNV-1a, so that no part of the library tells whether the library is right. */
static uint64_t checksum_of(const struct bytes *content)
{
    uint64_t checksum = 0xcbf29ce484222325;
    for (size_t i = 0; i < content->size; i++) {
        checksum = (checksum ^ content->data[i]) * 0x100000001b3;
    }
    return checksum;
}

static size_t checked(size_t result)
{
    if (ZSTD_isError(result)) fail("the library reports an error", ZSTD_getErrorName(result));
    return result;
}

static int level_of(const char *text)
{
    char *end;
    const long level = strtol(text, &end, 10);
    if (end == text || *end || level < ZSTD_minCLevel() || level > ZSTD_maxCLevel()) {
        fail("not a level of compression", text);
    }
    return (int)level;
}

static struct work prepare(const char *level, const char *path)
{
    struct work work = {.original = load_file(path), .level = level_of(level)};
    work.compressed.data = allocate(ZSTD_compressBound(work.original.size), 1, "compressed file");
    work.restored.data = allocate(work.original.size, 1, "restored file");
    work.compressing = ZSTD_createCCtx();
    work.decompressing = ZSTD_createDCtx();
    if (!work.compressing || !work.decompressing) fail("out of memory", "contexts of the library");
    return work;
}

static void release(struct work *work)
{
    ZSTD_freeCCtx(work->compressing);
    ZSTD_freeDCtx(work->decompressing);
    free(work->original.data);
    free(work->compressed.data);
    free(work->restored.data);
}

static void compress(struct work *work)
{
    const struct bytes *from = opaque(&work->original);
    work->compressed.size = checked(ZSTD_compressCCtx(work->compressing, work->compressed.data,
        ZSTD_compressBound(from->size), from->data, from->size, work->level));
    watch(work->compressed.size);
}

static void decompress(struct work *work)
{
    const struct bytes *from = opaque(&work->compressed);
    work->restored.size = checked(ZSTD_decompressDCtx(
        work->decompressing, work->restored.data, work->original.size, from->data, from->size));
    watch(work->restored.size);
}

static void report(const char *name, const struct bytes *content)
{
    printf("%s: %zu bytes, checksum %016" PRIx64 "\n", name, content->size, checksum_of(content));
}

static bool is_command(const char *name)
{
    return !strcmp(name, "compress") || !strcmp(name, "decompress") || !strcmp(name, "round-trip");
}

int main(int argc, char **argv)
{
    if (argc != 4) fail("expected three arguments", "compress|decompress|round-trip LEVEL FILE");
    if (!is_command(argv[1])) fail("unknown command", argv[1]);
    struct work work = prepare(argv[2], argv[3]);
    const bool compressing = strcmp(argv[1], "decompress") != 0;
    const bool decompressing = strcmp(argv[1], "compress") != 0;
    if (!compressing) compress(&work);
    for (long left = repetitions(); left > 0; left--) {
        if (compressing) compress(&work);
        if (decompressing) decompress(&work);
    }
    if (!decompressing) decompress(&work);
    report("original", &work.original);
    report("compressed", &work.compressed);
    report("restored", &work.restored);
    const bool same = work.restored.size == work.original.size
        && !memcmp(work.restored.data, work.original.data, work.original.size);
    if (!same) fail("what was restored is not the original", argv[3]);
    release(&work);
    finish_output();
    return EXIT_SUCCESS;
}
