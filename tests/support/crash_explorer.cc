#include "tests/support/crash_explorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <random>
#include <utility>
#include <vector>

namespace pvc {

namespace {

using Kind = SimOperation::Kind;
using Random = std::mt19937_64;

constexpr uint64_t kSectorBytes = 512;

enum class Outcome : uint8_t { kDropped, kApplied, kGarbage, kZeros };

/// The smallest thing that survives a power loss or does not.
struct Unit {
  enum class Type : uint8_t { kNames, kSize, kSector };

  Type type = Type::kNames;
  bool is_lost = false;      // an fsync failed on it: no later one settles it
  size_t operation = 0;      // position in the log
  SimNodeId node = 0;        // the file; the folder of kNames
  uint64_t value = 0;        // the size, or the sector's number
  std::string removed_name;  // of kNames; may be empty
  std::string added_name;    // of kNames; may be empty
  SimNodeId added_node = 0;
};

uint64_t Below(Random& random, uint64_t bound) { return random() % bound; }

Outcome RandomLoss(Random& random) {
  constexpr Outcome kLosses[] = {Outcome::kDropped, Outcome::kGarbage, Outcome::kZeros};
  return kLosses[Below(random, std::size(kLosses))];
}

/// What is on the disk for certain, and what may be.
class DiskModel {
 public:
  DiskModel(const SimImage& base, const std::vector<SimOperation>& log)
      : durable_(base), log_(log) {}

  const std::vector<Unit>& pending() const { return pending_; }

  /// Takes in the operation at `position` of the log.
  void Advance(size_t position) {
    const SimOperation& operation = log_[position];
    switch (operation.kind) {
      case Kind::kCreate:
        AddNode(operation);
        AddNames(position, operation.directory, "", operation.name, operation.node);
        break;
      case Kind::kWrite:
        AddWrite(position);
        break;
      case Kind::kRename:
        AddRename(position);
        break;
      case Kind::kRemove:
        AddNames(position, operation.directory, operation.name, "", 0);
        break;
      case Kind::kSyncFile:
        SettleFile(operation.node);
        break;
      case Kind::kSyncFileFailed:
        for (Unit& unit : pending_) {
          if (unit.type != Unit::Type::kNames && unit.node == operation.node) unit.is_lost = true;
        }
        break;
      case Kind::kSyncDirectory:
        std::erase_if(pending_, [&](const Unit& unit) {
          const bool is_settled = unit.type == Unit::Type::kNames && unit.node == operation.node;
          if (is_settled) ApplyNames(durable_, unit);
          return is_settled;
        });
        break;
      case Kind::kPlaced:
        PlaceContent(operation);
        break;
    }
  }

  /// The disk when pending()[i] met outcomes[i].
  SimImage Build(const std::vector<Outcome>& outcomes, Random& random) const {
    SimImage image = durable_;
    std::map<SimNodeId, std::vector<size_t>> units_of_file;
    for (size_t i = 0; i < pending_.size(); ++i) {
      if (pending_[i].type != Unit::Type::kNames) {
        units_of_file[pending_[i].node].push_back(i);
      } else if (outcomes[i] == Outcome::kApplied) {
        ApplyNames(image, pending_[i]);
      }
    }
    image = image.Reachable();
    for (const auto& [node, units] : units_of_file) {
      const auto found = image.nodes.find(node);
      if (found == image.nodes.end()) continue;
      Bytes content = *found->second.content;
      uint64_t size = content.size();
      for (const size_t i : units) ApplyToFile(pending_[i], outcomes[i], content, size, random);
      content.resize(static_cast<size_t>(size));
      found->second.content = std::make_shared<Bytes>(std::move(content));
    }
    return image;
  }

 private:
  void AddNode(const SimOperation& operation) {
    SimNode& node = durable_.nodes[operation.node];
    node.is_directory = operation.is_directory;
    if (!node.is_directory) node.content = std::make_shared<Bytes>();
    durable_.next_id = std::max(durable_.next_id, operation.node + 1);
  }

  void AddNames(size_t position, SimNodeId directory, std::string removed, std::string added,
                SimNodeId added_node) {
    Unit unit;
    unit.operation = position;
    unit.node = directory;
    unit.removed_name = std::move(removed);
    unit.added_name = std::move(added);
    unit.added_node = added_node;
    pending_.push_back(std::move(unit));
  }

  void AddRename(size_t position) {
    const SimOperation& operation = log_[position];
    if (operation.directory == operation.to_directory) {
      AddNames(position, operation.directory, operation.name, operation.to_name, operation.node);
    } else {
      AddNames(position, operation.to_directory, "", operation.to_name, operation.node);
      AddNames(position, operation.directory, operation.name, "", 0);
    }
  }

