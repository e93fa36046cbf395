"""Checks of a manager server by an unmodified client; the third argument says which."""
import datetime
import decimal
import enum
import fractions
import multiprocessing
import os
import pickle
import queue
import signal
import sys
import threading
import time
import uuid
from multiprocessing.managers import AcquirerProxy, BarrierProxy, ConditionProxy, RemoteError, ValueProxy
from multiprocessing.reduction import ForkingPickler

from manager_client import Client, arguments, connect

LONG = 60


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return type(other) is Point and (self.x, self.y) == (other.x, other.y)

    def __hash__(self):
        return hash((self.x, self.y))


class Colour(enum.Enum):
    RED = 1


class Numbers(list):
    note = ""


def raises(kind, function, text=None):
    try:
        result = function()
    except Exception as e:
        assert type(e) is kind, "%r instead of %s" % (e, kind)
        assert text is None or text in str(e), str(e)
        return e
    raise AssertionError("%r instead of %s" % (result, kind))


def until(condition):
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.01)


def opaque(m):
    """Values of classes that the server does not know come back as they were."""
    ring = Point(1, None)
    ring.y = [ring]
    numbers = Numbers([1, 2])
    numbers.note = "kept"
    values = [Point(1, 2), Colour.RED, 3 + 4j, fractions.Fraction(1, 3), decimal.Decimal("1.10"), len, Point,
              datetime.datetime(2020, 2, 29, 12), range(5), slice(1, 2), numbers, bytearray(b"ab"), {Point(1, 2): [Colour.RED]},
              ValueError("x", 3), frozenset([Point(0, 0)]), Ellipsis, NotImplemented, {1, 2}, OSError(2, "no")]
    l, d, q, n, v = m.list(values), m.dict(), m.Queue(), m.Namespace(), m.Value("i", 0)
    for i, value in enumerate(values):
        d[i] = value
        q.put(value)
        n.it = value
        v.value = value
        for back in (l[i], d[i], q.get(), n.it, v.value):
            assert type(back) is type(value), back
            assert back == value or isinstance(value, Exception) and back.args == value.args, back
    assert l[10].note == "kept"
    v.value = ring
    back = v.value
    assert back.y[0] is back and back.x == 1
    d[decimal.Decimal("2.5")] = "found"
    assert d[decimal.Decimal("2.5")] == "found" and Point(1, 2) in l and Point(2, 1) not in l
    assert l.index(Colour.RED) == 1


def arrays(m):
    """Arrays of numpy come back as they were, from every container."""
    import numpy
    grid = numpy.arange(12.0).reshape(3, 4)
    records = numpy.array([(1, 2.5), (3, 4.5)], dtype=[("id", "<i4"), ("size", "<f8")])
    v, l, d, q, n = m.Value("O", None), m.list(), m.dict(), m.Queue(), m.Namespace()
    for array in (grid, grid.T, grid[:, 1:3], numpy.zeros((0, 3), dtype="u1"), numpy.array(7, dtype="c16"), records,
                  numpy.array(["a", "\u20ac"]), numpy.array([True, False]), numpy.arange(5, dtype=">i2")):
        own = pickle.loads(bytes(ForkingPickler.dumps(array)))  # Numpy itself changes some, such as the order of bytes.
        v.value = array
        l.append(array)
        d["array"] = array
        q.put(array)
        n.array = array
        for back in (v.value, l[-1], d["array"], q.get(), n.array):
            assert type(back) is numpy.ndarray and back.dtype == own.dtype and back.shape == own.shape, back
            assert (back == array).all(), back
    assert l[0].flags.writeable


