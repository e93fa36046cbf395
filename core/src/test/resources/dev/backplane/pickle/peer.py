"""The Python side of PicklePythonTest: sends pickles, gets back what Java made of them, and compares."""
import array
import collections
import copy
import datetime
import decimal
import enum
import fractions
import functools
import io
import math
import multiprocessing.managers
import operator
import os
import pathlib
import pickle
import queue
import random
import struct
import sys
import threading
import types
import uuid

OUT = os.fdopen(os.dup(1), 'wb')
IN = os.fdopen(os.dup(0), 'rb')


def send(data):
    OUT.write(struct.pack('>i', len(data)))
    OUT.write(data)
    OUT.flush()


def receive():
    size, = struct.unpack('>i', IN.read(4))
    return IN.read(size)


class Plain:
    def __init__(self, **fields):
        self.__dict__.update(fields)

    def method(self):
        return 1


class Slots:
    __slots__ = ('a', 'b')


class State:
    def __init__(self, x):
        self.x = x

    def __getstate__(self):
        return ('state', self.x)

    def __setstate__(self, state):
        self.x = state[1]


class Reduced:
    def __init__(self, x):
        self.x = x

    def __reduce__(self):
        return (Reduced, (self.x,))


class Keywords:
    def __new__(cls, a, *, b):
        self = object.__new__(cls)
        self.a, self.b = a, b
        return self

    def __getnewargs_ex__(self):
        return (self.a,), {'b': self.b}


class Outer:
    class Inner:
        class Innermost(Plain):
            pass

    @classmethod
    def make(cls):
        return cls()


class ListSub(list):
    pass


class DictSub(dict):
    pass


class SetSub(set):
    pass


class IntSub(int):
    pass


class StrSub(str):
    pass


class TupleSub(tuple):
    pass


class Color(enum.Enum):
    RED = 1
    GREEN = 'g'


class Flag(enum.IntFlag):
    A = 1
    B = 2


class OwnError(Exception):
    def __init__(self, a, b=2):
        super().__init__(a, b)


Point = collections.namedtuple('Point', 'x y')


def function():
    return 1


def cyclic_list():
    a = [1]
    a.append(a)
    return a


def cyclic_dict():
    d = {}
    d['self'] = d
    d['list'] = [d, d]
    return d


def cyclic_tuple():
    a = []
    t = (a, 1)
    a.append(t)
    return t


def cyclic_tuple_long():
    a = []
    t = (1, 2, 3, a)
    a.append(t)
    return [t, a]


def cyclic_object():
    a = Plain(name='a')
    b = Plain(name='b', other=a, all=[a])
    a.other = b
    a.me = a
    return [a, b, a]


def cyclic_reduce_state():
    d = collections.OrderedDict()
    d['me'] = d
    return d


def key_with_cycle():
    a = Plain(x=1)
    a.d = {a: 'a', 'b': a}
    return a


def shared():
    s, b, l, d, t = 'a shared string', b'shared bytes', [1], {'k': 1}, (1, [2])
    return [s, s, b, b, l, l, d, d, t, t, (l, d, t), {'l': l, 'd': d}, 1 << 600]


def deep(n):
    a = []
    for _ in range(n):
        a = [a]
    return a


def deep_tuple(n):
    a = ()
    for _ in range(n):
        a = (a, 1)
    return a


def laughs():
    a = ('ha',)
    for _ in range(40):
        a = (a, a)
    return a


def laughing_lists():
    a = ['ha']
    for _ in range(40):
        a = [a, a]
    return a


def with_notes():
    e = ValueError('noted', 3)
    e.note = ['one']
    return e


def os_error():
    try:
        open('/nonexistent/file')
    except OSError as e:
        return e


def unicode_error():
    try:
        b'\xff'.decode('utf-8')
    except UnicodeDecodeError as e:
        return e


def token():
    return multiprocessing.managers.Token('dict', '/tmp/listener-x', '7f001')


