#include "cli/process_environment.h"

#include <errno.h>
#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <random>

#include "base/error.h"
#include "cli/process_programs.h"
#include "cli/terminal_line_editor.h"

extern char** environ;

namespace pvc {
namespace {

// A signal handler can reach nothing else.
std::atomic<bool> g_interrupted{false};
std::atomic<bool> g_must_end{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void OnSignal(int signal) {
  if (signal == SIGTERM) g_must_end.store(true, std::memory_order_relaxed);
  g_interrupted.store(true, std::memory_order_relaxed);
}

/// A buffered descriptor.
class DescriptorWriter final : public TextWriter {
 public:
  /// `first`: what it holds is written before anything of this one, so that two streams that end in
  /// one place keep their order; null: nothing.
  DescriptorWriter(int descriptor, std::string name, size_t buffer_bytes, TextWriter* first)
      : descriptor_(descriptor),
        name_(std::move(name)),
        buffer_bytes_(buffer_bytes),
        first_(first) {}

  void Write(std::string_view text) override {
    if (first_ != nullptr) first_->Flush();
    buffer_ += text;
    if (buffer_.size() >= buffer_bytes_) Flush();
  }

  void Flush() override {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
      const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
      if (written >= 0) {
        rest.remove_prefix(static_cast<size_t>(written));
      } else if (errno != EINTR) {
        const int reason = errno;
        buffer_.clear();
        if (reason == EPIPE) throw OutputClosed{};
        throw Error(ErrorKind::kIo, fmt::format("cannot write to {}: {}", name_, strerror(reason)))
            .AddHint("standard output is incomplete; run the command again");
      } else if (g_interrupted.load(std::memory_order_relaxed)) {
        buffer_.clear();
        throw Error(ErrorKind::kInterrupted, "interrupted");
      }
    }
    buffer_.clear();
  }

 private:
  const int descriptor_;
  const std::string name_;
  const size_t buffer_bytes_;
  TextWriter* const first_;
  std::string buffer_;
};

std::map<std::string, std::string> ReadVariables() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  // Services and containers often run without it.
  if (!variables.contains("USER")) {
    if (const passwd* user = ::getpwuid(::geteuid()); user != nullptr) {
      variables.emplace("USER", user->pw_name);
    }
  }
  return variables;
}

std::string ReadHostName() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0) return "";
  return name;
}

std::string CurrentFolder() {
  std::error_code error;
  std::string path = std::filesystem::current_path(error).string();
  if (error) {
    throw Error(ErrorKind::kIo, fmt::format("cannot find the current folder: {}", error.message()))
        .AddHint("cd to a folder that exists");
  }
  return path;
}

std::string ChangeFolder(const std::string& path) {
  if (::chdir(path.c_str()) != 0) {
    const int reason = errno;
    throw Error(reason == ENOENT ? ErrorKind::kNotFound : ErrorKind::kIo,
                fmt::format("cannot change to '{}': {}", path, strerror(reason)));
  }
  return CurrentFolder();
}

std::string RealPath(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  const std::filesystem::path real = std::filesystem::weakly_canonical(absolute, error);
  return error ? absolute.lexically_normal().string() : real.string();
}

size_t ColumnsOf(int descriptor, const std::map<std::string, std::string>& variables) {
  constexpr size_t kDefaultColumns = 80;
  const auto set = variables.find("COLUMNS");
  if (set != variables.end()) {
    size_t columns = 0;
    std::from_chars(set->second.data(), set->second.data() + set->second.size(), columns);
    if (columns >= 20 && columns <= 10000) return columns;
  }
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) return size.ws_col;
  return kDefaultColumns;
}

size_t ReadInputBlock(char* out, size_t size) {
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, out, size);
    if (g_interrupted.load()) throw Error(ErrorKind::kInterrupted, "interrupted");
    if (got >= 0) return static_cast<size_t>(got);
    if (errno == EINTR) continue;
    throw Error(ErrorKind::kIo, fmt::format("cannot read standard input: {}", ::strerror(errno)));
  }
}

std::string ReadStandardInput(size_t max_bytes) {
  std::string text;
  std::array<char, 64U << 10> block;
  while (const size_t got = ReadInputBlock(block.data(), block.size())) {
    text.append(block.data(), got);
    if (text.size() > max_bytes) {
      throw Error(ErrorKind::kTooLarge,
                  fmt::format("standard input is longer than {} bytes", max_bytes));
    }
  }
  return text;
}

void CatchOnce(int signal) {
  struct sigaction action {};
  sigemptyset(&action.sa_mask);
  action.sa_handler = OnSignal;
  // Without SA_RESTART a blocked write returns and the flag is seen; a second signal ends the
  // process.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(signal, &action, nullptr);
}

void InstallSignals() {
  struct sigaction action {};
  sigemptyset(&action.sa_mask);
  action.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &action, nullptr);
  CatchOnce(SIGINT);
  CatchOnce(SIGTERM);
}

bool ForgetInterrupt() {
  if (g_must_end.load()) return false;
  CatchOnce(SIGINT);
  g_interrupted.store(false);
  return !g_must_end.load();
}

}  // namespace

class ProcessEnvironment::Impl {
 public:
  Impl()
      : out_writer_(STDOUT_FILENO, "standard output", 64U << 10, nullptr),
        err_writer_(STDERR_FILENO, "standard error", 1, &out_writer_),
        fs_(MakePosixFileSystem()),
        environment_{{out_writer_, ::isatty(STDOUT_FILENO) != 0, 80},
                     {err_writer_, ::isatty(STDERR_FILENO) != 0, 80},
                     *fs_,
                     system_clock_,
                     ReadVariables(),
                     ReadHostName(),
                     CurrentFolder(),
                     ChangeFolder,
                     RealPath,
                     {},
                     {},
                     g_interrupted} {
    environment_.out.columns = ColumnsOf(STDOUT_FILENO, environment_.variables);
    environment_.err.columns = ColumnsOf(STDERR_FILENO, environment_.variables);
    environment_.random = [](uint8_t* out, size_t size) {
      std::random_device device;
      std::generate(out, out + size, [&] { return static_cast<uint8_t>(device()); });
    };
    environment_.read_input = ReadStandardInput;
    environment_.read_input_block = ReadInputBlock;
    environment_.in_is_terminal = ::isatty(STDIN_FILENO) != 0;
    environment_.forget_interrupt = ForgetInterrupt;
    environment_.make_line_editor = [] { return MakeTerminalLineEditor(g_interrupted); };
    programs_ = MakeProcessPrograms(environment_.Variable("PATH").value_or("/usr/bin:/bin"));
    environment_.programs = programs_.get();
    environment_.steady_seconds = [] {
      const auto now = std::chrono::steady_clock::now().time_since_epoch();
      return std::chrono::duration<double>(now).count();
    };
    InstallSignals();
  }

  Environment& environment() { return environment_; }

 private:
  DescriptorWriter out_writer_;
  DescriptorWriter err_writer_;
  std::unique_ptr<FileSystem> fs_;
  SystemClock system_clock_;
  std::unique_ptr<Programs> programs_;
  Environment environment_;
};

ProcessEnvironment::ProcessEnvironment() : impl_(std::make_unique<Impl>()) {}

ProcessEnvironment::~ProcessEnvironment() = default;

Environment& ProcessEnvironment::environment() { return impl_->environment(); }

}  // namespace pvc
