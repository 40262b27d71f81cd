// The reading room of onrecord. Every page works without this file; it only saves the reader steps.
// What only a transcript needs stands in document.js, fetched when the page has one.
// Text from the server goes in through textContent. The one exception is the results region, which
// comes from our own address, already escaped, and is parsed by DOMParser (which runs no scripts).

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const root = document.documentElement;
root.classList.add("js");

const plainClick = (event) =>
  event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

// Private windows may refuse storage; a forgotten preference is no reason to stop.
const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* not kept */ } };
const recall = (key) => { try { return localStorage.getItem(key); } catch { return null; } };

/* ---------- light or dark ---------- */
// Kept in a cookie, so that the server can write data-theme itself and no page flashes white at night.
const themeButton = one("#theme");
if (themeButton) {
  const kept = /(?:^|; )theme=(dark|light)/.exec(document.cookie);
  let theme = root.dataset.theme || (kept ? kept[1] : "auto");
  const apply = () => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    themeButton.textContent = "Colours: " + { auto: "as the system", dark: "dark", light: "light" }[theme];
  };
  apply();
  themeButton.addEventListener("click", () => {
    theme = { auto: "dark", dark: "light", light: "auto" }[theme];
    document.cookie = "theme=" + theme + "; path=/; samesite=lax; max-age=" + (theme === "auto" ? 0 : 31536000);
    apply();
  });
}

/* ---------- search as one types ---------- */
const searchForm = one("form#search[data-live]");
if (searchForm) {
  const status = one("#status");
  let pending = null;
  let waiting = 0;
  let shown = location.search;

  // Empty fields and defaults stay out of the address, so that it can be read and passed on.
  const address = () => {
    const url = new URL(searchForm.action, location.href);
    // A filter without a field of its own (a month, a document) stays in force.
    url.search = location.search;
    for (const name of ["page", ...[...searchForm.elements].filter((f) => f.type !== "hidden").map((f) => f.name)]) {
      if (name) url.searchParams.delete(name);
    }
    for (const field of searchForm.elements) {
      if (!field.name || field.type === "hidden") continue;
      if (field.type === "checkbox") {
        if (!field.checked && field.hasAttribute("data-on")) url.searchParams.set(field.name, "0");
        else if (field.checked && !field.hasAttribute("data-on")) url.searchParams.set(field.name, field.value);
      } else if (field.value.trim() && field.value !== field.dataset.default) {
        url.searchParams.set(field.name, field.value.trim());
      }
    }
    return url;
  };

  // After a click on a filter or on "back" the fields must say what the results show.
  const fillFrom = (url) => {
    for (const field of searchForm.elements) {
      if (!field.name || field.type === "hidden" || field === document.activeElement) continue;
      const value = url.searchParams.getAll(field.name).pop();
      if (field.type === "checkbox") {
        field.checked = value === undefined ? field.hasAttribute("data-on") : value !== "0";
      } else field.value = value ?? field.dataset.default ?? "";
    }
  };

  const fragment = async (url) => {
    clearTimeout(waiting);
    if (pending) pending.abort();
    const mine = (pending = new AbortController());
    const results = one("#results");
    results.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, {
        headers: { "X-Fragment": "results" }, signal: mine.signal, cache: "no-store", credentials: "same-origin",
      });
      const text = await answer.text();
      const found = one("#results", new DOMParser().parseFromString(text, "text/html"));
      if (!found) throw new Error("no results in the answer (" + answer.status + ")");
      return found;
    } catch (problem) {
      if (problem.name !== "AbortError") status.textContent = "The archive did not answer. Press Search to try again.";
      return null;
    } finally {
      if (pending === mine) {
        pending = null;
        one("#results").removeAttribute("aria-busy");
      }
    }
  };

  const announce = (results) => {
    status.textContent = results.dataset.summary || "";
    if (results.dataset.title) document.title = results.dataset.title;
  };

  const load = async (url, history_ = "replace") => {
    const found = await fragment(url);
    if (!found) return;
    const old = one("#results");
    // If the reader stood inside the old results, put them back on the same link in the new ones.
    const stood = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(document.adoptNode(found));
    if (stood) {
      const key = stood.dataset.filter;
      const same = key && all("#results [data-filter]").find((link) => link.dataset.filter === key);
      (same || one("#results-title") || found).focus({ preventScroll: true });
    }
    if (history_ === "push") history.pushState(null, "", url);
    else if (history_ === "replace") history.replaceState(null, "", url);
    shown = location.search;
    announce(found);
  };

  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const asked = one("#q").value.trim();
      if (asked.length >= 3) load(address());
    }, 250);
  };
  searchForm.addEventListener("input", soon);
  searchForm.addEventListener("change", soon);
  searchForm.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    location.assign(address());
  });

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("#results a[data-filter], #results a[data-more]");
    if (!link || !plainClick(event)) return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin) return;
    event.preventDefault();
    if (link.dataset.filter !== undefined) {
      fillFrom(url);
      load(url, "push");
      return;
    }
    const found = await fragment(url);
    if (!found) return;
    const fresh = all("#hits > li", found);
    one("#hits").append(...fresh.map((hit) => document.adoptNode(hit)));
    const pager = one(".pager", found);
    if (pager) one("#results .pager").replaceWith(document.adoptNode(pager));
    else one("#results .pager").remove();
    // The link just pressed is gone; the next thing to read is the first of the new hits.
    if (fresh.length) mainLink(fresh[0]).focus({ preventScroll: true });
    status.textContent = fresh.length + " more shown";
  });

  addEventListener("popstate", () => {
    if (location.search === shown) return; // only the place in the page changed
    const url = new URL(location.href);
    fillFrom(url);
    load(url, "keep");
  });
}

