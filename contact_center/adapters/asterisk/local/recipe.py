"""What a tree is made of: the Debian packages it needs and the Asterisk modules we load.

Bookworm has no Asterisk; suite forky of the same mirror has 22. Named packages are a third of the
download of the full closure. When the suite has moved and a name or a library is no longer right,
`tree.build` notices and takes the full closure instead.
"""

RECIPE = 2
"""Raised when what a tree must hold changes; a cached tree of an older recipe is not used."""

SUITE = "forky"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

# Sounds are waves, though GSM is an eighth in size: after one in GSM, Asterisk 22.10 often keeps
# what is bridged to the leg from a snoop channel that listens to it, for as long as the leg lives.
_ASTERISK = """
asterisk asterisk-modules asterisk-core-sounds-en-wav asterisk-moh-opsound-wav
libc6 libgcc-s1 libstdc++6 libasound2t64 libbsd0 libcap2 libcrypt1 libedit2 libgsm1 libjansson4
libmd0 libnspr4 libnss3 libopus0 libsqlite3-0 libsrtp2-1 libssl3t64 libsystemd0 libtinfo6
liburiparser1 libuuid1 libxml2-16 libxslt1.1 libzstd1 zlib1g libspeex1 libspeexdsp1
"""
# Asterisk fetches prompts over HTTP with curl, so that it needs no disk in common with us.
_CURL = """
libcurl4t64 libnghttp3-9 libngtcp2-16 libngtcp2-crypto-ossl0 libbrotli1 libgssapi-krb5-2 libkrb5-3
libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1 libidn2-0 libunistring5 libldap2 libsasl2-2
libnghttp2-14 libpsl5t64 libssh2-1t64
"""
# Text to speech. Its sound output is linked in, so the loader wants it although only files are
# written.
_ESPEAK = """
espeak-ng espeak-ng-data libespeak-ng1 libpcaudio0 libsonic0 libpulse0 libasyncns0 libdbus-1-3
libsndfile1 libflac14 libogg0 libvorbis0a libvorbisenc2 libmpg123-0t64 libmp3lame0 libx11-6
libx11-xcb1 libxcb1 libxau6 libxdmcp6
"""
PACKAGES: tuple[str, ...] = tuple(f"{_ASTERISK} {_CURL} {_ESPEAK}".split())
ROOTS: tuple[str, ...] = (
    "asterisk",
    "asterisk-core-sounds-en-wav",
    "asterisk-moh-opsound-wav",
    "espeak-ng",
)
"""Where the full closure starts."""

LEFT_OUT: tuple[str, ...] = (
    "./usr/share/doc*",
    "./usr/share/man*",
    "./usr/share/locale*",
    "./usr/share/info*",
    "./usr/lib/*/gconv*",
    "./etc*",
)

_MODULES = """
res_timing_timerfd res_sorcery_config res_sorcery_memory res_sorcery_astdb
res_pjproject res_pjsip res_pjsip_session res_rtp_asterisk res_srtp res_crypto
res_http_websocket res_websocket_client res_pjsip_sdp_rtp res_pjsip_caller_id res_pjsip_dtmf_info
res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user
res_pjsip_endpoint_identifier_anonymous res_pjsip_authenticator_digest
res_pjsip_outbound_authenticator_digest res_pjsip_registrar res_pjsip_nat res_pjsip_rfc3326
res_pjsip_refer res_pjsip_pubsub res_pjsip_diversion res_pjsip_transport_websocket
res_pjsip_header_funcs res_pjsip_logger res_pjsip_acl res_pjsip_outbound_registration
res_pjsip_dlg_options res_pjsip_messaging res_pjsip_notify
chan_pjsip func_pjsip_endpoint func_pjsip_aor func_pjsip_contact
res_curl func_curl res_http_media_cache res_musiconhold
res_stasis res_stasis_answer res_stasis_playback res_stasis_recording res_stasis_snoop
res_stasis_device_state res_stasis_broadcast app_stasis app_stasis_broadcast
res_ari_model res_ari res_ari_applications res_ari_asterisk res_ari_bridges res_ari_channels
res_ari_device_states res_ari_endpoints res_ari_events res_ari_playbacks res_ari_recordings
res_ari_sounds
bridge_simple bridge_softmix bridge_holding bridge_native_rtp
chan_bridge_media res_rtp_multicast chan_rtp res_audiosocket chan_audiosocket app_audiosocket
chan_websocket
codec_ulaw codec_alaw codec_a_mu codec_gsm codec_resample codec_g722 codec_opus_open_source
res_format_attr_opus format_wav format_wav_gsm format_gsm format_pcm format_sln
app_amd app_dial app_playback app_echo app_verbose app_userevent app_originate app_mixmonitor
app_chanspy app_senddtmf app_talkdetect app_record app_read app_stack app_milliwatt app_playtones
func_callerid func_channel func_logic func_strings func_timeout func_global func_talkdetect
func_uri func_math func_cdr func_hangupcause func_sprintf func_volume func_jitterbuffer
func_groupcount func_base64 func_json func_uuid
res_tonedetect res_speech res_agi pbx_config pbx_spool
"""
MODULES: tuple[str, ...] = tuple(_MODULES.split())
"""In load order. `chan_rtp` (external media) needs `res_rtp_multicast`; `app_queue` is left out on
purpose: who waits and who answers is decided here, not in Asterisk."""
