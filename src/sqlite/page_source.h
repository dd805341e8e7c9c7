#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_file;

namespace pvc {

class Database;

/// Reads pages of a database file through the handle that SQLite itself has open, inside the
/// connection's read transaction. Opening the file a second time would drop SQLite's POSIX locks on
/// close.
///
/// Lifetime: the database outlives it, and the read transaction stays open while it is used.
class PageSource {
 public:
  /// Returns: nothing unless it is certain that the file holds exactly the pages of the
  /// transaction's
  ///          snapshot (reasons in page_source.cc).
  /// Shape:   `subject` names what is read, for error messages: "table 'x'".
  static std::optional<PageSource> Open(Database& db, std::string subject);

  uint32_t page_size() const { return page_size_; }
  /// Bytes of a page that SQLite uses: the page without its reserved tail. At least 480.
  uint32_t usable_size() const { return usable_size_; }
  uint32_t page_count() const { return page_count_; }

  /// Reads pages [first, first + count).
  ///
  /// Requires: 1 <= first, first + count - 1 <= page_count().
  /// Throws:   kCorrupt when the file ends before; kIo.
  void Read(uint32_t first, uint32_t count, uint8_t* out) const;

  /// Throws: kCorrupt unless `page` can be part of a b-tree or an overflow chain.
  void CheckNumber(uint32_t page, uint32_t referring_page) const;
  /// Throws kCorrupt: "table 'x': page N: what".
  [[noreturn]] void Fail(uint32_t page, std::string_view what) const;

 private:
  PageSource(sqlite3* handle, sqlite3_file* file, std::string subject)
      : handle_(handle), file_(file), subject_(std::move(subject)) {}

  sqlite3* handle_;
  sqlite3_file* file_;
  std::string subject_;
  uint32_t page_size_ = 0;
  uint32_t usable_size_ = 0;
  uint32_t page_count_ = 0;
};

/// A run of neighbouring pages in memory, so that a scan needs one read for many pages.
///
/// Lifetime: the source outlives it.
class PageWindow {
 public:
  /// Largest run. Measured on 600,000 rows, 171 MiB in the page cache: single pages of 4 KiB take
  /// 75 ms, runs of 16 KiB to 512 KiB 52 to 65 ms with no order among them.
  static constexpr uint32_t kMaxBytes = 128U << 10;

  explicit PageWindow(const PageSource& source);

  /// How many pages one window can hold, at least 1.
  uint32_t capacity_pages() const { return capacity_pages_; }
  /// Returns: the page when it is in memory, else nullptr.
  const uint8_t* Find(uint32_t page) const {
    const uint32_t index = page - first_;  // wraps far beyond count_ when page < first_
    return index < count_ ? buffer_.get() + size_t{index} * page_size_ : nullptr;
  }
  /// Returns the page. When it is not in memory, reads it and up to `ahead` pages after it, and
  /// forgets all others.   Requires: PageSource::CheckNumber(page) passed.
  const uint8_t* Get(uint32_t page, uint32_t ahead);

 private:
  const PageSource& source_;
  uint32_t page_size_;
  uint32_t capacity_pages_;
  uint32_t first_ = 0;
  uint32_t count_ = 0;
  uint32_t allocated_pages_ = 0;
  std::unique_ptr<uint8_t[]> buffer_;
};

}  // namespace pvc
