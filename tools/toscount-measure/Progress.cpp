//===- Progress.cpp - how far it is ---------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace toscount::measure {
namespace {

std::string duration(double Seconds) {
  char Text[64];
  if (Seconds < 90)
    std::snprintf(Text, sizeof(Text), "%.0f s", Seconds);
  else if (Seconds < 5400)
    std::snprintf(Text, sizeof(Text), "%.0f min", Seconds / 60);
  else
    std::snprintf(Text, sizeof(Text), "%.1f h", Seconds / 3600);
  return Text;
}

size_t terminalWidth() {
  struct winsize Size {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &Size) == 0 && Size.ws_col > 1)
    return Size.ws_col - 1U;
  return 79;
}

} // namespace

std::string si(double Number, const char *Unit) {
  static constexpr const char *Prefixes[] = {"", "k", "M", "G", "T"};
  size_t I = 0;
  while (std::fabs(Number) >= 1000 && I + 1 < std::size(Prefixes)) {
    Number /= 1000;
    ++I;
  }
  char Text[64];
  std::snprintf(Text, sizeof(Text), "%.3g %s%s", Number, Prefixes[I], Unit);
  return Text;
}

Progress::Progress(bool Quiet)
    : Enabled(!Quiet && ::isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() { clear(); }

void Progress::clear() {
  if (Shown)
    std::fputs("\r\033[K", stderr);
  Shown = false;
}

void Progress::startRun(int64_t Number, int64_t Of, const std::string &What,
                        int64_t Epochs) {
  this->Number = Number;
  this->Of = Of;
  this->What = What;
  this->Epochs = Epochs;
  Accuracy.reset();
  EnergyJ = PowerW = 0;
  RunStart = Clock::now();
  Last = {};
}

void Progress::note(const std::string &Text) {
  if (!Enabled)
    return;
  clear();
  std::fprintf(stderr, "run %lld of %lld  %s  %s",
               static_cast<long long>(Number), static_cast<long long>(Of),
               What.c_str(), Text.c_str());
  std::fflush(stderr);
  Shown = true;
}

void Progress::step(int64_t Epoch, double Share) {
  if (!Enabled || Clock::now() - Last < std::chrono::milliseconds(100))
    return;
  Last = Clock::now();
  show(Epoch, Share);
}

void Progress::epoch(std::optional<double> Reached, double Energy,
                     double Power) {
  Accuracy = Reached;
  EnergyJ = Energy;
  PowerW = Power;
}

void Progress::show(int64_t Epoch, double Share) {
  std::string Text = "run " + std::to_string(Number) + " of " +
                     std::to_string(Of) + "  " + What + "  epoch " +
                     std::to_string(Epoch + 1) + "/" + std::to_string(Epochs);
  if (Accuracy) {
    char Number[32];
    std::snprintf(Number, sizeof(Number), "  accuracy %.3f", *Accuracy);
    Text += Number;
  }
  if (EnergyJ > 0)
    Text += "  " + si(PowerW, "W") + "  " + si(EnergyJ, "J");
  double Spent = std::chrono::duration<double>(Clock::now() - RunStart).count();
  double Done =
      (static_cast<double>(Epoch) + Share) / static_cast<double>(Epochs);
  if (Done > 0.001) // Of this run, and of the others if they are alike.
    Text += "  " +
            duration(Spent / Done * (1 - Done) +
                     Spent / Done * static_cast<double>(Of - Number)) +
            " left";
  Text = Text.substr(0, terminalWidth());
  std::fprintf(stderr, "\r\033[K%s", Text.c_str());
  std::fflush(stderr);
  Shown = true;
}

} // namespace toscount::measure
