"""Bicycles drawn from their geometry, in millimetres, side on, facing right.

The rear axle stands at x = 0 and the ground at y = 0, y upwards, as frame builders draw them; `svg` turns that round.
"""

from __future__ import annotations

from math import atan2, cos, degrees, hypot, pi, radians, sin

import msgspec

Point = tuple[float, float]


class Paint(msgspec.Struct, frozen=True):
    """Colours of one drawing. `light` is the shine along the tubes."""

    frame: str
    light: str
    shade: str
    tyre: str = "#20272a"
    wall: str = "#20272a"
    rim: str = "#3b4548"
    spoke: str = "#7d888b"
    metal: str = "#aeb7b9"
    dark: str = "#262e31"
    leather: str = "#2a2f31"
    bag: str = "#5b6b5e"


class Bicycle(msgspec.Struct, frozen=True):
    """What makes one bicycle look different from another. Lengths in mm, angles in degrees."""

    wheel: float = 340
    rear_wheel: float = 0  # as the front one
    tyre: float = 34
    wheelbase: float = 1040
    chainstay: float = 440
    drop: float = 65
    head_angle: float = 71
    seat_angle: float = 73
    fork: float = 385
    rake: float = 48
    head_tube: float = 150
    seat_tube: float = 520
    saddle: float = 690
    frame: str = "diamond"  # diamond | low | longtail
    bars: str = "flat"  # flat | drop | swept
    fenders: bool = False
    rack: bool = False
    basket: bool = False
    bags: bool = False
    lights: bool = False
    motor: bool = False
    chaincase: bool = False
    discs: bool = True
    ring: float = 88
    crank: float = 165
    thick: float = 34
    fork_paint: bool = True


def _along(start: Point, angle: float, length: float) -> Point:
    """`length` from `start` at `angle` degrees above the way it faces."""
    return start[0] + cos(radians(angle)) * length, start[1] + sin(radians(angle)) * length


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


class _Points:
    """The points a frame builder would mark on the drawing board."""

    def __init__(self, bike: Bicycle) -> None:
        self.rear_radius = bike.rear_wheel or bike.wheel
        self.rear = (0.0, self.rear_radius)
        self.front = (bike.wheelbase, bike.wheel)
        bottom_y = bike.wheel - bike.drop
        self.bottom = ((bike.chainstay**2 - (self.rear_radius - bottom_y) ** 2) ** 0.5, bottom_y)
        back, up = 180 - bike.seat_angle, 180 - bike.head_angle
        self.seat_top = _along(self.bottom, back, bike.seat_tube)
        self.saddle = _along(self.bottom, back, bike.saddle)
        crown = _along(self.front, up, (bike.fork**2 - bike.rake**2) ** 0.5)
        self.crown = _along(crown, up + 90, bike.rake)
        self.head_bottom = _along(self.crown, up, 12)
        self.head_top = _along(self.head_bottom, up, bike.head_tube)
        self.stem = _along(self.head_top, up, 38)


class Drawing:
    """Collects SVG elements; y is turned round here and nowhere else."""

    def __init__(self, width: float, height: float, left: float, ground: float) -> None:
        self.width, self.height = width, height
        self._left, self._ground = left, ground
        self.parts: list[str] = []

    def at(self, point: Point) -> str:
        return f"{point[0] + self._left:.1f} {self._ground - point[1]:.1f}"

    def path(self, d: str, **style: object) -> None:
        self.parts.append(f'<path d="{d}"{_style({"fill": "none", **style})}/>')

    def line(self, *points: Point, width: float, stroke: str, **style: object) -> None:
        d = "M" + "L".join(self.at(point) for point in points)
        joined = {"stroke_linecap": "round", "stroke_linejoin": "round", **style}
        self.path(d, stroke=stroke, stroke_width=width, **joined)

    def curve(self, *points: Point, width: float, stroke: str, **style: object) -> None:
        """A start, then pairs (quadratic) or triples (cubic) of points."""
        kind = "Q" if len(points) == 3 else "C"
        d = f"M{self.at(points[0])}{kind}{' '.join(self.at(point) for point in points[1:])}"
        self.path(d, stroke=stroke, stroke_width=width, stroke_linecap="round", **style)

    def circle(self, centre: Point, radius: float, **style: object) -> None:
        x, y = self.at(centre).split()
        self.parts.append(f'<circle cx="{x}" cy="{y}" r="{radius:.1f}"{_style({"fill": "none", **style})}/>')

    def shape(self, *points: Point, fill: str, **style: object) -> None:
        d = "M" + "L".join(self.at(point) for point in points) + "Z"
        self.path(d, fill=fill, stroke_linejoin="round", **style)

    def arc(
        self, centre: Point, radius: float, start: float, end: float, *, width: float, stroke: str, **style: object
    ) -> None:
        """Counter-clockwise from `start` to `end`, in degrees."""
        a, b = _along(centre, start, radius), _along(centre, end, radius)
        large = int(end - start > 180)
        d = f"M{self.at(a)}A{radius:.1f} {radius:.1f} 0 {large} 0 {self.at(b)}"
        self.path(d, stroke=stroke, stroke_width=width, stroke_linecap="round", **style)


