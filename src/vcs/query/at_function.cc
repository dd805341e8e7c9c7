#include "vcs/query/at_function.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "vcs/ascii_case.h"
#include "vcs/layout_map.h"
#include "vcs/query/function_table.h"
#include "vcs/query/table_cursor.h"

namespace pvc {
namespace {

constexpr const char* kParameterName = "revision";
/// What a plan ends with whose last argument is the parameter.
constexpr std::string_view kRevisionMark = " revision";

/// The place among all columns of a stored one.
size_t StoredColumn(const TableInfo& table, size_t cell) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (!table.columns[i].is_generated && cell-- == 0) return i;
  }
  PVC_ASSERT(false);
  return 0;
}

/// Whether a choice for one key means the same of the other.
bool IsSameKey(const KeyShape& a, const KeyShape& b) {
  return a.encoding == b.encoding && a.HasSameParts(b);
}

class AtTable final : public VirtualTable {
 public:
  AtTable(TableServices& services, const TableVersion& declared, std::string default_revision,
          RevisionFrom from)
      : services_(services),
        view_(TableView::Of(declared)),
        columns_(DeclaredColumnsOf(*services.scratch, declared.entry)),
        default_revision_(std::move(default_revision)),
        from_(from) {
    if (from_ == RevisionFrom::kParameter) HideColumns();
    HideRowid(view_.key);
  }

  // Without a key: what is one here need not be one at the revision.
  std::string Declaration() const override {
    TableInfo columns = info();
    columns.without_rowid = false;
    for (Column& column : columns.columns) column.key_position = 0;
    return TableDeclaration(columns, columns_, hidden_);
  }

  std::optional<PlanAnswer> Plan(const PlanRequest& request) override {
    PlanRequest rest = request;
    // The order of keys, and which rows constraints on them mean, are known when the revision is.
    rest.order.clear();
    std::optional<size_t> revision;
    for (size_t i = 0; i < rest.constraints.size(); ++i) {
      OfferedConstraint& constraint = rest.constraints[i];
      if (!IsParameter(constraint)) continue;
      if (!constraint.is_usable) return std::nullopt;
      revision = i;
    }
    if (from_ == RevisionFrom::kParameter && request.Uses(columns_.size())) {
      // One that is used and not offered is one that SQLite keeps to itself.
      if (!revision) return std::nullopt;
      rest.columns_used &= ~(uint64_t{1} << columns_.size());
    }
    if (revision) {
      rest.constraints[*revision].op = ConstraintOp::kOther;  // no restriction of the table's
      rest.constraints[*revision].is_usable = false;
    }
    PlanAnswer answer =
        PlanTable({view_.key, view_.version.table().rows.entry_count, nullptr, false}, rest);
    for (PlanAnswer::Argument& argument : answer.arguments) argument.is_exact = false;
    answer.is_unique = false;
    if (revision) {
      answer.arguments.push_back({*revision, true});
      answer.plan += kRevisionMark;
    }
    return answer;
  }

  std::unique_ptr<VirtualCursor> Open() override;

  /// The view of a revision's table into the declared columns.
  std::shared_ptr<const TableView> ViewOf(const std::string& revision);

  const std::string& default_revision() const { return default_revision_; }
  size_t column_count() const { return columns_.size(); }
  bool HidesRowid() const { return !hidden_.empty(); }
  TableServices& services() { return services_; }

 private:
  const TableInfo& info() const { return view_.version.table().info; }

  bool IsParameter(const OfferedConstraint& constraint) const {
    return from_ == RevisionFrom::kParameter && constraint.op == ConstraintOp::kEqual &&
           constraint.column == static_cast<int>(columns_.size());
  }

  // The parameter, and rowids: SQLite tells rows apart by its own rowid when it joins searches, and
  // those of two revisions have to differ.
  void HideColumns() {
    const auto is_taken = [this](std::string_view name) {
      return std::any_of(info().columns.begin(), info().columns.end(), [&](const Column& column) {
        return EqualIgnoringAsciiCase(column.name, name);
      });
    };
    std::string parameter = kParameterName;
    while (is_taken(parameter)) parameter.insert(parameter.begin(), '_');
    hidden_.push_back(std::move(parameter));
    for (const char* name : {"rowid", "oid", "_rowid_"}) {
      if (!is_taken(name)) hidden_.emplace_back(name);
    }
  }

  // Has a key that is a rowid restricted by the hidden columns in its place.
  void HideRowid(KeyShape& key) const {
    if (!key.is_rowid || hidden_.empty()) return;
    std::vector<int>& columns = key.parts.front().columns;
    if (std::erase(columns, -1) == 0) return;
    for (size_t i = 1; i < hidden_.size(); ++i) {
      columns.push_back(static_cast<int>(columns_.size() + i));
    }
  }

  std::shared_ptr<const TableView> Remember(TableView view) {
    auto shared = std::make_shared<const TableView>(std::move(view));
    // The working database is other every time, and what is read of it holds its lock.
    if (shared->version.side.commit) last_ = shared;
    return shared;
  }

