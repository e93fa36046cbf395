"""multiprocessing.Pool of two workers: prints what a `map` of small tasks or a single `apply` takes."""

import multiprocessing
import sys
import time

ELEMENTS = 1_000_000
CALLS = 5_000 * int(sys.argv[2]) // 100


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
    with multiprocessing.Pool(2) as pool:
        if sys.argv[1] == "map":
            numbers = list(range(ELEMENTS))
            pool.map(square, numbers)  # Warms up, as below.
            print(f"python_pool_map {ELEMENTS / seconds(lambda: pool.map(square, numbers)) / 1e6:.4f} M/s")
        else:
            calls(pool)
            print(f"python_pool_apply {CALLS / seconds(lambda: calls(pool)) / 1e3:.4f} k/s")
