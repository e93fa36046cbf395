"""multiprocessing.Pool of two workers: prints what a map of small tasks and a single call take."""

import multiprocessing
import sys
import time

ELEMENTS = 1_000_000
CALLS = 5_000 * int(sys.argv[1]) // 100


def square(x):
    return x * x


def seconds(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def calls(pool):
    for x in range(CALLS):
        pool.apply(square, (x,))


if __name__ == "__main__":
    numbers = list(range(ELEMENTS))
    with multiprocessing.Pool(2) as pool:
        best = min(seconds(lambda: pool.map(square, numbers)) for _ in range(5))
        print(f"python_pool_map {ELEMENTS / best / 1e6:.4f} M/s")
        best = min(seconds(lambda: calls(pool)) for _ in range(3))
        print(f"python_pool_apply {CALLS / best / 1e3:.4f} k/s")
