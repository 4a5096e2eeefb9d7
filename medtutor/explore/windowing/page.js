// The windowing explorer's page: presets, centre and width, the slice, its histogram, read-out.

const FAR = 10; // how many small steps a large one has
const WINDOW_STEP = 10; // HU
const STILL = 4; // a pointer that moves less, in pixels of the page, clicks
// For each key: how many steps right and up.
const KEY_STEPS = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  End: [FAR, 0],
  Home: [-FAR, 0],
  PageUp: [0, FAR],
  PageDown: [0, -FAR],
};

class WindowingView {
  constructor(model, root) {
    this.model = model;
    this.gradientId = uniqueId();
    this.build(root);
    this.undo = [
      watch(model, ["picture"], () => this.load()),
      watch(model, ["center", "width", "place"], () => this.show()),
    ];
  }

  get window() {
    return { center: this.model.get("center"), width: this.model.get("width") };
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    this.controls = new WindowControls({
      ranges: this.model.get("ranges"),
      presets: this.model.get("presets"),
      unit: "HU",
      choose: (changes) => share(this.model, changes),
    });
    this.readout = makeReadout();
    this.pointed = make("p", { className: "mt-pointed" });
    const values = this.model.get("presets").map(
      ({ name, center, width }) => `${name} ${write(center)} / ${write(width)}`,
    );
    const note = `Presets, centre / width in HU: ${values.join(", ")} (${this.model.get("source")}).`;
    const parts = [
      make("div", { className: "mt-row" }, ...this.buildPicture(), this.controls.presets),
      this.controls.row,
      this.readout,
      make("div", { className: "mt-panels" }, this.buildSlice(), this.buildHistogram()),
      make("p", { className: "mt-note", textContent: DRAG_HINT }),
      make("p", { className: "mt-note", textContent: note }),
    ];
    root.append(make("div", { className: "mt-explorer mt-windowing" }, ...parts));
  }

  buildPicture() {
    const pictures = this.model.get("pictures").map(({ name, title }) => [name, title]);
    this.picture = makeChoice("Slice", pictures, (picture) => this.choosePicture(picture));
    return pictures.length > 1 ? [this.picture.field] : [];
  }

  buildSlice() {
    this.canvas = keepKeys(make("canvas", { tabIndex: 0, attributes: { role: "application" } }));
    this.canvas.addEventListener("keydown", (event) => this.stepByKey(event));
    this.canvas.addEventListener("pointerdown", (event) => this.startDrag(event));
    this.canvas.addEventListener("pointermove", (event) => this.movePointer(event));
    this.canvas.addEventListener("pointerup", (event) => this.endDrag(event));
    this.canvas.addEventListener("pointercancel", () => (this.drag = null));
    this.canvas.addEventListener("pointerleave", () => this.point(null));
    this.caption = make("figcaption");
    return make("figure", {}, this.caption, this.canvas, this.pointed);
  }

  buildHistogram() {
    const { width, height } = HISTOGRAM;
    this.svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
    this.fixed = draw("g");
    this.moving = draw("g");
    this.svg.append(this.fixed, this.moving);
    const textContent = "Histogram, and the window on it as a ramp from black to white";
    return make("figure", {}, make("figcaption", { textContent }), this.svg);
  }

  // What the learner does ---------------------------------------------------------------

  choosePicture(name) {
    const { shape } = this.model.get("pictures").find((one) => one.name === name).pixels;
    share(this.model, { picture: name, place: shape.map((length) => Math.floor(length / 2)) });
  }

