#pragma once

#include <memory>
#include <string>

#include "sqlite/virtual_table.h"
#include "vcs/query/table_services.h"
#include "vcs/query/table_version.h"

namespace pvc {

/// Where a table at a revision gets the revision from.
enum class RevisionFrom {
  kParameter,  ///< a hidden column, as of a table-valued function; a default when left out
  kFixed,      ///< always the default
};

/// A table as another revision has it: pvc_at_T(revision), and what CREATE VIRTUAL TABLE .. USING
/// pvc makes. Its columns are those of `declared`, generated ones too. The revision is resolved
/// each time the table is read; where its table has other columns, renamed ones are followed, and
/// those it lacks are NULL.
///
/// Throws: from reading, as ResolveRevision and FindTableVersion.
/// Lifetime: the services outlive it.
std::unique_ptr<VirtualTable> ConnectAtFunction(TableServices& services,
                                                const TableVersion& declared,
                                                std::string default_revision, RevisionFrom from);

}  // namespace pvc
