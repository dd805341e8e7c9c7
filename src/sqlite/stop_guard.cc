#include "sqlite/stop_guard.h"

#include <sqlite3.h>

namespace pvc {
namespace {

/// How many instructions of SQLite's run between two questions: about a millisecond.
constexpr int kInstructions = 20'000;

}  // namespace

StopGuard::StopGuard(Database& db, const std::function<bool()>& should_stop)
    : db_(db), should_stop_(should_stop) {
  if (should_stop) sqlite3_progress_handler(db.handle(), kInstructions, &Ask, this);
}

StopGuard::~StopGuard() { sqlite3_progress_handler(db_.handle(), 0, nullptr, nullptr); }

int StopGuard::Ask(void* self) { return static_cast<StopGuard*>(self)->should_stop_() ? 1 : 0; }

}  // namespace pvc
