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
        self._transport = transport
        self._client = oslo_messaging.get_rpc_client(
            transport.messaging, transport.target(topic), timeout=self.timeout, retry=1)

    def call(self, ctx, method, /, *, server=None, timeout=None, **args):
        """The method's result, from the named server or from any of the topic.

        Raises what the server raised if that was an errors.Error; Error for its accidents;
        Unavailable when it does not answer in time or cannot be reached.
        """
        timeout = timeout or self.timeout
        prepared = self._client.prepare(server=server, timeout=timeout)
        answer = self._send(prepared.call, ctx, method, server, timeout, dict(wire.pack(args), answer=True))
        answer = wire.unpack(answer)
        if 'error' in answer:
            raise wire.unpack_error(answer['error'])
        return answer['result']

    def cast(self, ctx, method, /, *, server=None, fanout=False, **args):
        """Sends and does not wait: to the named server, to one of the topic, or (fanout) to each one there is.

        Unavailable when the broker cannot be reached; nothing is known of what the server does with it.
        """
        prepared = self._client.prepare(server=server, fanout=fanout)
        self._send(prepared.cast, ctx, method, server, None, dict(wire.pack(args), answer=False))

    def _send(self, send, ctx, method, server, timeout, message):
        self._transport.seek_broker()
        stopping = self._transport.hung_up
        try:
            answer = send(ctx.to_wire() if ctx is not None else {}, method, **message)
        except oslo_messaging.MessagingTimeout:
            raise errors.Unavailable(self._silence(stopping, server, method, timeout)) from None
        except TypeError:
            raise
        except Exception as exc:    # the broker's library has no common base for its failures
            raise errors.Unavailable('%s cannot be asked to %s: the message broker does not answer.'
                                     % (self._name(server), method)) from exc
        self._transport.met_broker = True
        return answer

    def _silence(self, stopping, server, method, timeout):
        """Why no answer came; stopping: this process was at its end before it asked."""
        if stopping:
            return '%s was not asked to %s: this process is stopping.' % (self._name(server), method)
        if self._transport.hung_up:
            return ('%s was asked to %s, and this process stopped before the answer came; whether it was done is not '
                    'known.' % (self._name(server), method))
        return '%s did not answer %s within %g seconds.' % (self._name(server), method, timeout)

    def _name(self, server):
        return '%s on %s' % (self.topic, server) if server else self.topic
