// The article beside the answer: opened at its highlights, stepped through, closed, and named in the address.
(() => {
  "use strict";
  const { one, all, onPress, onPart, focusQuietly, narrow, still } = pressmark;
  const whole = {}; // the article that each panel showed last, to come back to from what changed in it
  const empty = {};
  let opener = null; // what had the focus when an article was opened, to give it back

  const isSheet = (panel) => panel?.classList.contains("pm-sheet-open");
  const shownPanel = () => ["evidence", "reader"].map((name) => one(`#pm-${name}`)).find((el) => el?.offsetParent || isSheet(el));
  const evidenceIn = (panel) => one(".pm-evidence", panel);
  const nameOf = (panel) => panel.id.replace("pm-", "");
  const panelFor = (el) => (el.closest("#pm-articles-layout") ? "reader" : "evidence");

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
    if (from && !from.closest?.(`#pm-${name}`)) opener = from;
    if (!request.revision) whole[name] = request;
    const panel = one(`#pm-${name}`);
    panel.setAttribute("aria-busy", "true");
    let html;
    try {
      html = await part.server.open_evidence(request);
    } catch {
      html = null; // gradio itself answers a server that is away with nothing
    }
    panel.removeAttribute("aria-busy");
    panel.toggleAttribute("data-failed", !html); // the style sheet shows the words for it
    if (!html) return;
    part.props.value = html;
    const quote = request.quote ?? request.highlights?.find((highlight) => highlight.n === request.focus)?.quote;
    pressmark.address?.show({ article: request.article_id, quote });
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

  const cites = (button, article) => {
    const turn = button.closest(".pm-turn");
    return turn && requestFor(turn, Number(button.dataset.cite))?.article_id === article;
  };

  function sheet(panel, opened) {
    panel?.classList.toggle("pm-sheet-open", opened);
    document.body.classList.toggle("pm-sheet-shown", opened);
  }

  function close(panel) {
    const part = pressmark.parts[nameOf(panel)];
    sheet(panel, false);
    panel.removeAttribute("data-failed");
    if (part) part.props.value = empty[nameOf(panel)];
    for (const button of all("[data-current]")) button.removeAttribute("data-current");
    pressmark.address?.show({});
    if (opener?.isConnected) opener.focus();
    opener = null;
  }

  const stepBy = (panel, by) => showStep(panel, Number(evidenceIn(panel).dataset.at ?? 0) + by, true);
  const isOpen = (panel) => panel && evidenceIn(panel)?.dataset.open === "yes";

  for (const name of ["evidence", "reader"])
    onPart(name, (part) => {
      empty[name] ??= part.props.value;
      part.watch("value", () => reveal(name, false));
    });

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

  onPress("[data-open-article]", (el) => {
    const request = { article_id: el.dataset.openArticle, highlights: [], focus: 0 };
    if (el.dataset.highlight) Object.assign(request, { quote: el.dataset.highlight, focus: 1 });
    open(panelFor(el), request, el);
  });
  onPress(".pm-turn [data-cite]", (el) => open("evidence", requestFor(el.closest(".pm-turn"), Number(el.dataset.cite)), el));
  onPress("[data-changes]", (el) =>
    open(panelFor(el), { article_id: el.dataset.changes, revision: Number(el.dataset.revision) }, el));
  onPress("[data-back]", (el) => {
    const shown = el.closest(".pm-evidence").dataset.article;
    const name = panelFor(el);
    open(name, whole[name]?.article_id === shown ? whole[name] : { article_id: shown, highlights: [], focus: 0 }, el);
  });
  onPress("button[data-step]", (el) => stepBy(el.closest("#pm-evidence, #pm-reader"), Number(el.dataset.step)));
  onPress("[data-close]", (el) => close(el.closest("#pm-evidence, #pm-reader")));

  Object.assign(pressmark, { evidence: { open, close, stepBy, isOpen, shownPanel } });
})();
