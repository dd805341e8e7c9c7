#include <sqlite3.h>

#include <memory>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "sqlite/byte_order_mark.h"
#include "sqlite/database.h"

namespace pvc {
namespace {

std::string Subject(const Database& db) { return "'" + db.path() + "'"; }

unsigned char SqliteEncoding(TextEncoding encoding) {
  // TextEncoding borrows SQLite's numbers: SQLITE_UTF8, SQLITE_UTF16LE, SQLITE_UTF16BE.
  return static_cast<unsigned char>(encoding);
}

struct SqliteFree {
  void operator()(char* p) const { sqlite3_free(p); }
};

}  // namespace

Value ReadColumnValue(Database& db, sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return Value::Integer(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return Value::Real(sqlite3_column_double(statement, column));
    case SQLITE_TEXT: {
      // sqlite3_column_blob hands out text in the encoding it is stored in; once it has run, the
      // length in bytes is that of the same buffer and nothing is converted.
      const void* data = sqlite3_column_blob(statement, column);
      const int size = sqlite3_column_bytes16(statement, column);
      if (data == nullptr && size > 0) db.Fail(SQLITE_NOMEM, Subject(db));
      return Value::Text(ByteView(static_cast<const char*>(data), static_cast<size_t>(size)));
    }
    case SQLITE_BLOB: {
      const void* data = sqlite3_column_blob(statement, column);
      const int size = sqlite3_column_bytes(statement, column);
      if (data == nullptr && size > 0) db.Fail(SQLITE_NOMEM, Subject(db));
      return Value::Blob(ByteView(static_cast<const char*>(data), static_cast<size_t>(size)));
    }
    default:
      return Value::Null();
  }
}

Statement::Statement(Database& db, std::string_view sql) : db_(&db) {
  if (sql.size() > INT32_MAX) {
    throw Error(ErrorKind::kTooLarge, Subject(db) + ": statement of more than 2 GB");
  }
  const int rc =
      sqlite3_prepare_v2(db.handle(), sql.data(), static_cast<int>(sql.size()), &handle_, nullptr);
  if (rc != SQLITE_OK) db.Fail(rc, Subject(db));
  PVC_ASSERT(handle_ != nullptr);
}

Statement::~Statement() { sqlite3_finalize(handle_); }

Statement::Statement(Statement&& other) noexcept
    : db_(other.db_), handle_(std::exchange(other.handle_, nullptr)), encoding_(other.encoding_) {}

bool Statement::Bind(int position, const Value& value) {
  int rc = SQLITE_OK;
  switch (value.storage_class) {
    case StorageClass::kNull:
      rc = sqlite3_bind_null(handle_, position);
      break;
    case StorageClass::kInteger:
      rc = sqlite3_bind_int64(handle_, position, value.integer);
      break;
    case StorageClass::kReal:
      rc = sqlite3_bind_double(handle_, position, value.real);
      break;
    case StorageClass::kText:
    case StorageClass::kBlob: {
      const bool is_text = value.storage_class == StorageClass::kText;
      if (is_text && !encoding_) encoding_ = db_->encoding();

      ByteView bytes = value.bytes;
      std::unique_ptr<char, SqliteFree> copy;
      if (value.reader != nullptr) {
        copy.reset(static_cast<char*>(sqlite3_malloc64(value.size_bytes + 1)));
        if (copy == nullptr) db_->Fail(SQLITE_NOMEM, Subject(*db_));
        value.reader->ReadAt(0, copy.get(), value.size_bytes);
        bytes = ByteView(copy.get(), value.size_bytes);
      }
      if (is_text && *encoding_ != TextEncoding::kUtf8 && bytes.size() % 2 != 0) return false;
      if (const ByteView mark = is_text ? MarkInFrontOf(bytes, *encoding_) : ByteView();
          !mark.empty()) {
        std::unique_ptr<char, SqliteFree> marked(
            static_cast<char*>(sqlite3_malloc64(mark.size() + bytes.size())));
        if (marked == nullptr) db_->Fail(SQLITE_NOMEM, Subject(*db_));
        mark.copy(marked.get(), mark.size());
        bytes.copy(marked.get() + mark.size(), bytes.size());
        bytes = ByteView(marked.get(), mark.size() + bytes.size());
        copy = std::move(marked);
      }
      // A null pointer would bind NULL, not the empty value.
      const char* data = bytes.data() == nullptr ? "" : bytes.data();
      const auto destructor = copy == nullptr ? SQLITE_STATIC : sqlite3_free;
      copy.release();  // SQLite calls the destructor even when binding fails.
      rc = is_text ? sqlite3_bind_text64(handle_, position, data, bytes.size(), destructor,
                                         SqliteEncoding(*encoding_))
                   : sqlite3_bind_blob64(handle_, position, data, bytes.size(), destructor);
      break;
    }
  }
  if (rc != SQLITE_OK) db_->Fail(rc, Subject(*db_));
  return true;
}

void Statement::BindInteger(int position, int64_t value) {
  const int rc = sqlite3_bind_int64(handle_, position, value);
  if (rc != SQLITE_OK) db_->Fail(rc, Subject(*db_));
}

void Statement::BindZeroBlob(int position, uint64_t size_bytes) {
  const int rc = sqlite3_bind_zeroblob64(handle_, position, size_bytes);
  if (rc != SQLITE_OK) db_->Fail(rc, Subject(*db_));
}

void Statement::BindText(int position, std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();
  const int rc =
      sqlite3_bind_text64(handle_, position, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (rc != SQLITE_OK) db_->Fail(rc, Subject(*db_));
}

bool Statement::Step() {
  const int rc = sqlite3_step(handle_);
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  db_->Fail(rc, Subject(*db_));
}

void Statement::Reset() { sqlite3_reset(handle_); }

int Statement::column_count() const { return sqlite3_column_count(handle_); }

Value Statement::ColumnValue(int column) { return ReadColumnValue(*db_, handle_, column); }

int64_t Statement::ColumnInteger(int column) { return sqlite3_column_int64(handle_, column); }

std::string Statement::ColumnText(int column) {
  const unsigned char* text = sqlite3_column_text(handle_, column);
  if (text == nullptr) return {};
  const int size = sqlite3_column_bytes(handle_, column);
  return std::string(reinterpret_cast<const char*>(text), static_cast<size_t>(size));
}

bool Statement::ColumnIsNull(int column) {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

}  // namespace pvc
