#include "sha256.h"

#include <string.h>

enum { BLOCK_BYTES = 64, LENGTH_BYTES = 8, ROUNDS = 64 };

/* The fractions of the cube roots of the first 64 primes. */
static const uint32_t ROUND_CONSTANTS[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* The fractions of the square roots of the first eight primes. */
static const struct digest START = {{
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
}};

static uint32_t rotate(uint32_t word, int bits)
{
    return word >> bits | word << (32 - bits);
}

static uint32_t load_big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void expand(const unsigned char *block, uint32_t schedule[ROUNDS])
{
    for (int t = 0; t < 16; t++) schedule[t] = load_big_endian(block + 4 * t);
    for (int t = 16; t < ROUNDS; t++) {
        const uint32_t near = schedule[t - 2], far = schedule[t - 15];
        const uint32_t sigma1 = rotate(near, 17) ^ rotate(near, 19) ^ near >> 10;
        const uint32_t sigma0 = rotate(far, 7) ^ rotate(far, 18) ^ far >> 3;
        schedule[t] = sigma1 + schedule[t - 7] + sigma0 + schedule[t - 16];
    }
}

/* What a round adds to the word that moves to the front. */
static uint32_t mix_upper(uint32_t e, uint32_t f, uint32_t g)
{
    const uint32_t choice = (e & f) ^ (~e & g);
    return choice + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25));
}

static uint32_t mix_lower(uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
    return majority + (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22));
}

static void add_block(struct digest *digest, const unsigned char *block)
{
    uint32_t schedule[ROUNDS], s[8];
    expand(block, schedule);
    memcpy(s, digest->words, sizeof s);
    for (int t = 0; t < ROUNDS; t++) {
        const uint32_t upper = s[7] + mix_upper(s[4], s[5], s[6]) + ROUND_CONSTANTS[t] + schedule[t];
        const uint32_t lower = mix_lower(s[0], s[1], s[2]);
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += upper;
        s[0] = upper + lower;
    }
    for (int i = 0; i < 8; i++) digest->words[i] += s[i];
}

/* The rest of the message, a one bit, zeros, and the length in bits, in one or two blocks. */
static void add_padding(struct digest *digest, const unsigned char *rest, size_t rest_size, uint64_t bits)
{
    unsigned char padded[2 * BLOCK_BYTES] = {0};
    const size_t size = rest_size + 1 + LENGTH_BYTES > BLOCK_BYTES ? 2 * BLOCK_BYTES : BLOCK_BYTES;
    memcpy(padded, rest, rest_size);
    padded[rest_size] = 0x80;
    for (int i = 1; i <= LENGTH_BYTES; i++, bits >>= 8) padded[size - i] = (unsigned char)bits;
    for (size_t at = 0; at < size; at += BLOCK_BYTES) add_block(digest, padded + at);
}

struct digest sha256(const struct bytes *message)
{
    struct digest digest = START;
    const size_t rest_size = message->size % BLOCK_BYTES, whole = message->size - rest_size;
    for (size_t at = 0; at < whole; at += BLOCK_BYTES) add_block(&digest, message->data + at);
    add_padding(&digest, message->data + whole, rest_size, (uint64_t)message->size * 8);
    return digest;
}
