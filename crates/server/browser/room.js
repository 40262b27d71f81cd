// What the tests share: an archive that is served, a browser, and pages that are watched.
//
//   archive.py --> folder --init, analyse, serve--> address --> watched pages of Chromium
//
// ONRECORD names the program. ONRECORD_BROWSER_PACKAGES names the folder that holds node_modules; it lies outside of
// the clone. ONRECORD_SCREENSHOTS names a folder for pictures of what was seen; without it none are made.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
// Imports look for node_modules above this file alone; `require` can be told to look elsewhere.
const packages = createRequire(join(resolve(process.env.ONRECORD_BROWSER_PACKAGES || here), "package.json"));
const { chromium } = packages("playwright-core");
const axe = readFileSync(packages.resolve("axe-core/axe.min.js"), "utf8");

const program = resolve(process.env.ONRECORD || "onrecord");
const screenshots = process.env.ONRECORD_SCREENSHOTS;

// The width of a common phone.
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
export const DESK = { viewport: { width: 1280, height: 900 } };

// The parser of sentences; without it nothing is analysed, and no stories are told.
const PARSER = "en-core-web-sm";
const START_LIMIT_MS = 20_000;
const END_LIMIT_MS = 5_000;

const MORNING = "Ansel Radio - Morning Tide";
const EVENING = "Coast TV - Evening News";
const LATE = "Dockside - Late Watch";
const page = (path) => "/documents/" + encodeURIComponent(path);

// Documents of archive.py by what they are here for.
export const DOCUMENTS = {
  recorded: page(`${MORNING}/talks.md`),
  embedded: page(`${EVENING}/talks.md`),
  untimed: page(`${EVENING}/untimed.md`),
  long: page(`${LATE}/watch.md`),
  rightToLeft: page(`${LATE}/right to left.md`),
  hostile: page(`${MORNING}/it's "odd" & <b>loud.md`),
  article: page("Articles/talks, first version.txt"),
  hostileArticle: page("Articles/loud words.txt"),
};
export const SHOW = MORNING;
export const OUTLET = "Ansel Radio";
export const PERSON = "Ingrid Valkwist";

// No archive of the user's own may be opened by mistake.
const environment = { ...process.env };
delete environment.ONRECORD_ARCHIVE;

function run(folder, ...given) {
  return execFileSync(program, given, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], env: environment });
}

function hasParser(folder) {
  const models = run(folder, "models", "--json").trim().split("\n").map((line) => JSON.parse(line));
  return models.some((model) => model.name === PARSER && model.state === "present");
}

/** Makes an archive, serves it, and opens a browser. */
export async function begin() {
  const room = new Room();
  try {
    await room.begin();
  } catch (error) {
    await room.close();
    throw error;
  }
  return room;
}

class Room {
  folder = mkdtempSync(join(tmpdir(), "onrecord-room-"));
  server = null;
  browser = null;
  address = null;
  isAnalysed = false;

  async begin() {
    const root = join(this.folder, "news");
    execFileSync("python3", [join(here, "archive.py"), root], { stdio: "inherit" });
    run(this.folder, "init", root, "--quiet");
    this.isAnalysed = hasParser(root);
    if (this.isAnalysed) run(root, "analyse", "--quiet");
    else console.log(`skipped: stories, people and repaired names, for the model ${PARSER} is not in the cache; \`onrecord models fetch ${PARSER}\` gets it`);

    this.server = spawn(program, ["serve", "--port", "0", "--quiet"], { cwd: root, stdio: ["ignore", "pipe", "inherit"], env: environment });
    this.address = await new Promise((done, failed) => {
      const late = setTimeout(() => failed(new Error("the server printed no address")), START_LIMIT_MS);
      this.server.once("error", failed);
      this.server.once("exit", (status) => failed(new Error(`the server ended with ${status}`)));
      createInterface({ input: this.server.stdout }).once("line", (line) => {
        clearTimeout(late);
        done(line.trim().replace(/\/$/, ""));
      });
    });

    this.browser = await chromium.launch({
      executablePath: process.env.ONRECORD_CHROMIUM || "/usr/bin/chromium",
      args: [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        // Whatever a page or the browser itself asks for, no other host is ever reached.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      ],
    });
  }

  /** A page in a fresh profile. What it must never do is noted in `page.problems`. */
  async page(options = {}) {
    const context = await this.browser.newContext({ baseURL: this.address, ...DESK, ...options });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    page.problems = [];
    const note = (problem) => page.problems.push(problem);
    page.on("console", (message) => {
      // Chromium tells of every answer of 400 and more; which of them are expected is looked at by the tests.
      const isStatus = message.text().startsWith("Failed to load resource: the server responded with a status");
      if (["error", "warning"].includes(message.type()) && !isStatus) note(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => note(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
      note(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (["http:", "https:", "ws:", "wss:"].includes(url.protocol) && url.origin !== this.address) note(`other host: ${url}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400 && !response.request().isNavigationRequest()) note(`${response.status()}: ${response.url()}`);
    });
    page.on("websocket", (socket) => note(`socket: ${socket.url()}`));
    return page;
  }

  async close() {
    await this.browser?.close();
    const { server } = this;
    if (server?.pid && server.exitCode === null && server.signalCode === null) {
      const gone = new Promise((done) => server.once("exit", done));
      process.kill(server.pid, "SIGTERM");
      // A server that hangs on its way out must not hang the tests.
      const late = setTimeout(() => process.kill(server.pid, "SIGKILL"), END_LIMIT_MS);
      await gone;
      clearTimeout(late);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Fails if a page did what none may do. */
export function quiet(page) {
  assert.deepEqual(page.problems, [], page.url());
}

/** Waits until `holds` is true in the page; says `what` was waited for if it never is. */
export async function until(page, what, holds, argument) {
  try {
    await page.waitForFunction(holds, argument, { timeout: 8_000 });
  } catch (error) {
    assert.fail(`${what}: never so at ${page.url()} (${error.message.split("\n")[0]})`);
  }
}

/** Waits until a page and its scripts have come; the second script of a transcript is fetched by the first. */
export async function settled(page) {
  await page.waitForLoadState("load");
  await until(page, "the script of the transcript has come", () =>
    !document.documentElement.classList.contains("js") || !document.querySelector("#lines > li")
    || performance.getEntriesByType("resource").some((entry) => entry.name.endsWith("/document.js")));
}

// All that the guidelines ask for; and what may differ between light and dark.
export const GUIDELINES = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
export const COLOURS = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

/** Serious findings of axe, as lines. */
export async function findings(page, rules) {
  // Evaluated, not added as a script: the policy of the pages refuses scripts of others, and stays in force.
  await page.evaluate(axe);
  const { violations } = await page.evaluate((runOnly) => globalThis.axe.run(document, { resultTypes: ["violations"], runOnly }), rules);
  return violations
    .filter((violation) => ["serious", "critical"].includes(violation.impact))
    .flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(" ")}: ${node.failureSummary.replace(/\s+/g, " ").slice(0, 200)}`));
}

/** What reaches out of the window, as lines; what scrolls inside of its own box may be wider. */
export async function tooWide(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll("body *")].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width && box.right > width + 1 && !element.closest(".scroll");
    });
    const name = (element) => element.tagName.toLowerCase() + (element.id && "#" + element.id) + (element.className && "." + element.className);
    return [`the page is ${document.documentElement.scrollWidth} wide, the window ${width}`, ...wide.slice(0, 5).map(name)];
  });
}

export async function picture(page, name) {
  if (!screenshots) return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}
