"""multiprocessing's connections, pipes and managers: prints what a message or a call costs."""

import multiprocessing
import os
import sys
import tempfile
import time
from multiprocessing.connection import Client, Listener
from multiprocessing.managers import SyncManager

TRIPS = 10_000 * int(sys.argv[2]) // 100
GIVEN = sorted(os.sched_getaffinity(0))
KEY = b"not a secret"
MESSAGE = b"x" * 64


def pin(number, pid=0):
    """As the others that are measured are pinned: two processes that take turns on one processor are quicker."""
    os.sched_setaffinity(pid, {GIVEN[number % len(GIVEN)]})


def echo(connection):
    pin(1)
    try:
        while True:
            connection.send_bytes(connection.recv_bytes())
    except EOFError:
        pass


def listen(address, ready):
    with Listener(address, authkey=KEY) as listener:
        ready.set()
        with listener.accept() as connection:
            echo(connection)


def micros(action):
    for _ in range(TRIPS):  # Warms up.
        action()
    start = time.perf_counter()
    for _ in range(TRIPS):
        action()
    return (time.perf_counter() - start) / TRIPS * 1e6


def trip(connection):
    connection.send_bytes(MESSAGE)
    connection.recv_bytes()


def processor_seconds(pid):
    with open("/proc/%d/stat" % pid) as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def connections(address):
    ready = multiprocessing.Event()
    server = multiprocessing.Process(target=listen, args=(address, ready))
    server.start()
    ready.wait()
    with Client(address, authkey=KEY) as connection:
        print("python_connection %.3f us" % micros(lambda: trip(connection)))
    server.join()


def pipes():
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=echo, args=(there,))
    server.start()
    there.close()
    print("python_pipe %.3f us" % micros(lambda: trip(here)))
    here.close()
    server.terminate()


def managers(address):
    manager = SyncManager(address, authkey=KEY)
    manager.start()
    pid = manager._process.pid
    value = manager.Value("l", 7)
    value.get()  # By now the server has the thread that answers this one.
    for thread in os.listdir("/proc/%d/task" % pid):
        pin(1, int(thread))
    print("python_manager %.3f us" % micros(value.get))
    before = processor_seconds(pid) + time.process_time()
    for _ in range(TRIPS):
        value.get()
    spent = processor_seconds(pid) + time.process_time() - before
    print("python_manager_processor %.3f us" % (spent / TRIPS * 1e6))
    manager.shutdown()


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")  # So that the other process knows what was given, too.
    pin(0)
    multiprocessing.current_process().authkey = KEY
    with tempfile.TemporaryDirectory() as directory:
        if sys.argv[1] == "connection":
            connections(os.path.join(directory, "socket"))
        elif sys.argv[1] == "pipe":
            pipes()
        else:
            managers(os.path.join(directory, "manager"))
