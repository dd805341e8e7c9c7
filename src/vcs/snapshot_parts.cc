#include "vcs/snapshot_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.h"
#include "engine/edit_batch.h"
#include "engine/tree_editor.h"
#include "vcs/ascii_case.h"
#include "vcs/catalog.h"
#include "vcs/revision.h"
#include "vcs/sequence_table.h"

namespace pvc {

namespace {

/// Tables, views and indexes share their names; triggers have a space of their own.
struct Pick {
  bool is_trigger = false;
  std::string name;  ///< folded

  auto operator<=>(const Pick&) const = default;
};

Pick PickOf(const SchemaObject& object) {
  return {object.kind == SchemaObjectKind::kTrigger, FoldAsciiCase(object.name)};
}

Bytes KeyOf(const CatalogEntry& entry) { return CatalogKey(entry.object.kind, entry.object.name); }

// The virtual table that a shadow table belongs to, by SQLite's rule: what stands before the last
// underscore.
std::string ShadowOwner(std::string_view name) {
  return FoldAsciiCase(name.substr(0, std::min(name.rfind('_'), name.size())));
}

bool IsShadow(const CatalogEntry& entry) { return entry.table && entry.table->info.is_shadow; }

bool IsDependent(const SchemaObject& object) {
  return object.kind == SchemaObjectKind::kIndex || object.kind == SchemaObjectKind::kTrigger;
}

std::string Describe(const SchemaObject& object) {
  std::string text = fmt::format("{} '{}'", SchemaObjectKindName(object.kind), object.name);
  if (IsDependent(object)) text += fmt::format(" on '{}'", object.table_name);
  return text;
}

class TableTaker {
 public:
  TableTaker(Repository& repository, NodeReader& nodes, WriteBatch& batch, const Snapshot& base,
             const Snapshot& other)
      : repository_(repository),
        nodes_(nodes),
        batch_(batch),
        base_(base),
        other_(other),
        base_entries_(ReadCatalog(nodes, base.catalog)),
        other_entries_(ReadCatalog(nodes, other.catalog)) {}

  Snapshot Run(const std::vector<std::string>& names) {
    Snapshot result;
    result.properties = base_.properties;
    if (base_entries_.empty()) {
      result.properties = other_.properties;
      result.properties.user_version = base_.properties.user_version;
      result.properties.application_id = base_.properties.application_id;
    } else if (!other_entries_.empty() && base_.properties.encoding != other_.properties.encoding) {
      throw Error(ErrorKind::kUnsupported,
                  fmt::format("cannot take single tables from a database in {} into one in {}",
                              TextEncodingName(other_.properties.encoding),
                              TextEncodingName(base_.properties.encoding)));
    }
    for (const std::string& name : names) AddPick(name);
    AddShadowTables();
    std::vector<CatalogEntry> entries = Arrange();
    CheckFit(entries);
    result.catalog = WriteCatalog(std::move(entries));
    return result;
  }

 private:
  void AddPick(const std::string& name) {
    for (const bool is_trigger : {false, true}) {
      const Pick pick{is_trigger, FoldAsciiCase(name)};
      for (const auto* entries : {&base_entries_, &other_entries_}) {
        for (const CatalogEntry& entry : *entries) {
          if (PickOf(entry.object) == pick) picks_.insert(pick);
        }
      }
      if (picks_.contains(pick)) return;
    }
    Error error(ErrorKind::kNotFound, fmt::format("no table, view, index or trigger '{}'", name));
    std::set<std::string> known;
    for (const auto* entries : {&base_entries_, &other_entries_}) {
      for (const CatalogEntry& entry : *entries) known.insert(entry.object.name);
    }
    for (const std::string& near : NearestNames(name, {known.begin(), known.end()})) {
      error.AddHint(fmt::format("did you mean '{}'?", near));
    }
    throw error;
  }

  // Half of a virtual table's content is worth nothing: whoever takes a part takes all.
  void AddShadowTables() {
    std::set<std::string> virtual_tables;
    for (const auto* entries : {&base_entries_, &other_entries_}) {
      for (const CatalogEntry& entry : *entries) {
        if (entry.object.is_virtual) virtual_tables.insert(FoldAsciiCase(entry.object.name));
      }
    }
    for (const auto* entries : {&base_entries_, &other_entries_}) {
      for (const CatalogEntry& entry : *entries) {
        const std::string owner = ShadowOwner(entry.object.name);
        if (IsShadow(entry) && picks_.contains(PickOf(entry.object)) &&
            virtual_tables.contains(owner)) {
          picks_.insert({false, owner});
        }
      }
    }
    for (const auto* entries : {&base_entries_, &other_entries_}) {
      for (const CatalogEntry& entry : *entries) {
        const std::string owner = ShadowOwner(entry.object.name);
        if (IsShadow(entry) && virtual_tables.contains(owner) && picks_.contains({false, owner})) {
          picks_.insert(PickOf(entry.object));
        }
      }
    }
  }

  bool IsTaken(const CatalogEntry& entry) const {
    const SchemaObject& object = entry.object;
    if (picks_.contains(PickOf(object))) return true;
    return IsDependent(object) && picks_.contains({false, FoldAsciiCase(object.table_name)});
  }

