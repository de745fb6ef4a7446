"""A scaling curve as SVG: both axes logarithmic, nothing but the standard library."""
import math

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 400, 70, 150, 20, 50
COLOURS = ["#1b6ca8", "#c8553d", "#3a7d44", "#7d5ba6"]


def decades(values):
    return math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))


def label(exponent):
    return {0: "1", 1: "10", 2: "100", 3: "1 000", 4: "10 000", 5: "100 000", 6: "1 000 000"}.get(exponent, f"1e{exponent}")


def scaling_svg(series, x_title, y_title):
    """SERIES: (name, [(x, y)...]) each; points are marked and joined."""
    points = [p for _, line in series for p in line]
    (x0, x1), (y0, y1) = decades([p[0] for p in points]), decades([p[1] for p in points])
    x1, y1 = max(x1, x0 + 1), max(y1, y0 + 1)

    def x(value):
        return LEFT + (math.log10(value) - x0) / (x1 - x0) * (WIDTH - LEFT - RIGHT)

    def y(value):
        return HEIGHT - BOTTOM - (math.log10(value) - y0) / (y1 - y0) * (HEIGHT - TOP - BOTTOM)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for e in range(x0, x1 + 1):
        out.append(f'<line x1="{x(10**e):.1f}" y1="{TOP}" x2="{x(10**e):.1f}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>'
                   f'<text x="{x(10**e):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{label(e)}</text>')
    for e in range(y0, y1 + 1):
        out.append(f'<line x1="{LEFT}" y1="{y(10**e):.1f}" x2="{WIDTH - RIGHT}" y2="{y(10**e):.1f}" stroke="#ddd"/>'
                   f'<text x="{LEFT - 8}" y="{y(10**e) + 4:.1f}" text-anchor="end">{label(e)}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{x_title}</text>'
               f'<text transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">{y_title}</text>')
    for i, (name, line) in enumerate(series):
        colour = COLOURS[i % len(COLOURS)]
        path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in line)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="3.5" fill="{colour}"/>' for a, b in line]
        out.append(f'<text x="{WIDTH - RIGHT + 10}" y="{TOP + 16 + 18 * i}" fill="{colour}">{name}</text>')
    return "\n".join(out) + "\n</svg>\n"
