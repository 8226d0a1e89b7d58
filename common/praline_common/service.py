# SPDX-License-Identifier: Apache-2.0
"""What a service is made of, found by the names of its rooms, and what it needs to run.

A service is the package `praline_<name>` (entry point group praline.service).  Its rooms:

    conf.OPTIONS            [oslo.config options]                     always
    db.models.METADATA      sqlalchemy.MetaData                       where it keeps rows
    api.root.api(runtime)   -> praline_common.api.app.Api             its HTTP API
    rpc.worker(runtime)     -> Worker                                 what others may ask of it, its flows
    agent.main.agent(runtime) -> Agent                                its process on every host
    audit.audit(runtime, repair) -> [drift]                           rows against reality
"""
import dataclasses
import functools
import importlib
import importlib.metadata
import threading

from praline_common import config
from praline_common import contracts
from praline_common import operations
from praline_common import periodic
from praline_common import policy
from praline_common import rpc
from praline_common.db import engine

GROUP = 'praline.service'


@dataclasses.dataclass
class Worker:
    """endpoints: objects with @rpc.method methods; flows: Flow classes; periodics: [(seconds, callable)]."""

    endpoints: list = dataclasses.field(default_factory=list)
    flows: list = dataclasses.field(default_factory=list)
    periodics: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Agent:
    """server: the name it answers to (its host); start() once before, stop() once after serving."""

    server: str
    endpoints: list = dataclasses.field(default_factory=list)
    periodics: list = dataclasses.field(default_factory=list)
    start: object = None
    stop: object = None


class Service:
    """One service's rooms, imported only when asked for."""

    def __init__(self, name, package):
        self.name, self.package = name, package

    def room(self, path, default=None):
        """Attribute `path` ('api.root:api') of the service, or default when it has no such room."""
        module, attribute = path.split(':')
        full = '%s.%s' % (self.package, module)
        try:
            found = importlib.import_module(full)
        except ModuleNotFoundError as error:
            if error.name and full.startswith(error.name):
                return default
            raise
        return getattr(found, attribute, default)

    @property
    def options(self):
        return self.room('conf:OPTIONS', [])

    @property
    def metadata(self):
        return self.room('db.models:METADATA')


def installed():
    """{name: Service} of every installed service."""
    points = importlib.metadata.entry_points(group=GROUP)
    return {point.name: Service(point.name, point.value.partition('.')[0]) for point in sorted(points, key=lambda p: p.name)}


class Runtime:
    """What one service needs in this process; made once and handed to everything in it.

    name, conf (all groups) and options (its own group), db (None without tables), policy, contracts
    (.identity .image .compute .scheduler .volume .network), operations and turns (None without their
    tables), own and agents: RPC clients of the service's own worker and agents (server=host).
    """

    def __init__(self, service, conf, transport):
        self.name, self.service, self.conf, self.transport = service.name, service, conf, transport
        self.options = conf[service.name]
        self.contracts = contracts.Contracts(transport)
        self.own = rpc.Client(transport, service.name)
        self.agents = rpc.Client(transport, service.name + '.agent')
        self._shared, self._lock = {}, threading.RLock()

    def shared(self, kind):
        """The one kind(runtime) of this process, made at its first use: what API and worker have in common."""
        with self._lock:
            if kind not in self._shared:
                self._shared[kind] = kind(self)
            return self._shared[kind]

    @functools.cached_property
    def db(self):
        if self.service.metadata is None:
            return None
        return engine.Database(config.database_url(self.conf, self.name))

    @functools.cached_property
    def policy(self):
        return policy.Policy(self.conf.policy_file or None)

    @functools.cached_property
    def operations(self):
        metadata = self.service.metadata
        if metadata is None or 'operations' not in metadata.tables:
            return None
        return operations.Operations(metadata, self._wake)

    @functools.cached_property
    def turns(self):
        metadata = self.service.metadata
        if metadata is None or periodic.TABLE not in metadata.tables:
            return None
        return periodic.Turns(self.db, metadata)

    def _wake(self, operation_id):
        self.own.cast(None, 'run_operation', operation_id=operation_id)
