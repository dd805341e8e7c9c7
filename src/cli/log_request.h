#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "vcs/commit_filter.h"
#include "vcs/log_walk.h"
#include "vcs/table_history.h"

namespace pvc {

/// Values of --format.
inline constexpr std::array<std::string_view, 3> kLogFormats = {"text", "json", "jsonl"};

enum class LogForm { kText, kOneline, kJson, kJsonl };

/// What is shown of a commit's changes.
enum class LogChanges {
  kNone,
  kStat,  ///< a line a table
  kRows,
};

/// What `pvc log` was asked for.
struct LogRequest {
  LogForm form = LogForm::kText;
  LogChanges changes = LogChanges::kNone;
  bool has_graph = false;
  bool is_reversed = false;
  uint64_t limit = UINT64_MAX;
  CommitFilter filter;
  LogOptions walk;
  std::unique_ptr<TableHistory> tables;  ///< what `walk` refers to, if anything
};

/// Reads the arguments of `log`.
/// Throws: kUsage for options that exclude each other and for what is no date; kInvalid for a word
///         that may be a revision or a table; as ResolveRange and TableHistory::Check.
LogRequest ReadLogRequest(CommandContext& context);

}  // namespace pvc
