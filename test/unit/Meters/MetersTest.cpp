//===- MetersTest.cpp - meters against integrals by hand ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "FakeNvml.h"

#include "../../../lib/Meters/PowerSampler.h"

#include "toscount/Meters/Meter.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include <dlfcn.h>
#include <unistd.h>

using namespace toscount;
namespace fs = std::filesystem;

namespace {

/// A powercap tree: two packages, their memory, cores, and the platform.
class Powercap : public ::testing::Test {
protected:
  void SetUp() override {
    Root = fs::path(::testing::TempDir()) /
           ("powercap-" + std::to_string(::getpid()));
    zone("intel-rapl:0", "package-0", 900);
    zone("intel-rapl:0:0", "core", 100);
    zone("intel-rapl:0:1", "dram", 50);
    zone("intel-rapl:1", "package-1", 10);
    zone("intel-rapl:2", "psys", 2000);
    zone("intel-rapl-mmio:0", "package-0", 900);
    fs::create_directories(Root / "dtpm");
  }
  void TearDown() override { fs::remove_all(Root); }

  void zone(const std::string &Folder, const std::string &Name,
            uint64_t EnergyUj) {
    fs::create_directories(Root / Folder);
    std::ofstream(Root / Folder / "name") << Name << "\n";
    std::ofstream(Root / Folder / "max_energy_range_uj") << Range << "\n";
    set(Folder, EnergyUj);
  }
  void set(const std::string &Folder, uint64_t EnergyUj) {
    std::ofstream(Root / Folder / "energy_uj") << EnergyUj << "\n";
  }
  std::unique_ptr<Meter> open() {
    return openMeter("rapl:" + Root.string(), 1, Problem);
  }

