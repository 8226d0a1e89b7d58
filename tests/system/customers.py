# SPDX-License-Identifier: Apache-2.0
"""Customers who use a cloud at random and remember what it promised them.

A record says what its thing may be now: `facts` maps a name to the set of values that are possible after all
that was answered, `gone` is the set of possible answers to "is it gone?".  An answer makes a set of one; a
request whose connection broke adds a possibility.
"""
import dataclasses
import random
import threading
import time
import uuid

from .clouds import NoAnswer

COMPUTE, NETWORK = '/compute/v2.1/', '/network/v2.0/'
REFUSED = (400, 403, 404, 409, 413)


@dataclasses.dataclass
class Record:
    kind: str
    id: str
    facts: dict
    gone: set = dataclasses.field(default_factory=lambda: {False})


@dataclasses.dataclass
class Ground:
    """What all customers build on: ids of an image, a flavor, a network and the external network."""

    image: str
    flavor: str
    network: str
    public: str


class Customer(threading.Thread):
    """One thread; `faults` holds what must never happen: an answer of 5xx, a promise the API forgot at once."""

    def __init__(self, api, ground, prefix, seed, chances, most, pause):
        super().__init__(name='customer ' + prefix, daemon=True)
        self.api, self.ground, self.prefix = api, ground, prefix
        self.random, self.pause = random.Random(seed), pause
        self.chances, self.most = chances, most
        self.records, self.faults, self.counts = [], [], {}
        self._end = threading.Event()

    def run(self):
        names, weights = zip(*self.chances.items())
        while not self._end.is_set():
            self._one(self.random.choices(names, weights)[0])
            self._end.wait(self.random.uniform(0, 2 * self.pause))

    def stop(self):
        self._end.set()

    def _one(self, name):
        try:
            getattr(self, name)()
        except NoAnswer:
            self._count('no answer')
            time.sleep(0.05)
        except Exception as error:
            self.faults.append('%s: %s: %s' % (name, type(error).__name__, error))

    def _count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def _ask(self, method, path, body=None):
        """The document, or None when it was refused."""
        status, document = self.api.ask(method, path, body)
        if status < 300:
            return document
        self._count('refused')
        if status not in REFUSED:
            self.faults.append('%s %s: %d %s' % (method, path, status, document))
        return None

    def _change(self, record, method, path, body=None, gone=None, **facts):
        """Ask for a change that makes these facts (or the end) true; whether it was accepted."""
        try:
            accepted = self._ask(method, path, body) is not None
        except NoAnswer:
            for name, value in facts.items():
                record.facts[name] = record.facts[name] | {value}
            if gone:
                record.gone = record.gone | {True}
            raise
        if accepted:
            self._count('accepted')
            record.facts.update({name: {value} for name, value in facts.items()})
            record.gone = {True} if gone else record.gone
        return accepted

    def _add(self, kind, path, body, **facts):
        """Make a thing, up to `most` of its kind.  Without an answer nobody knows its id: `tidy` finds it by its name."""
        if sum(record.kind == kind and record.gone != {True} for record in self.records) >= self.most:
            return
        document = self._ask('POST', path, {kind: body})
        if document:
            self._count('accepted')
            self.records.append(Record(kind, document[kind]['id'], {name: {value} for name, value in facts.items()}))

    def _any(self, kind, **facts):
        """One of the things of this kind that certainly are there, or None; facts: what it certainly is."""
        found = [record for record in self.records if record.kind == kind and record.gone == {False}
                 and all(record.facts[name] == {value} for name, value in facts.items())]
        return self.random.choice(found) if found else None

    def _new_name(self):
        return '%s-%s' % (self.prefix, uuid.uuid4().hex[:8])

    # Servers

    def boot(self):
        self._add('server', COMPUTE + 'servers', {
            'name': self._new_name(), 'imageRef': self.ground.image, 'flavorRef': self.ground.flavor,
            'networks': [{'uuid': self.ground.network}]}, status='ACTIVE')

    def boot_from_volume(self):
        self._add('server', COMPUTE + 'servers', {
            'name': self._new_name(), 'flavorRef': self.ground.flavor, 'networks': [{'uuid': self.ground.network}],
            'block_device_mapping_v2': [{
                'boot_index': 0, 'uuid': self.ground.image, 'source_type': 'image', 'destination_type': 'volume',
                'volume_size': 1, 'delete_on_termination': True}]}, status='ACTIVE')

    def delete(self):
        if server := self._any('server'):
            try:
                ended = self._change(server, 'DELETE', COMPUTE + 'servers/' + server.id, gone=True)
            except NoAnswer:
                self._lost(server, lambda values: values | {None})
                raise
            if ended:
                self._lost(server, lambda values: {None})

    def _lost(self, server, change):
        """What was on a server that is deleted is free again."""
        for record in self.records:
            if server.id in record.facts.get('server', ()):
                record.facts['server'] = change(record.facts['server'])

    def stop_server(self):
        self._act({'os-stop': None}, 'SHUTOFF')

    def start_server(self):
        self._act({'os-start': None}, 'ACTIVE', status='SHUTOFF')

    def reboot_hard(self):
        self._act({'reboot': {'type': 'HARD'}}, 'ACTIVE', status='ACTIVE')

    def reboot(self):
        self._act({'reboot': {'type': self.random.choice(('SOFT', 'HARD'))}}, 'ACTIVE', status='ACTIVE')

    def _act(self, body, becomes, **facts):
        if server := self._any('server', **facts):
            self._change(server, 'POST', COMPUTE + 'servers/%s/action' % server.id, body, status=becomes)

    # Volumes

    def make_volume(self):
        self._add('volume', self.api.volume('volumes'), {'name': self._new_name(), 'size': 1}, server=None)

    def delete_volume(self):
        if volume := self._any('volume', server=None):
            self._change(volume, 'DELETE', self.api.volume('volumes/' + volume.id), gone=True)

    def attach(self):
        volume, server = self._any('volume', server=None), self._any('server')
        if volume and server:
            self._change(volume, 'POST', COMPUTE + 'servers/%s/os-volume_attachments' % server.id,
                         {'volumeAttachment': {'volumeId': volume.id}}, server=server.id)

    def detach(self):
        if volume := self._any('volume'):
            server = next(iter(volume.facts['server']))
            if server and volume.facts['server'] == {server}:
                self._change(volume, 'DELETE', COMPUTE + 'servers/%s/os-volume_attachments/%s' % (server, volume.id),
                             server=None)

    # Network

    def make_port(self):
        self._add('port', NETWORK + 'ports', {'name': self._new_name(), 'network_id': self.ground.network}, server=None)

    def delete_port(self):
        if port := self._any('port', server=None):
            self._change(port, 'DELETE', NETWORK + 'ports/' + port.id, gone=True)

    def plug_port(self):
        port, server = self._any('port', server=None), self._any('server')
        if port and server:
            self._change(port, 'POST', COMPUTE + 'servers/%s/os-interface' % server.id,
                         {'interfaceAttachment': {'port_id': port.id}}, server=server.id)

    def unplug_port(self):
        if port := self._any('port'):
            server = next(iter(port.facts['server']))
            if server and port.facts['server'] == {server}:
                self._change(port, 'DELETE', COMPUTE + 'servers/%s/os-interface/%s' % (server, port.id), server=None)

    def make_address(self):
        self._add('floatingip', NETWORK + 'floatingips', {
            'floating_network_id': self.ground.public, 'description': self._new_name()}, server=None)

    def use_address(self):
        address, server = self._any('floatingip', server=None), self._any('server')
        if not address or not server:
            return
        own = {record.id for record in self.records}
        ports = [port['id'] for port in self._ask('GET', NETWORK + 'ports?device_id=' + server.id)['ports']
                 if port['id'] not in own]
        if ports:
            self._change(address, 'PUT', NETWORK + 'floatingips/' + address.id,
                         {'floatingip': {'port_id': ports[0]}}, server=server.id)

    def delete_address(self):
        if address := self._any('floatingip'):
            self._change(address, 'DELETE', self._path(address), gone=True)

    # What broken connections left open

    def tidy(self):
        """Delete one thing of which something is not certain, or that was made without an answer."""
        self._adopt()
        unsure = [record for record in self.records if record.gone != {True} and (
            len(record.gone) > 1 or any(len(values) > 1 for values in record.facts.values()))]
        if unsure:
            record = self.random.choice(unsure)
            if record.kind == 'server':
                self._lost(record, lambda values: values | {None})
            record.gone = record.gone | {True}
            status, document = self.api.ask('DELETE', self._path(record))
            if status >= 500:
                self.faults.append('DELETE %s: %d %s' % (self._path(record), status, document))
            if status < 300 or status == 404:
                record.gone = {True}
                if record.kind == 'server':
                    self._lost(record, lambda values: {None})

    def _adopt(self):
        known = {record.id for record in self.records}
        for kind, path, name in (('server', COMPUTE + 'servers', 'name'), ('volume', self.api.volume('volumes'), 'name'),
                                 ('port', NETWORK + 'ports', 'name'),
                                 ('floatingip', NETWORK + 'floatingips', 'description')):
            for item in (self._ask('GET', path) or {}).get(kind + 's', ()):
                if item.get(name, '').startswith(self.prefix + '-') and item['id'] not in known:
                    facts = {'status': {'ACTIVE'}} if kind == 'server' else {'server': {None}}
                    self.records.append(Record(kind, item['id'], facts, {False, True}))

    def _path(self, record):
        return {'server': COMPUTE + 'servers/', 'volume': self.api.volume('volumes/'), 'port': NETWORK + 'ports/',
                'floatingip': NETWORK + 'floatingips/'}[record.kind] + record.id
