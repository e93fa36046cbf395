// Boost.Interprocess's message_queue between two processes: prints millions of messages a second for each length.
#include <boost/interprocess/ipc/message_queue.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sched.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace boost::interprocess;

static void pin(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor % sysconf(_SC_NPROCESSORS_ONLN), &set);
    sched_setaffinity(0, sizeof set, &set);
}

static double millions_per_second(size_t length, int count) {
    std::string name = "backplane-rival-" + std::to_string(getpid());
    message_queue::remove(name.c_str());
    message_queue queue(create_only, name.c_str(), (1 << 20) / length, length);
    std::vector<char> message(length);
    if (fork() == 0) {
        pin(1);
        for (int i = 0; i < count; i++) {
            queue.send(message.data(), length, 0);
        }
        _exit(0);
    }
    pin(0);
    size_t got;
    unsigned priority;
    queue.receive(message.data(), length, got, priority);
    auto start = std::chrono::steady_clock::now();
    for (int i = 1; i < count; i++) {
        queue.receive(message.data(), length, got, priority);
    }
    std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    wait(nullptr);
    message_queue::remove(name.c_str());
    return (count - 1) / seconds.count() / 1e6;
}

// How many messages each round has.
int main(int, char **arguments) {
    for (size_t length : {32, 1024}) {
        double best = 0;
        for (int round = 0; round < 3; round++) {
            double value = millions_per_second(length, atoi(arguments[1]));
            best = value > best ? value : best;
        }
        printf("boost_queue_%zu %.4f M/s\n", length, best);
    }
}
