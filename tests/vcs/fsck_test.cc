#include "vcs/fsck.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/table_fixture.h"
#include "vcs/tag.h"

namespace pvc {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

struct FindingLog final : FsckSink {
  void OnFinding(const std::string& text) override { findings.push_back(text); }
  void OnNote(const std::string& text) override { notes.push_back(text); }
  std::vector<std::string> findings;
  std::vector<std::string> notes;
};

class FsckTest : public TableFixture {
 protected:
  FindingLog Check() { return Check(fs_); }
  FindingLog Check(SimFs& fs) {
    FindingLog log;
    result_ = CheckRepositoryAt(fs, kFolder, log);
    EXPECT_EQ(result_.finding_count, log.findings.size());
    EXPECT_EQ(result_.note_count, log.notes.size());
    for (const std::string& text : log.findings) EXPECT_EQ(text.find('\n'), text.npos) << text;
    return log;
  }

  /// Commits a snapshot whose only table has the entries that `write` adds to its tree.
  void CommitRawTable(const std::function<Tree(WriteBatch&)>& write) {
    const auto repository = Open();
    const auto batch = repository->store().BeginWrite(OneThread());
    CatalogEntry entry;
    entry.object.name = entry.object.table_name = "items";
    entry.object.sql = "CREATE TABLE items(id INTEGER PRIMARY KEY, body)";
    entry.table = StoredTable{ItemsTable(), write(*batch)};
    TreeWriter catalog(*batch);
    catalog.Add(CatalogKey(entry.object.kind, "items"), EncodeCatalogEntry(entry));
    Snapshot snapshot;
    snapshot.catalog = catalog.Finish();
    CommitSnapshot(*repository, *batch, WriteSnapshot(*batch, snapshot));
  }

  void SetTagRef(const std::string& name, const Tag& tag) {
    const auto repository = Open();
    const auto batch = repository->store().BeginWrite(OneThread());
    StateChange change;
    change.refs.push_back({name, ObjectId{}, WriteTag(*batch, tag).id});
    repository->Publish(*batch, change, SomeSignature(), "test");
  }

  /// Key and value of row `id` of the table.
  static std::pair<Bytes, Bytes> EncodeItem(int id) {
    RowCodec codec(ItemsTable(), TextEncoding::kUtf8, HashKind::kBlake2b256, nullptr);
    const Bytes body = ItemBody(id);
    const std::vector<Value> values = {Value::Integer(id), Value::Text(body)};
    codec.Encode(id, values);
    return {Bytes(codec.key()), Bytes(codec.value())};
  }

