//===- PageAssets.cpp - style and script of a page ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "PageAssets.h"

using namespace llvm;

namespace toscount {

StringRef pageStyle() {
  static constexpr StringLiteral Text = R"css(
:root { color-scheme: light dark; --ink: #222; --soft: #666; --line: #ddd;
  --paper: #fff; --stripe: #f6f7f9; --accent: #0072b2; --grid: #ddd; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e4e4; --soft: #a0a0a0; --line: #3a3d42; --paper: #17191c;
    --stripe: #1f2226; --accent: #56b4e9; --grid: #34373c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem; max-width: 72rem; color: var(--ink);
  background: var(--paper); line-height: 1.45;
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 1.45rem; line-height: 1.25; margin: 0 0 .75rem;
  overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .35rem; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; margin: 0;
  gap: .15rem 1rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
code { font: .92em ui-monospace, "DejaVu Sans Mono", monospace;
  overflow-wrap: anywhere; }
.wide { overflow-x: auto; margin: .5rem 0; }
svg.figure { display: block; width: 100%; max-width: 900px; min-width: 620px;
  height: auto; color: var(--ink); font-family: inherit; }
svg.figure .grid { stroke: var(--grid); }
svg.figure .mark:hover { stroke: var(--ink); stroke-width: 1.5; }
svg.bar { display: block; width: 7rem; height: .7rem; fill: var(--accent); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .22rem .7rem .22rem 0; text-align: left;
  vertical-align: baseline; }
th { border-bottom: 1px solid var(--soft); white-space: nowrap;
  position: sticky; top: 0; background: var(--paper); font-weight: 600; }
td.number, th.number { text-align: right; white-space: nowrap; }
td code { white-space: nowrap; }
td.name code { display: block; width: max-content; max-width: 26rem;
  white-space: normal; }
tbody tr:nth-child(even) { background: var(--stripe); }
tfoot td { border-top: 1px solid var(--soft); font-weight: 600; }
th button { all: unset; cursor: pointer; }
th button:focus-visible, .tools button:focus-visible, summary:focus-visible {
  outline: 2px solid var(--accent); }
th[aria-sort=ascending] button::after { content: " \2191"; }
th[aria-sort=descending] button::after { content: " \2193"; }
.tools { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0; }
.tools input, .tools button { font: inherit; color: inherit; padding: .2rem .6rem;
  background: var(--stripe); border: 1px solid var(--line);
  border-radius: .3rem; }
.tools button { cursor: pointer; }
.note { color: var(--soft); margin: .35rem 0; max-width: 60rem; }
details { margin-left: 1.1rem; }
.tree > details { margin-left: 0; }
summary { cursor: pointer; padding: .12rem 0; }
.leaf { margin-left: 2.2rem; padding: .12rem 0; }
.cells { color: var(--soft); margin-left: .8rem; white-space: nowrap; }
#tip { position: fixed; z-index: 9; max-width: 24rem; padding: .3rem .55rem;
  background: var(--ink); color: var(--paper); border-radius: .3rem;
  font-size: .85rem; pointer-events: none; overflow-wrap: anywhere; }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .85rem; }
@media (max-width: 40rem) { body { padding: .8rem; font-size: 14px; }
  th, td { padding-right: .5rem; } }
@media print { .tools { display: none; } th { position: static; }
  .wide { overflow: visible; } svg.figure { min-width: 0; }
  section { break-inside: auto; } svg, h2, h3 { break-inside: avoid; }
  body { max-width: none; padding: 0; font-size: 11px; } }
)css";
  return Text;
}

StringRef pageScript() {
  static constexpr StringLiteral Text = R"js(
"use strict";
(() => {
  const make = (name, props) => Object.assign(document.createElement(name), props);
  const exact = cell => {
    const data = cell.querySelector("data");
    return data ? data.value : cell.textContent.trim();
  };
  const number = text => {
    const found = /^[^\d.+-]*([+-]?[\d.]+(?:e[+-]?\d+)?)/i.exec(text);
    return found ? Number(found[1]) : NaN;
  };

  function sortBy(table, index, head) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const numeric = head.classList.contains("number");
    const now = head.getAttribute("aria-sort");
    const descending = numeric ? now !== "descending" : now === "ascending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const key = row => {
      const cell = row.cells[index];
      const text = cell ? exact(cell) : "";
      return numeric ? number(text) : text;
    };
    const keyed = rows.map((row, at) => ({ row, at, key: key(row) }));
    const order = descending ? -1 : 1;
    keyed.sort((a, b) => {
      if (numeric && (isNaN(a.key) || isNaN(b.key))) // What is no number is last.
        return isNaN(a.key) - isNaN(b.key) || a.at - b.at;
      return (a.key < b.key ? -order : a.key > b.key ? order : 0) || a.at - b.at;
    });
    body.append(...keyed.map(k => k.row));
  }

  for (const table of document.querySelectorAll("table")) {
    [...table.tHead.rows[0].cells].forEach((head, index) => {
      if (!head.textContent.trim()) return;
      const button = make("button", { type: "button", textContent: head.textContent });
      head.replaceChildren(button);
      button.addEventListener("click", () => sortBy(table, index, head));
    });
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 10) continue;
    const search = make("input", { type: "search", placeholder: "search these " + rows.length + " rows" });
    search.setAttribute("aria-label", "search the rows of this table");
    search.addEventListener("input", () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every(word => text.includes(word));
      }
    });
    const tools = make("div", { className: "tools" });
    tools.append(search);
    table.parentNode.before(tools);
  }

  const values = [...document.querySelectorAll("data")];
  if (values.length) {
    const shown = values.map(v => v.textContent);
    const button = make("button", { type: "button", textContent: "exact digits" });
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") === "false";
      button.setAttribute("aria-pressed", String(on));
      button.textContent = on ? "rounded digits" : "exact digits";
      values.forEach((v, at) => {
        v.textContent = on ? v.value.replace(/^\d{5,}$/, all => all.replace(/\B(?=(\d{3})+$)/g, "\u202f")) : shown[at];
      });
    });
    const tools = make("div", { className: "tools" });
    tools.append(button);
    document.querySelector("header").append(tools);
  }

  const tip = make("div", { id: "tip", hidden: true });
  document.body.append(tip);
  // The browser's own tip would come late, and beside this one.
  for (const mark of document.querySelectorAll(".mark > title")) {
    mark.parentNode.dataset.tip = mark.textContent;
    mark.parentNode.setAttribute("aria-label", mark.textContent);
    mark.remove();
  }
  const point = event => {
    const mark = event.target.closest ? event.target.closest(".mark") : null;
    tip.hidden = !mark || !mark.dataset.tip;
    if (tip.hidden) return;
    tip.textContent = mark.dataset.tip;
    const room = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(event.clientX + 12, innerWidth - room.width - 4)) + "px";
    tip.style.top = (event.clientY + 16 + room.height > innerHeight
      ? event.clientY - room.height - 10 : event.clientY + 16) + "px";
  };
  document.addEventListener("pointermove", point);
  document.addEventListener("pointerdown", point);
})();
)js";
  return Text;
}

} // namespace toscount
