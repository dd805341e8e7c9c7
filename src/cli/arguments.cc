#include "cli/arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <charconv>

#include "base/error.h"
#include "cli/command.h"
#include "vcs/revision.h"

namespace pvc {
namespace {

namespace po = boost::program_options;

constexpr auto kCommonOptions = std::to_array<OptionSpec>({
    {"color", 0, "WHEN", "colours: always, never, or auto (on a terminal without NO_COLOR)", false,
     kColourChoices},
    {"help", 'h', "", "print this help", false},
});

// Options are spelled out: a guessed prefix changes its meaning when an option is added.
constexpr int kStyle =
    po::command_line_style::allow_long | po::command_line_style::long_allow_adjacent |
    po::command_line_style::long_allow_next | po::command_line_style::allow_short |
    po::command_line_style::allow_dash_for_short | po::command_line_style::short_allow_adjacent |
    po::command_line_style::short_allow_next | po::command_line_style::allow_sticky;

std::vector<OptionSpec> AllOptions(const Command& command) {
  std::vector<OptionSpec> all(command.options.begin(), command.options.end());
  all.insert(all.end(), kCommonOptions.begin(), kCommonOptions.end());
  return all;
}

po::options_description Describe(const std::vector<OptionSpec>& options) {
  po::options_description description;
  for (const OptionSpec& option : options) {
    std::string names(option.name);
    if (option.letter != 0) names += fmt::format(",{}", option.letter);
    if (option.value_name.empty()) {
      description.add_options()(names.c_str(), "");
    } else {
      description.add_options()(names.c_str(), po::value<std::string>(), "");
    }
  }
  return description;
}

[[noreturn]] void FailUnknownOption(const Command& command, const std::vector<OptionSpec>& options,
                                    const std::string& option) {
  std::vector<std::string> names;
  for (const OptionSpec& spec : options) {
    if (!spec.is_deprecated && !spec.name.empty()) names.push_back("--" + std::string(spec.name));
  }
  Error error(ErrorKind::kUsage, fmt::format("'{}' has no option '{}'", command.name, option));
  const std::string wrong = option.substr(0, option.find('='));
  for (const std::string& name : NearestNames(wrong, names)) {
    error.AddHint(fmt::format("did you mean '{}'?", name));
  }
  throw error.AddHint(fmt::format("pvc {} --help", command.name));
}

std::string OptionAsTyped(const OptionSpec& option) {
  if (option.name.empty()) return fmt::format("-{}", option.letter);
  return option.letter != 0 ? fmt::format("-{} (--{})", option.letter, option.name)
                            : fmt::format("--{}", option.name);
}

void CheckCount(const Command& command, const Arguments& arguments) {
  const size_t count = arguments.argument_count();
  if (count < command.min_arguments) {
    FailUsage(command.name,
              fmt::format("'{}' needs {} argument{}: pvc {} {}", command.name,
                          command.min_arguments, command.min_arguments == 1 ? "" : "s",
                          command.name, command.usage.substr(0, command.usage.find('\n'))));
  }
  if (count > command.max_arguments) {
    const std::string extra = arguments.Argument(command.max_arguments).value_or("");
    FailUsage(
        command.name,
        command.max_arguments == 0
            ? fmt::format("'{}' takes no arguments, got '{}'", command.name, extra)
            : fmt::format("'{}' takes at most {} argument{}, got '{}' as well", command.name,
                          command.max_arguments, command.max_arguments == 1 ? "" : "s", extra));
  }
}

[[noreturn]] void FailValue(std::string_view option, std::string_view value,
                            std::string_view expected) {
  throw Error(ErrorKind::kUsage, fmt::format("--{} is '{}': expected {}", option, value, expected));
}

/// Whether the option at `word` has its value in the next word.
bool TakesNextWord(const std::vector<OptionSpec>& options, std::string_view word) {
  return std::any_of(options.begin(), options.end(), [&](const OptionSpec& option) {
    if (option.value_name.empty()) return false;
    return (!option.name.empty() && word == "--" + std::string(option.name)) ||
           (option.letter != 0 && word == std::string("-") + option.letter);
  });
}

/// Where the name of a program stands, when the command takes one: behind its verb and its own
/// options.
std::optional<size_t> FindProgram(const Command& command, const std::vector<OptionSpec>& options,
                                  const std::vector<std::string>& words) {
  if (command.program_verb.empty()) return std::nullopt;
  bool has_verb = false;
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (words[i].starts_with('-')) {
      if (TakesNextWord(options, words[i])) ++i;
      continue;
    }
    if (has_verb) return i;
    if (words[i] != command.program_verb) return std::nullopt;
    has_verb = true;
  }
  return std::nullopt;
}

}  // namespace

