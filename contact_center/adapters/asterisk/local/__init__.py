"""An Asterisk of our own on this machine: for `make run PROVIDER=asterisk`, tests and benchmarks.

`tree` gets the program without root and without installing it; `configuration` renders the files
of one instance; `instance` starts and stops it on free loopback ports.

    tree = find()                                   # or build() when there is none yet
    async with Instance(Settings(accounts=(SipAccount(name="ana", password="..."),)), tree) as it:
        it.ari_url, it.sip_port, await it.cli("core show channels")
"""

from contact_center.adapters.asterisk.local.configuration import (
    OutboundWebsocket,
    Settings,
    SipAccount,
)
from contact_center.adapters.asterisk.local.instance import Instance, InstanceError
from contact_center.adapters.asterisk.local.tree import Tree, TreeError, build, find

__all__ = [
    "Instance",
    "InstanceError",
    "OutboundWebsocket",
    "Settings",
    "SipAccount",
    "Tree",
    "TreeError",
    "build",
    "find",
]
