#include "cli/json_writer.h"

#include <gtest/gtest.h>

#include "cli/cell_json.h"
#include "tests/cli/fake_environment.h"

namespace pvc {
namespace {

/// A source for rows whose values are all inside.
class NoObjects final : public ObjectSource {
 public:
  Bytes ReadObject(ObjectType, const ObjectId&) override { return {}; }
};

std::string CellJson(const Value& value, TextEncoding encoding = TextEncoding::kUtf8) {
  StringWriter out;
  JsonWriter json(out, JsonWriter::Layout::kLine);
  NoObjects source;
  Cell cell;
  cell.value = value;
  json.BeginArray();
  WriteCellJson(json, source, cell, encoding);
  json.EndArray();
  std::string text = out.text();
  return text.substr(1, text.size() - 3);  // without [ ] and the line end
}

TEST(JsonString, EscapesWhatJsonForbids) {
  EXPECT_EQ(JsonString("a\"b\\c\n\t\r"), R"("a\"b\\c\n\t\r")");
  EXPECT_EQ(JsonString(std::string_view("\0\x1b\x7f", 3)), R"("\u0000\u001b\u007f")");
  EXPECT_EQ(JsonString("grün"), "\"grün\"");
}

TEST(JsonString, InvalidUtf8BecomesTheReplacementCharacter) {
  EXPECT_EQ(JsonString("a\xff\xc0"), "\"a\ufffd\ufffd\"");
}

TEST(JsonWriter, NestedValuesAreSeparated) {
  StringWriter out;
  JsonWriter json(out, JsonWriter::Layout::kLine);
  json.BeginObject();
  json.Member("a", "x");
  json.Key("b");
  json.BeginArray();
  json.Count(1);
  json.Bool(true);
  json.Null();
  json.BeginObject();
  json.EndObject();
  json.EndArray();
  json.EndObject();
  EXPECT_EQ(out.text(), "{\"a\":\"x\",\"b\":[1,true,null,{}]}\n");
}

TEST(JsonWriter, IndentationKeepsInnerObjectsOnOneLine) {
  StringWriter out;
  JsonWriter json(out, JsonWriter::Layout::kIndented);
  json.BeginObject();
  json.Key("rows");
  json.BeginArray();
  for (int i = 0; i < 2; ++i) {
    json.BeginObject();
    json.CountMember("n", 1);
    json.CountMember("m", 2);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  EXPECT_EQ(out.text(),
            "{\n  \"rows\": [\n    {\"n\": 1, \"m\": 2},\n    {\"n\": 1, \"m\": 2}\n  ]\n}\n");
}

TEST(CellJson, StorageClassesCanBeTold) {
  EXPECT_EQ(CellJson(Value::Null()), "null");
  EXPECT_EQ(CellJson(Value::Integer(1)), "1");
  EXPECT_EQ(CellJson(Value::Real(1.0)), "1.0");
  EXPECT_EQ(CellJson(Value::Text("1")), "\"1\"");
  EXPECT_EQ(CellJson(Value::Blob("1")), R"({"blob":"31"})");
}

TEST(CellJson, IntegersBeyondDoublesAreStrings) {
  EXPECT_EQ(CellJson(Value::Integer(int64_t{1} << 53)), "9007199254740992");
  EXPECT_EQ(CellJson(Value::Integer((int64_t{1} << 53) + 1)), R"({"integer":"9007199254740993"})");
  EXPECT_EQ(CellJson(Value::Integer(INT64_MIN)), R"({"integer":"-9223372036854775808"})");
}

TEST(CellJson, RealsReadBackAsTheSameDouble) {
  EXPECT_EQ(CellJson(Value::Real(0.1)), "0.1");
  EXPECT_EQ(CellJson(Value::Real(-0.0)), "-0.0");
  EXPECT_EQ(CellJson(Value::Real(1e300)), "1e+300");
  EXPECT_EQ(CellJson(Value::Real(1.0 / 0.0)), R"({"real":"Infinity"})");
  EXPECT_EQ(CellJson(Value::Real(-1.0 / 0.0)), R"({"real":"-Infinity"})");
}

TEST(CellJson, TextThatIsNotTextIsMarked) {
  EXPECT_EQ(CellJson(Value::Text("\xff")), R"({"text":"ff","encoding":"UTF-8"})");
  EXPECT_EQ(CellJson(Value::Text(std::string_view("a\0b", 3))), R"("a\u0000b")");
  EXPECT_EQ(
      CellJson(Value::Text(std::string_view("a\0\x3d\xd8\x00\xde", 6)), TextEncoding::kUtf16le),
      "\"a\U0001f600\"");
  EXPECT_EQ(CellJson(Value::Text(std::string_view("\xd8\x3d", 2)), TextEncoding::kUtf16be),
            R"({"text":"d83d","encoding":"UTF-16be"})");
}

}  // namespace
}  // namespace pvc
