#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "cli/command.h"
#include "cli/render/object_text.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"type", 't', "", "print only what kind of object it is", false},
    {"size", 's', "", "print only its size in bytes, uncompressed", false},
    {"pretty", 'p', "", "print it decoded (the default)", false},
    {"raw", 0, "", "write its bytes as they are hashed", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc cat-object 1f3a09bc77d2", "an object, decoded"},
    {"pvc cat-object -t 1f3a09bc77d2", "node, piece, snapshot, commit, operation, ..."},
});

bool IsHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

ObjectStore::Found FindObject(ObjectStore& store, const std::string& word) {
  constexpr size_t kMinDigits = 4;
  constexpr size_t kMaxCandidates = 8;
  if (word.size() < kMinDigits || word.size() > 2 * ObjectId::kBytes || !IsHex(word)) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("'{}' is no object id: 4 to 64 hexadecimal digits", word))
        .AddHint("pvc hash    (prints one)");
  }
  std::string prefix = word;
  for (char& c : prefix) c = static_cast<char>(c >= 'A' && c <= 'F' ? c | 0x20 : c);
  const std::vector<ObjectStore::Found> found = store.FindByPrefix(prefix, kMaxCandidates);
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    throw Error(ErrorKind::kNotFound, fmt::format("no object '{}'", word))
        .AddHint("pvc log    (ids of commits)");
  }
  Error error(ErrorKind::kInvalid, fmt::format("'{}' is the beginning of several ids", word));
  for (const ObjectStore::Found& candidate : found) {
    error.AddHint(fmt::format("pvc cat-object {}    ({})", candidate.id.Hex(),
                              ObjectTypeName(candidate.type)));
  }
  throw error;
}

int Run(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const int form_count = (arguments.Has("type") ? 1 : 0) + (arguments.Has("size") ? 1 : 0) +
                         (arguments.Has("pretty") ? 1 : 0) + (arguments.Has("raw") ? 1 : 0);
  if (form_count > 1) FailUsage("cat-object", "-t, -s, -p and --raw exclude each other");

  ObjectStore& store = context.repository().store();
  const ObjectStore::Found found = FindObject(store, *arguments.Argument(0));
  if (arguments.Has("type")) {
    context.out.Put(fmt::format("{}\n", ObjectTypeName(found.type)));
    return kExitYes;
  }
  const Bytes bytes = store.ReadObject(found.type, found.id);
  if (arguments.Has("size")) {
    context.out.Put(fmt::format("{}\n", bytes.size()));
  } else if (arguments.Has("raw")) {
    context.out.Put(bytes);
  } else {
    PrintObject(context.out, found.type, found.id, bytes);
  }
  return kExitYes;
}

}  // namespace

extern const Command kCatObjectCommand;
const Command kCatObjectCommand{
    .name = "cat-object",
    .group = CommandGroup::kPlumbing,
    .summary = "print an object of the repository",
    .usage = "ID [-t | -s | -p | --raw]",
    .needs = Needs::kRepository,
    .min_arguments = 1,
    .max_arguments = 1,
    .options = kOptions,
    .examples = kExamples,
    .help =
        "ID may be shortened to 4 digits as long as it is unambiguous. The decoded form is for\n"
        "people and may change; --raw gives the bytes of docs/format.md.",
    .run = Run,
};

}  // namespace pvc
