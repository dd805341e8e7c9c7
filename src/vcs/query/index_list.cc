#include "vcs/query/index_list.h"

#include "base/decoder.h"
#include "base/error.h"
#include "vcs/snapshot.h"

namespace pvc {

namespace {

// No operation, whose object type the list has, begins like this.
constexpr ByteView kMagic = "PVCIXES\n";
constexpr uint8_t kListVersion = 1;

}  // namespace

Bytes EncodeIndexList(const std::vector<ListedIndex>& list) {
  Bytes out(kMagic);
  AppendU8(out, kListVersion);
  AppendVarint(out, list.size());
  for (const ListedIndex& listed : list) {
    out.append(listed.definition.View());
    AppendTree(out, listed.rows);
    AppendTree(out, listed.index);
  }
  return out;
}

std::vector<ListedIndex> DecodeIndexList(ByteView bytes) {
  Decoder in(bytes, "list of indexes");
  if (in.ReadBytes(kMagic.size()) != kMagic) in.Fail("not a list of indexes");
  if (in.ReadU8() != kListVersion) {
    throw Error(ErrorKind::kUnsupported, "list of indexes: of another version");
  }
  const uint64_t count = in.ReadVarintAtMost(kMaxListedIndexes);
  std::vector<ListedIndex> list;
  for (uint64_t i = 0; i < count; ++i) {
    ListedIndex listed;
    listed.definition = ObjectId::FromView(in.ReadBytes(ObjectId::kBytes));
    listed.rows = ReadTree(in);
    listed.index = ReadTree(in);
    if (listed.rows.empty() || listed.index.entry_count != listed.rows.entry_count) {
      in.Fail("an index that has not one entry a row");
    }
    list.push_back(listed);
  }
  in.ExpectEnd();
  return list;
}

}  // namespace pvc
