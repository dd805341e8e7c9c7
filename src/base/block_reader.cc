#include "base/block_reader.h"

#include <algorithm>

namespace pvc {

ByteView BlockReader::Peek() {
  if (start_ == block_.size()) {
    block_offset_ += start_;
    start_ = 0;
    block_.resize(kBlockBytes);
    block_.resize(file_.ReadAt(block_offset_, block_.data(), kBlockBytes));
  }
  return ByteView(block_).substr(start_);
}

bool BlockReader::Append(uint64_t count, Bytes& out) {
  while (count > 0) {
    const ByteView piece =
        Peek().substr(0, static_cast<size_t>(std::min<uint64_t>(count, kBlockBytes)));
    if (piece.empty()) return false;
    out.append(piece);
    count -= piece.size();
    Skip(piece.size());
  }
  return true;
}

}  // namespace pvc
