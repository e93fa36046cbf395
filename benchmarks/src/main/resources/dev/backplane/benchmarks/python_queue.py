"""multiprocessing.Queue between two processes: prints millions of messages of so many bytes a second."""

import multiprocessing
import os
import sys
import time

LENGTH = int(sys.argv[1])
COUNT = 50_000 * int(sys.argv[2]) // 100
GIVEN = sorted(os.sched_getaffinity(0))


def pin(number):
    """Keeps this thread, and those that it starts, on one of the processors that were given."""
    os.sched_setaffinity(0, {GIVEN[number % len(GIVEN)]})


def pour(queue):
    pin(1)
    message = bytes(LENGTH)
    for _ in range(COUNT):
        queue.put(message)


def millions_per_second():
    queue = multiprocessing.Queue(1 << 14)
    producer = multiprocessing.Process(target=pour, args=(queue,))
    producer.start()
    queue.get()
    start = time.perf_counter()
    for _ in range(COUNT - 1):
        queue.get()
    seconds = time.perf_counter() - start
    producer.join()
    return (COUNT - 1) / seconds / 1e6


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")  # So that the other process knows what was given, too.
    pin(0)
    millions_per_second()  # Warms up.
    print(f"python_queue {millions_per_second():.4f} M/s")
