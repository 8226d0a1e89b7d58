# SPDX-License-Identifier: Apache-2.0
"""Run by Tempest's Python: a subunit stream on stdin becomes JSON on stdout.

{"tests": {name: [status, detail, seconds]}, "classes": {class: [status, detail]}}; status is passed, failed or
skipped; detail is the reason of a skip or the traceback of a failure.  `classes` are set-ups that failed or were
skipped, and with them every test of the class; "teardowns" likewise are clean-ups that failed.
"""
import json
import re
import sys

import subunit
import testtools

STATUS = {'success': 'passed', 'xfail': 'passed', 'skip': 'skipped'}
FIXTURE = re.compile(r'(setUpClass|tearDownClass|setUpModule) \((.*)\)$')


def read(stream):
    out = {'tests': {}, 'classes': {}, 'teardowns': {}}

    def keep(test):
        if test['status'] == 'exists':
            return
        name = test['id'].split('[')[0].strip()
        status, detail = STATUS.get(test['status'], 'failed'), _detail(test)
        fixture = FIXTURE.match(name)
        if fixture:
            out['teardowns' if fixture[1] == 'tearDownClass' else 'classes'][fixture[2]] = [status, detail]
        else:
            start, stop = test['timestamps']
            out['tests'][name] = [status, detail, (stop - start).total_seconds() if start and stop else 0]

    sink = testtools.StreamToDict(keep)
    sink.startTestRun()
    subunit.ByteStreamToStreamResult(stream, non_subunit_name='stdout').run(sink)
    sink.stopTestRun()
    return out


def _detail(test):
    if test['status'] == 'skip':
        reason = test['details'].get('reason')
        return reason.as_text().strip() if reason else ''
    return '\n'.join('%s\n%s' % (kind, content.as_text()) for kind, content in sorted(test['details'].items())
                     if content.content_type.type == 'text')


if __name__ == '__main__':
    json.dump(read(sys.stdin.buffer), sys.stdout)
