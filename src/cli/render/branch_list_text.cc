#include <fmt/format.h>

#include <algorithm>

#include "cli/render/branch_list.h"

namespace pvc {
namespace {

void PrintLine(Painter& out, const BranchLine& line, const std::string& name, bool is_current,
               std::optional<size_t> name_columns) {
  out.Put(is_current ? "* " : "  ");
  const Label label = is_current ? Label::kRef : Label::kPlain;
  if (!name_columns) {
    out.Put(label, name);
  } else {
    out.Put(label, PadRight(name, *name_columns));
    out.Put(" ");
    out.Put(Label::kCommitId, line.commit.Short());
    out.Put(" " + EscapeName(line.summary));
  }
  out.Put("\n");
}

}  // namespace

void PrintBranchesText(Painter& out, const BranchListing& listing, RefDetail detail) {
  const std::string detached_name =
      listing.detached ? fmt::format("(HEAD detached at {})", listing.detached->commit.Short())
                       : "";
  std::optional<size_t> name_columns;
  if (detail == RefDetail::kCommits) {
    name_columns = detached_name.size();
    for (const BranchLine& line : listing.branches) {
      name_columns = std::max(*name_columns, DisplayWidth(EscapeName(line.name)));
    }
  }
  if (listing.detached) PrintLine(out, *listing.detached, detached_name, true, name_columns);
  for (const BranchLine& line : listing.branches) {
    PrintLine(out, line, EscapeName(line.name), line.name == listing.current, name_columns);
  }
}

}  // namespace pvc