def errors(m):
    """What a client gets thrown is what the objects of its own threads throw."""
    pairs = [(m.Lock(), threading.Lock()), (m.RLock(), threading.RLock()),
             (m.BoundedSemaphore(1), threading.BoundedSemaphore(1))]
    for served, own in pairs:
        mine = raises(ValueError if "Bounded" in str(type(own)) else RuntimeError, own.release)
        assert raises(type(mine), served.release).args == mine.args
    lock = m.Lock()
    raises(ValueError, lambda: lock.acquire(False, 1), "can't specify a timeout for a non-blocking call")
    raises(ValueError, lambda: lock.acquire(True, -2))
    assert lock.acquire() and not lock.acquire(True, 0.01) and not lock.acquire(False)
    raises(ValueError, lambda: m.Semaphore()._callmethod("release", (0,)), "n must be one or more")
    raises(ValueError, lambda: m.Semaphore(0).acquire(False, 1))
    raises(RemoteError, lambda: m.Semaphore(-1), "semaphore initial value must be >= 0")
    q = m.JoinableQueue(1)
    raises(queue.Empty, q.get_nowait)
    raises(queue.Empty, lambda: q.get(True, 0.01))
    q.put(1)
    raises(queue.Full, lambda: q.put_nowait(2))
    raises(queue.Full, lambda: q.put(2, timeout=0.01))
    raises(ValueError, lambda: q.get(timeout=-1), "'timeout' must be a non-negative number")
    assert q.full() and q.qsize() == 1 and q.get() == 1 and q.empty()
    q.task_done()
    q.join()
    raises(ValueError, q.task_done, "task_done() called too many times")
    raises(TypeError, lambda: q.get(1, 2, 3))
    raises(TypeError, lambda: q.get(nonsense=1))
    c = m.Condition()
    raises(RuntimeError, c.wait, "cannot wait on un-acquired lock")
    raises(RuntimeError, c.notify, "cannot notify on un-acquired lock")
    b = m.Barrier(2)
    assert (b.parties, b.n_waiting, b.broken) == (2, 0, False)
    raises(threading.BrokenBarrierError, lambda: b.wait(0.01))
    assert b.broken
    b.reset()
    assert not b.broken
    b.abort()
    raises(threading.BrokenBarrierError, b.wait)
    raises(RemoteError, lambda: m.Barrier(2, print), "function of Python")
    assert raises(KeyError, lambda: m.dict()["x"]).args == ("x",)
    assert raises(KeyError, lambda: m.dict()[Point(1, 2)]).args == (Point(1, 2),)
    raises(AttributeError, lambda: m.Namespace().missing, "'Namespace' object has no attribute 'missing'")
    raises(TypeError, lambda: m.list([2, 1]).sort(key=len), "cannot run")
    raises(MemoryError, lambda: m.list([1]) * 10**9)
    raises(RemoteError, lambda: q._getvalue(), "Unserializable")
    raises(RemoteError, lambda: q._callmethod("mutex"), "not in exposed")
    raises(RemoteError, lambda: m._create("Pool"), "Pool")
    raises(RemoteError, lambda: multiprocessing.managers.dispatch(
        m._Client(m.address, authkey=m._authkey), None, "shutdown"), "does not end at a client's request")
    raises(RemoteError, lambda: multiprocessing.managers.dispatch(
        m._Client(m.address, authkey=m._authkey), None, "__init__"), "unrecognized")
    if sys.version_info >= (3, 13):
        q.shutdown()
        raises(queue.ShutDown, q.get)
        raises(queue.ShutDown, lambda: q.put(1))
    assert str(m.Event()) and str(lock) and str(m.Value("i", 5)) == "Value('i', 5)"
    assert m._debug_info().count("refcount=1") >= 4


def references(m):
    """Objects are there as long as somebody has a proxy, or a container has one."""
    before = m._number_of_objects()
    l = m.list([1])
    assert m._number_of_objects() == before + 1
    ident = l._id
    del l
    assert m._number_of_objects() == before
    d = m.dict(inner=m.list([7]))
    assert m._number_of_objects() == before + 1
    assert d["inner"][0] == 7
    inner = d.pop("inner")
    inner.append(8)
    assert inner[:] == [7, 8]
    d["again"] = inner
    del inner
    assert d["again"][:] == [7, 8]
    token = multiprocessing.managers.Token("list", m.address, ident)
    raises(RemoteError, lambda: multiprocessing.managers.ListProxy(token, "pickle", manager=m, authkey=m._authkey), "KeyError")
    q = m.Queue()
    q.put(m.Event())
    q.get().set()
    own = m.list()
    own.append(own)
    assert len(own[0]) == 1
    assert m.list(m.list([1, 2]))[:] == [1, 2] and m.dict(m.dict(a=1)).copy() == {"a": 1}
    own.extend(m.list([5]))
    assert own[1:] == [5]
    for lock in (m.Lock(), m.RLock()):
        condition = m.Condition(lock)
        told = m.Value("i", 0)

        def waiter():
            with condition:
                told.value = 1
                assert condition.wait(LONG)
            told.value = 2
        thread = threading.Thread(target=waiter)
        thread.start()
        until(lambda: told.value == 1)
        with lock:
            condition.notify()
        thread.join(LONG)
        assert told.value == 2
    raises(RemoteError, lambda: m.Condition(5), "must be a Lock or RLock")
    methods = multiprocessing.managers.dispatch(
        m._Client(m.address, authkey=m._authkey), None, "get_methods", (q._token,))
    assert "task_done" in methods and "put" in methods
    it = iter(m.dict(a=1))
    assert next(it) == "a"
    raises(StopIteration, lambda: next(it))


