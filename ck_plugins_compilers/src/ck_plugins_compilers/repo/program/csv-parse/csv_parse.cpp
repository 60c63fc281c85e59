// Parses a CSV file whose first record is a header and prints statistics of each column.
// usage: csv-parse FILE

#include "csv_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <limits>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

// Integers of 32 bits: a 64-bit sum of them cannot overflow, whatever the file.
struct Column {
  std::size_t empty = 0;
  std::size_t shortest = std::numeric_limits<std::size_t>::max();
  std::size_t longest = 0;
  std::uint64_t bytes = 0;
  std::uint64_t integers = 0;
  std::int64_t sum = 0;
  std::int32_t smallest = std::numeric_limits<std::int32_t>::max();
  std::int32_t largest = std::numeric_limits<std::int32_t>::min();
  std::uint64_t checksum = 0xcbf29ce484222325;
};

struct Table {
  std::vector<std::string> header;
  std::vector<Column> columns;
  std::size_t records = 0;
};

[[noreturn]] void fail(const std::string &what, const std::string &subject) {
  throw std::runtime_error(what + ": " + subject);
}

// ---- statistics ----------------------------------------------------------------------------

// FNV-1a; the end mark keeps "ab","c" apart from "a","bc".
void add_to_checksum(std::uint64_t &hash, std::string_view cell) {
  constexpr unsigned char end_mark = 0xff;
  for (const char c : cell) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash = (hash ^ end_mark) * 0x100000001b3;
}

void add_integer(Column &column, std::string_view cell) {
  std::int32_t integer = 0;
  const char *const end = cell.data() + cell.size();
  const auto [stop, error] = std::from_chars(cell.data(), end, integer);
  if (error != std::errc{} || stop != end) return;
  ++column.integers;
  column.sum += integer;
  column.smallest = std::min(column.smallest, integer);
  column.largest = std::max(column.largest, integer);
}

void add_cell(Column &column, std::string_view cell) {
  column.empty += cell.empty();
  column.shortest = std::min(column.shortest, cell.size());
  column.longest = std::max(column.longest, cell.size());
  column.bytes += cell.size();
  add_integer(column, cell);
  add_to_checksum(column.checksum, cell);
}

Table parse(const std::string &text) {
  CsvReader reader(text);
  Table table;
  reader.next(table.header);
  table.columns.resize(table.header.size());
  for (std::vector<std::string> cells; reader.next(cells); ++table.records) {
    if (cells.size() != table.columns.size())
      throw std::runtime_error("record " + std::to_string(table.records + 1) + " has " +
                               std::to_string(cells.size()) + " cells, the header has " +
                               std::to_string(table.columns.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) add_cell(table.columns[i], cells[i]);
  }
  return table;
}

std::uint64_t checksum(const Table &table) {
  std::uint64_t sum = table.records;
  for (const Column &column : table.columns) sum += column.checksum;
  return sum;
}

// ---- input, repetitions, output ------------------------------------------------------------

std::string read_file(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("cannot open", path);
  std::ostringstream text;
  if (!(text << file.rdbuf())) fail("empty or unreadable file", path);
  return text.str();
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

// As far as the compiler knows, the volatile pointer leads to another text each time and somebody
// watches the sum: so it can neither drop a repetition nor move work out of the loop.
Table parse_repeatedly(const std::string &text, int count) {
  const std::string *volatile input = &text;
  volatile std::uint64_t observed = 0;
  Table table;
  while (count-- > 0) {
    table = parse(*input);
    observed = observed + checksum(table);
  }
  return table;
}

Table parse_file(const std::string &path) {
  const std::string text = read_file(path);
  const int count = repetitions();
  try {
    return parse_repeatedly(text, count);
  } catch (const std::runtime_error &error) {
    fail(error.what(), path);
  }
}

void print(const Column &column) {
  std::cout << "  empty " << column.empty << "\n  bytes " << column.bytes << '\n';
  if (column.shortest <= column.longest)
    std::cout << "  length " << column.shortest << ".." << column.longest << '\n';
  std::cout << "  integers " << column.integers << '\n';
  if (column.integers > 0)
    std::cout << "  range " << column.smallest << ".." << column.largest << "\n  sum " << column.sum
              << '\n';
  std::cout << "  checksum " << std::hex << std::setw(16) << column.checksum << std::dec << '\n';
}

void print(const Table &table) {
  std::cout << std::setfill('0') << "records " << table.records << '\n';
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::cout << "column " << i + 1 << ' ' << table.header[i] << '\n';
    print(table.columns[i]);
  }
  if (!std::cout.flush()) fail("cannot write", "standard output");
}

}  // namespace

int main(int argc, char **argv) try {
  if (argc != 2) fail("expected one argument", "FILE");
  print(parse_file(argv[1]));
} catch (const std::bad_alloc &) {
  std::cerr << "csv-parse: out of memory: table\n";
  return 1;
} catch (const std::exception &error) {
  std::cerr << "csv-parse: " << error.what() << '\n';
  return 1;
}
