// The transcript with its recording: following along, names as heard or repaired, finding inside,
// choosing lines and citing them. room.js opens this on pages that have #lines.

const clock = (seconds) => {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(s / 3600);
  return (hours ? hours + ":" : "") + two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
};

/* ---------- the two kinds of player, with one face ---------- */
function localPlayer(media, onTime) {
  media.addEventListener("timeupdate", () => onTime(media.currentTime));
  media.addEventListener("seeked", () => onTime(media.currentTime));
  const play = () => media.play().catch(() => { /* the browser wants a click first */ });
  return {
    now: () => media.currentTime,
    toggle: () => (media.paused ? play() : media.pause()),
    seek: (second, andPlay) => {
      media.currentTime = second;
      if (andPlay) play();
    },
  };
}

// Nothing comes from the other site until the reader presses the button. A time clicked before that
// only sets where the button will begin.
function embeddedPlayer(button, onTime) {
  const base = new URL(button.dataset.embed);
  if (base.origin !== "https://www.youtube-nocookie.com") return null;
  let frame = null;
  let at = Number(button.dataset.start) || 0;
  let playing = false;
  const say = (message) => frame.contentWindow.postMessage(JSON.stringify(message), base.origin);
  const command = (func, args = []) => say({ event: "command", func, args });
  const label = button.querySelector("[data-embed-label]");

  button.addEventListener("click", () => {
    base.search = "";
    base.searchParams.set("start", String(Math.floor(at)));
    base.searchParams.set("autoplay", "1");
    base.searchParams.set("enablejsapi", "1");
    base.searchParams.set("origin", location.origin);
    frame = document.createElement("iframe");
    frame.id = "player";
    frame.title = button.dataset.title || "The recording";
    frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.addEventListener("load", () => say({ event: "listening", id: "player" }));
    frame.src = base.href;
    button.replaceWith(frame);
    playing = true;
  });
  addEventListener("message", (event) => {
    if (!frame || event.origin !== base.origin || event.source !== frame.contentWindow) return;
    let told;
    try { told = JSON.parse(event.data).info; } catch { return; }
    if (!told || typeof told !== "object") return;
    if (Number.isFinite(told.playerState)) playing = told.playerState === 1;
    if (Number.isFinite(told.currentTime)) {
      at = told.currentTime;
      onTime(at);
    }
  });
  const askForButton = () => {
    button.classList.add("asked");
    button.focus();
  };
  return {
    now: () => at,
    toggle: () => {
      if (!frame) return askForButton();
      command(playing ? "pauseVideo" : "playVideo");
      playing = !playing;
    },
    seek: (second, andPlay) => {
      at = second;
      if (frame) {
        command("seekTo", [second, true]);
        if (andPlay) command("playVideo");
        return;
      }
      if (label) label.textContent = "Play from " + clock(second);
      if (andPlay) askForButton();
    },
  };
}

