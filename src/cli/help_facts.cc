#include "cli/help_facts.h"

#include <algorithm>
#include <array>

namespace pvc {

namespace {

constexpr auto kEnvironment = std::to_array<HelpFact>({
    {"PVC_AUTHOR_NAME", "who commits, above user.name"},
    {"PVC_AUTHOR_EMAIL", "likewise, the e-mail address, above user.email"},
    {"PVC_DATE", "when, instead of the clock: 'SECONDS [+HHMM]'"},
    {"PVC_EDITOR, VISUAL, EDITOR", "what messages are written in; else vi"},
    {"PVC_PAGER, PAGER", "what long output is read in; else less"},
    {"PVC_CONFIG_USER", "the user's settings; else ~/.config/pvc/config"},
    {"PVC_CONFIG_SYSTEM", "the system's settings; else /etc/pvc/config"},
    {"PVC_CONFIG_NOSYSTEM", "'1': no settings of the system"},
    {"NO_COLOR", "no colours"},
    {"COLUMNS", "width to lay text out for"},
});

constexpr auto kExitCodes = std::to_array<HelpFact>({
    {"0", "yes"},
    {"1", "the answer is no: differences with --exit-code, nothing to commit, damage found"},
    {"128", "error, also when the reader of the output went away"},
    {"129", "wrong usage"},
    {"130", "interrupted"},
});

constexpr auto kTopics = std::to_array<HelpTopic>({
    {"revisions", "how to name commits",
     R"(names
  HEAD, @                 the current commit
  main, v1                a branch, a tag
  refs/heads/main         the same in full, where a branch and a tag share a name
  1f3a09bc                an id, or its beginning (4 digits at least) as long as no
                          other commit's begins so
  @{-1}                   the branch before the last switch
  main@{1}, HEAD@{1}      where main or HEAD was one change ago
  main@{yesterday}        where it was then; also '2 hours ago', '2026-05-01'
  @{1}, @{yesterday}      the same of the current branch
  :/TEXT                  the newest commit whose message contains TEXT
  stash@{0}               the latest stash

steps, behind any of them
  REV~N                   N commits back, along first parents; REV~ is one
  REV^                    the first parent; REV^2 the second, of a merge
  REV^0, REV^{commit}     the commit itself, also that of an annotated tag

ranges
  A..B                    what is in B and not in A; for diff, from A to B
  A...B                   what is in one of them and not in both; for diff, from
                          where they parted to B
  ^A                      not what is in A
  An end that is left out is HEAD.

examples
  pvc log main..try       what try has that main has not
  pvc diff HEAD~3         the working database since three commits ago
  pvc diff v1 v2          between two tags
  pvc show 'main@{1}'     where main was before
)"},
});

}  // namespace

std::span<const HelpFact> EnvironmentFacts() { return kEnvironment; }

std::span<const HelpFact> ExitCodeFacts() { return kExitCodes; }

std::span<const HelpTopic> HelpTopics() { return kTopics; }

const HelpTopic* FindHelpTopic(std::string_view name) {
  const auto found = std::find_if(kTopics.begin(), kTopics.end(),
                                  [&](const HelpTopic& topic) { return topic.name == name; });
  return found == kTopics.end() ? nullptr : &*found;
}

}  // namespace pvc
