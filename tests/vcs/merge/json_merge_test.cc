#include "vcs/merge/json_merge.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>

#include "tests/support/raw_sqlite.h"
#include "vcs/merge/json_text.h"

namespace pvc {
namespace {

std::string Merge(std::string_view base, std::string_view ours, std::string_view theirs) {
  return MergeJsonText(base, ours, theirs).value_or("nothing");
}

bool Parses(std::string_view text) { return MergeJsonText(text, text, text).has_value(); }

TEST(JsonMerge, KeysChangedOnOneSideAreTaken) {
  EXPECT_EQ(
      Merge(R"({"a":1, "b":2, "c":3})", R"({"a":10, "b":2, "c":3})", R"({"a":1, "b":20, "c":3})"),
      R"({"a":10, "b":20, "c":3})");
}

TEST(JsonMerge, EqualChangesMergeClean) {
  EXPECT_EQ(Merge(R"({"a":1,"b":2})", R"({"a":[1, 2]})", R"({"a":[1,2]})"), R"({"a":[1, 2]})");
  EXPECT_EQ(Merge(R"({})", R"({"a":{"x":1,"y":2}})", R"({"a":{"y":2,"x":1}})"),
            R"({"a":{"x":1,"y":2}})");
}

TEST(JsonMerge, BothChangedOneMemberDifferently) {
  EXPECT_FALSE(MergeJsonText(R"({"a":1})", R"({"a":2})", R"({"a":3})"));
  EXPECT_FALSE(MergeJsonText(R"({})", R"({"a":2})", R"({"a":3})"));
  EXPECT_FALSE(MergeJsonText(R"({"a":[1,2]})", R"({"a":[1,2,3]})", R"({"a":[0,1,2]})"));
  EXPECT_FALSE(MergeJsonText(R"({"o":{"a":1}})", R"({"o":{"a":2}})", R"({"o":{"a":3}})"));
  EXPECT_FALSE(MergeJsonText(R"({})", R"({"o":{"a":2}})", R"({"o":{"b":3}})"));
  EXPECT_FALSE(MergeJsonText(R"({"o":{}})", R"({"o":1})", R"({"o":{"b":3}})"));
}

TEST(JsonMerge, ChangedHereAndDeletedThere) {
  EXPECT_FALSE(MergeJsonText(R"({"a":1})", R"({"a":2})", R"({})"));
  EXPECT_FALSE(MergeJsonText(R"({"a":1})", R"({})", R"({"a":2})"));
  EXPECT_FALSE(MergeJsonText(R"({"o":{"a":1}})", R"({})", R"({"o":{"a":1,"b":2}})"));
}

TEST(JsonMerge, DeletedMembersGo) {
  EXPECT_EQ(Merge(R"({"a":1, "b":2, "c":3})", R"({"a":1, "b":2, "c":3})", R"({"b":2})"),
            R"({"b":2})");
  EXPECT_EQ(Merge(R"({"a":1,"b":2})", R"({"b":2})", R"({"a":1})"), R"({})");
  EXPECT_EQ(Merge(R"({"o":{"x":1,"y":2}})", R"({})", R"({"o":{"y":2, "x":1}})"), R"({})");
}

TEST(JsonMerge, ObjectsWithinMergeByKey) {
  EXPECT_EQ(Merge(R"({"o":{"a":1,"p":{"x":1}}})", R"({"o":{"a":2,"p":{"x":1}}})",
                  R"({"o":{"p":{"x":1,"y":[{}]},"a":1}})"),
            R"({"o":{"a":2,"p":{"x":1,"y":[{}]}}})");
}

TEST(JsonMerge, AddedMembersGoBehindWhatTheyFollow) {
  EXPECT_EQ(
      Merge(R"({"a":1, "b":2})", R"({"a":1, "o":0, "b":2})", R"({"a":1, "t":0, "u":0, "b":2})"),
      R"({"a":1, "t":0, "u":0, "o":0, "b":2})");
  EXPECT_EQ(Merge(R"({"a":1, "b":2})", R"({"a":1, "b":2})", R"({"first":0, "a":1, "b":2})"),
            R"({"a":1, "b":2, "first":0})");
  EXPECT_EQ(
      Merge(R"({"a":1, "b":2, "c":3})", R"({"a":1, "c":3})", R"({"a":1, "b":2, "t":0, "c":3})"),
      R"({"a":1, "t":0, "c":3})");
}

TEST(JsonMerge, LayoutOfOursIsKept) {
  const std::string_view ours = "\n{\n  \"a\" : 1,\n  \"b\": 2\n}\n";
  EXPECT_EQ(Merge(R"({"a":1,"b":2})", ours, R"({"a":1,"b":3,"c":4})"),
            "\n{\n  \"a\" : 1,\n  \"b\": 3,\n  \"c\":4\n}\n");
  EXPECT_EQ(Merge(R"({"a":1,"b":2})", ours, R"({"a":1})"), "\n{\n  \"a\" : 1\n}\n");
  EXPECT_EQ(Merge(R"({"a":1,"b":2})", ours, R"({"b":2})"), "\n{\n  \"b\": 2\n}\n");
  EXPECT_EQ(Merge("{}", "{}", "{\n  \"a\": 1\n}"), "{\n  \"a\": 1\n}");
  EXPECT_EQ(Merge("{}", "{ }", "{}"), "{ }");
}

TEST(JsonMerge, SpellingOfValuesIsKept) {
  EXPECT_EQ(Merge(R"({"n":1,"s":"x"})", R"({"n":1e2,"s":"x"})", R"({"n":1,"s":"\u00e9\/"})"),
            R"({"n":1e2,"s":"\u00e9\/"})");
  EXPECT_EQ(Merge(R"({"n":1})", R"({"n":12345678901234567890.10})", R"({"n":1})"),
            R"({"n":12345678901234567890.10})");
  EXPECT_FALSE(MergeJsonText(R"({"n":1})", R"({"n":2})", R"({"n":2.0})"));
}

TEST(JsonMerge, WhiteSpaceWithinStringsIsContent) {
  for (const char* before : {R"({"s":"a b"})", R"({"s":"a\" b"})", R"({"s":["\\"," b"]})"}) {
    std::string after = before;
    after.insert(after.find(" b"), " ");
    EXPECT_EQ(Merge(before, before, after), after);
  }
}

TEST(JsonMerge, KeysCompareUnescaped) {
  EXPECT_EQ(Merge(R"({"a":1,"b":1})", R"({"\u0061":1,"b":2})", R"({"a":5,"b":1})"),
            R"({"\u0061":5,"b":2})");
  EXPECT_EQ(Merge(R"({"😀":1})", R"({"\ud83d\ude00":1})", R"({"😀":2})"), R"({"\ud83d\ude00":2})");
  EXPECT_EQ(Merge(R"({"\/":1})", R"({"/":1})", R"({"\u002F":2})"), R"({"/":2})");
  EXPECT_EQ(Merge(R"({"\n":1})", R"({"\u000a":1})", R"({"\n":2})"), R"({"\u000a":2})");
  EXPECT_EQ(Merge(R"({"\ud83d":1,"\ude00":2})", R"({"\ud83d":1,"\ude00":2})", R"({"\ud83d":3})"),
            R"({"\ud83d":3})");
}

TEST(JsonMerge, OneKeyTwiceIsRefused) {
  EXPECT_FALSE(Parses(R"({"a":1,"a":1})"));
  EXPECT_FALSE(Parses(R"({"a":1,"\u0061":1})"));
  EXPECT_FALSE(Parses(R"({"o":[{"a":1,"b":2,"a":1}]})"));
  EXPECT_TRUE(Parses(R"({"a":{"a":1}})"));
}

TEST(JsonMerge, OtherRootsThanObjectsAreRefused) {
  for (const char* text : {"", " ", "1", "[]", "null", "\"a\"", "[{}]"}) {
    EXPECT_FALSE(Parses(text)) << text;
    EXPECT_FALSE(MergeJsonText(text, "{}", "{}")) << text;
    EXPECT_FALSE(MergeJsonText("{}", text, "{}")) << text;
    EXPECT_FALSE(MergeJsonText("{}", "{}", text)) << text;
  }
}

TEST(JsonMerge, OnlyStrictJsonIsMerged) {
  for (const char* value : {"0", "-0", "-1.50E+07", "1e5", "\"\"",
                            "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00fF\"", "true", "false", "null", "[]",
                            "[ ]", "[1 , [2]]", "{}", "{ \"\" : 1 }", "\"\x7f\"", "\"\\ud800\""}) {
    EXPECT_TRUE(Parses("{\"v\":" + std::string(value) + "}")) << value;
  }
  for (const char* value : {"",         "01",     "-",          "1.",           ".5",
                            "+1",       "1e",     "1e+",        "0x1",          "NaN",
                            "Infinity", "-true",  "TRUE",       "nul",          "nulll",
                            "'a'",      "\"",     "\"\\x\"",    "\"\\u12g4\"",  "\"\\u123\"",
                            "\"a\nb\"", "\"\t\"", "\"\x1f\"",   "[1,]",         "[,1]",
                            "[1 2]",    "[",      "]",          "[}",           "{\"a\"}",
                            "{\"a\":}", "{a:1}",  "{\"a\":1,}", "{,}",          "{\"a\":1 \"b\":2}",
                            "1,",       "1 /**/", "\"\xff\"",   "\"\xc0\x80\"", "\"\xed\xa0\x80\"",
                            "\v1",      "1}",     "1}{"}) {
    EXPECT_FALSE(Parses("{\"v\":" + std::string(value) + "}")) << value;
  }
  EXPECT_FALSE(Parses("\xef\xbb\xbf{}"));
  EXPECT_FALSE(Parses(std::string_view("{}\0", 3)));
}

TEST(JsonMerge, DepthIsBounded) {
  const auto nest = [](size_t depth, const std::string& open, const std::string& close) {
    std::string text;
    for (size_t i = 0; i < depth; ++i) text += open;
    text += "1";
    for (size_t i = 0; i < depth; ++i) text += close;
    return text;
  };
  EXPECT_TRUE(Parses(nest(kMaxJsonDepth, "{\"a\":", "}")));
  EXPECT_FALSE(Parses(nest(kMaxJsonDepth + 1, "{\"a\":", "}")));
  EXPECT_TRUE(Parses("{\"a\":" + nest(kMaxJsonDepth - 1, "[", "]") + "}"));
  EXPECT_FALSE(Parses("{\"a\":" + nest(1'000'000, "[", "]") + "}"));
}

TEST(JsonMerge, ManyMembersMergeInReasonableTime) {
  std::string base = "{";
  for (int i = 0; i < 100'000; ++i) base += "\"key" + std::to_string(i) + "\":1,";
  const std::string ours = base + "\"last\":1}";
  const std::string theirs = base + "\"last\":2}";
  EXPECT_EQ(MergeJsonText(ours, ours, theirs), theirs);
}

/// A JSON value as the laws see it: an object by key, or anything else by its tokens.
struct Model {
  bool is_object = false;
  std::map<std::string, Model> members;
  std::string tokens;

  bool operator==(const Model&) const = default;
};

/// What the merge of three values is, said the short way. Null stands for a member that is not
/// there. Returns: false on a conflict.
bool MergeModels(const Model* base, const Model* ours, const Model* theirs,
                 std::unique_ptr<Model>& out) {
  const auto same = [](const Model* a, const Model* b) {
    return a == nullptr || b == nullptr ? a == b : *a == *b;
  };
  const auto take = [&](const Model* model) {
    if (model != nullptr) out = std::make_unique<Model>(*model);
    return true;
  };
  if (same(base, ours)) return take(theirs);
  if (same(base, theirs) || same(ours, theirs)) return take(ours);
  if (!base || !ours || !theirs || !base->is_object || !ours->is_object || !theirs->is_object) {
    return false;
  }
  Model merged;
  merged.is_object = true;
  std::map<std::string, int> keys;
  for (const Model* model : {base, ours, theirs}) {
    for (const auto& [key, member] : model->members) keys[key] = 0;
  }
  for (const auto& [key, unused] : keys) {
    const auto find = [&](const Model* model) {
      const auto found = model->members.find(key);
      return found == model->members.end() ? nullptr : &found->second;
    };
    std::unique_ptr<Model> member;
    if (!MergeModels(find(base), find(ours), find(theirs), member)) return false;
    if (member) merged.members[key] = *member;
  }
  return take(&merged);
}

/// Reads what this test wrote: keys of one letter, no strings among the tokens.
Model ReadModel(std::string_view& text) {
  const auto skip = [&] {
    while (!text.empty() && (text[0] == ' ' || text[0] == '\n')) text.remove_prefix(1);
  };
  Model model;
  skip();
  if (text[0] != '{') {
    int depth = 0;
    for (;; text.remove_prefix(1)) {
      const bool is_end = text[0] == '}' || text[0] == ',' || text[0] == ']';
      if (depth == 0 && is_end) return model;
      if (text[0] == '[') ++depth;
      if (text[0] == ']') --depth;
      if (text[0] != ' ' && text[0] != '\n') model.tokens += text[0];
    }
  }
  model.is_object = true;
  do {
    text.remove_prefix(1);  // brace or comma
    skip();
    if (text[0] == '}') break;
    const bool is_escaped = text[1] == '\\';  // only a is
    const std::string name = is_escaped ? "a" : std::string(1, text[1]);
    text.remove_prefix(is_escaped ? 8 : 3);
    skip();
    text.remove_prefix(1);  // colon
    model.members[name] = ReadModel(text);
    skip();
  } while (text[0] == ',');
  text.remove_prefix(1);
  return model;
}

class ModelMaker {
 public:
  explicit ModelMaker(std::mt19937& random) : random_(random) {}

  Model MakeObject(int depth) {
    Model model;
    model.is_object = true;
    for (size_t n = random_() % 5; n > 0; --n) model.members[Key()] = MakeValue(depth);
    return model;
  }

  Model Edit(Model model) {
    for (size_t n = random_() % 3; n > 0; --n) EditOnce(model);
    return model;
  }

  std::string Spell(const Model& model) {
    if (!model.is_object) {
      std::string text;
      for (const char c : model.tokens) {
        text += c;
        if (c == '[' || c == ',') text += Gap();
      }
      return text;
    }
    std::vector<std::string> members;
    for (const auto& [key, member] : model.members) {
      const std::string name = key == "a" && random_() % 2 == 0 ? "\\u0061" : key;
      members.push_back(Gap() + "\"" + name + "\"" + Gap() + ":" + Gap() + Spell(member) + Gap());
    }
    std::shuffle(members.begin(), members.end(), random_);
    std::string text = "{";
    for (size_t i = 0; i < members.size(); ++i) text += (i > 0 ? "," : "") + members[i];
    return text + (members.empty() ? Gap() : "") + "}";
  }

 private:
  std::string Key() { return std::string(1, static_cast<char>('a' + random_() % 5)); }
  std::string Gap() { return std::vector<std::string>{"", "", " ", "\n  "}[random_() % 4]; }

  Model MakeValue(int depth) {
    if (depth > 0 && random_() % 3 == 0) return MakeObject(depth - 1);
    const char* tokens[] = {"1", "2", "1.0", "true", "[]", "[1,2]", "[1,[2,3]]"};
    return {.is_object = false, .members = {}, .tokens = tokens[random_() % 7]};
  }

  void EditOnce(Model& model) {
    const std::string key = Key();
    const auto found = model.members.find(key);
    if (found == model.members.end()) {
      model.members[key] = MakeValue(2);
    } else if (found->second.is_object && random_() % 4 != 0) {
      EditOnce(found->second);
    } else if (random_() % 2 == 0) {
      model.members.erase(found);
    } else {
      found->second = MakeValue(2);
    }
  }

  std::mt19937& random_;
};

Model Read(std::string_view text) { return ReadModel(text); }

TEST(JsonMerge, LawsHoldAtRandom) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  ModelMaker maker(random);
  RawDatabase db(":memory:");
  int clean = 0;
  int conflicts = 0;
  for (int round = 0; round < 3000; ++round) {
    const Model base_model = maker.MakeObject(3);
    const Model our_model = maker.Edit(base_model);
    const Model their_model = maker.Edit(base_model);
    const std::string base = maker.Spell(base_model);
    const std::string ours = maker.Spell(our_model);
    const std::string theirs = maker.Spell(their_model);
    SCOPED_TRACE(base + "\n" + ours + "\n" + theirs);
    ASSERT_EQ(Read(base), base_model);

    ASSERT_EQ(Merge(base, ours, base), ours);
    ASSERT_EQ(Merge(base, ours, ours), ours);
    ASSERT_EQ(Merge(base, ours, maker.Spell(our_model)), ours);
    ASSERT_EQ(Read(Merge(base, base, theirs)), their_model);

    std::unique_ptr<Model> expected;
    const bool is_clean = MergeModels(&base_model, &our_model, &their_model, expected);
    const auto merged = MergeJsonText(base, ours, theirs);
    const auto swapped = MergeJsonText(base, theirs, ours);
    ASSERT_EQ(merged.has_value(), is_clean);
    ASSERT_EQ(swapped.has_value(), is_clean);
    ++(is_clean ? clean : conflicts);
    if (!is_clean) continue;
    ASSERT_EQ(Read(*merged), *expected) << *merged;
    ASSERT_EQ(Read(*swapped), *expected) << *swapped;
    ASSERT_EQ(db.Integer("SELECT json_valid('" + *merged + "')"), 1) << *merged;
  }
  EXPECT_GT(clean, 300);
  EXPECT_GT(conflicts, 300);
}

TEST(JsonMerge, SqliteFindsTheSameTextsValidAtRandom) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  ModelMaker maker(random);
  RawDatabase db(":memory:");
  RawStatement is_valid(db, "SELECT json_valid(?1)");
  RawStatement repeated_keys(db,
                             "SELECT 1 FROM json_tree(?1) WHERE typeof(key) = 'text' "
                             "GROUP BY parent, key HAVING count(*) > 1");
  constexpr std::string_view kBytes = "{}[],:\"\\ \nau01.-+eEtrue";
  int valid = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = maker.Spell(maker.MakeObject(2));
    for (size_t n = random() % 3; n > 0; --n) {
      const size_t at = random() % text.size();
      const char byte = kBytes[random() % kBytes.size()];
      if (random() % 3 == 0) {
        text.erase(at, 1);
        if (text.empty()) break;
      } else if (random() % 2 == 0) {
        text.insert(at, 1, byte);
      } else {
        text[at] = byte;
      }
    }
    sqlite3_reset(is_valid.handle());
    sqlite3_bind_text(is_valid.handle(), 1, text.data(), static_cast<int>(text.size()),
                      SQLITE_STATIC);
    is_valid.Step();
    const bool expected = sqlite3_column_int(is_valid.handle(), 0) != 0;
    if (Parses(text)) {
      ++valid;
      ASSERT_TRUE(expected) << text;
    } else if (expected && text[text.find_first_not_of(" \n")] == '{') {
      // What is valid may have a key twice.
      sqlite3_reset(repeated_keys.handle());
      sqlite3_bind_text(repeated_keys.handle(), 1, text.data(), static_cast<int>(text.size()),
                        SQLITE_STATIC);
      ASSERT_TRUE(repeated_keys.Step()) << text;
    }
  }
  EXPECT_GT(valid, 3000);
}

}  // namespace
}  // namespace pvc
