"""Counts a visit at a server of this library: visits.py HOST:PORT|SOCKET KEY-FILE.

The server is the example Visits, or ./backplane serve --manager NAME. Nothing but Python's standard library is needed,
from 3.8 on.
"""
import sys
from multiprocessing.managers import SyncManager


class Shop(SyncManager):
    """What this program uses of the server's named objects."""


Shop.register("get_long")


def main(address, key_file):
    host, colon, port = address.rpartition(":")
    with open(key_file, "rb") as file:
        shop = Shop((host, int(port)) if colon else address, authkey=file.read())
    shop.connect()
    print("visit", shop.get_long("visits").add(1))


if __name__ == "__main__":
    main(*sys.argv[1:])
