// A ring for one sender and one receiver in two processes, as small as it can be: nobody is told of a death, nothing
// sleeps. What it does is the limit for messages between processes. Arguments:
// "ring_stream" or "ring_round_trip", bytes of a message, how many.
#include "rival.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { ROOM = 1 << 20, LEAST_SLOTS = 4 };

struct ring {
    _Alignas(128) _Atomic long head;
    _Alignas(128) _Atomic long tail;
    _Alignas(128) char slots[];
};

// One end: what it knows of the other one is asked for again only when it is not enough.
struct end {
    struct ring *ring;
    long own;
    long other;
};

static size_t length;
static size_t slot_bytes;
static long slots;

static struct ring *make(void) {
    return mmap(0, sizeof(struct ring) + slots * slot_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void send_one(struct end *end, const char *from) {
    while (end->own - end->other == slots) {
        end->other = atomic_load_explicit(&end->ring->head, memory_order_acquire);
    }
    memcpy(end->ring->slots + (end->own & (slots - 1)) * slot_bytes, from, length);
    atomic_store_explicit(&end->ring->tail, ++end->own, memory_order_release);
}

static void receive_one(struct end *end, char *to) {
    while (end->own == end->other) {
        end->other = atomic_load_explicit(&end->ring->tail, memory_order_acquire);
    }
    memcpy(to, end->ring->slots + (end->own & (slots - 1)) * slot_bytes, length);
    atomic_store_explicit(&end->ring->head, ++end->own, memory_order_release);
}

int main(int count, char **arguments) {
    if (count != 4) {
        return 1;
    }
    int trips = strcmp(arguments[1], "ring_round_trip") == 0;
    length = atol(arguments[2]);
    long times = atol(arguments[3]);
    slot_bytes = (length + 63) / 64 * 64;
    for (slots = LEAST_SLOTS; 2 * slots * slot_bytes <= ROOM; slots *= 2) {
    }
    struct end there = {make(), 0, 0};
    struct end back = {make(), 0, 0};
    char *message = malloc(length);
    memset(message, 1, length);
    pid_t child = fork();
    pin(child == 0 ? 1 : 0);
    double nanos = 0;
    // The first round warms up.
    for (int round = 0; round < 2; round++) {
        double start = now();
        for (long i = 0; i < times; i++) {
            if (child != 0) {
                send_one(&there, message);
            } else {
                receive_one(&there, message);
            }
            if (trips) {
                child != 0 ? receive_one(&back, message) : send_one(&back, message);
            }
        }
        if (!trips) {
            // The last one is answered: then all of them have arrived.
            child == 0 ? send_one(&back, message) : receive_one(&back, message);
        }
        nanos = (now() - start) / times;
    }
    if (child == 0) {
        _exit(0);
    }
    wait(NULL);
    printf("%s %.3f ns\n", arguments[1], nanos);
    return 0;
}
