#include "vcs/bisect_refs.h"

#include <map>
#include <string>

namespace pvc {

namespace {

std::map<std::string, ObjectId> RefsOf(const BisectState& state) {
  std::map<std::string, ObjectId> refs;
  const std::string prefix(kBisectPrefix);
  if (!state.start.detached.IsZero()) refs[prefix + "start"] = state.start.detached.id;
  if (const auto bad = state.Bad()) refs[prefix + "bad"] = bad->id;
  for (const CommitId& id : state.Marked(BisectVerdict::kGood)) {
    refs[prefix + "good-" + id.Hex()] = id.id;
  }
  for (const CommitId& id : state.Marked(BisectVerdict::kSkip)) {
    refs[prefix + "skip-" + id.Hex()] = id.id;
  }
  return refs;
}

}  // namespace

std::vector<RefUpdate> BisectRefUpdates(Repository& repository, const BisectState* state) {
  std::map<std::string, ObjectId> wanted;
  if (state != nullptr) wanted = RefsOf(*state);
  std::vector<RefUpdate> updates;
  for (const Ref& ref : repository.ListRefs(kBisectPrefix)) {
    const auto found = wanted.find(ref.name);
    const ObjectId target = found == wanted.end() ? ObjectId{} : found->second;
    if (target != ref.target) updates.push_back({ref.name, ref.target, target});
    if (found != wanted.end()) wanted.erase(found);
  }
  for (const auto& [name, target] : wanted) updates.push_back({name, ObjectId{}, target});
  return updates;
}

}  // namespace pvc
