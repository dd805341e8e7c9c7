#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "cli/editor.h"
#include "cli/pager.h"
#include "tests/cli/fake_environment.h"
#include "tests/cli/fake_programs.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class ProgramsTest : public testing::Test {
 protected:
  ProgramsTest() : fake_(folder_.path()) {
    environment().programs = &programs_;
    environment().in_is_terminal = true;
    environment().out.is_terminal = true;
  }

  Environment& environment() { return fake_.environment(); }
  std::string Edit() { return EditText(environment(), Path(), "draft\n"); }
  Error EditError() {
    try {
      Edit();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return Error(ErrorKind::kUsage, "");
  }
  std::string Path() const { return folder_ / "COMMIT_EDITMSG"; }
  std::string FileText() { return ReadWholeFile(environment().fs, Path(), 1000); }

  const TempFolder folder_;
  FakeEnvironment fake_;
  FakePrograms programs_;
};

using PagerTest = ProgramsTest;
using EditorTest = ProgramsTest;

TEST_F(PagerTest, LessIsToldToPassColoursOn) {
  EXPECT_EQ(fake_.Run({"help"}), 0);
  EXPECT_EQ(programs_.pager, "less");
  EXPECT_THAT(programs_.pager_variables, ElementsAre(Pair("LESS", "FRX")));
  EXPECT_FALSE(programs_.is_paging);
}

TEST_F(PagerTest, EnvironmentNamesThePager) {
  environment().variables = {{"PAGER", "more"}, {"LESS", "R"}};
  StartPager(environment(), {});
  EXPECT_EQ(programs_.pager, "more");
  EXPECT_TRUE(programs_.pager_variables.empty());
  environment().variables["PVC_PAGER"] = "most -x";
  StartPager(environment(), {});
  EXPECT_EQ(programs_.pager, "most -x");
}

TEST_F(PagerTest, NoneWhereItIsNotWanted) {
  EXPECT_EQ(fake_.Run({"--no-pager", "help"}), 0);
  EXPECT_EQ(fake_.Run({"-c", "core.pager=false", "help"}), 0);
  EXPECT_EQ(fake_.Run({"version"}), 0);
  for (const char* pager : {"", "cat"}) {
    environment().variables = {{"PVC_PAGER", pager}, {"PAGER", "more"}};
    EXPECT_EQ(fake_.Run({"help"}), 0);
  }
  environment().variables = {{"TERM", "dumb"}};
  EXPECT_EQ(fake_.Run({"help"}), 0);
  environment().variables = {};
  environment().out.is_terminal = false;
  EXPECT_EQ(fake_.Run({"help"}), 0);
  EXPECT_EQ(programs_.pager, "");
}

TEST_F(PagerTest, MissingPagerIsSaidAndOutputPrinted) {
  programs_.has_pager = false;
  environment().variables = {{"PAGER", "mroe"}};
  EXPECT_EQ(fake_.Run({"help"}), 0);
  EXPECT_THAT(fake_.err(), HasSubstr("cannot find the pager 'mroe'"));
  EXPECT_THAT(fake_.out(), HasSubstr("usage: pvc"));
}

TEST_F(PagerTest, ErrorsFollowThePagersEnd) {
  EXPECT_EQ(fake_.Run({"help", "lgo"}), 129);
  EXPECT_EQ(programs_.pager, "less");
  EXPECT_FALSE(programs_.is_paging);
}

TEST_F(EditorTest, EnvironmentNamesTheEditor) {
  Edit();
  EXPECT_EQ(programs_.editor, "vi");
  environment().variables = {{"EDITOR", "ed"}};
  Edit();
  EXPECT_EQ(programs_.editor, "ed");
  environment().variables["VISUAL"] = "code -w";
  Edit();
  EXPECT_EQ(programs_.editor, "code -w");
  environment().variables["PVC_EDITOR"] = "nano";
  Edit();
  EXPECT_EQ(programs_.editor, "nano");
}

TEST_F(EditorTest, TextIsAsItWasSaved) {
  programs_.edit = [&](const std::string& path) {
    EXPECT_EQ(FileText(), "draft\n");
    ReplaceFile(environment().fs, path, "# c\nfinal");
  };
  EXPECT_EQ(Edit(), "# c\nfinal");
  EXPECT_EQ(FileText(), "# c\nfinal");
}

TEST_F(EditorTest, FailedEditorIsAnErrorThatSaysWhereTheTextIs) {
  programs_.exit_code = 1;
  const Error error = EditError();
  EXPECT_THAT(error.message(), HasSubstr("the editor 'vi' ended with exit code 1"));
  EXPECT_THAT(error.hints(), ElementsAre(HasSubstr(Path())));
  EXPECT_EQ(FileText(), "draft\n");
}

TEST_F(EditorTest, MissingEditorIsAnErrorWithAWayOut) {
  programs_.exit_code = 127;
  const Error error = EditError();
  EXPECT_THAT(error.message(), HasSubstr("cannot run the editor 'vi'"));
  EXPECT_THAT(error.hints(), ElementsAre(HasSubstr("PVC_EDITOR")));
}

TEST_F(EditorTest, InterruptKeepsTheText) {
  programs_.edit = [&](const std::string&) { fake_.Interrupt(); };
  EXPECT_EQ(EditError().kind(), ErrorKind::kInterrupted);
  EXPECT_EQ(FileText(), "draft\n");
}

TEST_F(EditorTest, WithoutTerminalNothingIsStarted) {
  environment().in_is_terminal = false;
  EXPECT_EQ(EditError().kind(), ErrorKind::kUsage);
  environment().in_is_terminal = true;
  environment().out.is_terminal = false;
  EXPECT_EQ(EditError().kind(), ErrorKind::kUsage);
  EXPECT_EQ(programs_.editor, "");
}

}  // namespace
}  // namespace pvc
