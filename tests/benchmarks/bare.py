"""The bare ARI application: answer, play, hang up. The baseline beside ours.

The plainest thing one would write: events over the websocket, requests over HTTP keep-alive, the
same sound from the same kind of URL, no state at all.
"""

from __future__ import annotations

import asyncio
import json

import aiohttp
from aiohttp import web

from contact_center.adapters.asterisk.local import Instance
from tests.real import audio


class BareApplication:
    """Serves its one prompt, and every call that comes."""

    def __init__(self, asterisk: Instance) -> None:
        self._asterisk = asterisk
        self._tasks: set[asyncio.Task[None]] = set()
        self.served = 0

    async def __aenter__(self) -> BareApplication:
        sound = audio.wav(audio.tone(440, 0.5))

        async def serve(_request: web.Request) -> web.Response:
            headers = {"Cache-Control": "public, max-age=31536000"}
            return web.Response(body=sound, content_type="audio/wav", headers=headers)

        app = web.Application()
        name = "0" * 64
        app.router.add_get(f"/prompts/{name}.wav", serve)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._media = f"sound:http://127.0.0.1:{self._runner.addresses[0][1]}/prompts/{name}.wav"
        known = self._asterisk.settings
        login = aiohttp.encode_basic_auth(known.ari_user, known.ari_password)
        self._session = aiohttp.ClientSession(headers={"Authorization": login})
        url = f"{self._asterisk.ari_websocket_url}?app={known.app}"
        self._socket = await self._session.ws_connect(url)
        self._start(self._read())
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._socket.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()
        await self._runner.cleanup()

    def _start(self, work: object) -> None:
        task = asyncio.get_running_loop().create_task(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read(self) -> None:
        async for message in self._socket:
            event = json.loads(message.data)
            if event["type"] == "StasisStart":
                self._start(self._greet(event["channel"]["id"]))
            elif event["type"] == "PlaybackFinished":
                channel = event["playback"]["target_uri"].partition(":")[2]
                self._start(self._request("DELETE", f"channels/{channel}"))
                self.served += 1

    async def _greet(self, channel: str) -> None:
        await self._request("POST", f"channels/{channel}/answer")
        await self._request("POST", f"channels/{channel}/play", media=self._media)

    async def _request(self, method: str, path: str, **parameters: str) -> None:
        url = f"{self._asterisk.ari_url}/{path}"
        async with self._session.request(method, url, params=parameters) as answer:
            await answer.read()
