"""Runs the tests that the standard library has for its own managers against a server that is not Python's.

Each class of tests gets a manager that is connected, where it would have started one. Says "missing" if this Python
has no tests, else "passed" and how many tests ran, or which tests failed.
"""
import multiprocessing
import sys
import unittest
import warnings

from manager_client import Client, arguments

# The action of a barrier is a function of Python, which no other server can run.
IMPOSSIBLE = {"test_action"}
NAMES = ["Lock", "Semaphore", "Condition", "Event", "Barrier", "Queue", "Containers"]


def main():
    address, key, _ = arguments()
    warnings.simplefilter("ignore")
    multiprocessing.set_start_method("fork")
    multiprocessing.current_process().authkey = key
    try:
        from test import _test_multiprocessing as standard
    except ImportError:
        print("missing")
        return
    wrong, all_ran = [], 0
    for name in NAMES:
        manager = Client(address=address, authkey=key)
        manager.connect()
        tests = type(name, (getattr(standard, "_Test" + name), standard.ManagerMixin, unittest.TestCase), {
            "setUpClass": classmethod(lambda cls, ours=manager: setattr(cls, "manager", ours)),
            "tearDownClass": classmethod(lambda cls: setattr(cls, "manager", None)),
            "__module__": "__main__",
        })
        setattr(sys.modules["__main__"], name, tests)
        suite = unittest.TestSuite(
            test for test in unittest.defaultTestLoader.loadTestsFromTestCase(tests)
            if test.id().rsplit(".", 1)[-1] not in IMPOSSIBLE)
        result = unittest.TextTestRunner(stream=sys.stderr).run(suite)
        ran = result.testsRun - len(result.skipped)
        if ran <= 0:
            wrong.append(name + ": no tests ran")
        all_ran += ran
        failed = [test for test, _ in result.failures + result.errors] + result.unexpectedSuccesses
        wrong += [name + "." + test.id().rsplit(".", 1)[-1] for test in failed]
    print("failed " + ", ".join(wrong) if wrong else "passed %d" % all_ran)


if __name__ == "__main__":
    main()
