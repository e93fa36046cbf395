// What a process can do with the machine's own means, for comparison: prints lines of "name value unit".
#include "rival.h"
#include <errno.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

struct shared {
    _Alignas(128) _Atomic int ping;
    _Alignas(128) _Atomic int pong;
    _Alignas(128) _Atomic long counter;
    _Alignas(128) pthread_mutex_t robust;
    _Alignas(128) long guarded;
    _Alignas(128) _Atomic int ready;
};

static struct shared *shared;

static int futex(_Atomic int *word, int operation, int value) {
    return syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
}

// How much is done, in percent.
static int percent = 100;

static double add(void) {
    const int n = 200000 * percent;
    double start = now();
    for (int i = 0; i < n; i++) {
        atomic_fetch_add(&shared->counter, 1);
    }
    return (now() - start) / n;
}

static double lock_unlock(void) {
    const int n = 200000 * percent;
    double start = now();
    for (int i = 0; i < n; i++) {
        pthread_mutex_lock(&shared->robust);
        pthread_mutex_unlock(&shared->robust);
    }
    return (now() - start) / n;
}

static double contended(void) {
    const int n = 20000 * percent;
    atomic_store(&shared->ready, 0);
    pid_t child = fork();
    pin(child == 0 ? 1 : 0);
    atomic_fetch_add(&shared->ready, 1);
    while (atomic_load(&shared->ready) != 2) {
    }
    double start = now();
    for (int i = 0; i < n; i++) {
        pthread_mutex_lock(&shared->robust);
        shared->guarded++;
        pthread_mutex_unlock(&shared->robust);
    }
    if (child == 0) {
        _exit(0);
    }
    wait(NULL);
    return (now() - start) / (2.0 * n);
}

static double cache_line(void) {
    const int n = 10000 * percent;
    atomic_store(&shared->ping, 0);
    atomic_store(&shared->pong, 0);
    if (fork() == 0) {
        pin(1);
        for (int i = 1; i <= n; i++) {
            while (atomic_load_explicit(&shared->ping, memory_order_acquire) != i) {
            }
            atomic_store_explicit(&shared->pong, i, memory_order_release);
        }
        _exit(0);
    }
    pin(0);
    double start = now();
    for (int i = 1; i <= n; i++) {
        atomic_store_explicit(&shared->ping, i, memory_order_release);
        while (atomic_load_explicit(&shared->pong, memory_order_acquire) != i) {
        }
    }
    double end = now();
    wait(NULL);
    return (end - start) / n;
}

// Before each signal: long enough for the other side to be asleep. Without it most signals meet somebody who has not
// gone to sleep yet, and nothing is woken.
static const double PAUSE = 50000;

static void let_sleep(void) {
    double until = now() + PAUSE;
    while (now() < until) {
    }
}

static double sleep_and_wake(void) {
    const int n = 200 * percent;
    atomic_store(&shared->ping, 0);
    atomic_store(&shared->pong, 0);
    if (fork() == 0) {
        pin(1);
        for (int i = 1; i <= n; i++) {
            int seen;
            while ((seen = atomic_load(&shared->ping)) != i) {
                futex(&shared->ping, FUTEX_WAIT, seen);
            }
            let_sleep();
            atomic_store(&shared->pong, i);
            futex(&shared->pong, FUTEX_WAKE, 1);
        }
        _exit(0);
    }
    pin(0);
    double start = now();
    for (int i = 1; i <= n; i++) {
        int seen;
        let_sleep();
        atomic_store(&shared->ping, i);
        futex(&shared->ping, FUTEX_WAKE, 1);
        while ((seen = atomic_load(&shared->pong)) != i) {
            futex(&shared->pong, FUTEX_WAIT, seen);
        }
    }
    double end = now();
    wait(NULL);
    return (end - start) / n - 2 * PAUSE;
}

static const struct {
    const char *name;
    double (*round)(void);
} figures[] = {
    {"atomic_add", add},
    {"robust_mutex", lock_unlock},
    {"robust_mutex_contended", contended},
    {"cache_line_round_trip", cache_line},
    {"futex_round_trip", sleep_and_wake},
};

// One figure: its name, and how much is done, in percent. It is done twice, the first time to warm up.
int main(int count, char **arguments) {
    if (count != 3) {
        return 1;
    }
    percent = atoi(arguments[2]);
    shared = mmap(0, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    make_robust(&shared->robust);
    pin(0);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        if (strcmp(arguments[1], figures[i].name) == 0) {
            figures[i].round();
            printf("%s %.3f ns\n", figures[i].name, figures[i].round());
            return 0;
        }
    }
    return 1;
}
