#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/json_reader.h"
#include "vcs/patch/patch.h"

namespace pvc {

/// Reads a patch written in JSON, a row at a time.   Format: docs/json.md, "pvc.patch/v1".
///
/// Lifetime: the source outlives it.   Throws: as JsonReader, and kInvalid for a document of
/// another format.
class PatchJsonReader final : public PatchReader {
 public:
  explicit PatchJsonReader(BlockReader& source) : json_(source) {}

  PatchHeader ReadHeader() override;
  bool NextTable(PatchTable& table) override;
  bool NextRow(PatchRow& row) override;

 private:
  enum class Place { kTables, kRows, kEnd };

  void Expect(JsonToken token, std::string_view what);
  std::string ReadString(std::string_view what);
  /// A string, or nothing for null.
  std::optional<std::string> ReadText(std::string_view what);
  PatchValue ReadValue();
  PatchValue ReadTaggedValue();
  PatchValue ReadNumber();
  int64_t ReadInteger(std::string_view what);
  template <typename OnMember>
  void ReadObject(std::string_view what, const OnMember& on_member);
  template <typename OnElement>
  void ReadArray(std::string_view what, const OnElement& on_element);

  void ReadCommit(PatchHeader& header);
  Signature ReadSignature();
  ChangeKind ReadChange();
  void ReadProperty(PatchHeader& header);
  void ReadSchemaChange(PatchHeader& header);
  PatchColumnPair ReadColumn();
  void ReadColumns(PatchTable& table);
  void ReadKey(PatchTable& table);
  void Finish();

  /// The cell of the row for the column called so on one side.
  PatchCell& CellOf(PatchRow& row, const std::string& name, ChangeKind kind);
  void ReadRowMember(PatchRow& row, const std::string& name);
  void ReadChangedCell(PatchRow& row, const std::string& name);

  JsonReader json_;
  Place place_ = Place::kEnd;
  std::map<std::string, size_t> columns_before_;  // of the table being read
  std::map<std::string, size_t> columns_after_;
  std::vector<int> cell_of_column_;  // of the row being read: index into its cells, or -1
};

}  // namespace pvc
