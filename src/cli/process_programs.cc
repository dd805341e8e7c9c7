#include "cli/process_programs.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "base/error.h"

extern char** environ;

namespace pvc {
namespace {

constexpr const char* kShell = "/bin/sh";

std::vector<char*> Pointers(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// This process's variables, and others in addition.
std::vector<std::string> Variables(const std::map<std::string, std::string>& more) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (more.count(std::string(text.substr(0, text.find('=')))) == 0) variables.emplace_back(text);
  }
  for (const auto& [name, value] : more) variables.push_back(fmt::format("{}={}", name, value));
  return variables;
}

/// Starts the shell. What pvc does with signals is not passed on: a pager needs SIGPIPE, an editor
/// SIGINT.   Returns: the process's id, or the error number negated.
pid_t StartShell(const std::vector<std::string>& words,
                 const std::map<std::string, std::string>& variables, int standard_input) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_init(&actions);
  sigset_t defaults;
  ::sigemptyset(&defaults);
  for (const int signal : {SIGPIPE, SIGINT, SIGQUIT, SIGTERM}) ::sigaddset(&defaults, signal);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  if (standard_input != STDIN_FILENO) {
    ::posix_spawn_file_actions_adddup2(&actions, standard_input, STDIN_FILENO);
  }
  const std::vector<std::string> settings = Variables(variables);
  pid_t child = -1;
  const int problem = ::posix_spawn(&child, kShell, &actions, &attributes, Pointers(words).data(),
                                    Pointers(settings).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  return problem == 0 ? child : -problem;
}

int WaitFor(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return 0;  // someone else has waited for it
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// A signal's action, put back by the destructor.
class SignalAction {
 public:
  explicit SignalAction(int signal) : signal_(signal) { ::sigaction(signal, nullptr, &before_); }
  ~SignalAction() { ::sigaction(signal_, &before_, nullptr); }
  SignalAction(const SignalAction&) = delete;
  SignalAction& operator=(const SignalAction&) = delete;

  void Ignore() {
    struct sigaction action {};
    ::sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_IGN;
    ::sigaction(signal_, &action, nullptr);
  }
  /// Lets the handler answer every time, not only the first.
  void KeepHandler() {
    struct sigaction action = before_;
    action.sa_flags &= ~static_cast<int>(SA_RESETHAND);
    ::sigaction(signal_, &action, nullptr);
  }

 private:
  const int signal_;
  struct sigaction before_ {};
};

class ProcessPrograms final : public Programs {
 public:
  explicit ProcessPrograms(std::string search_path) : search_path_(std::move(search_path)) {}
  ~ProcessPrograms() override { EndPager(); }

  int Run(const std::string& shell_command, const std::vector<std::string>& arguments) override {
    SignalAction interrupt(SIGINT);
    SignalAction quit(SIGQUIT);
    interrupt.Ignore();
    quit.Ignore();
    std::vector<std::string> words = {kShell, "-c", shell_command + " \"$@\"", shell_command};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const pid_t child = StartShell(words, {}, STDIN_FILENO);
    if (child < 0) {
      throw Error(ErrorKind::kIo, fmt::format("cannot start '{}': {}", kShell, ::strerror(-child)));
    }
    return WaitFor(child);
  }

  bool StartPager(const std::string& shell_command,
                  const std::map<std::string, std::string>& variables) override {
    if (!MayExist(shell_command)) return false;
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    const int terminal = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    const pid_t child =
        terminal < 0 ? -errno : StartShell({kShell, "-c", shell_command}, variables, ends[0]);
    ::close(ends[0]);
    if (child > 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      pager_.emplace(child, terminal);
      pager_->interrupt.KeepHandler();
    } else if (terminal >= 0) {
      ::close(terminal);
    }
    ::close(ends[1]);
    return child > 0;
  }

  bool EndPager() override {
    if (!pager_) return false;
    ::dup2(pager_->terminal, STDOUT_FILENO);  // the last end of the pipe closes
    ::close(pager_->terminal);
    WaitFor(pager_->process);
    pager_.reset();
    return true;
  }

 private:
  struct Pager {
    Pager(pid_t child, int descriptor) : process(child), terminal(descriptor), interrupt(SIGINT) {}
    pid_t process;
    int terminal;  ///< standard output as it was
    SignalAction interrupt;
  };

  /// False when the shell would find no program of this name; the output would be lost then.
  bool MayExist(const std::string& shell_command) const {
    const std::string_view blanks = " \t";
    const size_t begin = shell_command.find_first_not_of(blanks);
    if (begin == std::string::npos) return false;
    const size_t end = shell_command.find_first_of(blanks, begin);
    const std::string program = shell_command.substr(begin, end - begin);
    if (program.find_first_of("|&;<>()$`\\\"'*?[#~=%\n") != std::string::npos) return true;
    if (program.find('/') != std::string::npos) return ::access(program.c_str(), X_OK) == 0;
    std::string_view rest = search_path_;
    while (!rest.empty()) {
      const size_t colon = rest.find(':');
      const std::string folder(rest.substr(0, colon));
      const std::string path = (folder.empty() ? "." : folder) + "/" + program;
      if (::access(path.c_str(), X_OK) == 0) return true;
      rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
    }
    return false;
  }

  const std::string search_path_;
  std::optional<Pager> pager_;
};

}  // namespace

std::unique_ptr<Programs> MakeProcessPrograms(std::string search_path) {
  return std::make_unique<ProcessPrograms>(std::move(search_path));
}

}  // namespace pvc
