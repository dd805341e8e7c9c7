// The worked examples of docs/format.md: each is decoded here, and must be what the encoders give
// for the content that the page says it has.

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "base/decoder.h"
#include "engine/large_value.h"
#include "engine/node.h"
#include "engine/pack_format.h"
#include "engine/root_file.h"
#include "engine/tree_writer.h"
#include "tests/support/memory_objects.h"
#include "tests/support/sim_fs.h"
#include "vcs/bisect_state.h"
#include "vcs/catalog.h"
#include "vcs/commit.h"
#include "vcs/merge/conflict.h"
#include "vcs/operation.h"
#include "vcs/query/derived_index.h"
#include "vcs/query/index_list.h"
#include "vcs/row_codec.h"
#include "vcs/snapshot.h"
#include "vcs/tag.h"

namespace pvc {
namespace {

// Blocks that begin with ```hex NAME; what follows a # on a line is a comment.
std::map<std::string, Bytes> ReadExamples() {
  std::ifstream page(PVC_SOURCE_FOLDER "/docs/format.md");
  std::map<std::string, Bytes> examples;
  std::string name;
  std::string digits;
  for (std::string line; std::getline(page, line);) {
    if (name.empty()) {
      if (line.rfind("```hex ", 0) == 0) name = line.substr(7);
      continue;
    }
    if (line == "```") {
      Bytes bytes;
      for (size_t i = 0; i + 1 < digits.size(); i += 2) {
        bytes.push_back(static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
      }
      examples[name] = bytes;
      name.clear();
      digits.clear();
      continue;
    }
    for (const char c : line.substr(0, line.find('#'))) {
      if (c != ' ') digits.push_back(c);
    }
  }
  return examples;
}

// Compared as text, so that a failure shows what the page should say.
void ExpectExample(const std::string& name, const Bytes& bytes) {
  const auto examples = ReadExamples();
  ASSERT_TRUE(examples.contains(name)) << name << " should be " << ToHex(bytes);
  EXPECT_EQ(ToHex(examples.at(name)), ToHex(bytes)) << name;
}

ObjectId IdOf(uint8_t byte) {
  ObjectId id;
  id.bytes.fill(byte);
  return id;
}

Bytes NodeBytes() {
  NodeBuilder builder(0);
  builder.AddEntry("a", "1");
  builder.AddEntry("bc", "22");
  return builder.Finish();
}

Signature Ann() { return {"Ann", "ann@example.org", {1'700'000'000'000'000, 60}}; }

TEST(FormatExamples, Root) {
  Root root;
  root.repository_id = IdOf(0x11);
  root.sequence = 2;
  root.previous_hash = IdOf(0x22);
  root.operation = IdOf(0x33);
  root.packs.push_back({IdOf(0x44), 1000, 5});
  ExpectExample("root", EncodeRoot(root));
  EXPECT_EQ(DecodeRoot(ReadExamples()["root"]), root);
}

TEST(FormatExamples, Pack) {
  const Bytes node = NodeBytes();
  const ObjectId id = ComputeObjectId(HashKind::kBlake2b256, ObjectType::kNode, node);
  RecordHeader header;
  header.raw_bytes = header.stored_bytes = static_cast<uint32_t>(node.size());
  const Bytes record = EncodeRecord(id, header, node);
  Bytes pack = EncodePackHeader(HashKind::kBlake2b256);
  pack += record;
  pack +=
      EncodePackIndex({{id, kPackHeaderBytes, static_cast<uint32_t>(record.size())}}, pack.size());
  ExpectExample("pack", pack);

  const Bytes page = ReadExamples()["pack"];
  CheckPackHeader(ByteView(page).substr(0, kPackHeaderBytes), HashKind::kBlake2b256);
  const PackFooter footer =
      DecodePackFooter(ByteView(page).substr(page.size() - kPackFooterBytes), page.size());
  EXPECT_EQ(footer.object_count, 1U);
  EXPECT_EQ(DecodeRecord(ByteView(page).substr(kPackHeaderBytes, record.size()), id).payload, node);
}

TEST(FormatExamples, Node) {
  ExpectExample("node", NodeBytes());
  const auto node = Node::Parse(ReadExamples()["node"], "example");
  EXPECT_EQ(node->count(), 2U);
  EXPECT_EQ(node->key(1), "bc");
  EXPECT_EQ(node->value(1), "22");
}

TEST(FormatExamples, InternalNode) {
  NodeBuilder builder(1);
  builder.AddChild("bc", IdOf(0xAA).View(), 2);
  builder.AddChild("zz", IdOf(0xBB).View(), 300);
  ExpectExample("internal", builder.Finish());
  const auto node = Node::Parse(ReadExamples()["internal"], "example");
  EXPECT_EQ(node->row_count(), 302U);
  EXPECT_EQ(node->child_id(1), IdOf(0xBB));
}

TEST(FormatExamples, PieceList) {
  const PieceList list = DecodePieceList(ReadExamples()["pieces"], "example");
  EXPECT_EQ(list.level, 1);
  ASSERT_EQ(list.entries.size(), 2U);
  EXPECT_EQ(list.entries[0].size_bytes, 70000U);
  EXPECT_EQ(list.entries[1].id, IdOf(0xBB));
}

TEST(FormatExamples, Row) {
  TableInfo table;
  table.identity = RowIdentity::kRowid;
  for (const char* name : {"id", "a", "b", "c"}) {
    Column column;
    column.name = name;
    table.columns.push_back(column);
  }
  table.columns[0].is_rowid_alias = true;
  table.columns[0].key_position = 1;
  RowCodec codec(table, TextEncoding::kUtf8, HashKind::kBlake2b256, nullptr);
  codec.Encode(
      7, std::vector<Value>{Value::Integer(7), Value::Text("hi"), Value::Real(0.5), Value::Null()});
  ExpectExample("row", Bytes(codec.key()) + Bytes(codec.value()));
  const Bytes page = ReadExamples()["row"];
  Row row;
  codec.Decode(ByteView(page).substr(0, 8), ByteView(page).substr(8), row);
  EXPECT_EQ(row.cells[1].value.bytes, "hi");
}

TEST(FormatExamples, TupleKey) {
  TableInfo table;
  table.identity = RowIdentity::kPrimaryKey;
  table.without_rowid = true;
  table.columns.resize(2);
  table.columns[0].key_position = 1;
  table.columns[1].key_position = 2;
  table.columns[1].collation = Collation::kNoCase;
  RowCodec codec(table, TextEncoding::kUtf8, HashKind::kBlake2b256, nullptr);
  codec.Encode(0, std::vector<Value>{Value::Real(1.5), Value::Text("B")});
  ExpectExample("key", Bytes(codec.key()));
}

TEST(FormatExamples, CatalogEntry) {
  CatalogEntry entry;
  entry.object = {SchemaObjectKind::kTable, "t", "t", "CREATE TABLE t(id INTEGER PRIMARY KEY)",
                  false};
  entry.rank = 3;
  StoredTable table;
  table.info.name = "t";
  table.info.identity = RowIdentity::kRowid;
  Column id;
  id.name = "id";
  id.affinity = Affinity::kInteger;
  id.is_rowid_alias = true;
  id.key_position = 1;
  table.info.columns.push_back(id);
  table.rows = {IdOf(0xCC), 2, 0};
  entry.table = table;
  ExpectExample("catalog", EncodeCatalogEntry(entry));
  EXPECT_EQ(DecodeCatalogEntry("st", ReadExamples()["catalog"]), entry);
}

TEST(FormatExamples, Snapshot) {
  Snapshot snapshot;
  snapshot.properties.user_version = 3;
  ExpectExample("snapshot", EncodeSnapshot(snapshot));
  EXPECT_EQ(DecodeSnapshot(ReadExamples()["snapshot"], "example"), snapshot);
}

TEST(FormatExamples, Commit) {
  Commit commit;
  commit.snapshot = {IdOf(0xAA)};
  commit.parents = {{IdOf(0xBB)}};
  commit.generation = 2;
  commit.author = commit.committer = Ann();
  commit.message = "prices";
  ExpectExample("commit", EncodeCommit(commit));
  EXPECT_EQ(DecodeCommit(ReadExamples()["commit"], "example"), commit);
}

TEST(FormatExamples, Tag) {
  const Tag tag{{IdOf(0xAA)}, "v1", Ann(), "first release"};
  ExpectExample("tag", EncodeTag(tag));
  EXPECT_EQ(DecodeTag(ReadExamples()["tag"], "example"), tag);
}

TEST(FormatExamples, Operation) {
  Operation operation;
  operation.parent = {IdOf(0xAA)};
  operation.refs = {IdOf(0xBB), 1, 0};
  operation.head.branch = "main";
  operation.working_path = "app.db";
  operation.working_base = {IdOf(0xCC)};
  operation.who = Ann();
  operation.command = "import app.db";
  ExpectExample("operation", EncodeOperation(operation));
  EXPECT_EQ(DecodeOperation(ReadExamples()["operation"], "example"), operation);
}

TEST(FormatExamples, RowConflict) {
  RowConflict conflict;
  conflict.base = "\x01";
  conflict.ours = "\x02";
  conflict.theirs = "\x03";
  conflict.open_cells = {1};
  ExpectExample("conflict", EncodeRowConflict(conflict));
  EXPECT_EQ(DecodeRowConflict(ReadExamples()["conflict"]), conflict);
}

TEST(FormatExamples, IndexList) {
  const std::vector<ListedIndex> list = {
      {IdOf(0xdd), Tree{IdOf(0xcc), 3, 0}, Tree{IdOf(0xee), 3, 0}}};
  ExpectExample("index_list", EncodeIndexList(list));
  EXPECT_EQ(DecodeIndexList(ReadExamples()["index_list"]), list);
}

TEST(FormatExamples, IndexEntry) {
  TableInfo table;
  table.identity = RowIdentity::kNone;
  table.columns.resize(1);
  RowCodec codec(table, TextEncoding::kUtf8, HashKind::kBlake2b256, nullptr);
  const std::vector<Value> values = {Value::Text("Hi")};
  codec.Encode(7, values);
  MemoryObjects objects;
  TreeWriter rows(objects);
  rows.Add(codec.key(), codec.value());
  const Tree row_tree = rows.Finish();
  NodeReader nodes(objects);
  const IndexDefinition definition{"", {{0, Collation::kNoCase}}};
  SimFs disk;
  const Tree index =
      BuildIndex({nodes, table, TextEncoding::kUtf8, HashKind::kBlake2b256, definition}, row_tree,
                 objects, disk, "/");
  TreeCursor cursor(nodes, index);
  cursor.SeekToFirst();
  ExpectExample("index_entry", Bytes(cursor.key()) + Bytes(cursor.value()));
}

TEST(FormatExamples, BisectState) {
  BisectState state;
  state.start.branch = "main";
  state.good_are_checked = true;
  state.marks = {{BisectVerdict::kBad, {IdOf(0xAA)}}, {BisectVerdict::kGood, {IdOf(0xBB)}}};
  ExpectExample("bisect", EncodeBisectState(state));
  EXPECT_EQ(DecodeBisectState(ReadExamples()["bisect"], "example"), state);
}

}  // namespace
}  // namespace pvc
