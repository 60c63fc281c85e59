// Sorts a list of integers with an introspective sort and prints its order statistics.
// usage: sort FILE            (decimal 64-bit integers separated by white space)

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

// Ranges of so many numbers are sorted by insertion; the compiler's command line may set another.
#ifndef SMALL_RANGE
#define SMALL_RANGE 24
#endif

namespace {

using Number = std::int64_t;

constexpr std::ptrdiff_t small_range = SMALL_RANGE;
static_assert(small_range >= 2, "a partition needs three numbers");

[[noreturn]] void fail(const std::string &what, const std::string &subject) {
  throw std::runtime_error(what + ": " + subject);
}

// ---- sorting -------------------------------------------------------------------------------

void insertion_sort(Number *first, Number *last) {
  for (Number *next = first + 1; next < last; ++next) {
    const Number value = *next;
    Number *hole = next;
    for (; hole > first && value < hole[-1]; --hole) *hole = hole[-1];
    *hole = value;
  }
}

void sift_down(Number *heap, std::ptrdiff_t parent, std::ptrdiff_t size) {
  for (std::ptrdiff_t child = 2 * parent + 1; child < size; child = 2 * parent + 1) {
    if (child + 1 < size && heap[child] < heap[child + 1]) ++child;
    if (heap[child] <= heap[parent]) return;
    std::swap(heap[parent], heap[child]);
    parent = child;
  }
}

void heap_sort(Number *first, Number *last) {
  std::ptrdiff_t size = last - first;
  for (std::ptrdiff_t parent = size / 2; parent-- > 0;) sift_down(first, parent, size);
  while (--size > 0) {
    std::swap(first[0], first[size]);
    sift_down(first, 0, size);
  }
}

Number median(Number a, Number b, Number c) {
  return std::max(std::min(a, b), std::min(std::max(a, b), c));
}

// Hoare's partition. A median of three is no strict maximum, so the right part is never empty.
Number *partition(Number *first, Number *last) {
  const Number pivot = median(first[0], first[(last - first) / 2], last[-1]);
  Number *left = first;
  Number *right = last - 1;
  for (;; ++left, --right) {
    while (*left < pivot) ++left;
    while (pivot < *right) --right;
    if (left >= right) return right + 1;
    std::swap(*left, *right);
  }
}

// Quicksort until the ranges are small; heapsort where bad pivots would make it quadratic.
void introsort(Number *first, Number *last, int splits_left) {
  while (last - first > small_range) {
    if (splits_left-- == 0) return heap_sort(first, last);
    Number *middle = partition(first, last);
    introsort(middle, last, splits_left);
    last = middle;
  }
  insertion_sort(first, last);
}

int log2_floor(std::size_t size) { return size < 2 ? 0 : 1 + log2_floor(size / 2); }

void sort(std::vector<Number> &numbers) {
  introsort(numbers.data(), numbers.data() + numbers.size(), 2 * log2_floor(numbers.size()));
}

// FNV-1a over whole numbers: depends on every number and on the order.
std::uint64_t checksum(const std::vector<Number> &numbers) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const Number number : numbers) {
    hash = (hash ^ static_cast<std::uint64_t>(number)) * 0x100000001b3;
  }
  return hash;
}

// ---- input, repetitions, output ------------------------------------------------------------

std::string read_file(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("cannot open", path);
  std::ostringstream text;
  if (!(text << file.rdbuf())) fail("empty or unreadable file", path);
  return text.str();
}

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)); }

std::vector<Number> parse_numbers(const std::string &text, const std::string &path) {
  std::vector<Number> numbers;
  const char *const end = text.data() + text.size();
  for (const char *next = text.data(); next != end;) {
    if (is_space(*next)) {
      ++next;
      continue;
    }
    Number number;
    const auto [stop, error] = std::from_chars(next, end, number);
    if (error != std::errc{} || (stop != end && !is_space(*stop)))
      fail("not a 64-bit integer at byte " + std::to_string(next - text.data()), path);
    numbers.push_back(number);
    next = stop;
  }
  if (numbers.empty()) fail("no numbers", path);
  return numbers;
}

int repetitions() {
  const char *text = std::getenv("CT_REPEAT_MAIN");
  if (!text) return 1;
  int count = 0;
  const auto [stop, error] = std::from_chars(text, text + std::strlen(text), count);
  if (error != std::errc{} || *stop != '\0' || count < 1)
    fail("CT_REPEAT_MAIN is not a positive number", text);
  return count;
}

// As far as the compiler knows, the volatile pointer leads to another list each time and somebody
// watches the sum: so it can neither drop a repetition nor move work out of the loop.
std::vector<Number> sort_repeatedly(const std::vector<Number> &numbers, int count) {
  const std::vector<Number> *volatile input = &numbers;
  volatile std::uint64_t observed = 0;
  std::vector<Number> sorted;
  while (count-- > 0) {
    sorted = *input;
    sort(sorted);
    observed = observed + checksum(sorted);
  }
  return sorted;
}

void print(const std::vector<Number> &sorted) {
  std::size_t distinct = 1;
  for (std::size_t i = 1; i < sorted.size(); ++i) distinct += sorted[i] != sorted[i - 1];
  const std::size_t last = sorted.size() - 1;
  std::cout << "numbers " << sorted.size() << "\ndistinct " << distinct << '\n';
  for (std::size_t percent = 0; percent <= 100; percent += 10)
    std::cout << "percentile " << percent << ' ' << sorted[last * percent / 100] << '\n';
  std::cout << "checksum " << std::hex << std::setw(16) << std::setfill('0') << checksum(sorted)
            << '\n';
  if (!std::cout.flush()) fail("cannot write", "standard output");
}

}  // namespace

int main(int argc, char **argv) try {
  if (argc != 2) fail("expected one argument", "FILE");
  print(sort_repeatedly(parse_numbers(read_file(argv[1]), argv[1]), repetitions()));
} catch (const std::bad_alloc &) {
  std::cerr << "sort: out of memory: list of numbers\n";
  return 1;
} catch (const std::exception &error) {
  std::cerr << "sort: " << error.what() << '\n';
  return 1;
}
