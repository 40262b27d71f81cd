// What a reader does: searches, listens, compares, checks, cites; with a mouse and with keys alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { DOCUMENTS, begin, picture, quiet, settled, until } from "./room.js";

const PHRASE = '"running again by Easter"';
// Where archive.py has it said, and which line that is.
const SAID_AT_SECONDS = 21.75;
const SAID_LINE = "s4";

let room;
before(async () => { room = await begin(); });
after(async () => { await room?.close(); });

/** A test with a page of its own, which must have been quiet at its end. */
function reads(name, { analysed = false, profile = {} }, read) {
  test(name, async (t) => {
    if (analysed && !room.isAnalysed) return t.skip("nothing is analysed: the parser is not in the cache");
    const page = await room.page(profile);
    await read(page);
    quiet(page);
    await page.context().close();
  });
}

const currentTime = (page) => page.locator("#player").evaluate((player) => player.currentTime);
const isCurrent = (id) => document.getElementById(id).classList.contains("current");
const focused = (page) => page.evaluate(() => document.activeElement.closest("li")?.id || document.activeElement.id);

reads("a hit opens its recording at its second, and playing leads along the lines", {}, async (page) => {
  await page.goto("/");
  await page.getByRole("searchbox", { name: "Words, a quote or a question" }).fill(PHRASE);
  await page.getByRole("button", { name: "Search" }).click();
  const hit = page.locator("#hits > li", { hasText: "running again by Easter" }).first();
  assert.match(await hit.locator("mark").first().textContent(), /running/);
  await hit.locator("a.time").click();
  await page.waitForURL(`**/documents/*?t=${SAID_AT_SECONDS}#${SAID_LINE}`);
  await until(page, "the player stands at the second of the hit", (at) => document.querySelector("#player").currentTime === at, SAID_AT_SECONDS);
  await until(page, "the line of the hit is current", isCurrent, SAID_LINE);
  assert.equal(await page.locator("#player").evaluate((player) => player.paused), true, "nothing plays before it is asked for");

  await page.goto(`${DOCUMENTS.recorded}?t=28.5`);
  await until(page, "the line before is current", isCurrent, "s4");
  await page.keyboard.press("p");
  await until(page, "the next line becomes current as it is spoken", isCurrent, "s5");
  assert.equal(await page.locator(".current").count(), 1);
  assert.ok(await currentTime(page) >= 28.9);
  await page.keyboard.press("p");
  await until(page, "p pauses", () => document.querySelector("#player").paused);
  const paused = await currentTime(page);
  await page.keyboard.press("]");
  await until(page, "] goes on by five seconds", (from) => document.querySelector("#player").currentTime > from + 4.9, paused);

  await page.locator("#s9 a.time").click();
  await until(page, "a click on a time plays from there", () => document.querySelector("#player").currentTime >= 49.5 && !document.querySelector("#player").paused);
  assert.match(page.url(), /t=49\.5#s9$/);
});

reads("search as one types, filters, back, and more hits", {}, async (page) => {
  await page.goto("/?q=ferry");
  await page.locator("#q").fill("herring");
  await until(page, "the title says what is found", () => document.title.startsWith("herring:"));
  assert.match(page.url(), /q=herring/);
  await page.goto("/?q=herring&group=0&mode=words");
  const count = await page.locator("#hits > li").count();
  await page.locator("[data-more]").click();
  await until(page, "more hits are added", (before) => document.querySelectorAll("#hits > li").length > before, count);
  await page.goto("/?q=ferry");
  await page.locator("#narrow a", { hasText: "Coast TV" }).first().click();
  await page.waitForURL(/outlet=Coast/);
  await until(page, "all hits are of the outlet", () => [...document.querySelectorAll("#hits .where a:first-child")].every((link) => link.textContent === "Coast TV"));
  assert.equal(await page.locator("#outlet").inputValue(), "Coast TV");
  await page.goBack();
  await until(page, "back takes the filter off", () => document.querySelector("#outlet").value === "");
});

reads("names as they were heard and as they are repaired", { analysed: true }, async (page) => {
  const lineReads = (name) =>
    until(page, `the line reads ${name}`, (name) => document.querySelector("#s3 .text").innerText.includes(`Ingrid ${name} said`), name);
  await page.goto(DOCUMENTS.recorded);
  await lineReads("Valkvist");
  await page.getByLabel("Names as repaired").check();
  await lineReads("Valkwist");
  await picture(page, "light-document-repaired");
  await page.reload();
  assert.match(page.url(), /repaired=1/);
  await lineReads("Valkwist");
  await settled(page);
  await page.locator("body").press("r");
  await lineReads("Valkvist");
  assert.doesNotMatch(page.url(), /repaired/);
});

reads("finding inside of a transcript, choosing lines and citing them", {}, async (page) => {
  await page.goto(DOCUMENTS.recorded);
  await page.getByLabel("Find in this transcript").fill("ferry");
  await until(page, "lines are counted", () => /^\d+ lines$/.test(document.querySelector("#find-status").textContent));
  await page.getByRole("button", { name: "Next" }).click();
  await until(page, "the first of them is told", () => /^1 of \d+$/.test(document.querySelector("#find-status").textContent));
  await page.locator("#s4 .pick input").check();
  await page.locator("#s6 .pick input").check();
  await until(page, "the citation holds the lines", () => document.querySelector("#citation").textContent.includes("We had a very good call"));
  assert.equal(await page.locator(".chosen").count(), 3);
  assert.equal(await page.locator("#chosen").textContent(), "Chosen: 00:21 to 00:34");
  await page.getByLabel("BibTeX").check();
  await until(page, "the citation changes its form", () => document.querySelector("#citation").textContent.trim().startsWith("@"));
  await page.getByRole("button", { name: "Clear" }).click();
  assert.equal(await page.locator(".chosen").count(), 0);
});

reads("a recording elsewhere is not touched before it is asked for", {}, async (page) => {
  // The browser reaches no other host; this answers in the place of one.
  await page.route("https://www.youtube-nocookie.com/**", (route) => route.fulfill({ contentType: "text/html", body: "<title>player</title>" }));
  await page.goto(`${DOCUMENTS.embedded}?t=15.5#s2`);
  const button = page.getByRole("button", { name: /Play from/ });
  await button.waitFor();
  assert.match(await button.textContent(), /Play from 00:15/);
  assert.equal(await page.locator("iframe").count(), 0);
  quiet(page);
  await page.locator("#s3 a.time").click();
  quiet(page);
  assert.match(await button.textContent(), /Play from 00:24/);
  await button.click();
  const frame = page.locator("iframe#player");
  await frame.waitFor();
  const source = new URL(await frame.getAttribute("src"));
  assert.equal(source.origin, "https://www.youtube-nocookie.com");
  assert.equal(source.searchParams.get("start"), "24");
  await page.waitForLoadState("networkidle");
  const others = page.problems.filter((problem) => !problem.startsWith("other host: https://www.youtube-nocookie.com/embed/"));
  assert.deepEqual(others, []);
  page.problems.length = 0;
});

reads("a story side by side, with what its sources tell differently", { analysed: true }, async (page) => {
  await page.goto("/stories");
  await page.getByRole("link", { name: /Mayor Ingrid Valkwist/ }).click();
  await page.waitForURL(/\/stories\/./);
  assert.deepEqual((await page.locator("table.axis thead th").allTextContents()).sort(), ["Ansel Post", "Ansel Radio", "Coast TV", "Day", "Dockside"]);
  const steps = await page.locator("section[aria-labelledby=steps] li.entry").allTextContents();
  assert.ok(steps.length > 0);
  assert.equal(new Set(steps).size, steps.length, "no step is told twice");
  const days = page.locator(".card", { hasText: "Which day" }).first();
  const marked = await days.locator("mark").allTextContents();
  assert.equal(marked.length, 2);
  assert.notEqual(marked[0], marked[1]);
  assert.match(marked.join(" "), /Wednesday/);
  assert.match(marked.join(" "), /Thursday/);
  const durations = page.locator(".card", { hasText: "How long" });
  await durations.getByRole("link", { name: /^open, \d/ }).first().click();
  await page.waitForURL(/\/documents\/.*\?t=.*#s\d+$/);
  await until(page, "the line is current", () => document.querySelector("#lines > li.current") !== null);
});

reads("quotes of a pasted text, each with its verdict", {}, async (page) => {
  await page.goto("/check");
  await page.getByLabel("Quote or article").fill([
    "The mayor said: “We had a very good call and I think we will have the ferry running again by Easter.”",
    "Others heard: “We had a very bad call and I think we will never have the ferry running again by Easter.”",
    "And: “The moon is made of cheese, and the gulls of the north pier know it well.”",
  ].join("\n\n"));
  await page.getByRole("button", { name: "Check" }).click();
  await page.locator("#outcome").waitFor();
  const verdicts = (await page.locator(".card .verdict").allTextContents()).map((text) => text.trim());
  assert.deepEqual(verdicts, ["verbatim", "altered", "not in this record"]);
  const altered = page.locator(".card.is-altered");
  assert.match((await altered.locator("del").allTextContents()).join(" "), /bad/);
  assert.match((await altered.locator("ins").allTextContents()).join(" "), /good/);
  await picture(page, "light-check-altered");
  await page.locator(".card.is-verbatim").getByRole("link", { name: /hear or read it/ }).click();
  await page.waitForURL(`**/documents/*?t=${SAID_AT_SECONDS}#${SAID_LINE}`);
});

reads("words compared: a chart that is drawn, numbers that lead to their passages", {}, async (page) => {
  await page.goto("/compare");
  await page.getByLabel("Word 1").fill("ferry");
  await page.getByLabel("Word 2").fill("storm");
  await page.getByRole("button", { name: "Compare" }).click();
  await until(page, "the chart is drawn", () => document.querySelector("img.chart")?.naturalWidth > 0);
  const number = page.locator("td.num a").first();
  const passages = Number(await number.textContent());
  await number.click();
  await page.locator("#hits").waitFor();
  assert.match(await page.locator("#results-title").textContent(), new RegExp(`: ${passages} passage`));
});

reads("with keys alone", {}, async (page) => {
  await page.goto("/");
  await page.keyboard.press("/");
  assert.equal(await focused(page), "q");
  await page.keyboard.type(PHRASE);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\?q=/);
  await page.locator("#hits").waitFor();
  await page.keyboard.press("j");
  const at = () => page.locator("#hits > li").evaluateAll((hits) => hits.findIndex((hit) => hit.classList.contains("at")));
  assert.equal(await at(), 0);
  await page.keyboard.press("k");
  assert.equal(await at(), 0, "there is nothing before the first");
  const count = await page.locator("#hits > li").count();
  if (count > 1) {
    await page.keyboard.press("j");
    assert.equal(await at(), 1);
    await page.keyboard.press("k");
  }
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/documents\//);
  await until(page, "the line of the hit is current", isCurrent, SAID_LINE);
  await page.keyboard.press("j");
  assert.equal(await focused(page), "s5", "j goes on from the line that is current");
  await page.keyboard.press("k");
  await page.keyboard.press("k");
  assert.equal(await focused(page), "s3");
  await page.keyboard.press("Enter");
  await until(page, "Enter plays from the line", () => !document.querySelector("#player").paused && document.querySelector("#player").currentTime >= 18);
  await page.keyboard.press("p");
  await page.keyboard.press("r");
  assert.equal(await page.locator("#lines.show-repaired").count(), 1);
  await page.keyboard.press("?");
  assert.equal(await page.locator("dialog#keys").evaluate((dialog) => dialog.open), true);
  await picture(page, "light-keys");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("dialog#keys").evaluate((dialog) => dialog.open), false);
  await page.keyboard.press("/");
  assert.equal(await focused(page), "q");
  // In a box a letter is a letter.
  await page.keyboard.type("jr");
  assert.equal(await page.locator("#q").inputValue(), "jr");
});