RANDOM = random.Random(5)
CASES = [
    None, True, False, 0, 1, -1, 255, 256, 65535, 65536, -128, -129, -32769, 2**31 - 1, -2**31, 2**31, -2**31 - 1,
    2**63 - 1, -2**63, 2**63, -2**63 - 1, 2**64, 10**30, -10**30, 2**2039 - 1, -2**2039, 2**2040, 3**3000, -3**3000,
    [1 << n for n in range(130)], [-(1 << n) for n in range(130)], [(1 << n) - 1 for n in range(130)],
    0.0, -0.0, 1.5, -1e300, 5e-324, math.pi, math.inf, -math.inf, math.nan,
    '', 'a', 'abc', 'é', '€uro', '\U0001F600 smile', '\ud800', 'x\udfffy', 'a\udc80b\U0010FFFF', '\x00\n\r\\\x1a\\u0041',
    'x' * 255, 'x' * 256, 'é' * 200, 'x' * 70000, '\ufffd', '\ufffd\ud800', '\\', '\\u', 'line\nline',
    b'', b'a', bytes(range(256)), b'x' * 255, b'x' * 256, b'y' * 70000, bytearray(), bytearray(b'abc'),
    bytearray(range(256)), [], [1], [1, 2], list(range(2500)), (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((), [], {}),
    {}, {1: 2}, {'a': 1, 2: 'b', None: 3.5, (1, 'x'): [], True: 0, b'k': 1, 2.5: 3}, dict.fromkeys(range(2500)),
    {(1, (2, 'x', frozenset([1, 2]))): 1, frozenset(): 2}, {math.nan: 1}, {float('nan'): i for i in range(3)},
    set(), {1}, {1, 'a', (2, 3), None, 2.5}, frozenset(), frozenset([1, 'b']), set(range(2500)),
    {frozenset([frozenset([1]), 2])}, {'z': 1, 'y': 2, 'a': 3},
    1j, complex(1.5, -0.0), slice(1, 2, 3) if sys.version_info >= (3, 8) else None, range(1, 10, 3), Ellipsis,
    NotImplemented, int, dict, type(None), len, function, Plain, Outer.Inner, Outer.Inner.Innermost, Outer.make,
    [].append, Plain(a=1).method, operator.itemgetter(1, 2), functools.partial(function, 1, k=2), os.path.join,
    Plain(), Plain(a=1, b=[2], c=Plain(d=None)), Outer.Inner.Innermost(x=1), State(5), State(None), Reduced([1]),
    Keywords(1, b=[2]), ListSub([1, 2, ListSub()]), DictSub(a=1), SetSub([1]), IntSub(7), StrSub('s'), TupleSub((1, [2])),
    Color.RED, [Color.RED, Color.GREEN, Color.RED], Flag.A | Flag.B, {Color.RED: 1, Color.GREEN: 2}, Point(1, [2]),
    datetime.datetime(2024, 2, 29, 12, 30, 1, 5), datetime.date(1, 1, 1), datetime.timedelta(-1, 5, 6),
    datetime.time(1, 2, 3), datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=5))),
    {datetime.date(2020, 1, d): d for d in range(1, 20)}, decimal.Decimal('-1.50'), fractions.Fraction(3, 4),
    {decimal.Decimal(1): 'one', fractions.Fraction(1, 2): 'half'}, uuid.UUID(int=5), pathlib.PurePosixPath('/a/b'),
    collections.OrderedDict([('b', 1), ('a', [2])]), collections.defaultdict(list, {'a': [1]}), collections.Counter('abca'),
    collections.deque([1, 2, 3], maxlen=5), collections.deque(), collections.ChainMap({'a': 1}, {'b': 2}),
    array.array('i', [1, 2, 3]), array.array('d'), types.SimpleNamespace(a=1, b=[2]), io.BytesIO(b'abc'),
    random.Random(3), ValueError('x'), KeyError('k', 1), ValueError(), queue.Empty(), queue.Full('f'), OwnError(1),
    [StopIteration(3), KeyboardInterrupt(), ZeroDivisionError('division by zero')], threading.BrokenBarrierError(),
    multiprocessing.TimeoutError('t'), multiprocessing.ProcessError(), multiprocessing.AuthenticationError('a'),
    multiprocessing.managers.RemoteError('r'), with_notes(), os_error(), unicode_error(), ImportError('i', name='n'),
    {ValueError('as a key'): 1}, {object(): i for i in range(5)}, {Plain(a=1) for _ in range(300)}, object(),
    token(), ('id', 'method', (1, 'two'), {'three': 3}), ('#RETURN', None), ('#PROXY', ('x', token())),
    cyclic_list(), cyclic_dict(), cyclic_tuple(), cyclic_tuple_long(), cyclic_object(), cyclic_reduce_state(),
    key_with_cycle(), shared(), [shared(), shared()], deep(50), deep(240), deep_tuple(240), laughs(), laughing_lists(),
    list(range(100000)), [str(i) for i in range(100000)], [(i, str(i)) for i in range(30000)],
    [[RANDOM.getrandbits(RANDOM.randrange(1, 200)) - 5 for _ in range(300)], [RANDOM.gauss(0, 1e9) for _ in range(300)]],
]
slots = Slots()
slots.a, slots.b = 1, [slots]
CASES.append(slots)
try:
    import numpy
