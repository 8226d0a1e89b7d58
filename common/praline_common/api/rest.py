# SPDX-License-Identifier: Apache-2.0
"""The API kit: a controller for each collection, one decorator for each operation.

    class Keypairs(Controller):
        @operation('os_compute_api:os-keypairs:create', policy=OWNER, status=Since(v2_1=200, v2_2=201),
                   body=Since(v2_1=CREATE, v2_2=CREATE_WITH_TYPE))
        def post(self, req, body): ...

        @operation('os_compute_api:os-keypairs:show', policy=OWNER, item=keypairs.get)
        def get_one(self, req, keypair): return view(req, keypair)

What an operation declares happens in this order: version window (404), token (401), query and body
against their schemas (400), the item loaded (404), the policy asked about it (403), then the method.
Methods get (self, req, *ids of the path, body if declared); with `item` the last id is replaced by
the loaded dict.  They return a dict or list (JSON), None (no body), or a Reply.
"""
import functools

import pecan
from pecan import rest

from praline_common import errors
from praline_common.api import bodies
from praline_common.api import schema
from praline_common.api.microversion import Since, at, parse, values

__all__ = ['Actions', 'Controller', 'Operation', 'Reply', 'Since', 'action', 'operation']

COLLECTION = {'GET': 'get_all', 'POST': 'post', 'PUT': 'put_all', 'PATCH': 'patch_all', 'DELETE': 'delete_all'}
ITEM = {'GET': 'get_one', 'POST': 'post_one', 'PUT': 'put', 'PATCH': 'patch', 'DELETE': 'delete', 'HEAD': 'head'}


class Reply:
    """An answer that is not just a body: other status, headers, or bytes/an iterable of bytes."""

    def __init__(self, body=None, status=None, headers=(), content_type=None):
        self.body, self.status, self.headers, self.content_type = body, status, headers, content_type


class Operation:
    """What one handler declares of itself; the source of the OpenAPI document and the policy sample.

    item(conn, context, *ids) -> dict loads what the path names; it raises NotFound.
    target(controller, req, *args) -> dict gives the policy another object than the item.
    rule(req, *args) -> the name of the rule to ask, where it is not always the operation's own.
    missing_first: what is not there is 404 to everybody, although policy_before_missing.
    public: answered without a token.  raw: the handler reads the body itself.
    consumes, produces: the media types of the bodies of request and answer.
    """

    def __init__(self, name, policy, item=None, body=None, query=None, status=200, since=None,
                 until=None, public=False, target=None, rule=None, raw=False, optional_body=False,
                 missing_first=False, consumes='application/json', produces='application/json'):
        self.name, self.policy, self.item, self.target = name, policy, item, target
        self.body, self.query, self.status = body, query, status
        self.since, self.until = since and parse(since), until and parse(until)
        self.public, self.raw, self.optional_body = public, raw, optional_body
        self.rule, self.consumes, self.produces = rule, consumes, produces
        self.missing_first = missing_first
        self.action = None

    def versions(self, version):
        return (not self.since or version >= self.since) and (not self.until or version <= self.until)

    def prepare(self, controller, req, args):
        """Check everything that this operation declares; the method's arguments."""
        if not self.versions(req.version):
            raise errors.NotFound('The resource could not be found.')
        if not self.public and not req.authenticated:
            raise errors.Unauthorized('The request you have made requires authentication.')
        if self.query is not None:
            schema.check_query(at(self.query, req.version), req)
        controller.ready(req, *args)
        given, invalid = (), None
        if self.body is not None:
            given, invalid = self._given(controller, req)
        if self.item is not None:
            args = (*args[:-1], self._load(controller, req, args))
        if not self.public:
            target = self._target(controller, req, args, given)
            name = self.rule(req, *args, *given) if self.rule else self.name
            controller.policy.require(req.context, name, target)
        if invalid is not None:
            raise invalid
        return (*args, *given)

    def _given(self, controller, req):
        """((body,), None); ((None,), the error) where the policy about the item goes before a bad body."""
        try:
            return (self._body(req),), None
        except errors.BadRequest as error:
            if not controller.policy_before_body or self.item is None or self.public:
                raise
            return (None,), error

    def _load(self, controller, req, args):
        try:
            with controller.db.read() as conn:
                return self.item(conn, req.context, *args)
        except (errors.NotFound, errors.BadRequest):
            target = None if self.public or self.missing_first else controller.target_of_missing(req, *args)
            if target is not None:
                controller.policy.require(req.context, self.name, target)
            raise

    def _body(self, req):
        declared = at(self.body, req.version)
        body = req.action_body if req.action_body is not None else bodies.read_json(req)
        if body is None and self.optional_body:
            return None
        schema.check_body(declared, body)
        return body

    def _target(self, controller, req, args, given):
        if self.target is not None:
            return self.target(controller, req, *args, *given)
        if self.item is not None:
            return args[-1]
        return {'project_id': req.context.project_id, 'user_id': req.context.user_id,
                'domain_id': req.context.domain_id}


