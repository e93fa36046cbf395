/* Two processes and a Unix-domain socket: what a message costs there and back ("round_trip PERCENT"), and how fast
   messages of one length pass ("stream BYTES TIMES", acknowledged once at the end, "large TIMES", each acknowledged). */
#include "rival.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { MESSAGE = 64, TRIPS = 10000, LARGE = 64 << 20 };

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
static void trips(int fd, int first, int count) {
  char message[4 + MESSAGE] = {0};
  for (int i = 0; i < count; i++) {
    if (first) deliver(fd, message, sizeof message);
    receive(fd, message, sizeof message);
    if (!first) deliver(fd, message, sizeof message);
  }
}

/* Messages of one length, of which so many in a row are acknowledged by one byte. */
static void stream(int fd, int first, char *memory, size_t length, int times, int row) {
  for (int i = 1; i <= times; i++) {
    char done = 1;
    if (first) deliver(fd, memory, length); else receive(fd, memory, length);
    if (i % row != 0) continue;
    if (first) receive(fd, &done, 1); else deliver(fd, &done, 1);
  }
}

int main(int count, char **arguments) {
  if (count < 3) return 1;
  int is_trip = strcmp(arguments[1], "round_trip") == 0;
  int is_stream = strcmp(arguments[1], "stream") == 0;
  size_t length = is_stream ? atol(arguments[2]) : LARGE;
  int times = is_trip ? TRIPS * atoi(arguments[2]) / 100 : atoi(arguments[is_stream ? 3 : 2]);
  int row = is_stream ? times : 1;
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) return 1;
  char *memory = malloc(length);
  memset(memory, 1, length);
  pid_t child = fork();
  pin(child == 0 ? 1 : 0);
  double each = 0;
  /* The first round warms up. */
  for (int round = 0; round < 2; round++) {
    double start = now();
    if (is_trip) trips(pair[child == 0], child != 0, times);
    else stream(pair[child == 0], child != 0, memory, length, times, row);
    each = (now() - start) / times;
  }
  if (child == 0) _exit(0);
  waitpid(child, NULL, 0);
  if (is_stream) printf("socket_stream %.3f MiB/s\n", length / each * 1e9 / (1 << 20));
  else printf("socket_%s %.1f ns\n", arguments[1], each);
  return 0;
}
