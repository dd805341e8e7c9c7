#include "sqlite/virtual_table.h"

#define SQLITE_CORE 1  // sqlite3ext.h: the types only; calls go through the host's routines
#include <fmt/format.h>
#include <sqlite3ext.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <deque>
#include <new>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "sqlite/byte_order_mark.h"

namespace pvc {
namespace {

/// What the values of an IN may take at once.
constexpr size_t kMaxListBytes = 16U << 20;

/// What a module's callbacks find behind their client data.
struct Module {
  HostConnection host;
  std::string name;
  ConnectVirtualTable connect;
};

/// SQLite's structures come first: it hands back pointers to them.
struct TableHandle {
  sqlite3_vtab base{};
  Module* module = nullptr;
  std::unique_ptr<VirtualTable> table;
};

/// Tells the observer of a table's reading, from before it to after it.
class ObservedReading {
 public:
  explicit ObservedReading(TableObserver* observer) : observer_(observer) {
    if (observer_ != nullptr) observer_->BeforeOpen();
  }
  ~ObservedReading() {
    if (observer_ != nullptr) observer_->AfterClose();
  }
  ObservedReading(const ObservedReading&) = delete;
  ObservedReading& operator=(const ObservedReading&) = delete;

 private:
  TableObserver* observer_;
};

struct CursorHandle {
  explicit CursorHandle(TableObserver* observer) : reading(observer) {}

  sqlite3_vtab_cursor base{};
  ObservedReading reading;
  std::unique_ptr<VirtualCursor> cursor;
  TextEncoding encoding = TextEncoding::kUtf8;
  std::vector<Value> arguments;
  std::deque<Bytes> list_bytes;  // of the arguments that were values of a list
};

Module& ModuleOf(sqlite3_vtab* vtab) { return *reinterpret_cast<TableHandle*>(vtab)->module; }

char* CopyText(const sqlite3_api_routines& api, std::string_view text) {
  auto* copy = static_cast<char*>(api.malloc64(text.size() + 1));
  if (copy == nullptr) return nullptr;
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

int ResultCodeOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kCorrupt:
      return SQLITE_CORRUPT_VTAB;
    case ErrorKind::kIo:
      return SQLITE_IOERR;
    case ErrorKind::kBusy:
      return SQLITE_BUSY;
    case ErrorKind::kInterrupted:
      return SQLITE_INTERRUPT;
    case ErrorKind::kTooLarge:
      return SQLITE_TOOBIG;
    default:
      return SQLITE_ERROR;
  }
}

struct Failure {
  int result_code = SQLITE_ERROR;
  std::string message;
};

/// What the exception being handled means to SQLite.   Requires: called in a handler.
Failure DescribeFailure(const HostConnection& host) noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return {SQLITE_NOMEM, {}};
  } catch (const Error& error) {
    try {
      Failure failure{ResultCodeOf(error.kind()), error.message()};
      if (host.observer != nullptr) {
        host.observer->OnError(error);
      } else if (!error.hints().empty()) {
        failure.message += " (hint: " + error.hints().front() + ")";
      }
      return failure;
    } catch (...) {
      return {SQLITE_NOMEM, {}};
    }
  } catch (const std::exception& error) {
    try {
      return {SQLITE_ERROR, error.what()};
    } catch (...) {
      return {SQLITE_NOMEM, {}};
    }
  } catch (...) {
    return {SQLITE_ERROR, {}};
  }
}

/// Runs a callback's body; no exception passes into SQLite.
template <typename Body>
int Guard(sqlite3_vtab* vtab, const Body& body) noexcept {
  try {
    return body();
  } catch (...) {
    const HostConnection& host = ModuleOf(vtab).host;
    const Failure failure = DescribeFailure(host);
    host.api->free(vtab->zErrMsg);
    vtab->zErrMsg = failure.message.empty() ? nullptr : CopyText(*host.api, failure.message);
    return failure.result_code;
  }
}

/// The same for what answers through a context.
template <typename Body>
void GuardResult(const HostConnection& host, sqlite3_context* context, const Body& body) noexcept {
  try {
    body();
  } catch (...) {
    const Failure failure = DescribeFailure(host);
    if (failure.result_code == SQLITE_NOMEM) {
      host.api->result_error_nomem(context);
      return;
    }
    host.api->result_error(context, failure.message.data(),
                           static_cast<int>(failure.message.size()));
    host.api->result_error_code(context, failure.result_code);
  }
}

