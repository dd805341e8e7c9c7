#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "sqlite/schema.h"
#include "sqlite/value.h"

namespace pvc {

class Decoder;

/// Keys of rows: bytes whose memcmp order is SQLite's order of the values, and whose equality is
/// SQLite's equality (1 = 1.0, NOCASE, RTRIM).   Format: docs/format.md#row-keys
///
/// Appends a rowid: 8 bytes, big endian, sign bit flipped.
void AppendRowidKey(Bytes& out, int64_t rowid);
/// Requires: 8 bytes.
int64_t ReadRowidKey(ByteView bytes);

/// Appends one component of a key tuple; no component is the beginning of another.
///
/// Of a value whose bytes are only its beginning (size_bytes says how many there are) the
/// component's beginning is right, up to the end mark; not so of kRtrim, which needs its end.
/// Requires: the value's bytes are in memory (no reader).
void AppendKeyComponent(Bytes& out, const Value& value, Collation collation, TextEncoding encoding);

/// True when ReadKeyComponent gives back exactly `value` for the component AppendKeyComponent
/// writes.
bool KeyComponentHolds(const Value& value, Collation collation, TextEncoding encoding);

/// Reads a component and gives the value it stands for: the one that folding and trimming leave
/// alone, an INTEGER for every number that is one. `text` holds the value's bytes. Throws:
/// kCorrupt.
Value ReadKeyComponent(Decoder& in, Bytes& text);

}  // namespace pvc
