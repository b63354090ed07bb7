// The pages of the other two tools, the diagnosis and the comparison, in headless Chromium: read,
// opened, printed, in the dark, in a narrow window and without scripts. See README.md.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { faintTexts, root, shots, start, stop, withPage } from "./browser.js";

let pages;
let notes;

before(async () => {
  const folder = await start();
  const tools = process.env.TOOLS ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug");
  if (!process.env.TOOLS) {
    const packages = ["aggregate_plex_logs", "diagnose_from_report", "compare_metrics", "testkit"];
    execFileSync("cargo", ["build", "-q", "--bins", ...packages.flatMap((name) => ["-p", name])], { cwd: root });
  }
  const run = (tool, ...args) => {
    const ended = spawnSync(join(tools, tool), args, { cwd: folder, encoding: "utf8" });
    assert.ok(ended.status <= 2, `${tool}: ${ended.stderr}`);
  };
  // Three runs over invented logs: the middle one has more failures, the last one fewer.
  for (const [name, failures] of [["1", "0.2"], ["2", "0.4"], ["3", "0.05"]]) {
    run("generate_logs", "--out", name, "--seed", name, "--mb", "2", "--failures", failures, "--now", `2026-02-0${name}T18:00:00`);
    const logs = readdirSync(join(folder, name), { recursive: true }).find((file) => /com\.plexapp\.agents\.[^/\\]*\.log$/.test(file));
    run("aggregate_plex_logs", "--log-dir", join(name, dirname(logs)), "--hours", "all", "--format", "json", "--output", `${name}.json`);
  }
  writeFileSync(join(folder, "fix.json"), JSON.stringify([
    { metric: "url_errors", reduce_by: "30%" }, { kind: "http-403", at_most: 0 },
  ]));
  run("diagnose_from_report", "--report", "2.json", "--output", "diagnosis.html");
  // A person writes into it, and it is made again.
  const page = join(folder, "diagnosis.html");
  notes = "seen with <b>my own</b> eyes & \"twice\"";
  const written = readFileSync(page, "utf8").replace(/(<!-- notes E-[^\n]*-->\n)/, (opening) => `${opening}${notes.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}\n`);
  writeFileSync(page, written);
  run("diagnose_from_report", "--report", "2.json", "--output", "diagnosis.html");
  run("compare_metrics", "--baseline", "1.json", "--baseline", "2.json", "--current", "3.json", "--fix-name", "Retry after 403",
    "--expect", "fix.json", "--output", "comparison.html");
  pages = Object.fromEntries(["diagnosis", "comparison"].map((name) => [name, pathToFileURL(join(folder, `${name}.html`)).href]));
});

after(stop);

/** Every page in turn. */
async function each(act, options = {}) {
  for (const [name, url] of Object.entries(pages)) await withPage(url, (page) => act(page, name), options);
}

test("both pages are whole, and what they say can be found in them", async () => {
  await withPage(pages.diagnosis, async (page) => {
    assert.equal(await page.textContent("h1"), "Error categorization");
    for (const id of ["summary", "types", "agents", "several", "single", "noise", "gaps"]) assert.equal(await page.locator(`section#${id}`).count(), 1, id);
    assert.ok((await page.textContent("main")).includes(notes), "the person's note is shown as it was typed");
  });
  await withPage(pages.comparison, async (page) => {
    assert.match(await page.textContent("main"), /KEEP|MONITOR|ROLLBACK/);
    assert.match(await page.textContent("body"), /Retry after 403/);
    assert.ok((await page.locator("main svg").count()) >= 2, "there are charts");
  });
});

