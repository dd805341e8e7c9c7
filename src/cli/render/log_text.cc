#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/render/log.h"

namespace pvc {
namespace {

void PutNames(Painter& out, const std::vector<std::string>& names) {
  if (names.empty()) return;
  out.Put(" (");
  for (size_t i = 0; i < names.size(); ++i) {
    if (i != 0) out.Put(", ");
    out.Put(Label::kRef, EscapeName(names[i]));
  }
  out.Put(")");
}

std::string FormatPerson(const Signature& who) {
  return fmt::format("{} <{}>", EscapeName(who.name), EscapeName(who.email));
}

void PutMessage(Painter& out, std::string_view message) {
  while (!message.empty() && message.back() == '\n') message.remove_suffix(1);
  while (true) {
    const size_t end = message.find('\n');
    const std::string line = EscapeName(message.substr(0, end));
    out.Put(line.empty() ? "\n" : "    " + line + "\n");
    if (end == std::string_view::npos) return;
    message.remove_prefix(end + 1);
  }
}

class LogText final : public LogRenderer {
 public:
  explicit LogText(Painter& out) : out_(out) {}

  void OnCommit(const LogEntry& entry) override {
    const Commit& commit = entry.commit;
    out_.Put(Label::kCommitId, "commit " + entry.id.Hex());
    PutNames(out_, entry.names);
    out_.Put("\n");
    if (commit.parents.size() > 1) {
      out_.Put("Merge:");
      for (const CommitId& parent : commit.parents) out_.Put(" " + parent.Short());
      out_.Put("\n");
    }
    out_.Put("Author: " + FormatPerson(commit.author) + "\n");
    out_.Put("Date:   " + FormatTimestamp(commit.author.when) + "\n");
    if (commit.committer.name != commit.author.name ||
        commit.committer.email != commit.author.email) {
      out_.Put("Commit: " + FormatPerson(commit.committer) + "\n");
    }
    out_.Put("\n");
    PutMessage(out_, commit.message);
  }

  void OnNextCommit() override { out_.Put("\n"); }

 private:
  Painter& out_;
};

class LogOneline final : public LogRenderer {
 public:
  explicit LogOneline(Painter& out) : out_(out) {}

  void OnCommit(const LogEntry& entry) override {
    const std::string& message = entry.commit.message;
    out_.Put(Label::kCommitId, entry.id.Short());
    PutNames(out_, entry.names);
    out_.Put(" " + EscapeName(message.substr(0, message.find('\n'))) + "\n");
  }

 private:
  Painter& out_;
};

}  // namespace

std::unique_ptr<LogRenderer> MakeLogText(Painter& out) { return std::make_unique<LogText>(out); }

std::unique_ptr<LogRenderer> MakeLogOneline(Painter& out) {
  return std::make_unique<LogOneline>(out);
}

void PrintTag(Painter& out, const Tag& tag) {
  out.Put(Label::kCommitId, "tag " + EscapeName(tag.name));
  out.Put("\nTagger: " + FormatPerson(tag.tagger) + "\n");
  out.Put("Date:   " + FormatTimestamp(tag.tagger.when) + "\n\n");
  PutMessage(out, tag.message);
}

}  // namespace pvc