int ConnectTable(sqlite3* handle, void* client, int argc, const char* const* argv,
                 sqlite3_vtab** vtab, char** error_text) noexcept {
  auto& module = *static_cast<Module*>(client);
  const sqlite3_api_routines& api = *module.host.api;
  try {
    // 0 to 2 are the names of the module, the schema and the table.
    std::vector<std::string> arguments(argv + std::min(argc, 3), argv + argc);
    auto table = std::make_unique<TableHandle>();
    table->module = &module;
    table->table = module.connect(arguments);
    const int rc = api.declare_vtab(handle, table->table->Declaration().c_str());
    if (rc != SQLITE_OK) {
      *error_text = CopyText(api, api.errmsg(handle));
      return rc;
    }
    if (table->table->IsInnocuous()) api.vtab_config(handle, SQLITE_VTAB_INNOCUOUS);
    *vtab = &table.release()->base;
    return SQLITE_OK;
  } catch (...) {
    const Failure failure = DescribeFailure(module.host);
    *error_text = failure.message.empty() ? nullptr : CopyText(api, failure.message);
    return failure.result_code;
  }
}

// SQLite takes a module whose xCreate is its xConnect for a table that is there by name.
int CreateTable(sqlite3* handle, void* client, int argc, const char* const* argv,
                sqlite3_vtab** vtab, char** error_text) noexcept {
  return ConnectTable(handle, client, argc, argv, vtab, error_text);
}

int DisconnectTable(sqlite3_vtab* vtab) noexcept {
  delete reinterpret_cast<TableHandle*>(vtab);
  return SQLITE_OK;
}

int DestroyTable(sqlite3_vtab* vtab) noexcept { return DisconnectTable(vtab); }

ConstraintOp OpOf(unsigned char op) {
  switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
      return ConstraintOp::kEqual;
    case SQLITE_INDEX_CONSTRAINT_LT:
      return ConstraintOp::kLess;
    case SQLITE_INDEX_CONSTRAINT_LE:
      return ConstraintOp::kLessOrEqual;
    case SQLITE_INDEX_CONSTRAINT_GT:
      return ConstraintOp::kGreater;
    case SQLITE_INDEX_CONSTRAINT_GE:
      return ConstraintOp::kGreaterOrEqual;
    case SQLITE_INDEX_CONSTRAINT_IS:
      return ConstraintOp::kIs;
    case SQLITE_INDEX_CONSTRAINT_LIMIT:
      return ConstraintOp::kLimit;
    case SQLITE_INDEX_CONSTRAINT_OFFSET:
      return ConstraintOp::kOffset;
    default:
      return ConstraintOp::kOther;
  }
}

/// How the connection keeps text; values reach a module in that form.
TextEncoding ConnectionEncoding(const HostConnection& host) {
  sqlite3_stmt* statement = nullptr;
  TextEncoding encoding = TextEncoding::kUtf8;
  const int rc = host.api->prepare_v2(host.handle, "PRAGMA main.encoding", -1, &statement, nullptr);
  if (rc == SQLITE_OK && host.api->step(statement) == SQLITE_ROW) {
    const auto* text = reinterpret_cast<const char*>(host.api->column_text(statement, 0));
    const std::string_view name = text == nullptr ? "" : text;
    if (name == "UTF-16le") encoding = TextEncoding::kUtf16le;
    if (name == "UTF-16be") encoding = TextEncoding::kUtf16be;
  }
  host.api->finalize(statement);
  return encoding;
}

PlanRequest ReadRequest(const HostConnection& host, sqlite3_index_info* info) {
  const sqlite3_api_routines& api = *host.api;
  PlanRequest request;
  request.encoding = ConnectionEncoding(host);
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& offered = info->aConstraint[i];
    OfferedConstraint constraint;
    constraint.column = offered.iColumn;
    constraint.op = OpOf(offered.op);
    constraint.is_usable = offered.usable != 0;
    const bool is_limit =
        constraint.op == ConstraintOp::kLimit || constraint.op == ConstraintOp::kOffset;
    if (!is_limit) {
      constraint.is_in = api.vtab_in(info, i, -1) != 0;
      const char* collation = api.vtab_collation(info, i);
      constraint.collation = collation == nullptr ? "BINARY" : collation;
    }
    request.constraints.push_back(std::move(constraint));
  }
  for (int i = 0; i < info->nOrderBy; ++i) {
    request.order.push_back({info->aOrderBy[i].iColumn, info->aOrderBy[i].desc != 0});
  }
  request.columns_used = info->colUsed;
  return request;
}