  static constexpr uint64_t Range = 5000000; // 5 J
  fs::path Root;
  std::string Problem;
};

TEST_F(Powercap, PackagesAndMemoryAreTheTotalAndWrapsAreUndone) {
  std::unique_ptr<Meter> M = open();
  ASSERT_NE(M, nullptr) << Problem;
  std::vector<std::string> Names;
  for (const MeterDomain &D : M->domains())
    Names.push_back((D.InTotal ? "+" : "-") + D.Name);
  EXPECT_EQ(Names, (std::vector<std::string>{"+package-0", "-core-0", "+dram-0",
                                             "+package-1", "-psys-2"}));
  MeterReading First, Second, Third;
  ASSERT_TRUE(M->read(First, Problem));
  set("intel-rapl:0", 4000900);   // 4 J
  set("intel-rapl:0:0", 2000100); // 2 J, of the package's
  set("intel-rapl:0:1", 500050);  // 0.5 J
  set("intel-rapl:1", 1000010);   // 1 J
  ASSERT_TRUE(M->read(Second, Problem));
  MeterWindow W = window(*M, First, Second);
  EXPECT_NEAR(W.TotalJ, 5.5, 1e-9);
  EXPECT_NEAR(W.EnergyJ[1], 2, 1e-9);
  // Round once: 4.0009 J to 5 J, then on to 1.0009 J.
  set("intel-rapl:0", 1000900);
  ASSERT_TRUE(M->read(Third, Problem));
  EXPECT_NEAR(window(*M, Second, Third).TotalJ, 2, 1e-9);
  EXPECT_NEAR(window(*M, First, Third).TotalJ, 7.5, 1e-9);
  EXPECT_FALSE(M->estimated());
}

TEST_F(Powercap, ALostCounterIsSaid) {
  std::unique_ptr<Meter> M = open();
  ASSERT_NE(M, nullptr);
  fs::remove(Root / "intel-rapl:0:1" / "energy_uj");
  MeterReading R;
  EXPECT_FALSE(M->read(R, Problem));
  EXPECT_NE(Problem.find("intel-rapl:0:1/energy_uj"), std::string::npos);
}

/// A counter of 262 kJ that goes from 100 J to 5 J at once: going round would
/// have taken 262 048 J. With a limit of 200 kW (twice that is what is taken as
/// possible in a second) it could have.
TEST_F(Powercap, ACounterThatWasSetBackIsSaid) {
  for (bool Possible : {false, true}) {
    zone("intel-rapl:0", "package-0", 100000000);
    std::ofstream(Root / "intel-rapl:0" / "max_energy_range_uj")
        << 262143328850 << "\n";
    if (Possible)
      std::ofstream(Root / "intel-rapl:0" / "constraint_0_max_power_uw")
          << 200000000000 << "\n";
    std::unique_ptr<Meter> M = open();
    ASSERT_NE(M, nullptr) << Problem;
    set("intel-rapl:0", 5000000);
    MeterReading R;
    ASSERT_EQ(M->read(R, Problem), Possible);
    if (Possible)
      EXPECT_NEAR(R.EnergyJ[0], 262048.328850, 1e-6);
    else
      EXPECT_NE(Problem.find("intel-rapl:0/energy_uj went back without having "
                             "gone round"),
                std::string::npos)
          << Problem;
  }
}

TEST_F(Powercap, ACounterBeyondItsRangeIsSaid) {
  std::unique_ptr<Meter> M = open();
  ASSERT_NE(M, nullptr);
  set("intel-rapl:0", Range + 1);
  MeterReading R;
  EXPECT_FALSE(M->read(R, Problem));
}

TEST_F(Powercap, WhatCantBeReadIsNamed) {
  std::ofstream(Root / "intel-rapl:1" / "energy_uj") << "lots\n";
  EXPECT_EQ(open(), nullptr);
  EXPECT_NE(Problem.find("intel-rapl:1/energy_uj can't be read"),
            std::string::npos)
      << Problem;
  fs::remove_all(Root);
  EXPECT_EQ(open(), nullptr);
  EXPECT_NE(Problem.find("no package"), std::string::npos) << Problem;
}

TEST(Nvml, CountersOfAllDevices) {
  std::string Problem;
  std::unique_ptr<Meter> M = openMeter("nvml:" FAKE_NVML, 1, Problem);
  ASSERT_NE(M, nullptr) << Problem;
  MeterReading First, Second;
  ASSERT_TRUE(M->read(First, Problem));
  ASSERT_TRUE(M->read(Second, Problem));
  MeterWindow W = window(*M, First, Second);
  EXPECT_NEAR(W.EnergyJ[0], 1.5, 1e-9);
  EXPECT_NEAR(W.EnergyJ[1], 0.25, 1e-9);
  EXPECT_NEAR(W.TotalJ, 1.75, 1e-9);
  EXPECT_EQ(M->facts().at("gpu-1"), "Fake 1");
  EXPECT_EQ(M->facts().at("gpu-0 power limit"), "250 W");
}

FakeNvml &fake() {
  void *Module = ::dlopen(FAKE_NVML, RTLD_NOW | RTLD_LOCAL);
  return *static_cast<FakeNvml *>(::dlsym(Module, "fakeNvml"));
}

/// The second GPU counts no joules. At 30 W, whatever the time between two
/// readings, its energy is 30 J a second.
TEST(Nvml, PowerIsSampledWhereThereIsNoCounter) {
  fake().Counts[1] = false;
  std::string Problem;
  std::unique_ptr<Meter> M = openMeter("nvml:" FAKE_NVML, 1, Problem);
  ASSERT_NE(M, nullptr) << Problem;
  EXPECT_EQ(M->facts().at("gpu-1 sensor"), "power of the moment");
  EXPECT_EQ(M->facts().count("gpu-0 sensor"), 0U);
  EXPECT_EQ(M->resolutionS(), 0.1);
  EXPECT_EQ(M->samplingS(), 0.05);
  MeterReading First, Second;
  ASSERT_TRUE(M->read(First, Problem));
  unsigned Before = fake().PowerReadings;
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  unsigned Samples = fake().PowerReadings - Before;
  ASSERT_TRUE(M->read(Second, Problem));
  MeterWindow W = window(*M, First, Second);
  EXPECT_NEAR(W.EnergyJ[0], 1.5, 1e-9);
  EXPECT_GE(W.Seconds, 0.3);
  EXPECT_NEAR(W.EnergyJ[1], 30 * W.Seconds, 1e-9);
  EXPECT_GE(Samples, 1U);
  EXPECT_LE(Samples, 7U); // It sleeps.
  // A GPU that falls off the bus is a lost sensor, at once or by the thread.
  fake().Lost = true;
  EXPECT_FALSE(M->read(Second, Problem));
  EXPECT_EQ(Problem, "GPU 1: an error");
  fake().Lost = false;
  fake().Counts[1] = true;
}

TEST(Nvml, AmpereAveragesItsPower) {
  fake().Counts[0] = false;
  fake().Architecture = 7;
  std::string Problem;
  std::unique_ptr<Meter> M = openMeter("nvml:" FAKE_NVML, 1, Problem);
  ASSERT_NE(M, nullptr) << Problem;
  EXPECT_EQ(M->resolutionS(), 1);
  EXPECT_EQ(M->facts().at("gpu-0 sensor"), "power, averaged over 1 s");
  fake().Counts[0] = true;
  fake().Architecture = 4;
}

/// By hand: (10 + 20) / 2 * 1 + (20 + 0) / 2 * 0.5 = 20 J.
TEST(PowerIntegral, Trapezoids) {
  PowerIntegral Sum;
  Sum.add(5, {10, 1});
  EXPECT_EQ(Sum.energyJ(), (std::vector<double>{0, 0}));
  Sum.add(6, {20, 1});
  Sum.add(6.5, {0, 1});
  EXPECT_EQ(Sum.energyJ(), (std::vector<double>{20, 1.5}));
  EXPECT_EQ(Sum.longestS(), 1);
}

TEST(Nvml, WithoutADriver) {
  std::string Problem;
  EXPECT_EQ(openMeter("nvml:/nowhere/libnvidia-ml.so.1", 1, Problem), nullptr);
  EXPECT_NE(Problem.find("no NVIDIA driver"), std::string::npos) << Problem;
}

TEST(Meters, EveryKindIsListedWithAReason) {
  std::vector<std::string> Names;
  for (const MeterStatus &M : listMeters()) {
    EXPECT_NE(M.Usable, !M.Why.empty()) << M.Name;
    Names.push_back(M.Name);
  }
  EXPECT_EQ(Names, (std::vector<std::string>{"rapl", "nvml", "hwmon", "tdp:65",
                                             "null"}));
}

} // namespace