  // The result's objects in their order, ranks not yet counted anew.
  std::vector<CatalogEntry> Arrange() {
    std::set<Bytes> staying;
    for (const CatalogEntry& entry : base_entries_) {
      if (!IsTaken(entry)) staying.insert(KeyOf(entry));
    }
    const std::optional<CatalogEntry> new_sequences = MergeSequences();
    // What is taken, behind the key of the object that it follows.
    std::map<Bytes, std::vector<const CatalogEntry*>> behind;
    Bytes anchor;
    for (const CatalogEntry& entry : other_entries_) {
      if (IsTaken(entry)) {
        behind[anchor].push_back(&entry);
      } else if (new_sequences && entry.object.name == kSequenceTable) {
        behind[anchor].push_back(&*new_sequences);
      } else if (staying.contains(KeyOf(entry))) {
        anchor = KeyOf(entry);
      }
    }
    std::vector<CatalogEntry> entries;
    const auto append = [&](const Bytes& key) {
      for (const CatalogEntry* entry : behind[key]) entries.push_back(*entry);
    };
    append({});
    for (const CatalogEntry& entry : base_entries_) {
      if (IsTaken(entry)) continue;
      entries.push_back(entry);
      append(KeyOf(entry));
    }
    return entries;
  }

  static CatalogEntry* FindSequences(std::vector<CatalogEntry>& entries) {
    for (CatalogEntry& entry : entries) {
      if (entry.table && entry.object.name == kSequenceTable) return &entry;
    }
    return nullptr;
  }

  bool TakesAutoincrement() const {
    return std::any_of(other_entries_.begin(), other_entries_.end(), [&](const CatalogEntry& e) {
      return e.table && IsTaken(e) && MentionsAutoincrement(e.object.sql);
    });
  }

  // Moves the counters of the tables that are taken.
  // Returns: sqlite_sequence to be added, when `base` has none.
  std::optional<CatalogEntry> MergeSequences() {
    if (picks_.contains({false, std::string(kSequenceTable)})) return std::nullopt;
    const auto is_taken = [this](const std::string& table) {
      return picks_.contains({false, FoldAsciiCase(table)});
    };
    CatalogEntry* base = FindSequences(base_entries_);
    const CatalogEntry* other = FindSequences(other_entries_);
    if (base != nullptr) {
      base->table->rows = ReplaceSequences(repository_, nodes_, batch_, *base->table,
                                           other == nullptr ? nullptr : &*other->table,
                                           other_.properties.encoding, is_taken);
    } else if (other != nullptr && TakesAutoincrement()) {
      CatalogEntry added = *other;
      added.table->rows = {};
      added.table->rows = ReplaceSequences(repository_, nodes_, batch_, *added.table,
                                           &*other->table, other_.properties.encoding, is_taken);
      return added;
    }
    return std::nullopt;
  }

  void CheckFit(const std::vector<CatalogEntry>& entries) const {
    std::map<Pick, const SchemaObject*> names;
    for (const CatalogEntry& entry : entries) {
      const auto [place, is_new] = names.emplace(PickOf(entry.object), &entry.object);
      if (is_new) continue;
      throw Error(ErrorKind::kInvalid, fmt::format("{} has the name of {}", Describe(entry.object),
                                                   Describe(*place->second)))
          .AddHint(fmt::format("take '{}' too", IsTaken(entry) ? OwnerName(*place->second)
                                                               : OwnerName(entry.object)));
    }
    for (const CatalogEntry& entry : entries) {
      if (!IsDependent(entry.object) || !IsTaken(entry)) continue;
      if (names.contains({false, FoldAsciiCase(entry.object.table_name)})) continue;
      throw Error(ErrorKind::kInvalid,
                  fmt::format("{}: there is no such table", Describe(entry.object)))
          .AddHint(fmt::format("take '{}' too", entry.object.table_name));
    }
  }

  // What to name so that an object is taken with its table.
  static const std::string& OwnerName(const SchemaObject& object) {
    return IsDependent(object) ? object.table_name : object.name;
  }

  Tree WriteCatalog(std::vector<CatalogEntry> entries) {
    std::map<Bytes, Bytes> before;
    for (const CatalogEntry& entry : ReadCatalog(nodes_, base_.catalog)) {
      before.emplace(KeyOf(entry), EncodeCatalogEntry(entry));
    }
    EditBatch edits;
    uint64_t rank = 0;
    for (CatalogEntry& entry : entries) {
      entry.rank = rank++;
      const Bytes value = EncodeCatalogEntry(entry);
      const auto found = before.find(KeyOf(entry));
      if (found == before.end() || found->second != value) edits.Put(KeyOf(entry), value);
      if (found != before.end()) before.erase(found);
    }
    for (const auto& [key, value] : before) edits.Delete(key);
    return ApplyEdits(nodes_, batch_, base_.catalog, edits);
  }

  Repository& repository_;
  NodeReader& nodes_;
  WriteBatch& batch_;
  const Snapshot& base_;
  const Snapshot& other_;
  std::vector<CatalogEntry> base_entries_;
  std::vector<CatalogEntry> other_entries_;
  std::set<Pick> picks_;
};

}  // namespace

Snapshot TakeTables(Repository& repository, NodeReader& nodes, WriteBatch& batch,
                    const Snapshot& base, const Snapshot& other,
                    const std::vector<std::string>& names) {
  return TableTaker(repository, nodes, batch, base, other).Run(names);
}

}  // namespace pvc
