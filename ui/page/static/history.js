// Conversations, kept in this browser: saved as they grow, listed, searched, renamed, removed, and opened again. The
// server renders a kept conversation anew and compares its quotations with the library.
(() => {
  "use strict";
  const { one, all, onPress, onPart, remembered } = pressmark;
  const MOST = 200;
  let current = null; // the id of the conversation on the page
  let restoring = false;

  const list = () => remembered.read("conversations", []);

  function keep(conversations) {
    let kept = conversations.slice(0, MOST);
    while (!remembered.write("conversations", kept) && kept.length > 1) kept = kept.slice(0, -1); // the oldest makes room
  }

  function save() {
    const records = all("#pm-conversation .pm-turn[data-record]").map((turn) => turn.dataset.record);
    if (!records.length || one("#pm-conversation .pm-turn-working")) return;
    const conversations = list();
    const known = conversations.find((conversation) => conversation.id === current);
    if (known && restoring) return void (restoring = false);
    current ??= crypto.randomUUID?.() ?? String(Date.now());
    const title = known?.title ?? one("#pm-conversation .pm-question h2").textContent;
    const changed = { id: current, title, updated: Date.now(), records };
    keep([changed, ...conversations.filter((conversation) => conversation.id !== current)]);
    address.show({}, true);
  }

  function open(id) {
    const conversation = list().find((known) => known.id === id);
    if (!conversation) return false;
    current = id;
    restoring = true;
    pressmark.parts.conversation.trigger("apply", { records: conversation.records });
    address.show({}, true);
    return true;
  }

  function begin() {
    current = null;
    pressmark.parts.conversation.trigger("clear", {});
    address.show({}, true);
    pressmark.question()?.focus();
  }

  // The address names the conversation, and the article that is open with its quotation.
  const address = {
    show({ article, quote }, replace = false) {
      const query = new URLSearchParams();
      if (current) query.set("c", current);
      if (article) query.set("article", article);
      if (article && quote) query.set("quote", quote.slice(0, 400));
      const path = query.size ? `?${query}` : location.pathname;
      if (path === (location.search || location.pathname)) return;
      const state = { article: article ?? null, conversation: current };
      if (replace || Boolean(history.state?.article) === Boolean(article)) history.replaceState(state, "", path);
      else if (article) history.pushState(state, "", path);
      else history.replaceState(state, "", path);
    },
  };

  function follow() {
    const query = new URLSearchParams(location.search);
    const article = query.get("article");
    if (article) {
      const quote = query.get("quote") ?? "";
      pressmark.evidence.open("evidence", { article_id: article, highlights: [], focus: quote ? 1 : 0, quote }, null);
    }
  }

  window.addEventListener("popstate", () => {
    const wanted = new URLSearchParams(location.search);
    const panel = pressmark.evidence.shownPanel();
    if (wanted.has("article")) follow();
    else if (panel && pressmark.evidence.isOpen(panel)) pressmark.evidence.close(panel);
    if (wanted.get("c") && wanted.get("c") !== current) open(wanted.get("c"));
  });

  // --- the list ------------------------------------------------------------------------------------------------

  function draw() {
    const search = one(".pm-history-search").value.trim().toLowerCase();
    const shown = list().filter(({ title, records }) => !search || `${title} ${records.join(" ")}`.toLowerCase().includes(search));
    one(".pm-history-empty").hidden = shown.length > 0;
    one(".pm-history-list").replaceChildren(
      ...shown.map(({ id, title, updated, records }) => {
        const row = one("#pm-history-row").content.cloneNode(true);
        const item = one("li", row);
        item.dataset.conversation = id;
        one(".pm-article-name", row).textContent = title;
        const day = new Date(updated).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
        one(".pm-byline", row).textContent = `${day} · ${records.length} question${records.length === 1 ? "" : "s"}`;
        if (id === current) one(".pm-article-open", row).setAttribute("aria-current", "true");
        return row;
      }),
    );
  }

  const idOf = (el) => el.closest("[data-conversation]").dataset.conversation;
  onPress("[data-conversation] .pm-article-open", (el) => {
    one("#pm-history").close();
    open(idOf(el));
  });
  onPress("[data-rename-conversation]", (el) => {
    const conversations = list();
    const conversation = conversations.find(({ id }) => id === idOf(el));
    const title = window.prompt("Name of this conversation", conversation.title)?.trim();
    if (title) conversation.title = title;
    keep(conversations);
    draw();
  });
  onPress("[data-drop-conversation]", (el) => {
    const id = idOf(el);
    keep(list().filter((conversation) => conversation.id !== id));
    if (id === current) begin();
    draw();
  });
  onPress("[data-history]", () => {
    one(".pm-history-search").value = "";
    draw();
    one("#pm-history").showModal();
  });
  document.addEventListener("input", (event) => event.target.matches?.(".pm-history-search") && draw());
  onPress("[data-new]", () => {
    one("#pm-history")?.close();
    begin();
  });

  let followed = false;
  onPart("conversation", (part) => {
    part.watch("value", () => requestAnimationFrame(save));
    if (followed) return;
    followed = true;
    const start = () => {
      if (!pressmark.parts.evidence) return setTimeout(start, 100);
      const wanted = new URLSearchParams(location.search).get("c");
      const query = location.search;
      if (wanted && open(wanted)) history.replaceState(history.state, "", query);
      follow();
    };
    setTimeout(start, 0);
  });

  pressmark.address = address;
})();
