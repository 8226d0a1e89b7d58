# SPDX-License-Identifier: Apache-2.0
"""What the fake hypervisors hold: thousands of hosts' guests, in memory or in a file that outlives the process."""
import pathlib
import sqlite3
import threading

import orjson

SCHEMA = '''
CREATE TABLE IF NOT EXISTS guest (
    host TEXT NOT NULL, uuid TEXT NOT NULL, power INTEGER NOT NULL, cause TEXT, document BLOB NOT NULL,
    PRIMARY KEY (host, uuid)) WITHOUT ROWID
'''


class World:
    """Guests by host and uuid: a power state, a cause, and a document of everything else.

    With a file, several processes may share it, and one that is killed loses nothing that was answered.
    """

    def __init__(self, path=None):
        if path:
            pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path or ':memory:', check_same_thread=False, isolation_level=None, timeout=30)
        # A killed process loses nothing in WAL mode; only a machine's power cut could, and this is a fake.
        self._db.execute('PRAGMA journal_mode = WAL')
        self._db.execute('PRAGMA synchronous = OFF')
        self._db.execute(SCHEMA)

    def __enter__(self):
        """One change at a time, in this process and others."""
        self._lock.acquire()
        self._db.execute('BEGIN IMMEDIATE')
        return self

    def __exit__(self, kind, value, trace):
        try:
            self._db.execute('COMMIT' if kind is None else 'ROLLBACK')
        finally:
            self._lock.release()

    def get(self, host, uuid):
        """(power, cause, document) or None."""
        with self._lock:
            row = self._db.execute('SELECT power, cause, document FROM guest WHERE host = ? AND uuid = ?',
                                   (host, uuid)).fetchone()
        return (row[0], row[1], orjson.loads(row[2])) if row else None

    def put(self, host, uuid, power, cause, document):
        self._db.execute('INSERT OR REPLACE INTO guest VALUES (?, ?, ?, ?, ?)',
                         (host, uuid, power, cause, orjson.dumps(document)))

    def delete(self, host, uuid):
        self._db.execute('DELETE FROM guest WHERE host = ? AND uuid = ?', (host, uuid))

    def states(self, host):
        """[(uuid, power, cause)]"""
        with self._lock:
            return self._db.execute('SELECT uuid, power, cause FROM guest WHERE host = ?', (host,)).fetchall()

    def documents(self, host):
        """[(power, document)]"""
        with self._lock:
            rows = self._db.execute('SELECT power, document FROM guest WHERE host = ?', (host,)).fetchall()
        return [(power, orjson.loads(document)) for power, document in rows]

    def close(self):
        self._db.close()
