// A reader of CSV text as RFC 4180 defines it.

#ifndef CSV_READER_HPP
#define CSV_READER_HPP

#include <cstddef>
#include <string>
#include <vector>

// Gives the records one by one. Cells may be quoted; quoted cells may contain commas, line breaks
// and doubled quotes. Records end with LF or CRLF, the last one also with the end of the text.
// Text that is not CSV raises std::runtime_error.
class CsvReader {
 public:
  // The text must outlive the reader.
  explicit CsvReader(const std::string &text);

  // Replaces `cells` by the cells of the next record; false at the end of the text.
  bool next(std::vector<std::string> &cells);

 private:
  void read_quoted(std::string &cell);
  void read_plain(std::string &cell);
  bool skip_line_break();
  bool skip(char expected);
  [[noreturn]] void fail(const std::string &what) const;

  const char *const begin_;
  const char *const end_;
  const char *next_;
};

#endif
