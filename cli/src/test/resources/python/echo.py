"""Sends each message back to whoever sent it, until that one ends."""
import sys
from multiprocessing.connection import Listener

with Listener(sys.argv[1], authkey=b"a key") as listener:
    print("ready", flush=True)
    with listener.accept() as connection:
        try:
            while True:
                connection.send_bytes(connection.recv_bytes())
        except EOFError:
            pass
