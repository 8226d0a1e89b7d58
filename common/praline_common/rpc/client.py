# SPDX-License-Identifier: Apache-2.0
"""The asking end: every failure reaches the caller as an errors.Error."""
import oslo_messaging

from praline_common import errors
from praline_common.rpc import wire


class Client:
    """Asks the servers of one topic.  `timeout` in seconds; None means the transport's own.

    ctx is the caller's Context; None means the system itself.  Arguments and results are JSON values and
    wire objects; anything else is a TypeError at the sender.  Names taken: server, timeout, fanout.
    """

    def __init__(self, transport, topic, timeout=None):
        self.topic = topic
        self.timeout = timeout or transport.timeout
        self._client = oslo_messaging.get_rpc_client(
            transport.messaging, transport.target(topic), timeout=self.timeout, retry=2)

    def call(self, ctx, method, /, *, server=None, timeout=None, **args):
        """The method's result, from the named server or from any of the topic.

        Raises what the server raised if that was an errors.Error; Error for its accidents;
        Unavailable when it does not answer in time or cannot be reached.
        """
        timeout = timeout or self.timeout
        prepared = self._client.prepare(server=server, timeout=timeout)
        try:
            answer = prepared.call(_context(ctx), method, answer=True, **wire.pack(args))
        except oslo_messaging.MessagingTimeout:
            raise errors.Unavailable('%s did not answer %s within %g seconds.'
                                     % (self._name(server), method, timeout)) from None
        except (oslo_messaging.MessagingException, OSError) as exc:
            raise self._unreachable(server, method) from exc
        answer = wire.unpack(answer)
        if 'error' in answer:
            raise wire.unpack_error(answer['error'])
        return answer['result']

    def cast(self, ctx, method, /, *, server=None, fanout=False, **args):
        """Sends and does not wait: to the named server, to one of the topic, or (fanout) to each one there is.

        Unavailable when the broker cannot be reached; nothing is known of what the server does with it.
        """
        prepared = self._client.prepare(server=server, fanout=fanout)
        try:
            prepared.cast(_context(ctx), method, answer=False, **wire.pack(args))
        except (oslo_messaging.MessagingException, OSError) as exc:
            raise self._unreachable(server, method) from exc

    def _unreachable(self, server, method):
        return errors.Unavailable('%s cannot be asked to %s: the message broker does not answer.'
                                  % (self._name(server), method))

    def _name(self, server):
        return '%s on %s' % (self.topic, server) if server else self.topic


def _context(ctx):
    return ctx.to_wire() if ctx is not None else {}