int BestIndex(sqlite3_vtab* vtab, sqlite3_index_info* info) noexcept {
  return Guard(vtab, [&] {
    const HostConnection& host = ModuleOf(vtab).host;
    const auto answer = reinterpret_cast<TableHandle*>(vtab)->table->Plan(ReadRequest(host, info));
    if (!answer) return SQLITE_CONSTRAINT;
    int position = 0;
    for (const PlanAnswer::Argument& argument : answer->arguments) {
      auto& usage = info->aConstraintUsage[argument.constraint];
      if (argument.is_list) {
        PVC_ASSERT(static_cast<size_t>(position) < PlanAnswer::kMaxListPlace);
        host.api->vtab_in(info, static_cast<int>(argument.constraint), 1);
        info->idxNum |= 1 << position;
      }
      usage.argvIndex = ++position;
      usage.omit = argument.is_exact ? 1 : 0;
    }
    info->idxStr = CopyText(*host.api, answer->plan);
    if (info->idxStr == nullptr) return SQLITE_NOMEM;
    info->needToFreeIdxStr = 1;
    info->estimatedCost = answer->cost;
    info->estimatedRows = static_cast<sqlite3_int64>(answer->row_count);
    info->idxFlags = answer->is_unique ? SQLITE_INDEX_SCAN_UNIQUE : 0;
    info->orderByConsumed = answer->is_ordered ? 1 : 0;
    return SQLITE_OK;
  });
}

int OpenCursor(sqlite3_vtab* vtab, sqlite3_vtab_cursor** out) noexcept {
  return Guard(vtab, [&] {
    auto handle = std::make_unique<CursorHandle>(ModuleOf(vtab).host.tables.get());
    handle->encoding = ConnectionEncoding(ModuleOf(vtab).host);
    handle->cursor = reinterpret_cast<TableHandle*>(vtab)->table->Open();
    *out = &handle.release()->base;
    return SQLITE_OK;
  });
}

int CloseCursor(sqlite3_vtab_cursor* cursor) noexcept {
  delete reinterpret_cast<CursorHandle*>(cursor);
  return SQLITE_OK;
}

Value ReadValue(const sqlite3_api_routines& api, sqlite3_value* value) {
  switch (api.value_type(value)) {
    case SQLITE_INTEGER:
      return Value::Integer(api.value_int64(value));
    case SQLITE_FLOAT:
      return Value::Real(api.value_double(value));
    case SQLITE_TEXT: {
      // As in Statement::ColumnValue: the bytes as the connection keeps them, not converted.
      const void* data = api.value_blob(value);
      const int size = api.value_bytes16(value);
      if (data == nullptr && size > 0) throw std::bad_alloc();
      return Value::Text(ByteView(static_cast<const char*>(data), static_cast<size_t>(size)));
    }
    case SQLITE_BLOB: {
      const void* data = api.value_blob(value);
      const int size = api.value_bytes(value);
      if (data == nullptr && size > 0) throw std::bad_alloc();
      return Value::Blob(ByteView(static_cast<const char*>(data), static_cast<size_t>(size)));
    }
    default:
      return Value::Null();
  }
}

/// Adds the values of an IN, behind their number.
void AddList(const sqlite3_api_routines& api, sqlite3_value* list, CursorHandle& handle) {
  std::vector<Value>& arguments = handle.arguments;
  const size_t first = arguments.size();
  arguments.push_back(Value::Integer(0));
  size_t size_bytes = 0;
  sqlite3_value* value = nullptr;
  int rc = api.vtab_in_first(list, &value);
  for (; rc == SQLITE_OK; rc = api.vtab_in_next(list, &value)) {
    Value copy = ReadValue(api, value);
    size_bytes += sizeof(Value) + copy.bytes.size();
    if (size_bytes > kMaxListBytes) {
      arguments.resize(first);
      return arguments.push_back(Value::Integer(-1));
    }
    if (!copy.bytes.empty()) copy.bytes = handle.list_bytes.emplace_back(copy.bytes);
    arguments.push_back(copy);
  }
  if (rc == SQLITE_NOMEM) throw std::bad_alloc();
  if (rc != SQLITE_DONE) throw Error(ErrorKind::kIo, "the values of an IN cannot be read");
  arguments[first].integer = static_cast<int64_t>(arguments.size() - first - 1);
}

