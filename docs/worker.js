// The search of the site runs in a worker, and browsers start none from disk: there, a hidden frame takes its place.
(() => {
  "use strict";
  if (location.protocol !== "file:") return;

  class IFrameWorker extends EventTarget {
    constructor(url) {
      super();
      const frame = document.body.appendChild(document.createElement("iframe"));
      frame.hidden = true;
      this.inner = frame.contentWindow;
      this.inner.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      this.inner.importScripts = (...urls) => urls.reduce((before, next) => before.then(() => this.load(next)), Promise.resolve());
      this.ready = this.load(url);
    }

    load(url) {
      const { document: page } = this.inner;
      return new Promise((done) => {
        const script = Object.assign(page.createElement("script"), { src: new URL(url, location.href).href });
        script.onload = script.onerror = done;
        page.body.append(script);
      });
    }

    postMessage(data) {
      this.ready.then(() => this.inner.dispatchEvent(new this.inner.MessageEvent("message", { data })));
    }

    terminate() {
      this.inner.frameElement.remove();
    }
  }

  window.IFrameWorker = window.Worker = IFrameWorker;
})();