def threads(m):
    """Threads of a client exclude each other; each has a connection of its own."""
    lock, count, rlock = m.Lock(), m.Value("i", 0), m.RLock()

    def work():
        for _ in range(20):
            with lock:
                count.value = count.value + 1
    workers = [threading.Thread(target=work) for _ in range(10)]
    [t.start() for t in workers]
    [t.join(LONG) for t in workers]
    assert count.value == 200
    rlock.acquire()
    got = []
    thread = threading.Thread(target=lambda: got.append(rlock.acquire(False)))
    thread.start()
    thread.join(LONG)
    assert got == [False] and rlock.acquire(False)


def child(function, *args):
    """Runs a function in a forked process, which must say that it is ready by an event."""
    process = multiprocessing.get_context("fork").Process(target=function, args=args, daemon=True)
    process.start()
    return process


def kill(process):
    os.kill(process.pid, signal.SIGKILL)
    process.join(LONG)
    assert process.exitcode == -signal.SIGKILL, process.exitcode


def hold(acquirers, ready):
    for one in acquirers:
        assert one.acquire()
    ready.set()
    time.sleep(LONG)


def wait_in(waiting):
    waiting()
    time.sleep(LONG)


def hold_and_wait(held, waiting, tell):
    """Has a connection, which holds something, says so, and sends but one more request."""
    assert held.acquire()
    os.write(tell, b"!")
    waiting()
    time.sleep(LONG)


def sleeps(process):
    """Whether the only thread of a process is asleep, which it is in nothing but a system call."""
    with open("/proc/%d/stat" % process.pid) as stat:
        return stat.read().rpartition(")")[2].split()[0] == "S"


def wait_condition(held, condition, ready):
    assert held.acquire()
    condition.acquire()
    ready.set()
    condition.wait()


def take(q, ready):
    q.get()
    ready.set()
    time.sleep(LONG)


def make(ready):
    kept = connect().list([1, 2, 3])
    ready.set()
    time.sleep(LONG)
    kept.append(4)


def killed(m):
    """What a killed client had is given back, and what it waited for it does not get."""
    ready = m.Event()
    held = [m.Lock(), m.RLock(), m.BoundedSemaphore(1), m.Semaphore(1), m.Condition()]
    process = child(hold, held, ready)
    assert ready.wait(LONG) and not any(one.acquire(False) for one in held)
    kill(process)
    for one in held:
        assert one.acquire(True, LONG), one
    signals = m.Semaphore(0)
    ready.clear()
    signals.release()
    again = m.Lock()
    process = child(hold, [again, signals], ready)
    assert ready.wait(LONG)
    kill(process)
    assert again.acquire(True, LONG) and not signals.acquire(True, 0.2), "a message was sent again"

    q = m.Queue()
    gone = m.Lock()  # Of the connection of the killed one: free as soon as the server has ended its call.
    told, tell = os.pipe()
    process = child(hold_and_wait, gone, q.get, tell)
    assert os.read(told, 1) == b"!"
    until(lambda: sleeps(process))
    assert not gone.acquire(False)
    kill(process)
    assert gone.acquire(True, LONG)
    gone.release()
    q.put("kept")
    assert q.get(True, LONG) == "kept"

    barrier = m.Barrier(2)
    process = child(wait_in, barrier.wait)
    until(lambda: barrier.n_waiting == 1)
    kill(process)
    until(lambda: barrier.broken)
    raises(threading.BrokenBarrierError, barrier.wait)

    condition = m.Condition()
    ready.clear()
    process = child(wait_condition, gone, condition, ready)
    assert ready.wait(LONG)
    with condition:
        assert not gone.acquire(False)
    kill(process)
    assert gone.acquire(True, LONG)
    done = m.Event()

    def waiter():
        with condition:
            ready.set()
            condition.wait()
        done.set()
    ready.clear()
    thread = threading.Thread(target=waiter, daemon=True)
    thread.start()
    assert ready.wait(LONG)
    with condition:  # Which is free only while the waiter waits.
        condition.notify()
    assert done.wait(LONG), "the dead one was told"

    jobs = m.JoinableQueue()
    jobs.put(1)
    ready.clear()
    process = child(take, jobs, ready)
    assert ready.wait(LONG)
    kill(process)
    jobs.join()


