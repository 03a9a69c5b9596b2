"""motcua zalo: consent with a code pasted by hand, and what works afterwards."""

import asyncio
import base64
import hashlib
import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.bot.installation import ADDRESS, Installation
from tests.zalo_api import APP_ID, APP_SECRET, OA, OA_SECRET, ZaloServer


@pytest.fixture
async def server() -> AsyncIterator[ZaloServer]:
    """Zalo's servers."""
    server = await ZaloServer().start()
    yield server
    await server.stop()


def settings(server: ZaloServer) -> dict[str, str]:
    """An account without any token."""
    return {
        "ZALO_APP_ID": APP_ID,
        "ZALO_APP_SECRET": APP_SECRET,
        "ZALO_OA_ID": OA,
        "ZALO_OA_SECRET": OA_SECRET,
        "ZALO_API_URL": server.url,
        "ZALO_OAUTH_URL": server.url,
    }


async def test_consent_is_given_by_a_pasted_address_and_checked(sample: Installation, server: ZaloServer) -> None:
    """The link carries the challenge of the verifier that is sent with the code; check then tells the package."""
    before = await asyncio.to_thread(sample.motcua, "zalo", "check", **settings(server))
    assert (before.code, before.reason) == (1, f"tài khoản chưa gửi được tin: {OA}")
    assert "chưa được cấp quyền" in before.out
    pasted = f"{ADDRESS}/staff/zalo/callback?code=c0de&oa_id={OA}"
    done = await asyncio.to_thread(sample.motcua, "zalo", "login", lines=[pasted], **settings(server))
    assert (done.code, done.err) == (0, "")
    link = re.search(r"http\S+/v4/oa/permission\S+", done.out)
    assert link
    asked = parse_qs(urlsplit(link[0]).query)
    (consent,) = server.consents
    challenge = base64.urlsafe_b64encode(hashlib.sha256(consent["code_verifier"].encode()).digest()).decode()
    assert (consent["code"], asked["code_challenge"]) == ("c0de", [challenge.rstrip("=")])
    assert (asked["redirect_uri"], len(consent["code_verifier"])) == ([f"{ADDRESS}/staff/zalo/callback"], 43)
    after = await asyncio.to_thread(sample.motcua, "zalo", "check", **settings(server))
    assert after.code == 0
    assert "gửi được tin. Gói: Gói, hạn: 31/12/2027" in after.out
    assert "chưa nhận được sự kiện nào" in after.out
    assert "tin mất phí trong tháng: 0 (thiết lập không cho gửi)" in after.out
    assert f"{OA}: hạn mức còn lại: không hỏi được" in after.out
    assert "Văn phòng xem ở oa.zalo.me" in after.out
    assert [secret for secret in (APP_SECRET, OA_SECRET, "access-1") if secret in done.out + after.out] == []


async def test_a_wrong_paste_grants_nothing(sample: Installation, server: ZaloServer) -> None:
    """An address of another account, of another request, and without a code."""
    for query in ("code=c&oa_id=999", f"code=c&oa_id={OA}&state=another", f"oa_id={OA}"):
        done = await asyncio.to_thread(
            sample.motcua, "zalo", "login", lines=[f"{ADDRESS}/?{query}"], **settings(server)
        )
        assert done.code == 1
        assert done.reason
    assert server.consents == []


def test_without_settings_it_says_which(empty: Installation) -> None:
    """Zalo is off."""
    assert "ZALO_APP_ID" in empty.motcua("zalo", "check").reason
    assert empty.motcua("zalo", "login", ZALO_APP_ID="111").reason.startswith("kênh Zalo còn thiếu ZALO_APP_SECRET")
