#include "cli/query_parameters.h"

#include <fmt/format.h>

#include <set>

#include "base/error.h"
#include "cli/arguments.h"
#include "sqlite/sql_tokens.h"

namespace pvc {
namespace {

constexpr std::string_view kSigns = ":@$?";

OwnedValue ReadValue(std::string_view text) {
  TypedLiteral literal = ReadTypedLiteral(text);
  if (literal.form != TypedLiteral::Form::kBare) return std::move(literal.value);
  return OwnedValue::Of(Value::Text(text));
}

std::string WithoutSign(std::string_view name) {
  if (!name.empty() && kSigns.find(name[0]) != kSigns.npos) name.remove_prefix(1);
  return std::string(name);
}

[[noreturn]] void FailUnused(const std::string& name) {
  throw Error(ErrorKind::kInvalid, fmt::format("no statement has a parameter '{}'", name))
      .AddHint("in SQL a parameter is written :NAME, @NAME, $NAME or ?1");
}

}  // namespace

QueryParameters::QueryParameters(const std::vector<std::string>& assignments) {
  for (const std::string& assignment : assignments) {
    const size_t equals = assignment.find('=');
    const std::string name = WithoutSign(std::string_view(assignment).substr(0, equals));
    if (equals == std::string::npos || name.empty()) {
      FailUsage("sql", fmt::format("--param is '{}': expected NAME=VALUE", assignment));
    }
    given_[name] = {ReadValue(std::string_view(assignment).substr(equals + 1))};
  }
}

void QueryParameters::Bind(UserStatement& statement) {
  for (int position = 1; position <= statement.parameter_count(); ++position) {
    const std::string full_name = statement.ParameterName(position);
    const std::string name =
        full_name.empty() ? fmt::format("{}", position) : WithoutSign(full_name);
    const auto given = given_.find(name);
    if (given == given_.end()) {
      throw Error(ErrorKind::kInvalid, fmt::format("parameter '{}' has no value",
                                                   full_name.empty() ? "?" + name : full_name))
          .AddHint(fmt::format("give it one:  -p {}=VALUE", name));
    }
    given->second.is_used = true;
    statement.Bind(position, given->second.value.View());
  }
}

void QueryParameters::RefuseUnused() const {
  for (const auto& [name, given] : given_) {
    if (!given.is_used) FailUnused(name);
  }
}

void QueryParameters::RefuseUnusedBy(std::string_view sql) const {
  if (given_.empty()) return;
  std::set<std::string> named;
  bool has_nameless = false;
  while (const auto token = TakeSqlToken(sql)) {
    if (token->kind != SqlTokenKind::kVariable) continue;
    has_nameless = has_nameless || token->text == "?";
    named.insert(WithoutSign(token->text));
  }
  for (const auto& [name, given] : given_) {
    const bool is_number = name.find_first_not_of("0123456789") == name.npos;
    if (!named.contains(name) && !(is_number && has_nameless)) FailUnused(name);
  }
}

}  // namespace pvc
