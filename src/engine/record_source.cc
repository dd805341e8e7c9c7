#include "engine/record_source.h"

#include <fmt/format.h>

#include <vector>

#include "base/error.h"

namespace pvc {

namespace {

StoredRecord FindBase(RecordSource& source, const RecordHeader& header, unsigned depth_limit) {
  auto base = source.FindRecord(header.base, depth_limit);
  if (!base) {
    throw Error(ErrorKind::kCorrupt, fmt::format("base {} is missing", header.base.Short()));
  }
  return std::move(*base);
}

Bytes ReadDictionary(RecordSource& source, Decompressor& decompressor, const RecordHeader& header) {
  const StoredRecord record = FindBase(source, header, 1);
  if (record.header.type != ObjectType::kDictionary ||
      record.header.codec == Codec::kZstdDictionary) {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("base {} is not a dictionary", header.base.Short()));
  }
  return decompressor.Decompress(record.header.codec, record.payload(), record.header.raw_bytes,
                                 {});
}

Bytes ResolveChain(RecordSource& source, Decompressor& decompressor, StoredRecord record,
                   const RecentObjects* recent) {
  // From the object asked for down to the first that is no delta; depth falls with each step.
  std::vector<StoredRecord> chain;
  chain.push_back(std::move(record));
  std::shared_ptr<const Bytes> base;
  while (chain.back().header.codec == Codec::kZstdDelta) {
    const RecordHeader& header = chain.back().header;
    if (recent != nullptr && (base = recent->Find(header.base)) != nullptr) break;
    chain.push_back(FindBase(source, header, header.depth));
  }
  Bytes bytes;
  if (chain.back().header.codec == Codec::kZstdDictionary) {
    bytes = ReadDictionary(source, decompressor, chain.back().header);
  }
  for (; !chain.empty(); chain.pop_back()) {
    const RecordHeader& header = chain.back().header;
    bytes = decompressor.Decompress(header.codec, chain.back().payload(), header.raw_bytes,
                                    base != nullptr ? *base : bytes);
    base = nullptr;
  }
  return bytes;
}

}  // namespace

ResolvedObject ResolveRecord(RecordSource& source, DecompressorPool& pool, const ObjectId& id,
                             StoredRecord record, RecentObjects* recent) {
  ResolvedObject object;
  object.type = record.header.type;
  object.depth = record.header.depth;
  try {
    DecompressorPool::Lease decompressor(pool);
    object.bytes = ResolveChain(source, *decompressor, std::move(record), recent);
    if (recent != nullptr) recent->Insert(id, object.bytes);
  } catch (Error& error) {
    if (error.kind() == ErrorKind::kCorrupt) {
      error.AddContext(fmt::format("object {}", id.Short()));
    }
    throw;
  }
  return object;
}

}  // namespace pvc
