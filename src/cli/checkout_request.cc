#include "cli/checkout_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/import_progress.h"
#include "cli/quantity_text.h"

namespace pvc {

CheckoutOptions MakeCheckoutOptions(CommandContext& context, ProgressLine& progress, bool discard,
                                    std::string discard_command) {
  CheckoutOptions options;
  options.discard = discard;
  options.discard_command = std::move(discard_command);
  options.reading = [&](const ImportProgress& at) { progress.Update(ToStatus(at)); };
  Environment& environment = context.environment;
  options.update.progress = [&](const DatabaseUpdateProgress& at) {
    environment.CheckInterrupted();
    ProgressLine::Status status;
    status.subject = at.table;
    status.done = at.rows_done;
    progress.Update(status);
  };
  return options;
}

void ReportCheckout(CommandContext& context, const CheckoutResult& result) {
  if (!result.changed_database) return;
  const DatabaseUpdateResult& update = result.update;
  std::string what =
      fmt::format("{} written, {} deleted", FormatCountOf(update.rows_inserted, "row"),
                  FormatCount(update.rows_deleted));
  const uint64_t objects = std::max(update.objects_created, update.objects_dropped);
  if (objects > 0) what += fmt::format(", {}", FormatCountOf(objects, "schema object"));
  context.err.Put(fmt::format("{}: {}\n", WorkingName(context), what));
  const std::string way_back = result.discarded ? "pvc undo"
                               : !result.set_aside.IsZero()
                                   ? "pvc op restore " + result.set_aside.Short()
                                   : "";
  if (way_back.empty()) return;
  context.err.Put(Label::kHint, "hint:");
  context.err.Put(fmt::format(" changes were overwritten; to have them back:  {}\n", way_back));
}

std::string WorkingName(CommandContext& context) {
  return EscapeName(context.repository().state().working_path);
}

}  // namespace pvc
