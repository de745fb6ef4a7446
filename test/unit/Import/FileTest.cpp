//===- FileTest.cpp - what kind of file it is -----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Writer.h"

#include "toscount/IR/Print.h"

#include "llvm/Support/FileSystem.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sys/stat.h>
#include <thread>

using namespace toscount;
using namespace toscount::test;

namespace {

/// A file that is removed at the end of the test.
class TemporaryFile {
public:
  TemporaryFile(llvm::StringRef Suffix, llvm::StringRef Content) {
    int Handle = -1;
    EXPECT_FALSE(
        llvm::sys::fs::createTemporaryFile("import", Suffix, Handle, Path));
    llvm::raw_fd_ostream Out(Handle, /*shouldClose=*/true);
    Out << Content;
  }
  ~TemporaryFile() { llvm::sys::fs::remove(Path); }
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;

  llvm::SmallString<128> Path;
};

std::string fileError(llvm::StringRef Path) {
  auto M = importModel(Path);
  if (M)
    return "";
  std::string Says = toString(M.takeError());
  EXPECT_EQ(Says.rfind((Path + ": ").str(), 0), 0U) << Says;
  return Says;
}

std::string contentError(llvm::StringRef Suffix, llvm::StringRef Content) {
  TemporaryFile File(Suffix, Content);
  return fileError(File.Path);
}

std::string printed(llvm::StringRef Path) {
  auto M = importModel(Path);
  if (!M)
    return toString(M.takeError());
  (*M)->Path = "";
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  print(Out, **M);
  return Text;
}

Message small() {
  return model(graph({node("Relu", {"x"}, {"y"})}, {info("x")}, {info("y")}));
}

TEST(File, WhatIsNoModel) {
  EXPECT_SAYS(fileError("/nonexistent/m.onnx"), "cannot be opened: No such");
  EXPECT_SAYS(fileError("/tmp"), "is a folder; name the .onnx file in it");
  EXPECT_SAYS(contentError("onnx", ""), "is empty");
  EXPECT_SAYS(contentError("onnx", "\x89PNG\r\n\x1a\n"), "is a PNG image");
  EXPECT_SAYS(contentError("pt", "PK\x03\x04zzzz"), "torch.onnx.export");
  EXPECT_SAYS(contentError("onnx", "version https://git-lfs.github.com/spec"),
              "git lfs pull");
  EXPECT_SAYS(contentError("onnx", "<!DOCTYPE html>"), "is a web page");
  EXPECT_SAYS(contentError("tflite", "abcdTFL3"), "TensorFlow Lite");
  EXPECT_SAYS(contentError("onnx", "hello\nworld\n"), "is a text file");
  EXPECT_SAYS(contentError("onnx", "{\"layers\": []}"), "is a text file");
  std::string File = small().Bytes;
  EXPECT_SAYS(contentError("onnx", File.substr(0, File.size() - 9)),
              "truncated or corrupt at byte");
}

TEST(File, MappedAndStreamedFilesAreTheSame) {
  std::vector<char> Weights(1'000'000, 'w');
  Message File =
      model(graph({node("MatMul", {"x", "w"}, {"y"})}, {info("x")}, {info("y")},
                  {tensor("w", 1, {500, 500}).bytes(9, rawBytes(Weights))}));
  TemporaryFile Mapped("onnx", File.Bytes);
  std::string Want = printed(Mapped.Path);
  EXPECT_SAYS(Want, "stored %w : fp32[500, 500]");
  TemporaryFile Pipe("onnx", "");
  llvm::sys::fs::remove(Pipe.Path);
  ASSERT_EQ(::mkfifo(Pipe.Path.c_str(), 0600), 0);
  std::thread Writer([&] {
    std::error_code Code;
    llvm::raw_fd_ostream Out(Pipe.Path, Code);
    Out << File.Bytes;
  });
  EXPECT_EQ(printed(Pipe.Path), Want);
  Writer.join();
}

constexpr llvm::StringLiteral TextModel = R"(
# LeNet's first layer.
<ir_version: 8, opset_import: ["" : 17]>
lenet (float[N, 1, 28, 28] x) => (float[N, 6, 24, 24] y)
<float[6, 1, 5, 5] w = {}, float[6] b = {}, int64[2] k = {3, -4}>
{
  y = Conv <kernel_shape = [5, 5]> (x, w, b)
}
)";

