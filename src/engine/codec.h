#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/bytes.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace pvc {

/// How a record's stored bytes become the object's raw bytes. Readers know all of them.
/// Format: docs/format.md#codecs
enum class Codec : uint8_t {
  kStored = 0,          ///< as they are
  kZstd = 1,            ///< one zstd frame
  kZstdDictionary = 2,  ///< a zstd frame made with a dictionary, itself an object
  kZstdDelta = 3,       ///< a zstd frame with another object's raw bytes as prefix
};
inline constexpr uint8_t kLastCodec = 3;

/// Makes zstd frames without content size and checksum: a record holds both.
///
/// Used from one thread at a time; keeps its context and buffer between calls.
/// Lifetime: a returned view lasts until the next call.
class Compressor {
 public:
  /// `level`: zstd's, 1..19.
  explicit Compressor(int level);
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  ByteView Compress(ByteView raw);
  /// Compresses `raw` against `base`, the raw bytes of the object it resembles.
  ByteView CompressDelta(ByteView raw, ByteView base);
  ByteView CompressWithDictionary(ByteView raw, ByteView dictionary);

 private:
  ByteView Run(ByteView raw);

  struct FreeContext {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, FreeContext> context_;
  Bytes buffer_;
};

/// Undoes every codec. Used from one thread at a time; keeps its context between calls.
class Decompressor {
 public:
  Decompressor();
  ~Decompressor();
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  /// Returns exactly `raw_bytes` bytes.
  ///
  /// `reference`: the dictionary or delta base; empty for the other codecs.
  /// Throws: kCorrupt when `stored` does not give exactly `raw_bytes` bytes, or those are more than
  ///         kMaxObjectBytes: nothing is allocated then.
  Bytes Decompress(Codec codec, ByteView stored, uint32_t raw_bytes, ByteView reference);

 private:
  struct FreeContext {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_DCtx_s, FreeContext> context_;
};

/// Lends decompressors to threads, so that contexts are reused without being global. Thread-safe.
class DecompressorPool {
 public:
  /// Gives the decompressor back when destroyed.
  class Lease {
   public:
    explicit Lease(DecompressorPool& pool) : pool_(pool), decompressor_(pool.Take()) {}
    ~Lease() { pool_.Return(std::move(decompressor_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Decompressor& operator*() { return *decompressor_; }
    Decompressor* operator->() { return decompressor_.get(); }

   private:
    DecompressorPool& pool_;
    std::unique_ptr<Decompressor> decompressor_;
  };

 private:
  std::unique_ptr<Decompressor> Take();
  void Return(std::unique_ptr<Decompressor> decompressor) noexcept;

  std::mutex mutex_;
  std::vector<std::unique_ptr<Decompressor>> idle_;
};

}  // namespace pvc
