"""The settings of one local Asterisk and the configuration files rendered from them.

Prompts reach it over HTTP: `play?media=sound:http://.../x.wav` (8 kHz, 16 bit, mono; several
separated by commas play in turn; a repeated `media` parameter keeps only the last). What was found
out about it with 22.10.1:

- The file is kept below astcachedir while Asterisk runs; after a kill it is fetched anew. With
  `Cache-Control: max-age=N` it is not asked for again for N seconds, even when the server is down.
  With only an ETag each play sends a HEAD with If-None-Match first, and fails when the server is
  down; with neither each play fetches it again.
- The URL must be longer than the path of the file in the cache (about 60 characters here), or the
  path is cut short and the playback fails. A content hash of 64 digits in the URL is enough.
- The extension of the URL or else the content type (audio/wav, audio/x-wav) says the format.
- A file that is not there (404), or a server that does not answer, is asked for twice, then the
  playback ends as `failed`; the rest of a playlist is played. The thread of that channel waits
  meanwhile, so the time limit is short.

The dial plan is the one we ship to operators (`config/asterisk/extensions.conf`), included as it
is, so that what runs here and in tests is what they get.
"""

import re
import resource
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from contact_center.adapters.asterisk.local import recipe
from contact_center.adapters.asterisk.local.tree import Tree

DIALPLAN = Path(__file__).parents[4] / "config" / "asterisk" / "extensions.conf"

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_LINE = re.compile(r"[^\x00-\x1f;\\]{0,255}")
_ADDRESS = re.compile(r"[A-Za-z0-9.-]+:\d{1,5}")


def _secret() -> str:
    return secrets.token_urlsafe(18)


