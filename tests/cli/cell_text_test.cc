#include "cli/cell_text.h"

#include <gtest/gtest.h>

namespace pvc {
namespace {

class NoObjects final : public ObjectSource {
 public:
  Bytes ReadObject(ObjectType, const ObjectId&) override { return {}; }
};

Cell MakeCell(const Value& value) {
  Cell cell;
  cell.value = value;
  return cell;
}

std::string Format(const Value& value, size_t columns = 40) {
  NoObjects source;
  const Cell cell = MakeCell(value);
  return FormatCell({cell, TextEncoding::kUtf8, source}, columns);
}

std::string FormatChange(const Value& before, const Value& after) {
  NoObjects source;
  const Cell a = MakeCell(before);
  const Cell b = MakeCell(after);
  std::string text;
  const LabelledText change =
      FormatCellChange({a, TextEncoding::kUtf8, source}, {b, TextEncoding::kUtf8, source}, 50);
  for (const LabelledText::Piece& piece : change.pieces) text += piece.text;
  return text;
}

TEST(FormatCell, StorageClassesLookDifferent) {
  EXPECT_EQ(Format(Value::Null()), "NULL");
  EXPECT_EQ(Format(Value::Integer(1)), "1");
  EXPECT_EQ(Format(Value::Real(1)), "1.0");
  EXPECT_EQ(Format(Value::Text("1")), "'1'");
  EXPECT_EQ(Format(Value::Blob("1")), "x'31'");
  EXPECT_EQ(Format(Value::Text("NULL")), "'NULL'");
}

TEST(FormatCell, TextIsQuotedAndEscaped) {
  EXPECT_EQ(Format(Value::Text("it's\n\x1b")), "'it''s\\n\\x1b'");
}

TEST(FormatCell, LongValuesAreCut) {
  EXPECT_EQ(Format(Value::Text(std::string(100, 'a')), 20), "'aaaaaaaaaaaaaaa...'");
  EXPECT_EQ(Format(Value::Blob(std::string(100, '\1')), 20), "x'0101010101010101...' (100 bytes)");
}

TEST(FormatCellChange, ShortValuesAreShownWhole) {
  EXPECT_EQ(FormatChange(Value::Real(3.5), Value::Real(4)), "3.5 -> 4.0");
  EXPECT_EQ(FormatChange(Value::Text("a@x.org"), Value::Null()), "'a@x.org' -> NULL");
}

TEST(FormatCellChange, LongTextsShowTheWordsThatChanged) {
  const std::string start = "Lorem ipsum is what everybody writes, dolor ";
  const std::string end = " and so on until the very end of the text";
  EXPECT_EQ(FormatChange(Value::Text(start + "sit" + end), Value::Text(start + "amet" + end)),
            "'...y writes, dolor [-sit-]{+amet+} and so on until...'");
}

TEST(FormatCellChange, LateDifferencesOfLongValuesAreShown) {
  const std::string text(500, 'a');
  const std::string change = FormatChange(Value::Text(text + " x"), Value::Text(text + " y"));
  EXPECT_NE(change.find("[-x-]{+y+}"), std::string::npos) << change;
  const std::string blob_change = FormatChange(Value::Blob(text + "x"), Value::Blob(text + "y"));
  EXPECT_EQ(blob_change, "blob of 501 bytes -> 501 bytes, from byte 500 on");
}

TEST(FormatRowKey, NamesTheKeyColumns) {
  NoObjects source;
  TableInfo table;
  table.identity = RowIdentity::kPrimaryKey;
  table.columns.resize(2);
  table.columns[0].name = "a";
  table.columns[0].key_position = 2;
  table.columns[1].name = "b";
  table.columns[1].key_position = 1;
  Row row;
  row.cells = {MakeCell(Value::Integer(1)), MakeCell(Value::Text("x"))};
  EXPECT_EQ(FormatRowKey(table, row, TextEncoding::kUtf8, source), "b='x',a=1");
}

}  // namespace
}  // namespace pvc
