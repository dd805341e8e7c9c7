#include "cli/completion.h"

#include <algorithm>
#include <optional>
#include <span>

#include "base/error.h"
#include "cli/command_table.h"
#include "cli/completion_names.h"

namespace pvc {

namespace {

/// What an option's value is, by the name that its help gives it.
ArgumentKind KindOfValue(std::string_view value_name) {
  if (value_name == "FILE") return ArgumentKind::kFile;
  if (value_name == "DIR") return ArgumentKind::kFolder;
  if (value_name == "REV") return ArgumentKind::kRevision;
  if (value_name == "BRANCH") return ArgumentKind::kBranch;
  if (value_name == "TABLE") return ArgumentKind::kTable;
  return ArgumentKind::kOther;
}

std::vector<OptionSpec> OptionsOf(const Command* command) {
  const auto first = command == nullptr ? GlobalOptions() : command->options;
  std::vector<OptionSpec> options(first.begin(), first.end());
  if (command != nullptr) {
    options.insert(options.end(), CommonOptions().begin(), CommonOptions().end());
  }
  std::erase_if(options, [](const OptionSpec& option) { return option.is_deprecated; });
  return options;
}

std::optional<OptionSpec> FindByName(const std::vector<OptionSpec>& options,
                                     std::string_view name) {
  const auto found = std::find_if(options.begin(), options.end(), [&](const OptionSpec& option) {
    return !name.empty() && option.name == name;
  });
  return found == options.end() ? std::nullopt : std::optional(*found);
}

/// The option whose value is the next word, when `word` ends with one that needs a value.
std::optional<OptionSpec> WaitingOption(const std::vector<OptionSpec>& options,
                                        std::string_view word) {
  if (word.starts_with("--")) {
    const auto option = FindByName(options, word.substr(2));
    return option && !option->value_name.empty() ? option : std::nullopt;
  }
  for (size_t i = 1; i < word.size(); ++i) {
    const auto found = std::find_if(options.begin(), options.end(),
                                    [&](const OptionSpec& o) { return o.letter == word[i]; });
    if (found == options.end()) return std::nullopt;
    if (found->value_name.empty()) continue;
    return i + 1 == word.size() ? std::optional(*found) : std::nullopt;
  }
  return std::nullopt;
}

/// `before`: what stands in front of the choice in the same word.
void AddChoices(std::span<const std::string_view> choices, const std::string& before,
                const std::string& typed, Completions& found) {
  for (const std::string_view choice : choices) {
    if (choice.starts_with(typed)) found.candidates.push_back({before + std::string(choice), ""});
  }
}

bool IsOption(std::string_view word) { return word.size() > 1 && word[0] == '-'; }

/// Reads the words before the last, to know what the last may be.
class Line {
 public:
  explicit Line(Environment& environment) : environment_(environment) {}

  /// Returns: false when nothing can be known about what follows.
  bool Read(const std::string& word) {
    if (is_waiting_) {
      if (command_ == nullptr && waiting_.letter == 'C') ChangeFolder(word);
      is_waiting_ = false;
    } else if (has_dashes_) {
      ++argument_count_;
    } else if (command_ != nullptr && word == "--") {
      has_dashes_ = true;
    } else if (IsOption(word)) {
      const std::optional<OptionSpec> option = WaitingOption(OptionsOf(command_), word);
      is_waiting_ = option.has_value();
      if (option) waiting_ = *option;
    } else if (command_ == nullptr) {
      command_ = FindCommand(word);
      return command_ != nullptr;
    } else {
      ++argument_count_;
    }
    return true;
  }

  Completions Complete(const std::string& word) const {
    Completions found;
    if (is_waiting_) {
      AddValue(waiting_, "", word, found);
    } else if (!has_dashes_ && word.starts_with('-')) {
      AddOptions(word, found);
    } else if (command_ == nullptr) {
      AddNames(environment_, ArgumentKind::kCommand, "", word, found);
    } else {
      if (argument_count_ == 0) AddChoices(command_->verbs, "", word, found);
      if (argument_count_ == 0 && !command_->verbs.empty()) return found;
      AddNames(environment_, KindOfArgument(), "", word, found);
    }
    return found;
  }

 private:
  void ChangeFolder(const std::string& folder) {
    try {
      environment_.current_folder = environment_.change_folder(folder);
    } catch (const Error&) {
      // The command will say so; completion only finds less.
    }
  }

  ArgumentKind KindOfArgument() const {
    if (has_dashes_ && command_->after_dashes != ArgumentKind::kOther) {
      return command_->after_dashes;
    }
    if (argument_count_ >= command_->max_arguments) return ArgumentKind::kOther;
    const auto& kinds = command_->arguments;
    const auto end = std::find(kinds.begin(), kinds.end(), ArgumentKind::kOther);
    const auto known_count = static_cast<size_t>(end - kinds.begin());
    if (argument_count_ < known_count) return kinds[argument_count_];
    const bool goes_on = command_->max_arguments == kAnyNumber && known_count > 0;
    return goes_on ? kinds[known_count - 1] : ArgumentKind::kOther;
  }

  /// `before`: what stands in front of the value in the same word.
  void AddValue(const OptionSpec& option, const std::string& before, const std::string& value,
                Completions& found) const {
    AddChoices(option.choices, before, value, found);
    if (!option.choices.empty()) return;
    AddNames(environment_, KindOfValue(option.value_name), before, value, found);
  }

  void AddOptions(const std::string& word, Completions& found) const {
    const std::vector<OptionSpec> options = OptionsOf(command_);
    const size_t equals = word.find('=');
    if (equals != std::string::npos) {
      const auto option = FindByName(options, std::string_view(word).substr(2, equals - 2));
      if (option && !option->value_name.empty()) {
        AddValue(*option, word.substr(0, equals + 1), word.substr(equals + 1), found);
      }
      return;
    }
    for (const OptionSpec& option : options) {
      std::string name =
          option.name.empty() ? std::string("-") + option.letter : "--" + std::string(option.name);
      if (!option.name.empty() && !option.value_name.empty()) name += '=';
      // A letter is offered once it is typed: its long form says more.
      if (option.letter != 0 && word == std::string("-") + option.letter) name = word;
      if (name.starts_with(word)) {
        found.candidates.push_back({std::move(name), std::string(option.help)});
      }
    }
  }

  Environment& environment_;
  const Command* command_ = nullptr;
  bool is_waiting_ = false;
  OptionSpec waiting_;  ///< when is_waiting_: its value is the next word
  bool has_dashes_ = false;
  size_t argument_count_ = 0;
};

bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

Completions Complete(Environment& environment, const std::vector<std::string>& words) {
  if (words.empty()) return Complete(environment, {""});
  Line line(environment);
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (!line.Read(words[i])) return {};
  }
  return line.Complete(words.back());
}

void PrintCompletions(TextWriter& out, const Completions& completions) {
  for (const Candidate& candidate : completions.candidates) {
    if (candidate.word.empty() || HasControlCharacter(candidate.word)) continue;
    std::string line = candidate.word;
    if (!candidate.description.empty()) line += "\t" + candidate.description;
    std::replace(line.begin(), line.end(), '\n', ' ');
    out.Write(line + "\n");
  }
  if (completions.paths == PathCompletion::kFiles) out.Write("\tfiles\n");
  if (completions.paths == PathCompletion::kFolders) out.Write("\tfolders\n");
}

}  // namespace pvc
