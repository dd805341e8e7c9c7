// Calls the entry points as SQLite does.

#include <dlfcn.h>
#include <gtest/gtest.h>

#define SQLITE_CORE 1  // sqlite3ext.h: the types only
#include <sqlite3ext.h>

#include <memory>
#include <string>

#include "tests/cli/run_binary.h"
#include "tests/support/raw_sqlite.h"

namespace pvc {
namespace {

using EntryPoint = int (*)(sqlite3*, char**, const sqlite3_api_routines*);

EntryPoint FindEntryPoint(const char* name) {
  void* const library = ::dlopen(PVC_EXTENSION, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(::dlerror());
  return reinterpret_cast<EntryPoint>(::dlsym(library, name));
}

/// What an entry point says to a host that has nothing but these routines.
std::string LoadInto(const sqlite3_api_routines& api) {
  RawDatabase db(":memory:");
  char* text = nullptr;
  EXPECT_EQ(FindEntryPoint("sqlite3_pvcsqlite_init")(db.handle(), &text, &api), SQLITE_ERROR);
  const std::string message = text == nullptr ? "" : text;
  sqlite3_free(text);
  return message;
}

TEST(ExtensionEntry, AnOldSqliteIsRefusedByItsVersion) {
  sqlite3_api_routines api{};
  api.malloc = sqlite3_malloc;
  api.create_module_v2 = sqlite3_create_module_v2;
  api.libversion_number = [] { return 3'037'002; };
  EXPECT_EQ(LoadInto(api),
            "pvc needs SQLite 3.38 or newer, with virtual tables; this program has 3.37.2");
}

TEST(ExtensionEntry, ASqliteWithoutVirtualTablesIsRefused) {
  sqlite3_api_routines api{};
  api.malloc = sqlite3_malloc;
  api.libversion_number = [] { return 3'040'001; };
  EXPECT_EQ(LoadInto(api),
            "pvc needs SQLite 3.38 or newer, with virtual tables; this program has 3.40.1");
}

TEST(ExtensionEntry, AHostThatWantsNoMessageGetsNone) {
  sqlite3_api_routines api{};
  api.libversion_number = [] { return 3'000'000; };
  RawDatabase db(":memory:");
  EXPECT_EQ(FindEntryPoint("sqlite3_extension_init")(db.handle(), nullptr, &api), SQLITE_ERROR);
  EXPECT_EQ(FindEntryPoint("sqlite3_extension_init")(db.handle(), nullptr, nullptr), SQLITE_ERROR);
}

TEST(ExtensionEntry, NothingElseIsExported) {
  const ProgramResult result =
      RunShell("/", "nm -D --defined-only --format=just-symbols " PVC_EXTENSION);
  EXPECT_EQ(result.out, "sqlite3_extension_init\nsqlite3_pvcsqlite_init\n") << result.err;
}

}  // namespace
}  // namespace pvc
