#include <gtest/gtest.h>

#include <random>

#include "tests/support/memory_objects.h"
#include "tests/vcs/vcs_fixture.h"
#include "vcs/bisect_state.h"

namespace pvc {
namespace {

Commit FullCommit() {
  Commit commit;
  commit.snapshot = {SomeId("snapshot")};
  commit.parents = {{SomeId("b")}, {SomeId("a")}};
  commit.generation = 300;
  commit.author = {"Ann", "ann@example.org", {-1, -210}};
  commit.committer = {"", "", {INT64_MIN, 1439}};
  commit.message = "prices for May\n\nwith \xff bytes\n";
  return commit;
}

Operation FullOperation() {
  Operation operation;
  operation.parent = {SomeId("parent")};
  operation.refs = {SomeId("root"), 70'000, 2};
  operation.head.branch = "feature/x";
  operation.working_path = "../app.db";
  operation.working_base = {SomeId("base")};
  operation.pending = Bytes("\0\1\2", 3);
  operation.who = SomeSignature();
  operation.command = "import app.db";
  return operation;
}

/// Whether `bytes` are refused, or are exactly what their meaning encodes to.
template <typename Decode, typename Encode>
bool IsRefusedOrCanonical(const Bytes& bytes, const Decode& decode, const Encode& encode) {
  try {
    return encode(decode(bytes, "test")) == bytes;
  } catch (const Error& error) {
    return error.kind() == ErrorKind::kCorrupt;
  }
}

template <typename Decode, typename Encode>
void CheckEveryAlteration(const Bytes& good, const Decode& decode, const Encode& encode) {
  for (size_t i = 0; i < good.size(); ++i) {
    for (int value = 0; value < 256; ++value) {
      Bytes bad = good;
      bad[i] = static_cast<char>(value);
      ASSERT_TRUE(IsRefusedOrCanonical(bad, decode, encode)) << "byte " << i << " = " << value;
    }
    EXPECT_EQ(ThrownKind([&] { decode(good.substr(0, i), "test"); }), ErrorKind::kCorrupt) << i;
  }
  EXPECT_EQ(ThrownKind([&] { decode(good + '\0', "test"); }), ErrorKind::kCorrupt);
}

TEST(CommitEncoding, RoundTrips) {
  EXPECT_EQ(DecodeCommit(EncodeCommit(FullCommit()), "test"), FullCommit());
  Commit least;
  least.snapshot = {SomeId("s")};
  EXPECT_EQ(DecodeCommit(EncodeCommit(least), "test"), least);
}

TEST(CommitEncoding, AlteredBytesAreRefusedOrMeanExactlyThemselves) {
  CheckEveryAlteration(EncodeCommit(FullCommit()), DecodeCommit, EncodeCommit);
}

TEST(CommitEncoding, EveryZoneRoundTrips) {
  Commit commit = FullCommit();
  for (int32_t zone = -1439; zone <= 1439; ++zone) {
    commit.author.when.offset_minutes = zone;
    ASSERT_EQ(DecodeCommit(EncodeCommit(commit), "test"), commit);
  }
}

TEST(CommitEncoding, RandomBytesAreRefusedOrMeanExactlyThemselves) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const Bytes good = EncodeCommit(FullCommit());
  for (int round = 0; round < 20'000; ++round) {
    Bytes bad = good;
    for (uint32_t changes = 1 + random() % 4; changes > 0; --changes) {
      bad[random() % bad.size()] = static_cast<char>(random() % 4 == 0 ? random() : random() % 4);
    }
    ASSERT_TRUE(IsRefusedOrCanonical(bad, DecodeCommit, EncodeCommit));
  }
}

TEST(CommitEncoding, WhatNoCommitMayHoldIsNotEncoded) {
  const auto kind_with = [](const std::function<void(Commit&)>& change) {
    Commit commit = FullCommit();
    change(commit);
    return ThrownKind([&] { EncodeCommit(commit); });
  };
  EXPECT_EQ(kind_with([](Commit&) {}), std::nullopt);
  EXPECT_EQ(kind_with([](Commit& c) { c.message = Bytes("a\0b", 3); }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_with([](Commit& c) { c.author.name = Bytes("\0", 1); }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_with([](Commit& c) { c.author.email.assign(kMaxSignatureBytes + 1, 'x'); }),
            ErrorKind::kTooLarge);
  EXPECT_EQ(kind_with([](Commit& c) { c.message.assign(kMaxMessageBytes + 1, 'x'); }),
            ErrorKind::kTooLarge);
  EXPECT_EQ(kind_with([](Commit& c) { c.parents.push_back(c.parents.front()); }),
            ErrorKind::kInvalid);
  EXPECT_EQ(kind_with([](Commit& c) { c.generation = 1; }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_with([](Commit& c) { c.committer.when.offset_minutes = 1440; }),
            ErrorKind::kInvalid);
  EXPECT_EQ(kind_with([](Commit& c) {
              c.parents.clear();
              for (size_t i = 0; i <= kMaxParents; ++i)
                c.parents.push_back({SomeId(std::to_string(i))});
            }),
            ErrorKind::kTooLarge);
}

TEST(CommitEncoding, IsReadBackByItsId) {
  MemoryObjects objects;
  const CommitId id = WriteCommit(objects, FullCommit());
  EXPECT_EQ(ReadCommit(objects, id), FullCommit());
}

TEST(OperationEncoding, RoundTrips) {
  Operation operation = FullOperation();
  EXPECT_EQ(DecodeOperation(EncodeOperation(operation), "test"), operation);
  operation = {};
  operation.head.detached = {SomeId("commit")};
  EXPECT_EQ(DecodeOperation(EncodeOperation(operation), "test"), operation);
}

TEST(OperationEncoding, RoundTripsWithWhatTheWorkingDatabaseHeld) {
  Operation operation = FullOperation();
  operation.working_found = {SomeId("found")};
  EXPECT_EQ(DecodeOperation(EncodeOperation(operation), "test"), operation);
  operation.restored = {SomeId("restored")};
  CheckEveryAlteration(EncodeOperation(operation), DecodeOperation, EncodeOperation);
}

TEST(OperationEncoding, AlteredBytesAreRefusedOrMeanExactlyThemselves) {
  CheckEveryAlteration(EncodeOperation(FullOperation()), DecodeOperation, EncodeOperation);
}

TEST(OperationEncoding, WhatNoOperationMayHoldIsNotEncoded) {
  const auto kind_with = [](const std::function<void(Operation&)>& change) {
    Operation operation = FullOperation();
    change(operation);
    return ThrownKind([&] { EncodeOperation(operation); });
  };
  EXPECT_EQ(kind_with([](Operation&) {}), std::nullopt);
  EXPECT_EQ(kind_with([](Operation& o) { o.head = {}; }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_with([](Operation& o) { o.head.detached = {SomeId("c")}; }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_with([](Operation& o) { o.head.branch = "../x"; }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_with([](Operation& o) { o.command.assign(kMaxCommandBytes + 1, 'x'); }),
            ErrorKind::kTooLarge);
  EXPECT_EQ(kind_with([](Operation& o) { o.working_path = Bytes("a\0", 2); }), ErrorKind::kInvalid);
}

BisectState FullBisectState() {
  BisectState state;
  state.start.branch = "feature/x";
  state.good_are_checked = true;
  state.marks = {{BisectVerdict::kBad, {SomeId("a")}},
                 {BisectVerdict::kGood, {SomeId("b")}},
                 {BisectVerdict::kSkip, {SomeId("c")}},
                 {BisectVerdict::kBad, {SomeId("d")}}};
  return state;
}

TEST(BisectStateEncoding, RoundTrips) {
  EXPECT_EQ(DecodeBisectState(EncodeBisectState(FullBisectState()), "test"), FullBisectState());
  BisectState least;
  least.start.detached = {SomeId("start")};
  EXPECT_EQ(DecodeBisectState(EncodeBisectState(least), "test"), least);
}

TEST(BisectStateEncoding, AlteredBytesAreRefusedOrMeanExactlyThemselves) {
  CheckEveryAlteration(EncodeBisectState(FullBisectState()), DecodeBisectState, EncodeBisectState);
}

TEST(BisectStateEncoding, LimitIsEnforced) {
  BisectState state = FullBisectState();
  state.marks.resize(kMaxBisectMarks + 1, state.marks.front());
  EXPECT_EQ(ThrownKind([&] { EncodeBisectState(state); }), ErrorKind::kTooLarge);
  state.marks.pop_back();
  EXPECT_EQ(DecodeBisectState(EncodeBisectState(state), "test"), state);
}

TEST(BisectState, LastBadCommitCounts) {
  EXPECT_EQ(FullBisectState().Bad(), CommitId{SomeId("d")});
  EXPECT_EQ(BisectState().Bad(), std::nullopt);
}

}  // namespace
}  // namespace pvc
