#include "vcs/merge/json_merge.h"

#include <tuple>
#include <utility>
#include <vector>

#include "vcs/merge/json_text.h"

namespace pvc {
namespace {

/// A member of one text; or none.
struct Place {
  const JsonText* json = nullptr;
  const JsonMember* member = nullptr;

  bool exists() const { return member != nullptr; }
  bool is_object() const { return exists() && member->object != JsonMember::kNoObject; }
  const JsonObject& object() const { return json->objects[member->object]; }
};

bool SameValue(Place a, Place b) {
  if (a.exists() != b.exists()) return false;
  std::vector<std::pair<Place, Place>> pairs = {{a, b}};
  while (!pairs.empty()) {
    std::tie(a, b) = pairs.back();
    pairs.pop_back();
    if (!a.exists()) continue;
    if (!a.is_object() || !b.is_object()) {
      if (!SameJsonTokens(a.member->value, b.member->value)) return false;
      continue;
    }
    if (a.object().members.size() != b.object().members.size()) return false;
    for (const JsonMember& member : a.object().members) {
      const JsonMember* twin = b.object().Find(member.key);
      if (twin == nullptr) return false;
      pairs.push_back({{a.json, &member}, {b.json, twin}});
    }
  }
  return true;
}

/// Writes the members of an object into the layout that it had.
class ObjectWriter {
 public:
  ObjectWriter(const JsonObject& layout, std::string& out) : layout_(layout), out_(out) {
    out_ += '{';
  }

  /// Begins a member of the layout.
  void BeginMember(const JsonMember& member) {
    Begin(member.lead);
    out_ += member.name;
    const bool is_last = &member == &layout_.members.back();
    // What is behind the last one belongs to the brace.
    trail_ = is_last ? std::string_view() : member.trail;
  }

  /// Writes a member that the layout does not have.
  void AddMember(const JsonMember& member) {
    Begin(layout_.members.size() > 1 ? layout_.members[1].lead : member.lead);
    out_ += member.name;
    out_ += member.value;
    trail_ = {};
    added_trail_ = member.trail;
  }

  void End() {
    if (!layout_.members.empty()) {
      if (has_members_) out_ += layout_.members.back().trail;
    } else {
      out_ += has_members_ ? added_trail_ : layout_.space;
    }
    out_ += '}';
  }

 private:
  void Begin(std::string_view lead) {
    if (has_members_) {
      out_ += trail_;
      out_ += ',';
    } else if (!layout_.members.empty()) {
      lead = layout_.members.front().lead;
    }
    out_ += lead;
    has_members_ = true;
  }

  const JsonObject& layout_;
  std::string& out_;
  bool has_members_ = false;
  std::string_view trail_;        // of the member written last
  std::string_view added_trail_;  // of the last member added
};

class Merger {
 public:
  Merger(const JsonText& base, const JsonText& ours, const JsonText& theirs)
      : base_(base), ours_(ours), theirs_(theirs) {}

  std::optional<std::string> Merge() {
    out_ = ours_.before;
    if (!MergeObjects(base_.objects[0], ours_.objects[0], theirs_.objects[0])) return std::nullopt;
    out_ += ours_.after;
    return std::move(out_);
  }

 private:
  enum class Outcome { kOurs, kTheirs, kNone, kMergedObjects, kConflict };

  /// Their members that neither of the others has, by what they go behind.
  struct Additions {
    std::vector<std::vector<const JsonMember*>> behind;  // by place among our members
    std::vector<const JsonMember*> at_end;
  };

  static Outcome Decide(Place base, Place ours, Place theirs) {
    if (base.is_object() && ours.is_object() && theirs.is_object()) return Outcome::kMergedObjects;
    const Outcome our_outcome = ours.exists() ? Outcome::kOurs : Outcome::kNone;
    if (SameValue(ours, theirs) || SameValue(base, theirs)) return our_outcome;
    if (!SameValue(base, ours)) return Outcome::kConflict;
    return theirs.exists() ? Outcome::kTheirs : Outcome::kNone;
  }

  Outcome Decide(const JsonMember* base, const JsonMember* ours, const JsonMember* theirs) const {
    return Decide(Place{&base_, base}, Place{&ours_, ours}, Place{&theirs_, theirs});
  }

  /// Appends the merged object. Calls itself for objects within, kMaxJsonDepth deep at most.
  /// Returns: false on a conflict.
  bool MergeObjects(const JsonObject& base, const JsonObject& ours, const JsonObject& theirs) {
    for (const JsonMember& member : base.members) {
      if (ours.Find(member.key) != nullptr) continue;
      if (Decide(&member, nullptr, theirs.Find(member.key)) == Outcome::kConflict) return false;
    }
    std::vector<Outcome> outcomes;
    for (const JsonMember& member : ours.members) {
      outcomes.push_back(Decide(base.Find(member.key), &member, theirs.Find(member.key)));
      if (outcomes.back() == Outcome::kConflict) return false;
    }
    const Additions additions = FindAdditions(base, ours, theirs, outcomes);

    ObjectWriter writer(ours, out_);
    for (size_t i = 0; i < ours.members.size(); ++i) {
      const JsonMember& member = ours.members[i];
      if (outcomes[i] != Outcome::kNone) {
        writer.BeginMember(member);
        const JsonMember* base_member = base.Find(member.key);
        const JsonMember* their_member = theirs.Find(member.key);
        if (outcomes[i] != Outcome::kMergedObjects) {
          out_ += outcomes[i] == Outcome::kOurs ? member.value : their_member->value;
        } else if (!MergeObjects(base_.objects[base_member->object], ours_.objects[member.object],
                                 theirs_.objects[their_member->object])) {
          return false;
        }
      }
      for (const JsonMember* added : additions.behind[i]) writer.AddMember(*added);
    }
    for (const JsonMember* added : additions.at_end) writer.AddMember(*added);
    writer.End();
    return true;
  }

  static Additions FindAdditions(const JsonObject& base, const JsonObject& ours,
                                 const JsonObject& theirs, const std::vector<Outcome>& outcomes) {
    Additions additions;
    additions.behind.resize(ours.members.size());
    std::vector<const JsonMember*>* place = &additions.at_end;
    for (const JsonMember& member : theirs.members) {
      if (const JsonMember* our_member = ours.Find(member.key)) {
        const auto i = static_cast<size_t>(our_member - ours.members.data());
        if (outcomes[i] != Outcome::kNone) place = &additions.behind[i];
      } else if (base.Find(member.key) == nullptr) {
        place->push_back(&member);
      }
    }
    return additions;
  }

  const JsonText& base_;
  const JsonText& ours_;
  const JsonText& theirs_;
  std::string out_;
};

}  // namespace

std::optional<std::string> MergeJsonText(std::string_view base, std::string_view ours,
                                         std::string_view theirs) {
  const auto base_json = ParseJsonObject(base);
  if (!base_json) return std::nullopt;
  const auto our_json = ParseJsonObject(ours);
  if (!our_json) return std::nullopt;
  const auto their_json = ParseJsonObject(theirs);
  if (!their_json) return std::nullopt;
  return Merger(*base_json, *our_json, *their_json).Merge();
}

}  // namespace pvc
