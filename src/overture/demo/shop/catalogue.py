"""What Nordic Bikes sells. Words about it are in words/*.toml, under the same slug."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import msgspec

from overture.demo.shop.bicycle import Bicycle, Paint

CURRENCY = "EUR"
KINDS = ("city", "road", "electric", "family")
FREE_DELIVERY_FROM = 50_000  # cents
HOME_DELIVERY = 990  # cents


class Size(msgspec.Struct, frozen=True):
    """One size and whom it fits."""

    label: str
    fits: str = ""


class Product(msgspec.Struct, frozen=True):
    """`price` is in cents with VAT. A spec's value that begins with @ is a word, any other is shown as it is."""

    slug: str
    name: str
    kind: str
    price: int
    tint: str
    sizes: tuple[Size, ...]
    specs: tuple[tuple[str, str], ...]
    bicycle: Bicycle | None = None
    paint: Paint | None = None
    zoom: float = 0.95

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/{'bikes' if self.bicycle else 'gear'}/{self.slug}"

    @property
    def amount(self) -> float:
        """The price in euros, for JSON."""
        return self.price / 100


def _sizes(*pairs: tuple[str, str]) -> tuple[Size, ...]:
    return tuple(Size(label, fits) for label, fits in pairs)


def _bicycles() -> dict[str, Bicycle]:
    text = files("overture.demo.shop").joinpath("geometry.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Bicycle])


_BICYCLES = _bicycles()
_THREE = _sizes(("S", "155–168 cm"), ("M", "166–180 cm"), ("L", "178–192 cm"))
_FIVE = _sizes(
    ("XS", "152–162 cm"), ("S", "160–170 cm"), ("M", "168–178 cm"), ("L", "176–187 cm"), ("XL", "185–197 cm")
)
_ONE = (Size("–"),)

BIKES = (
    Product(
        slug="aino",
        name="Aino 7",
        kind="city",
        price=84_900,
        tint="moss",
        sizes=_sizes(("S", "152–168 cm"), ("M", "165–182 cm")),
        specs=(
            ("frame", "@steel"),
            ("gears", "@hub7"),
            ("brakes", "@roller"),
            ("tyres", "40-622"),
            ("lights", "@dynamo"),
            ("included", "@aino_included"),
            ("weight", "16.9 kg"),
        ),
        bicycle=_BICYCLES["aino"],
        paint=Paint(frame="#4f6b52", light="#8fae8f", shade="#35493a", leather="#8a5a34", wall="#d9c7a3"),
        zoom=0.92,
    ),
    Product(
        slug="kaarna",
        name="Kaarna Belt",
        kind="city",
        price=119_000,
        tint="midnight",
        sizes=_FIVE[1:],
        specs=(
            ("frame", "@aluminium"),
            ("fork", "@carbon"),
            ("gears", "@belt8"),
            ("brakes", "@discs"),
            ("tyres", "38-622"),
            ("lights", "@dynamo"),
            ("included", "@kaarna_included"),
            ("weight", "12.8 kg"),
        ),
        bicycle=_BICYCLES["kaarna"],
        paint=Paint(frame="#24395a", light="#6384b3", shade="#162439"),
    ),
    Product(
        slug="tuuli",
        name="Tuuli R2",
        kind="road",
        price=189_000,
        tint="cloudberry",
        sizes=_FIVE,
        specs=(
            ("frame", "@aluminium"),
            ("fork", "@carbon"),
            ("gears", "2 × 12"),
            ("brakes", "@discs"),
            ("tyres", "30-622"),
            ("clearance", "35 mm"),
            ("weight", "8.7 kg"),
        ),
        bicycle=_BICYCLES["tuuli"],
        paint=Paint(frame="#e3a02f", light="#ffd27a", shade="#b27412"),
    ),
    Product(
        slug="harju",
        name="Harju GR",
        kind="road",
        price=169_000,
        tint="lingonberry",
        sizes=_FIVE,
        specs=(
            ("frame", "@steel"),
            ("fork", "@carbon"),
            ("gears", "1 × 12"),
            ("brakes", "@discs"),
            ("tyres", "45-622"),
            ("clearance", "50 mm"),
            ("included", "@harju_included"),
            ("weight", "10.4 kg"),
        ),
        bicycle=_BICYCLES["harju"],
        paint=Paint(frame="#a32a35", light="#dd6a70", shade="#741b25", wall="#c9a06a"),
    ),
    Product(
        slug="virta",
        name="Virta E",
        kind="electric",
        price=269_000,
        tint="fjord",
        sizes=_THREE,
        specs=(
            ("frame", "@aluminium"),
            ("motor", "@mid_motor"),
            ("battery", "500 Wh"),
            ("range", "60–120 km"),
            ("gears", "@hub5"),
            ("brakes", "@discs"),
            ("tyres", "47-622"),
            ("weight", "23.4 kg"),
        ),
        bicycle=_BICYCLES["virta"],
        paint=Paint(frame="#3d6f8e", light="#86b5cf", shade="#284d65"),
        zoom=0.92,
    ),
    Product(
        slug="reitti",
        name="Reitti Tour",
        kind="road",
        price=134_900,
        tint="granite",
        sizes=_FIVE[1:],
        specs=(
            ("frame", "@steel"),
            ("gears", "3 × 10"),
            ("brakes", "@discs"),
            ("tyres", "42-622"),
            ("load", "35 kg"),
            ("lights", "@dynamo"),
            ("included", "@reitti_included"),
            ("weight", "15.2 kg"),
        ),
        bicycle=_BICYCLES["reitti"],
        paint=Paint(frame="#74817f", light="#b4c0bd", shade="#4f5a59"),
    ),
    Product(
        slug="kuorma",
        name="Kuorma Family",
        kind="family",
        price=449_000,
        tint="rye",
        sizes=(Size("155–195 cm"),),
        specs=(
            ("frame", "@aluminium"),
            ("motor", "@mid_motor_strong"),
            ("battery", "725 Wh"),
            ("range", "50–110 km"),
            ("load", "200 kg"),
            ("gears", "@belt5"),
            ("brakes", "@discs4"),
            ("included", "@kuorma_included"),
            ("weight", "33.5 kg"),
        ),
        bicycle=_BICYCLES["kuorma"],
        paint=Paint(frame="#c99a3b", light="#f0cd7f", shade="#94701f"),
        zoom=0.9,
    ),
    Product(
        slug="tilhi",
        name="Tilhi 20",
        kind="family",
        price=42_900,
        tint="rowan",
        sizes=(Size("20″", "112–135 cm"),),
        specs=(
            ("frame", "@aluminium"),
            ("gears", "1 × 7"),
            ("brakes", "@vbrakes"),
            ("tyres", "47-406"),
            ("included", "@tilhi_included"),
            ("weight", "8.3 kg"),
        ),
        bicycle=_BICYCLES["tilhi"],
        paint=Paint(frame="#df6a4e", light="#ffa98f", shade="#a9452d"),
        zoom=1.12,
    ),
)

GEAR = (
    Product(
        slug="sisu",
        name="Sisu",
        kind="gear",
        price=8_900,
        tint="granite",
        sizes=_sizes(("S–M", "52–57 cm"), ("L", "57–61 cm")),
        specs=(("standard", "EN 1078"), ("vents", "12"), ("weight", "285 g")),
    ),
    Product(
        slug="karhu",
        name="Karhu",
        kind="gear",
        price=6_990,
        tint="midnight",
        sizes=_ONE,
        specs=(("material", "@hardened"), ("length", "85 cm"), ("keys", "3"), ("weight", "1.3 kg")),
    ),
    Product(
        slug="revontuli",
        name="Revontuli",
        kind="gear",
        price=4_990,
        tint="fjord",
        sizes=_ONE,
        specs=(("light_front", "300 lm"), ("light_rear", "40 lm"), ("runtime", "9 h"), ("charging", "USB-C")),
    ),
    Product(
        slug="jukola",
        name="Jukola",
        kind="gear",
        price=7_900,
        tint="moss",
        sizes=_ONE,
        specs=(("volume", "20 l"), ("material", "@canvas"), ("weight", "780 g")),
    ),
)

EVERYTHING = {product.slug: product for product in (*BIKES, *GEAR)}


def night(paint: Paint) -> Paint:
    """The same bicycle on a dark page: what is black by day would be lost there."""
    return msgspec.structs.replace(
        paint,
        frame=_mixed(paint.frame, paint.light),
        shade=_mixed(paint.shade, paint.light),
        tyre="#465256",
        wall="#465256" if paint.wall == "#20272a" else paint.wall,
        rim="#667378",
        spoke="#7b888c",
        dark="#57646a",
        leather="#59666b" if paint.leather == "#2a2f31" else paint.leather,
    )


def _mixed(colour: str, other: str, share: float = 0.28) -> str:
    """`share` of `other` in `colour`, both as #rrggbb."""
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()
