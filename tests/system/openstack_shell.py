# SPDX-License-Identifier: Apache-2.0
"""`openstack` many times in one process: each line of stdin is a command's arguments, each of stdout its outcome.

Both are JSON: ["server", "list"] and {"status": exit status, "out": text, "err": text}.  Starting Python and loading
the client for every command would cost more than the commands do.
"""
import contextlib
import io
import json
import os
import pty
import sys
import traceback

from openstackclient import shell


def run(argv):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        client = shell.OpenStackShell()
        client.stdout, client.stderr = out, err
        try:
            status = client.run(argv)
        except SystemExit as error:
            status = error.code
        except Exception:
            status = 'exception'
            traceback.print_exc(file=err)
    return {'status': status, 'out': out.getvalue(), 'err': err.getvalue()}


if __name__ == '__main__':
    commands = os.fdopen(os.dup(0))
    # The client takes data from its input, unless that is a terminal.
    os.dup2(pty.openpty()[1], 0)
    for line in commands:
        sys.stdout.write(json.dumps(run(json.loads(line))) + '\n')
        sys.stdout.flush()
