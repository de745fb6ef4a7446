//===- FitReport.cpp - views of a fit to plain columns --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/FitReport.h"

#include "DisplayText.h"
#include "Grid.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/Support/JSON.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

/// Significant digits in text. All digits are in JSON and CSV, and with
/// `Exact`.
constexpr int ValueDigits = 9;
constexpr int ErrorDigits = 4;

class FitWriter {
public:
  FitWriter(const FitReport &Fit, const ReportOptions &Options)
      : Fit(Fit), M(*Fit.Model), Options(Options) {}

  void text(raw_ostream &OS) const {
    printWrapped(OS, "", safeText(heading()), 2, Options);
    OS << "\n";
    printGrid(OS, grid(), Options);
    OS << "\n";
    for (const std::string &Line : lines())
      printWrapped(OS, "", safeText(Line), 2, Options);
  }

  void markdown(raw_ostream &OS) const {
    OS << markdownText(heading()) << "\n\n";
    printMarkdownGrid(OS, grid());
    OS << "\n";
    for (const std::string &Line : lines())
      OS << "- " << markdownText(Line) << "\n";
  }

  void csv(raw_ostream &OS) const {
    OS << "name,value,standard_error,unit\n";
    for (const Coefficient &C : M.Coefficients)
      OS << csvField(C.Name) << "," << numberText(C.Value) << ","
         << (C.StandardError ? numberText(*C.StandardError) : "") << ","
         << csvField(C.Unit) << "\n";
  }

  void json(raw_ostream &OS) const {
    json::OStream J(OS, 2);
    J.object([&] {
      J.attribute("schema", "toscount.fit/1");
      J.attribute("source", jsonText(Fit.Source));
      J.attribute("protocol", protocol());
      J.attribute("response", jsonText(Fit.Data->Response.Name));
      J.attribute("degree", M.Options.Degree);
      J.attribute("intercept", M.Options.Intercept);
      J.attributeArray("coefficients", [&] {
        for (const Coefficient &C : M.Coefficients)
          J.object([&] {
            J.attribute("name", jsonText(C.Name));
            number(J, "value", C.Value);
            if (C.StandardError)
              number(J, "standard_error", *C.StandardError);
            if (!C.Unit.empty())
              J.attribute("unit", jsonText(C.Unit));
          });
      });
      J.attribute("n", rows());
      J.attribute("degrees_of_freedom", M.DegreesOfFreedom);
      number(J, "rmse", M.Rmse);
      number(J, "r2", M.RSquared);
      if (M.ResidualDeviation)
        number(J, "residual_deviation", *M.ResidualDeviation);
      if (!M.Covariance.empty())
        J.attributeArray("covariance", [&] {
          size_t P = M.Coefficients.size();
          for (size_t I = 0; I < P; ++I)
            J.array([&] {
              for (size_t K = 0; K < P; ++K)
                J.rawValue(numberText(M.Covariance[I * P + K]));
            });
        });
      if (Fit.Cv)
        crossValidation(J);
      if (Fit.Paper != nullptr)
        paper(J);
      J.attributeArray("residuals", [&] {
        for (double R : M.Residuals)
          J.rawValue(numberText(R));
      });
    });
    OS << "\n";
  }

private:
  static void number(json::OStream &J, StringRef Key, double Value) {
    if (!std::isfinite(Value))
      return;
    J.attributeBegin(Key);
    J.rawValue(numberText(Value));
    J.attributeEnd();
  }

  [[nodiscard]] StringRef protocol() const {
    return Fit.Paper != nullptr ? "to-paper" : "all-rows";
  }
  [[nodiscard]] size_t rows() const { return M.Residuals.size(); }

  [[nodiscard]] std::string shown(double Value, int Digits) const {
    return Options.Exact ? numberText(Value) : roundedText(Value, Digits);
  }

  [[nodiscard]] std::string heading() const {
    std::string Sum;
    unsigned Number = 0;
    auto Add = [&](const std::string &Factor) {
      Sum += (Sum.empty() ? "a" : " + a") + std::to_string(Number++) + Factor;
    };
    if (M.Options.Intercept)
      Add("");
    for (const ColumnInfo &Column : Fit.Data->Columns)
      for (unsigned I = 1; I <= M.Options.Degree; ++I)
        Add(" " + Column.Name + (I > 1 ? "^" + std::to_string(I) : ""));
    return Fit.Source + ": " + Fit.Data->Response.Name + " = " + Sum;
  }

  [[nodiscard]] Grid grid() const {
    Grid G;
    G.Columns = {{.Title = "coefficient", .Right = false, .Code = true},
                 {.Title = "value"},
                 {.Title = "standard error"}};
    bool Units = any_of(M.Coefficients,
                        [](const Coefficient &C) { return !C.Unit.empty(); });
    if (Units)
      G.Columns.push_back({.Title = "unit", .Right = false});
    for (const Coefficient &C : M.Coefficients) {
      GridRow Row;
      Row.Cells = {safeText(C.Name), shown(C.Value, ValueDigits),
                   C.StandardError ? shown(*C.StandardError, ErrorDigits)
                                   : "-"};
      if (Units)
        Row.Cells.push_back(safeText(C.Unit));
      G.Rows.push_back(std::move(Row));
    }
    return G;
  }