  stepByKey(event) {
    const steps = KEY_STEPS[event.key];
    if (!steps || !this.slice || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [right, up] = steps;
    const { center, width } = this.window;
    const [row, column] = this.place;
    if (event.shiftKey) this.mark([row - up, column + right]);
    else this.controls.choose({ center: center + WINDOW_STEP * up, width: width + WINDOW_STEP * right });
  }

  mark([row, column]) {
    const { rows, columns } = this.slice;
    share(this.model, { place: [within(row, 0, rows - 1), within(column, 0, columns - 1)] });
  }

  startDrag(event) {
    if (!this.slice) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.drag = { x: event.clientX, y: event.clientY, ...this.window, moved: false };
  }

  movePointer(event) {
    if (!this.slice) return;
    if (!this.drag) return this.point(pixelUnder(this.canvas, event, this.slice));
    const [right, down] = [event.clientX - this.drag.x, event.clientY - this.drag.y];
    if (Math.hypot(right, down) >= STILL) this.drag.moved = true;
    if (!this.drag.moved) return;
    // A wide window moves faster, so that every window is a hand's breadth away.
    const perPixel = Math.max(this.drag.width / 250, 1);
    const { center, width } = this.drag;
    this.controls.choose({
      center: Math.round(center - down * perPixel),
      width: Math.round(width + right * perPixel),
    });
  }

  endDrag(event) {
    if (this.drag && !this.drag.moved) this.mark(pixelUnder(this.canvas, event, this.slice));
    this.drag = null;
  }

  /** Say what is under the pointer; a person who points doesn't need it announced. */
  point(pixel) {
    this.pixel = pixel;
    this.pointed.textContent = pixel
      ? `Under the pointer: ${pixelInWords(pixel, this.valueAt(pixel), this.window)}`
      : "";
  }

  // Showing -----------------------------------------------------------------------------

  /** The cross' pixel, always one of the slice. */
  get place() {
    const [row, column] = this.model.get("place");
    return [within(row, 0, this.slice.rows - 1), within(column, 0, this.slice.columns - 1)];
  }

  valueAt([row, column]) {
    return this.slice.values[row * this.slice.columns + column];
  }

  /** Unpack the chosen slice, then show it. */
  async load() {
    const name = this.model.get("picture");
    const picture = this.model.get("pictures").find((one) => one.name === name);
    const values = await unpack(picture.pixels);
    if (name !== this.model.get("picture")) return; // another one was chosen meanwhile
    const [rows, columns] = picture.pixels.shape;
    this.slice = { values, rows, columns, spacing: picture.spacing };
    this.about = `${picture.about}, ${rows} × ${columns} pixels`;
    this.picture.select.value = name;
    this.scales = histogramScales(picture.histogram);
    this.fixed.replaceChildren(...drawBars(picture.histogram, this.scales));
    fitSlice(this.canvas, this.slice);
    this.point(null);
    this.show();
  }

  show() {
    if (!this.slice) return;
    const { center, width } = this.window;
    const context = paintSlice(this.canvas, this.slice, (hu) => windowed(hu, center, width));
    paintMarks(context, this.crossLines());
    this.moving.replaceChildren(...drawRamp(this.gradientId, this.scales, this.window));
    this.controls.show(this.window);
    this.showWords();
    if (this.pixel) this.point(this.pixel);
  }

  /** A cross that leaves its pixel free. */
  crossLines() {
    const [row, column] = this.place;
    const [high, wide] = [
      this.canvas.height / this.slice.rows,
      this.canvas.width / this.slice.columns,
    ];
    const [x, y] = [(column + 0.5) * wide, (row + 0.5) * high];
    const [from, to] = [Math.max(high, wide) / 2 + 4, Math.max(high, wide) / 2 + 16];
    return [
      [x - to, y, x - from, y],
      [x + from, y, x + to, y],
      [x, y - to, x, y - from],
      [x, y + from, x, y + to],
    ];
  }

  showWords() {
    const { center, width } = this.window;
    const cut = sharesInWords(clippedShares(this.slice.values, center, width));
    const pixel = pixelInWords(this.place, this.valueAt(this.place), this.window);
    this.readout.textContent = `${windowInWords(this.window)} ${cut} Cross at ${pixel}.`;
    this.caption.textContent = `Slice: ${this.about}`;
    this.canvas.setAttribute("aria-label", `Slice: ${this.about}. ${DRAG_HINT}`);
    this.svg.setAttribute("aria-label", `Histogram of the Hounsfield units. ${cut}`);
  }

  close() {
    this.undo.forEach((undo) => undo());
  }
}

async function render({ model, el }) {
  const view = new WindowingView(model, el);
  await view.load();
  return () => view.close();
}

export { clippedShares, unpack, windowed };
export default { render };
