//===- Function.cpp - functions of one operand ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Signs, roundings, powers and the elementary functions, element by element.
/// Functions that are no basic operation are written out: tan = sin / cos, the
/// hyperbolic ones by exponentials, their inverses by logarithms.
///
//===----------------------------------------------------------------------===//

#include "ElementwiseFold.h"
#include "Families.h"
#include "Pointwise.h"
#include "ShapeHelpers.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

Int128 negate(IntType, Int128 X) { return -X; }
Int128 absolute(IntType, Int128 X) { return X < 0 ? -X : X; }
Int128 signOf(IntType, Int128 X) { return X < 0 ? -1 : X > 0 ? 1 : 0; }

double signOfFloat(double X) { return X < 0 ? -1 : X > 0 ? 1 : X; }

/// Halves go to the even neighbour, whatever the rounding mode.
double roundEven(double X) { return X - std::remainder(X, 1.0); }

constexpr OpInfo Rows[] = {
    {.Name = "Neg",
     .Types = "fi",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return -X; }, negate>,
     .Forward = each<EachCost{.Sub = 1}>,
     .Backward = eachBackward<EachCost{.Sub = 1}>,
     .ForwardDoc = "0 - x: sub 1",
     .BackwardDoc = "-dy: sub 1"},
    {.Name = "Abs",
     .Types = "fi",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::abs(X); }, absolute>,
     .Forward = each<EachCost{.Cmp = 1}>,
     .Backward = eachBackward<EachCost{.Mul = 1, .Cmp = 1, .SavesInput = true}>,
     .ForwardDoc = "max(x, -x) by the sign bit: cmp 1",
     .BackwardDoc = "dy times the sign of x: cmp 1, mul 1"},
    {.Name = "Sign",
     .Since = 9,
     .Types = "fi",
     .Shape = shapeLikeInput,
     .Fold = foldEach<signOfFloat, signOf>,
     .Forward = each<EachCost{.Cmp = 2}>,
     .ForwardDoc = "x < 0 and x > 0: cmp 2"},
    {.Name = "Floor",
     .Types = "f",
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::floor(X); }>,
     .Forward = each<EachCost{.Cmp = 1}>,
     .ForwardDoc = "a rounding: cmp 1"},
    {.Name = "Ceil",
     .Types = "f",
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::ceil(X); }>,
     .Forward = each<EachCost{.Cmp = 1}>,
     .ForwardDoc = "a rounding: cmp 1"},
    {.Name = "Round",
     .Since = 11,
     .Types = "f",
     .Shape = shapeLikeInput,
     .Fold = foldEach<roundEven>,
     .Forward = each<EachCost{.Cmp = 1}>,
     .ForwardDoc = "a rounding: cmp 1"},
    {.Name = "Reciprocal",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return 1 / X; }>,
     .Forward = each<EachCost{.Div = 1}>,
     .Backward =
         eachBackward<EachCost{.Sub = 1, .Mul = 2, .SavesOutput = true}>,
     .ForwardDoc = "1 / x: div 1",
     .BackwardDoc = "-(dy * y * y): mul 2, sub 1"},
    {.Name = "Sqrt",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::sqrt(X); }>,
     .Forward = each<EachCost{.Sqrt = 1}>,
     .Backward =
         eachBackward<EachCost{.Mul = 1, .Div = 1, .SavesOutput = true}>,
     .ForwardDoc = "sqrt 1",
     .BackwardDoc = "dy * 0.5 / y: mul 1, div 1"},
    {.Name = "Exp",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::exp(X); }>,
     .Forward = each<EachCost{.Exp = 1}>,
     .Backward = eachBackward<EachCost{.Mul = 1, .SavesOutput = true}>,
     .ForwardDoc = "exp 1",
     .BackwardDoc = "dy * y: mul 1"},
    {.Name = "Log",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::log(X); }>,
     .Forward = each<EachCost{.Log = 1}>,
     .Backward = eachBackward<EachCost{.Div = 1, .SavesInput = true}>,
     .ForwardDoc = "log 1",
     .BackwardDoc = "dy / x: div 1"},
    {.Name = "Erf",
     .Since = 9,
     .Types = "fi",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::erf(X); }>,
     .Forward = each<EachCost{.Erf = 1}>,
     .Backward = eachBackward<EachCost{
         .Sub = 1, .Mul = 3, .Exp = 1, .SavesInput = true}>,
     .ForwardDoc = "erf 1",
     .BackwardDoc = "dy * (2 / sqrt(pi)) * exp(-(x * x)): mul 3, sub 1, exp 1"},
    {.Name = "Sin",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::sin(X); }>,
     .Forward = each<EachCost{.Sin = 1}>,
     .Backward = eachBackward<EachCost{.Mul = 1, .Cos = 1, .SavesInput = true}>,
     .ForwardDoc = "sin 1",
     .BackwardDoc = "dy * cos(x): cos 1, mul 1"},
    {.Name = "Cos",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::cos(X); }>,
     .Forward = each<EachCost{.Cos = 1}>,
     .Backward = eachBackward<EachCost{
         .Sub = 1, .Mul = 1, .Sin = 1, .SavesInput = true}>,
     .ForwardDoc = "cos 1",
     .BackwardDoc = "-(dy * sin(x)): sin 1, mul 1, sub 1"},
    {.Name = "Tan",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::tan(X); }>,
     .Forward = each<EachCost{.Div = 1, .Sin = 1, .Cos = 1}>,
     .Backward =
         eachBackward<EachCost{.Add = 1, .Mul = 2, .SavesOutput = true}>,
     .ForwardDoc = "sin(x) / cos(x): sin 1, cos 1, div 1",
     .BackwardDoc = "dy * (1 + y * y): mul 2, add 1"},
    {.Name = "Asin",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::asin(X); }>,
     .Forward = each<EachCost{.Asin = 1}>,
     .Backward = eachBackward<EachCost{
         .Sub = 1, .Mul = 1, .Div = 1, .Sqrt = 1, .SavesInput = true}>,
     .ForwardDoc = "asin 1",
     .BackwardDoc = "dy / sqrt(1 - x * x): mul 1, sub 1, sqrt 1, div 1"},
    {.Name = "Acos",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::acos(X); }>,
     .Forward = each<EachCost{.Acos = 1}>,
     .Backward = eachBackward<EachCost{
         .Sub = 2, .Mul = 1, .Div = 1, .Sqrt = 1, .SavesInput = true}>,
     .ForwardDoc = "acos 1",
     .BackwardDoc = "-(dy / sqrt(1 - x * x)): mul 1, sub 2, sqrt 1, div 1"},
    {.Name = "Atan",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::atan(X); }>,
     .Forward = each<EachCost{.Atan = 1}>,
     .Backward = eachBackward<EachCost{
         .Add = 1, .Mul = 1, .Div = 1, .SavesInput = true}>,
     .ForwardDoc = "atan 1",
     .BackwardDoc = "dy / (1 + x * x): mul 1, add 1, div 1"},
    {.Name = "Sinh",
     .Since = 9,
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::sinh(X); }>,
     .Forward = each<EachCost{.Sub = 2, .Div = 1, .Exp = 2}>,
     .Backward =
         eachBackward<EachCost{.Add = 1, .Mul = 1, .Div = 1, .Hidden = 2}>,
     .ForwardDoc = "(exp(x) - exp(-x)) / 2: exp 2, sub 2, div 1",
     .BackwardDoc = "dy * (exp(x) + exp(-x)) / 2 from the saved exponentials: "
                    "add 1, mul 1, div 1"},
    {.Name = "Cosh",
     .Since = 9,
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::cosh(X); }>,
     .Forward = each<EachCost{.Add = 1, .Sub = 1, .Div = 1, .Exp = 2}>,
     .Backward =
         eachBackward<EachCost{.Sub = 1, .Mul = 1, .Div = 1, .Hidden = 2}>,
     .ForwardDoc = "(exp(x) + exp(-x)) / 2: exp 2, sub 1, add 1, div 1",
     .BackwardDoc = "dy * (exp(x) - exp(-x)) / 2 from the saved exponentials: "
                    "sub 1, mul 1, div 1"},
    {.Name = "Asinh",
     .Since = 9,
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::asinh(X); }>,
     .Forward = each<EachCost{.Add = 2, .Mul = 1, .Log = 1, .Sqrt = 1}>,
     .Backward = eachBackward<EachCost{.Div = 1, .Hidden = 1}>,
     .ForwardDoc = "log(x + sqrt(x * x + 1)): mul 1, add 2, sqrt 1, log 1",
     .BackwardDoc = "dy over the saved square root: div 1"},
    {.Name = "Acosh",
     .Since = 9,
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::acosh(X); }>,
     .Forward =
         each<EachCost{.Add = 1, .Sub = 1, .Mul = 1, .Log = 1, .Sqrt = 1}>,
     .Backward = eachBackward<EachCost{.Div = 1, .Hidden = 1}>,
     .ForwardDoc =
         "log(x + sqrt(x * x - 1)): mul 1, sub 1, add 1, sqrt 1, log 1",
     .BackwardDoc = "dy over the saved square root: div 1"},
    {.Name = "Atanh",
     .Since = 9,
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<[](double X) { return std::atanh(X); }>,
     .Forward =
         each<EachCost{.Add = 1, .Sub = 1, .Mul = 1, .Div = 1, .Log = 1}>,
     .Backward = eachBackward<EachCost{
         .Sub = 1, .Mul = 1, .Div = 1, .SavesInput = true}>,
     .ForwardDoc = "0.5 * log((1 + x) / (1 - x)): add 1, sub 1, div 1, log 1, "
                   "mul 1",
     .BackwardDoc = "dy / (1 - x * x): mul 1, sub 1, div 1"},
};

} // namespace

ArrayRef<OpInfo> functionOps() { return Rows; }

} // namespace toscount