  void AddWrite(size_t position) {
    const SimOperation& operation = log_[position];
    Unit unit;
    unit.operation = position;
    unit.node = operation.node;
    if (operation.new_size != 0) {
      unit.type = Unit::Type::kSize;
      unit.value = operation.new_size;
      pending_.push_back(unit);
    }
    unit.type = Unit::Type::kSector;
    const uint64_t last = (operation.offset + operation.bytes.size() - 1) / kSectorBytes;
    for (unit.value = operation.offset / kSectorBytes; unit.value <= last; ++unit.value) {
      pending_.push_back(unit);
    }
  }

  void SettleFile(SimNodeId node) {
    const auto is_of_file = [&](const Unit& unit) {
      return unit.type != Unit::Type::kNames && unit.node == node;
    };
    Bytes content = *durable_.nodes.at(node).content;
    uint64_t size = content.size();
    Random unused;
    std::map<std::pair<Unit::Type, uint64_t>, bool> settled;
    for (const Unit& unit : pending_) {
      if (!is_of_file(unit) || unit.is_lost) continue;
      ApplyToFile(unit, Outcome::kApplied, content, size, unused);
      settled[{unit.type, unit.type == Unit::Type::kSize ? 0 : unit.value}] = true;
    }
    content.resize(static_cast<size_t>(size));
    durable_.nodes.at(node).content = std::make_shared<Bytes>(std::move(content));
    // What was lost stays uncertain, unless something settled lies over it.
    std::erase_if(pending_, [&](const Unit& unit) {
      return is_of_file(unit) &&
             (!unit.is_lost ||
              settled.contains({unit.type, unit.type == Unit::Type::kSize ? 0 : unit.value}));
    });
  }

  void PlaceContent(const SimOperation& operation) {
    if (operation.directory != 0) {  // the file is new
      AddNode(operation);
      durable_.nodes.at(operation.directory).entries[operation.name] = operation.node;
    }
    std::erase_if(pending_, [&](const Unit& unit) {
      return unit.type != Unit::Type::kNames && unit.node == operation.node;
    });
    durable_.nodes.at(operation.node).content = std::make_shared<Bytes>(operation.bytes);
  }

  static void ApplyNames(SimImage& image, const Unit& unit) {
    auto& entries = image.nodes.at(unit.node).entries;
    if (!unit.removed_name.empty()) entries.erase(unit.removed_name);
    if (!unit.added_name.empty()) entries[unit.added_name] = unit.added_node;
  }

  void ApplyToFile(const Unit& unit, Outcome outcome, Bytes& content, uint64_t& size,
                   Random& random) const {
    if (outcome == Outcome::kDropped) return;
    if (unit.type == Unit::Type::kSize) {
      size = unit.value;
      return;
    }
    const uint64_t sector_begin = unit.value * kSectorBytes;
    const uint64_t sector_end = sector_begin + kSectorBytes;
    if (content.size() < sector_end) content.resize(static_cast<size_t>(sector_end));
    const auto at = [&](uint64_t offset) {
      return content.begin() + static_cast<Bytes::difference_type>(offset);
    };
    if (outcome == Outcome::kApplied) {
      const SimOperation& write = log_[unit.operation];
      const uint64_t begin = std::max(sector_begin, write.offset);
      const uint64_t end = std::min(sector_end, write.offset + write.bytes.size());
      content.replace(static_cast<size_t>(begin), static_cast<size_t>(end - begin), write.bytes,
                      static_cast<size_t>(begin - write.offset), static_cast<size_t>(end - begin));
    } else if (outcome == Outcome::kZeros) {
      std::fill(at(sector_begin), at(sector_end), '\0');
    } else {
      // The whole sector, with what an earlier fsync had settled beside the bytes written.
      std::generate(at(sector_begin), at(sector_end), [&] { return static_cast<char>(random()); });
    }
  }

  SimImage durable_;
  const std::vector<SimOperation>& log_;
  std::vector<Unit> pending_;
};

/// Units that share their outcome.
struct Choice {
  std::vector<size_t> units;
  std::string label;
  bool is_data = false;
};

/// The states of one crash point.
class PointExplorer {
 public:
  /// Returns false to end the exploration.
  using Show = std::function<bool(SimImage image, std::string description)>;

