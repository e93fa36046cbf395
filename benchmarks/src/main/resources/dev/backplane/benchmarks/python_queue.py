"""multiprocessing.Queue between two processes: prints millions of messages a second for each length."""

import multiprocessing
import sys
import time


def pour(queue, length, count):
    message = bytes(length)
    for _ in range(count):
        queue.put(message)


def millions_per_second(length, count):
    queue = multiprocessing.Queue(1 << 14)
    producer = multiprocessing.Process(target=pour, args=(queue, length, count))
    producer.start()
    queue.get()
    start = time.perf_counter()
    for _ in range(count - 1):
        queue.get()
    seconds = time.perf_counter() - start
    producer.join()
    return (count - 1) / seconds / 1e6


if __name__ == "__main__":
    count = 50_000 * int(sys.argv[1]) // 100
    for length in (32, 1024):
        best = max(millions_per_second(length, count) for _ in range(3))
        print(f"python_queue_{length} {best:.4f} M/s")
