"""What the clients of a manager server have in common: they are given an address and a key, and connect."""
import multiprocessing
import sys
from multiprocessing.managers import SyncManager


class Client(SyncManager):
    pass


def arguments():
    """The address, which is a path or host:port, the key in hexadecimal, and the rest."""
    address = sys.argv[1]
    if not address.startswith("/"):
        host, port = address.rsplit(":", 1)
        address = (host, int(port))
    return address, bytes.fromhex(sys.argv[2]), sys.argv[3:]


def connect():
    address, key, _ = arguments()
    multiprocessing.current_process().authkey = key
    manager = Client(address=address, authkey=key)
    manager.connect()
    return manager