  PointExplorer(const DiskModel& disk, const std::vector<SimOperation>& log, size_t position,
                const CrashOptions& options, const Show& show)
      : disk_(disk),
        log_(log),
        position_(position),
        options_(options),
        show_(show),
        random_(options.seed * 0x9E3779B97F4A7C15U + position) {
    choices_ = MakeChoices(/*split_writes=*/true);
    is_split_ = choices_.size() <= options.max_exhaustive_choices;
    if (!is_split_) choices_ = MakeChoices(/*split_writes=*/false);
  }

  /// Each returns false when the exploration is to end.
  bool ShowEverything() {
    if (choices_.empty()) return ShowMask("everything", 0);
    if (choices_.size() <= options_.max_exhaustive_choices) {
      if (!ShowSubsets() || !ShowDamage()) return false;
      return is_split_ || ShowRandom(options_.max_random);
    }
    return ShowExtremes() && ShowDamage() && ShowSingles() && ShowRandom(options_.max_random);
  }

  bool ShowSample() {
    return Emit(All(Outcome::kApplied), "all") && (choices_.empty() || ShowRandom(1));
  }

 private:
  using Outcomes = std::vector<Outcome>;

  /// One choice per name change, size and write; with `split_writes` one per sector written.
  std::vector<Choice> MakeChoices(bool split_writes) const {
    std::vector<Choice> choices;
    const std::vector<Unit>& units = disk_.pending();
    for (size_t i = 0; i < units.size(); ++i) {
      const Unit& unit = units[i];
      const bool is_data = unit.type == Unit::Type::kSector;
      const bool joins = is_data && !split_writes && !choices.empty() && choices.back().is_data &&
                         units[choices.back().units.front()].operation == unit.operation;
      if (!joins) {
        Choice& choice = choices.emplace_back();
        choice.is_data = is_data;
        choice.label = fmt::format("#{} {}", unit.operation, log_[unit.operation].description);
        if (unit.type == Unit::Type::kSize) choice.label += " [size]";
        if (is_data && split_writes) choice.label += fmt::format(" [sector {}]", unit.value);
        if (is_data && !split_writes) choice.label += " [data]";
      }
      choices.back().units.push_back(i);
    }
    return choices;
  }

  Outcomes All(Outcome outcome) const { return Outcomes(disk_.pending().size(), outcome); }

  static void Set(Outcomes& outcomes, const Choice& choice, Outcome outcome) {
    for (const size_t unit : choice.units) outcomes[unit] = outcome;
  }

  bool Emit(const Outcomes& outcomes, std::string_view what) {
    const std::string last = position_ == 0 ? "the start" : log_[position_ - 1].description;
    return show_(disk_.Build(outcomes, random_),
                 fmt::format("crash after #{} {}, survived: {}", position_, last, what));
  }

  bool ShowMask(std::string label, uint64_t mask) {
    Outcomes outcomes = All(Outcome::kDropped);
    for (size_t i = 0; i < choices_.size(); ++i) {
      if ((mask >> i & 1U) == 0) continue;
      Set(outcomes, choices_[i], Outcome::kApplied);
      label += "; " + choices_[i].label;
    }
    return Emit(outcomes, label);
  }

  bool ShowSubsets() {
    for (uint64_t mask = 0; mask < uint64_t{1} << choices_.size(); ++mask) {
      if (!ShowMask("only", mask)) return false;
    }
    return true;
  }

  bool ShowExtremes() {
    if (!Emit(All(Outcome::kDropped), "none")) return false;
    if (!Emit(All(Outcome::kApplied), "all")) return false;
    Outcomes no_data = All(Outcome::kApplied);
    Outcomes only_names = All(Outcome::kDropped);
    for (size_t i = 0; i < no_data.size(); ++i) {
      const Unit::Type type = disk_.pending()[i].type;
      if (type == Unit::Type::kSector) no_data[i] = Outcome::kDropped;
      if (type == Unit::Type::kNames) only_names[i] = Outcome::kApplied;
    }
    return Emit(no_data, "names and sizes without data") && Emit(only_names, "only names");
  }

  /// All data, then each piece of it, as garbage and as zeros.
  bool ShowDamage() {
    const std::vector<const Choice*> data = PickChoices([](const Choice& c) { return c.is_data; });
    if (data.empty()) return true;
    for (const Outcome damage : {Outcome::kGarbage, Outcome::kZeros}) {
      const std::string_view name = damage == Outcome::kGarbage ? "garbage" : "zeros";
      Outcomes everywhere = All(Outcome::kApplied);
      for (size_t i = 0; i < everywhere.size(); ++i) {
        if (disk_.pending()[i].type == Unit::Type::kSector) everywhere[i] = damage;
      }
      if (!Emit(everywhere, fmt::format("all, with {} as data", name))) return false;
      for (const Choice* choice : data) {
        Outcomes outcomes = All(Outcome::kApplied);
        Set(outcomes, *choice, damage);
        if (!Emit(outcomes, fmt::format("all, with {} in {}", name, choice->label))) return false;
      }
    }
    return true;
  }