def _style(style: dict[str, object]) -> str:
    return "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())


def draw(bike: Bicycle, paint: Paint, drawing: Drawing) -> None:
    """From what is farthest away to what is nearest."""
    marks = _Points(bike)
    _wheel(drawing, marks.rear, marks.rear_radius, bike, paint)
    _wheel(drawing, marks.front, bike.wheel, bike, paint)
    if bike.rack or bike.frame == "longtail":
        _rack(drawing, bike, marks, paint)
    if bike.fenders:
        _fenders(drawing, bike, marks, paint)
    _seat(drawing, marks, paint)
    _fork(drawing, bike, marks, paint)
    _FRAMES[bike.frame](drawing, bike, marks, paint)
    _drive(drawing, bike, marks, paint)
    _BARS[bike.bars](drawing, marks, paint)
    if bike.lights:
        _lights(drawing, bike, marks, paint)
    if bike.bags:
        _bags(drawing, marks, paint)
    if bike.basket:
        _basket(drawing, marks, paint)


def _wheel(drawing: Drawing, hub: Point, radius: float, bike: Bicycle, paint: Paint) -> None:
    rim = radius - bike.tyre
    for n in range(18):  # laced in pairs that cross, as most wheels are
        angle = n * 20 + 6
        for lean in (38, -38):
            drawing.line(
                _along(hub, angle + lean * 1.5, 22),
                _along(hub, angle, rim - 6),
                width=1.8,
                stroke=paint.spoke,
                opacity=0.75,
            )
    drawing.circle(hub, radius - bike.tyre / 2, stroke=paint.tyre, stroke_width=bike.tyre)
    if paint.wall != paint.tyre:
        drawing.circle(hub, rim + bike.tyre * 0.22, stroke=paint.wall, stroke_width=f"{bike.tyre * 0.44:.1f}")
    drawing.circle(hub, rim - 7, stroke=paint.rim, stroke_width=17)
    drawing.circle(hub, rim - 1, stroke=paint.metal, stroke_width=2, opacity=0.35)
    if bike.discs:
        drawing.circle(hub, 70, stroke=paint.metal, stroke_width=11, stroke_dasharray="21 5")
        drawing.circle(hub, 44, stroke=paint.metal, stroke_width=3)
    drawing.circle(hub, 24, fill=paint.dark)
    drawing.circle(hub, 9, fill=paint.metal)


def _tube(drawing: Drawing, a: Point, b: Point, width: float, paint: Paint) -> None:
    """A tube with its shine on the upper left and its shade on the other side."""
    drawing.line(a, b, width=width, stroke=paint.frame)
    length = hypot(b[0] - a[0], b[1] - a[1]) or 1
    across = ((a[1] - b[1]) / length, (b[0] - a[0]) / length)
    if across[1] < 0 or (across[1] < 0.35 and across[0] > 0):
        across = (-across[0], -across[1])
    for side, colour, share in ((0.24, paint.light, 0.16), (-0.32, paint.shade, 0.2)):
        offset = width * side
        start, end = _between(a, b, 0.03), _between(a, b, 0.97)
        drawing.line(
            (start[0] + across[0] * offset, start[1] + across[1] * offset),
            (end[0] + across[0] * offset, end[1] + across[1] * offset),
            width=round(width * share, 1),
            stroke=colour,
            opacity=0.75,
        )


def _stays(drawing: Drawing, marks: _Points, top: Point, paint: Paint) -> None:
    _tube(drawing, marks.rear, top, 17, paint)
    _tube(drawing, marks.rear, marks.bottom, 21, paint)