export function open({ one, all, calm, plainClick, actions, lines, at }) {
  /* ---------- the recording ---------- */
  const lineList = one("#lines");
  const starts = lines.map((line) => Number(line.dataset.start));
  const timed = starts.length > 0 && starts.every(Number.isFinite);
  let player = null;

  const lineAt = (second) => {
    let low = 0;
    let high = starts.length - 1;
    let best = -1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= second + 0.05) { best = middle; low = middle + 1; } else high = middle - 1;
    }
    return best;
  };

  {
    const follow = one("#follow");
    let current = -1;
    let readerMoved = -Infinity;
    let weMoved = -Infinity;
    const moved = () => { readerMoved = performance.now(); };
    for (const kind of ["wheel", "touchmove"]) addEventListener(kind, moved, { passive: true });
    // A scroll that we did not begin is the reader's: scroll bar, space, page keys.
    addEventListener("scroll", () => { if (performance.now() - weMoved > 900) moved(); }, { passive: true });

    const show = (line) => {
      const box = line.getBoundingClientRect();
      if (box.top > innerHeight * 0.25 && box.bottom < innerHeight * 0.75) return;
      weMoved = performance.now();
      line.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
    };
    const onTime = (second) => {
      const next = timed ? lineAt(second) : -1;
      if (next === current) return;
      if (current >= 0) {
        lines[current].classList.remove("current");
        lines[current].removeAttribute("aria-current");
      }
      current = next;
      if (next < 0) return;
      lines[next].classList.add("current");
      lines[next].setAttribute("aria-current", "true");
      if ((!follow || follow.checked) && performance.now() - readerMoved > 4000) show(lines[next]);
    };

    const media = one("audio#player, video#player");
    const button = one("button[data-embed]");
    if (media) player = localPlayer(media, onTime);
    else if (button) player = embeddedPlayer(button, onTime);

    lineList.addEventListener("click", (event) => {
      const link = event.target.closest("a.time");
      if (!link || !player || !plainClick(event)) return;
      const line = link.closest("#lines > li");
      event.preventDefault();
      const url = new URL(location.href); // what else stands in the address (repaired, find) stays
      url.searchParams.set("t", line.dataset.start);
      url.hash = line.id;
      history.replaceState(null, "", url);
      player.seek(Number(line.dataset.start), true);
    });

    // The address may name a second (?t=) or only a line (#s12).
    const asked = new URLSearchParams(location.search).get("t");
    const named = /^#s\d+$/.test(location.hash) ? document.getElementById(location.hash.slice(1)) : null;
    const second = asked !== null && asked !== "" && Number.isFinite(Number(asked))
      ? Number(asked) : named ? Number(named.dataset.start) : NaN;
    if (Number.isFinite(second)) {
      if (player) player.seek(second, false);
      onTime(second);
      if (!named && current >= 0) lines[current].scrollIntoView({ block: "center" });
    }
  }

  /* ---------- names as heard or as repaired ---------- */
  const repaired = one("#repaired");
  if (repaired) {
    const apply = () => lineList.classList.toggle("show-repaired", repaired.checked);
    repaired.checked = lineList.classList.contains("show-repaired") || repaired.checked;
    apply();
    repaired.addEventListener("change", () => {
      apply();
      const url = new URL(location.href);
      if (repaired.checked) url.searchParams.set("repaired", "1");
      else url.searchParams.delete("repaired");
      history.replaceState(null, "", url);
    });
  }

  /* ---------- find inside this document ---------- */
  const findForm = one("#find-form");
  if (findForm) {
    const box = one("#find");
    const tell = one("#find-status");
    let found = [];
    let place = -1;
    const canPaint = "highlights" in CSS && typeof Highlight === "function";

    const look = () => {
      const wanted = box.value.trim().toLocaleLowerCase();
      const ranges = [];
      found = [];
      place = -1;
      for (const line of lines) {
        let hit = false;
        if (wanted.length > 1) {
          const walk = document.createTreeWalker(one(".said", line) || line, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const node = walk.currentNode;
            const text = node.data.toLocaleLowerCase();
            // Words that are not on show now (heard against repaired) must not count.
            if (!text.includes(wanted) || !node.parentElement.getClientRects().length) continue;
            hit = true;
            if (text.length !== node.data.length) continue; // lower case changed the length: no safe range
            for (let i = text.indexOf(wanted); i >= 0; i = text.indexOf(wanted, i + wanted.length)) {
              const range = new Range();
              range.setStart(node, i);
              range.setEnd(node, i + wanted.length);
              ranges.push(range);
            }
          }
        }
        line.classList.toggle("found", hit);
        if (hit) found.push(line);
      }
      if (canPaint) CSS.highlights.set("found", new Highlight(...ranges));
      tell.textContent = wanted.length < 2 ? "" : found.length === 0 ? "No line has this"
        : found.length === 1 ? "1 line" : found.length + " lines";
    };
    box.addEventListener("input", look);
    if (repaired) repaired.addEventListener("change", look);
    findForm.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!found.length) look();
      if (!found.length) return;
      place = (place + 1) % found.length;
      found[place].scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
      tell.textContent = place + 1 + " of " + found.length;
    });
    if (box.value) look();
  }

  /* ---------- choosing lines and citing them ---------- */
  let copyCitation = null;
  let chooseLine = null;
  const cite = one("#cite");
  if (cite) {
    const output = one("#citation");
    const tell = one("#cite-status");
    const chosenText = one("#chosen");
    const numberOf = (line) => Number(line.id.slice(1));
    const tickOf = (line) => one(".pick input", line);
    const nameOf = (number) => one("a.time", document.getElementById("s" + number)).textContent;
    let from = null;
    let to = null;
    let pending = null;
    let ready = Promise.resolve();

    const fetchCitation = async () => {
      if (pending) pending.abort();
      pending = new AbortController();
      const format = one("input[name=format]:checked", cite)?.value || "plain";
      const url = new URL(cite.dataset.citation, location.href);
      if (from !== null) {
        url.searchParams.set("from", from);
        url.searchParams.set("to", to);
      }
      url.searchParams.set("format", format);
      try {
        const answer = await fetch(url, { signal: pending.signal, headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        output.textContent = (await answer.json()).citation;
        output.classList.toggle("code", format === "bibtex" || format === "markdown");
        tell.textContent = "";
      } catch (problem) {
        if (problem.name !== "AbortError") tell.textContent = "The citation could not be fetched. Try again.";
      }
    };

    const choose = (first, last) => {
      from = first === null ? null : Math.min(first, last);
      to = first === null ? null : Math.max(first, last);
      for (const line of lines) {
        const inside = from !== null && numberOf(line) >= from && numberOf(line) <= to;
        line.classList.toggle("chosen", inside);
        const tick = tickOf(line);
        if (tick) tick.checked = inside;
      }
      cite.classList.toggle("open", from !== null);
      chosenText.textContent = from === null ? "The whole document. Tick the first and the last line to cite a passage."
        : "Chosen: " + nameOf(from) + (from === to ? "" : " to " + nameOf(to));
      ready = fetchCitation();
      return ready;
    };
    chooseLine = choose;

    lineList.addEventListener("change", (event) => {
      const tick = event.target.closest(".pick input");
      if (!tick) return;
      const n = Number(tick.value);
      // A citation is one passage: a second tick stretches it, taking one away shortens it.
      if (tick.checked) choose(from === null ? n : Math.min(from, n), from === null ? n : Math.max(to, n));
      else if (from === to) choose(null);
      else if (n === from) choose(n + 1, to);
      else choose(from, n - 1);
    });
    lineList.addEventListener("click", (event) => {
      const line = event.target.closest("#lines > li");
      if (!line || !event.shiftKey || event.target.closest("a, input, label")) return;
      choose(from === null ? numberOf(line) : from, numberOf(line));
    });
    const chooseSelected = () => {
      const selection = getSelection();
      if (!selection || selection.isCollapsed || !selection.toString().trim()) return;
      const range = selection.getRangeAt(0);
      const lineOf = (node) => (node.nodeType === 1 ? node : node.parentElement).closest("#lines > li");
      const first = lineOf(range.startContainer);
      const last = lineOf(range.endContainer);
      if (first && last) choose(numberOf(first), numberOf(last));
    };
    lineList.addEventListener("pointerup", (event) => { if (!event.shiftKey) setTimeout(chooseSelected); });

    cite.addEventListener("change", (event) => {
      if (event.target.name === "format") ready = fetchCitation();
    });
    one("#cite-clear")?.addEventListener("click", () => choose(null));

    copyCitation = async () => {
      await ready;
      let done = false;
      try {
        await navigator.clipboard.writeText(output.textContent);
        done = true;
      } catch {
        // No clipboard outside a secure address: select the text and try the old way.
        getSelection().selectAllChildren(output);
        try { done = document.execCommand("copy"); } catch { /* the text stays selected */ }
      }
      tell.textContent = done ? "Copied" : "Selected; press Ctrl or Command with C to copy";
    };
    one("#cite-copy")?.addEventListener("click", copyCitation);
    const ticked = lines.filter((line) => tickOf(line)?.checked).map(numberOf);
    if (ticked.length) choose(ticked[0], ticked[ticked.length - 1]);
  }

  /* ---------- keys of this page ---------- */
  if (player) {
    actions.p = actions[" "] = () => player.toggle();
    actions["["] = () => player.seek(Math.max(0, player.now() - 5), false);
    actions["]"] = () => player.seek(player.now() + 5, false);
  }
  if (repaired) actions.r = () => repaired.click();
  if (copyCitation) {
    actions.c = () => {
      const line = at();
      if (line && !one(".chosen", lineList)) chooseLine(Number(line.id.slice(1)), Number(line.id.slice(1)));
      copyCitation();
    };
  }
}
