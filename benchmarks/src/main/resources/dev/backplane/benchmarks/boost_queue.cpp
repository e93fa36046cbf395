// Boost.Interprocess's message_queue between two processes: prints millions of messages a second.
#include "rival.h"
#include <boost/interprocess/ipc/message_queue.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/wait.h>
#include <vector>

using namespace boost::interprocess;

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

// Arguments: bytes of a message, how many. The first round warms up.
int main(int count, char **arguments) {
    if (count != 3) {
        return 1;
    }
    millions_per_second(atoi(arguments[1]), atoi(arguments[2]));
    printf("boost_queue %.4f M/s\n", millions_per_second(atoi(arguments[1]), atoi(arguments[2])));
}