def _head(drawing: Drawing, marks: _Points, paint: Paint) -> None:
    _tube(drawing, marks.head_bottom, marks.head_top, 42, paint)
    middle = _between(marks.head_bottom, marks.head_top, 0.55)
    drawing.circle(middle, 9, fill=paint.light, opacity=0.9)


def _diamond(drawing: Drawing, bike: Bicycle, marks: _Points, paint: Paint) -> None:
    top = _between(marks.head_top, marks.head_bottom, 0.2)
    low = _between(marks.head_top, marks.head_bottom, 0.8)
    seat = _between(marks.seat_top, marks.bottom, 0.06)
    _stays(drawing, marks, _between(marks.seat_top, marks.bottom, 0.09), paint)
    _tube(drawing, marks.bottom, marks.seat_top, bike.thick - 2, paint)
    _tube(drawing, low, marks.bottom, bike.thick + (24 if bike.motor else 5), paint)
    _tube(drawing, top, seat, bike.thick - 3, paint)
    _head(drawing, marks, paint)
    _ports(drawing, low, marks.bottom, paint)


def _ports(drawing: Drawing, low: Point, bottom: Point, paint: Paint) -> None:
    """Two bolts for a bottle on the down tube."""
    for share in (0.5, 0.6):
        drawing.circle(_between(low, bottom, share), 4, fill=paint.shade)


def _low(drawing: Drawing, bike: Bicycle, marks: _Points, paint: Paint) -> None:
    """The frame one steps through: a bent main tube and a slim one beside it."""
    low = _between(marks.head_top, marks.head_bottom, 0.72)
    high = _between(marks.head_top, marks.head_bottom, 0.28)
    joint = _between(marks.bottom, marks.seat_top, 0.42)
    _stays(drawing, marks, _between(marks.seat_top, marks.bottom, 0.12), paint)
    _tube(drawing, marks.bottom, marks.seat_top, bike.thick - 2, paint)
    width = bike.thick + (26 if bike.motor else 6)
    bend = (_between(low, marks.bottom, 0.62)[0] - 20, marks.bottom[1] + 60)
    slim = (_between(high, joint, 0.6)[0] + 10, joint[1] - 5)
    drawing.curve(high, slim, joint, width=bike.thick - 8, stroke=paint.frame)
    drawing.curve(_up(high, 5), _up(slim, 5), _up(joint, 5), width=4.5, stroke=paint.light, opacity=0.75)
    drawing.curve(low, bend, marks.bottom, width=width, stroke=paint.frame)
    lift = width * 0.22
    drawing.curve(_up(low, lift), _up(bend, lift), _up(marks.bottom, lift), width=6, stroke=paint.light, opacity=0.75)
    _head(drawing, marks, paint)


def _longtail(drawing: Drawing, bike: Bicycle, marks: _Points, paint: Paint) -> None:
    """A low frame whose main beam goes on to the rear wheel."""
    low = _between(marks.head_top, marks.head_bottom, 0.72)
    high = _between(marks.head_top, marks.head_bottom, 0.25)
    joint = _between(marks.bottom, marks.seat_top, 0.45)
    tail = (-marks.rear_radius * 0.75, marks.rear_radius * 2 + 95)
    _tube(drawing, marks.rear, marks.bottom, 26, paint)
    _tube(drawing, marks.rear, (tail[0] + 190, tail[1]), 20, paint)
    _tube(drawing, tail, _between(marks.bottom, marks.seat_top, 0.82), 24, paint)
    _tube(drawing, marks.bottom, (marks.rear[0] + 130, tail[1]), 20, paint)
    _tube(drawing, marks.bottom, marks.seat_top, bike.thick, paint)
    _tube(drawing, high, joint, bike.thick - 4, paint)
    _tube(drawing, low, marks.bottom, bike.thick + 30, paint)
    _head(drawing, marks, paint)


def _up(point: Point, by: float) -> Point:
    return point[0], point[1] + by


def _fork(drawing: Drawing, bike: Bicycle, marks: _Points, paint: Paint) -> None:
    colour = paint.frame if bike.fork_paint else paint.dark
    shine = paint.light if bike.fork_paint else paint.rim
    straight = _between(marks.crown, marks.front, 0.62)
    knee = (straight[0] + 6 - bike.rake * 0.35, straight[1] - 10)
    drawing.curve(marks.head_bottom, knee, marks.front, width=25, stroke=colour)
    drawing.curve(
        (marks.head_bottom[0] - 5, marks.head_bottom[1]),
        (knee[0] - 5, knee[1]),
        (marks.front[0] - 3, marks.front[1] + 14),
        width=4.5,
        stroke=shine,
        opacity=0.8,
    )
    drawing.circle(marks.front, 15, fill=colour)
    drawing.circle(marks.front, 7, fill=paint.metal)
    drawing.line(marks.head_top, marks.stem, width=34, stroke=paint.dark)


