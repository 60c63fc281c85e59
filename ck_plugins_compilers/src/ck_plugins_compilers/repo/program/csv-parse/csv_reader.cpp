#include "csv_reader.hpp"

#include <algorithm>
#include <stdexcept>

namespace {

bool ends_plain_cell(char c) { return c == ',' || c == '\n' || c == '\r' || c == '"'; }

}  // namespace

CsvReader::CsvReader(const std::string &text)
    : begin_(text.data()), end_(text.data() + text.size()), next_(begin_) {}

bool CsvReader::next(std::vector<std::string> &cells) {
  if (next_ == end_) return false;
  std::size_t count = 0;
  do {
    // Cells of earlier records are used again, so that few strings need new memory.
    if (count == cells.size()) cells.emplace_back();
    std::string &cell = cells[count++];
    cell.clear();
    if (skip('"'))
      read_quoted(cell);
    else
      read_plain(cell);
  } while (skip(','));
  cells.resize(count);
  if (!skip_line_break()) fail("unexpected character after a cell");
  return true;
}

void CsvReader::read_quoted(std::string &cell) {
  do {
    const char *quote = std::find(next_, end_, '"');
    if (quote == end_) fail("quoted cell without an end");
    cell.append(next_, quote);
    next_ = quote + 1;
    if (next_ != end_ && *next_ == '"') cell.push_back('"');
  } while (skip('"'));
}

void CsvReader::read_plain(std::string &cell) {
  const char *stop = std::find_if(next_, end_, ends_plain_cell);
  cell.append(next_, stop);
  next_ = stop;
}

bool CsvReader::skip_line_break() {
  if (skip('\r')) return skip('\n');
  return skip('\n') || next_ == end_;
}

bool CsvReader::skip(char expected) {
  if (next_ == end_ || *next_ != expected) return false;
  ++next_;
  return true;
}

void CsvReader::fail(const std::string &what) const {
  const auto line = 1 + std::count(begin_, next_, '\n');
  throw std::runtime_error(what + " in line " + std::to_string(line));
}
