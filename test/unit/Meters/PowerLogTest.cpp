//===- PowerLogTest.cpp - wattmeters' logs against integrals by hand ------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Meters/PowerLog.h"
#include "toscount/Meters/Meter.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <thread>

#include <unistd.h>

using namespace toscount;
namespace fs = std::filesystem;

namespace {

double unixNow() {
  return std::chrono::duration<double>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class Log : public ::testing::Test {
protected:
  void SetUp() override {
    Path = fs::path(::testing::TempDir()) /
           ("log-" + std::to_string(::getpid()) + ".csv");
  }
  void TearDown() override { fs::remove(Path); }

  std::unique_ptr<PowerLog> open(const std::string &Text,
                                 const std::string &Flags = "") {
    std::ofstream(Path) << Text;
    PowerLogOptions Options;
    Problem.clear();
    if (!parsePowerLog(Path.string() + Flags, Options, Problem))
      return nullptr;
    return PowerLog::open(Options, Problem);
  }
  double energy(const PowerLog &L, double From, double To) {
    std::vector<double> EnergyJ;
    Problem.clear();
    return L.energy(From, To, EnergyJ, Problem) ? EnergyJ[0] : NAN;
  }

  fs::path Path;
  std::string Problem;
};

/// Power rises from 0 at 100 s by 10 W a second to 20 W at 102 s, and stays.
/// From 100 to 102 s: 20 J; from 101 to 103 s: 15 + 20 J; from 100.5 to 101.5
/// s: the mean of 5 and 15 W, 10 J; from 102.25 to 102.75 s: 10 J.
TEST_F(Log, TrapezoidsCutAtTheEdges) {
  auto L = open("time,watts,volts\n100,0,230\n101,10,230\n102,20,231\n"
                "103,20,231\n");
  ASSERT_NE(L, nullptr) << Problem;
  EXPECT_EQ(L->periodS(), 1);
  EXPECT_NEAR(energy(*L, 100, 102), 20, 1e-12);
  EXPECT_NEAR(energy(*L, 101, 103), 35, 1e-12);
  EXPECT_NEAR(energy(*L, 100.5, 101.5), 10, 1e-12);
  EXPECT_NEAR(energy(*L, 102.25, 102.75), 10, 1e-12);
  EXPECT_NEAR(energy(*L, 103, 103), 0, 1e-12);
  EXPECT_TRUE(std::isnan(energy(*L, 102, 103.1)));
  EXPECT_NE(Problem.find("no samples around 102.000 to 103.100"),
            std::string::npos)
      << Problem;
  EXPECT_TRUE(std::isnan(energy(*L, 99.9, 101)));
}

/// What loggers write, 10 W for a second from 2026-11-27 03:40:00 UTC on, which
/// is Unix time 1795750800.
TEST_F(Log, FormatsOfLoggers) {
  struct Row {
    const char *Text, *Flags;
  } Rows[] = {
      {"timestamp,power_w\n1795750800.0,10\n1795750801.0,10\n", ""},
      {"ts;apower\n1795750800000;10,0\n1795750801000;10,0\n", ""},
      {"# meter 7\nTime\tPower (mW)\n2026-11-27T03:40:00Z\t10000\n"
       "2026-11-27T04:40:01+01:00\t10000\n",
       ""},
      {"timestamp, power.draw [W]\n2026/11/27 04:40:00.000, 10.00 W\n"
       "2026/11/27 04:40:01.000, 10.00 W\n",
       ":zone=+01:00"},
      {"Instrument,WT310\nDate,Time,U-1,I-1,P-1\n"
       "2026/11/27,03:40:00,230,0.1,10\n2026/11/27,03:40:01,230,0.1,10\n",
       ":zone=Z"},
      {"\"time\",\"power\",\"gpu power\"\r\n1795750790,1,10\r\n"
       "1795750791,1,10\r\n",
       ":column=gpu power:offset=10"},
  };
  for (const Row &R : Rows) {
    auto L = open(R.Text, R.Flags);
    ASSERT_NE(L, nullptr) << R.Text << Problem;
    EXPECT_EQ(L->first(), 1795750800) << R.Text;
    EXPECT_NEAR(energy(*L, 1795750800, 1795750801), 10, 1e-9) << R.Text;
  }
}

TEST_F(Log, Times) {
  double T = 0;
  EXPECT_TRUE(parseTime("1970-01-01T00:00:00Z", std::nullopt, T));
  EXPECT_EQ(T, 0);
  EXPECT_TRUE(parseTime("2000-03-01T12:00:00.25+00:00", std::nullopt, T));
  EXPECT_EQ(T, 951912000.25);
  EXPECT_TRUE(parseTime("2024-02-29 23:59:59 -0130", std::nullopt, T));
  EXPECT_EQ(T, 1709256599);
  EXPECT_TRUE(parseTime("2026-11-27 03:40:00", 3600, T));
  EXPECT_EQ(T, 1795747200);
  EXPECT_FALSE(parseTime("2026-11-27 03:40:00", std::nullopt, T));
  EXPECT_FALSE(parseTime("2026-13-27 03:40:00Z", std::nullopt, T));
  EXPECT_FALSE(parseTime("27.11.2026 03:40:00Z", std::nullopt, T));
  EXPECT_FALSE(parseTime("2026-11-27T03:40:00Zulu", std::nullopt, T));
  EXPECT_FALSE(parseTime("", 0, T));
}

/// Samples a second apart, then 6 s without one, of which one was no number.
TEST_F(Log, GapsAreSaid) {
  const char *Text = "time,watts\n0,10\n1,10\n2,10\n3,10\n4,nan\n9,10\n"
                     "10,10\n11,10\n";
  auto L = open(Text);
  ASSERT_NE(L, nullptr) << Problem;
  EXPECT_NEAR(energy(*L, 0, 3), 30, 1e-12);
  EXPECT_NEAR(energy(*L, 9.5, 11), 15, 1e-12);
  EXPECT_TRUE(std::isnan(energy(*L, 2, 10)));
  EXPECT_NE(Problem.find("has a gap of 6.000 s from 3.000"), std::string::npos)
      << Problem;
  L = open(Text, ":max-gap=6");
  EXPECT_NEAR(energy(*L, 2, 10), 80, 1e-12);
}

TEST_F(Log, WhatIsWrongIsNamed) {
  struct Row {
    const char *Text, *Flags, *Said;
  } Rows[] = {
      {"", "", "no line names"},
      {"volts,amperes\n1,2\n", "", "no line names"},
      {"time,watts,power\n1,2,3\n", "", "log:FILE:column=NAME says which"},
      {"time,watts\n1,2\n", ":column=w", "and those of column="},
      {"time,watts\n2,2\n1,2\n", "", ":3: its time lies 1.000000 s before"},
      {"time,watts\n2\n", "", ":2: has 1 columns"},
      {"time,watts\n2,two\n", "", ":2: 'two' is no power"},
      {"time,watts\nnoon,2\n", "", "neither Unix seconds nor a date"},
      {"time,watts\n2026-11-27 03:40:00,2\n", "", "zone=+HH:MM"},
      {"time,watts\n", ":wait=-1", "wait='-1' should be a number of seconds"},
      {"time,watts\n", ":zone=CET", "zone='CET' should be +HH:MM"},
  };
  for (const Row &R : Rows) {
    EXPECT_EQ(open(R.Text, R.Flags), nullptr) << R.Text;
    EXPECT_NE(Problem.find(R.Said), std::string::npos) << Problem;
  }
  EXPECT_EQ(openMeter("log:/nowhere/w.csv", 1, Problem), nullptr);
  EXPECT_NE(Problem.find("/nowhere/w.csv: can't be read"), std::string::npos);
  // What would never end is not begun.
  EXPECT_EQ(openMeter("log:/dev/zero", 1, Problem), nullptr);
  EXPECT_NE(Problem.find("/dev/zero: can't be read"), std::string::npos);
  EXPECT_EQ(openMeter("log", 1, Problem), nullptr);
  EXPECT_NE(Problem.find("log needs the file"), std::string::npos);
}

/// A logger that writes 50 W every 10 ms, halves of lines included, while the
/// window is open: 50 J a second.
TEST_F(Log, IsReadWhileItIsWritten) {
  std::ofstream(Path) << "time,watts\n";
  std::atomic<bool> End{false};
  std::thread Logger([&] {
    std::ofstream Out(Path, std::ios::app);
    Out.precision(17);
    while (!End) {
      Out << unixNow() << ",5" << std::flush;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      Out << "0\n" << std::flush;
    }
  });
  while (fs::file_size(Path) < 60)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  std::unique_ptr<Meter> M =
      openMeter("log:" + Path.string() + ":wait=20:max-gap=20", 1, Problem);
  ASSERT_NE(M, nullptr) << Problem;
  MeterReading First, Second;
  ASSERT_TRUE(M->read(First, Problem));
  EXPECT_TRUE(std::isnan(First.EnergyJ[0]));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  ASSERT_TRUE(M->read(Second, Problem));
  ASSERT_TRUE(M->settle(First, Problem)) << Problem;
  ASSERT_TRUE(M->settle(Second, Problem)) << Problem;
  MeterWindow W = window(*M, First, Second);
  EXPECT_NEAR(W.TotalJ, 50 * (Second.UnixSeconds - First.UnixSeconds), 1e-4);
  EXPECT_EQ(M->domains()[0].Name, "wall");
  End = true;
  Logger.join();
}

TEST_F(Log, TheWaitEnds) {
  std::ofstream(Path) << "time,watts\n1,2\n2,2\n";
  std::unique_ptr<Meter> M =
      openMeter("log:" + Path.string() + ":wait=0.05", 1, Problem);
  ASSERT_NE(M, nullptr) << Problem;
  MeterReading R;
  ASSERT_TRUE(M->read(R, Problem));
  EXPECT_FALSE(M->settle(R, Problem));
  EXPECT_NE(Problem.find("or later came within 0.05 s (the last is of 2.000)"),
            std::string::npos)
      << Problem;
}

/// The wall sees the processor, too; the meter that is named first counts.
TEST_F(Log, JoinedWithAnother) {
  std::ofstream(Path) << "time,watts\n1,2\n";
  const std::string Spec = "log:" + Path.string();
  std::unique_ptr<Meter> M = openMeter("tdp:7," + Spec, 1, Problem);
  ASSERT_NE(M, nullptr) << Problem;
  EXPECT_EQ(M->name(), "tdp:7,log");
  EXPECT_TRUE(M->domains()[0].InTotal);
  EXPECT_FALSE(M->domains()[1].InTotal);
  EXPECT_TRUE(M->estimated());
  M = openMeter(Spec + ",tdp:7", 1, Problem);
  ASSERT_NE(M, nullptr) << Problem;
  EXPECT_TRUE(M->domains()[0].InTotal);
  EXPECT_FALSE(M->domains()[1].InTotal);
  EXPECT_FALSE(M->estimated());
}

/// Cores and the platform are recorded, and added to nothing.
TEST_F(Log, ReplayHonoursNames) {
  std::ofstream(Path) << "seconds,package-0,core-0,dram-0,uncore-0,psys-1,wall"
                         "\n0,0,0,0,0,0,0\n1,8,6,2,1,12,20\n";
  std::unique_ptr<Meter> M = openMeter("replay:" + Path.string(), 1, Problem);
  ASSERT_NE(M, nullptr) << Problem;
  MeterReading First, Second;
  ASSERT_TRUE(M->read(First, Problem) && M->read(Second, Problem));
  EXPECT_EQ(window(*M, First, Second).TotalJ, 10);
  std::ofstream(Path) << "seconds,core-0\n0,0\n";
  EXPECT_EQ(openMeter("replay:" + Path.string(), 1, Problem), nullptr);
  EXPECT_NE(Problem.find("core-0 lies inside another domain"),
            std::string::npos);
}

} // namespace
