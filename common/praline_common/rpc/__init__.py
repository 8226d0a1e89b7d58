# SPDX-License-Identifier: Apache-2.0
"""Calls between the parts of the cloud, in one process or over a broker: the code on both ends is the same.

    transport = rpc.connect(conf)                       # once per process, after any fork
    server = rpc.Server(transport, 'volume', 'host1', [Endpoint()])
    server.start() ... server.stop(); server.wait()
    rpc.Client(transport, 'volume').call(ctx, 'attach', server='host1', volume_id=...)

What crosses: JSON values and wire objects (praline_common.objects).  Only methods marked `@rpc.method` answer.
"""
from praline_common.rpc.client import Client
from praline_common.rpc.server import Server, method
from praline_common.rpc.transport import Transport, connect

__all__ = ['Client', 'Server', 'Transport', 'connect', 'method']
