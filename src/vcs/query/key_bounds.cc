#include "vcs/query/key_bounds.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/assert.h"
#include "engine/node.h"
#include "sqlite/affinity.h"
#include "sqlite/declared_columns.h"
#include "vcs/ascii_case.h"
#include "vcs/query/integer_range.h"
#include "vcs/row_key.h"
#include "vcs/text_conversion.h"

namespace pvc {
namespace {

// Parameters of a function may come in front.
constexpr size_t kMaxListPlace = PlanAnswer::kMaxListPlace - 8;

/// Whether SQLite compares other bytes than the key's: the connection keeps text in another
/// encoding, or a collation does, for SQLite folds and trims UTF-8. Different text may be equal
/// then, and the order is another: half characters and bad UTF-8 become what stands for them, and
/// NOCASE ends at a NUL.
bool ComparesConverted(const KeyShape& shape, const KeyShape::Part& part, TextEncoding connection) {
  if (shape.encoding != connection) return true;
  return shape.encoding != TextEncoding::kUtf8 && part.collation != Collation::kBinary;
}

bool IsNumeric(Affinity affinity) {
  return affinity == Affinity::kInteger || affinity == Affinity::kReal ||
         affinity == Affinity::kNumeric;
}

bool IsNumber(const Value& value) {
  return value.storage_class == StorageClass::kInteger ||
         value.storage_class == StorageClass::kReal;
}

bool IsEqualitySymbol(char op) { return op == '=' || op == 'i' || op == 'n'; }

bool IsEquality(ConstraintOp op) { return op == ConstraintOp::kEqual || op == ConstraintOp::kIs; }

char SymbolOf(const OfferedConstraint& constraint) {
  switch (constraint.op) {
    case ConstraintOp::kEqual:
      return constraint.is_in ? 'n' : '=';
    case ConstraintOp::kIs:
      return 'i';
    case ConstraintOp::kGreater:
      return '>';
    case ConstraintOp::kGreaterOrEqual:
      return 'g';
    case ConstraintOp::kLess:
      return '<';
    default:
      return 'l';
  }
}

bool Restricts(const OfferedConstraint& constraint, const KeyShape::Part& part) {
  return constraint.is_usable && std::find(part.columns.begin(), part.columns.end(),
                                           constraint.column) != part.columns.end();
}

bool HasCollation(const OfferedConstraint& constraint, Collation collation) {
  return EqualIgnoringAsciiCase(constraint.collation, CollationName(collation));
}

/// The values of one constraint.
struct Operands {
  char op = '=';
  std::span<const Value> values;
  bool is_any = false;  ///< an IN of too many values
};

std::vector<Operands> ReadOperands(std::string_view text, std::span<const Value> values) {
  std::vector<Operands> all;
  for (const char op : text) {
    PVC_ASSERT(!values.empty());
    Operands one{op, values.first(1), false};
    if (op == 'n') {
      const int64_t count = values[0].integer;
      one.is_any = count < 0;
      one.values = values.subspan(1, count < 0 ? 0 : static_cast<size_t>(count));
      values = values.subspan(1);
    }
    values = values.subspan(one.values.size());
    all.push_back(one);
  }
  PVC_ASSERT(values.empty());
  return all;
}

std::vector<KeyRange> RowidRange(std::string_view text, std::span<const Value> values,
                                 TextEncoding encoding) {
  IntegerRange range;
  for (size_t i = 0; i < text.size(); ++i) {
    const ConvertedValue converted = ApplyAffinity(Affinity::kNumeric, values[i], encoding);
    const Value value = converted.View();
    if (IsNumber(value)) {
      RestrictByNumber(range, text[i], value);
    } else if (value.storage_class == StorageClass::kNull || (text[i] != '<' && text[i] != 'l')) {
      range.is_empty = true;  // integers come before text and blobs, and nothing compares to NULL
    }
  }
  if (range.is_empty || range.low > range.high) return {};
  KeyRange keys;
  AppendRowidKey(keys.low, range.low);
  if (range.high != IntegerRange::kMax) AppendRowidKey(keys.high, range.high + 1);
  return {keys};
}

// --- tuples

/// Ranges of one part's components, put behind a prefix later.   An empty `high`: to the end of the
/// prefix.
struct PartRange {
  Bytes low;
  Bytes high;
  bool is_point = false;  ///< holds values that SQLite takes for equal, and nothing else
};

Bytes Component(const Value& value, Collation collation, TextEncoding encoding) {
  Bytes bytes;
  AppendKeyComponent(bytes, value, collation, encoding);
  return bytes;
}

/// Where the components of a class of values begin; where those of blobs end for kNull after it.
Bytes ClassBegin(StorageClass storage_class) {
  Value least;
  switch (storage_class) {
    case StorageClass::kNull:
      least = Value::Null();
      break;
    case StorageClass::kInteger:
    case StorageClass::kReal:
      least = Value::Real(-std::numeric_limits<double>::infinity());
      break;
    case StorageClass::kText:
      least = Value::Text("");
      break;
    case StorageClass::kBlob:
      least = Value::Blob("");
      break;
  }
  // The first byte tells the classes apart.
  return Component(least, Collation::kBinary, TextEncoding::kUtf8).substr(0, 1);
}

/// The range of one component.
PartRange PointRange(Bytes component) {
  KeyRange range = PrefixRange(std::move(component));
  return {std::move(range.low), std::move(range.high), /*is_point=*/true};
}

PartRange NumbersOnly() {
  return {ClassBegin(StorageClass::kInteger), ClassBegin(StorageClass::kText)};
}
PartRange TextOnly() { return {ClassBegin(StorageClass::kText), ClassBegin(StorageClass::kBlob)}; }
PartRange NotNull() { return {ClassBegin(StorageClass::kInteger), {}}; }

/// A value as a part's column would see it in a comparison.
struct Operand {
  ConvertedValue converted;
  Bytes bytes;           ///< text in the key's encoding
  bool is_known = true;  ///< false for text that has no form in the key's encoding