def _seat(drawing: Drawing, marks: _Points, paint: Paint) -> None:
    drawing.line(marks.seat_top, marks.saddle, width=25, stroke=paint.dark)
    drawing.line(marks.seat_top, marks.saddle, width=5, stroke=paint.metal, opacity=0.5)
    drawing.line(_along(marks.seat_top, 107, -2), _along(marks.seat_top, 107, 14), width=38, stroke=paint.dark)
    x, y = marks.saddle
    rails = ((x - 62, y + 22), (x - 20, y + 4), (x + 40, y + 6), (x + 92, y + 24))
    drawing.line(*rails, width=6, stroke=paint.metal)
    p = drawing.at
    drawing.path(
        f"M{p((x - 140, y + 52))}C{p((x - 146, y + 20))} {p((x - 108, y + 12))} {p((x - 60, y + 20))}"
        f"C{p((x + 10, y + 30))} {p((x + 60, y + 16))} {p((x + 136, y + 22))}"
        f"C{p((x + 150, y + 26))} {p((x + 148, y + 40))} {p((x + 132, y + 42))}"
        f"C{p((x + 60, y + 50))} {p((x, y + 50))} {p((x - 70, y + 60))}"
        f"C{p((x - 110, y + 68))} {p((x - 138, y + 68))} {p((x - 140, y + 52))}Z",
        fill=paint.leather,
    )


def _drive(drawing: Drawing, bike: Bicycle, marks: _Points, paint: Paint) -> None:
    ring, sprocket = bike.ring, 42 if bike.chaincase else 54
    tilt = atan2(marks.rear[1] - marks.bottom[1], marks.rear[0] - marks.bottom[0])
    if bike.motor:
        drawing.circle(marks.bottom, 92, fill=paint.dark)
        drawing.circle(marks.bottom, 92, stroke=paint.rim, stroke_width=5)
    for side in (1, -1):
        normal = (cos(tilt + pi / 2 * side), sin(tilt + pi / 2 * side))
        a = (marks.bottom[0] + normal[0] * ring, marks.bottom[1] + normal[1] * ring)
        b = (marks.rear[0] + normal[0] * sprocket, marks.rear[1] + normal[1] * sprocket)
        drawing.line(a, b, width=9, stroke=paint.dark)
    if bike.chaincase:
        _case(drawing, bike, marks, paint, degrees(tilt))
    else:
        drawing.circle(marks.rear, sprocket, stroke=paint.metal, stroke_width=12, stroke_dasharray="6 2.5")
        drawing.circle(marks.bottom, ring, stroke=paint.dark, stroke_width=13)
        drawing.circle(marks.bottom, ring - 16, stroke=paint.metal, stroke_width=4, opacity=0.6)
        for n in range(5):
            drawing.line(marks.bottom, _along(marks.bottom, n * 72 + 30, ring - 8), width=12, stroke=paint.dark)
    _crank(drawing, marks, bike.crank, paint)


def _case(drawing: Drawing, bike: Bicycle, marks: _Points, paint: Paint, tilt: float) -> None:
    far = _along(marks.bottom, tilt, bike.chainstay * 0.97)
    ring, end = bike.ring * 0.9, 50
    edge = [_along(marks.bottom, tilt + 90, ring), _along(far, tilt + 90, end)]
    edge += [_along(far, tilt - 90, end), _along(marks.bottom, tilt - 90, ring)]
    drawing.circle(far, end, fill=paint.dark)
    drawing.shape(*edge, fill=paint.dark)
    drawing.line(*(_between(edge[0], edge[1], share) for share in (0.1, 0.9)), width=5, stroke=paint.rim)
    drawing.circle(marks.bottom, bike.ring * 0.98, fill=paint.dark)
    drawing.circle(marks.bottom, bike.ring * 0.8, stroke=paint.rim, stroke_width=5)


