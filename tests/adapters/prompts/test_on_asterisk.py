"""A real Asterisk fetches prompts from our web server, plays them to the end, and keeps them."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from contact_center.adapters.asterisk.local import Instance, Settings
from contact_center.adapters.prompts import Espeak, PromptStore
from contact_center.adapters.web import WebServer, WebSettings, prompt_routes

TEXTS = [("Thank you for calling.", "en-US"), ("Press one.", "en-US")]


class Player:
    """Plays media into a bridge that holds one channel; `events` is the one connection for all."""

    def __init__(
        self,
        ari: Instance,
        session: aiohttp.ClientSession,
        events: aiohttp.ClientWebSocketResponse,
    ) -> None:
        self._ari = ari
        self._session = session
        self._events = events

    async def post(self, path: str, **params: str) -> None:
        async with self._session.post(f"{self._ari.ari_url}/{path}", params=params) as response:
            assert response.status < 300, await response.text()

    async def play(self, playback: str, media: list[str]) -> str:
        """The state the playback ended in."""
        async with asyncio.timeout(60):
            await self.post("channels", endpoint=f"Local/{playback}@nowhere", app="acd")
            await self.post("bridges", type="mixing", bridgeId=f"b-{playback}")
            sounds = ",".join(f"sound:{each}" for each in media)
            await self.post(f"bridges/b-{playback}/play/{playback}", media=sounds)
            async for message in self._events:
                event = message.json()
                if event["type"] == "PlaybackFinished" and event["playback"]["id"] == playback:
                    return event["playback"]["state"]
        raise AssertionError("Asterisk closed the websocket")


@pytest.mark.real
async def test_asterisk_plays_what_was_published_and_asks_for_it_once(asterisk_tree, tmp_path):
    asked: list[str] = []
    store = PromptStore(cache=tmp_path / "cache", engine=Espeak(asterisk_tree.command("espeak-ng")))

    def find(key: str) -> Path | None:
        asked.append(key)
        return store.path_of(key)

    web = WebServer(WebSettings(port=0))
    web.add(prompt_routes(find))
    await web.start()
    try:
        store.base_url = web.url
        assert await store.publish(TEXTS) == []
        urls = [store.media_url(*text) for text in TEXTS]
        async with Instance(Settings(), asterisk_tree) as asterisk:
            user = asterisk.settings.ari_user
            auth = aiohttp.encode_basic_auth(user, asterisk.settings.ari_password)
            key = f"{user}:{asterisk.settings.ari_password}"
            url = f"{asterisk.ari_websocket_url}?app=acd&api_key={key}&subscribeAll=true"
            async with (
                aiohttp.ClientSession(headers={"Authorization": auth}) as session,
                session.ws_connect(url) as events,
            ):
                player = Player(asterisk, session, events)
                assert await player.play("first", urls) == "done"
                assert await player.play("second", urls) == "done"
                missing = f"{web.url}/prompts/{'0' * 64}.wav"
                assert await player.play("missing", [missing]) == "failed"
        assert len(asked) >= 3
        assert all(f"/{asked[n]}.wav" in url for n, url in enumerate(urls))
        assert set(asked[2:]) == {"0" * 64}
    finally:
        await web.stop()
