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
using Arguments = StringMap<TermId>;

class Reader {
public:
  explicit Reader(PatternTerms &P) : P(P) {}

  /// The root term of \p Row.
  Expected<TermId> read(const PatternRow &Row) {
    Variables.clear();
    Variables.push_back("x");
    Failure.clear();
    TermId Root = body(Row.Body, {});
    if (!Failure.empty())
      return makeError("pattern of '" + Row.Kind + "': " + Failure);
    return Root;
  }

private:
  TermId fail(const Twine &What) {
    if (Failure.empty())
      Failure = What.str();
    Text = "";
    return 0;
  }
  TermId add(Term T) {
    P.Terms.push_back(std::move(T));
    return static_cast<TermId>(P.Terms.size() - 1);
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
  TermId body(StringRef Body, const Arguments &Given) {
    // Macros name only macros above them: this ends.
    StringRef Outer = Text;
    Text = Body;
    TermId T = term(Given);
    if (!Text.trim().empty())
      fail("'" + Text + "' is too much");
    Text = Failure.empty() ? Outer : StringRef();
    return T;
  }

  TermId unary(TermKind Kind, const Arguments &Given, bool Selects = false) {
    Term T;
    T.Kind = Kind;
    T.Selects = Selects;
    T.Operands = {term(Given)};
    return add(std::move(T));
  }
  TermId leaf(TermKind Kind) {
    Term T;
    T.Kind = Kind;
    return add(std::move(T));
  }

  TermId term(const Arguments &Given) {
    if (!Failure.empty())
      return 0;
    if (eat("~"))
      return unary(TermKind::Through, Given);
    if (eat("^"))
      return unary(TermKind::Through, Given, /*Selects=*/true);
    if (eat("!"))
      return unary(TermKind::Shown, Given);
    if (eat("?"))
      return optional(Given);
    if (eat("%"))
      return leaf(TermKind::Parameter);
    if (eat("$"))
      return leaf(TermKind::Vector);
    if (eat("#"))
      return leaf(TermKind::Scalar);
    if (eat("{"))
      return either(Given);
    if (eat("<"))
      return block(Given);
    if (!Text.empty() && (isDigit(Text[0]) || Text[0] == '-'))
      return number();
    return named(Given);
  }

  TermId optional(const Arguments &Given) {
    Term T;
    T.Kind = TermKind::Optional;
    FirstOperand = 0;
    TermId Inner = term(Given);
    T.Operands = {Inner, FirstOperand};
    return add(std::move(T));
  }

  TermId either(const Arguments &Given) {
    Term T;
    T.Kind = TermKind::Either;
    do
      T.Operands.push_back(term(Given));
    while (eat("|"));
    expect("}");
    return add(std::move(T));
  }

  TermId block(const Arguments &Given) {
    Term T;
    T.Kind = TermKind::Block;
    T.Called = Text.take_until([](char C) { return C == '>'; });
    Text = Text.drop_front(T.Called.size());
    expect(">");
    T.Operands = operands(Given, T);
    return add(std::move(T));
  }

  TermId number() {
    Term T;
    T.Kind = TermKind::Number;
    StringRef Digits = Text.take_while(
        [](char C) { return isDigit(C) || C == '.' || C == '-'; });
    Text = Text.drop_front(Digits.size());
    if (Digits.getAsDouble(T.Number))
      return fail("'" + Digits + "' is no number");
    return add(std::move(T));
  }

  TermId named(const Arguments &Given) {
    StringRef Word = word();
    if (Word == "_")
      return leaf(TermKind::Any);
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
    Term T;
    T.Kind = TermKind::Node;
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

  TermId variable(StringRef Name, const Arguments &Given) {
    Term T;
    const auto *It = find(Variables, Name);
    T.Variable = It - Variables.begin();
    if (It == Variables.end())
      Variables.push_back(Name);
    if (Variables.size() > MaxVariables)
      return fail("has too many variables");
    T.Kind = eat("=") ? TermKind::Named : TermKind::Variable;
    if (T.Kind == TermKind::Named)
      T.Operands = {term(Given)};
    return add(std::move(T));
  }

  void attributes(Term &T) {
    do {
      StringRef Name = word();
      expect("=");
      TermId Value = number();
      if (Failure.empty())
        T.Attributes.emplace_back(Name, P.Terms[Value].Number);
    } while (eat(","));
    expect("]");
  }

  SmallVector<TermId, 3> operands(const Arguments &Given, Term &T) {
    SmallVector<TermId, 3> Operands;
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

  TermId expand(const PatternMacro &M, const Arguments &Given) {
    Term Call;
    SmallVector<TermId, 3> Values = operands(Given, Call);
    SmallVector<StringRef, 3> Names;
    M.Parameters.split(Names, ',', -1, /*KeepEmpty=*/false);
    if (Names.size() != Values.size() || Call.More)
      return fail("macro '" + M.Name + "' takes " + Twine(Names.size()) +
                  " operands");
    Arguments Inner;
    for (size_t I = 0; I < Names.size(); ++I)
      Inner[Names[I].trim()] = Values[I];
    TermId First = FirstOperand;
    TermId T = body(M.Body, Inner);
    FirstOperand = First;
    return T;
  }

  PatternTerms &P;
  StringRef Text; ///< What is left to read.
  std::string Failure;
  SmallVector<StringRef, MaxVariables> Variables;
  /// Of the call that was read last.
  TermId FirstOperand = 0;
};

} // namespace

Expected<PatternTerms> readPatternTable() {
  PatternTerms P;
  P.Terms.emplace_back(); // So that no term is 0.
  Reader R(P);
  for (const PatternRow &Row : patternRows()) {
    Expected<TermId> Root = R.read(Row);
    if (!Root)
      return Root.takeError();
    P.Roots.push_back(*Root);
  }
  return P;
}

} // namespace toscount
