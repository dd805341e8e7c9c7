#include "vcs/query/generated_columns.h"

#include <fmt/format.h>

#include "base/error.h"

namespace pvc {

GeneratedColumns::GeneratedColumns(const SchemaObject& object, const TableInfo& table,
                                   TextEncoding encoding, ObjectSource& source)
    : table_(table), source_(source), db_(Database::InMemory(encoding)) {
  db_->CreateSchemaObject(object);
  db_->Execute("PRAGMA ignore_check_constraints=ON");
  std::string stored;
  std::string parameters;
  std::string generated;
  int next = 0;
  for (const Column& column : table_.columns) {
    place_.push_back(column.is_generated ? next++ : -1);
    std::string& list = column.is_generated ? generated : stored;
    if (!list.empty()) list += ", ";
    list += QuoteIdentifier(column.name);
    if (!column.is_generated) parameters += parameters.empty() ? "?" : ", ?";
  }
  const std::string name = "main." + QuoteIdentifier(table_.name);
  clear_ = std::make_unique<Statement>(*db_, "DELETE FROM " + name);
  insert_ = std::make_unique<Statement>(
      *db_, fmt::format("INSERT INTO {}({}) VALUES ({})", name, stored, parameters));
  select_ = std::make_unique<Statement>(*db_, fmt::format("SELECT {} FROM {}", generated, name));
}

void GeneratedColumns::Compute(RowReader& reader) {
  select_->Reset();
  clear_->Reset();
  clear_->Step();
  insert_->Reset();
  held_.clear();
  held_.resize(reader.stored_columns().size());
  try {
    for (size_t i = 0; i < held_.size(); ++i) {
      const Cell& cell = reader.ReadCell(i);
      Value value = cell.value;
      held_[i] = cell.is_large ? ReadLargeValue(source_, cell.large) : Bytes(value.bytes);
      value.bytes = held_[i];
      if (!insert_->Bind(static_cast<int>(i + 1), value)) {
        throw Error(ErrorKind::kUnsupported, "UTF-16 text that SQLite would cut");
      }
    }
    insert_->Step();
    if (!select_->Step()) throw Error(ErrorKind::kUnsupported, "the row cannot be stored again");
  } catch (Error& error) {
    throw error.AddContext(fmt::format("generated columns of table '{}'", table_.name));
  }
}

Value GeneratedColumns::value(size_t column) { return select_->ColumnValue(place_[column]); }

}  // namespace pvc
