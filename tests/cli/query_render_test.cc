#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"
#include "cli/render/query.h"
#include "tests/cli/fake_environment.h"

namespace pvc {
namespace {

using testing::EndsWith;
using testing::StartsWith;
using namespace std::string_view_literals;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What a format prints, and what is to be printed.
class Printer {
 public:
  explicit Printer(std::string_view format, bool is_terminal = false)
      : format_(format), is_terminal_(is_terminal) {}

  Printer& WithoutHeader() {
    header_ = QueryHeader::kHidden;
    return *this;
  }
  Printer& In(TextEncoding encoding) {
    encoding_ = encoding;
    return *this;
  }
  Printer& Answer(const std::vector<std::string>& columns,
                  const std::vector<std::vector<Value>>& rows) {
    QueryRenderer& renderer = Renderer();
    renderer.Begin(columns);
    for (const auto& row : rows) renderer.Row(row);
    renderer.End();
    return *this;
  }
  std::string Text() {
    Renderer().Finish();
    return writer_.text();
  }
  /// What is printed when an error ends it here.
  std::string Cut() { return writer_.text(); }
  QueryRenderer& Renderer() {
    if (!renderer_) {
      renderer_ = MakeQueryRenderer(format_, {painter_, encoding_, header_, is_terminal_});
    }
    return *renderer_;
  }