void FailUsage(std::string_view command_name, const std::string& message) {
  throw Error(ErrorKind::kUsage, message).AddHint(fmt::format("pvc {} --help", command_name));
}

std::span<const OptionSpec> CommonOptions() { return kCommonOptions; }

Arguments ParseArguments(const Command& command, const std::vector<std::string>& words) {
  Arguments arguments;
  const std::vector<OptionSpec> options = AllOptions(command);
  auto dashes = std::find(words.begin(), words.end(), "--");
  arguments.has_dashes_ = dashes != words.end();
  if (const auto program = FindProgram(command, options, words)) {
    arguments.has_dashes_ = true;
    dashes = words.begin() + static_cast<std::ptrdiff_t>(*program);
    arguments.after_dashes_.assign(dashes, words.end());
  } else if (arguments.has_dashes_) {
    arguments.after_dashes_.assign(dashes + 1, words.end());
  }
  const po::options_description description = Describe(options);
  try {
    const po::parsed_options parsed =
        po::command_line_parser({words.begin(), dashes}).options(description).style(kStyle).run();
    for (const po::option& option : parsed.options) {
      if (option.position_key != -1) {
        arguments.positional_.push_back(option.value.empty() ? "" : option.value[0]);
        continue;
      }
      // Short forms come back as "-n" when the long name is not known to the parser.
      std::string name = option.string_key;
      arguments.options_[name].push_back(option.value.empty() ? "" : option.value[0]);
    }
  } catch (const po::unknown_option& error) {
    FailUnknownOption(command, options, error.get_option_name());
  } catch (const po::error_with_option_name& error) {
    const std::string name = error.get_option_name();
    const auto spec = std::find_if(options.begin(), options.end(), [&](const OptionSpec& option) {
      return name == "--" + std::string(option.name) || name == std::string("-") + option.letter;
    });
    if (spec == options.end()) FailUsage(command.name, error.what());
    FailUsage(command.name, spec->value_name.empty()
                                ? fmt::format("option {} takes no value", OptionAsTyped(*spec))
                                : fmt::format("option {} needs a value: {}", OptionAsTyped(*spec),
                                              spec->value_name));
  } catch (const po::error& error) {
    FailUsage(command.name, error.what());
  }
  if (!arguments.Has("help")) CheckCount(command, arguments);
  return arguments;
}

bool Arguments::Has(std::string_view option) const {
  return options_.find(option) != options_.end();
}

std::optional<std::string> Arguments::Value(std::string_view option) const {
  const auto found = options_.find(option);
  if (found == options_.end()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Arguments::Values(std::string_view option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? std::vector<std::string>{} : found->second;
}

std::optional<uint64_t> Arguments::Number(std::string_view option) const {
  const std::optional<std::string> text = Value(option);
  if (!text) return std::nullopt;
  uint64_t number = 0;
  const char* end = text->data() + text->size();
  const auto [stop, status] = std::from_chars(text->data(), end, number);
  if (status != std::errc() || stop != end) FailValue(option, *text, "a whole number");
  return number;
}

std::optional<uint64_t> Arguments::ByteSize(std::string_view option) const {
  const std::optional<std::string> text = Value(option);
  if (!text) return std::nullopt;
  constexpr std::string_view kExpected = "bytes, such as 1048576, 64k, 64M or 2G";
  uint64_t number = 0;
  const char* end = text->data() + text->size();
  const auto [stop, status] = std::from_chars(text->data(), end, number);
  if (status != std::errc()) FailValue(option, *text, kExpected);

  std::string_view unit(stop, static_cast<size_t>(end - stop));
  unsigned shift = 0;
  if (!unit.empty()) {
    constexpr std::string_view kUnits = "kmgt";
    const size_t place = kUnits.find(static_cast<char>(unit[0] | 0x20));
    if (place == std::string_view::npos) FailValue(option, *text, kExpected);
    shift = 10 * (static_cast<unsigned>(place) + 1);
    unit.remove_prefix(1);
    if (!unit.empty() && unit != "B" && unit != "iB") FailValue(option, *text, kExpected);
  }
  if (number > std::numeric_limits<uint64_t>::max() >> shift) FailValue(option, *text, kExpected);
  return number << shift;
}

std::string Arguments::Choice(std::string_view option,
                              std::span<const std::string_view> choices) const {
  const std::optional<std::string> text = Value(option);
  if (!text) return std::string(choices.front());
  if (std::find(choices.begin(), choices.end(), *text) == choices.end()) {
    FailValue(option, *text, fmt::format("one of {}", fmt::join(choices, ", ")));
  }
  return *text;
}

std::optional<std::string> Arguments::Argument(size_t i) const {
  if (i < positional_.size()) return positional_[i];
  i -= positional_.size();
  if (i < after_dashes_.size()) return after_dashes_[i];
  return std::nullopt;
}

}  // namespace pvc