test("headings stand in order, tables have heads, links lead somewhere", async () => {
  await each(async (page, name) => {
    const levels = await page.$$eval("h1, h2, h3, h4, h5", (headings) => headings.map((heading) => Number(heading.tagName[1])));
    assert.equal(levels.filter((level) => level === 1).length, 1, name);
    levels.slice(1).forEach((level, at) => assert.ok(level <= levels[at] + 1, `${name}: h${levels[at]} before h${level}`));
    const bare = await page.$$eval("table", (tables) => tables.filter((table) => !table.caption?.textContent || !table.querySelector("thead th[scope=col]")).length);
    assert.equal(bare, 0, name);
    const ids = await page.$$eval("[id]", (all) => all.map((element) => element.id));
    assert.equal(new Set(ids).size, ids.length, `${name}: ids are unique`);
    const dead = await page.$$eval("a[href^='#']", (links) => links.map((link) => decodeURIComponent(link.hash.slice(1))).filter((id) => !document.getElementById(id)));
    assert.deepEqual(dead, [], name);
  });
});

test("every chart says in words what it shows and stays inside its frame", async () => {
  await withPage(pages.comparison, async (page) => {
    const charts = await page.$$eval("main svg[role=img]", (all) => all.map((svg) => {
      const frame = svg.getBoundingClientRect();
      const outside = [...svg.querySelectorAll("text")].filter((text) => {
        const box = text.getBoundingClientRect();
        return box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
      }).map((text) => text.textContent);
      return { named: Boolean(svg.getAttribute("aria-label") || svg.getAttribute("aria-labelledby") || svg.querySelector("title")), outside };
    }));
    assert.ok(charts.length > 0);
    for (const chart of charts) assert.deepEqual(chart, { named: true, outside: [] });
  });
});

test("a table sorts by its heads", async () => {
  await withPage(pages.diagnosis, async (page) => {
    const column = () => page.$$eval("#types tbody tr", (rows) => rows.map((row) => Number(row.cells[row.cells.length - 3].textContent.replace(/\D/g, ""))));
    const button = page.locator("#types thead button").filter({ hasText: "Events" });
    await button.click();
    const once = await column();
    await button.click();
    const twice = await column();
    assert.ok(once.length > 3);
    assert.deepEqual([...once].sort((a, b) => a - b), once[0] <= once.at(-1) ? once : [...once].reverse());
    assert.deepEqual(twice, [...once].reverse());
  });
});

test("light and dark follow the system, and text stands out in both", async () => {
  const papers = {};
  for (const colorScheme of ["light", "dark"]) {
    await each(async (page, name) => {
      (papers[name] ??= []).push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
      assert.deepEqual(await page.evaluate(faintTexts), [], `${name}, ${colorScheme}: contrast below 4.5`);
      await page.evaluate(() => document.querySelectorAll("details").forEach((details, n) => { details.open = n < 3; }));
      await page.screenshot({ path: join(shots, `${name}-${colorScheme}.png`), fullPage: true });
    }, { colorScheme });
  }
  for (const [name, [light, dark]] of Object.entries(papers)) assert.notEqual(light, dark, name);
});

test("a narrow window scrolls no further than its width", async () => {
  await each(async (page, name) => {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `${name}: ${width}`);
    await page.screenshot({ path: join(shots, `${name}-narrow.png`), fullPage: true });
  }, { viewport: { width: 390, height: 844 } });
});

test("both pages print, with what is folded laid out", async () => {
  await each(async (page, name) => {
    const path = join(shots, `${name}.pdf`);
    await page.pdf({ path, format: "A4" });
    assert.ok(statSync(path).size > 30_000, name);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.isVisible("nav"), false, name);
    const flat = await page.$$eval("details", (all) => all.filter((details) => {
      const inner = details.querySelector(":scope > :not(summary)");
      return inner && inner.getBoundingClientRect().height < 1;
    }).length);
    assert.equal(flat, 0, `${name}: folded in print`);
  });
});

test("without scripts everything is there but what needs them", async () => {
  await each(async (page, name) => {
    assert.equal(await page.isVisible("#theme"), false, name);
    const folded = page.locator("main details:not([open]) > summary").first();
    if (await folded.count()) {
      await folded.click();
      assert.ok((await page.locator("main details[open]").count()) > 0, name);
    }
    assert.ok((await page.textContent("main")).length > 2000, name);
  }, { javaScript: false });
});