int FilterCursor(sqlite3_vtab_cursor* base, int lists, const char* plan, int argc,
                 sqlite3_value** argv) noexcept {
  return Guard(base->pVtab, [&] {
    auto& handle = *reinterpret_cast<CursorHandle*>(base);
    const sqlite3_api_routines& api = *ModuleOf(base->pVtab).host.api;
    handle.arguments.clear();
    handle.list_bytes.clear();
    for (int i = 0; i < argc; ++i) {
      const bool is_list =
          static_cast<size_t>(i) < PlanAnswer::kMaxListPlace && (lists >> i & 1) != 0;
      if (is_list) {
        AddList(api, argv[i], handle);
      } else {
        handle.arguments.push_back(ReadValue(api, argv[i]));
      }
    }
    handle.cursor->Filter({plan == nullptr ? "" : plan, handle.arguments, handle.encoding});
    return SQLITE_OK;
  });
}

int NextRow(sqlite3_vtab_cursor* base) noexcept {
  return Guard(base->pVtab, [&] {
    reinterpret_cast<CursorHandle*>(base)->cursor->Next();
    return SQLITE_OK;
  });
}

int IsAtEnd(sqlite3_vtab_cursor* base) noexcept {
  return reinterpret_cast<CursorHandle*>(base)->cursor->AtEnd() ? 1 : 0;
}

int ReadColumn(sqlite3_vtab_cursor* base, sqlite3_context* context, int column) noexcept {
  return Guard(base->pVtab, [&] {
    ColumnResult result(*ModuleOf(base->pVtab).host.api, context);
    reinterpret_cast<CursorHandle*>(base)->cursor->Column(column, result);
    return SQLITE_OK;
  });
}

int ReadRowid(sqlite3_vtab_cursor* base, sqlite3_int64* rowid) noexcept {
  return Guard(base->pVtab, [&] {
    *rowid = reinterpret_cast<CursorHandle*>(base)->cursor->Rowid();
    return SQLITE_OK;
  });
}

sqlite3_module MakeMethods(ModuleUse use) {
  sqlite3_module methods{};
  methods.iVersion = 1;
  methods.xCreate = use == ModuleUse::kCreated ? CreateTable : nullptr;
  methods.xConnect = ConnectTable;
  methods.xBestIndex = BestIndex;
  methods.xDisconnect = DisconnectTable;
  methods.xDestroy = DestroyTable;
  methods.xOpen = OpenCursor;
  methods.xClose = CloseCursor;
  methods.xFilter = FilterCursor;
  methods.xNext = NextRow;
  methods.xEof = IsAtEnd;
  methods.xColumn = ReadColumn;
  methods.xRowid = ReadRowid;
  return methods;
}

void DeleteModule(void* client) { delete static_cast<Module*>(client); }

struct Function {
  HostConnection host;
  ScalarFunction call;
};

/// The host's routines, for functions: SQLite calls those with nothing but a context, which only
/// its own routines can read. A process has one host; the first one stays.
std::atomic<const sqlite3_api_routines*>& HostRoutines() {
  static std::atomic<const sqlite3_api_routines*> routines{nullptr};
  return routines;
}

void CallThrough(const sqlite3_api_routines& api, sqlite3_context* context, int argc,
                 sqlite3_value** argv) noexcept {
  const auto& function = *static_cast<const Function*>(api.user_data(context));
  GuardResult(function.host, context, [&] {
    ColumnResult result(api, context);
    function.call(FunctionArguments(api, argc, argv), result);
  });
}

void CallLinked(sqlite3_context* context, int argc, sqlite3_value** argv) noexcept {
  CallThrough(LinkedSqlite(), context, argc, argv);
}

void CallHost(sqlite3_context* context, int argc, sqlite3_value** argv) noexcept {
  CallThrough(*HostRoutines().load(), context, argc, argv);
}

void DeleteFunction(void* client) { delete static_cast<Function*>(client); }

unsigned char SqliteEncoding(TextEncoding encoding) {
  // TextEncoding borrows SQLite's numbers: SQLITE_UTF8, SQLITE_UTF16LE, SQLITE_UTF16BE.
  return static_cast<unsigned char>(encoding);
}

void SetTextResult(const sqlite3_api_routines& api, sqlite3_context* context, ByteView text,
                   TextEncoding encoding) {
  // A null pointer would be NULL, not the empty text.
  api.result_text64(context, text.data() == nullptr ? "" : text.data(), text.size(),
                    SQLITE_TRANSIENT, SqliteEncoding(encoding));
}

}  // namespace

void ColumnResult::SetNull() { api_.result_null(context_); }

void ColumnResult::SetInteger(int64_t value) { api_.result_int64(context_, value); }

void ColumnResult::SetText(std::string_view text) {
  SetTextResult(api_, context_, text, TextEncoding::kUtf8);
}