@dataclass(frozen=True, slots=True, kw_only=True)
class SipAccount:
    """A phone: `PJSIP/<name>`. It registers with `password`, or sits at `contact` (host:port).

    `context` is where its own calls go: `agents` (an echo test), or `inbound` to call the center.
    `browser` makes it a WebRTC phone that registers over the websocket at `/ws`. With `transfers`
    it may send its calls on by itself (SIP REFER), to whatever its context allows.
    """

    name: str
    password: str | None = field(default=None, repr=False)
    contact: str | None = None
    context: str = "agents"
    browser: bool = False
    transfers: bool = False

    def __post_init__(self) -> None:
        _check(_NAME, "the name of a SIP account", self.name)
        _check(_NAME, "the context of a SIP account", self.context)
        if (self.password is None) == (self.contact is None):
            raise ValueError(f"SIP account {self.name} needs either a password or a contact")
        if self.password is not None:
            _check(_LINE, f"the password of SIP account {self.name}", self.password)
        if self.contact is not None:
            _check(_ADDRESS, f"the contact of SIP account {self.name}", self.contact)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundWebsocket:
    """Where Asterisk connects to us with a persistent websocket; it authenticates as told."""

    uri: str
    user: str = "asterisk"
    password: str = field(default_factory=_secret, repr=False)

    def __post_init__(self) -> None:
        for what, value in (("URI", self.uri), ("user", self.user), ("password", self.password)):
            _check(_LINE, f"the {what} of the outbound websocket", value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One local Asterisk. A port of 0 is replaced by a free one when the instance is made.

    `trunk` is host:port of the far end of the endpoint `trunk` (PJSIP/<number>@trunk);
    `fastagi` is host:port; `globals` override the dial plan's `ACD_...` variables; `dialplan` is
    text added to extensions.conf.
    """

    app: str = "acd"
    accounts: tuple[SipAccount, ...] = ()
    trunk: str | None = None
    outbound_websocket: OutboundWebsocket | None = None
    fastagi: str | None = None
    ari_user: str = "acd"
    ari_password: str = field(default_factory=_secret, repr=False)
    manager_user: str = "acd"
    manager_password: str = field(default_factory=_secret, repr=False)
    bind: str = "127.0.0.1"
    http_port: int = 0
    sip_port: int = 0
    manager_port: int = 0
    rtp_ports: tuple[int, int] = (10000, 19999)
    globals: tuple[tuple[str, str], ...] = ()
    dialplan: str = ""

    def __post_init__(self) -> None:
        for name in (self.app, self.ari_user, self.manager_user):
            _check(_NAME, "a name in the settings of Asterisk", name)
        for password in (self.ari_password, self.manager_password):
            _check(_LINE, "a password in the settings of Asterisk", password)
        for address in (self.trunk, self.fastagi):
            if address is not None:
                _check(_ADDRESS, "an address in the settings of Asterisk", address)
        names = [account.name for account in self.accounts]
        if len({*names, "trunk", "anonymous", "visitor", "udp", "ws"}) != len(names) + 5:
            raise ValueError("two SIP accounts have one name, or one of ours (trunk, visitor...)")


def render(settings: Settings, tree: Tree, folder: Path, run_folder: Path) -> dict[str, str]:
    """The configuration files by name. `run_folder` must be short: it holds a unix socket.

    Raises FileNotFoundError when the sample dial plan is not there (it is not in a wheel).
    """
    if not DIALPLAN.is_file():
        raise FileNotFoundError(f"the sample dial plan is missing: {DIALPLAN}")
    return {
        **dict.fromkeys(_EMPTY, ""),
        "asterisk.conf": _asterisk(tree, folder, run_folder),
        "modules.conf": "[modules]\nautoload=no\n"
        + "".join(f"load = {name}.so\n" for name in recipe.MODULES),
        "logger.conf": "[general]\ndateformat=%F %T.%3q\n[logfiles]\n"
        "messages.log => notice,warning,error\n",
        "cdr.conf": "[general]\nenable=no\n",
        "cel.conf": "[general]\nenable=no\n",
        "indications.conf": _INDICATIONS,
        "musiconhold.conf": f"[default]\nmode=files\ndirectory={tree.share / 'moh'}\n",
        "rtp.conf": "[general]\nrtpstart={}\nrtpend={}\n".format(*settings.rtp_ports),
        "http.conf": "[general]\nenabled=yes\n"
        f"bindaddr={settings.bind}\nbindport={settings.http_port}\n"
        "sessionlimit=2000\nsession_keep_alive=300000\nsession_inactivity=300000\n",
        "manager.conf": "[general]\nenabled=yes\n"
        f"bindaddr={settings.bind}\nport={settings.manager_port}\n"
        f"[{settings.manager_user}]\nsecret={settings.manager_password}\nread=all\nwrite=all\n",
        # A prompt that cannot be had quickly must not hold the caller in silence (tried twice).
        "res_http_media_cache.conf": "[general]\ntimeout_secs=2\n",
        "ari.conf": _ari(settings),
        "websocket_client.conf": _websocket_client(settings),
        "pjsip.conf": _pjsip(settings),
        "extensions.conf": _extensions(settings),
    }


# Asterisk complains about each that is missing.
_EMPTY = (
    *("pjproject.conf", "chan_websocket.conf", "features.conf", "acl.conf", "udptl.conf"),
    *("ccss.conf", "stasis.conf", "dnsmgr.conf", "statsd.conf", "res_curl.conf", "amd.conf"),
    "pjsip_notify.conf",
)
_INDICATIONS = """\
[general]
country=us
[us]
description=United States
ringcadence=2000,4000
dial=350+440
busy=480+620/500,0/500
ring=440+480/2000,0/4000
congestion=480+620/250,0/250
callwaiting=440/300,0/10000
record=1400/500,0/15000
info=!950/330,!1400/330,!1800/330,0
"""


def _asterisk(tree: Tree, folder: Path, run_folder: Path) -> str:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = 60000 if hard == resource.RLIM_INFINITY else min(60000, hard)
    directories = {
        "astetcdir": folder / "etc",
        "astmoddir": tree.modules,
        "astdatadir": folder / "data",
        "astvarlibdir": folder / "lib",
        "astdbdir": folder / "lib",
        "astkeydir": folder / "lib",
        "astagidir": folder / "agi",
        "astspooldir": folder / "spool",
        "astrundir": run_folder,
        "astlogdir": folder / "log",
        "astcachedir": run_folder,
    }
    lines = [f"{name} => {path}" for name, path in directories.items()]
    options = ["nofork=yes", "transmit_silence=yes", f"maxfiles={files}", "nocolor=yes"]
    return "\n".join(["[directories]", *lines, "[options]", *options, ""])


def _ari(settings: Settings) -> str:
    text = (
        "[general]\nenabled=yes\npretty=no\n"
        f"[{settings.ari_user}]\ntype=user\npassword={settings.ari_password}\nread_only=no\n"
    )
    if settings.outbound_websocket is not None:
        text += (
            "[outbound]\ntype=outbound_websocket\nwebsocket_client_id=contact_center\n"
            f"apps={settings.app}\nsubscribe_all=no\nlocal_ari_user={settings.ari_user}\n"
        )
    return text


def _websocket_client(settings: Settings) -> str:
    if (target := settings.outbound_websocket) is None:
        return ""
    return (
        "[contact_center]\ntype=websocket_client\nconnection_type=persistent\n"
        f"uri={target.uri}\nprotocols=ari\nusername={target.user}\npassword={target.password}\n"
        "connection_timeout=500\nreconnect_interval=300\nreconnect_attempts=1000000\n"
        f"tls_enabled={'yes' if target.uri.startswith('wss:') else 'no'}\n"
    )


def _pjsip(settings: Settings) -> str:
    media = (
        "disallow=all\ndirect_media=no\ndtmf_mode=auto\n"
        f"media_address={settings.bind}\nbind_rtp_to_media_address=yes\n"
    )
    plain = f"{media}allow=ulaw,alaw\ntransport=udp\n"
    # Whoever may transfer by SIP may have us dial what their context allows: a caller, too.
    no_transfer = "allow_transfer=no\n"
    sections = [
        "[global]\ntype=global\nuser_agent=contact-center\n",
        f"[udp]\ntype=transport\nprotocol=udp\nbind={settings.bind}:{settings.sip_port}\n",
        f"[ws]\ntype=transport\nprotocol=ws\nbind={settings.bind}\n",
        f"[anonymous]\ntype=endpoint\ncontext=inbound\n{plain}{no_transfer}",
    ]
    if settings.trunk is not None:
        sections += [
            f"[trunk]\ntype=endpoint\ncontext=inbound\naors=trunk\n{plain}{no_transfer}",
            f"[trunk]\ntype=aor\ncontact=sip:{settings.trunk}\n",
        ]
    # A browser that is gone without a word is noticed by its silence; one that is muted goes on
    # sending.
    browser = (
        f"{media}allow=opus,ulaw\ntransport=ws\nwebrtc=yes\ndtls_auto_generate_cert=yes\n"
        "rtp_timeout=30\nrtp_timeout_hold=300\n"
    )
    # Visitors of the web page: nobody's password, and nothing to dial but a visit that is expected.
    sections.append(f"[visitor]\ntype=endpoint\ncontext=visitors\n{browser}{no_transfer}")
    for account in settings.accounts:
        name = account.name
        kind = browser if account.browser else plain
        if not account.transfers:
            kind += no_transfer
        endpoint = f"[{name}]\ntype=endpoint\ncontext={account.context}\naors={name}\n{kind}"
        if account.password is None:
            sections += [endpoint, f"[{name}]\ntype=aor\ncontact=sip:{name}@{account.contact}\n"]
            continue
        sections += [
            f"{endpoint}auth={name}\n",
            f"[{name}]\ntype=auth\nauth_type=userpass\nusername={name}\n"
            f"password={account.password}\n",
            # One phone a person: a new registration takes the place of a stale one.
            f"[{name}]\ntype=aor\nmax_contacts=1\nremove_existing=yes\n"
            "qualify_frequency=15\nqualify_timeout=3\n",
        ]
    return "\n".join(sections)


def _extensions(settings: Settings) -> str:
    given = dict(settings.globals)
    given.setdefault("ACD_APP", settings.app)
    if settings.fastagi is not None:
        given.setdefault("ACD_FASTAGI", settings.fastagi)
    lines = "\n".join(f"{name}={value}" for name, value in given.items())
    return f'#include "{DIALPLAN}"\n\n[globals](+)\n{lines}\n\n{settings.dialplan}\n'


def _check(pattern: re.Pattern[str], what: str, value: str) -> None:
    if pattern.fullmatch(value) is None:
        raise ValueError(f"{what} cannot be written to Asterisk's configuration: {value!r}")