  Value View() const {
    if (bytes.empty()) return converted.View();
    return Value::Text(bytes);
  }
};

Operand MakeOperand(const KeyShape& shape, const KeyShape::Part& part, const Value& value,
                    TextEncoding encoding) {
  Operand operand;
  operand.converted.value = value;
  if (value.storage_class != StorageClass::kText) return operand;
  if (IsNumeric(part.affinity)) {
    operand.converted = ApplyAffinity(Affinity::kNumeric, value, encoding);
    if (IsNumber(operand.converted.View())) return operand;
  }
  if (encoding == shape.encoding || value.bytes.empty()) return operand;
  Utf8Converter to_utf8(encoding);
  Bytes utf8;
  operand.is_known = to_utf8.Add(value.bytes, utf8) && to_utf8.Finish() &&
                     AppendEncoded(operand.bytes, utf8, shape.encoding);
  return operand;
}

/// Text below which text that reads as a number may stand: numbers begin with white space, a sign,
/// a point or a digit.
Value FirstBeyondNumbers(TextEncoding encoding) {
  return Value::Text(encoding == TextEncoding::kUtf8 ? ByteView(":") : ByteView());
}

/// Bytes at the front of a text that hold ASCII other than NUL: they are the same in all forms.
size_t PlainBytes(ByteView text, TextEncoding encoding) {
  const size_t unit = encoding == TextEncoding::kUtf8 ? 1 : 2;
  const size_t low = encoding == TextEncoding::kUtf16be ? 1 : 0;
  size_t size = 0;
  for (; size + unit <= text.size(); size += unit) {
    const bool is_ascii = text[size + low] > '\0' && (unit == 1 || text[size + 1 - low] == '\0');
    if (!is_ascii) break;
  }
  return size;
}

/// The components of text that may be equal to `text`.
PartRange EqualText(const KeyShape& shape, const KeyShape::Part& part, const Value& text,
                    TextEncoding connection) {
  Bytes component = Component(text, part.collation, shape.encoding);
  if (ComparesConverted(shape, part, connection)) {
    // Up to where text may differ and be equal all the same. A component is a class, the text with
    // zero bytes as two, and two bytes at the end.
    const ByteView plain = text.bytes.substr(0, PlainBytes(text.bytes, shape.encoding));
    component = Component(Value::Text(plain), part.collation, shape.encoding);
    component.resize(component.size() - 2);
    KeyRange range = PrefixRange(std::move(component));
    return {std::move(range.low), std::move(range.high), /*is_point=*/false};
  }
  return PointRange(std::move(component));
}

/// The ranges in which `column = value` may be true.
std::vector<PartRange> EqualRanges(const KeyShape& shape, const KeyShape::Part& part,
                                   const Operand& operand, char op, TextEncoding connection) {
  const Value value = operand.View();
  const StorageClass kind = value.storage_class;
  if (kind == StorageClass::kNull) {
    if (op != 'i') return {};
    return {PointRange(Component(value, part.collation, shape.encoding))};
  }
  if (!operand.is_known) return {NotNull()};
  std::vector<PartRange> ranges;
  ranges.push_back(kind == StorageClass::kText
                       ? EqualText(shape, part, value, connection)
                       : PointRange(Component(value, part.collation, shape.encoding)));
  // The other side may be a column with an affinity of its own, which this one then takes on.
  if (IsNumber(value) && part.affinity == Affinity::kText) return {TextOnly()};
  if (part.affinity == Affinity::kBlob) {
    if (IsNumber(value)) ranges.push_back(TextOnly());
    if (kind == StorageClass::kText) ranges.insert(ranges.begin(), NumbersOnly());
  }
  return ranges;
}

/// Where `column > value` begins: not above the first value for which it may be true.
Bytes LowBound(const KeyShape& shape, const KeyShape::Part& part, const Operand& operand) {
  const Value value = operand.View();
  if (!operand.is_known) return ClassBegin(StorageClass::kInteger);
  // Text compared as a number, and numbers as text, may be on either side of each other.
  if (IsNumber(value) && !IsNumeric(part.affinity)) {
    return part.affinity == Affinity::kText ? ClassBegin(StorageClass::kInteger)
                                            : Component(value, part.collation, shape.encoding);
  }
  if (value.storage_class == StorageClass::kText && part.affinity == Affinity::kBlob) {
    return ClassBegin(StorageClass::kInteger);
  }
  return Component(value, part.collation, shape.encoding);
}

/// Where `column < value` ends: above the last value for which it may be true; empty: nowhere.
Bytes HighBound(const KeyShape& shape, const KeyShape::Part& part, const Operand& operand) {
  const Value value = operand.View();
  if (!operand.is_known) return {};
  if (IsNumber(value) && !IsNumeric(part.affinity)) return ClassBegin(StorageClass::kBlob);
  Bytes high = PrefixRange(Component(value, part.collation, shape.encoding)).high;
  if (value.storage_class == StorageClass::kText && !IsNumeric(part.affinity)) {
    // Text that reads as a number is below this text if the other side made it a number.
    const Value beyond = FirstBeyondNumbers(shape.encoding);
    const Bytes end = beyond.bytes.empty() ? ClassBegin(StorageClass::kBlob)
                                           : Component(beyond, part.collation, shape.encoding);
    high = std::max(high, end);
  }
  return high;
}

/// The ranges of one part under its constraints.
std::vector<PartRange> RangesOfBounds(const KeyShape& shape, const KeyShape::Part& part,
                                      std::string_view ops, std::span<const Value> values,
                                      TextEncoding encoding) {
  PartRange range = NotNull();
  for (size_t i = 0; i < ops.size(); ++i) {
    if (values[i].storage_class == StorageClass::kNull) return {};
    const Operand operand = MakeOperand(shape, part, values[i], encoding);
    if (ops[i] == '>' || ops[i] == 'g') {
      range.low = std::max(range.low, LowBound(shape, part, operand));
    } else {
      const Bytes high = HighBound(shape, part, operand);
      if (!high.empty() && (range.high.empty() || high < range.high)) range.high = high;
    }
  }
  if (!range.high.empty() && range.low >= range.high) return {};
  return {range};
}

/// Brings ranges into order and joins those that overlap.
std::vector<PartRange> Joined(std::vector<PartRange> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const PartRange& a, const PartRange& b) { return a.low < b.low; });
  std::vector<PartRange> joined;
  for (PartRange& range : ranges) {
    const bool is_apart =
        joined.empty() || (!joined.back().high.empty() && joined.back().high <= range.low);
    if (is_apart) {
      joined.push_back(std::move(range));
      continue;
    }
    PartRange& last = joined.back();
    last.is_point = last.is_point && range.is_point && last.low == range.low;
    if (!last.high.empty() && (range.high.empty() || last.high < range.high)) {
      last.high = std::move(range.high);
    }
  }
  return joined;
}

