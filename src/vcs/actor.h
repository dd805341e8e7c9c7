#pragma once

#include <string>

#include "vcs/commit.h"

namespace pvc {

/// Who changes a repository, when, and by which command: what the operation log records.
struct Actor {
  Signature who;
  std::string command;  ///< as typed behind `pvc`
};

}  // namespace pvc