 private:
  std::string_view format_;
  bool is_terminal_;
  TextEncoding encoding_ = TextEncoding::kUtf8;
  QueryHeader header_ = QueryHeader::kShown;
  StringWriter writer_;
  Painter painter_{writer_, false};
  std::unique_ptr<QueryRenderer> renderer_;
};

const std::vector<std::string> kPeople = {"id", "name"};
const std::vector<std::vector<Value>> kAnnAndBob = {
    {Value::Integer(42), Value::Text("ann")},
    {Value::Integer(7), Value::Null()},
};

std::string Utf16le(std::u16string_view text) {
  std::string bytes;
  for (const char16_t unit : text) {
    bytes += static_cast<char>(unit & 0xFF);
    bytes += static_cast<char>(unit >> 8);
  }
  return bytes;
}

TEST(QueryTable, AlignsNumbersRightAndTextLeft) {
  EXPECT_EQ(Printer("table").Answer(kPeople, kAnnAndBob).Text(),
            "id  name\n"
            "--  ----\n"
            "42  ann\n"
            " 7  NULL\n");
}

TEST(QueryTable, WithoutHeaderIsRowsAlone) {
  EXPECT_EQ(Printer("table").WithoutHeader().Answer(kPeople, kAnnAndBob).Text(),
            "42  ann\n"
            " 7  NULL\n");
}

TEST(QueryTable, EveryStorageClassIsTold) {
  EXPECT_EQ(Printer("table")
                .WithoutHeader()
                .Answer({"v"}, {{Value::Null()},
                                {Value::Text("NULL")},
                                {Value::Text("")},
                                {Value::Real(4)},
                                {Value::Real(1e300)},
                                {Value::Real(kInfinity)},
                                {Value::Real(-kInfinity)},
                                {Value::Integer(std::numeric_limits<int64_t>::min())},
                                {Value::Blob("\0\xff"sv)},
                                {Value::Blob("")}})
                .Text(),
            "NULL\n"
            "'NULL'\n"
            "\n"
            "                 4.0\n"
            "              1e+300\n"
            "            Infinity\n"
            "           -Infinity\n"
            "-9223372036854775808\n"
            "x'00ff'\n"
            "x''\n");
}

TEST(QueryTable, WhatATerminalWouldObeyIsEscaped) {
  EXPECT_EQ(
      Printer("table")
          .Answer({"a\x1b[2J", "b"}, {{Value::Text("x\ny\tz\0\x1b"sv), Value::Text("\xff\\n")},
                                      {Value::Text("\u202eabc"), Value::Text("")}})
          .Text(),
      "a\\x1b[2J         b\n"
      "---------------  -------\n"
      "x\\ny\\tz\\x00\\x1b  \\xff\\\\n\n"
      "\\u202eabc        \n");
}

TEST(QueryTable, WideAndCombiningCharactersAreMeasured) {
  EXPECT_EQ(Printer("table")
                .Answer({"name", "n"}, {{Value::Text("日本語"), Value::Integer(1)},
                                        {Value::Text("e\u0301"), Value::Integer(2)}})
                .Text(),
            "name    n\n"
            "------  -\n"
            "日本語  1\n"
            "e\u0301       2\n");
}

TEST(QueryTable, EmptyAnswerHasItsHeader) {
  EXPECT_EQ(Printer("table").Answer(kPeople, {}).Text(), "id  name\n--  ----\n");
  EXPECT_EQ(Printer("table").Text(), "");
}

TEST(QueryTable, AnswersAreParted) {
  EXPECT_EQ(Printer("table")
                .Answer({"a"}, {{Value::Integer(1)}})
                .Answer({"b"}, {{Value::Integer(2)}})
                .Text(),
            "a\n-\n1\n\nb\n-\n2\n");
}

TEST(QueryTable, RowsBehindTheFirstThousandAreNotHeldBack) {
  Printer printer("table");
  printer.Renderer().Begin({"n"});
  const Value one = Value::Integer(1);
  for (int i = 0; i < 999; ++i) printer.Renderer().Row({&one, 1});
  EXPECT_EQ(printer.Cut(), "");
  printer.Renderer().Row({&one, 1});
  EXPECT_EQ(printer.Cut().size(), 2 * 1002U);
  const Value wide = Value::Integer(12345);
  printer.Renderer().Row({&wide, 1});
  EXPECT_THAT(printer.Cut(), EndsWith("\n1\n12345\n"));
}

TEST(QueryTable, RowsThatAreLargeAreNotHeldBack) {
  Printer printer("table");
  printer.Renderer().Begin({"t"});
  const std::string text(600'000, 'x');
  const Value large = Value::Text(text);
  printer.Renderer().Row({&large, 1});
  EXPECT_EQ(printer.Cut(), "");
  printer.Renderer().Row({&large, 1});
  EXPECT_GT(printer.Cut().size(), 1'200'000U);
}

TEST(QueryBox, HasLinesAroundCells) {
  EXPECT_EQ(Printer("box").Answer(kPeople, kAnnAndBob).Text(),
            "┌────┬──────┐\n"
            "│ id │ name │\n"
            "├────┼──────┤\n"
            "│ 42 │ ann  │\n"
            "│  7 │ NULL │\n"
            "└────┴──────┘\n");
}

TEST(QueryBox, EmptyAnswerIsABoxOfNames) {
  EXPECT_EQ(Printer("box").Answer({"a"}, {}).Text(), "┌───┐\n│ a │\n├───┤\n└───┘\n");
}

TEST(QueryBox, LinesFitWideCharacters) {
  EXPECT_EQ(Printer("box").Answer({"語"}, {{Value::Text("a\nb")}}).Text(),
            "┌──────┐\n"
            "│ 語   │\n"
            "├──────┤\n"
            "│ a\\nb │\n"
            "└──────┘\n");
}

TEST(QueryBox, TenThousandRowsAreAllPrinted) {
  Printer printer("box");
  printer.Renderer().Begin({"n"});
  for (int64_t i = 0; i < 10'000; ++i) {
    const Value value = Value::Integer(i);
    printer.Renderer().Row({&value, 1});
  }
  printer.Renderer().End();
  const std::string text = printer.Text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10'004);
  EXPECT_THAT(text, EndsWith("│ 9999 │\n└─────┘\n"));  // wider than what was looked at
}

TEST(QueryMarkdown, AlignsColumnsOfNumbers) {
  EXPECT_EQ(Printer("markdown").Answer(kPeople, kAnnAndBob).Text(),
            "|  id | name |\n"
            "| --: | ---- |\n"
            "|  42 | ann  |\n"
            "|   7 | NULL |\n");
}

TEST(QueryMarkdown, MarkupInValuesIsText) {
  EXPECT_EQ(Printer("markdown")
                .WithoutHeader()
                .Answer({"a_b"}, {{Value::Text("x|y")},
                                  {Value::Text("*b* <i> `c` [l](u) &amp; ~s~")},
                                  {Value::Text("_i_ a_b __init__")},
                                  {Value::Text("l1\nl2")},
                                  {Value::Text("C:\\t")}})
                .Text(),
            "| a_b                                   |\n"
            "| ------------------------------------- |\n"
            "| x\\|y                                  |\n"
            "| \\*b\\* \\<i> \\`c\\` \\[l](u) \\&amp; \\~s\\~ |\n"
            "| \\_i\\_ a_b \\_\\_init\\_\\_                |\n"
            "| l1\\nl2                                |\n"
            "| C:\\\\t                                 |\n");
}

TEST(QueryLine, IsALineAValue) {
  EXPECT_EQ(Printer("line").Answer(kPeople, kAnnAndBob).Text(),
            "  id = 42\n"
            "name = ann\n"
            "\n"
            "  id = 7\n"
            "name = NULL\n");
  EXPECT_EQ(Printer("line").Answer(kPeople, {}).Text(), "");
}

TEST(QueryCsv, QuotesWhatNeedsIt) {
  EXPECT_EQ(Printer("csv")
                .Answer({"plain", "a \"b\"", ""},
                        {{Value::Text("a,b"), Value::Text("say \"hi\""), Value::Text("x\ny\r")},
                         {Value::Text(" a"), Value::Text("a "), Value::Text("a b")},
                         {Value::Null(), Value::Text(""), Value::Null()},
                         {Value::Integer(-1), Value::Real(2), Value::Blob("\xab")}})
                .Text(),
            "plain,\"a \"\"b\"\"\",\"\"\n"
            "\"a,b\",\"say \"\"hi\"\"\",\"x\ny\r\"\n"
            "\" a\",\"a \",a b\n"
            ",\"\",\n"
            "-1,2.0,x'ab'\n");
}

TEST(QueryCsv, HeaderMayBeLeftOut) {
  EXPECT_EQ(Printer("csv").WithoutHeader().Answer(kPeople, kAnnAndBob).Text(), "42,ann\n7,\n");
}

TEST(QueryCsv, KeepsBytesInAFileAndATerminalSafe) {
  const std::vector<std::vector<Value>> rows = {{Value::Text("\xff\0\x1b"sv)}};
  EXPECT_EQ(Printer("csv").Answer({"t"}, rows).Text(), "t\n\xff\0\x1b\n"sv);
  EXPECT_EQ(Printer("csv", true).Answer({"t"}, rows).Text(), "t\n\\xff\\x00\\x1b\n");
}

TEST(QueryCsv, Utf16IsConvertedOrRefused) {
  const std::string good = Utf16le(u"zwölf");
  EXPECT_EQ(Printer("csv").In(TextEncoding::kUtf16le).Answer({"t"}, {{Value::Text(good)}}).Text(),
            "t\nzwölf\n");
  const std::string lone_surrogate("\x00\xd8", 2);
  Printer printer("csv");
  printer.In(TextEncoding::kUtf16le);
  try {
    printer.Answer({"t"}, {{Value::Text(lone_surrogate)}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
    EXPECT_EQ(error.hints().size(), 1U);
  }
}

TEST(QueryJson, IsADocumentOfResults) {
  EXPECT_EQ(Printer("json").Answer(kPeople, kAnnAndBob).Answer({"x"}, {}).Text(),
            "{\n"
            "  \"format\": \"pvc.sql/v1\",\n"
            "  \"results\": [\n"
            "    {\"columns\": [\"id\", \"name\"], \"rows\": [\n"
            "        [42, \"ann\"],\n"
            "        [7, null]\n"
            "      ]},\n"
            "    {\"columns\": [\"x\"], \"rows\": []}\n"
            "  ]\n"
            "}\n");
}

TEST(QueryJson, WithoutAnswersIsStillADocument) {
  EXPECT_EQ(Printer("json").Text(), "{\n  \"format\": \"pvc.sql/v1\",\n  \"results\": []\n}\n");
}

TEST(QueryJson, DocumentThatAnErrorCutIsNotClosed) {
  EXPECT_EQ(Printer("json").Cut(), "");
  Printer printer("json");
  EXPECT_THAT(printer.Answer({"x"}, {}).Cut(), EndsWith("\"rows\": []}"));
}

TEST(QueryJson, ValuesKeepClassAndBytes) {
  const std::string text = Printer("json")
                               .Answer({"v"}, {{Value::Integer(9007199254740993)},
                                               {Value::Real(1)},
                                               {Value::Real(kInfinity)},
                                               {Value::Text("a\0\"日"sv)},
                                               {Value::Text("\xff")},
                                               {Value::Blob("\0\xff"sv)}})
                               .Text();
  EXPECT_THAT(text, testing::HasSubstr("[{\"integer\":\"9007199254740993\"}]"));
  EXPECT_THAT(text, testing::HasSubstr("[1.0]"));
  EXPECT_THAT(text, testing::HasSubstr("{\"real\":\"Infinity\"}"));
  EXPECT_THAT(text, testing::HasSubstr("[\"a\\u0000\\\"日\"]"));
  EXPECT_THAT(text, testing::HasSubstr("{\"text\":\"ff\",\"encoding\":\"UTF-8\"}"));
  EXPECT_THAT(text, testing::HasSubstr("{\"blob\":\"00ff\"}"));
}

TEST(QueryJson, Utf16IsConverted) {
  const std::string text = Utf16le(u"é");
  EXPECT_THAT(
      Printer("json").In(TextEncoding::kUtf16le).Answer({"v"}, {{Value::Text(text)}}).Text(),
      testing::HasSubstr("[\"é\"]"));
}

TEST(QueryJsonl, IsAnObjectARow) {
  EXPECT_EQ(Printer("jsonl").Answer(kPeople, kAnnAndBob).Text(),
            "{\"id\":42,\"name\":\"ann\"}\n"
            "{\"id\":7,\"name\":null}\n");
  EXPECT_EQ(Printer("jsonl").Answer(kPeople, {}).Text(), "");
}

TEST(QueryJsonl, NamesOfARowAreDistinct) {
  const std::vector<Value> row(5, Value::Integer(0));
  EXPECT_EQ(Printer("jsonl").Answer({"a", "a", "a:1", "a", "b"}, {row}).Text(),
            "{\"a\":0,\"a:1\":0,\"a:1:1\":0,\"a:2\":0,\"b\":0}\n");
  EXPECT_EQ(Printer("jsonl").Answer({"\xff", "\xfe"}, {{row[0], row[1]}}).Text(),
            "{\"\xef\xbf\xbd\":0,\"\xef\xbf\xbd:1\":0}\n");
}

TEST(QueryFormats, AnswersWithoutColumnsHarmNone) {
  for (const std::string_view format : kQueryFormats) {
    Printer printer(format);
    EXPECT_NO_THROW(printer.Answer({}, {}).Text()) << format;
  }
}

}  // namespace
}  // namespace pvc
