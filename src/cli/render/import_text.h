#pragma once

#include "cli/terminal_text.h"
#include "engine/node_reader.h"
#include "vcs/record_import.h"

namespace pvc {

struct ImportTextOptions {
  double seconds = 0;            ///< wall time of the import
  NodeReader::Statistics cache;  ///< of this import alone
  bool is_verbose = false;
};

/// Prints what an import did: commit, tables, rows, bytes, time; per table when verbose.
void PrintImport(Painter& out, const RecordImportResult& result, const ImportTextOptions& options);

}  // namespace pvc
