// A headless Chromium that opens pages from files and holds them to silence: nothing may leave the
// page, and nothing may be said on its console.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
/** Where screenshots are left. */
export const shots = join(root, "target", "browser");
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = process.env.CHROMIUM ?? places.find((place) => existsSync(place));

/** An answer is waited for so long before it counts as none, in milliseconds. */
const MOST_WAIT_MS = 120_000;

let folder;
let context;

/** Starts the browser; gives back a folder for the pages. */
export async function start() {
  assert.ok(executablePath, "Chromium is not there; CHROMIUM names it");
  mkdirSync(shots, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), "report-"));
  context = await launch("profile");
  return folder;
}

export async function stop() {
  await context?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
}

/** Opens a report, does something with it and holds it to silence. */
export async function withPage(url, act, { javaScript = true, ...options } = {}) {
  const owner = javaScript ? context : await launch("scriptless", { javaScriptEnabled: false });
  const page = await owner.newPage();
  // A page of five thousand errors is laid out anew after each click; a busy machine takes its time for that.
  page.setDefaultTimeout(MOST_WAIT_MS);
  const noise = [];
  const requests = [];
  page.on("console", (message) => noise.push(message.text()));
  page.on("pageerror", (error) => noise.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  try {
    if (options.viewport) await page.setViewportSize(options.viewport);
    if (options.colorScheme) await page.emulateMedia({ colorScheme: options.colorScheme });
    await page.goto(url);
    await act(page);
    assert.deepEqual(noise, [], "the console is silent");
    const left = requests.filter((request) => request.split("#")[0] !== url && !request.startsWith("data:"));
    assert.deepEqual(left, [], "no request leaves the page");
  } finally {
    await page.close();
    if (owner !== context) await owner.close();
  }
}

/** A browser with an empty profile of its own. */
function launch(profile, options = {}) {
  return chromium.launchPersistentContext(join(folder, profile), {
    executablePath,
    headless: true,
    viewport: { width: 1400, height: 900 },
    args: [
      "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
    ...options,
  });
}

/** Runs in the page: every text whose contrast with its ground is below 4.5. */
export function faintTexts() {
  const parse = (color) => {
    const numbers = color.match(/[\d.]+/g).map(Number);
    return { rgb: numbers.slice(0, 3), alpha: numbers[3] ?? 1 };
  };
  const over = (top, below) => top.rgb.map((value, at) => value * top.alpha + below[at] * (1 - top.alpha));
  const ground = (element) => {
    const layers = [];
    for (let box = element; box; box = box.parentElement) layers.push(parse(getComputedStyle(box).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => value / 255).map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || element.closest("svg, script, title, [hidden]") || !element.checkVisibility()) continue;
    const below = ground(element);
    const text = over(parse(getComputedStyle(element).color), below);
    const [bright, dim] = [luminance(text), luminance(below)].sort((a, b) => b - a);
    const contrast = (bright + 0.05) / (dim + 0.05);
    if (contrast < 4.5) faint.add(`${element.tagName}.${element.className}: ${contrast.toFixed(2)}`);
  }
  return [...faint];
}
