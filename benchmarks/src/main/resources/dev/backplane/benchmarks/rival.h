// What the rivals in C and C++ have in common.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

// Nanoseconds, from some begin.
static inline double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

// What the process may run on, as it was given it: what pin narrows later is inherited by those that it forks.
static cpu_set_t given;

__attribute__((constructor)) static void remember_processors(void) {
    sched_getaffinity(0, sizeof given, &given);
}

// Keeps this thread on one of the processors that the process was given, counted from 0.
static inline void pin(int processor) {
    int left = processor % CPU_COUNT(&given);
    int i = 0;
    while (!CPU_ISSET(i, &given) || left-- > 0) {
        i++;
    }
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(i, &set);
    sched_setaffinity(0, sizeof set, &set);
}

// Makes a mutex that tells of its owner's death, in memory that processes share.
static inline void make_robust(pthread_mutex_t *mutex) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(mutex, &attributes);
}
