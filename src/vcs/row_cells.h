#pragma once

#include <cstdint>

#include "base/decoder.h"
#include "vcs/row_codec.h"

namespace pvc {

// What a cell's code in a stored row says. Codes 1..8 are integers of so many bytes; from
// kFirstBytes on, text and blobs.   Format: docs/format.md#rows
inline constexpr uint64_t kCodeNull = 0;
inline constexpr uint64_t kCodeZero = 9;
inline constexpr uint64_t kCodeOne = 10;
inline constexpr uint64_t kCodeReal = 11;
inline constexpr uint64_t kCodeInKey = 12;  ///< the cell is what the row's key holds
inline constexpr uint64_t kCodeLargeText = 13;
inline constexpr uint64_t kCodeLargeBlob = 14;
inline constexpr uint64_t kFirstBytes = 16;  ///< + 2 * length, + 1 for text
inline constexpr uint64_t kMaxCells = 32767;

/// Bytes of an integer in the shortest two's complement form, as a code says them.
size_t IntegerBytes(int64_t v);

/// Reads a cell that is stored in the row's value, of any code but kCodeInKey.
/// Throws: kCorrupt, also for what has a shorter form.
void ReadStoredCell(Decoder& in, uint64_t code, Cell& cell);

}  // namespace pvc
