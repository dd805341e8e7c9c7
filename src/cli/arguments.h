#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pvc {

struct Command;

inline constexpr size_t kAnyNumber = std::numeric_limits<size_t>::max();

/// What an argument names, for completion.
enum class ArgumentKind : uint8_t {
  kOther,  ///< nothing that could be listed
  kFile,
  kFolder,
  kCommand,
  kRevision,  ///< a commit, or a range
  kBranch,
  kTag,
  kTable,  ///< TABLE or TABLE:KEY
};

/// One option as data.
struct OptionSpec {
  std::string_view name;        ///< without "--"; empty: the letter alone, asked for as "-x"
  char letter = 0;              ///< 0: no short form
  std::string_view value_name;  ///< "BYTES"; empty for a flag
  std::string_view help;        ///< a line or two
  bool is_deprecated = false;   ///< accepted, not shown
  /// All values it may have, when they are few; else the value's name says what it is, as "REV".
  std::span<const std::string_view> choices = {};
};

/// A command's options and arguments as typed.
class Arguments {
 public:
  bool Has(std::string_view option) const;
  /// The last value given for the option.
  std::optional<std::string> Value(std::string_view option) const;
  /// All values given for the option, as typed from left to right.
  std::vector<std::string> Values(std::string_view option) const;
  /// A whole number. Throws: kUsage naming the option.
  std::optional<uint64_t> Number(std::string_view option) const;
  /// Bytes: "1048576", "64k", "64M", "2G" (powers of 1024). Throws: kUsage naming the option.
  std::optional<uint64_t> ByteSize(std::string_view option) const;
  /// One of `choices`; the first when the option is absent. Throws: kUsage listing them.
  std::string Choice(std::string_view option, std::span<const std::string_view> choices) const;

  /// Arguments that are no options: those before "--", and those after it.
  const std::vector<std::string>& positional() const { return positional_; }
  const std::vector<std::string>& after_dashes() const { return after_dashes_; }
  bool has_dashes() const { return has_dashes_; }
  /// Positional argument `i`, wherever it stands; nothing when there are fewer.
  std::optional<std::string> Argument(size_t i) const;
  size_t argument_count() const { return positional_.size() + after_dashes_.size(); }

 private:
  friend Arguments ParseArguments(const Command& command, const std::vector<std::string>& words);

  std::map<std::string, std::vector<std::string>, std::less<>> options_;
  std::vector<std::string> positional_;
  std::vector<std::string> after_dashes_;
  bool has_dashes_ = false;
};

/// Values of --color.
inline constexpr std::array<std::string_view, 3> kColourChoices = {"auto", "always", "never"};

/// Options that every command takes.
std::span<const OptionSpec> CommonOptions();

/// Reads the words after the command's name. Options may follow arguments; "--" ends them; an
/// option must be spelled out. Throws: kUsage with the nearest option as a hint.
Arguments ParseArguments(const Command& command, const std::vector<std::string>& words);

/// Throws kUsage with a hint that shows the command's help.
[[noreturn]] void FailUsage(std::string_view command_name, const std::string& message);

}  // namespace pvc