  FsckResult result_;
};

TEST_F(FsckTest, NewRepositoryIsSound) {
  EXPECT_THAT(Check().findings, IsEmpty());
  EXPECT_EQ(result_.operation_count, 1U);
  EXPECT_EQ(result_.commit_count, 0U);
  EXPECT_TRUE(result_.IsSound());
}

TEST_F(FsckTest, SoundRepositoryIsCountedEachPartOnce) {
  CommitItems(200, 600'000);
  CommitItems(200, 600'000, 150);
  const FindingLog log = Check();
  EXPECT_THAT(log.findings, IsEmpty());
  EXPECT_THAT(log.notes, IsEmpty());
  EXPECT_EQ(result_.operation_count, 3U);
  EXPECT_EQ(result_.commit_count, 2U);
  EXPECT_GE(result_.row_count, 200U);
  EXPECT_LT(result_.row_count, 320U) << "rows of shared leaves are counted once";
}

TEST_F(FsckTest, EveryFlippedByteIsFound) {
  CommitItems(100, 300'000);
  CommitItems(100, 300'000, 70);
  fs_.MarkDurable();
  size_t byte_count = 0;
  for (const std::string& path : fs_.FilePaths()) {
    if (path == "/r/.pvc/config") continue;  // text that people edit: no checksum
    for (size_t i = 0; i < fs_.Contents(path).size(); ++i) {
      const auto damaged = fs_.Clone();
      damaged->FlipBit(path, i, static_cast<unsigned>(i % 8));
      ASSERT_THAT(Check(*damaged).findings, Not(IsEmpty())) << path << " byte " << i;
      ++byte_count;
    }
  }
  EXPECT_GT(byte_count, 1000U);
}

TEST_F(FsckTest, EveryShorterFileIsFound) {
  CommitItems(60);
  fs_.MarkDurable();
  for (const std::string& path : fs_.FilePaths()) {
    if (path == "/r/.pvc/config") continue;
    const size_t size = fs_.Contents(path).size();
    for (size_t length = 0; length < size; length += 7) {
      const auto damaged = fs_.Clone();
      damaged->Truncate(path, length);
      ASSERT_THAT(Check(*damaged).findings, Not(IsEmpty())) << path << " cut to " << length;
    }
    const auto damaged = fs_.Clone();
    damaged->Truncate(path, size + 1);
    if (size > 0) {
      ASSERT_THAT(Check(*damaged).findings, Not(IsEmpty())) << path << " extended";
    }
  }
}

TEST_F(FsckTest, EachMissingFileIsFound) {
  CommitItems(60);
  CommitItems(70);
  for (const std::string& path : fs_.FilePaths()) {
    if (path.ends_with("lock")) continue;  // made again by whoever needs it
    const auto damaged = fs_.Clone();
    damaged->Remove(path);
    EXPECT_THAT(Check(*damaged).findings, Contains(HasSubstr(path.substr(path.rfind('/') + 1))));
  }
}

TEST_F(FsckTest, SwappedPacksAreFound) {
  CommitItems(60);
  CommitItems(70);
  std::vector<std::string> packs = fs_.FilePaths();
  std::erase_if(packs, [](const std::string& path) { return !path.ends_with(".pack"); });
  ASSERT_GE(packs.size(), 2U);
  const Bytes first = fs_.Contents(packs[0]);
  fs_.SetContents(packs[0], fs_.Contents(packs[1]));
  fs_.SetContents(packs[1], first);
  EXPECT_THAT(Check().findings, SizeIs(testing::Ge(2U)));
}

TEST_F(FsckTest, MissingFolderIsAFinding) {
  FindingLog log;
  EXPECT_FALSE(CheckRepositoryAt(fs_, "/nothing", log).IsSound());
}

TEST_F(FsckTest, ConfigThatCannotBeUsedIsAFinding) {
  for (const char* text : {"", "nonsense", "[repository]\nversion = 2\n",
                           "[repository]\nversion = 1\ncompression = fast\n"}) {
    fs_.SetContents("/r/.pvc/config", text);
    EXPECT_THAT(Check().findings, ElementsAre(testing::_)) << text;
  }
}

TEST_F(FsckTest, LeftOversAreNotes) {
  CommitItems(10);
  fs_.SetContents("/r/.pvc/incoming/5.pack", "half");
  fs_.SetContents("/r/.pvc/packs/0000.pack", "whole");
  fs_.SetContents("/r/.pvc/ROOT.tmp1", "");
  const FindingLog log = Check();
  EXPECT_THAT(log.findings, IsEmpty());
  EXPECT_THAT(log.notes, ElementsAre(HasSubstr("ROOT.tmp1"), HasSubstr("incoming/5.pack"),
                                     HasSubstr("packs/0000.pack")));
}

TEST_F(FsckTest, MissingSnapshotIsNamedWithItsCommit) {
  const auto repository = Open();
  const auto batch = repository->store().BeginWrite(OneThread());
  const CommitId id = CommitSnapshot(*repository, *batch, {SomeId("gone")});
  EXPECT_THAT(Check().findings,
              ElementsAre(AllOf(HasSubstr("commit " + id.Short()),
                                HasSubstr("snapshot " + SomeId("gone").Short() + " is missing"))));
}

TEST_F(FsckTest, MissingParentAndWrongGenerationAreFound) {
  const CommitId first = CommitItems(3);
  const auto repository = Open();
  const auto batch = repository->store().BeginWrite(OneThread());
  Commit commit;
  commit.snapshot = repository->GetCommit(first).snapshot;
  commit.parents = {first};
  commit.generation = 7;
  const CommitId wrong = CommitAs(*repository, *batch, commit);
  const auto batch2 = repository->store().BeginWrite(OneThread());
  commit.parents = {wrong, {SomeId("gone")}};
  commit.generation = 8;
  const CommitId orphan = CommitAs(*repository, *batch2, commit);
  EXPECT_THAT(Check().findings,
              testing::UnorderedElementsAre(
                  HasSubstr("commit " + wrong.Short() + ": generation 7 instead of 2"),
                  AllOf(HasSubstr("commit " + orphan.Short()),
                        HasSubstr(SomeId("gone").Short() + " is missing"))));
}

TEST_F(FsckTest, RefToNothingAndToAnotherTypeAreFound) {
  const CommitId first = CommitItems(3);
  const auto repository = Open();
  SetRef(*repository, "refs/heads/dangling", SomeId("gone"));
  SetRef(*repository, "refs/tags/snap", repository->GetCommit(first).snapshot.id);
  EXPECT_THAT(Check().findings,
              ElementsAre(AllOf(HasSubstr("'refs/heads/dangling'"), HasSubstr("is missing")),
                          AllOf(HasSubstr("'refs/tags/snap'"), HasSubstr("is a snapshot"))));
}

TEST_F(FsckTest, RowThatIsNotCanonicalIsFound) {
  CommitRawTable([](WriteBatch& batch) {
    TreeWriter rows(batch);
    const auto [key, value] = EncodeItem(5);
    rows.Add(key, value + '\0');
    return rows.Finish();
  });
  EXPECT_THAT(Check().findings,
              ElementsAre(AllOf(HasSubstr("table 'items' of snapshot"), HasSubstr("entry 0"))));
}

TEST_F(FsckTest, MissingLargeValueIsFound) {
  CommitRawTable([](WriteBatch& batch) {
    // Its pieces go to a sink that keeps them from the batch.
    class Elsewhere final : public ObjectSink {
     public:
      Ticket Submit(ObjectType type, Bytes bytes, const ObjectId&) override {
        id_ = ComputeObjectId(HashKind::kBlake2b256, type, bytes);
        return 0;
      }
      ObjectId Wait(Ticket) override { return id_; }

     private:
      ObjectId id_;
    } elsewhere;
    RowCodec codec(ItemsTable(), TextEncoding::kUtf8, HashKind::kBlake2b256, &elsewhere);
    const Bytes body(5000, 'x');
    const std::vector<Value> values = {Value::Integer(1), Value::Blob(body)};
    codec.Encode(1, values);
    TreeWriter rows(batch);
    rows.Add(codec.key(), codec.value());
    return rows.Finish();
  });
  EXPECT_THAT(Check().findings,
              ElementsAre(AllOf(HasSubstr("table 'items'"), HasSubstr("large value"),
                                HasSubstr("is missing"))));
}

TEST_F(FsckTest, TreeWithAnotherShapeThanItsContentHasIsFound) {
  CommitRawTable([](WriteBatch& batch) {
    NodeBuilder root(1);
    ObjectId id;
    for (int half = 0; half < 2; ++half) {
      NodeBuilder leaf(0);
      for (int i = 10 * half; i < 10 * half + 10; ++i) {
        const auto [key, value] = EncodeItem(i);
        leaf.AddEntry(key, value);
      }
      const Bytes last_key(leaf.last_key());
      id = batch.Put(ObjectType::kNode, leaf.Finish());
      root.AddChild(last_key, id.View(), 10);
    }
    return Tree{batch.Put(ObjectType::kNode, root.Finish()), 20, 1};
  });
  EXPECT_THAT(Check().findings,
              ElementsAre(AllOf(HasSubstr("table 'items'"), HasSubstr("does not end where"))));
}

TEST_F(FsckTest, KeysBelowTheBoundOfAnAncestorAreFound) {
  CommitRawTable([](WriteBatch& batch) {
    // Two subtrees whose roots are in order, with a first leaf in the second that is not.
    const auto leaf_of = [&](std::initializer_list<int> ids) {
      NodeBuilder leaf(0);
      for (const int i : ids) {
        const auto [key, value] = EncodeItem(i);
        leaf.AddEntry(key, value);
      }
      const Bytes last_key(leaf.last_key());
      return std::pair(last_key, batch.Put(ObjectType::kNode, leaf.Finish()));
    };
    NodeBuilder root(2);
    for (const int base : {0, 100}) {
      NodeBuilder inner(1);
      const auto [key1, leaf1] = base == 0 ? leaf_of({0, 1}) : leaf_of({1, 101});
      const auto [key2, leaf2] = leaf_of({base + 2, base + 3});
      inner.AddChild(key1, leaf1.View(), 2);
      inner.AddChild(key2, leaf2.View(), 2);
      const ObjectId id = batch.Put(ObjectType::kNode, inner.Finish());
      root.AddChild(key2, id.View(), 4);
    }
    return Tree{batch.Put(ObjectType::kNode, root.Finish()), 8, 2};
  });
  EXPECT_THAT(Check().findings, Contains(HasSubstr("not greater than the keys before")));
}

TEST_F(FsckTest, NamesInFindingsHoldNoControlCharacters) {
  const auto repository = Open();
  const auto batch = repository->store().BeginWrite(OneThread());
  TreeWriter refs(*batch);
  refs.Add("refs/heads/a\x1b[31m\n", SomeId("x").View());
  Operation operation = repository->state();
  operation.parent = repository->operation_id();
  operation.refs = refs.Finish();
  const OperationId id = WriteOperation(*batch, operation);
  ASSERT_TRUE(batch->Publish(repository->operation_id().id, id.id));
  EXPECT_THAT(Check().findings, ElementsAre(HasSubstr("'refs/heads/a\\x1b[31m\\x0a' is no name")));
}

TEST_F(FsckTest, AnnotatedTagIsSoundAndItsCommitIsChecked) {
  CommitItems(20);
  SetTagRef("refs/tags/v1", Tag{*Open()->HeadCommit(), "v1", SomeSignature(), "first"});
  EXPECT_THAT(Check().findings, IsEmpty());
  EXPECT_EQ(result_.commit_count, 1U);
}

TEST_F(FsckTest, TagOfWhatIsNoCommitIsFound) {
  CommitItems(20);
  const auto repository = Open();
  const ObjectId snapshot = repository->GetCommit(*repository->HeadCommit()).snapshot.id;
  SetTagRef("refs/tags/v1", Tag{{snapshot}, "v1", SomeSignature(), "first"});
  EXPECT_THAT(Check().findings, ElementsAre(HasSubstr("is a snapshot, not a commit")));
}

TEST_F(FsckTest, BranchThatNamesATagIsFound) {
  CommitItems(20);
  SetTagRef("refs/heads/v1", Tag{*Open()->HeadCommit(), "v1", SomeSignature(), "first"});
  EXPECT_THAT(Check().findings, ElementsAre(HasSubstr("is a tag, not a commit")));
}

TEST_F(FsckTest, TagThatIsNotCanonicalIsFound) {
  CommitItems(20);
  const auto repository = Open();
  const auto batch = repository->store().BeginWrite(OneThread());
  const Tag tag{*repository->HeadCommit(), "v1", SomeSignature(), "first"};
  StateChange change;
  change.refs.push_back(
      {"refs/tags/v1", ObjectId{}, batch->Put(ObjectType::kTag, EncodeTag(tag) + "x")});
  repository->Publish(*batch, change, SomeSignature(), "test");
  EXPECT_THAT(Check().findings, Contains(HasSubstr("tag ")));
}

TEST_F(FsckTest, OpenRepositoryIsCheckedAsItIsOnDisk) {
  CommitItems(20);
  const auto repository = Open();
  FindingLog before;
  EXPECT_TRUE(CheckRepository(*repository, before).IsSound());
  for (const std::string& path : fs_.FilePaths()) {
    if (path.ends_with(".pack")) fs_.FlipBit(path, 20, 1);
  }
  FindingLog after;
  EXPECT_FALSE(CheckRepository(*repository, after).IsSound());
}

}  // namespace
}  // namespace pvc
