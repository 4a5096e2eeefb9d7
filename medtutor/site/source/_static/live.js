// Brings the explorers to life without Jupyter: each lies in its page with its script and state.
(() => {
  "use strict";

  const LONGEST = 200; // letters of a setting that a link can carry
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  /** What an explorer asks of Jupyter's model: values by name, and who wants to hear of changes. */
  class Model {
    #state;
    #listeners = new Set();

    constructor(state) { this.#state = state; }
    get(name) { return this.#state[name]; }
    set(name, value) {
      if (same(this.#state[name], value)) return;
      this.#state[name] = value;
      for (const [event, callback] of [...this.#listeners]) {
        if (event === `change:${name}` || event === "change") callback();
      }
    }
    on(event, callback) { this.#listeners.add([event, callback]); }
    off(event, callback) {
      for (const one of this.#listeners) {
        if (one[0] === event && one[1] === callback) this.#listeners.delete(one);
      }
    }
    save_changes() {} // there is no kernel to tell
  }

  /** Settings in the page's address: #explorer-pooling&kind="mean"&strides=2 */
  function settingsFor(place, state) {
    const [id, ...pairs] = location.hash.slice(1).split("&");
    if (id !== place.id) return {};
    const found = {};
    for (const [name, text] of new URLSearchParams(pairs.join("&"))) {
      try {
        const value = JSON.parse(text);
        if (typeof value === typeof state[name]) found[name] = value;
      } catch { /* not ours: an explorer keeps what it has */ }
    }
    return found;
  }

  /** A link below the explorer that leads to what is set now. */
  function linkTo(place, model, start) {
    const link = document.createElement("a");
    link.className = "mt-link";
    link.textContent = "Link to these settings";
    const update = () => {
      const changed = new URLSearchParams();
      for (const [name, before] of Object.entries(start)) {
        const text = JSON.stringify(model.get(name));
        if (text !== before && text.length <= LONGEST) changed.set(name, text);
      }
      link.href = `#${place.id}${changed.size ? `&${changed}` : ""}`;
    };
    let waiting;
    model.on("change", () => { clearTimeout(waiting); waiting = setTimeout(update, 200); });
    update();
    return link;
  }

  async function bringToLife(place) {
    const { script, style, state } = JSON.parse(place.querySelector("script").textContent);
    const start = Object.fromEntries(Object.entries(state).map(([k, v]) => [k, JSON.stringify(v)]));
    const model = new Model(Object.assign(state, settingsFor(place, state)));
    const view = document.createElement("div");
    view.className = "mt-view";
    const css = document.createElement("style");
    css.textContent = style;
    place.append(css, view, linkTo(place, model, start));
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const { default: explorer } = await import(address);
    await explorer.initialize?.({ model });
    await explorer.render({ model, el: view });
    place.dataset.live = "yes";
    addEventListener("hashchange", () => {
      for (const [name, value] of Object.entries(settingsFor(place, state))) model.set(name, value);
    });
  }

  // The browser knows no place whose name goes on with settings. What comes to life grows, and
  // would push it away: until the reader does something, it comes back.
  let wanted = document.getElementById(location.hash.slice(1).split("&")[0]);
  const letGo = () => { wanted = null; };
  for (const event of ["wheel", "touchstart", "pointerdown", "keydown"]) addEventListener(event, letGo);
  const showWanted = () => wanted?.scrollIntoView();

  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      bringToLife(target).then(showWanted).catch((error) => {
        target.dataset.live = "no";
        target.querySelector("em").textContent = `It can't be moved in this browser: ${error}`;
      });
    }
  }, { rootMargin: "600px" });
  for (const place of document.querySelectorAll(".mt-live")) near.observe(place);

  // The lesson as a learner gets it lies in its page, since a file may not save another file.
  const text = document.getElementById("learners-copy-text")?.textContent;
  if (text) document.getElementById("learners-copy").href = URL.createObjectURL(new Blob([text]));

  showWanted();
  // What scrolls sideways must be reachable by keyboard.
  const letWideFormulasScroll = () => {
    for (const formula of document.querySelectorAll(".math")) {
      formula.tabIndex = formula.scrollWidth > formula.clientWidth ? 0 : -1;
    }
  };
  addEventListener("load", () => window.MathJax?.startup.promise.then(letWideFormulasScroll));
  addEventListener("resize", letWideFormulasScroll);
  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
})();
