// The activations explorer's page: curve and slope, and a stack of layers. Python has computed.

class ActivationsView {
  constructor(model, root) {
    this.model = model;
    this.signals = model.get("signals");
    this.mostLayers = this.signals.relu.he_normal.size.length;
    this.build(root);
    this.show();
    this.unwatch = watch(model, ["activation", "initializer", "n_layers", "z"], () => this.show());
  }

  build(root) {
    this.readout = makeReadout();
    const above = make("div", { className: "mt-panels" }, ...this.buildCurves(), this.buildTable());
    const below = make("div", { className: "mt-panels" }, ...this.buildLayers());
    const parts = [this.buildControls(), this.readout, above, below];
    root.append(make("div", { className: "mt-explorer mt-activations" }, ...parts));
  }

  buildControls() {
    const choice = (label, titles, name) => {
      const made = makeChoice(label, Object.entries(titles), (value) => this.set(name, value));
      this[name] = made.select;
      return made.field;
    };
    const inputs = this.model.get("inputs");
    return make(
      "div",
      { className: "mt-row" },
      choice("Activation", ACTIVATION_TITLES, "activation"),
      choice("Spread of the initial weights", INITIALIZER_TITLES, "initializer"),
      this.buildSlider("Layers", "n_layers", { min: 1, max: this.mostLayers, step: 1 }),
      this.buildSlider("Input z", "z", { min: inputs[0], max: inputs.at(-1), step: 0.1 }),
    );
  }

  buildSlider(label, name, range) {
    this[name] = keepKeys(make("input", { type: "range", ...range }));
    this[name].addEventListener("input", () => this.set(name, this[name].valueAsNumber));
    this[`${name}_text`] = make("span", { attributes: { "aria-hidden": "true" } });
    const title = make("span", {}, `${label} `, this[`${name}_text`]);
    return make("label", { className: "mt-field mt-wide" }, title, this[name]);
  }

  buildCurves() {
    return [
      this.buildFigure("curve", CURVE, "Output y = g(z), with its slope at z as a line"),
      this.buildFigure("slope", CURVE, "Slope g′(z): what back-propagation multiplies by"),
    ];
  }

  buildLayers() {
    const circle = make("span", { className: "mt-size", textContent: "● size of the outputs" });
    const square = make("span", {
      className: "mt-difference",
      textContent: "□ their difference between inputs",
    });
    return [
      this.buildFigure("signal", LAYERS, "Signal, layer by layer: ", circle, ", ", square),
      this.buildFigure("gradient", LAYERS, "Length of the gradient of each layer's weights"),
    ];
  }

  buildFigure(name, { width, height }, ...caption) {
    this[`${name}_svg`] = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
    const kind = width === CURVE.width ? "mt-narrow" : "mt-broad";
    const title = make("figcaption", {}, ...caption);
    return make("figure", { className: kind }, title, this[`${name}_svg`]);
  }

  buildTable() {
    this.cells = {};
    const head = (text, scope) => make("th", { scope, textContent: text });
    const line = (activation) => {
      const cells = Object.keys(INITIALIZER_TITLES).map((initializer) => {
        const cell = make("td");
        this.cells[`${activation} ${initializer}`] = cell;
        return cell;
      });
      return make("tr", {}, head(ACTIVATION_TITLES[activation], "row"), ...cells);
    };
    this.caption = make("caption");
    const names = Object.values(INITIALIZER_NAMES).map((name) => head(name, "col"));
    const lines = Object.keys(ACTIVATION_TITLES).map(line);
    const top = make("tr", {}, make("td"), ...names);
    const table = make("table", { className: "mt-table" }, this.caption, top, ...lines);
    return make("div", { className: "mt-scroll" }, table);
  }

  set(name, value) {
    share(this.model, { [name]: value });
  }

  /** All numbers that are seen now. */
  facts() {
    const [activation, initializer, n_layers, z] = ["activation", "initializer", "n_layers", "z"].map(
      (name) => this.model.get(name),
    );
    const { size, difference, gradient } = this.signals[activation][initializer];
    const curve = this.model.get("curves")[activation];
    const place = nearest(this.model.get("inputs"), z);
    return {
      ...{ activation, initializer, n_layers, z, curve, y: curve.y[place], slope: curve.slope[place] },
      size: size.slice(0, n_layers),
      difference: difference.slice(0, n_layers),
      gradient: gradient[n_layers - 1],
      change: changeByDepth(gradient, n_layers),
    };
  }

  show() {
    const facts = this.facts();
    this.showControls(facts);
    this.drawCurves(facts);
    this.drawLayers(facts);
    this.showTable(facts);
    this.readout.textContent = `${pointInWords(facts)} ${stackInWords(facts)}`;
  }

  showControls(facts) {
    for (const name of ["activation", "initializer", "n_layers", "z"]) this[name].value = facts[name];
    this.n_layers_text.textContent = facts.n_layers;
    this.z_text.textContent = `= ${write(facts.z)}`;
    this.z.setAttribute("aria-valuetext", write(facts.z));
  }

  drawCurves({ activation, z, curve, y, slope }) {
    const shared = { z, inputs: this.model.get("inputs") };
    const [from, to] = [Math.min(0, Math.floor(curve.y[0])), Math.ceil(curve.y.at(-1))];
    const ticks = [...new Set([from, 0, to])];
    drawCurve(this.curve_svg, { ...shared, values: curve.y, from, to, ticks, tangent: slope });
    const slopes = { values: curve.slope, from: 0, to: 1.1, ticks: [0, 0.5, 1], breaks: true };
    drawCurve(this.slope_svg, { ...shared, ...slopes });
    const name = ACTIVATION_TITLES[activation];
    this.curve_svg.setAttribute("aria-label", `Curve of ${name}; at ${write(z)} it is ${writeSmall(y)}`);
    this.slope_svg.setAttribute("aria-label", `Slope of ${name}; at ${write(z)} it is ${writeSmall(slope)}`);
  }

  drawLayers({ size, difference, gradient }) {
    const signal = [
      { values: size, name: "mt-size", mark: "circle" },
      { values: difference, name: "mt-difference", mark: "square" },
    ];
    drawByLayer(this.signal_svg, signal, this.mostLayers);
    drawByLayer(this.gradient_svg, [{ values: gradient, name: "mt-size", mark: "circle" }], this.mostLayers);
    const way = (values) => `from ${writeSmall(values[0])} to ${writeSmall(values.at(-1))}`;
    this.signal_svg.setAttribute(
      "aria-label",
      `From the first to the last layer the outputs' size goes ${way(size)}, ` +
        `their difference between inputs ${way(difference)}`,
    );
    this.gradient_svg.setAttribute(
      "aria-label",
      `From the first to the last layer the gradient's length goes ${way(gradient)}`,
    );
  }

  showTable({ activation, initializer, n_layers }) {
    const layers = n_layers === 1 ? "1 layer" : `${n_layers} layers`;
    this.caption.textContent = `Length of the first layer's gradient, ${layers}`;
    for (const [key, cell] of Object.entries(this.cells)) {
      const [row, column] = key.split(" ");
      cell.textContent = writeSmall(this.signals[row][column].gradient[n_layers - 1][0]);
      if (row === activation && column === initializer) cell.setAttribute("aria-current", "true");
      else cell.removeAttribute("aria-current");
    }
  }

  close() {
    this.unwatch();
  }
}

export default { render: renderAtOnce(ActivationsView) };
