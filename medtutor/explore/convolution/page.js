// The convolution explorer's page: controls, two canvases, the products, the read-out.

const SETTINGS = ["picture", "kernel", "strides", "padding", "dilation"];
const sameNumbers = (a, b) => JSON.stringify(a) === JSON.stringify(b);

class ConvolutionView {
  constructor(model, root) {
    this.model = model;
    this.everythingSeen = false;
    this.build(root);
    this.restart();
    this.undo = [
      watch(model, SETTINGS, () => this.restart()),
      watch(model, ["place"], () => this.move()),
    ];
  }

  // What the model says -----------------------------------------------------------------

  get image() {
    const name = this.model.get("picture");
    return this.model.get("pictures").find((picture) => picture.name === name);
  }

  get kernel() {
    return this.model.get("kernel");
  }

  get settings() {
    const names = ["strides", "padding", "dilation"];
    return Object.fromEntries(names.map((name) => [name, this.model.get(name)]));
  }

  /** The window's place in the output; before it is first moved, the middle. */
  get place() {
    const along = (value, { output }) =>
      clamp(value < 0 ? Math.floor(output / 2) : value, output);
    const [row, column] = this.model.get("place");
    return { row: along(row, this.shape.rows), column: along(column, this.shape.columns) };
  }

  get hasOutput() {
    return this.shape.rows.output > 0 && this.shape.columns.output > 0;
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    this.readout = makeReadout();
    const controls = make("div", { className: "mt-row" });
    controls.append(...this.buildChoices(), this.buildButtons());
    const maps = make("div", { className: "mt-panels" }, ...this.buildFigures());
    const parts = [controls, this.readout, maps, this.buildArithmetic()];
    root.append(make("div", { className: "mt-explorer mt-convolution" }, ...parts));
  }

  buildChoices() {
    const set = (name, convert) => (value) => share(this.model, { [name]: convert(value) });
    const named = (trait) => this.model.get(trait).map(({ name, title }) => [name, title]);
    const presets = [...named("presets"), ["", "your numbers"]];
    const paddings = [["valid", "valid"], ["same", "same"]];
    const edges = oneTo(this.model.get("largest_kernel"));
    const steps = oneTo(this.model.get("largest_step"));
    this.choices = {
      picture: makeChoice("Image", named("pictures"), set("picture", String)),
      preset: makeChoice("Kernel", presets, (name) => this.choosePreset(name)),
      rows: makeChoice("Kernel rows", edges, () => this.resizeKernel()),
      columns: makeChoice("Kernel columns", edges, () => this.resizeKernel()),
      strides: makeChoice("Stride", steps, set("strides", Number)),
      padding: makeChoice("Padding", paddings, set("padding", String)),
      dilation: makeChoice("Dilation", steps, set("dilation", Number)),
    };
    return Object.values(this.choices).map(({ field }) => field);
  }

  buildButtons() {
    this.stepButton = makeButton("Step", () => this.stepOn());
    this.fillButton = makeButton("Fill all", () => this.fillAll());
    this.clearButton = makeButton("Clear", () => this.clear());
    return make("div", { className: "mt-group" }, this.stepButton, this.fillButton, this.clearButton);
  }

  buildFigures() {
    this.input = keepKeys(make("canvas", { tabIndex: 0, attributes: { role: "application" } }));
    this.output = make("canvas", { attributes: { role: "img" } });
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    followPointer(this.input, (row, column) => this.centreOnPixel(row, column));
    followPointer(this.output, (row, column) => this.goTo({ row, column }));
    const parts = [this.input, this.output].map((canvas) => {
      const [caption, bar] = [make("figcaption"), make("div", { attributes: { "aria-hidden": true } })];
      return { caption, bar, figure: make("figure", {}, caption, canvas, bar) };
    });
    [this.inputParts, this.outputParts] = parts;
    this.inputParts.figure.append(make("p", { className: "mt-note", textContent: HINT }));
    return parts.map(({ figure }) => figure);
  }

  buildArithmetic() {
    this.products = new ProductsTable((p, q, value) => this.editWeight(p, q, value));
    this.sum = make("p", { className: "mt-sum" });
    this.formula = make("div", { className: "mt-note" });
    const title = make("div", {
      className: "mt-title",
      textContent: "Output size = ⌊(n + p − d·(k − 1) − 1) / s⌋ + 1",
    });
    const words = make("div", { className: "mt-words" }, this.sum, title, this.formula);
    return make("div", { className: "mt-panels" }, this.products.element, words);
  }

  // What the learner does ---------------------------------------------------------------

  choosePreset(name) {
    const preset = this.model.get("presets").find((one) => one.name === name);
    if (preset) share(this.model, { kernel: preset.weights });
    else this.showSettings();
  }

  resizeKernel() {
    const rows = Number(this.choices.rows.select.value);
    const columns = Number(this.choices.columns.select.value);
    share(this.model, { kernel: resized(this.kernel, rows, columns) });
  }

  editWeight(p, q, value) {
    const kernel = this.kernel.map((weights) => [...weights]);
    kernel[p][q] = value;
    share(this.model, { kernel });
  }

  onKey(event) {
    const place = steppedByKey(event, this.place);
    if (place) this.goTo(place);
  }

