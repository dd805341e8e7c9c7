#include "engine/external_sort.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/error.h"

namespace pvc {

namespace {

// So many runs are merged into one before another is begun, which bounds open files and read
// buffers.
constexpr size_t kMaxRuns = 64;
constexpr size_t kBufferBytes = 256U << 10;
constexpr size_t kRecordHeaderBytes = 8;

}  // namespace

// One sorted run on disk: u32 key length, u32 value length, key, value, and so on.
class ExternalSorter::Run {
 public:
  Run(FileSystem& fs, std::string path)
      : fs_(fs), path_(std::move(path)), file_(fs.Open(path_, OpenMode::kCreateNew)) {}
  ~Run() {
    file_.reset();
    try {
      fs_.Remove(path_);
    } catch (const std::exception&) {  // a left-over that gc sweeps
    }
  }

  void Write(ByteView key, ByteView value) {
    AppendU32(buffer_, static_cast<uint32_t>(key.size()));
    AppendU32(buffer_, static_cast<uint32_t>(value.size()));
    buffer_.append(key);
    buffer_.append(value);
    if (buffer_.size() >= kBufferBytes) Flush();
  }

  void FinishWriting() {
    Flush();
    buffer_.clear();
    consumed_ = 0;
    read_offset_ = 0;
  }

  // Moves to the next record; returns false at the end.
  bool Advance() {
    consumed_ += record_bytes_;
    record_bytes_ = 0;
    if (!Fill(kRecordHeaderBytes)) return false;
    const size_t key_bytes = LoadU32(buffer_.data() + consumed_);
    const size_t value_bytes = LoadU32(buffer_.data() + consumed_ + 4);
    if (!Fill(kRecordHeaderBytes + key_bytes + value_bytes)) {
      throw Error(ErrorKind::kCorrupt, fmt::format("temporary file '{}' ends too early", path_));
    }
    record_bytes_ = kRecordHeaderBytes + key_bytes + value_bytes;
    const char* data = buffer_.data() + consumed_ + kRecordHeaderBytes;
    key_ = {data, key_bytes};
    value_ = {data + key_bytes, value_bytes};
    return true;
  }

  ByteView key() const { return key_; }
  ByteView value() const { return value_; }

 private:
  void Flush() {
    file_->WriteAt(written_, buffer_);
    written_ += buffer_.size();
    buffer_.clear();
  }

  // Makes `size` bytes behind consumed_ available, if the file has them.
  bool Fill(size_t size) {
    if (buffer_.size() - consumed_ >= size) return true;
    const uint64_t left = written_ - read_offset_;
    const size_t held = buffer_.size() - consumed_;
    if (held + left < size) return false;
    buffer_.erase(0, consumed_);
    consumed_ = 0;
    const auto wanted =
        static_cast<size_t>(std::min<uint64_t>(left, std::max(size - held, kBufferBytes)));
    buffer_.resize(held + wanted);
    if (file_->ReadAt(read_offset_, buffer_.data() + held, wanted) != wanted) {
      throw Error(ErrorKind::kCorrupt, fmt::format("temporary file '{}' ends too early", path_));
    }
    read_offset_ += wanted;
    return true;
  }

  FileSystem& fs_;
  std::string path_;
  std::unique_ptr<File> file_;
  Bytes buffer_;
  uint64_t written_ = 0;
  uint64_t read_offset_ = 0;
  size_t consumed_ = 0;
  size_t record_bytes_ = 0;
  ByteView key_;
  ByteView value_;
};

ExternalSorter::ExternalSorter(FileSystem& fs, std::string folder, size_t memory_bytes)
    : fs_(fs), folder_(std::move(folder)), memory_bytes_(memory_bytes) {}

ExternalSorter::~ExternalSorter() = default;

// Other sorts, of this process or another, may use the folder too: the first free name is taken.
std::unique_ptr<ExternalSorter::Run> ExternalSorter::CreateRun() {
  while (true) {
    try {
      return std::make_unique<Run>(
          fs_, JoinPath(folder_, fmt::format("sort-{}.tmp", next_run_number_++)));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kExists) throw;
    }
  }
}

void ExternalSorter::Add(ByteView key, ByteView value) {
  PVC_ASSERT(!is_reading_);
  buffer_.Add(key, value);
  ++record_count_;
  if (buffer_.held_bytes() >= memory_bytes_) Spill();
}

void ExternalSorter::Spill() {
  if (runs_.size() == kMaxRuns) MergeRuns();
  buffer_.Sort();
  auto run = CreateRun();
  for (size_t i = 0; i < buffer_.size(); ++i) run->Write(buffer_[i].key(), buffer_[i].value());
  run->FinishWriting();
  runs_.push_back(std::move(run));
  buffer_.Clear();
}

void ExternalSorter::MergeRuns() {
  auto merged = CreateRun();
  StartReading();
  ByteView key;
  ByteView value;
  while (NextFromRuns(key, value)) merged->Write(key, value);
  merged->FinishWriting();
  runs_.clear();
  runs_.push_back(std::move(merged));
}

bool ExternalSorter::ComesLater(size_t a, size_t b) const {
  const int order = runs_[a]->key().compare(runs_[b]->key());
  return order != 0 ? order > 0 : a > b;
}

void ExternalSorter::StartReading() {
  heap_.clear();
  for (size_t i = 0; i < runs_.size(); ++i) {
    if (runs_[i]->Advance()) heap_.push_back(i);
  }
  const auto later = [this](size_t a, size_t b) { return ComesLater(a, b); };
  std::make_heap(heap_.begin(), heap_.end(), later);
}

// The run handed out stays at the heap's back position until the next call, so that its views live.
bool ExternalSorter::NextFromRuns(ByteView& key, ByteView& value) {
  const auto later = [this](size_t a, size_t b) { return ComesLater(a, b); };
  if (is_handed_out_) {
    is_handed_out_ = false;
    if (runs_[heap_.back()]->Advance()) {
      std::push_heap(heap_.begin(), heap_.end(), later);
    } else {
      heap_.pop_back();
    }
  }
  if (heap_.empty()) return false;
  std::pop_heap(heap_.begin(), heap_.end(), later);
  is_handed_out_ = true;
  key = runs_[heap_.back()]->key();
  value = runs_[heap_.back()]->value();
  return true;
}

bool ExternalSorter::Next(ByteView& key, ByteView& value) {
  if (!is_reading_) {
    is_reading_ = true;
    if (runs_.empty()) {
      buffer_.Sort();
    } else {
      if (buffer_.size() > 0) Spill();
      StartReading();
    }
  }
  if (!runs_.empty()) return NextFromRuns(key, value);
  if (next_in_memory_ == buffer_.size()) return false;
  const SortBuffer::Record& record = buffer_[next_in_memory_++];
  key = record.key();
  value = record.value();
  return true;
}

}  // namespace pvc
