//===- Check.cpp - operators against recorded results ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Check.h"

#include "Executor.h"
#include "Failure.h"

#include <c10/core/GradMode.h>

#include <fstream>
#include <iostream>

namespace toscount::measure {
namespace {

void compare(const std::string &Name, const at::Tensor &Got,
             const TensorInfo &Info) {
  at::Tensor Want = makeTensor(Info);
  if (Got.sizes() != Want.sizes())
    throw Failure("'" + Name + "' has another shape than recorded");
  if (Got.scalar_type() != Want.scalar_type())
    throw Failure("'" + Name + "' is " + c10::toString(Got.scalar_type()) +
                  ", recorded is " + c10::toString(Want.scalar_type()));
  bool Half =
      Got.scalar_type() == at::kHalf || Got.scalar_type() == at::kBFloat16;
  if (!at::allclose(Got.detach().to(at::kDouble), Want.to(at::kDouble),
                    Half ? 1e-2 : 1e-3, 1e-5,
                    /*equal_nan=*/true)) {
    at::Tensor Off = (Got.to(at::kDouble) - Want.to(at::kDouble)).abs();
    throw Failure("'" + Name + "' differs from what is recorded by up to " +
                  std::to_string(Off.max().item<double>()));
  }
}

void check(const Json &Line) {
  GraphInfo G = parseGraph(Line.at("graph"));
  Executor E(G, {}, at::kCPU, /*ForceFloat32=*/false);
  E.initialise(1);
  std::vector<at::Tensor> Inputs;
  for (size_t Id : G.Inputs) {
    const std::string &Name = G.Values[Id].Name;
    if (!Line.at("inputs").contains(Name))
      throw Failure("no input is recorded for '" + Name + "'");
    Inputs.push_back(makeTensor(parseTensor(Line["inputs"][Name])));
  }
  c10::AutoGradMode NoGrad(false);
  E.run(Inputs, Mode::AsWritten);
  for (size_t Id : G.Outputs) {
    const std::string &Name = G.Values[Id].Name;
    if (!Line.at("outputs").contains(Name))
      throw Failure("no output is recorded for '" + Name + "'");
    compare(Name, E.value(Id), parseTensor(Line["outputs"][Name]));
  }
}

} // namespace

bool checkGraphs(const std::string &Path) {
  std::ifstream In(Path);
  if (!In)
    throw Failure(Path + ": can't be read");
  size_t Passed = 0, Tried = 0;
  for (std::string Text; std::getline(In, Text);) {
    Json Line = parseLine(Text, Path + ":" + std::to_string(++Tried));
    std::string Name = Line.value("name", Path + ":" + std::to_string(Tried));
    try {
      check(Line);
      ++Passed;
      std::cout << "passed " << Name << '\n';
    } catch (const std::exception &E) {
      std::string What = E.what();
      std::cout << "failed " << Name << ": " << What.substr(0, What.find('\n'))
                << '\n';
    }
  }
  std::cout << Passed << " of " << Tried << " passed\n";
  return Passed == Tried;
}

} // namespace toscount::measure
