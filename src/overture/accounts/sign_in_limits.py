"""How often a password may be tried: counted by whoever tries, so that nobody can lock out somebody else.

| Key | Who it slows |
|---|---|
| address | a script that tries many accounts from one place |
| address and account | a script that tries one account from one place |
| account | many addresses that try one account: each of them then has few tries left, a new one still has its first |
| device | whoever has a browser that signed in to this account before: counted by itself, whatever others do |
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from overture.kit.ids import new_token
from overture.kit.limits import RateLimiter

DEVICE_COOKIE = "overture_device"
_ID = 43  # characters of the cookie's first part, as `new_token` makes them


class SignInLimits:
    """The tries of one process; the figures are for people who mistype and for offices behind one address."""

    def __init__(self) -> None:
        self._address = RateLimiter(burst=20, per_second=1 / 10)
        self._pair = RateLimiter(burst=10, per_second=1 / 30)
        self._device = RateLimiter(burst=10, per_second=1 / 30)
        self._account = RateLimiter(burst=50, per_second=1 / 60)
        self._besieged = RateLimiter(burst=2, per_second=1 / 600)
        self._resets = RateLimiter(burst=3, per_second=1 / 1_200)

    def take(self, address: str, account: str, device: str = "") -> float:
        """One try: 0.0 if it may be, else how many seconds to wait. What is refused spends nothing of others'."""
        if device:
            return self._device.take((device, account))
        wait = self._address.take(address) or self._pair.take((address, account))
        if not wait and self._account.take(account):
            wait = self._besieged.take((address, account))
        return wait

    def forgive(self, address: str, account: str, device: str = "") -> None:
        """The try was right: it counts as none."""
        if device:
            self._device.forget((device, account))
            return
        self._address.give_back(address)
        self._pair.forget((address, account))
        self._account.give_back(account)
        self._besieged.forget((address, account))

    def take_from(self, address: str, cost: float = 1.0) -> float:
        """Work for a stranger that names no account: 0.0 if it may be, else how many seconds to wait."""
        return self._address.take(address, cost)

    def may_send_reset(self, account: str) -> bool:
        """Whether one more reset may be made; beyond it the link that was mailed last stays good."""
        return not self._resets.take(account)

    def clear(self) -> None:
        """Forget all tries."""
        for limiter in (self._address, self._pair, self._device, self._account, self._besieged, self._resets):
            limiter.clear()


def device_of(cookie: str, password_hash: str) -> str:
    """The device behind its cookie, "" if it has not signed in with this password before."""
    device, _, proof = cookie.partition(".")
    if len(device) != _ID or not password_hash or not cookie.isascii():
        return ""
    return device if hmac.compare_digest(proof, _proof(device, password_hash)) else ""


def device_cookie(password_hash: str) -> str:
    """What a browser that has signed in keeps; worthless once the password is another."""
    device = new_token()
    return f"{device}.{_proof(device, password_hash)}"


def _proof(device: str, password_hash: str) -> str:
    return hmac.new(password_hash.encode(), b"device " + device.encode(), sha256).hexdigest()
