#pragma once

#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/programs.h"

namespace pvc {

/// Starts nothing and remembers what was asked for.
class FakePrograms final : public Programs {
 public:
  int Run(const std::string& shell_command, const std::vector<std::string>& arguments) override {
    editor = shell_command;
    if (edit) edit(arguments.front());
    return exit_code;
  }
  bool StartPager(const std::string& shell_command,
                  const std::map<std::string, std::string>& variables) override {
    if (!has_pager) return false;
    pager = shell_command;
    pager_variables = variables;
    is_paging = true;
    return true;
  }
  bool EndPager() override { return std::exchange(is_paging, false); }

  int exit_code = 0;
  std::function<void(const std::string& path)> edit;  ///< what the editor does with the file
  bool has_pager = true;
  bool is_paging = false;
  std::string editor;
  std::string pager;
  std::map<std::string, std::string> pager_variables;
};

}  // namespace pvc
