#pragma once

#include <string>
#include <vector>

#include "tests/support/raw_sqlite.h"
#include "tests/vcs/working_fixture.h"
#include "vcs/merge/conflict_list.h"
#include "vcs/merge/merge_revision.h"
#include "vcs/merge/resolve.h"
#include "vcs/merge/sequence.h"

namespace pvc {

/// Gathers conflicts as lines: "t:1 v" for an open column, "t:1" for a row, "schema t.c: reason".
class ConflictLines final : public ConflictSink {
 public:
  explicit ConflictLines(TextEncoding encoding) : encoding_(encoding) {}

  void OnSchema(const SchemaConflict& conflict) override {
    lines_.push_back("schema " + conflict.name +
                     (conflict.column.empty() ? "" : "." + conflict.column) + ": " +
                     conflict.reason);
  }
  void BeginTable(const TableConflicts&) override {}
  bool OnRow(const TableConflicts& table, const ConflictRow& row) override {
    const TableInfo& info = table.layout.table->info;
    std::string line = table.name() + ":" + TypedKey(info, row.any(), encoding_);
    std::vector<std::string> names;
    for (const Column& column : info.columns) {
      if (!column.is_generated) names.push_back(column.name);
    }
    for (const uint32_t cell : row.conflict.open_cells) line += " " + names[cell];
    for (const Violation& violation : row.conflict.violations) {
      constexpr const char* kKinds[] = {"", "NOT NULL", "CHECK", "UNIQUE", "FOREIGN KEY"};
      line += std::string(" ") + kKinds[static_cast<int>(violation.kind)] + "(" +
              violation.constraint + ")";
    }
    lines_.push_back(line);
    return true;
  }
  void EndTable(const TableConflicts&) override {}

  const std::vector<std::string>& lines() const { return lines_; }

 private:
  TextEncoding encoding_;
  std::vector<std::string> lines_;
};

/// Two branches, main and try, of one database: each is changed by SQL, then try is merged into
/// main.
class MergeFixture : public WorkingFixture {
 protected:
  /// Makes the common ancestor, a commit on `try` with `theirs` and one on main with `ours`.
  void BeginBranches(const std::string& base, const std::string& ours, const std::string& theirs) {
    Begin(base);
    SwitchToNew("try");
    if (!theirs.empty()) Run(theirs);
    Commit("theirs");
    SwitchTo("main");
    if (!ours.empty()) Run(ours);
    Commit("ours");
  }

  MergeRequest Request(const std::string& branch = "try") {
    MergeRequest request;
    request.actor = Act("merge " + branch);
    request.theirs = CommitId{*repository_->FindRef("refs/heads/" + branch)};
    request.theirs_name = branch;
    return request;
  }

  MergeResult Merge(const std::string& branch = "try") {
    return MergeRevision(*repository_, Request(branch), {});
  }

  /// Begins and merges; expects no conflicts, and a sound database.
  void MergeClean(const std::string& base, const std::string& ours, const std::string& theirs) {
    BeginBranches(base, ours, theirs);
    const MergeResult result = Merge();
    EXPECT_EQ(Open(), std::vector<std::string>());
    EXPECT_EQ(result.outcome, MergeResult::Outcome::kMerged);
    ExpectSound();
  }

  /// Begins and merges; gives the conflicts.
  std::vector<std::string> MergeWithConflicts(const std::string& base, const std::string& ours,
                                              const std::string& theirs) {
    BeginBranches(base, ours, theirs);
    const MergeResult result = Merge();
    EXPECT_EQ(result.outcome, MergeResult::Outcome::kConflicts);
    ExpectSound();
    return Open();
  }

  void ExpectSound() { EXPECT_EQ(Text("PRAGMA integrity_check"), "ok"); }

  std::vector<std::string> Lines(NodeReader& nodes, TextEncoding encoding,
                                 const MergeConflicts& conflicts) {
    ConflictLines lines(encoding);
    ListConflicts(*repository_, nodes, encoding, conflicts, {}, lines);
    return lines.lines();
  }

  /// What is open in the unfinished merge.
  std::vector<std::string> Open() {
    const auto unfinished = FindUnfinishedMerge(repository_->state());
    if (!unfinished) return {};
    return Lines(repository_->nodes(),
                 repository_->GetSnapshot(unfinished->ours).properties.encoding,
                 unfinished->conflicts);
  }

  ResolveResult Resolve(const std::vector<std::string>& selectors, Resolution resolution,
                        std::vector<std::pair<std::string, std::string>> values = {}) {
    ResolveRequest request;
    request.actor = Act("resolve");
    for (const std::string& text : selectors) {
      request.selectors.push_back(ConflictSelector::Parse(text));
    }
    request.resolution = resolution;
    request.values = std::move(values);
    return ResolveConflicts(*repository_, request, {});
  }

  SequenceResult Continue(PendingKind kind = PendingKind::kMerge) {
    return ContinueUnfinished(*repository_, kind, "", Act("continue"), {});
  }
  CheckoutResult Abort(PendingKind kind = PendingKind::kMerge) {
    return AbortUnfinished(*repository_, kind, Act("abort"), {});
  }

  pvc::Commit HeadCommitObject() { return repository_->GetCommit(*repository_->HeadCommit()); }
};

}  // namespace pvc
