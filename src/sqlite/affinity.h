#pragma once

#include <string_view>

#include "sqlite/schema.h"
#include "sqlite/value.h"

struct sqlite3;
struct sqlite3_stmt;

namespace pvc {

/// The affinity of a column declared with this type, in a table that is not STRICT.
/// Source: https://www.sqlite.org/datatype3.html#determination_of_column_affinity
Affinity AffinityOfType(std::string_view declared_type);

/// True when SQLite would store another value than `value` in a column of this affinity: text that
/// reads as a number, a number in a TEXT column, 5.0 in an INTEGER column, -0.0 in a REAL column.
/// No stock program stores such values, but a schema edited under its rows leaves them behind.
/// Source: https://www.sqlite.org/datatype3.html#type_affinity    Cost: a comparison for most
/// values.
bool AffinityWouldChange(Affinity affinity, const Value& value, TextEncoding encoding);

/// Why no SQL statement can store `value` in a column of this affinity as it is: what
/// AffinityWouldChange says, or UTF-16 text with an odd number of bytes, which SQLite cuts.
/// Returns: null when it can be stored.   Cost: a comparison for most values.
const char* WhyNotWritable(Affinity affinity, const Value& value, TextEncoding encoding);

/// What a column makes of a value.
struct ConvertedValue {
  Value value;  ///< when `bytes` is not empty, text without its bytes
  Bytes bytes;  ///< a number that became text, in the encoding asked for

  /// Lifetime: of this object, and of the value that was converted.
  Value View() const;
};

/// Converts values as SQLite does when it stores them: text that reads as a number becomes one, a
/// number in a TEXT column becomes text, 5.0 in an INTEGER column 5, 5 in a REAL column 5.0. What
/// AffinityWouldChange leaves alone comes back as it is.
///
/// Reading and spelling reals is left to a database in memory, opened for the first of them: the
/// last bit and the last digit differ between versions of SQLite, and from what C makes of them.
///
/// One thread at a time.
class AffinityConverter {
 public:
  AffinityConverter() = default;
  ~AffinityConverter();
  AffinityConverter(const AffinityConverter&) = delete;
  AffinityConverter& operator=(const AffinityConverter&) = delete;

  /// `encoding`: of the text in `value`, and of text made from a number.
  /// Throws: kIo when SQLite gets no memory.   Cost: streamed text that may be a number is read
  ///         whole.
  ConvertedValue Apply(Affinity affinity, const Value& value, TextEncoding encoding);

 private:
  Value NumberFromText(Affinity affinity, ByteView ascii);
  ConvertedValue TextFromNumber(const Value& number, TextEncoding encoding);
  static void Expect(int wanted, int result);
  sqlite3_stmt* Select();

  sqlite3* handle_ = nullptr;
  sqlite3_stmt* select_ = nullptr;  // SELECT ?1
};

/// AffinityConverter for a single value.   Cost: 10 us for a real; nothing to speak of otherwise.
ConvertedValue ApplyAffinity(Affinity affinity, const Value& value, TextEncoding encoding);

}  // namespace pvc
