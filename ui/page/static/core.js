// What every script of the page uses. The server renders; nothing here builds markup from text. Components attach
// themselves through `pressmark.parts`; the other scripts add what happens on a press or when a part appears.
(() => {
  "use strict";
  const pressmark = (window.pressmark ??= { parts: {} });
  const presses = [];
  const attachers = {};

  const one = (selector, root = document) => root?.querySelector(selector);
  const all = (selector, root = document) => [...(root?.querySelectorAll(selector) ?? [])];

  // `act` is called with the pressed element that the selector matches; the first selector that matches wins.
  const onPress = (selector, act) => presses.push([selector, act]);

  const onPart = (name, act) => {
    (attachers[name] ??= []).push(act);
    if (pressmark.parts[name]) act(pressmark.parts[name]);
  };

  function focusQuietly(element) {
    if (!element) return;
    if (!element.hasAttribute("tabindex") && !element.matches("button, a, input, textarea")) element.setAttribute("tabindex", "-1");
    element.focus({ preventScroll: true });
  }

  // Write into a field past Svelte's own setter, so that the input event carries the new text.
  function write(field, text) {
    const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set;
    setter.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const remembered = {
    read: (key, otherwise) => {
      try {
        return JSON.parse(localStorage.getItem(`pressmark.${key}`)) ?? otherwise;
      } catch {
        return otherwise;
      }
    },
    write: (key, value) => {
      try {
        localStorage.setItem(`pressmark.${key}`, JSON.stringify(value));
        return true;
      } catch {
        return false; // full, or refused by the browser
      }
    },
  };

  window.addEventListener("pressmark-part", (event) => {
    for (const act of attachers[event.detail] ?? []) act(pressmark.parts[event.detail]);
  });
  document.addEventListener("click", (event) => {
    for (const [selector, act] of presses) {
      const element = event.target.closest?.(selector);
      if (element) return void act(element, event);
    }
  });

  Object.assign(pressmark, {
    one,
    all,
    onPress,
    onPart,
    focusQuietly,
    write,
    remembered,
    question: () => one("#pm-question textarea, #pm-question input"),
    narrow: window.matchMedia("(max-width: 900px)"),
    still: window.matchMedia("(prefers-reduced-motion: reduce)"),
    typing: (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName),
  });
})();