except ImportError:
    numpy = None
else:
    CASES += [numpy.arange(12).reshape(3, 4), numpy.float64(1.5), numpy.array(['a', 'bc']), numpy.zeros((0, 2)),
              numpy.array([1, 'x', None], dtype=object), numpy.dtype('int16'), [numpy.int32(5)] * 2]


class Same:
    """Whether two graphs are the same, types, identities and all."""

    def __init__(self):
        self.left, self.right, self.keep, self.todo = {}, {}, [], []

    def check(self, a, b):
        self.todo.append((a, b, 'value'))
        while self.todo:
            a, b, where = self.todo.pop()
            self.one(a, b, where)

    def fail(self, a, b, where):
        raise AssertionError('%s: %.200s of %s became %.200s of %s' % (where, safe(a), type(a), safe(b), type(b)))

    def one(self, a, b, where):
        if type(a) is not type(b):
            self.fail(a, b, where)
        if a is None or isinstance(a, (bool, type, types.FunctionType, enum.Enum)) or a is Ellipsis:
            if a is not b and not (isinstance(a, enum.Flag) and a == b):
                self.fail(a, b, where)
            return
        kind = type(a)
        if kind is int or kind is str or kind is bytes:
            if a != b:
                self.fail(a, b, where)
            return
        if kind is float:
            if struct.pack('d', a) != struct.pack('d', b):
                self.fail(a, b, where)
            return
        if id(a) in self.left or id(b) in self.right:
            if self.left.get(id(a)) != id(b) or self.right.get(id(b)) != id(a):
                if kind is not tuple and kind is not frozenset:
                    self.fail(a, b, where + ' (identity)')
                if self.left.get(id(a)) == id(b):
                    return
            else:
                return
        if not (kind is tuple and len(a) == 0):
            self.left[id(a)], self.right[id(b)] = id(b), id(a)
        self.keep += [a, b]
        self.parts(kind, a, b, where)

    def parts(self, kind, a, b, where):
        if kind is list or kind is tuple:
            if len(a) != len(b):
                self.fail(a, b, where)
            self.todo += [(x, y, where + '[]') for x, y in zip(a, b)]
        elif kind is dict:
            if len(a) != len(b):
                self.fail(a, b, where)
            for x, y in zip(a.items(), b.items()):  # The order too.
                self.todo += [(x[0], y[0], where + ' key'), (x[1], y[1], where + ' value')]
        elif kind is set or kind is frozenset:
            if len(a) != len(b):
                self.fail(a, b, where)
            if a != b and any(type(x).__hash__ is not object.__hash__ for x in a):
                self.fail(a, b, where)
        elif numpy is not None and kind is numpy.ndarray:
            if a.dtype != b.dtype or a.shape != b.shape or a.tolist() != b.tolist() or not a.flags.writeable == b.flags.writeable:
                self.fail(a, b, where)
        elif isinstance(a, (datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, fractions.Fraction,
                            uuid.UUID, range, complex, array.array, slice, pathlib.PurePath, bytearray, collections.Counter)):
            if a != b or repr(a) != repr(b):
                self.fail(a, b, where)
        elif kind in (types.BuiltinFunctionType, types.MethodType):
            self.todo.append((a.__reduce_ex__(4), b.__reduce_ex__(4), where + ' reduced'))
        elif isinstance(a, BaseException):
            self.todo += [(a.args, b.args, where + '.args'), (a.__dict__, b.__dict__, where + '.__dict__')]
        else:
            self.objects(a, b, where)

    def objects(self, a, b, where):
        x, y = a.__reduce_ex__(4), b.__reduce_ex__(4)
        if isinstance(x, str):
            if x != y:
                self.fail(a, b, where)
            return
        x, y = [[list(p) if i > 2 and p is not None else p for i, p in enumerate(r)] for r in (x, y)]
        for p, q in zip(x, y):  # Parts made for this are new: of those only the contents count.
            for s, t in zip(p, q) if type(p) in (list, tuple) and len(p) == len(q) else [(p, q)]:
                if type(s) is tuple and len(s) == len(t):
                    self.todo += [(u, v, where + ' part') for u, v in zip(s, t)]
                else:
                    self.todo.append((s, t, where + ' part'))
            if type(p) is not type(q) or type(p) in (list, tuple) and len(p) != len(q):
                self.fail(a, b, where)


