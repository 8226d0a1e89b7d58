# SPDX-License-Identifier: Apache-2.0
"""The time that rows carry: UTC without a zone, as every supported database keeps it."""
import datetime


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
