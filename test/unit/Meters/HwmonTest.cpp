//===- HwmonTest.cpp - sensors of a recorded hwmon tree -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Meters/Meter.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include <unistd.h>

using namespace toscount;
namespace fs = std::filesystem;

namespace {

class Hwmon : public ::testing::Test {
protected:
  void SetUp() override {
    Root = fs::path(::testing::TempDir()) /
           ("hwmon-" + std::to_string(::getpid()));
    fs::create_directories(Root);
  }
  void TearDown() override { fs::remove_all(Root); }

  void set(const std::string &File, const std::string &Text) {
    fs::create_directories((Root / File).parent_path());
    std::ofstream(Root / File) << Text << "\n";
  }
  std::unique_ptr<Meter> open(const std::string &Also = "") {
    return openMeter("hwmon:" + Root.string() + Also, 1, Problem);
  }
  static std::vector<std::string> names(const Meter &M) {
    std::vector<std::string> Names;
    for (const MeterDomain &D : M.domains())
      Names.push_back((D.InTotal ? "+" : "-") + D.Name);
    return Names;
  }

  fs::path Root;
  std::string Problem;
};

/// An AMD card (its average before the power of the moment), a processor with
/// graphics, an Intel card and the chip on it, an unknown rail, and the
/// machine.
TEST_F(Hwmon, WhatIsInsideWhat) {
  set("hwmon0/name", "amdgpu");
  set("hwmon0/power1_average", "200000000");
  set("hwmon0/power1_input", "1");
  set("hwmon0/power1_cap", "300000000");
  set("hwmon1/name", "amdgpu");
  set("hwmon1/power1_input", "15000000");
  set("hwmon1/in1_label", "vddnb");
  set("hwmon2/name", "xe");
  set("hwmon2/energy1_input", "7000000");
  set("hwmon2/energy2_input", "5000000");
  set("hwmon3/name", "ina226");
  set("hwmon3/power1_input", "3000000");
  set("hwmon4/name", "power_meter");
  set("hwmon4/power1_average", "400000000");
  set("hwmon4/power1_average_interval", "2000");
  set("hwmon5/name", "coretemp");
  std::unique_ptr<Meter> M = open();
  ASSERT_NE(M, nullptr) << Problem;
  EXPECT_EQ(names(*M), (std::vector<std::string>{"+gpu-amdgpu-0", "+apu-0",
                                                 "+gpu-xe-0", "-chip-xe-0",
                                                 "-ina226-0", "-machine-0"}));
  EXPECT_EQ(M->samplingS(), 0.1);
  EXPECT_EQ(M->resolutionS(), 1); // Of the card, not of the machine.
  MeterReading First, Second;
  ASSERT_TRUE(M->read(First, Problem)) << Problem;
  set("hwmon2/energy1_input", "9500000"); // 2.5 J
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  ASSERT_TRUE(M->read(Second, Problem)) << Problem;
  MeterWindow W = window(*M, First, Second);
  EXPECT_NEAR(W.EnergyJ[0], 200 * W.Seconds, 1e-9);
  EXPECT_NEAR(W.EnergyJ[1], 15 * W.Seconds, 1e-9);
  EXPECT_NEAR(W.EnergyJ[2], 2.5, 1e-9);
  EXPECT_NEAR(W.TotalJ, 215 * W.Seconds + 2.5, 1e-9);
}

TEST_F(Hwmon, TheMachineIsTheTotalWhereNothingElseIs) {
  set("hwmon0/name", "power_meter");
  set("hwmon0/power1_average", "400000000");
  set("hwmon0/power1_average_interval", "2000");
  std::unique_ptr<Meter> M = open();
  ASSERT_NE(M, nullptr) << Problem;
  EXPECT_EQ(names(*M), (std::vector<std::string>{"+machine-0"}));
  EXPECT_EQ(M->resolutionS(), 2);
}

/// Sockets are what RAPL counts, too; the card is not.
TEST_F(Hwmon, NothingIsCountedTwice) {
  set("hwmon0/name", "amd_energy");
  set("hwmon0/energy1_input", "10000000");
  set("hwmon0/energy1_label", "Ecore000");
  set("hwmon0/energy2_input", "90000000");
  set("hwmon0/energy2_label", "Esocket0");
  set("hwmon1/name", "amdgpu");
  set("hwmon1/power1_average", "200000000");
  set("hwmon1/power1_cap", "300000000");
  std::unique_ptr<Meter> Alone = open();
  ASSERT_NE(Alone, nullptr) << Problem;
  EXPECT_EQ(names(*Alone), (std::vector<std::string>{
                               "-core-hwmon-0", "+socket-0", "+gpu-amdgpu-0"}));
  set("powercap/intel-rapl:0/name", "package-0");
  set("powercap/intel-rapl:0/energy_uj", "1");
  set("powercap/intel-rapl:0/max_energy_range_uj", "1000000");
  const std::string Tree = (Root / "powercap").string();
  std::unique_ptr<Meter> Both =
      openMeter("rapl:" + Tree + ",hwmon:" + Root.string(), 1, Problem);
  ASSERT_NE(Both, nullptr) << Problem;
  EXPECT_EQ(Both->name(), "rapl,hwmon");
  EXPECT_EQ(names(*Both),
            (std::vector<std::string>{"+package-0", "-core-hwmon-0",
                                      "-socket-0", "+gpu-amdgpu-0"}));
  std::unique_ptr<Meter> Turned = open(",rapl:" + Tree + ",tdp:5");
  ASSERT_NE(Turned, nullptr) << Problem;
  EXPECT_EQ(names(*Turned),
            (std::vector<std::string>{"-core-hwmon-0", "+socket-0",
                                      "+gpu-amdgpu-0", "-package-0", "-cpu"}));
  EXPECT_FALSE(Turned->estimated()); // Nothing of the total is.
}

TEST_F(Hwmon, WhatIsLostOrMissingIsSaid) {
  EXPECT_EQ(open(), nullptr);
  EXPECT_NE(Problem.find("no GPU, processor or machine in"), std::string::npos)
      << Problem;
  set("hwmon0/name", "ina226");
  set("hwmon0/power1_input", "3000000");
  EXPECT_EQ(open(), nullptr);
  EXPECT_NE(Problem.find("ina226-0 does, but what it is part of is not known"),
            std::string::npos)
      << Problem;
  set("hwmon1/name", "amdgpu");
  set("hwmon1/power1_average", "watts");
  EXPECT_EQ(open(), nullptr);
  EXPECT_NE(Problem.find("hwmon1/power1_average can't be read"),
            std::string::npos)
      << Problem;
  set("hwmon1/power1_average", "5000000");
  std::unique_ptr<Meter> M = open();
  ASSERT_NE(M, nullptr) << Problem;
  fs::remove(Root / "hwmon1/power1_average");
  // By the thread, and from then on.
  std::this_thread::sleep_for(std::chrono::milliseconds(250));
  set("hwmon1/power1_average", "5000000");
  MeterReading R;
  EXPECT_FALSE(M->read(R, Problem));
  EXPECT_NE(Problem.find("hwmon1/power1_average can't be read any more"),
            std::string::npos);
}

} // namespace
