// Copying, the theme, the filters, the list of articles, the keyboard, and following the library.
(() => {
  "use strict";
  const { one, all, onPress, onPart, remembered, typing, evidence } = pressmark;

  // --- copying -------------------------------------------------------------------------------------------------

  let said;
  function say(words) {
    let status = one(".pm-said-now");
    if (!status) {
      status = Object.assign(document.createElement("p"), { className: "pm-said-now" });
      status.setAttribute("role", "status");
      document.body.append(status);
    }
    status.textContent = words;
    clearTimeout(said);
    said = setTimeout(() => (status.textContent = ""), 4000);
  }

  pressmark.say = say;

  async function copy(text, words = "Copied") {
    try {
      await navigator.clipboard.writeText(text);
      say(words);
    } catch {
      say("The browser refused to copy: use Download");
    }
  }

  function download(content, type, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  const turnOf = (el) => el.closest(".pm-turn").dataset;
  onPress("[data-copy]", (el) => copy(turnOf(el).markdown, "Copied as Markdown"));
  onPress("[data-take]", (el) => copy(el.dataset.take));
  onPress("[data-take-path]", (el) => copy(location.origin + el.dataset.takePath, "Address copied"));
  onPress("[data-download]", (el) => download(turnOf(el).markdown, "text/markdown", "pressmark-answer.md"));
  onPress("[data-take-receipt]", (el) => download(turnOf(el).receipt, "application/json", "pressmark-receipt.json"));

  // --- the theme, remembered -----------------------------------------------------------------------------------

  function paint(dark) {
    document.body.classList.toggle("dark", dark);
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
    const toggle = one("[data-theme-toggle]");
    toggle?.setAttribute("aria-label", dark ? "Use the light theme" : "Use the dark theme");
    toggle?.setAttribute("title", dark ? "Light theme" : "Dark theme");
  }
  const wanted = () => remembered.read("theme", null) ?? (document.body.classList.contains("dark") ? "dark" : "light");
  onPart("masthead", (part) => {
    paint(wanted() === "dark");
    part.watch("value", () => requestAnimationFrame(() => paint(wanted() === "dark")));
  });
  onPress("[data-theme-toggle]", () => {
    const dark = !document.body.classList.contains("dark");
    remembered.write("theme", dark ? "dark" : "light");
    paint(dark);
  });

  // --- filters -------------------------------------------------------------------------------------------------

  const isUsed = (name) => Boolean(one(`#pm-${name} :is(input, textarea)`)?.value.trim());
  function countFilters() {
    const model = one("#pm-model input")?.value;
    const outlets = all("#pm-outlets .token").length;
    const used = ["since", "until", "as-of"].filter(isUsed).length + (outlets ? 1 : 0) + (model && model !== "Built-in reader" ? 1 : 0);
    const count = one(".pm-filters-count");
    if (count) count.textContent = used ? ` ${used}` : "";
  }
  function unfoldFilters(unfolded) {
    one("#pm-composer").classList.toggle("pm-unfolded", unfolded);
    one("[data-filters]").setAttribute("aria-expanded", String(unfolded));
    countFilters();
  }
  onPress("[data-filters]", (el) => unfoldFilters(el.getAttribute("aria-expanded") !== "true"));
  for (const changed of ["input", "change", "focusout", "keyup"])
    document.addEventListener(changed, (event) => event.target.closest?.("#pm-filters") && setTimeout(countFilters, 50));
  // Typing replaces the name of the model instead of going into the middle of it.
  document.addEventListener("focusin", (event) => event.target.matches?.("#pm-model input") && setTimeout(() => event.target.select(), 0));
  pressmark.unfoldFilters = unfoldFilters;

  // --- articles ------------------------------------------------------------------------------------------------

  function confirmRemoval(row, asked) {
    one("[data-ask-remove]", row).hidden = asked;
    one(".pm-confirm", row).hidden = !asked;
    one(asked ? "[data-keep]" : "[data-ask-remove]", row).focus();
  }
  onPress("[data-ask-remove]", (el) => confirmRemoval(el.closest(".pm-article"), true));
  onPress("[data-keep]", (el) => confirmRemoval(el.closest(".pm-article"), false));
  onPress("[data-remove]", (el) => pressmark.parts.listing.trigger("click", { remove: el.dataset.remove }));
  onPress("[data-more-articles]", () => pressmark.parts.listing.trigger("input", { shown: all("#pm-listing .pm-article").length + 50 }));
  const showTab = (name) => all("#pm-tabs [role=tab]").find((tab) => tab.textContent.trim() === name)?.click();
  onPress("[data-tab]", (el) => {
    showTab(el.dataset.tab);
    setTimeout(() => one("#pm-adding > button:not(.open)")?.click(), 300);
  });
  onPress("[data-search]", (el) => {
    showTab("Articles");
    setTimeout(() => pressmark.write(one("#pm-search :is(textarea, input)"), el.dataset.search), 300);
  });
  onPress("[data-sample]", (el) => {
    el.disabled = true;
    el.textContent = "Adding the sample articles …";
    pressmark.parts.intro.trigger("click", {});
  });

  // --- the keyboard --------------------------------------------------------------------------------------------

  onPress("[data-keys]", () => one("#pm-keys").showModal());
  onPress("[data-dismiss]", (el) => el.closest("dialog").close());
  onPress("[data-skip]", (el, event) => {
    event.preventDefault();
    pressmark.question()?.focus();
  });

  function escape(event) {
    const panel = evidence.shownPanel();
    if (evidence.isOpen(panel) && !typing(event.target)) evidence.close(panel);
    else if (pressmark.isBusy()) pressmark.stop();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
    if (event.key === "Escape") escape(event);
    if (typing(event.target)) return;
    const panel = evidence.shownPanel();
    if (event.key === "/") {
      const field = pressmark.question();
      if (field?.offsetParent) event.preventDefault();
      field?.focus();
    }
    if (event.key === "?") one("#pm-keys").showModal();
    if (evidence.isOpen(panel) && (event.key === "j" || event.key === "k")) evidence.stepBy(panel, event.key === "j" ? 1 : -1);
  });

  // --- following the library -----------------------------------------------------------------------------------

  let seen = null;
  let missed = 0;
  async function watch() {
    let state;
    if (!document.hidden) {
      try {
        state = await pressmark.parts.masthead?.server.watch_library(null);
      } catch {
        state = null;
      }
      missed = typeof state === "string" ? 0 : missed + 1;
      const away = one(".pm-away");
      if (away) away.hidden = missed < 2;
      if (state && seen && state !== seen) pressmark.parts.masthead.trigger("select", {});
      if (state) seen = state;
    }
    setTimeout(watch, missed ? 6000 : 3000);
  }
  onPart("masthead", () => seen ?? (seen = "", watch()));
})();
