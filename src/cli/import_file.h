#pragma once

#include <string>

#include "cli/command.h"
#include "cli/render/import_text.h"
#include "vcs/record_import.h"

namespace pvc {

/// What an import did, and what it cost.
struct FileImport {
  RecordImportResult result;
  ImportTextOptions measured;
};

/// Imports `path` into the context's repository, with a progress line.
/// `message`: empty for "Import FILE". `track`: makes it the working database.
/// Throws: as RecordImport.
FileImport ImportFile(CommandContext& context, const std::string& path, const std::string& message,
                      bool track);

}  // namespace pvc
