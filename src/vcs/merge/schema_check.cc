#include "vcs/merge/schema_check.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "base/error.h"
#include "sqlite/broken_reference.h"
#include "vcs/ascii_case.h"
#include "vcs/scratch_database.h"
#include "vcs/sequence_table.h"

namespace pvc {
namespace {

// What SQLite says behind the name of the object.
std::string WithoutObject(const std::string& message, const SchemaObject& object) {
  const std::string name = fmt::format("'{}'", object.name);
  const size_t at = message.find(name);
  const size_t colon = at == std::string::npos ? at : message.find(": ", at + name.size());
  return colon == std::string::npos ? WithoutPath(message) : message.substr(colon + 2);
}

class SchemaChecker {
 public:
  SchemaChecker(Repository& repository, TextEncoding encoding, std::vector<CatalogEntry>& entries)
      : scratch_(repository, encoding), entries_(entries) {}

  std::vector<SchemaProblem> Run() {
    db().BeginWrite();
    for (const SchemaObjectKind kind :
         {SchemaObjectKind::kTable, SchemaObjectKind::kIndex, SchemaObjectKind::kView}) {
      for (const size_t i : EntriesOf(kind)) Create(i);
    }
    ReadLayouts();
    for (const size_t i : EntriesOf(SchemaObjectKind::kView)) CheckReferences(i);
    // One after the other: a trigger is compiled together with those that are there.
    for (const size_t i : EntriesOf(SchemaObjectKind::kTrigger)) {
      if (Create(i)) CheckReferences(i);
    }
    return std::move(problems_);
  }

 private:
  Database& db() { return scratch_.db(); }

  std::vector<size_t> EntriesOf(SchemaObjectKind kind) const {
    std::vector<size_t> indexes;
    for (size_t i = 0; i < entries_.size(); ++i) {
      const SchemaObject& object = entries_[i].object;
      if (object.kind == kind && !object.is_virtual && object.name != kSequenceTable) {
        indexes.push_back(i);
      }
    }
    return indexes;
  }

  // Returns: false when it cannot be created.
  bool Create(size_t i) {
    try {
      db().CreateSchemaObject(entries_[i].object);
      created_.insert(i);
      return true;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInvalid && error.kind() != ErrorKind::kUnsupported) throw;
      problems_.push_back({i, WithoutObject(error.message(), entries_[i].object)});
      return false;
    }
  }

  void ReadLayouts() {
    const Schema schema = ReadSchema(db());
    std::map<std::string, const TableInfo*> layouts;
    for (const TableInfo& info : schema.tables) layouts.emplace(FoldAsciiCase(info.name), &info);
    for (CatalogEntry& entry : entries_) {
      if (!entry.table || entry.object.name == kSequenceTable) continue;
      const auto found = layouts.find(FoldAsciiCase(entry.object.name));
      if (found != layouts.end()) entry = WithLayout(entry, *found->second);
    }
  }

  // What refers to what is not there goes, so that it breaks nothing else.
  void CheckReferences(size_t i) {
    const SchemaObject& object = entries_[i].object;
    if (!created_.contains(i)) return;
    const auto message = FindBrokenReference(db(), object);
    if (!message) return;
    problems_.push_back({i, WithoutPath(*message)});
    db().Execute(fmt::format("DROP {} main.{}", SchemaObjectKindName(object.kind),
                             QuoteIdentifier(object.name)));
  }

  ScratchDatabase scratch_;
  std::vector<CatalogEntry>& entries_;
  std::set<size_t> created_;
  std::vector<SchemaProblem> problems_;
};

}  // namespace

std::vector<SchemaProblem> CheckSchema(Repository& repository, TextEncoding encoding,
                                       std::vector<CatalogEntry>& entries) {
  return SchemaChecker(repository, encoding, entries).Run();
}

std::string WithoutPath(const std::string& message) {
  const size_t end = message.starts_with('\'') ? message.find("': ") : std::string::npos;
  return end == std::string::npos ? message : message.substr(end + 3);
}

std::string MissingColumn(const std::string& message) {
  constexpr std::string_view kWords = "no such column: ";
  const size_t at = message.find(kWords);
  if (at == std::string::npos) return {};
  const std::string name = message.substr(at + kWords.size());
  return name.substr(name.rfind('.') + 1);
}

}  // namespace pvc