/// The beginnings of the keys whose first parts have values that equalities name.
struct Points {
  std::vector<Bytes> prefixes = {Bytes()};  ///< ascending
  size_t part_count = 0;
  bool is_one = true;           ///< all parts that equalities hold have one value
  std::vector<PartRange> rest;  ///< of the equality behind them, when its values are no points
};

Points FindPoints(const KeyShape& shape, std::span<const Operands> operands,
                  TextEncoding encoding) {
  constexpr size_t kMaxPoints = 1U << 16;
  Points points;
  for (size_t& i = points.part_count; i < operands.size() && IsEqualitySymbol(operands[i].op);
       ++i) {
    const KeyShape::Part& part = shape.parts[i];
    std::vector<PartRange> ranges;
    if (operands[i].is_any) ranges.push_back(NotNull());
    for (const Value& value : operands[i].values) {
      const Operand operand = MakeOperand(shape, part, value, encoding);
      for (PartRange& range : EqualRanges(shape, part, operand, operands[i].op, encoding)) {
        ranges.push_back(std::move(range));
      }
    }
    ranges = Joined(std::move(ranges));
    points.is_one = points.is_one && ranges.size() <= 1;
    std::vector<Bytes> longer;
    bool are_points = points.prefixes.size() * ranges.size() <= kMaxPoints;
    for (const Bytes& prefix : points.prefixes) {
      for (const PartRange& range : ranges) {
        are_points =
            are_points && range.is_point && prefix.size() + range.low.size() <= shape.kept_bytes;
        if (are_points) longer.push_back(prefix + range.low);
      }
    }
    if (!are_points) {
      points.is_one = false;
      points.rest = std::move(ranges);
      return points;
    }
    points.prefixes = std::move(longer);
  }
  return points;
}

