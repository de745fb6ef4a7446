//===- PatternTerms.cpp - the rows of the pattern table, read -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "PatternTerms.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount {
namespace {

/// What the parameters of the macro being read stand for.
using Arguments = StringMap<PatternTermId>;

class Reader {
public:
  explicit Reader(PatternTerms &P) : P(P) {}

  /// The root term of \p Row.
  Expected<PatternTermId> read(const PatternRow &Row) {
    Variables.clear();
    Variables.push_back("x");
    Failure.clear();
    PatternTermId Root = body(Row.Body, {});
    if (!Failure.empty())
      return makeError("pattern of '" + Row.Kind + "': " + Failure);
    return Root;
  }

private:
  PatternTermId fail(const Twine &What) {
    if (Failure.empty())
      Failure = What.str();
    Text = "";
    return 0;
  }
  PatternTermId add(PatternTerm T) {
    P.Terms.push_back(std::move(T));
    return static_cast<PatternTermId>(P.Terms.size() - 1);
  }
  bool eat(StringRef Token) {
    Text = Text.ltrim();
    return Text.consume_front(Token);
  }
  void expect(StringRef Token) {
    if (!eat(Token))
      fail("'" + Token + "' is missing before '" + Text + "'");
  }
  StringRef word() {
    Text = Text.ltrim();
    StringRef Word = Text.take_while(
        [](char C) { return isAlnum(C) || C == '_' || C == '.'; });
    Text = Text.drop_front(Word.size());
    return Word;
  }

  /// All of \p Body, a row or a macro.
  PatternTermId body(StringRef Body, const Arguments &Given) {
    // Macros name only macros above them: this ends.
    StringRef Outer = Text;
    Text = Body;
    PatternTermId T = term(Given);
    if (!Text.trim().empty())
      fail("'" + Text + "' is too much");
    Text = Failure.empty() ? Outer : StringRef();
    return T;
  }

  PatternTermId unary(PatternKind Kind, const Arguments &Given,
                      bool Selects = false) {
    PatternTerm T;
    T.Kind = Kind;
    T.Selects = Selects;
    T.Operands = {term(Given)};
    return add(std::move(T));
  }
  PatternTermId leaf(PatternKind Kind) {
    PatternTerm T;
    T.Kind = Kind;
    return add(std::move(T));
  }

  PatternTermId term(const Arguments &Given) {
    if (!Failure.empty())
      return 0;
    if (eat("~"))
      return unary(PatternKind::Through, Given);
    if (eat("^"))
      return unary(PatternKind::Through, Given, /*Selects=*/true);
    if (eat("!"))
      return unary(PatternKind::Shown, Given);
    if (eat("?"))
      return optional(Given);
    if (eat("%"))
      return leaf(PatternKind::Parameter);
    if (eat("$"))
      return leaf(PatternKind::Vector);
    if (eat("#"))
      return leaf(PatternKind::Scalar);
    if (eat("{"))
      return either(Given);
    if (eat("<"))
      return block(Given);
    if (!Text.empty() && (isDigit(Text[0]) || Text[0] == '-'))
      return number();
    return named(Given);
  }

  PatternTermId optional(const Arguments &Given) {
    PatternTerm T;
    T.Kind = PatternKind::Optional;
    FirstOperand = 0;
    PatternTermId Inner = term(Given);
    T.Operands = {Inner, FirstOperand};
    return add(std::move(T));
  }

  PatternTermId either(const Arguments &Given) {
    PatternTerm T;
    T.Kind = PatternKind::Either;
    do
      T.Operands.push_back(term(Given));
    while (eat("|"));
    expect("}");
    return add(std::move(T));
  }

  PatternTermId block(const Arguments &Given) {
    PatternTerm T;
    T.Kind = PatternKind::Block;
    T.Called = Text.take_until([](char C) { return C == '>'; });
    Text = Text.drop_front(T.Called.size());
    expect(">");
    T.Operands = operands(Given, T);
    return add(std::move(T));
  }

