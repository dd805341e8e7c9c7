#include "vcs/merge/json_text.h"

#include <algorithm>
#include <numeric>

#include "vcs/text_conversion.h"

namespace pvc {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::optional<uint32_t> ReadHex4(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  uint32_t code = 0;
  for (const char c : text.substr(0, 4)) {
    uint32_t digit = 0;
    if (IsDigit(c)) {
      digit = static_cast<uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<uint32_t>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<uint32_t>(c - 'A') + 10;
    } else {
      return std::nullopt;
    }
    code = code << 4 | digit;
  }
  return code;
}

/// What a valid string token says.
std::string Unescape(std::string_view token) {
  std::string out;
  std::string_view rest = token.substr(1, token.size() - 2);
  while (!rest.empty()) {
    if (rest[0] != '\\') {
      out += rest[0];
      rest.remove_prefix(1);
      continue;
    }
    const char escape = rest[1];
    rest.remove_prefix(2);
    if (escape == 'u') {
      uint32_t code = *ReadHex4(rest);
      rest.remove_prefix(4);
      const bool is_high = code >= 0xD800 && code < 0xDC00;
      if (is_high && rest.starts_with("\\u")) {
        const uint32_t low = *ReadHex4(rest.substr(2));
        if (low >= 0xDC00 && low < 0xE000) {
          code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
          rest.remove_prefix(6);
        }
      }
      AppendUtf8(out, code);
    } else {
      constexpr std::string_view kEscapes = "bfnrt";
      const size_t at = kEscapes.find(escape);
      out += at == std::string_view::npos ? escape : "\b\f\n\r\t"[at];
    }
  }
  return out;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<JsonText> Parse() {
    json_.before = TakeSpace();
    if (!Is('{')) return std::nullopt;
    next_ = Next::kValue;
    while (next_ != Next::kNothing) {
      space_ = TakeSpace();
      if (!Step()) return std::nullopt;
    }
    json_.after = TakeSpace();
    if (at_ != text_.size()) return std::nullopt;
    return std::move(json_);
  }

 private:
  enum class Next { kValue, kValueOrEnd, kKey, kKeyOrEnd, kCommaOrEnd, kNothing };

  /// An object or array that is open.
  struct Level {
    size_t object = JsonMember::kNoObject;  // of an object
    size_t begin = 0;
    bool is_object() const { return object != JsonMember::kNoObject; }
  };

  bool Is(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool IsDigitNext() const { return at_ < text_.size() && IsDigit(text_[at_]); }

  bool Take(char c) {
    if (!Is(c)) return false;
    ++at_;
    return true;
  }

  std::string_view TakeSpace() {
    const size_t begin = at_;
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
    return Since(begin);
  }

  bool TakeDigits() {
    if (!IsDigitNext()) return false;
    while (IsDigitNext()) ++at_;
    return true;
  }

  std::string_view Since(size_t begin) const { return text_.substr(begin, at_ - begin); }

  /// Takes the token that is next.
  bool Step() {
    switch (next_) {
      case Next::kValueOrEnd:
        return Is(']') ? Close() : TakeValue();
      case Next::kValue:
        return TakeValue();
      case Next::kKeyOrEnd:
        return Is('}') ? Close() : TakeKey();
      case Next::kKey:
        return TakeKey();
      case Next::kCommaOrEnd:
        return TakeCommaOrEnd();
      case Next::kNothing:
        break;
    }
    return false;
  }

  bool TakeValue() {
    const size_t begin = at_;
    if (Is('{') || Is('[')) return Open();
    const bool is_number = Is('-') || IsDigitNext();
    if (!(Is('"') ? TakeString() : is_number ? TakeNumber() : TakeLiteral())) return false;
    EndValue(begin, JsonMember::kNoObject);
    return true;
  }

  bool Open() {
    if (levels_.size() == kMaxJsonDepth) return false;
    const bool is_object = Is('{');
    levels_.push_back({is_object ? json_.objects.size() : JsonMember::kNoObject, at_});
    if (is_object) json_.objects.emplace_back();
    next_ = is_object ? Next::kKeyOrEnd : Next::kValueOrEnd;
    ++at_;
    return true;
  }

  bool Close() {
    const Level level = levels_.back();
    if (!Take(level.is_object() ? '}' : ']')) return false;
    levels_.pop_back();
    if (level.is_object()) {
      JsonObject& object = json_.objects[level.object];
      (object.members.empty() ? object.space : object.members.back().trail) = space_;
      if (!IndexKeys(object)) return false;
    }
    EndValue(level.begin, level.object);
    return true;
  }

  /// Returns: false when a key is there twice.
  static bool IndexKeys(JsonObject& object) {
    const auto key = [&](uint32_t i) -> const std::string& { return object.members[i].key; };
    object.by_key.resize(object.members.size());
    std::iota(object.by_key.begin(), object.by_key.end(), 0U);
    std::sort(object.by_key.begin(), object.by_key.end(),
              [&](uint32_t a, uint32_t b) { return key(a) < key(b); });
    return std::adjacent_find(object.by_key.begin(), object.by_key.end(),
                              [&](uint32_t a, uint32_t b) { return key(a) == key(b); }) ==
           object.by_key.end();
  }

  void EndValue(size_t begin, size_t object) {
    next_ = levels_.empty() ? Next::kNothing : Next::kCommaOrEnd;
    if (levels_.empty() || !levels_.back().is_object()) return;
    JsonMember& member = json_.objects[levels_.back().object].members.back();
    member.value = Since(begin);
    member.object = object;
  }

  bool TakeKey() {
    JsonMember member;
    member.lead = space_;
    const size_t begin = at_;
    if (!Is('"') || !TakeString()) return false;
    member.key = Unescape(Since(begin));
    TakeSpace();
    if (!Take(':')) return false;
    TakeSpace();
    member.name = Since(begin);
    json_.objects[levels_.back().object].members.push_back(std::move(member));
    next_ = Next::kValue;
    return true;
  }

  bool TakeCommaOrEnd() {
    if (!Is(',')) return Close();
    ++at_;
    const Level level = levels_.back();
    if (level.is_object()) json_.objects[level.object].members.back().trail = space_;
    next_ = level.is_object() ? Next::kKey : Next::kValue;
    return true;
  }

  bool TakeString() {
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\' && !SkipEscape()) return false;
    }
    return false;
  }

  /// Goes from the backslash to the last character of the escape.
  bool SkipEscape() {
    constexpr std::string_view kEscapes = "\"\\/bfnrtu";
    ++at_;
    if (at_ == text_.size() || kEscapes.find(text_[at_]) == std::string_view::npos) return false;
    if (text_[at_] != 'u') return true;
    if (!ReadHex4(text_.substr(at_ + 1))) return false;
    at_ += 4;
    return true;
  }

  bool TakeNumber() {
    Take('-');
    if (!Take('0') && !TakeDigits()) return false;
    if (Take('.') && !TakeDigits()) return false;
    if (!Take('e') && !Take('E')) return true;
    if (!Take('+')) Take('-');
    return TakeDigits();
  }

  bool TakeLiteral() {
    for (const std::string_view literal : {"true", "false", "null"}) {
      if (!text_.substr(at_).starts_with(literal)) continue;
      at_ += literal.size();
      return true;
    }
    return false;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string_view space_;  // in front of the token that is next
  Next next_ = Next::kValue;
  std::vector<Level> levels_;
  JsonText json_;
};

bool IsUtf8(std::string_view text) {
  Bytes copy;
  return AppendEncoded(copy, text, TextEncoding::kUtf8);
}

}  // namespace

const JsonMember* JsonObject::Find(std::string_view key) const {
  const auto found =
      std::lower_bound(by_key.begin(), by_key.end(), key,
                       [&](uint32_t i, std::string_view k) { return members[i].key < k; });
  return found != by_key.end() && members[*found].key == key ? &members[*found] : nullptr;
}

std::optional<JsonText> ParseJsonObject(std::string_view text) {
  if (!IsUtf8(text)) return std::nullopt;
  return Parser(text).Parse();
}

bool SameJsonTokens(std::string_view a, std::string_view b) {
  // Between two tokens of valid JSON there is no need of white space: bytes tell.
  bool is_in_string = false;
  const auto skip_space = [&](std::string_view& text) {
    while (!is_in_string && !text.empty() && IsSpace(text[0])) text.remove_prefix(1);
  };
  for (;;) {
    skip_space(a);
    skip_space(b);
    if (a.empty() || b.empty()) return a.empty() && b.empty();
    if (a[0] != b[0]) return false;
    if (is_in_string && a[0] == '\\') {
      if (a[1] != b[1]) return false;
      a.remove_prefix(1);
      b.remove_prefix(1);
    } else if (a[0] == '"') {
      is_in_string = !is_in_string;
    }
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
}

}  // namespace pvc
