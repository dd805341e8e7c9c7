#include "vcs/bisect_state.h"

#include <fmt/format.h>

#include <set>

#include "base/decoder.h"
#include "base/error.h"
#include "vcs/pending_kind.h"

// A bisect state:
//
//   FIELD          ENCODING
//   kind           u8: 5
//   start          HEAD as in an operation
//   good checked   u8: 0 or 1
//   mark count     varint, at most kMaxBisectMarks
//   marks          each: u8 1 bad, 2 good, 3 skip; id of a commit, not zero

namespace pvc {

namespace {

constexpr auto kKind = static_cast<uint8_t>(PendingKind::kBisect);

BisectMark ReadMark(Decoder& in) {
  BisectMark mark;
  const uint8_t verdict = in.ReadU8();
  if (verdict < static_cast<uint8_t>(BisectVerdict::kBad) ||
      verdict > static_cast<uint8_t>(BisectVerdict::kSkip)) {
    in.Fail("unknown verdict on a commit");
  }
  mark.verdict = static_cast<BisectVerdict>(verdict);
  mark.commit.id = ObjectId::FromView(in.ReadBytes(ObjectId::kBytes));
  if (mark.commit.IsZero()) in.Fail("a verdict on no commit");
  return mark;
}

}  // namespace

std::optional<CommitId> BisectState::Bad() const {
  for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark) {
    if (mark->verdict == BisectVerdict::kBad) return mark->commit;
  }
  return std::nullopt;
}

std::vector<CommitId> BisectState::Marked(BisectVerdict verdict) const {
  std::set<CommitId> commits;
  for (const BisectMark& mark : marks) {
    if (mark.verdict == verdict) commits.insert(mark.commit);
  }
  return {commits.begin(), commits.end()};
}

Bytes EncodeBisectState(const BisectState& state) {
  if (state.marks.size() > kMaxBisectMarks) {
    throw Error(ErrorKind::kTooLarge,
                fmt::format("a bisection of more than {} verdicts", kMaxBisectMarks));
  }
  Bytes out;
  AppendU8(out, kKind);
  AppendHead(out, state.start);
  AppendU8(out, state.good_are_checked ? 1 : 0);
  AppendVarint(out, state.marks.size());
  for (const BisectMark& mark : state.marks) {
    AppendU8(out, static_cast<uint8_t>(mark.verdict));
    out.append(mark.commit.id.View());
  }
  return out;
}

BisectState DecodeBisectState(ByteView bytes, std::string_view subject) {
  Decoder in(bytes, subject);
  if (in.ReadU8() != kKind) in.Fail("not the state of a bisection");
  BisectState state;
  state.start = ReadHead(in);
  const uint8_t checked = in.ReadU8();
  if (checked > 1) in.Fail("a truth value that is neither 0 nor 1");
  state.good_are_checked = checked == 1;
  uint64_t count = in.ReadVarintAtMost(kMaxBisectMarks);
  for (; count > 0; --count) state.marks.push_back(ReadMark(in));
  in.ExpectEnd();
  return state;
}

std::optional<BisectState> FindBisect(const Operation& state) {
  if (PendingKindOf(state.pending) != PendingKind::kBisect) return std::nullopt;
  return DecodeBisectState(state.pending, "the bisection under way");
}

}  // namespace pvc
