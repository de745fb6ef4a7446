"""browser.py PAGE.html: looks at a page in headless Chromium, as it is, with a
script of ours added that clicks on things, and without scripts.

Prints what was seen, a line each.
"""
import base64
import hashlib
import html
import os
import re
import subprocess
import sys
import tempfile

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update",
         "--disable-background-networking", "--disable-sync", "--enable-logging=stderr", "--window-size=1280,900"]

# What the user does, and what the page then says.
CLICKS = """
(() => {
  const say = [];
  const check = (name, good) => say.push(name + ": " + (good ? "yes" : "NO"));
  const table = document.querySelector("table");
  const first = () => table.tBodies[0].rows[0];
  const heads = [...table.tHead.rows[0].cells];
  const column = heads.findIndex(h => h.classList.contains("number"));
  const values = () => [...table.tBodies[0].rows].map(r => r.cells[column]).filter(Boolean).map(cell =>
    Number((cell.querySelector("data")?.value ?? cell.textContent).replace(/[^0-9.eE+-].*$/, "")));
  const ordered = (list, sign) => list.every((v, i) => i === 0 || sign * (v - list[i - 1]) >= 0);
  heads[column].querySelector("button").click();
  check("largest first", heads[column].getAttribute("aria-sort") === "descending" && ordered(values(), -1));
  heads[column].querySelector("button").click();
  check("smallest first", heads[column].getAttribute("aria-sort") === "ascending" && ordered(values(), 1));
  const data = document.querySelector("data"), shown = data.textContent;
  const exact = [...document.querySelectorAll("header button")].pop();
  exact.click();
  check("exact digits", data.textContent.replaceAll("\\u202f", "") === data.value && data.value !== shown);
  exact.click();
  check("rounded again", data.textContent === shown);
  const search = document.querySelector("input[type=search]");
  if (search) {
    const rows = [...search.parentNode.nextElementSibling.querySelectorAll("tbody tr")];
    const word = rows[2].cells[0].textContent.toLowerCase();
    search.value = word;
    search.dispatchEvent(new Event("input"));
    check("search", rows.every(r => r.hidden !== r.textContent.toLowerCase().includes(word)));
  }
  const mark = document.querySelector("svg .mark");
  mark.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: 9, clientY: 9 }));
  const tip = document.getElementById("tip");
  check("tip", !tip.hidden && tip.textContent === mark.dataset.tip && tip.textContent.length > 3);
  document.body.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: 1, clientY: 1 }));
  check("tip gone", tip.hidden);
  check("drawn", [...document.querySelectorAll("svg.figure")].every(s =>
    s.getBoundingClientRect().width > 300 && s.querySelector(".mark").getBoundingClientRect().width > 0));
  check("nothing loaded", performance.getEntriesByType("resource").length === 0);
  document.body.append(Object.assign(document.createElement("pre"), { id: "said", textContent: say.join("\\n") }));
})();
"""


def render(page, complaints=True):
    """The DOM of a page, once its scripts have run."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "page.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(page)
        run = subprocess.run(["chromium", *FLAGS, "--user-data-dir=" + os.path.join(folder, "profile"), "--dump-dom",
                              "file://" + path], capture_output=True, encoding="utf-8", timeout=300)
    said = [line for line in run.stderr.splitlines() if "CONSOLE" in line]
    assert not (complaints and said), said
    return run.stdout


with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()

seen = render(text)
body = text.split("<script>")[0]
assert "<button" not in body and seen.split("<script>")[0].count("<button") >= body.count("<table")
print("no complaints")

# As where scripts are off: nothing runs, and all is there.
plain = render(re.sub(r"script-src [^;]*", "script-src 'none'", text, count=1), complaints=False)
plain = plain.split("<script>")[0]
assert "<button" not in plain, "a script ran"
for element in ("table", "tr", "td", "svg", "title", "data"):
    assert plain.count("<" + element) == body.count("<" + element) > 0, element
print("the same without scripts")

# The page runs its own script and ours, and no third.
ours = base64.b64encode(hashlib.sha256(CLICKS.encode()).digest()).decode()
changed = text.replace("script-src ", "script-src 'sha256-%s' " % ours, 1).replace(
    "</body>", "<script>" + CLICKS + "</script></body>")
dom = render(changed)
said = re.search(r'<pre id="said">(.*?)</pre>', dom, re.S)
print(html.unescape(said.group(1)) if said else "nothing was said")

# What the policy forbids does not run: the guard behind the escaping.
dom = render(text.replace("<h1>", "<h1><script>document.title = 'intruder'</script>", 1), complaints=False)
print("intruder stopped: " + ("yes" if "<title>intruder" not in dom else "NO"))
