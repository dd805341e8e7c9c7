#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "vcs/repository.h"
#include "vcs/working_snapshot.h"

namespace pvc {

/// A state of the database that a query reads: a commit's, or the working database's.
///
/// Lifetime: the scope outlives it.
struct QuerySide {
  std::string name;                ///< as asked for
  std::optional<CommitId> commit;  ///< nothing for the working database
  Snapshot snapshot;
  NodeReader* nodes = nullptr;                     ///< reads its trees and large values
  std::shared_ptr<const WorkingSnapshot> working;  ///< what `nodes` belongs to, else null
};

/// What the tables and functions of one connection share: the repository, the commit that names
/// are looked up in, this moment, and whether to stop.
///
/// One thread at a time, as a connection.   Lifetime: the repository outlives it.
class QueryScope {
 public:
  /// The word for the working database where a revision may stand.
  static constexpr std::string_view kWorking = "WORKING";

  struct Options {
    /// The revision whose tables give functions their columns, and the default of their parameters.
    std::string base = "HEAD";
    /// This moment, for dates that are relative.
    std::function<Timestamp()> now;
    /// Asked now and then by what runs long; may be empty.
    std::function<bool()> should_stop;
    /// Whether the working database may be opened here: not by a second copy of SQLite.
    bool can_read_working = true;
  };
  QueryScope(Repository& repository, Options options)
      : repository_(repository), options_(std::move(options)) {}

  Repository& repository() { return repository_; }
  const std::string& base() const { return options_.base; }
  Timestamp Now() const { return options_.now(); }
  /// Throws: as ResolveRevision.
  CommitId Resolve(std::string_view revision);
  /// The state that a revision, or kWorking, names.
  /// Throws: as ResolveRevision and ReadWorkingSnapshot; kUnsupported where the working database
  ///         cannot be read.   Cost: of the working database a scan, unless its file is unchanged.
  QuerySide Side(std::string_view revision);
  /// The state of a commit, under a name.   Throws: kCorrupt, kIo.
  QuerySide CommitSide(const CommitId& commit, std::string name);
  /// Throws: kInterrupted when the user wants to stop.
  void Step() const;

 private:
  Repository& repository_;
  Options options_;
};

}  // namespace pvc
