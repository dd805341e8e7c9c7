#include "cli/import_file.h"

#include "cli/import_progress.h"

namespace pvc {

FileImport ImportFile(CommandContext& context, const std::string& path, const std::string& message,
                      bool track) {
  Environment& environment = context.environment;
  Repository& repository = context.repository();
  RecordImportRequest request;
  request.path = path;
  request.real_path = environment.real_path(path);
  request.message = message;
  request.track = track;
  request.who = context.Identity();
  request.command = context.command_line;
  ProgressLine progress(environment, "importing");
  request.progress = [&](const ImportProgress& at) { progress.Update(ToStatus(at)); };

  const double started = environment.steady_seconds();
  const NodeReader::Statistics cache_before = repository.nodes().statistics();
  FileImport done;
  done.result = RecordImport(repository, request);
  done.measured.seconds = environment.steady_seconds() - started;
  const NodeReader::Statistics cache_after = repository.nodes().statistics();
  done.measured.cache.hit_count = cache_after.hit_count - cache_before.hit_count;
  done.measured.cache.miss_count = cache_after.miss_count - cache_before.miss_count;
  return done;
}

}  // namespace pvc
