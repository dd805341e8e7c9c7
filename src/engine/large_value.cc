#include "engine/large_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>

#include "base/assert.h"
#include "base/decoder.h"
#include "base/error.h"

namespace pvc {

namespace {

// The window of the rolling hash: a byte's share is shifted out after 64 more.
constexpr size_t kWindowBytes = 64;
// A piece ends where the hash's upper 16 bits are zero: every 64 KiB on average behind the minimum.
constexpr int kCutShift = 48;
constexpr uint64_t kGearSeed = 0x7076632F67656172;  // "pvc/gear"
// A list ends after an entry whose id's first 8 bytes, little endian, are divisible by this.
constexpr uint64_t kListCutDivisor = 128;

using GearTable = std::array<uint64_t, 256>;

GearTable MakeGearTable() {
  GearTable table{};
  for (size_t i = 0; i < table.size(); ++i) {
    const char byte = static_cast<char>(i);
    table[i] = SeededHash64({&byte, 1}, kGearSeed);
  }
  return table;
}

// Length of the first piece of `bytes`, where `bytes` ends at the value's end or holds
// kMaxPieceBytes.
size_t FirstPieceBytes(const GearTable& gear, ByteView bytes) {
  if (bytes.size() <= kMinPieceBytes) return bytes.size();
  const size_t end = std::min(bytes.size(), kMaxPieceBytes);
  uint64_t hash = 0;
  for (size_t i = kMinPieceBytes - kWindowBytes; i < end; ++i) {
    hash = (hash << 1) + gear[static_cast<uint8_t>(bytes[i])];
    if (i + 1 >= kMinPieceBytes && (hash >> kCutShift) == 0) return i + 1;
  }
  return end;
}

// Gathers the entries of one level of lists.
class ListLevel {
 public:
  ListLevel(ObjectSink& sink, uint8_t level) : sink_(sink), level_(level) {}

  // Adds an entry; returns true when it completed a list, whose entry is then in `finished`.
  bool Add(const PieceListEntry& entry, PieceListEntry& finished) {
    entries_.push_back(entry);
    uint64_t head;
    std::memcpy(&head, entry.id.bytes.data(), sizeof head);
    const bool cut = entries_.size() >= kMaxListEntries ||
                     (entries_.size() >= kMinListEntries && head % kListCutDivisor == 0);
    if (cut) finished = Emit();
    return cut;
  }

  PieceListEntry Emit() {
    Bytes out;
    AppendU8(out, level_);
    AppendVarint(out, entries_.size());
    uint64_t size_bytes = 0;
    for (const PieceListEntry& entry : entries_) {
      out.append(entry.id.View());
      AppendVarint(out, entry.size_bytes);
      size_bytes += entry.size_bytes;
    }
    entries_.clear();
    ++list_count_;
    return {sink_.Put(ObjectType::kPieceList, std::move(out)), size_bytes};
  }

  bool empty() const { return entries_.empty(); }
  size_t entry_count() const { return entries_.size(); }
  uint64_t list_count() const { return list_count_; }
  const PieceListEntry& only_entry() const { return entries_.front(); }

 private:
  ObjectSink& sink_;
  uint8_t level_;
  uint64_t list_count_ = 0;
  std::vector<PieceListEntry> entries_;
};

class ListWriter {
 public:
  explicit ListWriter(ObjectSink& sink) : sink_(sink) {}

  void Add(PieceListEntry entry) {
    for (size_t level = 0; LevelAt(level).Add(entry, entry); ++level) {
    }
  }

  // The levels end bottom up; the value's root is the only entry of the first level that has just
  // one.
  LargeValue Finish(uint64_t size_bytes) {
    for (size_t level = 0;; ++level) {
      ListLevel& at = LevelAt(level);
      if (at.list_count() == 0 && at.entry_count() == 1) {
        return {at.only_entry().id, size_bytes, static_cast<uint8_t>(level)};
      }
      if (at.empty()) continue;
      PieceListEntry entry = at.Emit();
      for (size_t above = level + 1; LevelAt(above).Add(entry, entry); ++above) {
      }
    }
  }

 private:
  ListLevel& LevelAt(size_t level) {
    PVC_ASSERT(level <= kMaxListDepth);
    while (levels_.size() <= level) {
      levels_.emplace_back(sink_, static_cast<uint8_t>(levels_.size() + 1));
    }
    return levels_[level];
  }