def orphans(m):
    """The references of a killed process are given up; over a socket of this host only."""
    ready = m.Event()
    before = m._number_of_objects()
    process = child(make, ready)
    assert ready.wait(LONG) and m._number_of_objects() == before + 1, m._debug_info()
    kill(process)
    until(lambda: m._number_of_objects() == before)
    assert ready.is_set()


def named(m):
    """Objects that the JVM of the server has too: it has put something into each, and looks afterwards."""
    q, d, l, n, x = m.get_queue("orders"), m.get_dict("stock"), m.get_list("log"), m.get_long("count"), m.named("ratio")
    assert q.get() == {"id": 7, "names": ["a", "b"], "raw": b"\x01"}
    raises(queue.Empty, q.get_nowait)
    q.put(("from", b"python", 2**40, None, 1.5, True))
    q.task_done()
    raises(ValueError, lambda: q.task_done())
    assert d["apples"] == 3 and "pears" not in d and len(d) == 1 and d.copy() == {"apples": 3}
    d["pears"] = 4
    d.update({"plums": 5}, figs=6)
    assert d.pop("plums") == 5 and d.get("plums", 0) == 0 and d.setdefault("pears", 9) == 4
    assert d.compare_and_set("figs", 6, 8) and not d.compare_and_set("figs", 6, 9)
    assert sorted(d.keys()) == ["apples", "figs", "pears"] and sorted(d) == sorted(d.keys())
    assert raises(KeyError, lambda: d["nothing"]).args == ("nothing",)
    l.append("python")
    l.extend([2, 1])
    assert l[:] == ["java", "python", 2, 1] and l[-1] == 1 and len(l) == 4 and "java" in l and l.pop() == 1
    raises(IndexError, lambda: l[9])
    assert n.add(2) == 42 and n.compare_and_set(42, 43) and n.get() == 43
    assert x.get() == 0.5 and x.add(0.25) == 0.75
    m.get_boolean("flag").set(True)
    array = m.get_array("samples")
    assert len(array) == 4 and array[:] == [1, 2, 3, 4]
    array[1:3] = [20, 30]
    array[-1] = 40
    raises(OverflowError, lambda: array.__setitem__(0, 2**40))
    value = m.get_value("config")
    assert value.get() is None
    value.set({"on": True})
    typed = m.named("typed")
    typed.put(5)
    raises(OverflowError, lambda: typed.put(2**40))
    raises(TypeError, lambda: typed.put("five"))
    raises(TypeError, lambda: typed.put(None), "None cannot be stored")
    records = m.named("records")
    records.put({"x": 1, "y": 2.5})
    records.put([3, 4])
    assert records.get() == {"x": 1, "y": 2.5}
    raises(RemoteError, lambda: m.named("nothing"), "nothing")
    raises(RemoteError, lambda: m.get_lock("stock"), "stock")

    lock = m.get_lock("lock")
    assert lock.acquire() and lock.acquire() and lock.locked()
    got = []
    other = threading.Thread(target=lambda: got.append(m.get_lock("lock").acquire(False)))
    other.start()
    other.join(LONG)
    assert got == [False]
    lock.release()
    lock.release()
    raises(RuntimeError, lock.release, "cannot release un-acquired lock")
    readers = m.get_read_write_lock("readers")
    assert readers.acquire_read() and not readers.acquire_write(False)
    readers.release_read()
    assert readers.acquire_write(True, 1)
    readers.release_write()
    permits = m.get_semaphore("permits", 1)
    assert permits.acquire() and permits.get_value() == 0 and not permits.acquire(True, 0.01)
    permits.release()
    latch = m.get_latch("latch", 1)
    assert not latch.wait(0.01)
    latch.count_down()
    assert latch.wait() and latch.get_count() == 0
    barrier = m.get_barrier("barrier", 2)
    assert barrier.parties() == 2 and not barrier.broken()
    ranks = []
    other = threading.Thread(target=lambda: ranks.append(barrier.wait()))
    other.start()
    until(lambda: barrier.n_waiting() == 1)
    assert barrier.wait(LONG) == 1
    other.join(LONG)
    assert ranks == [0]
    raises(threading.BrokenBarrierError, lambda: barrier.wait(0.01))

    condition = m.get_condition("changed", "lock")
    raises(RuntimeError, condition.notify, "cannot notify on un-acquired lock")
    event = m.get_event("event")

    def waiter():
        with condition:
            event.set()
            assert condition.wait(LONG)
            ranks.append("told")
    other = threading.Thread(target=waiter)
    other.start()
    assert event.wait(LONG)
    with condition:
        condition.notify_all()
    other.join(LONG)
    assert ranks[1:] == ["told"]


