"""Prints each public name of multiprocessing's modules as module.name, and of its classes as module.Class.name."""
import importlib
import types

CLASSES = {
    "multiprocessing": [
        ("Process", "multiprocessing.process.BaseProcess"), ("Queue", "multiprocessing.queues.Queue"),
        ("JoinableQueue", "multiprocessing.queues.JoinableQueue"),
        ("SimpleQueue", "multiprocessing.queues.SimpleQueue"),
    ],
    "multiprocessing.pool": ["Pool", "AsyncResult"],
    "multiprocessing.managers": ["BaseManager", "SyncManager", "SharedMemoryManager"],
    "multiprocessing.connection": ["Listener", "Connection"],
    "multiprocessing.shared_memory": ["SharedMemory", "ShareableList"],
    "multiprocessing.synchronize": ["Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event", "Barrier"],
}


def public(names):
    return [name for name in names if not name.startswith("_")]


def attributes(cls):
    """Those of the class, without what it inherits from another of those that are listed."""
    found = set(public(vars(cls)))
    for base in cls.__mro__[1:-1]:
        if base.__name__ not in ("Queue", "BaseManager", "Thread"):
            found |= set(public(vars(base)))
    if cls.__name__ == "Condition":
        found |= {"acquire", "release"}
    if cls.__name__ in ("Lock", "RLock", "Semaphore", "BoundedSemaphore"):
        found |= {"acquire", "release"}
    return found


for module_name, classes in CLASSES.items():
    module = importlib.import_module(module_name)
    names = set(getattr(module, "__all__", ()))
    for name in public(dir(module)):
        value = getattr(module, name)
        # Modules that it only imports are not its own; of those of the package, their own sections tell.
        if not isinstance(value, types.ModuleType):
            names.add(name)
    for name in sorted(names):
        print(module_name + "." + name)
    for entry in classes:
        name, path = entry if isinstance(entry, tuple) else (entry, module_name + "." + entry)
        cls = getattr(importlib.import_module(path.rpartition(".")[0]), path.rpartition(".")[2])
        for attribute in sorted(attributes(cls)):
            print(module_name + "." + name + "." + attribute)
