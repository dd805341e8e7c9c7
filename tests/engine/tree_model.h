#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "engine/edit_batch.h"
#include "engine/node_reader.h"
#include "engine/tree_cursor.h"
#include "engine/tree_editor.h"
#include "engine/tree_writer.h"
#include "tests/support/memory_objects.h"

namespace pvc {

/// The oracle of all tree tests.
using Model = std::map<Bytes, Bytes>;

inline Tree BulkLoad(ObjectSink& sink, const Model& model) {
  TreeWriter writer(sink);
  for (const auto& [key, value] : model) writer.Add(key, value);
  return writer.Finish();
}

inline Model ReadAll(NodeReader& reader, const Tree& tree) {
  Model model;
  TreeCursor cursor(reader, tree);
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    model.emplace_hint(model.end(), cursor.key(), cursor.value());
  }
  return model;
}

/// 8-byte big-endian key.
inline Bytes IntegerKey(uint64_t number) {
  Bytes key(8, '\0');
  for (int i = 7; i >= 0; --i) {
    key[static_cast<size_t>(i)] = static_cast<char>(number);
    number >>= 8;
  }
  return key;
}

/// How keys of a random tree look.
enum class KeyShape { kInteger, kShortText, kLongText, kMixed };

inline Bytes RandomKey(std::mt19937_64& random, KeyShape shape, uint64_t space) {
  const uint64_t number = random() % space;
  switch (shape) {
    case KeyShape::kInteger:
      return IntegerKey(number);
    case KeyShape::kShortText:
      return "k" + std::to_string(number);
    case KeyShape::kLongText:
      return Bytes(200 + number % 300, 'p') + std::to_string(number);
    case KeyShape::kMixed:
      return number % 3 == 0
                 ? IntegerKey(number)
                 : Bytes(1 + number % 900, static_cast<char>(number % 7)) + std::to_string(number);
  }
  return {};
}

inline Bytes RandomValue(std::mt19937_64& random, size_t max_bytes) {
  Bytes value(random() % (max_bytes + 1), '\0');
  for (char& c : value) c = static_cast<char>(random());
  return value;
}

}  // namespace pvc
