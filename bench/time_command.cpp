//===- time_command.cpp - one run of a command, from outside --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Runs a command with its output thrown away and prints, as one line, its
/// exit status, wall seconds from before its start until it was reaped, user
/// and system seconds and peak resident bytes as the kernel accounts for them.
/// Small on purpose: a child's peak cannot read below that of the process that
/// started it, and an interpreter's would be above most of what is measured.
///
//===----------------------------------------------------------------------===//

#include <cstdio>
#include <ctime>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(const timeval &T) {
  return double(T.tv_sec) + double(T.tv_usec) * 1e-6;
}

int main(int Argc, char **Argv) {
  if (Argc < 2) {
    std::fprintf(stderr, "usage: time_command COMMAND [ARG...]\n");
    return 2;
  }
  timespec Start{}, End{};
  clock_gettime(CLOCK_MONOTONIC, &Start);
  pid_t Child = fork();
  if (Child < 0) {
    std::perror("fork");
    return 2;
  }
  if (Child == 0) {
    int Null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(Null, STDIN_FILENO);
    dup2(Null, STDOUT_FILENO);
    execvp(Argv[1], Argv + 1);
    std::perror(Argv[1]);
    _exit(127);
  }
  int Status = 0;
  rusage Usage{};
  if (wait4(Child, &Status, 0, &Usage) != Child) {
    std::perror("wait4");
    return 2;
  }
  clock_gettime(CLOCK_MONOTONIC, &End);
  double Wall = double(End.tv_sec - Start.tv_sec) +
                double(End.tv_nsec - Start.tv_nsec) * 1e-9;
  std::printf("%d %.9f %.6f %.6f %ld\n",
              WIFEXITED(Status) ? WEXITSTATUS(Status) : 128 + WTERMSIG(Status),
              Wall, seconds(Usage.ru_utime), seconds(Usage.ru_stime),
              Usage.ru_maxrss * 1024);
  return 0;
}
