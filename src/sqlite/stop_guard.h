#pragma once

#include <functional>

#include "sqlite/database.h"

namespace pvc {

/// Has a database ask now and then, while it runs statements, whether to stop: they end then with
/// kInterrupted. An empty `should_stop` is never asked. One guard a database.
///
/// Lifetime: the database and `should_stop` outlive it.
class StopGuard {
 public:
  StopGuard(Database& db, const std::function<bool()>& should_stop);
  ~StopGuard();
  StopGuard(const StopGuard&) = delete;
  StopGuard& operator=(const StopGuard&) = delete;

 private:
  static int Ask(void* self);

  Database& db_;
  const std::function<bool()>& should_stop_;
};

}  // namespace pvc
