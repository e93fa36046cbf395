// As many processes as are asked for at one counter or at one robust mutex, on as many processors as there are.
// Arguments: "counter" or "lock", how many processes, for how many milliseconds.
#include "rival.h"
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { MOST = 256, BATCH = 64 };

struct own {
    _Alignas(128) _Atomic long done;
};

struct shared {
    _Alignas(128) _Atomic long counter;
    _Alignas(128) pthread_mutex_t robust;
    _Alignas(128) long guarded;
    struct own own[MOST];
};

static void work(struct shared *shared, struct own *own, int locks) {
    for (;;) {
        for (int i = 0; i < BATCH; i++) {
            if (locks) {
                pthread_mutex_lock(&shared->robust);
                shared->guarded++;
                pthread_mutex_unlock(&shared->robust);
            } else {
                atomic_fetch_add(&shared->counter, 1);
            }
        }
        atomic_store_explicit(&own->done, own->done + BATCH, memory_order_release);
    }
}

static long sum(struct shared *shared, int processes) {
    long all = 0;
    for (int i = 0; i < processes; i++) {
        all += atomic_load(&shared->own[i].done);
    }
    return all;
}

int main(int count, char **arguments) {
    if (count != 4 || atoi(arguments[2]) > MOST) {
        return 1;
    }
    int locks = strcmp(arguments[1], "lock") == 0;
    int processes = atoi(arguments[2]);
    struct timespec span = {atoi(arguments[3]) / 1000, atoi(arguments[3]) % 1000 * 1000000L};
    struct shared *shared = mmap(0, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    make_robust(&shared->robust);
    pid_t children[MOST];
    for (int i = 0; i < processes; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            work(shared, &shared->own[i], locks);
        }
    }
    nanosleep(&span, NULL);
    double start = now();
    long before = sum(shared, processes);
    long after;
    double nanos;
    // Longer on a machine that has let none of them run meanwhile: that would be no figure.
    do {
        nanosleep(&span, NULL);
        after = sum(shared, processes);
        nanos = now() - start;
    } while (after == before);
    for (int i = 0; i < processes; i++) {
        kill(children[i], SIGKILL);
        waitpid(children[i], NULL, 0);
    }
    printf("crowd_%s %.4f M/s\n", arguments[1], (after - before) / nanos * 1e3);
    return 0;
}
