#include "engine/codec.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <new>

#include "base/assert.h"
#include "base/error.h"
#include "engine/object.h"

namespace pvc {

namespace {

// Largest window a delta asks for: covers the base and the object up to this size, and costs the
// writer's context so much memory.
constexpr int kMaxDeltaWindowLog = 24;

// Setting a valid parameter fails only through a bug.
void SetParameter(ZSTD_CCtx* context, ZSTD_cParameter parameter, int value) {
  PVC_ASSERT(ZSTD_isError(ZSTD_CCtx_setParameter(context, parameter, value)) == 0);
}

[[noreturn]] void FailCorrupt(std::string_view what) {
  throw Error(ErrorKind::kCorrupt, std::string(what));
}

}  // namespace

void Compressor::FreeContext::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }

Compressor::Compressor(int level) : context_(ZSTD_createCCtx()) {
  if (!context_) throw std::bad_alloc();
  SetParameter(context_.get(), ZSTD_c_compressionLevel, level);
  SetParameter(context_.get(), ZSTD_c_contentSizeFlag, 0);
  SetParameter(context_.get(), ZSTD_c_checksumFlag, 0);
  SetParameter(context_.get(), ZSTD_c_dictIDFlag, 0);
}

Compressor::~Compressor() = default;

ByteView Compressor::Run(ByteView raw) {
  const size_t bound = ZSTD_compressBound(raw.size());
  if (buffer_.size() < bound) buffer_.resize(bound);
  const size_t size =
      ZSTD_compress2(context_.get(), buffer_.data(), buffer_.size(), raw.data(), raw.size());
  // The buffer is large enough and the parameters are fixed: what is left is lack of memory.
  if (ZSTD_isError(size)) throw std::bad_alloc();
  return ByteView(buffer_).substr(0, size);
}

ByteView Compressor::Compress(ByteView raw) { return Run(raw); }

ByteView Compressor::CompressDelta(ByteView raw, ByteView base) {
  // A level's own window and table (512 KiB at level 1) forget the matching bytes of a larger base.
  const int needed = static_cast<int>(std::bit_width(raw.size() + base.size()));
  const bool wide = needed > 19;
  if (wide) {
    SetParameter(context_.get(), ZSTD_c_windowLog, std::min(needed, kMaxDeltaWindowLog));
    SetParameter(context_.get(), ZSTD_c_hashLog, std::min(needed, kMaxDeltaWindowLog) - 2);
  }
  PVC_ASSERT(ZSTD_isError(ZSTD_CCtx_refPrefix(context_.get(), base.data(), base.size())) == 0);
  const ByteView frame = Run(raw);
  if (wide) {
    SetParameter(context_.get(), ZSTD_c_windowLog, 0);
    SetParameter(context_.get(), ZSTD_c_hashLog, 0);
  }
  return frame;
}

ByteView Compressor::CompressWithDictionary(ByteView raw, ByteView dictionary) {
  if (ZSTD_isError(
          ZSTD_CCtx_loadDictionary(context_.get(), dictionary.data(), dictionary.size()))) {
    throw Error(ErrorKind::kInvalid, "not a zstd dictionary");
  }
  const ByteView frame = Run(raw);
  ZSTD_CCtx_loadDictionary(context_.get(), nullptr, 0);
  return frame;
}

void Decompressor::FreeContext::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

Decompressor::Decompressor() : context_(ZSTD_createDCtx()) {
  if (!context_) throw std::bad_alloc();
}

Decompressor::~Decompressor() = default;

Bytes Decompressor::Decompress(Codec codec, ByteView stored, uint32_t raw_bytes,
                               ByteView reference) {
  if (raw_bytes > kMaxObjectBytes) {
    FailCorrupt(
        fmt::format("object of {} bytes is over the limit of {}", raw_bytes, kMaxObjectBytes));
  }
  if (codec == Codec::kStored) {
    if (stored.size() != raw_bytes) FailCorrupt("stored length differs from raw length");
    return Bytes(stored);
  }

  Bytes raw(raw_bytes, '\0');
  size_t size = 0;
  // Begun so, a base would be taken for a dictionary where it is to be a prefix.
  const bool looks_like_dictionary =
      reference.size() >= sizeof(uint32_t) && LoadU32(reference.data()) == ZSTD_MAGIC_DICTIONARY;
  if (codec == Codec::kZstdDictionary || (codec == Codec::kZstdDelta && !looks_like_dictionary)) {
    // Of a prefix, too: without the objects that zstd makes for one it refers to.
    size = ZSTD_decompress_usingDict(context_.get(), raw.data(), raw.size(), stored.data(),
                                     stored.size(), reference.data(), reference.size());
  } else {
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_and_parameters);
    if (codec == Codec::kZstdDelta) {
      ZSTD_DCtx_refPrefix(context_.get(), reference.data(), reference.size());
    }
    size =
        ZSTD_decompressDCtx(context_.get(), raw.data(), raw.size(), stored.data(), stored.size());
  }
  if (ZSTD_isError(size)) {
    FailCorrupt(fmt::format("cannot decompress: {}", ZSTD_getErrorName(size)));
  }
  if (size != raw_bytes) {
    FailCorrupt(fmt::format("decompresses to {} bytes instead of {}", size, raw_bytes));
  }
  return raw;
}

std::unique_ptr<Decompressor> DecompressorPool::Take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto decompressor = std::move(idle_.back());
      idle_.pop_back();
      return decompressor;
    }
  }
  return std::make_unique<Decompressor>();
}

void DecompressorPool::Return(std::unique_ptr<Decompressor> decompressor) noexcept {
  // More threads than this at once find a fresh context each time, which is slower, not wrong.
  constexpr size_t kMaxIdle = 16;
  const std::lock_guard lock(mutex_);
  if (idle_.capacity() < kMaxIdle) {
    try {
      idle_.reserve(kMaxIdle);
    } catch (const std::bad_alloc&) {
      return;
    }
  }
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(decompressor));
}

}  // namespace pvc
