"""pages: reads the HTML and SVG that the tool writes.

    page = read_page("report.html")   # page.tables, page.figures, page.facts
    marks = read_svg("picture.svg")   # an Svg
"""
import html.parser
import re
import xml.etree.ElementTree

VOID = {"meta", "br", "rect", "path", "input"}
# Elements and attributes by which a page could load something.
LOADING = {"img", "iframe", "object", "embed", "link", "audio", "video", "source", "base", "form", "image", "foreignobject"}
ADDRESSES = {"src", "href", "xlink:href", "action", "data", "poster", "srcset", "background", "style"}


class Page(html.parser.HTMLParser):
    """Tables as lists of rows of (exact text, shown text); figures as SVG text.
    Raises when elements are not closed in order, or when anything is loaded."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tables, self.scripts, self.policy = [], [], 0, None
        self.cell, self.exact = None, None
        self.pictures = re.findall(r"<svg [^>]*class=\"figure\".*?</svg>", text, re.S)
        self.items = []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        assert tag not in LOADING, "<%s>" % tag
        for name, value in attributes:
            assert name not in ADDRESSES, "%s=%s" % (name, value)
            assert not name.startswith("on"), "%s=%s" % (name, value)
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        self.scripts += tag == "script"
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.cell, self.exact = "", None
        elif tag == "data":
            self.exact = given["value"]
        elif tag == "li":
            self.items.append("")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()
        if tag in ("td", "th"):
            self.tables[-1][-1].append((self.cell if self.exact is None else self.exact, self.cell))
            self.cell = None

    def handle_data(self, text):
        if self.cell is not None:
            self.cell += text
        if self.open and self.open[-1] == "li":
            self.items[-1] += text

    def handle_decl(self, text):
        assert text == "DOCTYPE html"

    def rows(self, index):
        """The rows of a table as dictionaries: title -> exact text."""
        head, *rows = self.tables[index]
        names = [shown for _, shown in head]
        return [dict(zip(names, (exact for exact, _ in row))) for row in rows]


def read_page(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    page = Page(text)
    assert page.scripts == 1
    assert page.policy.startswith("default-src 'none'; style-src 'sha256-"), page.policy
    assert "unsafe" not in page.policy
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), "an address"
    return page


class Svg:
    """The marks of each series, in order, and the texts."""

    def __init__(self, text):
        root = xml.etree.ElementTree.fromstring(text)
        space = "{http://www.w3.org/2000/svg}"
        allowed = {space + name for name in ("svg", "title", "desc", "rect", "g", "path", "circle", "polygon", "text")}
        for element in root.iter():
            assert element.tag in allowed, element.tag
            for name in element.attrib:
                assert not name.startswith("on") and "href" not in name and name != "style", name
        self.title = root.find(space + "title").text
        self.texts = [e.text for e in root.iter(space + "text")]
        self.series = []
        for group in root.iter(space + "g"):
            marks = []
            for element in group:
                if element.get("class") != "mark":
                    continue
                tip = element.find(space + "title").text
                if element.tag == space + "circle":
                    x, y = float(element.get("cx")), float(element.get("cy"))
                    marks.append((tip, x, x, y))
                else:
                    points = [tuple(map(float, p.split(","))) for p in element.get("points").split()]
                    xs, ys = zip(*points)
                    marks.append((tip, min(xs), max(xs), (min(ys) + max(ys)) / 2))
            self.series.append(marks)

    def marks(self):
        return [mark for series in self.series for mark in series]


def read_svg(path):
    with open(path, encoding="utf-8") as file:
        return Svg(file.read())
