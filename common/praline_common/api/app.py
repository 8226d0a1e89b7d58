# SPDX-License-Identifier: Apache-2.0
"""One service's API as a Pecan application with a route table made once.

Stock Pecan looks a path up with getattr on every request, obeys `?_method=`, fills arguments from
the query, and reads every answer to see whether it is empty.  This application keeps Pecan's
request cycle and hooks and replaces just those parts.
"""
import logging
import re

import orjson
import pecan
from pecan import core
from webob import exc

from praline_common import context
from praline_common import errors
from praline_common import policy
from praline_common.api import bodies
from praline_common.api import faults
from praline_common.api import operator
from praline_common.api import rest
from praline_common.api.microversion import at
from praline_common.db import engine

LOG = logging.getLogger(__name__)
_ANY = '{}'
_WEBOB = {404: errors.NotFound, 405: errors.MethodNotAllowed, 400: errors.BadRequest}


def _path(environ):
    """The path as text: WSGI hands each of its bytes over as a character.  NotFound when it is no UTF-8."""
    path = environ.get('PATH_INFO', '')
    if path.isascii():
        return path
    try:
        return path.encode('latin-1').decode()
    except UnicodeError:
        raise errors.NotFound('The resource could not be found.') from None


class Request(pecan.Request):
    """version: (major, minor) asked for, None without a history; context: praline Context;
    authenticated: a valid token came with it; action_body: the body an Actions controller read."""

    version = None
    context = None
    pecan = None
    authenticated = False
    action_body = None

    @property
    def host_url(self):
        """Where clients find this cloud: the configured base_url, not what a Host or a forwarding header says.

        All that WebOb makes of it (application_url, path_url) and so every link begins with it.
        """
        return self.environ['praline.base_url']

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)


class Response(pecan.Response):
    """Without headers until it is filled: a default that is replaced on every answer costs as much as the rest of it."""

    default_content_type = None


class Api:
    """What a service's `api/root.py` gives: its routes, its microversions, its error envelope.

    routes: ((path template, Controller class), ...); '{name}' stands for one segment.  A path
    /things gives the collection's verbs, /things/{id} the item's; a path ending in '/action'
    belongs to an Actions controller.  project_in_path: '/v3/<project id>/...' is understood too.
    token_checker: callable(token) -> token body, for the service that issues them.
    empty_ids_refused: /things/ is an item without an id (404), not the collection.
    strict_queries: from this version on a GET that declares no query takes none (400).
    scopes: tokens of other scopes than these ('system', 'domain', 'project') may do nothing and see what strangers see.
    observe: called with (bound operation, its arguments) in the operation's place; its result goes on.
    """

    def __init__(self, routes, history=None, fault=faults.compute, project_in_path=None, token_checker=None,
                 empty_ids_refused=False, observe=None, scopes=None,
                 strict_queries=None):
        self.routes, self.history, self.fault = routes, history, fault
        self.project_in_path, self.token_checker = project_in_path, token_checker
        self.empty_ids_refused = empty_ids_refused
        self.observe, self.scopes, self.strict_queries = observe, scopes, strict_queries


class Routes:
    """The table: nested dicts by path segment; at a leaf, (controller, verb names, arguments)."""

    def __init__(self, runtime, api):
        self.tree, self.controllers = {}, []
        self._prefix, self._strict = api.project_in_path, api.empty_ids_refused
        for template, controller in (*api.routes, *operator.ROUTES):
            made = controller(runtime)
            self.controllers.append((template, made))
            self._add(_segments(template), made)

    def _add(self, segments, controller):
        node = self.tree
        for segment in segments:
            node = node.setdefault(_ANY if segment.startswith('{') else segment, {})
        node[None] = (controller, rest.COLLECTION)
        for word, prefix in controller.views.items():
            node.setdefault(word, {})[None] = (controller, {
                verb: '%s_%s' % (prefix, verb.lower()) for verb in rest.ITEM})
        if not isinstance(controller, rest.Actions):
            node.setdefault(_ANY, {}).setdefault(None, (controller, rest.ITEM))

    def find(self, path):
        """(controller, {HTTP method: method name}, path ids); NotFound when there is none."""
        segments = _segments(path)
        if self._strict and path.endswith('/') and len(segments) > 1:
            raise errors.NotFound('The resource could not be found.')
        found = self._walk(segments)
        if found is None and self._prefix and segments[:1] == [self._prefix] and len(segments) > 1:
            found = self._walk([segments[0], *segments[2:]])
        if found is None:
            raise errors.NotFound('The resource could not be found.')
        return found

    def _walk(self, segments):
        node, ids = self.tree, []
        for segment in segments:
            inner = node.get(segment)
            if inner is None:
                inner = node.get(_ANY)
                ids.append(segment)
            if inner is None:
                return None
            node = inner
        leaf = node.get(None)
        return leaf and (*leaf, ids)


def _segments(path):
    return [part for part in path.split('/') if part]


