#pragma once

#include <string>

#include "cli/command.h"
#include "cli/progress.h"
#include "vcs/checkout.h"

namespace pvc {

/// Options for a command that writes the working database, with progress on a terminal.
/// `discard_command`: what to type to overwrite uncommitted changes; empty where nothing does.
/// Lifetime: refers to `progress`.
CheckoutOptions MakeCheckoutOptions(CommandContext& context, ProgressLine& progress, bool discard,
                                    std::string discard_command);

/// Says on standard error what became of the working database, when anything did.
void ReportCheckout(CommandContext& context, const CheckoutResult& result);

/// "app.db", escaped.
std::string WorkingName(CommandContext& context);

}  // namespace pvc
