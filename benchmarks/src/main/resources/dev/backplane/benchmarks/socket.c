/* Two processes and a Unix-domain socket: what a message costs there and back, and how fast many bytes pass. */
#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = 64, TRIPS = 30000, LARGE = 64 << 20, TIMES = 16, ROUNDS = 5 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
}

static void receive(int fd, char *to, size_t length) {
  while (length > 0) {
    ssize_t got = read(fd, to, length);
    if (got <= 0) exit(1);
    to += got;
    length -= got;
  }
}

static void deliver(int fd, const char *from, size_t length) {
  while (length > 0) {
    ssize_t put = write(fd, from, length);
    if (put <= 0) exit(1);
    from += put;
    length -= put;
  }
}

/* A header and a body as two fields of one message, as connections have them. */
static void trips(int fd, int first) {
  char message[4 + MESSAGE] = {0};
  for (int i = 0; i < TRIPS; i++) {
    if (first) deliver(fd, message, sizeof message);
    receive(fd, message, sizeof message);
    if (!first) deliver(fd, message, sizeof message);
  }
}

int main(void) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) return 1;
  char *large = malloc(LARGE);
  memset(large, 1, LARGE);
  pid_t child = fork();
  if (child == 0) {
    pin(1);
    for (int round = 0; round < ROUNDS; round++) trips(pair[1], 0);
    for (int i = 0; i < TIMES * ROUNDS; i++) {
      char done = 1;
      receive(pair[1], large, LARGE);
      deliver(pair[1], &done, 1);
    }
    _exit(0);
  }
  pin(0);
  double trip = 1e18, stream = 1e18;
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    trips(pair[0], 1);
    double each = (now() - start) / TRIPS;
    if (each < trip) trip = each;
  }
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    for (int i = 0; i < TIMES; i++) {
      char done;
      deliver(pair[0], large, LARGE);
      receive(pair[0], &done, 1);
    }
    double each = (now() - start) / TIMES;
    if (each < stream) stream = each;
  }
  waitpid(child, NULL, 0);
  printf("socket_round_trip %.1f ns\n", trip);
  printf("socket_large %.1f ns\n", stream);
  return 0;
}
