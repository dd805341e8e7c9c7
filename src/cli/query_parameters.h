#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sqlite/user_statement.h"
#include "vcs/typed_literal.h"

namespace pvc {

/// Values that the command line gives to the parameters of queries: -p NAME=VALUE.
class QueryParameters {
 public:
  /// `assignments`: "NAME=VALUE"; NAME for :NAME, @NAME and $NAME, or a number for ?1 and, counting
  /// from 1, for those without name. VALUE is an SQL literal where it reads as one, else text. Of
  /// two values for a name the last counts.
  /// Throws: kUsage for what is no assignment.
  explicit QueryParameters(const std::vector<std::string>& assignments);

  /// Gives every parameter of the statement its value.
  /// Throws: kInvalid, naming a parameter that has none.
  void Bind(UserStatement& statement);
  /// Throws: kInvalid, naming a value that no statement had a parameter for.
  void RefuseUnused() const;
  /// The same by the text of all statements, before the first is run.
  void RefuseUnusedBy(std::string_view sql) const;

 private:
  struct Given {
    OwnedValue value;
    bool is_used = false;
  };
  std::map<std::string, Given> given_;
};

}  // namespace pvc
