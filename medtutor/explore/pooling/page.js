// The pooling explorer's page: controls, three maps (image, output, gradient), window, read-out.

const SETTINGS = ["pool_size", "strides", "padding"];
const DIALS = {
  contrast: { label: "Lesion contrast", unit: "%", min: -100, max: 100, step: 5 },
  diameter: { label: "Lesion diameter", unit: "px", min: 1, max: 9, step: 1 },
  noise: { label: "Noise (SD)", unit: "%", min: 0, max: 50, step: 1 },
};
const KINDS = [["max", "max"], ["average", "average"]];
const PADDINGS = [["valid", "valid"], ["same", "same"]];
const FROM = [["one", "this output"], ["all", "all outputs, 1 each"]];

class PoolingView {
  constructor(model, root) {
    this.model = model;
    this.build(root);
    this.restart();
    const scene = ["picture", "draw", ...Object.keys(DIALS)];
    this.undo = [
      watch(model, [...scene, ...SETTINGS, "kind"], () => this.restart()),
      watch(model, ["place", "gradient_of"], () => this.move()),
    ];
  }

  // What the model says -----------------------------------------------------------------

  get(...names) {
    return Object.fromEntries(names.map((name) => [name, this.model.get(name)]));
  }

  get picture() {
    const name = this.model.get("picture");
    return this.model.get("pictures").find((picture) => picture.name === name);
  }

  get kind() {
    return this.model.get("kind");
  }

  /** The window's place in the output; before it is first moved, the one on the lesion. */
  get place() {
    const { rows, columns, strides } = this.shape;
    const [row, column] = this.model.get("place");
    const lesion = this.picture.lesion;
    const along = (value, pixel, axis) =>
      clamp(value < 0 ? Math.floor((pixel + axis.before) / strides) : value, axis.output);
    return { row: along(row, lesion[0], rows), column: along(column, lesion[1], columns) };
  }

  get hasOutput() {
    return this.shape.rows.output > 0 && this.shape.columns.output > 0;
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    this.readout = makeReadout();
    const parts = [
      make("div", { className: "mt-row" }, ...this.buildChoices()),
      make("div", { className: "mt-row" }, ...this.buildDials()),
      this.readout,
      make("div", { className: "mt-panels" }, ...this.buildFigures()),
      make("p", { className: "mt-note", textContent: HINT }),
      this.buildArithmetic(),
    ];
    root.append(make("div", { className: "mt-explorer mt-pooling" }, ...parts));
  }

  buildChoices() {
    const set = (name, convert) => (value) => share(this.model, { [name]: convert(value) });
    const pictures = this.model.get("pictures").map(({ name, title }) => [name, title]);
    const edges = oneTo(this.model.get("largest_window"));
    this.choices = {
      picture: makeChoice("Image", pictures, (name) => this.choosePicture(name)),
      kind: makeChoice("Pooling", KINDS, set("kind", String)),
      pool_size: makeChoice("Window", edges, set("pool_size", Number)),
      strides: makeChoice("Stride", [[0, "= window"], ...edges], set("strides", Number)),
      padding: makeChoice("Padding", PADDINGS, set("padding", String)),
      gradient_of: makeChoice("Gradient from", FROM, set("gradient_of", String)),
    };
    return Object.values(this.choices).map(({ field }) => field);
  }

  buildDials() {
    this.dials = {};
    const fields = Object.entries(DIALS).map(([name, { label, min, max, step }]) => {
      const slider = keepKeys(make("input", { type: "range", min, max, step }));
      const value = make("span", { className: "mt-value" });
      slider.addEventListener("input", () => share(this.model, { [name]: slider.valueAsNumber }));
      slider.setAttribute("aria-label", label);
      this.dials[name] = { slider, value };
      const title = make("span", {}, `${label}: `, value);
      return make("label", { className: "mt-field mt-dial" }, title, slider);
    });
    const next = () => share(this.model, { draw: this.model.get("draw") + 1 });
    return [...fields, makeButton("Other noise", next)];
  }