void ColumnResult::Set(const Value& value, TextEncoding encoding) {
  switch (value.storage_class) {
    case StorageClass::kNull:
      return api_.result_null(context_);
    case StorageClass::kInteger:
      return api_.result_int64(context_, value.integer);
    case StorageClass::kReal:
      return api_.result_double(context_, value.real);
    case StorageClass::kText: {
      const ByteView mark = MarkInFrontOf(value.bytes, encoding);
      if (mark.empty()) return SetTextResult(api_, context_, value.bytes, encoding);
      return SetTextResult(api_, context_, Bytes(mark).append(value.bytes), encoding);
    }
    case StorageClass::kBlob:
      return api_.result_blob64(context_, value.bytes.data() == nullptr ? "" : value.bytes.data(),
                                value.bytes.size(), SQLITE_TRANSIENT);
  }
}

void ColumnResult::SetFilled(StorageClass storage_class, uint64_t size_bytes, TextEncoding encoding,
                             const std::function<void(char* out)>& fill) {
  constexpr size_t kRoomForMark = 2;
  const auto free_bytes = api_.free;
  const std::unique_ptr<char, void (*)(void*)> owner(
      static_cast<char*>(api_.malloc64(size_bytes + kRoomForMark)), free_bytes);
  if (owner == nullptr) throw std::bad_alloc();
  char* bytes = owner.get() + kRoomForMark;
  fill(bytes);
  const ByteView view(bytes, size_bytes);
  if (storage_class == StorageClass::kBlob) {
    api_.result_blob64(context_, bytes, size_bytes, SQLITE_TRANSIENT);
    return;
  }
  const ByteView mark = MarkInFrontOf(view, encoding);
  mark.copy(bytes - mark.size(), mark.size());
  SetTextResult(api_, context_, ByteView(bytes - mark.size(), size_bytes + mark.size()), encoding);
}

void RegisterModule(const HostConnection& host, const std::string& name, ModuleUse use,
                    ConnectVirtualTable connect) {
  static const sqlite3_module by_name = MakeMethods(ModuleUse::kByName);
  static const sqlite3_module created = MakeMethods(ModuleUse::kCreated);
  auto module = std::make_unique<Module>(Module{host, name, std::move(connect)});
  // SQLite calls DeleteModule also when it fails.
  const int rc = host.api->create_module_v2(host.handle, name.c_str(),
                                            use == ModuleUse::kByName ? &by_name : &created,
                                            module.release(), DeleteModule);
  if (rc != SQLITE_OK) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("cannot add the table '{}': {}", name, host.api->errmsg(host.handle)));
  }
  if (host.tables != nullptr) host.tables->OnRegistered(name);
}

void RemoveModule(const HostConnection& host, const std::string& name) {
  host.api->create_module_v2(host.handle, name.c_str(), nullptr, nullptr, nullptr);
}

bool FunctionArguments::IsNull(size_t i) const {
  return api_.value_type(values_[i]) == SQLITE_NULL;
}

std::string FunctionArguments::Text(size_t i) const {
  const auto* text = reinterpret_cast<const char*>(api_.value_text(values_[i]));
  if (text == nullptr) return {};
  return std::string(text, static_cast<size_t>(api_.value_bytes(values_[i])));
}

void RegisterFunction(const HostConnection& host, const std::string& name, int argument_count,
                      ScalarFunction function) {
  const bool is_linked = host.api == &LinkedSqlite();
  if (!is_linked) {
    const sqlite3_api_routines* known = nullptr;
    if (!HostRoutines().compare_exchange_strong(known, host.api) && known != host.api) {
      throw Error(ErrorKind::kUnsupported, "two copies of SQLite in one process use pvc");
    }
  }
  auto data = std::make_unique<Function>(Function{host, std::move(function)});
  const int rc = host.api->create_function_v2(
      host.handle, name.c_str(), argument_count, SQLITE_UTF8 | SQLITE_DIRECTONLY, data.release(),
      is_linked ? CallLinked : CallHost, nullptr, nullptr, DeleteFunction);
  if (rc != SQLITE_OK) {
    throw Error(ErrorKind::kInvalid, fmt::format("cannot add the function '{}': {}", name,
                                                 host.api->errmsg(host.handle)));
  }
}

bool HasFunction(const HostConnection& host, const std::string& name) {
  sqlite3_stmt* statement = nullptr;
  const std::string sql = fmt::format("SELECT {}(NULL)", name);
  const int rc = host.api->prepare_v2(host.handle, sql.c_str(), -1, &statement, nullptr);
  host.api->finalize(statement);
  return rc == SQLITE_OK;
}

}  // namespace pvc
