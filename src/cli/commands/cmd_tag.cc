#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "cli/command.h"
#include "cli/commit_message.h"
#include "cli/render/tag_list.h"
#include "vcs/glob.h"
#include "vcs/tag_refs.h"

namespace pvc {
namespace {

constexpr auto kFormats = std::to_array<std::string_view>({"text", "json"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"list", 'l', "", "list; arguments are patterns such as 'v1.*'", false},
    {"lines", 'n', "", "list with the first line of each message", false},
    {"format", 0, "FORMAT", "text (default) or json (\"pvc.tags/v1\")", false, kFormats},
    {"annotate", 'a', "", "make a tag with a message, a name and a date of its own", false},
    {"message", 'm', "MSG",
     "the message of an annotated tag; each further -m is a paragraph of its own", false},
    {"force", 'f', "", "move a tag that is there", false},
    {"delete", 'd', "", "delete tags", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc tag", "list tags"},
    {"pvc tag v1", "name the current commit"},
    {"pvc tag v0 HEAD~3", "name an earlier one"},
    {"pvc tag -m \"as delivered\" v1", "with a message"},
    {"pvc tag -n --list \"v1*\"", "some tags with their messages"},
    {"pvc tag -d v1", "delete a tag"},
});

constexpr std::string_view kTagsPrefix = "refs/tags/";

std::vector<std::string> Words(const Arguments& arguments) {
  std::vector<std::string> words = arguments.positional();
  words.insert(words.end(), arguments.after_dashes().begin(), arguments.after_dashes().end());
  return words;
}

TagLine ReadLine(Repository& repository, const Ref& ref) {
  TagLine line;
  line.name = ref.name.substr(kTagsPrefix.size());
  line.target = ref.target;
  line.commit = PeelToCommit(repository, ref.target, line.name);
  if (line.commit.id == ref.target) {
    line.message = repository.GetCommit(line.commit).message;
  } else {
    line.tag = ReadTag(repository.store(), {ref.target});
    line.message = line.tag->message;
  }
  return line;
}

int List(CommandContext& context, const std::vector<std::string>& patterns) {
  Repository& repository = context.repository();
  const std::string format = context.arguments.Choice("format", kFormats);
  const bool wants_messages = context.arguments.Has("lines") || format == "json";
  std::vector<TagLine> tags;
  for (const Ref& ref : repository.ListRefs(kTagsPrefix)) {
    context.environment.CheckInterrupted();
    const std::string_view name = std::string_view(ref.name).substr(kTagsPrefix.size());
    if (!MatchesAnyGlob(patterns, name)) continue;
    tags.push_back(wants_messages ? ReadLine(repository, ref)
                                  : TagLine{std::string(name), ref.target, {}, {}, ""});
  }
  if (format == "json") {
    PrintTagsJson(context.out.writer(), tags);
  } else {
    PrintTagsText(context.out, tags, wants_messages ? TagDetail::kMessages : TagDetail::kNames);
  }
  return kExitYes;
}

int Delete(CommandContext& context, const std::vector<std::string>& names) {
  if (names.empty()) FailUsage("tag", "which tags?  pvc tag -d NAME...");
  for (const Ref& ref : DeleteTags(context.repository(), names, context.MakeActor())) {
    context.out.Put(fmt::format("Deleted tag '{}' (was {})\n",
                                EscapeName(ref.name.substr(kTagsPrefix.size())),
                                ref.target.Short()));
  }
  context.err.Put(Label::kHint, "hint:");
  context.err.Put(" to take it back:  pvc undo\n");
  return kExitYes;
}

int Create(CommandContext& context, const std::vector<std::string>& words) {
  const Arguments& arguments = context.arguments;
  if (words.empty() || words.size() > 2) FailUsage("tag", "expected:  pvc tag NAME [REV]");
  NewTag tag;
  tag.name = words[0];
  tag.target = context.Resolve(words.size() == 2 ? words[1] : "HEAD");
  if (arguments.Has("message")) {
    tag.message = CleanMessage(JoinParagraphs(arguments.Values("message")), CommentLines::kKeep);
  }
  tag.force = arguments.Has("force") ? Force::kYes : Force::kNo;
  if (arguments.Has("annotate") && !tag.message) {
    FailUsage("tag", "-a needs a message:  pvc tag -a -m MSG NAME");
  }
  if (const auto before = CreateTag(context.repository(), tag, context.MakeActor())) {
    context.out.Put(
        fmt::format("Updated tag '{}' (was {})\n", EscapeName(tag.name), before->Short()));
  }
  return kExitYes;
}

int Run(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const std::vector<std::string> words = Words(arguments);
  const bool makes = arguments.Has("annotate") || arguments.Has("message");
  const bool lists = arguments.Has("list") || arguments.Has("lines") || arguments.Has("format");
  const bool deletes = arguments.Has("delete");
  if ((makes ? 1 : 0) + (lists ? 1 : 0) + (deletes ? 1 : 0) > 1) {
    FailUsage("tag", "listing, making and deleting exclude each other");
  }
  if (deletes) return Delete(context, words);
  if (lists || (words.empty() && !makes)) return List(context, words);
  return Create(context, words);
}

}  // namespace

extern const Command kTagCommand;
const Command kTagCommand{
    .name = "tag",
    .group = CommandGroup::kBranch,
    .summary = "list, make and delete tags",
    .usage =
        "[-n] [--list PATTERN...] [--format=FORMAT]\n"
        "NAME [REV] [-f]\n"
        "-m MSG NAME [REV] [-f]\n"
        "-d NAME...",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .arguments = {ArgumentKind::kTag, ArgumentKind::kRevision},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "A tag is a name for a commit that stays where it is. REV is HEAD when left out. With\n"
        "a message the tag is an annotated one, an object that says who made it and when.\n"
        "Several tags are deleted all or none; 'pvc undo' takes it back.",
    .run = Run,
};

}  // namespace pvc
