#include "tests/vcs/query/query_values.h"

#include <fmt/format.h>

namespace pvc {
namespace {

/// Longer than what trees keep of a key, the ends apart.
std::string LongLiteral(Choices& choices) {
  const int size =
      choices.Pick<int>({480, 500, 505, 512, 985, 988, 989, 990, 991, 992, 1015, 1100});
  const std::string end = choices.Word({"", "a", "b", "B", "  ", "c", "1"});
  const std::string stem = choices.Word({"p", "p", "P"});
  std::string text = fmt::format("replace(hex(zeroblob({})), '00', '{}') || '{}'", size, stem, end);
  if (choices.OneIn(8)) text = fmt::format("CAST({} AS BLOB)", text);
  return "(" + text + ")";
}

}  // namespace

std::string NastyLiteral(Choices& choices) {
  switch (choices.Below(20)) {
    case 0:
      return "NULL";
    case 1:
    case 2:
    case 3:
      return choices.Word({"0", "1", "2", "3", "-1", "10", "100"});
    case 4:
      return choices.Word({"0.0", "-0.0", "1.0", "1.5", "-1.5", "2.5", "0.5", "1e300", "9e999",
                           "-9e999", "5e-324", "100.0"});
    case 5:
      return choices.Word({"9007199254740992", "9007199254740993", "9007199254740994",
                           "-9007199254740993", "9007199254740992.0", "9223372036854775807",
                           "-9223372036854775807", "9223372036854775806", "9223372036854775807.0",
                           "1e19", "-1e19"});
    case 6:
    case 7:
    case 8:
    case 9:
      return choices.Word({"'a'", "'A'", "'b'", "'B'", "'a '", "'a  '", "'ab'", "'aB'", "'abc'",
                           "'c'", "''", "' '", "' a'", "'z'", "'Z'", "'_'", "'['", "'a_'"});
    case 10:
    case 11:
      return choices.Word({"'1'",
                           "'1.0'",
                           "' 1'",
                           "'1 '",
                           "'01'",
                           "'1e0'",
                           "'10'",
                           "'9'",
                           "'-1'",
                           "'2'",
                           "'0'",
                           "'1x'",
                           "'+1'",
                           "'.5'",
                           "'0x1'",
                           "'inf'",
                           "'nan'",
                           "'1e19'",
                           "'9007199254740993'",
                           "'9223372036854775808'",
                           "'-0.0'",
                           "'1.5'"});
    case 12:
      return choices.Word({"'é'", "'É'", "'日本'", "'𝄞'", "'a𝄞'", "'\xEF\xBF\xBD'",
                           "'\xEE\x80\x80'", "'\xEF\xBB\xBF'", "'ÿ'"});
    case 13:
      return choices.Word({"CAST(x'610062' AS TEXT)",       "CAST(x'00' AS TEXT)",
                           "CAST(x'6100' AS TEXT)",         "CAST(x'fffe6100' AS TEXT)",
                           "CAST(x'feff0061' AS TEXT)",     "CAST(x'fffe' AS TEXT)",
                           "CAST(x'61ff62' AS TEXT)",       "CAST(x'80' AS TEXT)",
                           "CAST(x'00d8' AS TEXT)",         "CAST(x'00dc00dc' AS TEXT)",
                           "CAST(x'dc00dc00' AS TEXT)",     "CAST(x'd800dc00' AS TEXT)",
                           "CAST(x'61000000' AS TEXT)",     "CAST(x'0061004100' AS TEXT)",
                           "CAST(x'6100000062' AS TEXT)",   "CAST(x'6100000063' AS TEXT)",
                           "CAST(x'610000006200' AS TEXT)", "CAST(x'410000006300' AS TEXT)",
                           "CAST(x'006100000062' AS TEXT)", "CAST(x'c1a1' AS TEXT)"});
    case 14:
    case 15:
      return choices.Word({"x''", "x'00'", "x'31'", "x'61'", "x'41'", "x'ff'", "x'0000'", "x'00ff'",
                           "x'6120'", "x'6100'"});
    case 16:
      return LongLiteral(choices);
    case 17:
      return fmt::format("{}", choices.Below(40));
    case 18:
      return fmt::format("'{}{}'", choices.Word({"a", "b", "A", ""}), choices.Below(20));
    default:
      return fmt::format("{}.{}", choices.Below(5), choices.Word({"0", "5", "25"}));
  }
}

}  // namespace pvc
