#pragma once

#include <map>
#include <string>
#include <vector>

namespace pvc {

/// Something that holds in a database after a change. Names of the base database that the other
/// side may have changed are in braces: "SELECT {n} FROM {t} WHERE id = 1".
struct SideFact {
  std::string query;
  std::string expected;
};

/// A kind of change that a side makes to SideChangeBase(); docs/merge.md lists them by name.
struct SideChange {
  std::string name;
  std::string sql;
  /// What things of the base are called afterwards; "" when they are gone.
  std::map<std::string, std::string> names;
  std::vector<SideFact> facts;
  /// Facts of the base, or of another change, that stop being true: their queries.
  std::vector<std::string> revoked;
};

/// Two tables with a foreign key, an index, a view, a trigger, and rows.
std::string SideChangeBase();
/// What holds in the base.
std::vector<SideFact> SideBaseFacts();
std::vector<SideChange> SideChanges();

}  // namespace pvc
