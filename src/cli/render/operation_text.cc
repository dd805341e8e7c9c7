#include "cli/render/operation_text.h"

#include <fmt/format.h>

#include "base/clock.h"

namespace pvc {
namespace {

constexpr std::string_view kHeadsPrefix = "refs/heads/";
constexpr std::string_view kTagsPrefix = "refs/tags/";
constexpr std::string_view kBisectPrefix = "refs/bisect/";

std::string RefText(const std::string& name) {
  if (name.starts_with(kHeadsPrefix)) {
    return "branch " + EscapeName(name.substr(kHeadsPrefix.size()));
  }
  if (name.starts_with(kTagsPrefix)) return "tag " + EscapeName(name.substr(kTagsPrefix.size()));
  if (name.starts_with(kBisectPrefix)) {  // "good-HEX": the id is what it points to
    const std::string kind = name.substr(kBisectPrefix.size());
    return "bisect " + EscapeName(kind.substr(0, kind.find('-')));
  }
  return EscapeName(name);
}

std::string HeadText(const Head& head) {
  return head.branch.empty() ? head.detached.Short() : EscapeName(head.branch);
}

}  // namespace

void PrintOperationLine(Painter& out, const LoggedOperation& logged) {
  const Operation& operation = logged.operation;
  out.Put(Label::kCommitId, logged.id.Short());
  out.Put("  ");
  out.Put(Label::kMuted, FormatTimestamp(operation.who.when));
  out.Put(fmt::format("  {}\n", EscapeName(operation.command)));
}

void PrintOperationHeader(Painter& out, const LoggedOperation& logged) {
  const Operation& operation = logged.operation;
  out.Put(Label::kCommitId, "operation " + logged.id.Hex());
  out.Put(fmt::format("\nBy:      {} <{}>\nDate:    {}\nCommand: {}\n\n",
                      EscapeName(operation.who.name), EscapeName(operation.who.email),
                      FormatTimestamp(operation.who.when), EscapeName(operation.command)));
}

void PrintOperationChanges(Painter& out, Repository&, const OperationChanges& changes) {
  for (const RefUpdate& update : changes.refs) {
    const std::string name = RefText(update.name);
    if (update.expected.IsZero()) {
      out.Put(Label::kAdded, fmt::format("  + {}  {}\n", name, update.target.Short()));
    } else if (update.target.IsZero()) {
      out.Put(Label::kRemoved, fmt::format("  - {}  {}\n", name, update.expected.Short()));
    } else {
      out.Put(Label::kChanged, fmt::format("  ~ {}  {} -> {}\n", name, update.expected.Short(),
                                           update.target.Short()));
    }
  }
  if (changes.head_before) {
    out.Put(Label::kChanged, fmt::format("  ~ HEAD  {} -> {}\n", HeadText(*changes.head_before),
                                         HeadText(changes.head_after)));
  }
  if (changes.changed_binding) out.Put(Label::kChanged, "  ~ which database is worked with\n");
  if (changes.changed_working_database) out.Put(Label::kChanged, "  ~ working database\n");
}

}  // namespace pvc
