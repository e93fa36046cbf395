"""A stock SyncManager server with two registered objects; or a client of it."""

import queue
import sys
from multiprocessing.managers import DictProxy, ListProxy, SyncManager

orders = queue.Queue()
table = {}
numbers = []


class Manager(SyncManager):
    pass


Manager.register("get_orders", callable=lambda: orders)
Manager.register("get_table", callable=lambda: table, proxytype=DictProxy)
Manager.register("get_numbers", callable=lambda: numbers, proxytype=ListProxy)


def serve(address, key):
    server = Manager(address=address, authkey=key).get_server()
    print("serving", server.address if isinstance(server.address, str) else "tcp://%s:%d" % server.address, flush=True)
    server.serve_forever()


def client(address, key):
    manager = Manager(address=address, authkey=key)
    manager.connect()
    items = manager.get_orders()
    shared = manager.get_table()
    print("took", items.get(), items.get(), flush=True)
    wrapped = items.get()
    print("kind", type(wrapped).__name__, wrapped[0], flush=True)
    items.put({"id": 7, "tags": ["a", "b"]})
    items.put(wrapped)
    shared["python"] = 3.5
    print("table", sorted(shared.keys()), flush=True)


if __name__ == "__main__":
    where = sys.argv[2]
    if where.startswith("tcp://"):
        host, port = where[6:].rsplit(":", 1)
        where = (host, int(port))
    {"serve": serve, "client": client}[sys.argv[1]](where, sys.argv[3].encode())