TEST(Text, IsReadBySuffixOrByContent) {
  for (const char *Suffix : {"onnxtxt", "anything"}) {
    TemporaryFile File(Suffix, TextModel);
    std::string Got = printed(File.Path);
    if (contains(Got, "needs the module"))
      GTEST_SKIP() << Got;
    EXPECT_EQ(Got, R"(model "" ir 8, ai.onnx 17
graph "lenet" {
  input %x : fp32[N, 1, 28, 28]
  stored %w : fp32[6, 1, 5, 5]
  stored %b : fp32[6]
  stored %k : int64[2] = {3, -4}
  %y = Conv(%x, %w, %b) {kernel_shape = [5, 5]} : fp32[N, 6, 24, 24]
  output %y : fp32[N, 6, 24, 24]
}
)");
  }
}

TEST(Text, ErrorsNameTheLine) {
  std::string Says = contentError("onnxtxt", "<ir_version: 8>\ng (float[N] x) "
                                             "=> (y) {\n  y = Relu(x\n}\n");
  if (contains(Says, "needs the module"))
    GTEST_SKIP() << Says;
  EXPECT_SAYS(Says, ": line 4, column ");
  EXPECT_SAYS(Says, "expected character ) not found");
}

TEST(Text, HostileTextIsRefused) {
  auto Says = [](const std::string &Text) {
    auto Result = parseOnnxText(Text, "t");
    return Result ? "" : toString(Result.takeError());
  };
  std::string Header = "<ir_version: 8, opset_import: [\"\" : 17]>\n";
  std::string Zero = Header;
  Zero += '\0';
  EXPECT_SAYS(Says(Zero), "t: has a zero byte");
  EXPECT_SAYS(Says(Header + std::string(100'000, '(')), "nested deeper");
  std::string Nested;
  for (int I = 0; I < 10'000; ++I)
    Nested += "{ y = If (c) <then_branch = g () => (y) ";
  EXPECT_SAYS(Says(Header + "g () => (y) " + Nested), "nested deeper");
  if (contains(Says(Header), "needs the module"))
    GTEST_SKIP();
  for (const char *Text :
       {"", "<", "\"", "<ir_version: \"", "<ir_version: 99999999999999999999>",
        "<ir_version: ->", "g (float[99999999999999999999] x) => () {}",
        "g (float[2] x = {1e999, 1}) => () {}", "g (float[2] x = {1,",
        "g (\xff\xfe) => () {}", "<producer_name: \"unterminated"})
    EXPECT_NE(Says(Text), "") << Text;
}

TEST(Text, DamagedTextNeverCrashes) {
  std::string Text = TextModel.str();
  for (size_t Length = 0; Length < Text.size(); ++Length) {
    auto Result = parseOnnxText(llvm::StringRef(Text).take_front(Length), "t");
    if (!Result)
      llvm::consumeError(Result.takeError());
  }
  unsigned State = 1;
  for (int Round = 0; Round < 2'000; ++Round) {
    std::string Broken = Text;
    for (int Hits = 0; Hits < 3; ++Hits) {
      State = State * 1664525U + 1013904223U;
      Broken[(State >> 8U) % Broken.size()] =
          "<>(){}[],=:\"#a1-.@ "[State >> 28U];
    }
    auto Result = parseOnnxText(Broken, "t");
    if (!Result)
      llvm::consumeError(Result.takeError());
  }
}

/// The ONNX project's own node tests, where they are installed.
TEST(TestData, EveryModelIsImported) {
  const char *Root = "/usr/share/libonnx-testdata/data";
  std::error_code Code;
  unsigned Models = 0;
  for (llvm::sys::fs::recursive_directory_iterator I(Root, Code), End;
       I != End && !Code; I.increment(Code)) {
    if (!llvm::StringRef(I->path()).ends_with("/model.onnx"))
      continue;
    ++Models;
    auto M = importModel(I->path());
    EXPECT_TRUE(static_cast<bool>(M));
    if (!M)
      ADD_FAILURE() << toString(M.takeError());
  }
  if (Models == 0)
    GTEST_SKIP() << "libonnx-testdata is not installed";
}

} // namespace
