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

struct Link {
  ObjectId id;
  StoredRecord record;
};

std::shared_ptr<const Bytes> ResolveChain(RecordSource& source, Decompressor& decompressor,
                                          const ObjectId& id, StoredRecord record,
                                          RecentObjects* recent) {
  // From the object asked for down to the first that is no delta; depth falls with each step.
  std::vector<Link> chain;
  chain.push_back({id, std::move(record)});
  std::shared_ptr<const Bytes> base;
  while (chain.back().record.header.codec == Codec::kZstdDelta) {
    const RecordHeader header = chain.back().record.header;
    if (recent != nullptr && (base = recent->Find(header.base).bytes) != nullptr) break;
    chain.push_back({header.base, FindBase(source, header, header.depth)});
  }
  Bytes dictionary;
  if (chain.back().record.header.codec == Codec::kZstdDictionary) {
    dictionary = ReadDictionary(source, decompressor, chain.back().record.header);
  }
  while (true) {
    const Link link = std::move(chain.back());
    chain.pop_back();
    const RecordHeader& header = link.record.header;
    base = std::make_shared<const Bytes>(
        decompressor.Decompress(header.codec, link.record.payload(), header.raw_bytes,
                                base != nullptr ? *base : dictionary));
    if (recent != nullptr) recent->Insert(link.id, {header.type, base});
    if (chain.empty()) return base;
  }
}

}  // namespace

ResolvedObject ResolveRecord(RecordSource& source, DecompressorPool& pool, const ObjectId& id,
                             StoredRecord record, RecentObjects* recent) {
  ResolvedObject object;
  object.type = record.header.type;
  object.depth = record.header.depth;
  try {
    DecompressorPool::Lease decompressor(pool);
    object.bytes = ResolveChain(source, *decompressor, id, std::move(record), recent);
  } catch (Error& error) {
    if (error.kind() == ErrorKind::kCorrupt) {
      error.AddContext(fmt::format("object {}", id.Short()));
    }
    throw;
  }
  return object;
}

}  // namespace pvc