  /** Bring the window's centre as near to a pixel (counted with padding) as strides allow. */
  centreOnPixel(row, column) {
    const along = (pixel, axis) =>
      Math.round((pixel - (axis.span - 1) / 2) / this.settings.strides);
    this.goTo({ row: along(row, this.shape.rows), column: along(column, this.shape.columns) });
  }

  goTo({ row, column }) {
    if (!this.hasOutput) return;
    const { rows, columns } = this.shape;
    share(this.model, { place: [clamp(row, rows.output), clamp(column, columns.output)] });
  }

  /** On to the next place, in reading order. */
  stepOn() {
    const { row, column } = this.place;
    const atEnd = column + 1 === this.shape.columns.output;
    this.goTo(atEnd ? { row: row + 1, column: 0 } : { row, column: column + 1 });
  }

  fillAll() {
    this.everythingSeen = true;
    this.restart();
  }

  clear() {
    this.everythingSeen = false;
    this.seen = this.seen.map((line) => line.map(() => false));
    this.move();
  }

  // Computing and showing ---------------------------------------------------------------

  /** Compute anew after a setting changed. */
  restart() {
    const { pixels } = this.image;
    this.shape = geometry(pixels, this.kernel, this.settings);
    this.result = convolve(pixels, this.kernel, this.settings);
    const { row, column } = this.place;
    const before = (y, x) => y < row || (y === row && x <= column);
    this.seen = this.result.map((line, y) =>
      line.map((_, x) => this.everythingSeen || before(y, x)),
    );
    this.inputColours = colouring(pixels, false);
    this.outputColours = colouring(this.result, true);
    this.showSettings();
    this.move();
  }

  /** Show the window at its place. */
  move() {
    const { row, column } = this.place;
    if (this.hasOutput) this.seen[row][column] = true;
    this.taps = this.hasOutput
      ? windowProducts(this.image.pixels, this.kernel, this.settings, row, column)
      : null;
    this.drawInput();
    this.drawOutput();
    this.products.showProducts(this.taps, this.inputColours.colour);
    this.showWords();
    this.showButtons();
  }

  showSettings() {
    const preset = this.model.get("presets").find((p) => sameNumbers(p.weights, this.kernel));
    const shown = {
      ...this.settings,
      picture: this.model.get("picture"),
      preset: preset?.name ?? "",
      rows: this.kernel.length,
      columns: this.kernel[0].length,
    };
    for (const [name, { select }] of Object.entries(this.choices)) select.value = shown[name];
    this.products.showWeights(this.kernel);
    this.inputParts.bar.replaceChildren(...colourBar(this.inputColours));
    this.outputParts.bar.replaceChildren(...(this.hasOutput ? colourBar(this.outputColours) : []));
    const lines = formulaInWords(this.shape, this.settings);
    this.formula.replaceChildren(...lines.map((line) => make("div", { textContent: line })));
  }

  drawInput() {
    const { rows, columns } = this.shape;
    const [height, width] = [rows, columns].map((a) => a.before + a.length + a.after);
    const context = fitCanvas(this.input, height, width);
    if (height > rows.length || width > columns.length) hatch(context);
    drawPixels(context, this.image.pixels, this.inputColours.colour, rows.before, columns.before);
    if (!this.hasOutput) return;
    const { strides, dilation } = this.settings;
    const [top, left] = [this.place.row * strides, this.place.column * strides];
    drawTaps(context, top, left, this.kernel, dilation);
    drawFrame(context, top, left, rows.span, columns.span);
  }

  drawOutput() {
    this.output.hidden = !this.hasOutput;
    if (!this.hasOutput) return;
    const context = fitCanvas(this.output, this.shape.rows.output, this.shape.columns.output);
    const values = this.result.map((line, y) => line.map((v, x) => (this.seen[y][x] ? v : null)));
    hatch(context);
    drawPixels(context, values, this.outputColours.colour);
    drawFrame(context, this.place.row, this.place.column, 1, 1);
  }

  showWords() {
    const { shape, place, taps } = this;
    const { low, high } = this.outputColours.ends;
    const caption = `Input: ${shape.rows.length} × ${shape.columns.length}, ${this.image.about}`;
    this.inputParts.caption.textContent = caption;
    this.input.setAttribute("aria-label", `${caption}. ${HINT}`);
    this.outputParts.caption.textContent = this.outputCaption();
    this.output.setAttribute(
      "aria-label",
      `${this.outputCaption()}. The whole map goes from ${write(low)} to ${write(high)}.`,
    );
    this.sum.textContent = taps ? sumInWords(taps) : "";
    this.readout.textContent = taps
      ? placeInWords(shape, place, this.settings.strides, taps)
      : noOutputInWords(shape);
  }

  outputCaption() {
    const { rows, columns } = this.shape;
    const seen = this.seen.flat().filter(Boolean).length;
    if (!this.hasOutput) return "Output: none";
    return `Output: ${rows.output} × ${columns.output}, ${seen} of ${rows.output * columns.output} computed`;
  }

  showButtons() {
    const { rows, columns } = this.shape;
    const { row, column } = this.place;
    const last = row >= rows.output - 1 && column >= columns.output - 1;
    this.stepButton.disabled = last;
    this.fillButton.disabled = this.clearButton.disabled = !this.hasOutput;
  }

  close() {
    this.undo.forEach((undo) => undo());
  }
}

export default { render: renderAtOnce(ConvolutionView) };
