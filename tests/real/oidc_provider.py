"""An OpenID provider as a process of its own, which lies when it is told to.

It shares no code with the product: tokens are written with PyJWT. Codes count once, for the client
and the address they were given to, and for whoever knows the verifier. ``POST /control`` says who
is at the browser and how the next tokens are wrong.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.real.ports import free_port

CLIENT, SECRET = "contact-center", "s3cret/with+signs"


@dataclass
class Grant:
    """What was asked for, and is behind a code."""

    challenge: str
    nonce: str
    redirect: str


@dataclass
class House:
    """The provider's state."""

    issuer: str
    keys: list[tuple[str, rsa.RSAPrivateKey]] = field(default_factory=list)
    published: list[tuple[str, rsa.RSAPrivateKey]] = field(default_factory=list)
    grants: dict[str, Grant] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    how: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)

    def new_key(self) -> None:
        key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
        self.keys = [*self.keys, (f"k{len(self.keys) + 1}", key)]
        self.published = self.keys[-2:]

    def token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "u1", "nonce": nonce}
        claims |= {"iat": now, "exp": now + 300, **self.claims}
        claims |= {name: now + by for name, by in self.how.get("shift", {}).items()}
        claims = {n: v for n, v in claims.items() if v is not None}
        kid, key = self.keys[-1]
        match self.how.get("sign", "right"):
            case "none":
                return jwt.encode(claims, "", algorithm="none", headers={"kid": kid})
            case "public key as secret":
                shared = key.public_key().public_bytes(
                    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
                )
                head = _b64(json.dumps({"alg": "HS256", "typ": "JWT", "kid": kid}).encode())
                signed = f"{head}.{_b64(json.dumps(claims).encode())}"
                return f"{signed}.{_b64(hmac.digest(shared, signed.encode(), 'sha256'))}"
            case "other key":
                other = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
                return jwt.encode(claims, other, algorithm="RS256", headers={"kid": kid})
            case "unknown key":
                return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "of-nobody"})
            case "changed":
                head, _, mac = jwt.encode(
                    claims, key, algorithm="RS256", headers={"kid": kid}
                ).split(".")
                claims["preferred_username"] = "dev"
                return f"{head}.{_b64(json.dumps(claims).encode())}.{mac}"
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": kid})


def _b64(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def _public(kid: str, key: rsa.RSAPrivateKey) -> dict[str, Any]:
    made: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**made, "kid": kid, "use": "sig", "alg": "RS256"}


def application(issuer: str) -> web.Application:
    """Make the provider."""
    house = House(issuer)
    house.new_key()

    async def about(request: web.Request) -> web.Response:
        told = {
            "issuer": house.how.get("issuer", issuer),
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }
        return web.json_response(told)

    async def keys(request: web.Request) -> web.Response:
        house.asked["keys"] = house.asked.get("keys", 0) + 1
        return web.json_response({"keys": [_public(kid, key) for kid, key in house.published]})

    async def authorize(request: web.Request) -> web.Response:
        q = request.query
        assert (q["response_type"], q["client_id"]) == ("code", CLIENT)
        assert q["code_challenge_method"] == "S256"
        assert "openid" in q["scope"].split()
        code = secrets.token_urlsafe(16)
        house.grants[code] = Grant(q["code_challenge"], q["nonce"], q["redirect_uri"])
        back = {"code": code, "state": q["state"], **house.how.get("back", {})}
        back = {name: value for name, value in back.items() if value is not None}
        location = f"{q['redirect_uri']}?{urlencode(back)}"
        return web.Response(status=303, headers={"Location": location})

    async def token(request: web.Request) -> web.Response:
        form = await request.post()
        basic = aiohttp.BasicAuth.decode(request.headers.get("Authorization", ""))
        grant = house.grants.pop(str(form.get("code")), None)
        verifier = str(form.get("code_verifier", ""))
        right = (
            grant is not None
            and (basic.login, basic.password) == (CLIENT, "s3cret%2Fwith%2Bsigns")
            and form.get("grant_type") == "authorization_code"
            and form.get("redirect_uri") == grant.redirect
            and _b64(hashlib.sha256(verifier.encode()).digest()) == grant.challenge
        )
        if not right or grant is None:
            return web.json_response({"error": "invalid_grant"}, status=400)
        given = house.token(house.how.get("nonce", grant.nonce))
        return web.json_response({"id_token": given, "access_token": "x", "token_type": "Bearer"})

    async def control(request: web.Request) -> web.Response:
        told = await request.json()
        house.claims = told.get("claims", {})
        house.how = told.get("how", {})
        if house.how.get("new_key"):
            house.new_key()
        return web.json_response(house.asked)

    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", about)
    app.router.add_get("/keys", keys)
    app.router.add_get("/authorize", authorize)
    app.router.add_post("/token", token)
    app.router.add_post("/control", control)
    return app


class Running:
    """The provider's process, told what to do."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    async def be(self, *, how: dict[str, Any] | None = None, **claims: Any) -> dict[str, int]:
        """Say who is at the browser, and how the next tokens are wrong."""
        body = {"claims": claims, "how": how or {}}
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.issuer}/control", json=body) as answer,
        ):
            told: dict[str, int] = await answer.json()
            return told


@asynccontextmanager
async def provider() -> AsyncIterator[Running]:
    """Run one until the block is left."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.real.oidc_provider", str(port)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            assert (await process.stdout.readline()).startswith(b"ready")
        yield Running(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        await process.wait()


async def _serve(port: int) -> None:
    runner = web.AppRunner(application(f"http://127.0.0.1:{port}"))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
