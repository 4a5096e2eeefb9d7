// What explorers share that are a row of sliders above some figures.

/** Where an arrow key leads, 1 or −1; nothing for any other key. */
const arrowOf = (event) => ({ ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 })[event.key];

/** A page with a slider for each of `names`; who extends it has buildSlider, buildFigures and show. */
class SlidersView {
  constructor(model, root, kind, names) {
    this.model = model;
    this.readout = makeReadout();
    const sliders = make("div", { className: "mt-row" }, ...names.map((n) => this.buildSlider(n)));
    const panels = make("div", { className: "mt-panels" }, ...this.buildFigures());
    const className = `mt-explorer mt-${kind}`;
    root.append(make("div", { className }, sliders, this.readout, panels));
    this.show();
    this.unwatch = watch(model, names, () => this.show());
  }

  /** Make a slider; `onMove` gets the place where it stands, `onKey` each key and the slider. */
  makeSlider(name, title, range, onMove, onKey) {
    const slider = keepKeys(make("input", { type: "range", ...range }));
    slider.addEventListener("input", () => onMove(slider.valueAsNumber));
    slider.addEventListener("keydown", (event) => onKey(event, slider));
    this[name] = slider;
    this[`${name}_text`] = make("span", { attributes: { "aria-hidden": "true" } });
    const text = make("span", {}, `${title} `, this[`${name}_text`]);
    return make("label", { className: "mt-field mt-wide" }, text, slider);
  }

  makeFigure(name, width, height, className, ...caption) {
    this[name] = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
    return make("figure", { className }, make("figcaption", {}, ...caption), this[name]);
  }

  /** Put a slider in its place, and say its value. */
  moveSlider(name, place, text) {
    this[name].value = place;
    this[name].setAttribute("aria-valuetext", text);
    this[`${name}_text`].textContent = text;
  }

  close() {
    this.unwatch();
  }
}