def _crank(drawing: Drawing, marks: _Points, length: float, paint: Paint) -> None:
    near, far = _along(marks.bottom, -22, length), _along(marks.bottom, 158, length)
    drawing.line(marks.bottom, far, width=19, stroke=paint.rim)
    _pedal(drawing, far, paint)
    drawing.line(marks.bottom, near, width=21, stroke=paint.metal)
    drawing.circle(marks.bottom, 22, fill=paint.metal)
    drawing.circle(marks.bottom, 9, fill=paint.dark)
    _pedal(drawing, near, paint)


def _pedal(drawing: Drawing, axle: Point, paint: Paint) -> None:
    drawing.line((axle[0] - 42, axle[1]), (axle[0] + 42, axle[1]), width=22, stroke=paint.dark)
    drawing.circle(axle, 6, fill=paint.metal)


def _flat(drawing: Drawing, marks: _Points, paint: Paint) -> None:
    x, y = marks.stem
    clamp = (x + 62, y + 26)
    drawing.line((x, y + 4), clamp, width=27, stroke=paint.dark)
    drawing.line(clamp, (x + 12, y + 56), width=20, stroke=paint.metal)
    drawing.line((x + 22, y + 52), (x - 66, y + 62), width=31, stroke=paint.leather)
    drawing.line((x + 34, y + 44), (x + 96, y + 12), (x + 88, y - 6), width=9, stroke=paint.metal)


def _drop(drawing: Drawing, marks: _Points, paint: Paint) -> None:
    x, y = marks.stem
    p = drawing.at
    drawing.line((x, y + 2), (x + 74, y + 12), width=28, stroke=paint.dark)
    drawing.path(
        f"M{p((x + 74, y + 14))}L{p((x + 138, y + 12))}C{p((x + 206, y + 4))} {p((x + 196, y - 86))} "
        f"{p((x + 138, y - 110))}L{p((x + 72, y - 120))}",
        stroke=paint.leather,
        stroke_width=29,
        stroke_linecap="round",
        stroke_linejoin="round",
    )
    drawing.path(
        f"M{p((x + 142, y + 24))}C{p((x + 176, y + 62))} {p((x + 206, y + 56))} "
        f"{p((x + 196, y + 18))}L{p((x + 180, y - 6))}Z",
        fill=paint.dark,
    )
    drawing.curve((x + 192, y + 6), (x + 214, y - 46), (x + 176, y - 96), width=10, stroke=paint.metal)


def _swept(drawing: Drawing, marks: _Points, paint: Paint) -> None:
    x, y = marks.stem
    top = (x - 18, y + 96)
    drawing.line((x, y), top, width=24, stroke=paint.metal)
    clamp = (x + 38, y + 112)
    drawing.line(top, clamp, width=22, stroke=paint.metal)
    drawing.curve(clamp, (x + 84, y + 132), (x + 20, y + 146), (x - 76, y + 123), width=18, stroke=paint.metal)
    drawing.line((x - 66, y + 125), (x - 178, y + 98), width=31, stroke=paint.leather)
    drawing.line((x - 30, y + 120), (x - 118, y + 74), width=8, stroke=paint.dark)


def _fenders(drawing: Drawing, bike: Bicycle, marks: _Points, paint: Paint) -> None:
    rear, front = marks.rear_radius + 16, bike.wheel + 16
    drawing.arc(marks.rear, rear, 28, 196, width=13, stroke=paint.shade)
    drawing.arc(marks.front, front, 52, 205, width=13, stroke=paint.shade)
    for angle in (150, 190):
        drawing.line(marks.rear, _along(marks.rear, angle, rear), width=4, stroke=paint.rim)
    drawing.line(marks.front, _along(marks.front, 196, front), width=4, stroke=paint.rim)


def _rack(drawing: Drawing, bike: Bicycle, marks: _Points, paint: Paint) -> None:
    top = marks.rear_radius * 2 + (110 if bike.frame == "longtail" else 52)
    back = -marks.rear_radius * (0.78 if bike.frame == "longtail" else 0.72)
    end = marks.seat_top[0] - (30 if bike.frame == "longtail" else 18)
    if bike.frame == "longtail":
        drawing.line((back, top + 42), (end - 80, top + 42), width=52, stroke=paint.leather)
        drawing.line((back + 6, top + 150), (end - 110, top + 150), width=18, stroke=paint.metal)
        for x in (back + 6, (back + end - 100) / 2, end - 110):
            drawing.line((x, top + 50), (x, top + 150), width=14, stroke=paint.metal)
        drawing.line((-150, 150), (210, 150), width=22, stroke=paint.dark)
        return
    drawing.line((back, top), (end, top), width=13, stroke=paint.dark)
    drawing.line(marks.rear, (-90, top), width=9, stroke=paint.dark)
    drawing.line(marks.rear, (30, top), width=9, stroke=paint.dark)


