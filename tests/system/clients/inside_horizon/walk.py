# SPDX-License-Identifier: Apache-2.0
"""Walk through Horizon as one user: runs in Horizon's own environment, reads JSON on stdin, writes JSON on stdout.

In: {"user", "password", "domain", "requests": [[method, path, body or null], ...], "first": [path, ...]}; the requests
come before all pages, `first` are the pages to begin with.
Out: a list of {"view", "path", "status", "errors", "refused", "trace", "body"}: `errors` are what the page shows in
red, `refused` what our services refused meanwhile as [method, path, status], `body` what a request was answered.
Every page that a link of a visited page leads to is visited, one for each view of Horizon.
"""
import html
import json
import re
import sys
import traceback
import urllib.parse

import django
import requests

django.setup()

from django import test, urls  # noqa: E402
from openstack_dashboard.api.rest import utils as rest  # noqa: E402

LINK = re.compile(r'(?:href|data-update-url|data-url)="(/[^"#]*)"')
ALERT = re.compile(r'<div class="[^"]*alert[^"]*alert-danger[^"]*"[^>]*>(.*?)</div>', re.S)
NO_SCRIPT = 'This application requires JavaScript to be enabled in your web browser.'
DASHBOARDS = ('/project/', '/admin/', '/identity/', '/settings/')
refused = []


def record(send):
    """The adapter's send that remembers what was answered with 400 and more."""
    def sending(self, request, **options):
        answer = send(self, request, **options)
        if answer.status_code >= 400:
            refused.append([request.method, request.path_url, answer.status_code])
        return answer
    return sending


class Walk:
    def __init__(self, user, password, domain):
        self.client = test.Client(raise_request_exception=True)
        answer = self.client.post('/auth/login/', {
            'auth_type': 'credentials', 'region': 'default', 'username': user, 'password': password, 'domain': domain})
        assert answer.status_code == 302, text(answer)
        self.pages, self.seen, self.waiting = [], set(), []

    def all(self, first):
        """Visit the pages `first`, then what the navigation shows this user, and then what those pages lead to."""
        self.waiting = [*first, '/project/']
        while self.waiting:
            self.visit(self.waiting.pop(0))
        return self.pages

    def visit(self, path):
        view = name(path)
        if view is None or view in self.seen:
            return
        self.seen.add(view)
        page = self.ask('GET', path)
        self.pages.append(page)
        self.waiting += [html.unescape(link) for link in LINK.findall(page.pop('text'))]

    def ask(self, method, path, body=None):
        refused.clear()
        page = {'view': name(path), 'path': path, 'status': 500, 'errors': [], 'text': ''}
        options = {'content_type': 'application/json', 'data': json.dumps(body)} if body is not None else {}
        try:
            headers = {'X-Requested-With': 'XMLHttpRequest'} if path.startswith('/api/') else {}
            answer = getattr(self.client, method.lower())(path, headers=headers, **options)
            page.update(status=answer.status_code, text=text(answer))
            page['errors'] = [error for error in map(plain, ALERT.findall(page['text'])) if error != NO_SCRIPT]
        except Exception:
            page['trace'] = traceback.format_exc(limit=-3)
        page['refused'] = list(refused)
        return page

    def call(self, method, path, body):
        """What a page's script asks of Horizon's own API."""
        page = self.ask(method, path, body)
        page['body'] = page.pop('text')
        self.pages.append(page)


def text(answer):
    return b''.join(answer).decode(errors='replace')


def plain(markup):
    return ' '.join(html.unescape(re.sub('<[^>]*>', ' ', markup)).split())


def name(path):
    """A view's name, or None for what is not a page of Horizon's to walk through."""
    parts = urllib.parse.urlsplit(path)
    if not parts.path.startswith(DASHBOARDS + ('/api/',)):
        return None
    try:
        match = urls.resolve(parts.path)
    except urls.Resolver404:
        return None
    tab = dict(urllib.parse.parse_qsl(parts.query)).get('tab', '')
    return (match.view_name or parts.path) + ('?' + tab if tab else '')


def main():
    order = json.load(sys.stdin)
    # Django's test client wants to set this, and Horizon has made it a property.
    del rest._RestResponse.json
    requests.adapters.HTTPAdapter.send = record(requests.adapters.HTTPAdapter.send)
    walk = Walk(order['user'], order['password'], order['domain'])
    for request in order['requests']:
        walk.call(*request)
    json.dump(walk.all(order['first']), sys.stdout)


main()