/// Puts a part's range behind a prefix, cut to what keys keep.
KeyRange Behind(const Bytes& prefix, const PartRange& part, size_t kept_bytes) {
  KeyRange range;
  range.low = (prefix + part.low).substr(0, kept_bytes);
  if (part.high.empty()) {
    range.high = PrefixRange(prefix.substr(0, kept_bytes)).high;
  } else if (prefix.size() + part.high.size() <= kept_bytes) {
    range.high = prefix + part.high;
  } else {
    range.high = PrefixRange((prefix + part.high).substr(0, kept_bytes)).high;
  }
  return range;
}

/// Adds a range that does not begin before the others.
void AddRange(std::vector<KeyRange>& ranges, KeyRange range) {
  if (ranges.empty() || (!ranges.back().high.empty() && ranges.back().high <= range.low)) {
    ranges.push_back(std::move(range));
    return;
  }
  // What tells them apart was cut.
  Bytes& high = ranges.back().high;
  if (!high.empty() && (range.high.empty() || high < range.high)) high = range.high;
}

std::vector<KeyRange> RowidRanges(std::string_view text, std::span<const Operands> operands,
                                  std::span<const Value> values, TextEncoding encoding) {
  if (operands[0].op != 'n') return RowidRange(text, values, encoding);
  if (operands[0].is_any) return {KeyRange{}};
  std::vector<KeyRange> points;
  for (const Value& value : operands[0].values) {
    for (KeyRange& point : RowidRange("=", {&value, 1}, encoding))
      points.push_back(std::move(point));
  }
  std::sort(points.begin(), points.end(),
            [](const KeyRange& a, const KeyRange& b) { return a.low < b.low; });
  std::vector<KeyRange> ranges;
  for (KeyRange& point : points) AddRange(ranges, std::move(point));
  return ranges;
}

}  // namespace

KeyShape KeyShape::OfTable(const TableInfo& table, TextEncoding encoding,
                           const std::vector<int>& declared_of, bool has_rowid) {
  KeyShape shape;
  shape.encoding = encoding;
  shape.kept_bytes = kMaxKeyBytes - ObjectId::kBytes;
  if (table.identity != RowIdentity::kPrimaryKey) {
    shape.is_rowid = true;
    shape.is_unique = true;
    Part part;
    part.affinity = Affinity::kInteger;
    if (has_rowid) part.columns.push_back(-1);
    for (size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].is_rowid_alias && declared_of[i] >= 0) {
        part.columns.push_back(declared_of[i]);
      }
    }
    shape.parts.push_back(std::move(part));
    return shape;
  }
  shape.is_unique = table.without_rowid;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (column.key_position == 0) continue;
    if (shape.parts.size() < column.key_position) shape.parts.resize(column.key_position);
    Part& part = shape.parts[column.key_position - 1];
    part.affinity = column.affinity;
    part.collation = column.collation;
    if (declared_of[i] >= 0) part.columns.push_back(declared_of[i]);
  }
  return shape;
}

