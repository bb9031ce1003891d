// Asking: the question is shown at once, what is asked meanwhile waits its turn, and an answer can be stopped.
(() => {
  "use strict";
  const { one, all, onPress, onPart, still, write } = pressmark;
  const waiting = [];
  const PATIENCE = 2500; // until a question that the server has not begun with says why it waits
  let pending = null; // the question that the server has not begun with
  let since = 0;
  let turns = 0;

  const isWorking = () => Boolean(one("#pm-conversation .pm-turn-working"));
  const isBusy = () => pending !== null || isWorking();

  function ask(question) {
    const field = pressmark.question();
    if (!field) return;
    if (isBusy()) return wait(question);
    write(field, question);
    setTimeout(() => one("#pm-ask")?.click(), 50);
  }

  function begin(question) {
    pending = question;
    since = Date.now();
    const turn = one(".pm-turn-pending");
    one("h2", turn).textContent = question;
    one(".pm-stage-slow", turn).textContent = "";
    turn.hidden = false;
    turn.scrollIntoView({ block: "nearest", behavior: still.matches ? "auto" : "smooth" });
  }

  // The field is emptied once the server has the question, unless the next one is being written there already.
  function taken() {
    const field = pressmark.question();
    if (field && field.value.trim() === pending) write(field, "");
  }

  function settle() {
    pending = null;
    const turn = one(".pm-turn-pending");
    if (turn) turn.hidden = true;
  }

  function wait(question) {
    waiting.push(question);
    drawWaiting();
  }

  function drawWaiting() {
    const list = one(".pm-waiting");
    list.hidden = waiting.length === 0;
    list.replaceChildren(
      ...waiting.map((question) => {
        const row = one("#pm-waiting-row").content.cloneNode(true);
        one("span", row).textContent = `Next: ${question}`;
        return row;
      }),
    );
  }

  function next() {
    if (isBusy() || waiting.length === 0) return;
    const question = waiting.shift();
    drawWaiting();
    ask(question);
  }

  // Before gradio hears of it: Enter and the button begin a question, or put it behind the one that is being answered.
  function intercept(event) {
    const field = pressmark.question();
    const question = field?.value.trim();
    if (question && !isBusy()) return begin(question);
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!question) return field?.focus();
    write(field, "");
    wait(question);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === pressmark.question()) intercept(event);
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#pm-ask")) intercept(event);
  }, true);

  const LONGEST = 2000;
  document.addEventListener("input", (event) => {
    if (event.target === pressmark.question() && event.target.value.length >= LONGEST) pressmark.say?.("A question has at most 2,000 characters");
  });

  // A filter that cannot be used is told at its field, which may be folded away.
  function refused() {
    if (pending === null || isWorking() || Date.now() - since < 400) return;
    const problem = all("#pm-composer .validation-error").find((element) => element.textContent.trim());
    if (!problem) return;
    settle();
    if (problem.closest("#pm-filters")) pressmark.unfoldFilters(true);
  }

  async function explainWaiting() {
    if (pending === null || isWorking() || Date.now() - since < PATIENCE) return;
    const others = await pressmark.parts.pending?.server.count_others(null);
    const words = others > 0 ? `Waiting for its turn: ${others} other question${others === 1 ? " is" : "s are"} being answered.` : "Waiting for the server.";
    if (pending !== null) one(".pm-turn-pending .pm-stage-slow").textContent = words;
  }
  setInterval(refused, 250);
  setInterval(explainWaiting, 2000);

  function stop() {
    const question = pending ?? one("#pm-conversation .pm-turn-working h2")?.textContent ?? "";
    settle();
    pressmark.parts.conversation.trigger("stop", { question });
  }

  // A new question is brought to the top of the window; the answer then grows below it without moving it again.
  function keepUp() {
    const shown = all("#pm-conversation .pm-turn");
    if (pending !== null && (isWorking() || shown.length !== turns)) {
      taken();
      settle();
    }
    if (shown.length > turns && turns > 0) shown.at(-1).scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
    if (shown.length < turns || turns === 0) window.scrollTo({ top: 0 });
    turns = shown.length;
    if (!isWorking()) setTimeout(next, 300);
  }
  onPart("conversation", (part) => part.watch("value", () => requestAnimationFrame(keepUp)));

  onPress("[data-ask]", (el) => ask(el.dataset.ask));
  onPress("[data-stop]", stop);
  onPress("[data-edit]", (el) => {
    const field = pressmark.question();
    write(field, el.dataset.edit);
    field.focus();
  });
  onPress("[data-drop-waiting]", (el) => {
    waiting.splice([...one(".pm-waiting").children].indexOf(el.closest("li")), 1);
    drawWaiting();
  });
  onPress("[data-ignore]", (el) =>
    pressmark.parts.conversation.trigger("retry", { turn: Number(el.closest(".pm-turn").dataset.turn), words: el.dataset.ignore }));

  Object.assign(pressmark, { ask, stop, isBusy });
})();
