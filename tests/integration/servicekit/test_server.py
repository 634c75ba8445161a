"""What reaches a service over a real socket, where a client over ASGI would not show it."""

import asyncio
import contextlib

import pytest
import uvicorn

from servicekit.server import _Protocol


async def echo(scope, receive, send):
    """Answer with the query as the application gets it, and the body."""
    if scope["type"] != "http":
        return
    body = (await receive()).get("body", b"")
    answer = scope["path"].encode() + b"?" + scope["query_string"] + b" " + body
    headers = [(b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


@pytest.fixture
async def ask():
    config = uvicorn.Config(echo, host="127.0.0.1", port=0, http=_Protocol, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve(None))
    # The server has no event that tells it has started.
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def send(*pieces):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.02)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return await reader.readexactly(length)

    yield send
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    server.should_exit = True
    await serving


HEADERS = b" HTTP/1.1\r\nHost: x\r\n\r\n"


async def test_letters_typed_into_an_address_arrive_encoded(ask):
    assert await ask("GET /practices?region=Skåne".encode() + HEADERS) == b"/practices?region=Sk%C3%A5ne "
    assert await ask("GET /å".encode() + HEADERS) == "/å? ".encode()
    assert await ask(b"GET /plain?a=%C3%A5" + HEADERS) == b"/plain?a=%C3%A5 "


async def test_a_body_that_looks_like_an_address_stays_as_it_is(ask):
    body = "GET /å HTTP/1.1\r\n".encode()
    head = b"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert await ask(head + body) == b"/p? " + body
    assert await ask(head, body) == b"/p? " + body
