"""Does the same to a list of the server and to one of its own, and to dicts, and to arrays, and compares."""
import array
import random
import sys

from manager_client import arguments, connect

PLAIN = [None, True, False, 0, 1, -1, 7, 2**70, -2**63, 1.0, 0.5, float("inf"), "", "a", "ä€𝄞", b"", b"\x00\xff",
         (), (1, "x"), [1, [2]], {"k": [1]}, frozenset([1, 2])]
HASHABLE = [None, True, 0, 1, 1.0, 2, 2**70, 0.5, "a", "ä", b"a", (1, 2), (1.0, 2), (), frozenset([1])]


def outcome(function):
    try:
        return "value", function()
    except Exception as e:
        return "raises", type(e)


def same(a, b):
    return a == b and type(a) == type(b) and repr(a) == repr(b)


def compare(what, ours, theirs):
    mine, served = outcome(ours), outcome(theirs)
    assert same(mine, served), "%s: %r here, %r in the server" % (what, mine, served)


def index(r):
    return r.randint(-8, 8)


def bounds(r):
    return slice(*[r.choice([None, r.randint(-9, 9)]) for _ in range(2)] + [r.choice([None, 1, 2, -1, -2, 3])])


def lists(manager, r):
    start = [r.choice(PLAIN) for _ in range(r.randint(0, 8))]
    mine, served = list(start), manager.list(start)
    for _ in range(60):
        value, i, cut, n = r.choice(PLAIN), index(r), bounds(r), r.randint(0, 3)
        more = [r.choice(PLAIN) for _ in range(n)]
        steps = {
            "get": lambda l: l[i], "cut": lambda l: l[cut], "set": lambda l: l.__setitem__(i, value),
            "replace": lambda l: l.__setitem__(cut, more), "delete": lambda l: l.__delitem__(i),
            "drop": lambda l: l.__delitem__(cut), "append": lambda l: l.append(value),
            "extend": lambda l: l.extend(more), "insert": lambda l: l.insert(i, value), "pop": lambda l: l.pop(),
            "pop at": lambda l: l.pop(i), "remove": lambda l: l.remove(value), "index": lambda l: l.index(value),
            "index from": lambda l: l.index(value, i), "count": lambda l: l.count(value),
            "contains": lambda l: value in l, "length": len, "add": lambda l: l + more,
            "times": lambda l: l * n, "reverse": lambda l: l.reverse(), "reversed": lambda l: list(reversed(l)),
            "sort": lambda l: l.sort(), "down": lambda l: l.sort(reverse=True), "all": lambda l: list(l),
            "wrong key": lambda l: l["x"], "text": str if len(mine) < 30 else len,
        }
        name = r.choice(sorted(steps))
        if name in ("sort", "down"):
            kinds = {type(x) for x in mine}
            if not kinds <= {int, float, bool} and len(kinds) > 1 and len(mine) > 1:
                assert outcome(lambda: steps[name](served))[1] is TypeError or not outcome(
                    lambda: steps[name](list(mine)))[0] == "raises"
                mine = served[:]
                continue
            if kinds == {frozenset} and len(mine) > 1:
                assert outcome(lambda: steps[name](served))[1] is TypeError, "which is a subset sorts nothing there"
                assert same(mine, served[:])
                continue
        compare("list " + name, lambda: steps[name](mine), lambda: steps[name](served))
        assert same(mine, served[:]), (name, mine, served[:])
        if len(mine) > 60:
            del mine[10:], served[10:]
    mine += [1]
    served += [1]
    assert same(mine, served._getvalue())


def dicts(manager, r):
    mine, served = {}, manager.dict()
    for _ in range(80):
        key, value = r.choice(HASHABLE), r.choice(PLAIN)
        pairs = [(r.choice(HASHABLE), r.choice(PLAIN)) for _ in range(r.randint(0, 3))]
        steps = {
            "get item": lambda d: d[key], "set": lambda d: d.__setitem__(key, value),
            "delete": lambda d: d.__delitem__(key), "contains": lambda d: key in d, "get": lambda d: d.get(key),
            "get or": lambda d: d.get(key, value), "pop": lambda d: d.pop(key), "pop or": lambda d: d.pop(key, value),
            "popitem": lambda d: d.popitem(), "setdefault": lambda d: d.setdefault(key, value), "length": len,
            "update": lambda d: d.update(pairs), "update dict": lambda d: d.update(dict(pairs)),
            "update names": lambda d: d.update(a=1, b=value), "keys": lambda d: list(d.keys()),
            "values": lambda d: list(d.values()), "items": lambda d: list(d.items()), "iterate": lambda d: list(d),
            "copy": lambda d: d.copy(), "unhashable": lambda d: d[[1]], "clear": lambda d: len(d) > 6 and d.clear(),
            "text": str,
        }
        name = r.choice(sorted(steps))
        compare("dict " + name, lambda: steps[name](mine), lambda: steps[name](served))
        assert same(mine, served.copy()), (name, mine, served.copy())
        assert list(mine) == served.keys()
    if sys.version_info >= (3, 9):
        assert mine | {"z": 1} == served._callmethod("__or__", ({"z": 1},))
    assert same(dict([("a", 1)], b=2), manager.dict([("a", 1)], b=2).copy())
    assert same(dict({"a": 1}, b=2), manager.dict({"a": 1}, b=2).copy())


def arrays(manager, r):
    for code in "bBhHiIlLqQfd":
        start = [r.randint(0, 100) for _ in range(6)]
        mine, served = array.array(code, start), manager.Array(code, start)
        for value in (1, -1, 2**7, 2**8, 2**15, 2**16, 2**31, 2**32, 2**63, 2**64, 1.5, "x", None):
            compare("array %s set %r" % (code, value),
                    lambda: mine.__setitem__(2, value), lambda: served.__setitem__(2, value))
            compare("array get", lambda: mine[2], lambda: served[2])
        for _ in range(10):
            i, cut = index(r), bounds(r)
            compare("array at", lambda: mine[i], lambda: served[i])
            compare("array cut", lambda: mine[cut], lambda: served[cut])
        served[1:3] = array.array(code, [3, 4])
        mine[1:3] = array.array(code, [3, 4])
        assert mine == served._getvalue() and str(mine) == str(served) and len(mine) == len(served)


def main():
    manager = connect()
    seed = int(arguments()[2][0])
    print("seed %d" % seed)
    r = random.Random(seed)
    for _ in range(6):
        lists(manager, r)
        dicts(manager, r)
    arrays(manager, r)
    assert manager.list("aä")[:] == ["a", "ä"] and manager.list(range(9, 0, -3))[:] == [9, 6, 3]
    assert manager.list(b"ab")[:] == [97, 98] and manager.list({"k": 1})[:] == ["k"]
    print("passed")


if __name__ == "__main__":
    main()
