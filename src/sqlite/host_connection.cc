#include "sqlite/host_connection.h"

#define SQLITE_CORE 1  // sqlite3ext.h: the types only, calls stay calls
#include <sqlite3ext.h>

namespace pvc {
namespace {

constexpr int kFirstSupported = 3038000;  // sqlite3_vtab_in

sqlite3_api_routines MakeLinkedRoutines() {
  sqlite3_api_routines api{};
  api.create_function_v2 = sqlite3_create_function_v2;
  api.create_module_v2 = sqlite3_create_module_v2;
  api.db_config = sqlite3_db_config;
  api.declare_vtab = sqlite3_declare_vtab;
  api.errmsg = sqlite3_errmsg;
  api.finalize = sqlite3_finalize;
  api.prepare_v2 = sqlite3_prepare_v2;
  api.step = sqlite3_step;
  api.column_text = sqlite3_column_text;
  api.free = sqlite3_free;
  api.malloc64 = sqlite3_malloc64;
  api.libversion_number = sqlite3_libversion_number;
  api.result_blob64 = sqlite3_result_blob64;
  api.result_double = sqlite3_result_double;
  api.result_error = sqlite3_result_error;
  api.result_error_code = sqlite3_result_error_code;
  api.result_error_nomem = sqlite3_result_error_nomem;
  api.result_error_toobig = sqlite3_result_error_toobig;
  api.result_int64 = sqlite3_result_int64;
  api.result_null = sqlite3_result_null;
  api.result_text64 = sqlite3_result_text64;
  api.user_data = sqlite3_user_data;
  api.value_blob = sqlite3_value_blob;
  api.value_bytes = sqlite3_value_bytes;
  api.value_bytes16 = sqlite3_value_bytes16;
  api.value_double = sqlite3_value_double;
  api.value_int64 = sqlite3_value_int64;
  api.value_text = sqlite3_value_text;
  api.value_type = sqlite3_value_type;
  api.vtab_collation = sqlite3_vtab_collation;
  api.vtab_config = sqlite3_vtab_config;
  api.vtab_in = sqlite3_vtab_in;
  api.vtab_in_first = sqlite3_vtab_in_first;
  api.vtab_in_next = sqlite3_vtab_in_next;
  return api;
}

}  // namespace

const sqlite3_api_routines& LinkedSqlite() {
  static const sqlite3_api_routines api = MakeLinkedRoutines();
  return api;
}

bool IsLinkedSqlite(const sqlite3_api_routines& api) {
  return api.libversion_number == sqlite3_libversion_number;
}

bool IsSupportedSqlite(const sqlite3_api_routines& api) {
  return api.libversion_number() >= kFirstSupported && api.create_module_v2 != nullptr;
}

void ExpireStatements(const HostConnection& host) {
  // SQLite does it when a setting changes that statements may have been compiled by.
  constexpr int kSetting = SQLITE_DBCONFIG_ENABLE_QPSG;
  constexpr int kAsk = -1;
  int before = 0;
  host.api->db_config(host.handle, kSetting, kAsk, &before);
  host.api->db_config(host.handle, kSetting, before == 0 ? 1 : 0, nullptr);
  host.api->db_config(host.handle, kSetting, before, nullptr);
}

}  // namespace pvc
