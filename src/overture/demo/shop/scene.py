"""The picture at the top of the shop: a bicycle by a lake in the North, by day and by night."""

from __future__ import annotations

from random import Random

import msgspec

from overture.demo.shop.bicycle import Drawing, draw
from overture.demo.shop.catalogue import EVERYTHING, night

_WIDTH, _HEIGHT = 1920, 900
_SHORE = 560


class _Light(msgspec.Struct, frozen=True):
    """Colours from the sky down to one's feet."""

    sky: tuple[str, str, str]
    disc: str
    far: str
    middle: str
    near: str
    water: tuple[str, str]
    glint: str
    spruce: str
    meadow: tuple[str, str]
    path: str
    reed: str


_DAY = _Light(
    sky=("#bfd6dc", "#dfe7e0", "#f6e6cc"),
    disc="#fff7e2",
    far="#a9c0c4",
    middle="#7fa09f",
    near="#4d7470",
    water=("#c9d9d6", "#9dbbbb"),
    glint="#f3f4ea",
    spruce="#2f524b",
    meadow=("#7f9468", "#4f6b4c"),
    path="#d8cdb4",
    reed="#37543f",
)
_NIGHT = _Light(
    sky=("#0b1620", "#13293a", "#2a4a56"),
    disc="#e8efe9",
    far="#1d3844",
    middle="#162c36",
    near="#10222a",
    water=("#1c3844", "#11242d"),
    glint="#6f98a0",
    spruce="#0b191d",
    meadow=("#1c2f29", "#101d19"),
    path="#33423d",
    reed="#0d1916",
)


def hero(*, dark: bool) -> str:
    """SVG, 1,920 x 900; what matters stands in the right half, so that words have the left."""
    light = _NIGHT if dark else _DAY
    parts = [_sky(light, dark), _hills(light), _water(light), _spruces(light), _ground(light), _bicycle(dark)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'preserveAspectRatio="xMidYMid slice">{"".join(parts)}</svg>'
    )


def _sky(light: _Light, dark: bool) -> str:
    stops = "".join(f'<stop offset="{n / 2}" stop-color="{colour}"/>' for n, colour in enumerate(light.sky))
    sky = (
        f'<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">{stops}</linearGradient></defs>'
        f'<rect width="{_WIDTH}" height="{_SHORE + 10}" fill="url(#sky)"/>'
    )
    if not dark:
        return (
            f'{sky}<circle cx="1180" cy="330" r="150" fill="{light.disc}" opacity=".35"/>'
            f'<circle cx="1180" cy="330" r="84" fill="{light.disc}"/>'
        )
    draw_random = Random(7)  # noqa: S311 - where stars stand is no secret
    stars = "".join(
        f'<circle cx="{draw_random.randint(0, _WIDTH)}" cy="{draw_random.randint(0, 330)}" '
        f'r="{draw_random.choice((1, 1.4, 2))}" fill="#dfe9ea" opacity="{draw_random.choice((0.4, 0.6, 0.9))}"/>'
        for _ in range(90)
    )
    bands = "".join(
        f'<path d="M{x} 420C{x + 150} 320 {x + 40} 190 {x + 300} 30" stroke="{colour}" stroke-width="{width}" '
        f'fill="none" opacity="{opacity}" stroke-linecap="round"/>'
        for x, colour, width, opacity in (
            (600, "#58cfae", 60, 0.3),
            (690, "#6fe3b4", 90, 0.22),
            (900, "#4fc3b0", 120, 0.22),
            (1010, "#8ff0cf", 40, 0.3),
            (1180, "#7be0c9", 80, 0.18),
        )
    )
    blur = '<filter id="soft" x="-40%" y="-40%" width="180%" height="180%"><feGaussianBlur stdDeviation="26"/></filter>'
    bands = f'<defs>{blur}</defs><g filter="url(#soft)">{bands}</g>'
    return f'{sky}{bands}{stars}<circle cx="1500" cy="170" r="46" fill="{light.disc}" opacity=".92"/>'