reads("the reader's colours stay", { profile: { colorScheme: "light" } }, async (page) => {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto("/about");
  const light = await paper();
  await page.getByRole("button", { name: /Colours/ }).click();
  const dark = await paper();
  assert.notEqual(dark, light);
  await page.goto("/outlets");
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  assert.equal(await paper(), dark);
});

test("without scripts: search, a document at a line, citing lines by boxes, checking a quote", async () => {
  const page = await room.page({ javaScriptEnabled: false });
  await page.goto("/");
  await page.locator("#q").fill(PHRASE);
  await page.getByRole("button", { name: "Search" }).click();
  await page.locator("#hits > li a.time").first().click();
  await page.waitForURL(`**/documents/*?t=${SAID_AT_SECONDS}#${SAID_LINE}`);
  assert.equal(await page.locator("li:target").getAttribute("id"), SAID_LINE);
  assert.equal(await page.locator(".js-only:visible").count(), 0);
  await picture(page, "light-document-without-scripts");

  await page.locator("#s4 .pick input").check();
  await page.locator("#s5 .pick input").check();
  await page.getByLabel("Markdown").check();
  await page.getByRole("button", { name: "Cite the ticked lines" }).click();
  await page.waitForURL(/cite=4&cite=5/);
  const citation = await page.locator("#citation").textContent();
  assert.match(citation, /We had a very good call.*We're going to meet/s);
  assert.equal(await page.getByLabel("Markdown").isChecked(), true);
  const ticked = await page.locator(".pick input:checked").evaluateAll((boxes) => boxes.map((box) => box.value));
  assert.deepEqual(ticked, ["4", "5"], "the boxes say what is cited");
  await picture(page, "light-document-cited-without-scripts");

  await page.goto("/check");
  await page.getByLabel("Quote or article").fill("“We had a very good call and I think we will have the ferry running again by Easter.”");
  await page.getByRole("button", { name: "Check" }).click();
  await page.locator(".card.is-verbatim").waitFor();

  await page.goto("/compare?term=ferry&term=storm");
  assert.ok(await page.locator("img.chart").evaluate((chart) => chart.naturalWidth) > 0);
  await page.getByRole("link", { name: "Keyboard" }).click();
  assert.equal(await page.locator("dialog#keys").isVisible(), true);
  quiet(page);
  await page.context().close();
});
