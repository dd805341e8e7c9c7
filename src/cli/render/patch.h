#pragma once

#include <functional>
#include <optional>

#include "cli/render/diff_input.h"
#include "vcs/commit.h"

namespace pvc {

/// Writes the changes of a comparison as a patch.   Format: docs/json.md, "pvc.patch/v1".
/// `commit`: the one whose changes they are; null when they are not one commit's.
/// Throws: kUnsupported naming what JSON cannot hold (names and SQL text that are not UTF-8), or no
///         patch can change (the text encoding).
void RenderPatchJson(TextWriter& out, const DiffInput& input, const Commit* commit);

/// The same as an SQLite changeset (https://www.sqlite.org/session.html).
/// Throws: kUnsupported naming what it cannot hold: tables without PRIMARY KEY, rows with NULL in
///         it, schema changes and properties, shadow tables, text without a UTF-8 form.
void RenderChangeset(TextWriter& out, const DiffInput& input);

}  // namespace pvc