def _hills(light: _Light) -> str:
    return (
        f'<path d="M0 470C180 380 330 400 500 430C700 464 840 330 1040 340C1240 350 1330 440 1520 410C1700 384 1800 '
        f'350 1920 372V570H0Z" fill="{light.far}"/>'
        f'<path d="M0 520C200 470 340 490 560 506C800 520 960 440 1180 452C1400 464 1620 500 1920 448V570H0Z" '
        f'fill="{light.middle}"/>'
        f'<path d="M0 548C240 520 420 538 700 546C1000 552 1300 520 1500 526C1680 530 1800 520 1920 508V575H0Z" '
        f'fill="{light.near}"/>'
    )


def _water(light: _Light) -> str:
    draw_random = Random(3)  # noqa: S311 - nor where water glitters
    glints = "".join(
        f'<rect x="{draw_random.randint(760, 1560)}" y="{_SHORE + 10 + n * 7}" '
        f'width="{draw_random.randint(30, 190)}" height="3" rx="1.5" fill="{light.glint}" opacity=".55"/>'
        for n in range(19)
    )
    return (
        f'<defs><linearGradient id="water" x1="0" y1="0" x2="0" y2="1"><stop stop-color="{light.water[0]}"/>'
        f'<stop offset="1" stop-color="{light.water[1]}"/></linearGradient></defs>'
        f'<rect y="{_SHORE}" width="{_WIDTH}" height="240" fill="url(#water)"/>{glints}'
    )


def _spruce(x: float, foot: float, height: float, colour: str) -> str:
    half, layers = height * 0.19, []
    for n in range(5):
        top = foot - height + n * height * 0.16
        low = foot - height + (n + 1.7) * height * 0.185
        wide = half * (n + 1.6) / 5.6
        layers.append(f"M{x:.0f} {top:.0f}L{x + wide:.0f} {low:.0f}H{x - wide:.0f}Z")
    return f'<path d="{"".join(layers)}M{x - 4:.0f} {foot - 20:.0f}h8v24h-8z" fill="{colour}"/>'


def _spruces(light: _Light) -> str:
    far = [(1590 + n * 27, _SHORE + 6 + (n % 3) * 2, 70 + (n * 37) % 56) for n in range(13)]
    left = [(n * 24 - 6, _SHORE + 8 + (n % 2) * 3, 54 + (n * 29) % 44) for n in range(11)]
    tall = [(1846, 800, 420), (1760, 770, 300), (1908, 820, 360)]
    return "".join(_spruce(x, foot, height, light.near) for x, foot, height in [*left, *far]) + "".join(
        _spruce(x, foot, height, light.spruce) for x, foot, height in tall
    )


def _ground(light: _Light) -> str:
    draw_random = Random(5)  # noqa: S311 - nor where reeds grow
    reeds = "".join(
        f'<path d="M{x} 772q{lean} -40 {lean * 2} -{tall}" stroke="{light.reed}" stroke-width="4" fill="none" '
        f'stroke-linecap="round"/>'
        for x, lean, tall in (
            (draw_random.randint(20, 700), draw_random.randint(-9, 9), draw_random.randint(50, 110)) for _ in range(46)
        )
    )
    return (
        f'{reeds}<defs><linearGradient id="meadow" x1="0" y1="0" x2="0" y2="1"><stop stop-color="{light.meadow[0]}"/>'
        f'<stop offset="1" stop-color="{light.meadow[1]}"/></linearGradient></defs>'
        '<path d="M0 770C320 730 640 742 960 722C1280 704 1620 712 1920 690V900H0Z" fill="url(#meadow)"/>'
        f'<path d="M0 884C400 812 900 800 1300 792C1560 788 1760 776 1920 764V818C1700 836 1500 846 1300 852C980 862 '
        f'560 872 240 900H0Z" fill="{light.path}"/>'
    )


def _bicycle(dark: bool) -> str:
    product = EVERYTHING["harju"]
    assert product.bicycle is not None
    assert product.paint is not None
    drawing = Drawing(0, 0, 0, 0)
    draw(product.bicycle, night(product.paint) if dark else product.paint, drawing)
    return (
        '<ellipse cx="1335" cy="828" rx="310" ry="11" opacity=".22"/>'
        f'<g transform="translate(1120 826) scale(.41)">{"".join(drawing.parts)}</g>'
    )