class App(core.ExplicitPecan):
    """The WSGI application of one service."""

    def __init__(self, runtime, api):
        super().__init__(rest.Controller(runtime), request_cls=Request, response_cls=Response,
                         default_renderer='json', guess_content_type_from_ext=False, force_canonical=False,
                         hooks=lambda: [Faults(api.fault, runtime.name)])
        self.runtime, self.api = runtime, api
        self.routes = Routes(runtime, api)
        self.history = api.history
        self._body_limit = runtime.conf.body_limit
        self._base_url = runtime.conf.base_url.rstrip('/')
        runtime.policy.scopes = api.scopes
        for _, controller in self.routes.controllers:
            for _, declared in controller.operations():
                runtime.policy.register(declared.name, declared.policy)

    def find_controller(self, state):
        req = state.request
        environ = req.environ
        environ['praline.body_limit'], environ['praline.base_url'] = self._body_limit, self._base_url
        _identify(req, environ)
        if self.api.scopes and policy.scope(req.context) not in self.api.scopes:
            req.context.is_admin = False
        if self.history:
            req.version = self.history.first
            req.version = self.history.asked(environ)
        controller, verbs, ids = self.routes.find(_path(environ))
        if isinstance(controller, rest.Actions) and req.method == 'POST':
            method = controller.choose(req)
        else:
            method = controller[verbs.get(req.method)]
            if method is None and req.method == 'HEAD':
                method = controller[verbs.get('GET')]
        if method is None:
            raise self._no_method(controller, verbs)
        if self.api.strict_queries and req.query_string and req.method == 'GET':
            self._refuse_query(req, method.operation)
        state.controller = method
        return method, [req, *ids], {}

    def _refuse_query(self, req, declared):
        if req.version >= self.api.strict_queries and declared.query is None:
            raise errors.BadRequest('Additional query parameters are not allowed here: %s' % ', '.join(sorted(req.GET)))

    @staticmethod
    def _no_method(controller, verbs):
        allowed = sorted(verb for verb, name in verbs.items() if controller[name])
        if not allowed:
            return errors.NotFound('The resource could not be found.')
        return errors.MethodNotAllowed('The method is not allowed for this resource.', allow=allowed)

    def invoke_controller(self, controller, args, kwargs, state):
        observe = self.api.observe
        result = controller(*args) if observe is None else observe(controller, args)
        req, response = state.request, state.response
        declared = controller.operation
        if isinstance(result, pecan.Response):
            state.response = response = result
        else:
            response.status_int = at(declared.status, req.version) if req.version else at(declared.status, (0, 0))
            _fill(response, result)
        if self.history:
            response.headerlist.extend(self.history.headers(req.version))

    def _handle_empty_response_body(self, state):
        """Nothing: the operation declared its status, and a stream must not be read."""


def _identify(req, environ):
    prepared = environ.get('praline.context')
    if prepared is not None:
        req.context = prepared.of_request(environ.get('openstack.request_id'))
        req.authenticated = True
    else:
        req.authenticated = environ.get('HTTP_X_IDENTITY_STATUS') == 'Confirmed'
        req.context = context.Context.from_headers(environ) if req.authenticated else _nobody(environ)


def _nobody(environ):
    return context.Context(overwrite=False, roles=[], request_id=environ.get('openstack.request_id'))


def _fill(response, result):
    content_type, headers = 'application/json', ()
    if isinstance(result, rest.Reply):
        if result.status:
            response.status_int = result.status
        content_type, headers = result.content_type or content_type, result.headers
        result = result.body
    body = b'' if result is None else result if isinstance(result, bytes) else encode(result)
    response.app_iter = [body]
    response.headerlist = [('Content-Length', str(len(body)))]
    if result is not None:
        response.headerlist.append(('Content-Type', content_type))
    if headers:
        response.headers.update(headers)


def encode(result):
    """JSON bytes; keys that are str subclasses (SQLAlchemy's quoted_name) are accepted, at three times the cost."""
    try:
        return orjson.dumps(result)
    except TypeError:
        return orjson.dumps(result, option=orjson.OPT_NON_STR_KEYS)


class Faults(pecan.hooks.PecanHook):
    """Turns whatever was raised into the service's own envelope."""

    def __init__(self, envelope, service):
        self.envelope, self.service = envelope, service

    def on_error(self, state, error):
        req = state.request
        error = self._expected(error, req)
        if req.method in ('POST', 'PUT', 'PATCH') and 'praline.body' not in req.environ:
            bodies.drain(req.environ)
        content_type, body = faults.render(self.envelope, error, req)
        response = pecan.Response(status=error.status, body=b'' if req.method == 'HEAD' else body,
                                  content_type=content_type)
        if error.status == 401:
            response.headers['WWW-Authenticate'] = "Keystone uri='%s/identity'" % req.host_url
        if error.status == 405 and error.details.get('allow'):
            response.headers['Allow'] = ', '.join(error.details['allow'])
        history = state.app.history
        if history and req.version:
            response.headerlist.extend(history.headers(req.version))
        return response

    def _expected(self, error, req):
        if isinstance(error, errors.Error):
            return error
        if isinstance(error, exc.HTTPException):
            kind = _WEBOB.get(error.code, errors.BadRequest)
            return kind(re.sub(r'<[^>]*>', '', error.detail or error.title or ''))
        if isinstance(error, UnicodeDecodeError):
            return errors.BadRequest('The request is not valid UTF-8')
        if engine.is_away(error):
            LOG.error('%s %s: the database does not answer: %s', req.method, req.path, error)
            return errors.Unavailable('The database of the %s service does not answer; ask again' % self.service)
        LOG.exception('%s %s failed', req.method, req.path, extra={'request_id': req.environ.get(
            'openstack.request_id')})
        return errors.Error('An unexpected error stopped the %s service; its log has it under %s'
                            % (self.service, req.environ.get('openstack.request_id')))


