#include "cli/render/object_text.h"

#include <fmt/format.h>

#include "cli/quantity_text.h"
#include "engine/large_value.h"
#include "engine/node.h"
#include "vcs/commit.h"
#include "vcs/operation.h"
#include "vcs/snapshot.h"
#include "vcs/tag.h"

namespace pvc {
namespace {

void PutField(Painter& out, std::string_view name, const std::string& value) {
  out.Put(Label::kKey, fmt::format("{:<14}", name));
  out.Put(" " + value + "\n");
}

void PutTree(Painter& out, std::string_view name, const Tree& tree) {
  PutField(
      out, name,
      fmt::format("{} ({} entries, level {})", tree.root.Hex(), tree.entry_count, tree.root_level));
}

void PutSignature(Painter& out, std::string_view name, const Signature& who) {
  PutField(out, name,
           fmt::format("{} <{}> {}", EscapeName(who.name), EscapeName(who.email),
                       FormatTimestamp(who.when)));
}

void PrintHexDump(Painter& out, ByteView bytes) {
  constexpr size_t kLineBytes = 16;
  for (size_t at = 0; at < bytes.size(); at += kLineBytes) {
    const ByteView line = bytes.substr(at, kLineBytes);
    std::string hex;
    std::string text;
    for (const char c : line) {
      hex += fmt::format("{:02x} ", static_cast<unsigned char>(c));
      text += c >= 0x20 && c < 0x7f ? c : '.';
    }
    out.Put(fmt::format("{:08x}  {:<48} {}\n", at, hex, text));
  }
}

void PrintNode(Painter& out, const Bytes& bytes, std::string_view subject) {
  const std::shared_ptr<const Node> node = Node::Parse(bytes, subject);
  PutField(out, "level", fmt::format("{}", node->level()));
  PutField(out, "entries", fmt::format("{}", node->count()));
  PutField(out, "rows", fmt::format("{}", node->row_count()));
  for (size_t i = 0; i < node->count(); ++i) {
    out.Put(Label::kKey, ToHex(node->key(i)));
    if (node->is_leaf()) {
      out.Put(fmt::format("  {}\n", ToHex(node->value(i))));
    } else {
      out.Put(fmt::format("  {}  {} rows\n", node->child_id(i).Hex(), node->child_rows(i)));
    }
  }
}

void PrintPieceList(Painter& out, const Bytes& bytes, std::string_view subject) {
  const PieceList list = DecodePieceList(bytes, subject);
  PutField(out, "level", fmt::format("{}", list.level));
  for (const PieceListEntry& entry : list.entries) {
    out.Put(fmt::format("{}  {} bytes\n", entry.id.Hex(), entry.size_bytes));
  }
}

void PrintSnapshot(Painter& out, const Bytes& bytes, std::string_view subject) {
  const Snapshot snapshot = DecodeSnapshot(bytes, subject);
  const DatabaseProperties& properties = snapshot.properties;
  PutTree(out, "catalog", snapshot.catalog);
  PutField(out, "encoding", std::string(TextEncodingName(properties.encoding)));
  PutField(out, "page_size", fmt::format("{}", properties.page_size));
  PutField(out, "auto_vacuum", fmt::format("{}", properties.auto_vacuum));
  PutField(out, "journal_mode", properties.is_wal ? "wal" : "rollback");
  PutField(out, "user_version", fmt::format("{}", properties.user_version));
  PutField(out, "application_id", fmt::format("{}", properties.application_id));
  PutField(out, "statistics", properties.has_statistics ? "yes" : "no");
}

void PrintCommit(Painter& out, const Bytes& bytes, std::string_view subject) {
  const Commit commit = DecodeCommit(bytes, subject);
  PutField(out, "snapshot", commit.snapshot.Hex());
  for (const CommitId& parent : commit.parents) PutField(out, "parent", parent.Hex());
  PutField(out, "generation", fmt::format("{}", commit.generation));
  PutSignature(out, "author", commit.author);
  PutSignature(out, "committer", commit.committer);
  out.Put("\n" + EscapeLines(commit.message) + "\n");
}

void PrintTag(Painter& out, const Bytes& bytes, std::string_view subject) {
  const Tag tag = DecodeTag(bytes, subject);
  PutField(out, "commit", tag.target.Hex());
  PutField(out, "name", EscapeName(tag.name));
  PutSignature(out, "tagger", tag.tagger);
  out.Put("\n" + EscapeLines(tag.message) + "\n");
}

void PrintOperation(Painter& out, const Bytes& bytes, std::string_view subject) {
  const Operation operation = DecodeOperation(bytes, subject);
  if (!operation.parent.IsZero()) PutField(out, "parent", operation.parent.Hex());
  PutTree(out, "refs", operation.refs);
  PutField(out, "head",
           operation.head.branch.empty() ? operation.head.detached.Hex()
                                         : "refs/heads/" + EscapeName(operation.head.branch));
  if (!operation.working_path.empty()) {
    PutField(out, "working", EscapeName(operation.working_path));
    PutField(out, "working_base", operation.working_base.Hex());
  }
  if (!operation.working_found.IsZero()) {
    PutField(out, "working_found", operation.working_found.Hex());
  }
  if (!operation.restored.IsZero()) PutField(out, "restored", operation.restored.Hex());
  if (!operation.pending.empty()) {
    PutField(out, "pending", fmt::format("{} bytes", operation.pending.size()));
  }
  PutSignature(out, "who", operation.who);
  PutField(out, "command", EscapeName(operation.command));
}

}  // namespace

void PrintObject(Painter& out, ObjectType type, const ObjectId& id, const Bytes& bytes) {
  const std::string subject = fmt::format("{} {}", ObjectTypeName(type), id.Short());
  switch (type) {
    case ObjectType::kNode:
      PrintNode(out, bytes, subject);
      return;
    case ObjectType::kPieceList:
      PrintPieceList(out, bytes, subject);
      return;
    case ObjectType::kSnapshot:
      PrintSnapshot(out, bytes, subject);
      return;
    case ObjectType::kCommit:
      PrintCommit(out, bytes, subject);
      return;
    case ObjectType::kOperation:
      PrintOperation(out, bytes, subject);
      return;
    case ObjectType::kTag:
      PrintTag(out, bytes, subject);
      return;
    case ObjectType::kPiece:
    case ObjectType::kDictionary:
      PrintHexDump(out, bytes);
      return;
  }
}

}  // namespace pvc
