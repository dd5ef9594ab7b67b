"""The access log tells who asked for what, and nothing that lets anybody in."""

import logging

from aiohttp import web


async def hello(_request: web.Request) -> web.Response:
    return web.json_response({"hello": True})


async def test_the_access_log_holds_neither_query_nor_headers(serve, client, caplog):
    server = await serve([web.get("/hello", hello)], access_log=True)
    with caplog.at_level(logging.INFO):
        async with client.get(f"{server.url}/hello?token=s3cret", headers={"Cookie": "c00kie"}):
            pass
    [record] = [each for each in caplog.records if each.name.endswith(".access")]
    assert record.getMessage() == "GET /hello"
    assert record.status == 200
    assert record.remote == "127.0.0.1"
    assert "s3cret" not in str(vars(record).values())
    assert "c00kie" not in str(vars(record).values())


async def test_without_an_access_log_requests_are_not_logged(serve, client, caplog):
    server = await serve([web.get("/hello", hello)])
    with caplog.at_level(logging.INFO):
        caplog.clear()
        async with client.get(f"{server.url}/hello"):
            pass
    assert [each for each in caplog.records if each.name.startswith(("aiohttp", "contact"))] == []
