#pragma once

#include <optional>
#include <string>

#include "tests/vcs/import_fixture.h"
#include "vcs/checkout.h"
#include "vcs/record_commit.h"
#include "vcs/record_import.h"
#include "vcs/revision.h"
#include "vcs/undo.h"
#include "vcs/working_snapshot.h"

namespace pvc {

/// A repository with a bound database `app.db`, worked on as the commands do.
class WorkingFixture : public ImportFixture {
 protected:
  static constexpr const char* kFirstContent =
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
      "INSERT INTO t VALUES(1, 'one'), (2, 'two'), (3, 'three')";

  /// Makes app.db with `sql` and imports it.
  CommitId Begin(const std::string& sql = kFirstContent) {
    Run(sql);
    return ImportApp();
  }

  /// Imports app.db as it is, which binds it.
  CommitId ImportApp() {
    RecordImportRequest request;
    request.path = request.real_path = path_;
    request.who = SomeSignature();
    request.command = "import app.db";
    return RecordImport(*repository_, request).commit;
  }

  /// Runs `sql` on app.db as another program would.
  void Run(const std::string& sql) { RawDatabase(path_).Run(sql); }
  std::string Text(const std::string& sql) { return RawDatabase(path_).Text(sql); }
  std::string Rows() { return Text("SELECT group_concat(id || v, ' ') FROM t"); }

  static Actor Act(const std::string& command) { return {SomeSignature(), command}; }

  RecordCommitResult Commit(const std::string& message,
                            const std::vector<std::string>& tables = {}) {
    WorkingSnapshot working = ReadWorkingSnapshot(*repository_, nullptr);
    RecordCommitRequest request;
    request.actor = Act("commit");
    request.message = message;
    request.tables = tables;
    return RecordCommit(*repository_, working, request);
  }

  bool IsClean() {
    WorkingSnapshot working = ReadWorkingSnapshot(*repository_, nullptr);
    const auto head = repository_->HeadCommit();
    return HaveSameContent(*repository_, *working.nodes,
                           repository_->GetSnapshot(repository_->GetCommit(*head).snapshot),
                           working.snapshot);
  }

  CheckoutResult SwitchTo(const std::string& branch, bool discard = false) {
    SwitchTarget target;
    target.name = target.head.branch = branch;
    if (const auto ref = repository_->FindRef("refs/heads/" + branch)) {
      target.commit = CommitId{*ref};
    }
    CheckoutOptions options;
    options.discard = discard;
    options.discard_command = "pvc switch --discard " + branch;
    return SwitchHead(*repository_, target, Act("switch " + branch), options);
  }

  CheckoutResult SwitchToNew(const std::string& branch) {
    SwitchTarget target;
    target.name = target.head.branch = branch;
    target.commit = repository_->HeadCommit();
    target.refs.push_back({"refs/heads/" + branch, ObjectId{}, target.commit->id});
    return SwitchHead(*repository_, target, Act("switch -c " + branch), {});
  }

  CheckoutResult Undo(bool discard = false) {
    const auto plan = PlanUndo(*repository_);
    if (!plan) {
      ADD_FAILURE() << "nothing to undo";
      return {};
    }
    CheckoutOptions options;
    options.discard = discard;
    return CarryOut(*repository_, *plan, Act("undo"), options);
  }
  CheckoutResult Redo() {
    const auto plan = PlanRedo(*repository_);
    if (!plan) {
      ADD_FAILURE() << "nothing to redo";
      return {};
    }
    return CarryOut(*repository_, *plan, Act("redo"), {});
  }

  std::string path_ = folder_ / "app.db";
};

}  // namespace pvc
