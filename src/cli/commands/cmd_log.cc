#include <algorithm>
#include <array>
#include <utility>

#include "cli/command.h"
#include "cli/diff_request.h"
#include "cli/log_request.h"
#include "cli/render/graph_writer.h"
#include "cli/render/log.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"max-count", 'n', "N", "stop after N commits", false},
    {"oneline", 0, "", "one line a commit: short id and first line of the message", false},
    {"graph", 0, "", "draw the lines between commits and their parents", false},
    {"stat", 0, "", "with what each commit changed, a line a table", false},
    {"patch", 'p', "", "with the rows that each commit changed", false},
    {"all", 0, "", "from all branches and tags, and HEAD", false},
    {"since", 0, "DATE", "commits of that time or later: 2026-05-01, '2 weeks ago'", false},
    {"until", 0, "DATE", "commits of that time or before", false},
    {"author", 0, "TEXT", "commits with TEXT in the author's name or e-mail", false},
    {"grep", 0, "TEXT", "commits with TEXT in their message", false},
    {"ignore-case", 'i', "", "ignore case in --author and --grep", false},
    {"no-merges", 0, "", "leave out commits with several parents", false},
    {"first-parent", 0, "", "leave out what was merged in: follow first parents only", false},
    {"reverse", 0, "", "oldest first, of the commits that would be shown", false},
    {"format", 0, "FORMAT", "text (default), json (\"pvc.log/v1\") or jsonl", false, kLogFormats},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc log", "commits reachable from HEAD, newest first"},
    {"pvc log --oneline --graph --all", "all branches and where they part and meet"},
    {"pvc log main..try", "what try has and main has not"},
    {"pvc log --stat -n 3", "the last three, with changes in numbers"},
    {"pvc log users", "commits that changed a table"},
    {"pvc log users:42", "the life of one row"},
    {"pvc log --since='2 weeks ago'", "recent commits"},
    {"pvc log --format=json", "for programs"},
});

/// Puts an empty line in front of what is written, if anything is.
class ParagraphWriter final : public TextWriter {
 public:
  explicit ParagraphWriter(TextWriter& out) : out_(out) {}
  void Write(std::string_view text) override {
    if (!has_begun_) out_.Write("\n");
    has_begun_ = true;
    out_.Write(text);
  }
  void Flush() override { out_.Flush(); }

 private:
  TextWriter& out_;
  bool has_begun_ = false;
};

/// Shows commits one by one, in the form asked for.
class LogPrinter {
 public:
  LogPrinter(CommandContext& context, const LogRequest& request)
      : context_(context),
        request_(request),
        decorations_(ReadDecorations(context.repository())),
        graph_writer_(context.out.writer()),
        painter_(request.has_graph ? context.out.For(graph_writer_) : context.out) {
    switch (request.form) {
      case LogForm::kText:
        renderer_ = MakeLogText(painter_);
        break;
      case LogForm::kOneline:
        renderer_ = MakeLogOneline(painter_);
        break;
      case LogForm::kJson:
        renderer_ = MakeLogJson(context.out.writer());
        break;
      case LogForm::kJsonl:
        renderer_ = MakeLogJsonl(context.out.writer());
        break;
    }
  }

  void Show(const LogWalk::Step& step) {
    if (!is_first_) renderer_->OnNextCommit();
    if (request_.has_graph) {
      if (!is_first_) graph_writer_.End();
      graph_writer_.Begin(graph_.Show(step.id, ParentsToDraw(step)));
    }
    is_first_ = false;
    LogEntry entry{step.id, step.commit, decorations_.NamesOf(step.id)};
    if (request_.form == LogForm::kJson || request_.form == LogForm::kJsonl) {
      DiffOverview changes;
      if (request_.changes != LogChanges::kNone) {
        changes = ReadOverview(Changes(step));
        entry.changes = &changes;
      }
      renderer_->OnCommit(entry);
      return;
    }
    renderer_->OnCommit(entry);
    if (request_.changes != LogChanges::kNone) ShowChanges(step);
  }

  /// Leaves a commit out.
  void Pass(const LogWalk::Step& step) {
    if (!request_.has_graph) return;
    const bool leads_on = !step.is_shown && !step.parents.empty();
    graph_.Pass(step.id, leads_on ? std::optional(step.parents.front()) : std::nullopt);
  }

  void Finish() {
    if (request_.has_graph && !is_first_) graph_writer_.End();
    renderer_->Finish();
  }

