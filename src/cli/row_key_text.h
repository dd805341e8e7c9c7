#pragma once

#include <optional>
#include <string>

#include "engine/object_io.h"
#include "vcs/row_codec.h"

namespace pvc {

/// A row's key as a user types it behind TABLE: (TypedKey in vcs/merge/conflict_list.h).
/// Returns: nothing for a key too long to be typed.
std::optional<std::string> TypedKeyOf(const TableInfo& table, const Row& row,
                                      TextEncoding encoding);

/// How people read and type the key of a row that is not at hand.
struct KeyText {
  std::string shown;  ///< as FormatRowKey
  std::string typed;  ///< as TypedKey
};

/// Reads a key. Text of a NOCASE or RTRIM column comes as the key has it, folded or trimmed.
/// Returns: nothing for a key too long to hold its values.   Throws: kCorrupt.
std::optional<KeyText> ReadKeyText(const TableInfo& table, ByteView key, TextEncoding encoding,
                                   ObjectSource& source);

}  // namespace pvc