  bool ShowSingles() {
    for (const Choice* choice : PickChoices([](const Choice&) { return true; })) {
      Outcomes alone = All(Outcome::kDropped);
      Set(alone, *choice, Outcome::kApplied);
      if (!Emit(alone, "only; " + choice->label)) return false;
      Outcomes without = All(Outcome::kApplied);
      Set(without, *choice, Outcome::kDropped);
      if (!Emit(without, "all but " + choice->label)) return false;
    }
    return true;
  }

  /// At most max_single_choices of the choices that `accept` takes, in order.
  template <typename Accept>
  std::vector<const Choice*> PickChoices(Accept accept) {
    std::vector<const Choice*> accepted;
    for (const Choice& choice : choices_) {
      if (accept(choice)) accepted.push_back(&choice);
    }
    std::vector<const Choice*> picked;
    std::sample(accepted.begin(), accepted.end(), std::back_inserter(picked),
                options_.max_single_choices, random_);
    return picked;
  }

  bool ShowRandom(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      Outcomes outcomes = All(Outcome::kApplied);
      const uint64_t loss_in_8 = 1 + 3 * Below(random_, 3);
      const auto is_lost = [&] { return Below(random_, 8) < loss_in_8; };
      switch (i % 3) {
        case 0:  // whole writes
          for (const Choice& choice : choices_) {
            if (is_lost()) Set(outcomes, choice, Loss(choice.units.front()));
          }
          break;
        case 1:  // torn writes
          for (size_t unit = 0; unit < outcomes.size(); ++unit) {
            if (is_lost()) outcomes[unit] = Loss(unit);
          }
          break;
        default: {  // a single flaw
          const size_t unit = static_cast<size_t>(Below(random_, outcomes.size()));
          outcomes[unit] = Loss(unit);
        }
      }
      if (!Emit(outcomes, fmt::format("random set {} of seed {}", i, options_.seed))) return false;
    }
    return true;
  }

  Outcome Loss(size_t unit) {
    return disk_.pending()[unit].type == Unit::Type::kSector ? RandomLoss(random_)
                                                             : Outcome::kDropped;
  }

  const DiskModel& disk_;
  const std::vector<SimOperation>& log_;
  size_t position_;
  const CrashOptions& options_;
  const Show& show_;
  Random random_;
  std::vector<Choice> choices_;
  bool is_split_ = false;  // each sector is a choice of its own
};

bool Settles(Kind kind) {
  return kind == Kind::kSyncFile || kind == Kind::kSyncFileFailed || kind == Kind::kSyncDirectory ||
         kind == Kind::kPlaced;
}

}  // namespace

CrashExplorer::CrashExplorer(const SimFs& sim, CrashOptions options)
    : sim_(sim), options_(options) {}

std::optional<std::string> CrashExplorer::FindViolation(const Check& check) {
  std::optional<std::string> violation;
  Explore([&](SimFs& state, const CrashPoint& point) {
    std::string text;
    try {
      text = check(state, point);
    } catch (const std::exception& error) {
      text = error.what();
    }
    if (!text.empty()) violation = point.description + ": " + text;
    return !violation.has_value();
  });
  return violation;
}

void CrashExplorer::ForEachState(const Visit& visit) {
  Explore([&](SimFs& state, const CrashPoint& point) {
    visit(state, point);
    return true;
  });
}

void CrashExplorer::Explore(const std::function<bool(SimFs&, const CrashPoint&)>& wants_more) {
  const std::vector<SimOperation>& log = sim_.log();
  DiskModel disk(sim_.base(), log);
  for (size_t position = 0; position <= log.size(); ++position) {
    if (position > 0) disk.Advance(position - 1);
    if (position < options_.first_position) continue;

    const PointExplorer::Show show = [&](SimImage image, std::string description) {
      ++states_explored_;
      SimFs state(std::move(image));
      const CrashPoint point{position, std::move(description)};
      return wants_more(state, point);
    };
    PointExplorer explorer(disk, log, position, options_, show);
    // Between two fsyncs, what a crash may leave only grows: the last position shows it all.
    const bool is_last = position == log.size() || Settles(log[position].kind);
    const bool is_after_names =
        position > 0 && !Settles(log[position - 1].kind) && log[position - 1].kind != Kind::kWrite;
    if (!(is_last || is_after_names ? explorer.ShowEverything() : explorer.ShowSample())) break;
  }
}

}  // namespace pvc
