#pragma once

#include "sqlite/schema.h"
#include "sqlite/value.h"

namespace pvc {

/// True when SQLite would store another value than `value` in a column of this affinity: text that
/// reads as a number, a number in a TEXT column, 5.0 in an INTEGER column. No stock program stores
/// such values, but a schema edited under its rows leaves them behind. Source:
/// https://www.sqlite.org/datatype3.html#type_affinity    Cost: a comparison for most values.
bool AffinityWouldChange(Affinity affinity, const Value& value, TextEncoding encoding);

/// Why no SQL statement can store `value` in a column of this affinity as it is: what
/// AffinityWouldChange says, or UTF-16 text with an odd number of bytes, which SQLite cuts.
/// Returns: null when it can be stored.   Cost: a comparison for most values.
const char* WhyNotWritable(Affinity affinity, const Value& value, TextEncoding encoding);

}  // namespace pvc
