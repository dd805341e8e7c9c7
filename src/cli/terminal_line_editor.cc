#include "cli/terminal_line_editor.h"

#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.h"
#include "cli/terminal_text.h"
#include "cli/utf8.h"

namespace pvc {
namespace {

constexpr int kHistoryLines = 1000;
constexpr size_t kMaxListedWords = 100;

// A signal handler can reach nothing else.
volatile sig_atomic_t g_is_resized = 0;
volatile sig_atomic_t g_is_stopped = 0;

void OnTerminalSignal(int signal) {
  if (signal == SIGWINCH) g_is_resized = 1;
  if (signal == SIGTSTP) g_is_stopped = 1;
}

/// Has a signal end a blocked read and set its flag, as long as this lives.
class CaughtSignal {
 public:
  explicit CaughtSignal(int signal) : signal_(signal) {
    ::sigaction(signal_, nullptr, &before_);
    if (before_.sa_handler != SIG_IGN) SetHandler(OnTerminalSignal);
  }
  ~CaughtSignal() { ::sigaction(signal_, &before_, nullptr); }
  CaughtSignal(const CaughtSignal&) = delete;
  CaughtSignal& operator=(const CaughtSignal&) = delete;

  /// Lets the signal do to this process what it does to others.
  void Pass() {
    SetHandler(SIG_DFL);
    ::kill(::getpid(), signal_);
    SetHandler(OnTerminalSignal);
  }

 private:
  void SetHandler(void (*handler)(int)) {
    struct sigaction action {};
    ::sigemptyset(&action.sa_mask);
    action.sa_handler = handler;
    ::sigaction(signal_, &action, nullptr);
  }