def _bags(drawing: Drawing, marks: _Points, paint: Paint) -> None:
    """A pannier on the side that faces us."""
    top = marks.rear_radius * 2 + 46
    left, right, low = -205.0, 120.0, top - 330
    p = drawing.at
    drawing.path(
        f"M{p((left, top))}L{p((right, top))}L{p((right - 14, low + 34))}Q{p((right - 20, low))} {p((right - 60, low))}"
        f"L{p((left + 50, low))}Q{p((left + 12, low))} {p((left + 8, low + 36))}Z",
        fill=paint.bag,
    )
    drawing.shape(
        (left - 4, top + 8), (right + 4, top + 8), (right - 2, top - 92), (left + 2, top - 92), fill=paint.bag
    )
    drawing.line((left + 2, top - 94), (right - 2, top - 94), width=5, stroke=paint.dark, opacity=0.45)
    for x in (left + 70, right - 70):
        drawing.line((x, top), (x, top - 150), width=17, stroke=paint.dark)
        drawing.line((x, top - 122), (x, top - 124), width=26, stroke=paint.metal)
    drawing.line((left - 4, top + 8), (right + 4, top + 8), width=14, stroke=paint.dark)


def _lights(drawing: Drawing, bike: Bicycle, marks: _Points, paint: Paint) -> None:
    crown = marks.crown
    lamp = (crown[0] + 58, crown[1] + 50)
    drawing.line(crown, lamp, width=8, stroke=paint.dark)
    x, y = lamp
    drawing.shape((x - 26, y + 24), (x + 24, y + 32), (x + 24, y - 28), (x - 26, y - 18), fill=paint.dark)
    drawing.line((x + 26, y + 26), (x + 26, y - 22), width=10, stroke="#fff3c4")
    if bike.frame == "longtail":
        tail = (-marks.rear_radius * 0.86, marks.rear_radius * 2 + 112)
    elif bike.rack:
        tail = (-marks.rear_radius * 0.74, marks.rear_radius * 2 + 34)
    else:
        tail = _along(marks.rear, 140, marks.rear_radius + 30)
    drawing.line((tail[0], tail[1] + 16), (tail[0], tail[1] - 16), width=20, stroke="#d8352a")


def _basket(drawing: Drawing, marks: _Points, paint: Paint) -> None:
    x, y = marks.stem[0] + 58, marks.stem[1] - 150
    drawing.line(marks.head_top, (x + 60, y + 30), width=13, stroke=paint.dark)
    drawing.line(marks.front, (x + 190, y), width=8, stroke=paint.dark)
    wicker, weave = "#b98a55", "#8d6437"
    drawing.shape((x, y + 190), (x + 300, y + 190), (x + 262, y), (x + 36, y), fill=wicker)
    for n in range(1, 5):
        inset = 36 - n * 7.6
        drawing.line((x + inset, y + n * 38), (x + 300 - inset, y + n * 38), width=5, stroke=weave, opacity=0.7)
    for n in range(8):
        drawing.line((x + 52 + n * 28, y + 6), (x + 22 + n * 36.5, y + 186), width=5, stroke=weave, opacity=0.7)
    drawing.line((x - 4, y + 190), (x + 304, y + 190), width=16, stroke=weave)


_FRAMES = {"diamond": _diamond, "low": _low, "longtail": _longtail}
_BARS = {"flat": _flat, "drop": _drop, "swept": _swept}


def svg(bike: Bicycle, paint: Paint, *, zoom: float = 0.95) -> str:
    """The whole drawing, 1,900 x 1,200 mm around the bicycle, standing on a soft shadow."""
    width, height = 1900 / zoom, 1200 / zoom
    left = (width - bike.wheelbase) / 2
    drawing = Drawing(width, height, left, height - 90 / zoom)
    centre = drawing.at((bike.wheelbase / 2, -8)).split()
    shadow = (
        f'<ellipse cx="{centre[0]}" cy="{centre[1]}" rx="{bike.wheelbase / 2 + bike.wheel * 0.9:.0f}" ry="17" '
        f'fill="#000" opacity=".13"/>'
    )
    draw(bike, paint, drawing)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}">'
        f"{shadow}{''.join(drawing.parts)}</svg>"
    )
