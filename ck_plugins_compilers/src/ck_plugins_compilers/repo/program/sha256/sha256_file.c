/* Prints the SHA-256 digest of a file.
 * usage: sha256 FILE
 */

#include "sha256.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const char program_name[] = "sha256";

static void print_digest(const struct digest *digest)
{
    for (int i = 0; i < 8; i++) printf("%08" PRIx32, digest->words[i]);
}

int main(int argc, char **argv)
{
    if (argc != 2) fail("expected one argument", "FILE");
    const struct bytes content = load_file(argv[1]);
    struct digest digest;
    for (long left = repetitions(); left > 0; left--) {
        digest = sha256(opaque(&content));
        watch(digest.words[0]);
    }
    print_digest(&digest);
    printf("  %zu bytes\n", content.size);
    free(content.data);
    finish_output();
    return EXIT_SUCCESS;
}