  PatternTermId number() {
    PatternTerm T;
    T.Kind = PatternKind::Number;
    StringRef Digits = Text.take_while(
        [](char C) { return isDigit(C) || C == '.' || C == '-'; });
    Text = Text.drop_front(Digits.size());
    if (Digits.getAsDouble(T.Number))
      return fail("'" + Digits + "' is no number");
    return add(std::move(T));
  }

  PatternTermId named(const Arguments &Given) {
    StringRef Word = word();
    if (Word == "_")
      return leaf(PatternKind::Any);
    if (Word.empty())
      return fail("a term is missing before '" + Text + "'");
    if (auto It = Given.find(Word); It != Given.end())
      return It->second;
    // Domains hold dots; operators and macros begin with capitals.
    if (!Word.contains('.') && isLower(Word[0]))
      return variable(Word, Given);
    for (const PatternMacro &M : patternMacros())
      if (M.Name == Word)
        return expand(M, Given);
    PatternTerm T;
    T.Kind = PatternKind::Node;
    T.Ops.push_back(P.number(Word));
    while (eat("|"))
      T.Ops.push_back(P.number(word()));
    if (eat(":last"))
      T.LastAxes = true;
    if (eat("["))
      attributes(T);
    T.Operands = operands(Given, T);
    return add(std::move(T));
  }

  PatternTermId variable(StringRef Name, const Arguments &Given) {
    PatternTerm T;
    const auto *It = find(Variables, Name);
    T.Variable = It - Variables.begin();
    if (It == Variables.end())
      Variables.push_back(Name);
    if (Variables.size() > MaxVariables)
      return fail("has too many variables");
    T.Kind = eat("=") ? PatternKind::Named : PatternKind::Variable;
    if (T.Kind == PatternKind::Named)
      T.Operands = {term(Given)};
    return add(std::move(T));
  }

  void attributes(PatternTerm &T) {
    do {
      StringRef Name = word();
      expect("=");
      PatternTermId Value = number();
      if (Failure.empty())
        T.Attributes.emplace_back(Name, P.Terms[Value].Number);
    } while (eat(","));
    expect("]");
  }

  SmallVector<PatternTermId, 3> operands(const Arguments &Given,
                                         PatternTerm &T) {
    SmallVector<PatternTermId, 3> Operands;
    expect("(");
    while (Failure.empty() && !eat(")")) {
      if (eat("...")) {
        T.More = true;
        continue;
      }
      Operands.push_back(term(Given));
      if (!eat(",") && !Text.ltrim().starts_with(")"))
        fail("')' is missing before '" + Text + "'");
    }
    FirstOperand = Operands.empty() ? 0 : Operands.front();
    return Operands;
  }

  PatternTermId expand(const PatternMacro &M, const Arguments &Given) {
    PatternTerm Call;
    SmallVector<PatternTermId, 3> Values = operands(Given, Call);
    SmallVector<StringRef, 3> Names;
    M.Parameters.split(Names, ',', -1, /*KeepEmpty=*/false);
    if (Names.size() != Values.size() || Call.More)
      return fail("macro '" + M.Name + "' takes " + Twine(Names.size()) +
                  " operands");
    Arguments Inner;
    for (size_t I = 0; I < Names.size(); ++I)
      Inner[Names[I].trim()] = Values[I];
    PatternTermId First = FirstOperand;
    PatternTermId T = body(M.Body, Inner);
    FirstOperand = First;
    return T;
  }

  PatternTerms &P;
  StringRef Text; ///< What is left to read.
  std::string Failure;
  SmallVector<StringRef, MaxVariables> Variables;
  /// Of the call that was read last.
  PatternTermId FirstOperand = 0;
};

} // namespace

Expected<PatternTerms> readPatternTable() {
  PatternTerms P;
  P.Terms.emplace_back(); // So that no term is 0.
  Reader R(P);
  for (const PatternRow &Row : patternRows()) {
    Expected<PatternTermId> Root = R.read(Row);
    if (!Root)
      return Root.takeError();
    P.Roots.push_back(*Root);
  }
  return P;
}

} // namespace toscount
