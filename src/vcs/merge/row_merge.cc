#include "vcs/merge/row_merge.h"

#include "engine/tree_merge.h"
#include "vcs/merge/loose_row_merge.h"
#include "vcs/merge/row_settler.h"

namespace pvc {

MergedRows MergeRows(const RowMergeContext& context, const TableInfo& info,
                     const RowsOfSides& sides) {
  if (sides.theirs == sides.base || sides.ours == sides.theirs) return {sides.ours, {}};
  if (sides.ours == sides.base) return {sides.theirs, {}};
  const bool has_loose_rowid = info.identity == RowIdentity::kNone ||
                               (info.identity == RowIdentity::kPrimaryKey && !info.without_rowid);
  if (has_loose_rowid) return MergeLooseRows(context, info, sides);
  RowSettler settler(context, info);
  MergedRows merged;
  merged.rows =
      MergeTrees(context.nodes, context.sink, sides.base, sides.ours, sides.theirs,
                 [&](const TreeCollision& row) -> std::optional<Bytes> {
                   const auto outcome = settler.Settle(row.key, {row.base, row.ours, row.theirs});
                   if (!outcome) return std::nullopt;
                   return Bytes(*outcome);
                 });
  merged.conflicts = settler.FinishConflicts();
  return merged;
}

}  // namespace pvc
