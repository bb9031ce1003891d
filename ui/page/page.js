// What the page does by itself: opening articles at their highlights, stepping, copying, the theme, and the keyboard.
// The server renders; nothing here builds markup from text. Components attach themselves through `pressmark.parts`.
(() => {
  "use strict";
  const pressmark = (window.pressmark ??= { parts: {} });
  const narrow = window.matchMedia("(max-width: 900px)");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const one = (selector, root = document) => root?.querySelector(selector);
  const all = (selector, root = document) => [...(root?.querySelectorAll(selector) ?? [])];
  const whole = {}; // the article that each panel showed last, to come back to from what changed in it
  let opener = null; // what had the focus when an article was opened, to give it back

  const shownPanel = () => ["evidence", "reader"].map((name) => one(`#pm-${name}`)).find((el) => el?.offsetParent || isSheet(el));
  const isSheet = (panel) => panel?.classList.contains("pm-sheet-open");
  const evidenceIn = (panel) => one(".pm-evidence", panel);

  // --- the article beside the answer ---------------------------------------------------------------------------

  function requestFor(turn, n) {
    const citations = JSON.parse(turn.dataset.evidence || "[]");
    const cited = citations.find((citation) => citation.n === n);
    if (!cited) return null;
    const highlights = citations.filter((citation) => citation.article_id === cited.article_id);
    return { article_id: cited.article_id, highlights, focus: n };
  }

  async function open(name, request, from) {
    const part = pressmark.parts[name];
    if (!part || !request) return;
    if (!from.closest?.(`#pm-${name}`)) opener = from;
    if (!request.revision) whole[name] = request;
    const panel = one(`#pm-${name}`);
    panel.setAttribute("aria-busy", "true");
    try {
      part.props.value = await part.server.open_evidence(request);
    } catch {
      panel.dataset.failed = "yes"; // the style sheet shows the words for it
      setTimeout(() => delete panel.dataset.failed, 6000);
    }
    panel.removeAttribute("aria-busy");
    requestAnimationFrame(() => reveal(name, true));
  }

  function marks(panel) {
    const first = new Map();
    for (const mark of all("mark", panel)) for (const n of mark.dataset.n.split(" ")) if (!first.has(n)) first.set(n, mark);
    return [...first].map(([n, mark]) => ({ n, mark }));
  }

  // Show the highlight in focus; `asked` when the reader asked for it, so that focus and sheet may move.
  function reveal(name, asked) {
    const panel = one(`#pm-${name}`);
    const evidence = evidenceIn(panel);
    measure();
    if (!evidence || evidence.dataset.open !== "yes") return;
    if (asked && narrow.matches) sheet(panel, true);
    const steps = marks(panel);
    const at = Math.max(0, steps.findIndex((step) => step.n === evidence.dataset.focus));
    if (steps.length) showStep(panel, at, asked);
    else {
      one(".pm-article-text", evidence)?.scrollTo(0, 0);
      if (asked) focusQuietly(one(".pm-article-title", evidence) ?? one("[data-close]", evidence));
    }
  }

  function showStep(panel, at, asked) {
    const steps = marks(panel);
    if (!steps.length) return;
    const index = (at + steps.length) % steps.length;
    const evidence = evidenceIn(panel);
    const { n, mark } = steps[index];
    evidence.dataset.at = index;
    for (const other of all("mark", panel)) other.classList.toggle("pm-current", other.dataset.n.split(" ").includes(n));
    const count = one("[data-step-count]", panel);
    if (count) count.textContent = `${index + 1} of ${steps.length}`;
    const text = one(".pm-article-text", evidence);
    const top = mark.getBoundingClientRect().top - text.getBoundingClientRect().top + text.scrollTop;
    text.scrollTo({ top: top - text.clientHeight * 0.25, behavior: asked && !still.matches ? "smooth" : "auto" });
    if (asked) focusQuietly(mark);
    for (const button of all(".pm-cite, .pm-source-open")) {
      const current = nameOf(panel) === "evidence" && button.dataset.cite === n && cites(button, evidence.dataset.article);
      button.toggleAttribute("data-current", Boolean(current));
    }
  }

  const nameOf = (panel) => panel.id.replace("pm-", "");
  const cites = (button, article) => {
    const turn = button.closest(".pm-turn");
    return turn && requestFor(turn, Number(button.dataset.cite))?.article_id === article;
  };

  function focusQuietly(element) {
    if (!element) return;
    if (!element.hasAttribute("tabindex") && !element.matches("button, a")) element.setAttribute("tabindex", "-1");
    element.focus({ preventScroll: true });
  }

  function sheet(panel, opened) {
    panel?.classList.toggle("pm-sheet-open", opened);
    document.body.classList.toggle("pm-sheet-shown", opened);
  }

  function close(panel) {
    const part = pressmark.parts[nameOf(panel)];
    sheet(panel, false);
    if (part) part.props.value = pressmark.empty[nameOf(panel)];
    for (const button of all("[data-current]")) button.removeAttribute("data-current");
    if (opener?.isConnected) opener.focus();
    opener = null;
  }

  pressmark.empty = {};
  function attached(name) {
    const part = pressmark.parts[name];
    if (name === "evidence" || name === "reader") {
      pressmark.empty[name] = part.props.value;
      part.watch("value", () => reveal(name, false));
    }
    if (name === "conversation") part.watch("value", keepUp);
    if (name === "masthead") {
      themed(document.body.classList.contains("dark"));
      part.watch("value", () => themed(document.body.classList.contains("dark")));
    }
  }
  for (const name of Object.keys(pressmark.parts)) attached(name);
  window.addEventListener("pressmark-part", (event) => attached(event.detail));

  // A new question is brought to the top of the window; the answer then grows below it without moving it again.
  let turns = 0;
  function keepUp() {
    const shown = all(".pm-turn");
    if (shown.length > turns && turns > 0) shown.at(-1).scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
    if (shown.length < turns || turns === 0) window.scrollTo({ top: 0 });
    turns = shown.length;
  }

  // The panel ends where the window does, however far the page is scrolled.
  let measuring = false;
  function measure() {
    if (measuring) return;
    measuring = true;
    requestAnimationFrame(() => {
      measuring = false;
      const column = all("#pm-right, #pm-articles-right").find((element) => element.offsetParent);
      const top = Math.max(16, column?.getBoundingClientRect().top ?? 16);
      document.documentElement.style.setProperty("--pm-panel-top", `${Math.round(top)}px`);
    });
  }
  for (const moved of ["scroll", "resize", "click"]) window.addEventListener(moved, measure, { passive: true });

  // --- asking, copying, the theme ------------------------------------------------------------------------------

  function ask(question) {
    const field = one("#pm-question textarea, #pm-question input");
    if (!field) return;
    const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set;
    setter.call(field, question); // past Svelte's own setter, so that the input event carries the new text
    field.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => one("#pm-ask")?.click(), 50);
  }

  async function copy(turn) {
    const status = one(".pm-copied", turn);
    try {
      await navigator.clipboard.writeText(turn.dataset.markdown);
      status.textContent = "Copied";
    } catch {
      status.textContent = "Copying was refused by the browser: use Download";
    }
    setTimeout(() => (status.textContent = ""), 4000);
  }

  function download(content, type, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  function themed(dark) {
    document.body.classList.toggle("dark", dark);
    const toggle = one("[data-theme-toggle]");
    if (toggle) toggle.textContent = dark ? "Light" : "Dark";
    toggle?.setAttribute("aria-label", dark ? "Use the light theme" : "Use the dark theme");
  }

  function confirming(row, asked) {
    one("[data-ask-remove]", row).hidden = asked;
    one(".pm-confirm", row).hidden = !asked;
    one(asked ? "[data-keep]" : "[data-ask-remove]", row).focus();
  }

  const panelFor = (el) => (el.closest("#pm-articles-layout") ? "reader" : "evidence");

  const presses = {
    "[data-cite]": (el) => open("evidence", requestFor(el.closest(".pm-turn"), Number(el.dataset.cite)), el),
    "[data-open-article]": (el) =>
      open(el.closest("#pm-articles-layout") ? "reader" : "evidence", { article_id: el.dataset.openArticle, highlights: [], focus: 0 }, el),
    "[data-changes]": (el) =>
      open(panelFor(el), { article_id: el.dataset.changes, revision: Number(el.dataset.revision) }, el),
    "[data-back]": (el) => {
      const shown = el.closest(".pm-evidence").dataset.article;
      const name = panelFor(el);
      open(name, whole[name]?.article_id === shown ? whole[name] : { article_id: shown, highlights: [], focus: 0 }, el);
    },
    "button[data-step]": (el) => stepBy(el.closest("#pm-evidence, #pm-reader"), Number(el.dataset.step)),
    "[data-close]": (el) => close(el.closest("#pm-evidence, #pm-reader")),
    "[data-ignore]": (el) => pressmark.parts.conversation.trigger("retry", { turn: Number(el.closest(".pm-turn").dataset.turn), words: el.dataset.ignore }),
    "[data-ask]": (el) => ask(el.dataset.ask),
    "[data-copy]": (el) => copy(el.closest(".pm-turn")),
    "[data-download]": (el) => download(el.closest(".pm-turn").dataset.markdown, "text/markdown", "pressmark-answer.md"),
    "[data-take-receipt]": (el) =>
      download(el.closest(".pm-turn").dataset.receipt, "application/json", "pressmark-receipt.json"),
    "[data-theme-toggle]": () => themed(!document.body.classList.contains("dark")),
    "[data-tab]": (el) => all("#pm-tabs [role=tab]").find((tab) => tab.textContent.trim() === el.dataset.tab)?.click(),
    "[data-ask-remove]": (el) => confirming(el.closest(".pm-article"), true),
    "[data-keep]": (el) => confirming(el.closest(".pm-article"), false),
    "[data-remove]": (el) => pressmark.parts.listing.trigger("click", { remove: el.dataset.remove }),
  };

  document.addEventListener("click", (event) => {
    for (const [selector, act] of Object.entries(presses)) {
      const element = event.target.closest?.(selector);
      if (element) return void act(element);
    }
  });

  // --- the keyboard --------------------------------------------------------------------------------------------

  const stepBy = (panel, by) => showStep(panel, Number(evidenceIn(panel).dataset.at ?? 0) + by, true);
  const typing = (el) => el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const panel = shownPanel();
    const opened = panel && evidenceIn(panel)?.dataset.open === "yes";
    if (event.key === "Escape" && opened && !typing(event.target)) close(panel);
    if (typing(event.target)) return;
    if (event.key === "/") {
      const field = one("#pm-question textarea, #pm-question input");
      if (field?.offsetParent) event.preventDefault();
      field?.focus();
    }
    if (opened && (event.key === "j" || event.key === "k")) stepBy(panel, event.key === "j" ? 1 : -1);
  });
})();