def named_values(m):
    """Values that Java has types of its own for, and one that Python has nothing for, which stays."""
    q, utc = m.named("values"), datetime.timezone.utc
    expected = [
        decimal.Decimal("1.10"), decimal.Decimal("1E+5"), uuid.UUID("00112233-4455-6677-8899-aabbccddeeff"),
        datetime.datetime(2026, 2, 3, 4, 5, 6, 7, utc), datetime.date(2024, 2, 29),
        datetime.datetime(2024, 2, 29, 1, 2, 3), datetime.time(1, 2, 3, 4),
        datetime.datetime(2024, 2, 29, 1, 2, 3, 0, datetime.timezone(datetime.timedelta(hours=-5)))]
    for value in expected:
        got = q.get()
        assert type(got) is type(value) and got == value and str(got) == str(value), "%r, not %r" % (got, value)
    raises(TypeError, q.get, "stays where it is")
    raises(TypeError, q.get_nowait, "java.time.Instant")
    assert q.qsize() == 1


def named_end(m):
    """A queue that is shut down says so as far as this Python has a word for it."""
    q = m.get_queue("ending")
    shut = getattr(queue, "ShutDown", None)
    assert q.get() == "last"
    raises(shut or queue.Empty, q.get)
    raises(shut or queue.Empty, q.get_nowait)
    raises(shut or queue.Empty, lambda: q.get(True, LONG))
    raises(shut or queue.Full, lambda: q.put(1))
    raises(shut or queue.Full, lambda: q.put_nowait(1))
    own = m.JoinableQueue(1)
    own._callmethod("shutdown")
    raises(shut or queue.Empty, own.get)
    raises(shut or queue.Full, lambda: own.put(1))


def named_killed(m):
    """A client that is killed with a lock and a permit of a JVM's gives them back."""
    ready, lock, permits = m.Event(), m.get_lock("held"), m.get_semaphore("few", 1)
    process = child(hold, [lock, permits], ready)
    assert ready.wait(LONG) and not lock.acquire(False) and not permits.acquire(False)
    kill(process)
    assert lock.acquire(True, LONG) and permits.acquire(True, LONG)


def register_named():
    for kind in ("queue", "dict", "list", "long", "double", "boolean", "array", "value", "event", "latch", "semaphore",
                 "read_write_lock", "barrier"):
        Client.register("get_" + kind)
    Client.register("named")
    Client.register("get_lock")
    Client.register("get_condition", proxytype=ConditionProxy)


def api(m):
    """Objects of the application, by the methods of an interface."""
    c = m.Counter()
    assert c.add(2) == 2 and c.add(3) == 5 and c.get() == 5
    other = m.Counter()
    assert other.get() == 0
    assert c.sum([1, 2.5]) == 3.5 and c.names({"b": 1, "a": 2}) == ["a", "b"]
    assert c.describe({"x": 1, "y": 2}) == "1/2.0" and c.point(3) == {"x": 3, "y": 3.0}
    assert c.level("HIGH") == "LOW" and c.find("x") is None and c.find("here") == "here"
    assert c.bytes(b"ab") == b"ba"
    raises(ValueError, lambda: c.fail("argument"), "wrong argument")
    raises(RemoteError, lambda: c.fail("strange"), "StrangeException")
    raises(TypeError, lambda: c.add("x"))
    raises(OverflowError, lambda: c.add(2**70))
    raises(TypeError, lambda: c.add())
    raises(TypeError, lambda: c.add(delta=1))
    raises(ValueError, lambda: c.level("NONE"))
    raises(TypeError, lambda: c.describe({"x": 1}))
    child_counter = c.child()
    assert child_counter.add(1) == 1 and c.child()._id == child_counter._id
    assert child_counter.add(1) == 2 and c.adopt(child_counter) == 2
    raises(RemoteError, lambda: c._callmethod("hashCode"), "not in exposed")
    assert str(c).startswith("counter")
    echoed = c.echo((1, "x", {"k": None}))
    assert echoed == (1, "x", {"k": None}), echoed


def interrupted(m):
    """A method that waits is interrupted when its client is killed; the JVM is told."""
    counter = m.Counter()
    process = child(wait_in, counter.waitForEver)
    counter.awaitWaiting()
    kill(process)
    counter.awaitInterrupted()


def main():
    what = arguments()[2][0]
    if what.startswith("named"):
        register_named()
    Client.register("Counter")
    globals()[what](connect())
    print("passed")


if __name__ == "__main__":
    main()