/* ---------- narrowing a list that is already on the page ---------- */
for (const box of all("input[data-narrows]")) {
  const items = all(box.dataset.narrows + " > *");
  const tell = one("#" + box.getAttribute("aria-describedby"));
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLocaleLowerCase();
    let left = 0;
    for (const item of items) {
      item.hidden = !item.textContent.toLocaleLowerCase().includes(wanted);
      if (!item.hidden) left += 1;
    }
    if (tell) tell.textContent = wanted ? left + " of " + items.length + " shown" : "";
  });
}

/* ---------- keys ---------- */
const keys = one("#keys");
const mainLink = (item) => one("h3 a, a.time, a", item);
const lines = all("#lines > li");
const stops = () => (lines.length ? lines : all("#hits > li"));
let stop = -1;

function step(by) {
  const list = stops();
  if (!list.length) return;
  // Go on from where the reader is: the focused item, or else the line being spoken.
  const here = list.findIndex((item) => item.contains(document.activeElement));
  const spoken = list.findIndex((item) => item.classList.contains("current"));
  const from = here >= 0 ? here : list[stop]?.classList.contains("at") ? stop : spoken;
  for (const item of list) item.classList.remove("at");
  stop = Math.min(list.length - 1, Math.max(0, from + by));
  list[stop].classList.add("at");
  mainLink(list[stop]).focus({ preventScroll: true });
  list[stop].scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
}

const actions = {
  "/": () => {
    const box = one("#q");
    if (!box || !box.getClientRects().length) return location.assign("/"); // not on this page, or hidden on a phone
    box.focus();
    box.select();
  },
  "?": () => keys && keys.showModal(),
  j: () => step(1),
  k: () => step(-1),
  o: () => { const item = stops().find((each) => each.classList.contains("at")); if (item) mainLink(item).click(); },
};
actions.Enter = actions.o;

// People who speak to their computer, or lean on a key, can switch the single keys off.
const single = one("#single-keys");
if (single) {
  single.checked = recall("single-keys") !== "off";
  single.addEventListener("change", () => remember("single-keys", single.checked ? "on" : "off"));
}

document.addEventListener("keydown", (event) => {
  const action = Object.hasOwn(actions, event.key) ? actions[event.key] : null;
  if (!action || event.isComposing || event.repeat && event.key === " ") return;
  // Some keyboards reach the brackets only with Alt or AltGr.
  const bracket = event.key === "[" || event.key === "]";
  if (event.metaKey || ((event.ctrlKey || event.altKey) && !bracket)) return;
  if (single && !single.checked) return;
  const target = event.target;
  if (target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]")) return;
  // Space and Enter already mean something on links, buttons, boxes and the player itself.
  if ((event.key === " " || event.key === "Enter") && target.closest("a, button, input, summary, label, audio, video")) return;
  event.preventDefault();
  action();
});

for (const opener of all("[data-opens]")) {
  const dialog = document.getElementById(opener.dataset.opens);
  if (dialog) opener.addEventListener("click", (event) => { event.preventDefault(); dialog.showModal(); });
}

// Last, because it adds its own keys (p, space, brackets, r, c) to those above.
if (lines.length) {
  import("./document.js").then((page) => page.open({ one, all, calm, plainClick, actions, lines, at: () => lines[stop] }));
}