def safe(value):
    try:
        return repr(value)
    except Exception as e:
        return 'something without a repr: %r' % e


def round_trips():
    sys.setrecursionlimit(20000)
    threading.stack_size(256 << 20)
    for number, value in enumerate(CASES):
        for protocol in range(min(5, pickle.HIGHEST_PROTOCOL) + 1):
            data = b''
            for pickler in (pickle.dumps, pickle._dumps):
                if len(data) > 10000:
                    continue  # The pickler that is written in Python is slow.
                try:
                    data = pickler(value, protocol)
                    pickle.loads(data)
                except Exception:
                    if protocol == 4 and pickler is pickle.dumps:
                        raise
                    continue  # Not every value has a form in every protocol, or one that Python itself reads back.
                if len(data) > 50000 and protocol not in (0, 4):
                    continue
                send(data)
                for written in (4, 3):
                    back = receive()
                    try:
                        # What Python itself makes of its pickle is what Java's has to make.
                        Same().check(pickle.loads(data), pickle.loads(back))
                        if back[1] != written:
                            raise AssertionError('protocol %d' % back[1])
                    except BaseException as e:
                        raise AssertionError('case %d, %.100s, protocol %d then %d: %r, %.300r' % (
                            number, safe(value), protocol, written, e, back)) from e
    send(b'')


def outcome(function):
    try:
        return function()
    except TypeError as e:
        return str(e)


def plain(random, depth, hashable=False):
    kind = random.randrange(9 if depth <= 0 else 9 + (2 if hashable else 6))
    few = range(random.randrange(4))
    if kind == 0:
        return random.choice([None, True, False])
    if kind == 1:
        return random.randrange(-3, 4)
    if kind == 2:
        return random.choice([1, -1]) * (random.getrandbits(random.randrange(1, 200)))
    if kind == 3:
        return float(random.randrange(-3, 4))
    if kind == 4:
        return random.choice([math.inf, -math.inf, 2.0**53, 2.0**63, -2.0**63, 2.0**64, 1e16, 1e-5, 1e22, 5e-324, 1e-4,
                              2e-323, 9007199254740993.0, 1.7976931348623157e308, 123456789012345680.0, 0.1, -0.0])
    if kind == 5:
        bits = struct.unpack('<d', struct.pack('<Q', random.getrandbits(64)))[0]
        return 0.5 if math.isnan(bits) else bits
    if kind in (6, 7):
        letters = 'ab\'"\\\n\t\x00\x7f\xa0\xad\xe9\u0100\u2028\u200b\u3000\ue000\ufffd\U0001F600\U000E0001\ud800 '
        return ''.join(random.choice(letters) for _ in range(random.randrange(5)))
    if kind == 8:
        return bytes(random.choice(b'ab\'"\\\n\x00\xff ') for _ in range(random.randrange(5)))
    if kind == 9:
        return tuple(plain(random, depth - 1, hashable) for _ in few)
    if kind == 10:
        return frozenset([plain(random, depth - 1, True)] if few else [])
    if kind == 11:
        return [plain(random, depth - 1) for _ in few]
    if kind == 12:
        return {plain(random, depth - 1, True): plain(random, depth - 1) for _ in few}
    if kind == 13:
        return {plain(random, depth - 1, True)} if few else set()
    if kind == 14:
        return bytearray(plain(random, 0) if False else b'ab\x00'[:len(few)])
    return copy.deepcopy(random.choice([[1], (1,), [1.0], {1: 2}, {True: 2.0}, ()]))