  buildFigures() {
    this.input = keepKeys(make("canvas", { tabIndex: 0, attributes: { role: "application" } }));
    [this.output, this.gradient] = [1, 2].map(() => make("canvas", { attributes: { role: "img" } }));
    this.input.addEventListener("keydown", (event) => {
      const place = steppedByKey(event, this.place);
      if (place) this.goTo(place);
    });
    for (const canvas of [this.input, this.gradient])
      followPointer(canvas, (row, column) => this.goToPixel(row, column));
    followPointer(this.output, (row, column) => this.goTo({ row, column }));
    this.captions = [];
    this.bars = [];
    return [this.input, this.output, this.gradient].map((canvas, i) => {
      this.captions[i] = make("figcaption");
      this.bars[i] = make("div", { attributes: { "aria-hidden": true } });
      return make("figure", {}, this.captions[i], canvas, this.bars[i]);
    });
  }

  buildArithmetic() {
    this.window = new WindowTable();
    this.formula = make("div", { className: "mt-note" });
    const textContent = "Output size = ⌊(n + p − k) / s⌋ + 1";
    const title = make("div", { className: "mt-title", textContent });
    const words = make("div", { className: "mt-words" }, title, this.formula);
    return make("div", { className: "mt-panels" }, this.window.element, words);
  }

  // What the learner does ---------------------------------------------------------------

  choosePicture(name) {
    const { contrast, noise } = this.model.get("pictures").find((one) => one.name === name);
    share(this.model, { contrast, noise, place: [-1, -1], picture: name });
  }

  goTo({ row, column }) {
    if (!this.hasOutput) return;
    const { rows, columns } = this.shape;
    share(this.model, { place: [clamp(row, rows.output), clamp(column, columns.output)] });
  }

  /** Bring the window's middle as near to a pixel (counted with padding) as strides allow. */
  goToPixel(row, column) {
    const along = (pixel, axis) => Math.round((pixel - (axis.span - 1) / 2) / this.shape.strides);
    this.goTo({ row: along(row, this.shape.rows), column: along(column, this.shape.columns) });
  }

  // Computing and showing ---------------------------------------------------------------

  /** Compute anew after a setting or the image changed. */
  restart() {
    const { picture } = this;
    const dials = this.get("contrast", "diameter", "noise", "draw");
    this.settings = this.get(...SETTINGS);
    this.image = dialled(picture, this.model.get("noise_field"), dials);
    this.shape = poolGeometry(this.image, this.settings);
    this.result = pool(this.image, this.settings, this.kind);
    const still = poolGeometry(this.image, { pool_size: 1, strides: 1, padding: "valid" });
    this.far = [[this.image, still], [this.result, this.shape]].map(([map, shape]) =>
      standsOut(map, picture, dials, shape),
    );
    const ends = { low: picture.low, high: picture.high };
    const within = (value) => Math.max(ends.low, Math.min(value, ends.high));
    const colour = (value) => greyColour(within(value), ends);
    this.greys = { ends, stops: [ends.low, ends.high], colour };
    this.showSettings();
    this.move();
  }

  /** Show the window at its place. */
  move() {
    const { row, column } = this.place;
    this.pooled = this.hasOutput
      ? poolWindow(this.image, this.shape, this.kind, row, column)
      : null;
    this.choices.gradient_of.select.value = this.model.get("gradient_of");
    this.drawInput();
    this.drawOutput();
    this.drawGradient();
    this.showWindow();
    this.showWords();
  }

  showSettings() {
    for (const [name, { select }] of Object.entries(this.choices))
      select.value = this.model.get(name);
    for (const [name, { slider, value }] of Object.entries(this.dials)) {
      slider.value = this.model.get(name);
      value.textContent = `${write(this.model.get(name))} ${DIALS[name].unit}`;
      slider.setAttribute("aria-valuetext", value.textContent);
    }
    const grey = () => colourBar(this.greys);
    this.bars[0].replaceChildren(...grey());
    this.bars[1].replaceChildren(...(this.hasOutput ? grey() : []));
    const lines = poolFormulaInWords(this.shape);
    this.formula.replaceChildren(...lines.map((line) => make("div", { textContent: line })));
  }