  ObjectSink& sink_;
  std::deque<ListLevel> levels_;
};

}  // namespace

LargeValue WriteLargeValue(ObjectSink& sink, uint64_t size_bytes, const ReadValueRange& read) {
  PVC_ASSERT(size_bytes > 0);
  const GearTable gear = MakeGearTable();
  ListWriter lists(sink);
  Bytes window;
  uint64_t read_bytes = 0;
  while (read_bytes < size_bytes || !window.empty()) {
    const auto wanted = static_cast<size_t>(
        std::min<uint64_t>(kMaxPieceBytes - window.size(), size_bytes - read_bytes));
    if (wanted > 0) {
      const size_t held = window.size();
      window.resize(held + wanted);
      read(read_bytes, window.data() + held, wanted);
      read_bytes += wanted;
    }
    const size_t piece_bytes = FirstPieceBytes(gear, window);
    const ObjectId id = sink.Put(ObjectType::kPiece, window.substr(0, piece_bytes));
    lists.Add({id, piece_bytes});
    window.erase(0, piece_bytes);
  }
  return lists.Finish(size_bytes);
}

PieceList DecodePieceList(ByteView bytes, std::string_view subject) {
  Decoder in(bytes, subject);
  PieceList list;
  list.level = in.ReadU8();
  if (list.level == 0 || list.level > kMaxListDepth) in.Fail("bad level of a piece list");
  const uint64_t count = in.ReadVarintAtMost(kMaxListEntries);
  if (count == 0) in.Fail("piece list without entries");
  list.entries.reserve(static_cast<size_t>(count));
  for (uint64_t i = 0; i < count; ++i) {
    PieceListEntry entry;
    entry.id = ObjectId::FromView(in.ReadBytes(ObjectId::kBytes));
    entry.size_bytes = in.ReadVarint();
    if (entry.size_bytes == 0) in.Fail("piece without bytes");
    list.entries.push_back(entry);
  }
  in.ExpectEnd();
  return list;
}

LargeValueReader::LargeValueReader(ObjectSource& source, const LargeValue& value)
    : source_(source), value_(value) {}

void LargeValueReader::PushList(const ObjectId& id, uint8_t level, uint64_t size_bytes) {
  Frame frame;
  frame.list =
      DecodePieceList(source_.ReadObject(ObjectType::kPieceList, id), "pieces " + id.Short());
  uint64_t sum = 0;
  bool fits = frame.list.level == level;
  for (const PieceListEntry& entry : frame.list.entries) {
    fits = fits && !__builtin_add_overflow(sum, entry.size_bytes, &sum);
  }
  if (!fits || sum != size_bytes) {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("pieces {}: not what the value above says", id.Short()));
  }
  path_.push_back(std::move(frame));
}

bool LargeValueReader::Next(Bytes& piece) {
  PieceListEntry entry{value_.root, value_.size_bytes};
  uint8_t level = value_.depth;
  if (started_) {
    while (!path_.empty() && path_.back().next == path_.back().list.entries.size())
      path_.pop_back();
    if (path_.empty()) return false;
    entry = path_.back().list.entries[path_.back().next++];
    level = static_cast<uint8_t>(path_.back().list.level - 1);
  }
  started_ = true;
  while (level > 0) {
    PushList(entry.id, level, entry.size_bytes);
    entry = path_.back().list.entries[path_.back().next++];
    --level;
  }
  read_bytes_ += entry.size_bytes;
  const bool is_last = read_bytes_ == value_.size_bytes;
  if (entry.size_bytes > kMaxPieceBytes || (entry.size_bytes < kMinPieceBytes && !is_last)) {
    throw Error(ErrorKind::kCorrupt, fmt::format("piece {}: of {} bytes, which no writer cuts",
                                                 entry.id.Short(), entry.size_bytes));
  }
  piece = source_.ReadObject(ObjectType::kPiece, entry.id);
  if (piece.size() != entry.size_bytes) {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("piece {}: not of the size the value says", entry.id.Short()));
  }
  return true;
}

Bytes ReadLargeValue(ObjectSource& source, const LargeValue& value) {
  Bytes whole;
  Bytes piece;
  LargeValueReader reader(source, value);
  while (reader.Next(piece)) whole += piece;
  return whole;
}

}  // namespace pvc
