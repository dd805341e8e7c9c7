#include "vcs/stash_refs.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace pvc {

std::vector<Ref> ListStash(Repository& repository) {
  std::vector<std::pair<uint64_t, Ref>> numbered;
  for (Ref& ref : repository.ListRefs(kStashPrefix)) {
    const char* const begin = ref.name.data() + kStashPrefix.size();
    const char* const end = ref.name.data() + ref.name.size();
    uint64_t number = 0;
    const auto parsed = std::from_chars(begin, end, number);
    if (parsed.ec == std::errc() && parsed.ptr == end)
      numbered.emplace_back(number, std::move(ref));
  }
  std::stable_sort(numbered.begin(), numbered.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Ref> stash;
  stash.reserve(numbered.size());
  for (auto& [number, ref] : numbered) stash.push_back(std::move(ref));
  return stash;
}

}  // namespace pvc