def operation(name, policy, **declared):
    """Declare a method as an API operation; see the module and Operation."""
    declaration = Operation(name, policy, **declared)

    def declare(method):
        @functools.wraps(method)
        def call(self, req, *args):
            return method(self, req, *declaration.prepare(self, req, args))
        call.operation = declaration
        return pecan.expose('json')(call)
    return declare


def action(word, name, policy, **declared):
    """Declare a method of an Actions controller: `POST .../action` with the body {word: ...}."""
    def declare(method):
        call = operation(name, policy, **declared)(method)
        call.operation.action = word
        return call
    return declare


class Controller(rest.RestController):
    """One collection of a service's API.  `views`: {path word beside the items: method prefix}.

    views = {'detail': 'detail'} makes GET <collection>/detail run `detail_get`, PUT `detail_put`.
    policy_before_missing: who may not do this to anything is told 403, not 404, of what is not there, nor 400 of its id.
    policy_before_body: who may not do this to the item is told 403, whatever the body says.
    """

    views = {}
    policy_before_missing = policy_before_body = False

    def __init__(self, runtime):
        self.runtime = runtime
        self.conf, self.db, self.policy = runtime.conf, runtime.db, runtime.policy

    def __getitem__(self, verb):
        """The bound operation of this name, or None; nothing undeclared is reachable."""
        method = getattr(type(self), verb or '', None)
        return getattr(self, verb) if hasattr(method, 'operation') else None

    def ready(self, req, *ids):
        """Called before anything that the ids of the path name is loaded."""

    def target_of_missing(self, req, *ids):
        """What the policy is asked about, before the 404, when the item is not there; None: nothing."""
        return {} if self.policy_before_missing else None

    def operations(self):
        """(method name, Operation) of every operation that this controller declares."""
        for name in dir(type(self)):
            declared = getattr(getattr(type(self), name), 'operation', None)
            if declared is not None:
                yield name, declared


class Actions(Controller):
    """`POST <item>/action`: the one key of the body names the method, declared with @action."""

    def __init__(self, runtime):
        super().__init__(runtime)
        self._by_word = {}
        for name, declared in self.operations():
            self._by_word.setdefault(declared.action, []).append(name)

    def choose(self, req):
        """The bound operation that the body asks for.  BadRequest when there is none, NotFound in another version."""
        body = bodies.read_json(req)
        if not isinstance(body, dict) or len(body) != 1:
            raise errors.BadRequest('The request body must hold exactly one action')
        word = next(iter(body))
        for name in self._by_word.get(word, ()):
            if getattr(type(self), name).operation.versions(req.version):
                req.action_body = body
                return getattr(self, name)
        if word in self._by_word:
            raise errors.NotFound('The resource could not be found.')
        raise errors.BadRequest('There is no such action: %s' % word)


def declared_schemas(declaration):
    """Every body and query schema of an operation, over all its versions."""
    return [entry for part in (declaration.body, declaration.query) for entry in values(part)
            if entry is not None]
