# SPDX-License-Identifier: Apache-2.0
"""How long this machine has been up and how busy it is, in the words of the program uptime."""
import time


def read():
    """Such as ' 10:25:01 up 3 days,  2:04,  0 users,  load average: 0.10, 0.20, 0.30'."""
    with open('/proc/uptime') as file:
        minutes = int(float(file.read().split()[0])) // 60
    with open('/proc/loadavg') as file:
        load = ', '.join(file.read().split()[:3])
    days, minutes = divmod(minutes, 1440)
    since = '%d days, ' % days if days > 1 else '1 day, ' if days else ''
    return ' %s up %s%2d:%02d,  0 users,  load average: %s' % (
        time.strftime('%H:%M:%S'), since, minutes // 60, minutes % 60, load)