  [[nodiscard]] std::string unit() const {
    const std::string &Unit = Fit.Data->Response.Unit;
    return Unit.empty() ? "" : " " + Unit;
  }

  /// What is said below the table.
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> Lines;
    std::string Line = std::to_string(rows()) + " rows: RMSE " +
                       shown(M.Rmse, ErrorDigits + 2) + unit() + ", R2 " +
                       shown(M.RSquared, ErrorDigits + 2);
    if (M.ResidualDeviation)
      Line += ", residual standard deviation " +
              shown(*M.ResidualDeviation, ErrorDigits + 2) + unit() + " (" +
              std::to_string(M.DegreesOfFreedom) + " degrees of freedom)";
    else
      Line += "; no degree of freedom is left for standard errors";
    Lines.push_back(Line);
    if (Fit.Paper != nullptr)
      paperLines(Lines);
    if (Fit.Cv) {
      const ErrorSummary &E = Fit.Cv->Errors;
      Lines.push_back(
          "cross-validation, " + std::to_string(Fit.Cv->Folds) + " folds of " +
          std::to_string(Fit.Cv->Groups) +
          (Fit.GroupColumn.empty() ? " rows"
                                   : " groups by " + Fit.GroupColumn) +
          ": MAPE " + shown(E.MapePercent, 3) + " %, median " +
          shown(E.MedianApePercent, 3) + " %, 95th percentile " +
          shown(E.P95ApePercent, 3) + " %, bias " + shown(E.BiasPercent, 3) +
          " %" + (E.Spearman ? ", Spearman " + shown(*E.Spearman, 4) : ""));
    }
    return Lines;
  }

  void paperLines(std::vector<std::string> &Lines) const {
    const PaperProtocolResult &P = *Fit.Paper;
    Lines.push_back("protocol to-paper: " + std::to_string(P.Configurations) +
                    " configurations by " + Fit.GroupColumn + ", " +
                    std::to_string(P.Dropped) +
                    " extremes dropped, fitted to " +
                    std::to_string(P.Training.size()) + ", judged on " +
                    std::to_string(P.Validation.size()) + " (seed " +
                    std::to_string(Fit.Seed) + ")");
    Lines.push_back("precision: minimum " +
                    shown(P.Judgement.PrecisionMinPercent, 5) + " %, maximum " +
                    shown(P.Judgement.PrecisionMaxPercent, 5) + " %, mean " +
                    shown(P.Judgement.PrecisionMeanPercent, 5) + " %");
    Lines.push_back("error: maximum " + shown(P.Judgement.ErrorMax, 6) +
                    unit() + ", mean " + shown(P.Judgement.ErrorMean, 6) +
                    unit() + "; RMSE " + shown(P.Judgement.Rmse, 6) + unit() +
                    ", R2 " + shown(P.Judgement.RSquared, 6));
  }

  void crossValidation(json::OStream &J) const {
    const ErrorSummary &E = Fit.Cv->Errors;
    J.attributeObject("cross_validation", [&] {
      J.attribute("folds", Fit.Cv->Folds);
      J.attribute("groups", Fit.Cv->Groups);
      J.attribute("n", E.N);
      number(J, "mape_percent", E.MapePercent);
      number(J, "median_ape_percent", E.MedianApePercent);
      number(J, "p95_ape_percent", E.P95ApePercent);
      number(J, "bias_percent", E.BiasPercent);
      number(J, "rmse", E.Rmse);
      if (E.Spearman)
        number(J, "spearman", *E.Spearman);
    });
  }

  void paper(json::OStream &J) const {
    const PaperProtocolResult &P = *Fit.Paper;
    J.attributeObject("validation", [&] {
      J.attribute("configurations", P.Configurations);
      J.attribute("dropped", P.Dropped);
      J.attribute("seed", std::to_string(Fit.Seed));
      J.attribute("n", P.Validation.size());
      number(J, "precision_min_percent", P.Judgement.PrecisionMinPercent);
      number(J, "precision_max_percent", P.Judgement.PrecisionMaxPercent);
      number(J, "precision_mean_percent", P.Judgement.PrecisionMeanPercent);
      number(J, "error_max", P.Judgement.ErrorMax);
      number(J, "error_mean", P.Judgement.ErrorMean);
      number(J, "rmse", P.Judgement.Rmse);
      number(J, "r2", P.Judgement.RSquared);
    });
    auto Rows = [&](StringRef Key, const std::vector<size_t> &Numbers) {
      J.attributeArray(Key, [&] {
        for (size_t Row : Numbers)
          J.value(Row + 1);
      });
    };
    Rows("training_rows", P.Training);
    Rows("validation_rows", P.Validation);
  }

  const FitReport &Fit;
  const PolynomialModel &M;
  const ReportOptions &Options;
};

} // namespace

Error writeFit(raw_ostream &OS, const FitReport &Fit,
               const ReportOptions &Options) {
  FitWriter Writer(Fit, Options);
  switch (Options.Format) {
  case ReportFormat::Text:
    Writer.text(OS);
    break;
  case ReportFormat::Json:
    Writer.json(OS);
    break;
  case ReportFormat::Csv:
    Writer.csv(OS);
    break;
  case ReportFormat::Markdown:
    Writer.markdown(OS);
    break;
  case ReportFormat::Html:
  case ReportFormat::Svg:
    return makeError("this report has no pictures");
  }
  return Error::success();
}

} // namespace toscount
