"""The other end of Backplane's connections, in Python.

connection_peer.py listen FAMILY ADDRESS KEY            Listener: accepts one client, echoes until it ends
connection_peer.py connect FAMILY ADDRESS KEY           Client: echoes until the listener ends
connection_peer.py challenge FAMILY ADDRESS KEY DIGEST  Listener that challenges with a digest (3.12 and newer)
connection_peer.py forge FAMILY ADDRESS KEY DIGEST      Client that answers with another digest than it was asked for

ADDRESS is a path, or host:port; KEY is in hexadecimal, - for none. Says in lines what happens.
"""
import hmac
import sys
import traceback
from multiprocessing import AuthenticationError
from multiprocessing import connection as c


def address(family, text):
    if family == 'AF_INET':
        host, port = text.rsplit(':', 1)
        return host, int(port)
    return text


def say(*words):
    print(*words, flush=True)


def echo(conn):
    while True:
        try:
            message = conn.recv_bytes()
        except EOFError:
            say('end')
            conn.close()
            return
        conn.send_bytes(message)


def forge(conn, key, digest):
    message = conn.recv_bytes(256)[len(b'#CHALLENGE#'):]
    code = hmac.new(key, message, digest).digest()
    conn.send_bytes(code if digest == 'md5' else b'{%s}%s' % (digest.encode(), code))
    say(conn.recv_bytes(256).decode())


def main(what, family, where, key, *rest):
    key = None if key == '-' else bytes.fromhex(key)
    where = address(family, where)
    if what == 'listen' or what == 'challenge':
        with c.Listener(where, family, backlog=5, authkey=key if what == 'listen' else None) as listener:
            at = listener.address
            say('listening', at if isinstance(at, str) else '%s:%d' % at)
            conn = listener.accept()
            if what == 'challenge':
                c.deliver_challenge(conn, key, *rest)
                c.answer_challenge(conn, key)
    else:
        conn = c.Client(where, family, authkey=key if what == 'connect' else None)
    if what == 'forge':
        forge(conn, key, *rest)
    else:
        say('connected')
        echo(conn)


if __name__ == '__main__':
    try:
        main(*sys.argv[1:])
    except AuthenticationError as e:
        say('AuthenticationError', e)
    except (EOFError, OSError) as e:
        say('ended', repr(e))
    except BaseException:
        traceback.print_exc()
        say('failed')