 private:
  std::vector<CommitId> ParentsToDraw(const LogWalk::Step& step) {
    std::vector<CommitId> parents = step.parents;
    // With tables, a parent may be passed over and lead on to one that is shown.
    if (request_.filter.empty() || request_.tables != nullptr) return parents;
    std::erase_if(parents, [this](const CommitId& parent) {
      return !request_.filter.Matches(context_.repository().GetCommit(parent));
    });
    return parents;
  }

  /// A commit compared with its first parent, as far as it was asked for.
  DiffInput Changes(const LogWalk::Step& step) {
    Repository& repository = context_.repository();
    const std::vector<CommitId>& parents = step.commit.parents;
    DiffSide before = parents.empty()
                          ? EmptySide(repository)
                          : CommitSide(repository, parents.front(), parents.front().Short());
    std::vector<DiffFilter> filters;
    if (request_.tables != nullptr) {
      std::optional<SnapshotId> snapshot_before;
      if (!parents.empty()) snapshot_before = repository.GetCommit(parents.front()).snapshot;
      filters = request_.tables->Changed(snapshot_before, step.commit.snapshot);
    }
    return MakeDiffInput(context_, std::move(before),
                         CommitSide(repository, step.id, step.id.Short()), std::move(filters));
  }

  void ShowChanges(const LogWalk::Step& step) {
    const DiffInput input = Changes(step);
    size_t columns = context_.environment.out.columns;
    columns -= std::min(columns, request_.has_graph ? graph_writer_.columns() : 0);
    ParagraphWriter paragraph(painter_.writer());
    Painter out = request_.form == LogForm::kText ? painter_.For(paragraph) : painter_;
    if (request_.changes == LogChanges::kStat) {
      RenderDiffStat(out, columns, input);
    } else {
      RenderDiffText(out, columns, input);
    }
  }

  CommandContext& context_;
  const LogRequest& request_;
  const LogDecorations decorations_;
  GraphLayout graph_;
  GraphWriter graph_writer_;
  Painter painter_;
  std::unique_ptr<LogRenderer> renderer_;
  bool is_first_ = true;
};

void Show(CommandContext& context, const LogRequest& request, LogWalk& walk, LogPrinter& printer) {
  uint64_t shown = 0;
  while (shown < request.limit) {
    const std::optional<LogWalk::Step> step = walk.Next();
    if (!step) return;
    context.environment.CheckInterrupted();
    if (step->is_shown && request.filter.Matches(step->commit)) {
      printer.Show(*step);
      ++shown;
    } else {
      printer.Pass(*step);
    }
  }
}

/// Keeps the ids alone until the last is found.
void ShowReversed(CommandContext& context, const LogRequest& request, LogWalk& walk,
                  LogPrinter& printer) {
  std::vector<CommitId> ids;
  while (ids.size() < request.limit) {
    const std::optional<LogWalk::Step> step = walk.Next();
    if (!step) break;
    context.environment.CheckInterrupted();
    if (step->is_shown && request.filter.Matches(step->commit)) ids.push_back(step->id);
  }
  for (; !ids.empty(); ids.pop_back()) {
    printer.Show({ids.back(), context.repository().GetCommit(ids.back()), {}, true});
  }
}

int Run(CommandContext& context) {
  const LogRequest request = ReadLogRequest(context);
  LogWalk walk(context.repository(), request.walk);
  LogPrinter printer(context, request);
  if (request.is_reversed) {
    ShowReversed(context, request, walk, printer);
  } else {
    Show(context, request, walk, printer);
  }
  printer.Finish();
  return kExitYes;
}

}  // namespace

extern const Command kLogCommand;
const Command kLogCommand{
    .name = "log",
    .group = CommandGroup::kLook,
    .summary = "list commits, newest first",
    .usage = "[REV | A..B | A...B | ^REV]... [OPTIONS] [[--] TABLE[:KEY]...]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .arguments = {ArgumentKind::kRevision},
    .after_dashes = ArgumentKind::kTable,
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Without a revision it begins at HEAD. A..B lists what B has and A has not, A...B\n"
        "what only one of them has, ^REV leaves REV and what came before it out.\n"
        "TABLE lists commits that changed the table, its indexes or triggers; TABLE:KEY those\n"
        "that changed the row, with what changed. -- stands before tables of the past, and where\n"
        "a word is a revision, too. A merge is listed when it differs from all of its parents;\n"
        "otherwise the parent it agrees with is followed. Changes are those since the first\n"
        "parent. Times are the author's own, in the author's zone.",
    .run = Run,
    .uses_pager = true,
};

}  // namespace pvc