def ordered(a, b):
    if isinstance(a, (set, frozenset)) and isinstance(b, (set, frozenset)):
        return None  # A partial order, which Java does not have.
    less, greater = outcome(lambda: a < b), outcome(lambda: b < a)
    return less if isinstance(less, str) else -1 if less else 1 if greater else 0


def has_partial_order(value):
    if isinstance(value, (set, frozenset)):
        return True
    return isinstance(value, (list, tuple)) and any(map(has_partial_order, value))


def hash_of(value):
    def numeric(v):
        return type(v) in (int, float, bool) or type(v) in (tuple, frozenset) and all(map(numeric, v))
    if numeric(value):
        return hash(value)
    result = outcome(lambda: hash(value))
    return result if isinstance(result, str) else None


def oracle(seed):
    rnd = random.Random(seed)
    values = [plain(rnd, 3) for _ in range(3000)]
    send(pickle.dumps([(v, repr(v)) for v in values], 4))
    send(pickle.dumps([(v, hash_of(v)) for v in values], 4))
    pairs = [(rnd.choice(values), rnd.choice(values)) for _ in range(20000)]
    pairs += [(plain(rnd, 1), plain(rnd, 1)) for _ in range(20000)]
    numbers = [v for v in values if type(v) in (int, float, bool)]
    pairs += [(rnd.choice(numbers), rnd.choice(numbers)) for _ in range(20000)]
    pairs += [(v, copy.deepcopy(v)) for v in values]
    send(pickle.dumps([(a, b, a == b) for a, b in pairs], 4))
    pairs = [(a, b) for a, b in pairs if not has_partial_order(a) and not has_partial_order(b)]
    send(pickle.dumps([(a, b, ordered(a, b)) for a, b in pairs], 4))
    a, d, s = cyclic_list(), {}, Plain()
    d[1] = [d]
    t = ([],)
    t[0].append(t)
    send(pickle.dumps([(v, repr(v)) for v in (a, d, t, [a, a], {'x': (a, d)})], 4))
    errors = [KeyError('x'), KeyError(1, 2), ValueError(), ValueError('v'), IndexError('list index out of range'),
              ZeroDivisionError(5), KeyError('it\'s'), Exception(None), Exception('a', ['b'])]
    send(pickle.dumps([(e, str(e), repr(e)) for e in errors], 4))
    floats = [struct.unpack('<d', struct.pack('<Q', rnd.getrandbits(64)))[0] for _ in range(20000)]
    floats += [math.ldexp(1, e) for e in range(-1074, 1024)] + [float('1e%d' % e) for e in range(-323, 309)]
    floats += [d * 10.0**e for d in range(1, 100) for e in range(-25, 25)] + [5e-324 * k for k in range(1, 200)]
    send(pickle.dumps([(f, repr(f)) for f in floats], 4))
    send(pickle.dumps([(f, hash(f)) for f in floats if f == f], 4))
    send(b'')


try:
    {'round': round_trips}.get(sys.argv[1], lambda: oracle(int(sys.argv[2])))()
except BaseException:
    import traceback
    traceback.print_exc()
    sys.stderr.flush()
    os._exit(1)