bool KeyShape::HasSameParts(const KeyShape& other) const {
  return is_rowid == other.is_rowid &&
         std::equal(parts.begin(), parts.end(), other.parts.begin(), other.parts.end(),
                    [](const Part& a, const Part& b) {
                      return a.columns == b.columns && a.affinity == b.affinity &&
                             a.collation == b.collation;
                    });
}

bool KeyShape::IsOrdered(const Part& part, TextEncoding connection) const {
  if (is_rowid) return true;
  if (part.collation == Collation::kOther || encoding != connection) return false;
  return !ComparesConverted(*this, part, connection);
}

KeyChoice ChooseKeyConstraints(const KeyShape& shape, const PlanRequest& request) {
  KeyChoice choice;
  // Two parts may be one column, and a constraint counts once.
  const auto is_chosen = [&choice](size_t i) {
    return std::find(choice.constraints.begin(), choice.constraints.end(), i) !=
           choice.constraints.end();
  };
  for (const KeyShape::Part& part : shape.parts) {
    std::optional<size_t> equal;
    for (size_t i = 0; i < request.constraints.size(); ++i) {
      const OfferedConstraint& constraint = request.constraints[i];
      if (!IsEquality(constraint.op) || !Restricts(constraint, part) || is_chosen(i)) continue;
      if (constraint.is_in && choice.constraints.size() >= kMaxListPlace) continue;
      // What is equal byte by byte is equal under every collation.
      const bool fits = shape.is_rowid || HasCollation(constraint, part.collation) ||
                        HasCollation(constraint, Collation::kBinary);
      // A single value before an IN list.
      if (fits && (!equal || (request.constraints[*equal].is_in && !constraint.is_in))) equal = i;
    }
    if (equal) {
      choice.constraints.push_back(*equal);
      choice.text.push_back(SymbolOf(request.constraints[*equal]));
      choice.has_in = choice.has_in || request.constraints[*equal].is_in;
      ++choice.equal_count;
      continue;
    }
    if (!shape.IsOrdered(part, request.encoding)) break;
    for (const bool wants_low : {true, false}) {
      for (size_t i = 0; i < request.constraints.size(); ++i) {
        const OfferedConstraint& constraint = request.constraints[i];
        const bool is_low = constraint.op == ConstraintOp::kGreater ||
                            constraint.op == ConstraintOp::kGreaterOrEqual;
        const bool is_high =
            constraint.op == ConstraintOp::kLess || constraint.op == ConstraintOp::kLessOrEqual;
        if (!(wants_low ? is_low : is_high) || !Restricts(constraint, part)) continue;
        if (!shape.is_rowid && !HasCollation(constraint, part.collation)) continue;
        choice.constraints.push_back(i);
        choice.text.push_back(SymbolOf(constraint));
        choice.has_range = true;
        break;
      }
    }
    break;
  }
  return choice;
}

size_t CountEqualities(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), IsEqualitySymbol));
}

bool IsExact(const KeyShape& shape) { return shape.is_rowid; }

std::vector<KeyRange> KeyRangesFor(const KeyShape& shape, std::string_view text,
                                   std::span<const Value> values, TextEncoding encoding) {
  const std::vector<Operands> operands = ReadOperands(text, values);
  if (text.empty()) return {KeyRange{}};
  if (shape.is_rowid) return RowidRanges(text, operands, values, encoding);
  const Points points = FindPoints(shape, operands, encoding);
  const size_t i = points.part_count;
  std::vector<PartRange> rest = points.rest;
  const bool is_whole = i == operands.size();
  if (!is_whole && !IsEqualitySymbol(operands[i].op)) {
    const std::string_view ops = text.substr(i);
    rest = RangesOfBounds(shape, shape.parts[i], ops, values.last(ops.size()), encoding);
  }
  std::vector<KeyRange> ranges;
  for (const Bytes& prefix : points.prefixes) {
    if (is_whole) AddRange(ranges, PrefixRange(prefix));
    // Several readings, or longer than keys are kept: what follows cannot be told.
    for (const PartRange& range : rest) AddRange(ranges, Behind(prefix, range, shape.kept_bytes));
  }
  return ranges;
}

bool HoldsOnePoint(const KeyShape& shape, std::string_view text, std::span<const Value> values,
                   TextEncoding encoding) {
  const std::vector<Operands> operands = ReadOperands(text, values);
  if (shape.is_rowid) return operands.empty() || operands[0].op != 'n';
  return FindPoints(shape, operands, encoding).is_one;
}

}  // namespace pvc
