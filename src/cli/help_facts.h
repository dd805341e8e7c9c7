#pragma once

#include <span>
#include <string_view>

namespace pvc {

/// What help and manual say beside the commands: a name and what to know of it.
struct HelpFact {
  std::string_view name;
  std::string_view text;  ///< wrapped when printed
};

/// Variables of the environment that pvc reads.
std::span<const HelpFact> EnvironmentFacts();
std::span<const HelpFact> ExitCodeFacts();

/// A guide to something that many commands share.
struct HelpTopic {
  std::string_view name;     ///< behind `pvc help`; no command has it
  std::string_view summary;  ///< a few words, no full stop
  std::string_view text;     ///< laid out for 80 columns
};

std::span<const HelpTopic> HelpTopics();
/// Returns: null when there is none of this name.
const HelpTopic* FindHelpTopic(std::string_view name);

}  // namespace pvc