  const int signal_;
  struct sigaction before_ {};
};

/// libedit turns characters into bytes, and back, by the thread's locale.
class Utf8Locale {
 public:
  Utf8Locale() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_ != nullptr) before_ = ::uselocale(locale_);
  }
  ~Utf8Locale() {
    if (locale_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(locale_);
  }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  locale_t locale_;
  locale_t before_ = nullptr;
};

std::string CommonBeginning(const std::vector<std::string>& words) {
  std::string common = words.empty() ? "" : words[0];
  for (const std::string& word : words) {
    const auto parting = std::mismatch(common.begin(), common.end(), word.begin(), word.end());
    common.erase(parting.first, common.end());
  }
  while (!IsValidUtf8(common)) common.pop_back();
  return common;
}

class TerminalLineEditor final : public LineEditor {
 public:
  explicit TerminalLineEditor(const std::atomic<bool>& interrupted)
      : interrupted_(interrupted), history_(::history_init()) {
    const Utf8Locale locale;  // decides which keys are letters
    line_ = ::el_init("pvc", stdin, stdout, stderr);
    if (history_ == nullptr || line_ == nullptr) {
      throw Error(ErrorKind::kIo, "cannot edit lines on this terminal");
    }
    HistEvent event;
    ::history(history_, &event, H_SETSIZE, kHistoryLines);
    ::history(history_, &event, H_SETUNIQUE, 1);
    ::el_set(line_, EL_CLIENTDATA, this);
    ::el_set(line_, EL_PROMPT, &Prompt);
    ::el_set(line_, EL_EDITOR, "emacs");
    ::el_set(line_, EL_HIST, ::history, history_);
    ::el_set(line_, EL_SIGNAL, 0);
    ::el_set(line_, EL_GETCFN, &GetCharacter);
    ::el_set(line_, EL_ADDFN, "pvc-complete", "complete the word", &CompleteWord);
    ::el_set(line_, EL_BIND, "^I", "pvc-complete", nullptr);
    ::el_set(line_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  }

  ~TerminalLineEditor() override {
    if (line_ != nullptr) ::el_end(line_);
    if (history_ != nullptr) ::history_end(history_);
  }

  void SetCompleter(Completer completer) override { completer_ = std::move(completer); }

  void AddHistory(const std::string& line) override {
    HistEvent event;
    ::history(history_, &event, H_ENTER, line.c_str());
  }

  Outcome ReadLine(const std::string& prompt, std::string& line) override {
    const Utf8Locale locale;
    const CaughtSignal resized(SIGWINCH);
    CaughtSignal stopped(SIGTSTP);
    stopped_ = &stopped;
    prompt_ = prompt;
    ::el_resize(line_);
    int count = 0;
    const char* text = ::el_gets(line_, &count);
    stopped_ = nullptr;
    ::fflush(stdout);
    if (interrupted_) return Outcome::kInterrupted;
    if (text == nullptr || count <= 0) return Outcome::kEnd;
    line.assign(text, static_cast<size_t>(count));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    return Outcome::kLine;
  }

 private:
  static TerminalLineEditor& Of(EditLine* line) {
    void* self = nullptr;
    ::el_get(line, EL_CLIENTDATA, &self);
    return *static_cast<TerminalLineEditor*>(self);
  }

  static char* Prompt(EditLine* line) { return Of(line).prompt_.data(); }

  /// Returns: 1, 0 at the end, -1 when the line is to be forgotten.
  static int GetCharacter(EditLine* line, wchar_t* out) {
    constexpr size_t kMaxCharacterBytes = 4;
    TerminalLineEditor& self = Of(line);
    std::string bytes;
    for (;;) {
      if (self.interrupted_) return -1;
      char c = 0;
      const ssize_t got = ::read(STDIN_FILENO, &c, 1);
      if (got < 0) {
        if (errno != EINTR) return -1;
        self.HandleSignals();
        continue;
      }
      if (got == 0) return 0;
      if ((c & 0x80) == 0 || bytes.size() == kMaxCharacterBytes) bytes.clear();
      bytes += c;
      const Utf8Character character = DecodeUtf8(bytes);
      if (character.bytes == 0) continue;
      *out = static_cast<wchar_t>(character.code_point);
      return 1;
    }
  }

  void HandleSignals() {
    if (g_is_resized != 0) {
      g_is_resized = 0;
      ::el_resize(line_);
    } else if (g_is_stopped != 0) {
      g_is_stopped = 0;
      ::el_set(line_, EL_PREP_TERM, 0);
      stopped_->Pass();  // returns when the user's shell goes on with this process
      ::el_set(line_, EL_PREP_TERM, 1);
    } else {
      return;
    }
    ::el_set(line_, EL_REFRESH);
  }

  static unsigned char CompleteWord(EditLine* line, int /*key*/) {
    try {
      return Of(line).Complete();
    } catch (const std::exception&) {
      return CC_ERROR;
    }
  }

  unsigned char Complete() {
    const LineInfo* info = ::el_line(line_);
    const std::string before(info->buffer, static_cast<size_t>(info->cursor - info->buffer));
    if (!completer_) return CC_ERROR;
    const LineCompletion completion = completer_(before);
    if (completion.words.empty()) return CC_ERROR;

    const std::string typed = before.substr(completion.word_begin);
    std::string common = CommonBeginning(completion.words);
    const bool is_only = completion.words.size() == 1;
    if (is_only && completion.adds_space) common += ' ';
    if (is_only || common.size() > typed.size()) {
      size_t typed_characters = 0;
      for (const char c : typed) typed_characters += (c & 0xC0) != 0x80 ? 1 : 0;
      ::el_deletestr(line_, static_cast<int>(typed_characters));
      ::el_insertstr(line_, common.c_str());
      return CC_REFRESH;
    }
    List(completion.words);
    return CC_REDISPLAY;
  }

  static void List(const std::vector<std::string>& words) {
    std::string text = "\n";
    for (size_t i = 0; i < std::min(words.size(), kMaxListedWords); ++i) {
      text += EscapeName(words[i]) + "  ";
    }
    if (words.size() > kMaxListedWords) text += "...";
    text += "\n";
    ::fputs(text.c_str(), stdout);
    ::fflush(stdout);
  }

  const std::atomic<bool>& interrupted_;
  History* history_;
  EditLine* line_ = nullptr;
  std::string prompt_;
  Completer completer_;
  CaughtSignal* stopped_ = nullptr;  // while a line is read
};

}  // namespace

std::unique_ptr<LineEditor> MakeTerminalLineEditor(const std::atomic<bool>& interrupted) {
  return std::make_unique<TerminalLineEditor>(interrupted);
}

}  // namespace pvc