  TableServices& services_;
  TableView view_;  // of the table whose columns are declared
  std::vector<DeclaredColumn> columns_;
  std::vector<std::string> hidden_;  // behind columns_
  std::string default_revision_;
  RevisionFrom from_;
  std::shared_ptr<const TableView> last_;  // the view of a commit used last
};

class AtCursor final : public VirtualCursor {
 public:
  explicit AtCursor(AtTable& table) : table_(table), cursor_(table.services()) {}

  void Filter(const FilterCall& call) override {
    FilterCall rest = call;
    given_.reset();
    is_given_ = call.plan.ends_with(kRevisionMark);
    if (is_given_) {
      rest.plan.remove_suffix(kRevisionMark.size());
      given_ = ReadParameter(kParameterName, call.arguments.back(), call.encoding);
      rest.arguments = call.arguments.first(call.arguments.size() - 1);
    }
    cursor_.Start(table_.ViewOf(given_.value_or(table_.default_revision())), rest);
  }
  bool AtEnd() const override { return cursor_.AtEnd(); }
  void Next() override { cursor_.Next(); }
  void Column(int column, ColumnResult& result) override {
    const auto index = static_cast<size_t>(column);
    if (index < table_.column_count()) return cursor_.Column(column, result);
    if (index > table_.column_count()) {
      const auto rowid = cursor_.TableRowid();
      return rowid ? result.SetInteger(*rowid) : result.SetNull();
    }
    if (!is_given_) ThrowNotPassed(kParameterName);
    given_ ? result.SetText(*given_) : result.SetNull();
  }
  int64_t Rowid() override { return table_.HidesRowid() ? cursor_.Identity() : cursor_.Rowid(); }

 private:
  AtTable& table_;
  TableCursor cursor_;
  std::optional<std::string> given_;  // the revision, unless NULL was given
  bool is_given_ = false;
};

std::unique_ptr<VirtualCursor> AtTable::Open() { return std::make_unique<AtCursor>(*this); }

std::shared_ptr<const TableView> AtTable::ViewOf(const std::string& revision) {
  const QuerySide side = services_.scope.Side(revision);
  if (last_ != nullptr && side.commit && last_->version.side.commit == side.commit) return last_;
  TableView view = TableView::Of(FindTableVersion(side, info().name));
  const TableInfo& there = view.version.table().info;
  if (there == info() && view.version.entry.object.sql == view_.version.entry.object.sql) {
    HideRowid(view.key);
    view.key_is_usable = IsSameKey(view.key, view_.key);
    return Remember(std::move(view));
  }
  TableDiff pair;
  pair.name = info().name;
  pair.before = view.version.table();
  pair.after = view_.version.table();
  pair.encoding_before = view.version.encoding();
  pair.encoding_after = view_.version.encoding();
  const LayoutMap map(pair, view.version.side.nodes->source(),
                      services_.scope.repository().store().hash_kind());
  std::vector<TableView::Source> columns;
  size_t cell = 0;
  for (const Column& column : info().columns) {
    TableView::Source source;
    if (!column.is_generated) {
      const int before = map.column_map()[cell++];
      if (before >= 0) source = {TableView::Source::Kind::kStored, static_cast<size_t>(before)};
    }
    // What was generated on one side and is not on the other goes by its name.
    for (size_t i = 0; i < there.columns.size() && source.kind == TableView::Source::Kind::kAbsent;
         ++i) {
      const bool is_other_kind = column.is_generated || there.columns[i].is_generated;
      if (is_other_kind && EqualIgnoringAsciiCase(there.columns[i].name, column.name)) {
        source = view.columns[i];
      }
    }
    columns.push_back(source);
  }
  view.columns = std::move(columns);
  // Constraints were chosen for the declared key, by its affinities.
  std::vector<int> declared_of;
  for (const Column& before : there.columns) {
    int declared = -2;
    for (size_t i = 0; i < view.columns.size(); ++i) {
      const TableView::Source& source = view.columns[i];
      const bool is_this = source.kind == TableView::Source::Kind::kStored &&
                           &before == &there.columns[StoredColumn(there, source.index)];
      if (is_this && before.affinity == info().columns[i].affinity) declared = static_cast<int>(i);
    }
    declared_of.push_back(declared);
  }
  view.key = KeyShape::OfTable(there, view.version.encoding(), declared_of, !there.without_rowid);
  HideRowid(view.key);
  view.key_is_usable = map.same_keys() && IsSameKey(view.key, view_.key);
  return Remember(std::move(view));
}

}  // namespace

std::unique_ptr<VirtualTable> ConnectAtFunction(TableServices& services,
                                                const TableVersion& declared,
                                                std::string default_revision, RevisionFrom from) {
  return std::make_unique<AtTable>(services, declared, std::move(default_revision), from);
}

}  // namespace pvc
