//===- SupportTest.cpp - placeholder --------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include <gtest/gtest.h>