  /** Draw a map of the image's size with the window over it. */
  drawWithWindow(canvas, values, colour) {
    const { rows, columns, strides } = this.shape;
    const [height, width] = [rows, columns].map((a) => a.before + a.length + a.after);
    const context = fitCanvas(canvas, height, width);
    if (height > rows.length || width > columns.length) hatch(context);
    drawPixels(context, values, colour, rows.before, columns.before);
    if (!this.hasOutput) return context;
    const { row, column } = this.place;
    drawFrame(context, row * strides, column * strides, rows.span, columns.span);
    return context;
  }

  drawInput() {
    const context = this.drawWithWindow(this.input, this.image, this.greys.colour);
    const { winner } = this.pooled ?? {};
    const { rows, columns } = this.shape;
    if (winner && this.kind === "max")
      drawWinner(context, winner.y + rows.before, winner.x + columns.before);
  }

  drawOutput() {
    this.output.hidden = !this.hasOutput;
    if (!this.hasOutput) return;
    const context = fitCanvas(this.output, this.shape.rows.output, this.shape.columns.output);
    drawPixels(context, this.result, this.greys.colour);
    drawFrame(context, this.place.row, this.place.column, 1, 1);
  }

  /** Draw what each pixel gets when one output, or each of them, has gradient 1. */
  drawGradient() {
    const { row, column } = this.place;
    const all = this.model.get("gradient_of") === "all";
    const chosen = this.result.map((line, y) =>
      line.map((_, x) => (all || (y === row && x === column) ? 1 : 0)),
    );
    const shares = poolGradient(this.image, this.settings, this.kind, chosen);
    const high = shares.flat().reduce((a, b) => Math.max(a, b), 0);
    const colour = (value) => signedColour(value, high || 1);
    this.reached = { high, pixels: shares.flat().filter((value) => value > 0).length };
    this.drawWithWindow(this.gradient, shares, colour);
    const bar = { ends: { low: 0, high }, stops: [0, high], colour };
    this.bars[2].replaceChildren(...(this.hasOutput ? colourBar(bar) : []));
  }

  showWindow() {
    if (!this.pooled) this.window.clear();
    else
      this.window.showWindow(
        this.image, this.shape, this.place, this.pooled, this.kind, this.greys.colour,
      );
  }

  showWords() {
    const { shape, place, pooled, kind, picture } = this;
    const { contrast, gradient_of } = this.get("contrast", "gradient_of");
    const total = shape.rows.length * shape.columns.length;
    const from = gradient_of === "all" ? "all outputs" : "this output";
    const outputs = `${shape.rows.output} × ${shape.columns.output}`;
    const texts = [
      `Input: ${shape.rows.length} × ${shape.columns.length}, ${picture.about}`,
      this.hasOutput ? `Output: ${outputs}, ${kind} pooling` : "Output: none",
      `Gradient from ${from}: reaches ${this.reached.pixels} of ${total} pixels`,
    ];
    texts.forEach((text, i) => (this.captions[i].textContent = text));
    this.input.setAttribute("aria-label", `${texts[0]}. ${HINT}`);
    this.output.setAttribute("aria-label", texts[1]);
    this.gradient.setAttribute("aria-label", `${texts[2]}, ${write(this.reached.high)} at most`);
    this.readout.textContent = pooled
      ? `${poolPlaceInWords(place, pooled, kind)} ${standsOutInWords(...this.far, contrast)}`
      : noPoolInWords(shape);
  }

  close() {
    this.undo.forEach((undo) => undo());
  }
}

/** A star's stand-in that shows on any grey: a dot with a dark rim. */
function drawWinner(context, row, column) {
  const { unit } = context.canvas;
  const centre = [EDGE + (column + 0.5) * unit, EDGE + (row + 0.5) * unit];
  const radius = Math.max(unit / 3.5, 3);
  for (const [size, colour] of [[radius + 2.5, "#000"], [radius, FRAME]]) {
    context.beginPath();
    context.arc(...centre, size, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
  }
}

export default { render: renderAtOnce(PoolingView) };
