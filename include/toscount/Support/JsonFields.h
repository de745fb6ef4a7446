//===- JsonFields.h - fields of JSON objects that nobody vouches for ------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Reads JSON objects strictly: a field of another kind, a number that is not
/// finite and a field that is not known are refused, with their place and the
/// nearest spelling.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SUPPORT_JSONFIELDS_H
#define TOSCOUNT_SUPPORT_JSONFIELDS_H

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace toscount {

/// Reads fields, and remembers the first thing that is wrong: what a reader
/// returns after that is not to be used.
class JsonFields {
public:
  JsonFields(const llvm::json::Object &O, std::string Where,
             std::string &Problem)
      : O(O), Where(std::move(Where)), Problem(Problem) {}

  void fail(const llvm::Twine &What) const {
    if (Problem.empty())
      Problem = (Where + What).str();
  }

  /// Refuses any other field, with the nearest spelling.
  void known(llvm::ArrayRef<llvm::StringRef> Names) const {
    std::vector<llvm::StringRef> Keys;
    for (const auto &Entry : O)
      Keys.push_back(Entry.first);
    llvm::sort(Keys);
    for (llvm::StringRef Key : Keys)
      if (!llvm::is_contained(Names, Key))
        fail("unknown field '" + printable(Key) + "'" + didYouMean(Key, Names));
  }

  const llvm::json::Value *get(llvm::StringRef Name, bool Required) const {
    const llvm::json::Value *V = O.get(Name);
    if (V == nullptr && Required)
      fail("field '" + Name + "' is missing");
    return V;
  }

  std::string text(llvm::StringRef Name, bool Required = false) const {
    const llvm::json::Value *V = get(Name, Required);
    if (V == nullptr)
      return {};
    std::optional<llvm::StringRef> Text = V->getAsString();
    if (!Text)
      fail("field '" + Name + "' must be a text");
    return Text.value_or("").str();
  }

  std::optional<double> number(llvm::StringRef Name,
                               bool Required = false) const {
    const llvm::json::Value *V = get(Name, Required);
    if (V == nullptr)
      return std::nullopt;
    std::optional<double> Number = V->getAsNumber();
    if (!Number || !std::isfinite(*Number))
      fail("field '" + Name + "' must be a finite number");
    return Number;
  }

  bool flag(llvm::StringRef Name) const {
    const llvm::json::Value *V = get(Name, false);
    if (V == nullptr)
      return false;
    std::optional<bool> Flag = V->getAsBoolean();
    if (!Flag)
      fail("field '" + Name + "' must be true or false");
    return Flag.value_or(false);
  }

  std::vector<std::string> texts(llvm::StringRef Name) const {
    std::vector<std::string> Result;
    for (const llvm::json::Value &V : list(Name, false)) {
      std::optional<llvm::StringRef> Text = V.getAsString();
      if (!Text)
        fail("field '" + Name + "' must be a list of texts");
      Result.push_back(Text.value_or("").str());
    }
    return Result;
  }

  llvm::ArrayRef<llvm::json::Value> list(llvm::StringRef Name,
                                         bool Required) const {
    const llvm::json::Value *V = get(Name, Required);
    if (V == nullptr)
      return {};
    const llvm::json::Array *List = V->getAsArray();
    if (List != nullptr)
      return llvm::ArrayRef<llvm::json::Value>(List->data(), List->size());
    fail("field '" + Name + "' must be a list");
    return {};
  }

  /// Calls \p Read with the fields of each object of a list.
  template <typename F>
  void objects(llvm::StringRef Name, bool Required, F Read) const {
    llvm::ArrayRef<llvm::json::Value> List = list(Name, Required);
    for (size_t I = 0; I < List.size(); ++I) {
      std::string Place = Where + Name.str() + "[" + std::to_string(I) + "]";
      const llvm::json::Object *Object = List[I].getAsObject();
      if (Object != nullptr)
        Read(JsonFields(*Object, Place + ": ", Problem));
      else if (Problem.empty())
        Problem = Place + ": must be an object";
    }
  }

  /// The number of \p Name's text among \p Choices.
  template <typename E>
  E choice(llvm::StringRef Name,
           llvm::ArrayRef<llvm::StringLiteral> Choices) const {
    std::string Text = text(Name, true);
    for (size_t I = 0; I < Choices.size(); ++I)
      if (Choices[I] == Text)
        return static_cast<E>(I);
    std::vector<llvm::StringRef> Known(Choices.begin(), Choices.end());
    fail("field '" + Name + "' is '" + printable(Text) +
         "', which is not known" + didYouMean(Text, Known));
    return static_cast<E>(0);
  }

  const llvm::json::Object &O;

private:
  std::string Where;
  std::string &Problem;
};

} // namespace toscount

#endif // TOSCOUNT_SUPPORT_JSONFIELDS_H
