// Every page, in light, in dark and on a phone: what none of them may do, whatever stands in it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { COLOURS, DESK, DOCUMENTS, GUIDELINES, OUTLET, PERSON, PHONE, SHOW, begin, findings, picture, quiet, settled, tooWide } from "./room.js";

const CHECKED = "“We had a very good call and I think we will have the ferry running again by Easter.” “The moon is made of cheese, and the gulls know it.”";

// `analysed` pages show what `analyse` finds; `opens` is the name of a link that leads on from the address; `status` is
// that of an answer which is no page.
const PAGES = [
  { name: "start", address: "/" },
  { name: "search", address: "/?q=ferry" },
  { name: "search-narrowed", address: "/?q=ferry&outlet=Coast+TV&after=2026-01-01&group=0" },
  { name: "search-nothing", address: "/?q=zeppelin&mode=words" },
  { name: "search-unfit", address: "/?q=%22open" },
  { name: "search-hostile", address: "/?q=" + encodeURIComponent('"><script>alert(8)</script>') },
  { name: "document", address: DOCUMENTS.recorded + "?t=21.75#s4" },
  { name: "document-embedded", address: DOCUMENTS.embedded },
  { name: "document-untimed", address: DOCUMENTS.untimed },
  { name: "document-long", address: DOCUMENTS.long },
  { name: "document-right-to-left", address: DOCUMENTS.rightToLeft },
  { name: "document-hostile", address: DOCUMENTS.hostile },
  { name: "document-cited", address: DOCUMENTS.recorded + "?cite=1&cite=3&format=bibtex" },
  { name: "article", address: DOCUMENTS.article },
  { name: "article-checked", address: DOCUMENTS.article + "/quotations" },
  { name: "article-hostile", address: DOCUMENTS.hostileArticle },
  { name: "stories", address: "/stories", analysed: true },
  { name: "story", address: "/stories", analysed: true, opens: /Mayor Ingrid Valkwist/ },
  { name: "story-hostile", address: "/stories", analysed: true, opens: /town hall/ },
  { name: "people", address: "/people", analysed: true },
  { name: "person", address: "/people/" + encodeURIComponent(PERSON), analysed: true },
  { name: "outlets", address: "/outlets" },
  { name: "outlet", address: "/outlets/" + encodeURIComponent(OUTLET) },
  { name: "show", address: "/shows/" + encodeURIComponent(SHOW) },
  { name: "compare", address: "/compare" },
  { name: "compare-chart", address: "/compare?term=ferry&term=storm&by=month" },
  { name: "compare-outlets", address: "/compare?term=ferry&by=week&per=outlet" },
  { name: "check", address: "/check" },
  { name: "check-verdicts", address: "/check?text=" + encodeURIComponent(CHECKED) },
  { name: "api", address: "/api" },
  { name: "about", address: "/about" },
  { name: "missing", address: "/documents/nothing-of-that-name", status: 404 },
  { name: "nowhere", address: "/nowhere", status: 404 },
];

// Three times what a pass over all pages takes on a busy machine of two cores.
const LIMIT_MS = 180_000;

// What a text of the archive would have made if it had been taken for markup.
const hostileElements = () => [
  ...document.querySelectorAll("img:not(.chart), main script, main b:not([data-embed-label], .notes b, .passage b), main [onmouseover], main [onerror]"),
].map((element) => element.outerHTML);

let room;
before(async () => { room = await begin(); });
after(async () => { await room?.close(); });

async function open(page, { address, opens, status = 200 }) {
  let response = await page.goto(address);
  if (opens) {
    const opened = page.waitForResponse((answer) => answer.request().isNavigationRequest());
    await page.getByRole("link", { name: opens }).first().click();
    response = await opened;
  }
  await settled(page);
  assert.equal(response.status(), status, page.url());
}

/** Looks at all pages one after the other, and tells of all that is wrong, not of the first alone. */
async function each(options, look) {
  const problems = [];
  const page = await room.page(options);
  for (const kind of PAGES.filter((kind) => room.isAnalysed || !kind.analysed)) {
    page.problems.length = 0;
    try {
      await open(page, kind);
      for (const problem of [...(await look(page, kind)), ...page.problems]) problems.push(`${kind.name}: ${problem}`);
    } catch (error) {
      problems.push(`${kind.name}: ${error.message}`);
    }
  }
  await page.context().close();
  assert.deepEqual(problems, []);
}

test("in light: nothing of other hosts, no hostile element, no serious finding", { timeout: LIMIT_MS }, async () => {
  await each({ ...DESK, colorScheme: "light" }, async (page, { name }) => {
    await picture(page, `light-${name}`);
    return [...(await page.evaluate(hostileElements)), ...(await tooWide(page)), ...(await findings(page, GUIDELINES))];
  });
});

test("in dark: dark paper, and no serious finding", { timeout: LIMIT_MS }, async () => {
  await each({ ...DESK, colorScheme: "dark" }, async (page, { name }) => {
    await picture(page, `dark-${name}`);
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const isDark = Math.max(...paper.match(/\d+/g).slice(0, 3).map(Number)) < 64;
    return [...(isDark ? [] : [`the paper is ${paper}`]), ...(await findings(page, COLOURS))];
  });
});

test("on a phone: nothing is wider than the window", { timeout: LIMIT_MS }, async () => {
  await each(PHONE, async (page, { name }) => {
    await picture(page, `phone-${name}`);
    return tooWide(page);
  });
});

test("the first page is small, and drawn soon", async () => {
  const page = await room.page();
  await page.goto("/");
  await page.waitForLoadState("networkidle");
  const { bytes, painted } = await page.evaluate(async () => {
    const loaded = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return { bytes: loaded.reduce((sum, entry) => sum + entry.transferSize, 0), painted: paint?.startTime };
  });
  console.log(`the first page: ${(bytes / 1000).toFixed(1)} kB transferred, first contentful paint after ${painted?.toFixed(0)} ms`);
  // How soon it is drawn depends on what else the machine does, so that it is only told.
  assert.ok(bytes > 0 && bytes < 100_000, `${bytes} bytes`);
  quiet(page);
});
