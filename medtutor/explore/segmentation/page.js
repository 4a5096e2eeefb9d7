// The segmentation explorer's page: controls, the slice with mask and truth, tables, brush.

const SETTINGS = ["threshold_percent", "opacity_percent", "mode", "truth_shown", "tool", "brush"];
const MODES = [["look", "the network's mask"], ["paint", "a mask that you paint"]];
const TOOLS = [["paint", "paints"], ["erase", "erases"]];
const LOOK_HINT = "Arrow keys (or a click) move the frame from pixel to pixel.";
const PAINT_HINT =
  "Arrow keys move the brush, Space paints, E erases, Shift with an arrow key paints along; " +
  "+ and − change the brush, Z undoes. Or paint with the mouse.";

class SegmentationView {
  /** `bytes` holds the pixels of all slices: `images`, `masks` and `levels`. */
  constructor(model, root, bytes) {
    const { count, rows, columns, class_ids, pixel_mm2 } = model.get("stack");
    Object.assign(this, { model, bytes, count, classIds: class_ids, pixelArea: pixel_mm2 });
    this.shape = { rows, columns };
    this.paintings = new Paintings(model, this.shape);
    this.build(root);
    this.restart();
    this.undo = [
      watch(model, ["index", "class_id"], () => this.restart()),
      watch(model, ["paintings"], () => this.repaint()),
      watch(model, SETTINGS, () => this.show()),
      watch(model, ["cursor"], () => this.move()),
    ];
  }

  // What the model says -----------------------------------------------------------------

  get(name) {
    return this.model.get(name);
  }

  get painting() {
    return this.get("mode") === "paint";
  }

  get hidden() {
    return this.painting && !this.get("truth_shown");
  }

  /** The pixels of the slice that is seen, out of all slices' (or of a class's) bytes. */
  sliceOf(name, place = 0) {
    const size = this.shape.rows * this.shape.columns;
    const start = (place * this.count + this.get("index")) * size;
    return this.bytes[name].subarray(start, start + size);
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    this.readout = makeReadout();
    const parts = [
      make("div", { className: "mt-row" }, ...this.buildDials()),
      make("div", { className: "mt-row" }, ...this.buildChoices(), this.buildBrush()),
      this.readout,
      make("div", { className: "mt-panels" }, this.buildPicture(), this.buildNumbers()),
    ];
    root.append(make("div", { className: "mt-explorer mt-segmentation" }, ...parts));
  }

  buildDials() {
    const set = (name) => (value) => share(this.model, { [name]: value });
    const last = this.count - 1;
    const slider = (name, max, step, inWords, onChange) =>
      makeSlider(name, { min: 0, max, step }, inWords, onChange);
    const asShare = (percent) => (percent / 100).toFixed(2);
    const asPercent = (percent) => `${percent} %`;
    const chooseSlice = (index) => this.choose({ index });
    this.dials = {
      index: slider("Slice", last, 1, (n) => `${n} of 0–${last}`, chooseSlice),
      threshold_percent: slider("Threshold", 100, 1, asShare, set("threshold_percent")),
      opacity_percent: slider("Overlay opacity", 100, 5, asPercent, set("opacity_percent")),
    };
    return Object.values(this.dials).map(({ field }) => field);
  }

  buildChoices() {
    const classes = this.classIds.map((id) => [id, id ? `class ${id}` : "class 0 (background)"]);
    this.choices = {
      mode: makeChoice("Hold against the truth", MODES, (mode) => this.choose({ mode })),
      class_id: makeChoice("Class", classes, (id) => this.choose({ class_id: Number(id) })),
    };
    this.choices.class_id.field.hidden = classes.length === 1;
    return Object.values(this.choices).map(({ field }) => field);
  }

  buildBrush() {
    this.tool = makeChoice("Mouse", TOOLS, (tool) => share(this.model, { tool }));
    const range = { min: 1, max: this.get("largest_brush"), step: 2 };
    this.brush = makeSlider("Brush", range, (width) => `${width} px`, (brush) => share(this.model, { brush }));
    this.undoButton = makeButton("Undo", () => this.paintings.undo());
    this.clearButton = makeButton("Clear", () => this.paintings.keep(this.painted.fill(0)));
    this.truthButton = makeButton("", () => share(this.model, { truth_shown: this.hidden }));
    const buttons = [this.undoButton, this.clearButton, this.truthButton];
    const group = make("div", { className: "mt-group" }, ...buttons);
    const parts = [this.brush.field, this.tool.field, group];
    this.brushBox = make("div", { className: "mt-row mt-brush" }, ...parts);
    return this.brushBox;
  }

  buildPicture() {
    this.canvas = keepKeys(make("canvas", { tabIndex: 0, attributes: { role: "application" } }));
    this.canvas.addEventListener("keydown", (event) => this.onKey(event));
    followStroke(this.canvas, this.shape, {
      press: (place) => this.dragTo(place, place),
      drag: (place) => this.dragTo(this.get("cursor"), place),
      release: () => this.painting && this.paintings.keep(this.painted),
    });
    this.picture = make("canvas");
    this.caption = make("figcaption");
    this.pixel = make("p", { className: "mt-note mt-pixel", attributes: { role: "status" } });
    this.hint = make("p", { className: "mt-note" });
    return make("figure", { className: "mt-slice" }, this.caption, this.canvas, this.pixel, this.hint);
  }

  buildNumbers() {
    this.outcomes = new OutcomeTable(this.pixelArea);
    this.scores = new ScoreTable();
    this.curve = draw("svg", { viewBox: "0 0 330 186", role: "img" });
    this.curveCaption = make("figcaption");
    const figure = make("figure", {}, this.curveCaption, this.curve);
    return make("div", { className: "mt-numbers" }, this.outcomes.element, this.scores.element, figure);
  }

  // What the learner does ---------------------------------------------------------------

  /** Take another slice, class or mask; while painting, its truth is hidden at first. */
  choose(changes) {
    share(this.model, { truth_shown: false, ...changes });
  }

  onKey(event) {
    const cursor = this.get("cursor");
    const asked = this.painting ? askedByKey(event) : null;
    if (asked) {
      event.preventDefault();
      this.obey(asked, cursor);
      return;
    }
    const step = steppedByKey(event, { row: cursor[0], column: cursor[1] });
    if (!step) return;
    const place = [clamp(step.row, this.shape.rows), clamp(step.column, this.shape.columns)];
    if (this.painting && event.shiftKey) this.stroke(cursor, place, 1);
    share(this.model, { cursor: place });
    if (this.painting && event.shiftKey) this.paintings.keep(this.painted);
  }

  obey({ value, width, undo }, cursor) {
    if (undo) this.paintings.undo();
    else if (width) {
      const brush = Math.max(1, Math.min(this.get("brush") + width, this.get("largest_brush")));
      share(this.model, { brush });
    } else {
      this.stroke(cursor, cursor, value);
      this.paintings.keep(this.painted);
    }
  }

  dragTo(from, place) {
    if (this.painting) this.stroke(from, place, this.get("tool") === "paint" ? 1 : 0);
    share(this.model, { cursor: place });
    if (this.painting) this.show();
  }

  stroke(from, to, value) {
    const width = this.get("brush");
    for (const place of lineOf(from, to)) stamp(this.painted, this.shape, place, width, value);
  }

  // Computing and showing ---------------------------------------------------------------

  /** Take up another slice or class. */
  restart() {
    const classId = this.get("class_id");
    this.greys = this.sliceOf("images");
    this.truth = this.sliceOf("masks").map((id) => (id === classId ? 1 : 0));
    this.levels = this.sliceOf("levels", this.classIds.indexOf(classId));
    this.byThreshold = countsByThreshold(this.truth, this.levels);
    this.repaint();
  }

  repaint() {
    this.painted = this.paintings.current();
    this.show();
  }

  show() {
    this.mask = this.painting ? this.painted : maskAt(this.levels, this.get("threshold_percent"));
    const counts = countsOf(this.truth, this.mask);
    this.showControls();
    this.showPicture();
    this.outcomes.show(this.hidden ? null : counts);
    this.scores.show(this.hidden ? null : counts);
    this.showCurve(counts);
    this.showWords(counts);
    this.move();
  }

  /** Show the brush at its place, over the picture as it was last drawn. */
  move() {
    Object.assign(this.canvas, { width: this.picture.width, height: this.picture.height });
    this.canvas.unit = this.picture.unit;
    const context = this.canvas.getContext("2d");
    context.drawImage(this.picture, 0, 0);
    // A frame of one pixel would not be seen on a large image.
    const frame = 2 * Math.floor(4 / this.picture.unit) + 1;
    drawBrush(context, this.shape, this.get("cursor"), this.painting ? this.get("brush") : frame);
    this.showPixel();
  }

  showControls() {
    for (const [name, dial] of Object.entries(this.dials)) dial.show(this.get(name));
    for (const [name, { select }] of Object.entries(this.choices)) select.value = this.get(name);
    this.brush.show(this.get("brush"));
    this.tool.select.value = this.get("tool");
    this.brushBox.hidden = !this.painting;
    this.undoButton.disabled = !this.paintings.canUndo;
    this.clearButton.disabled = !this.painted.includes(1);
    this.truthButton.textContent = this.hidden ? "Show truth and score" : "Hide truth and score";
  }

  showPicture() {
    const opacity = this.get("opacity_percent") / 100;
    const context = paintPixels(this.picture, this.shape, this.greys, greyPixel);
    if (this.hidden) drawOutcome(context, this.shape, "painted", this.mask, 1, opacity);
    else drawComparison(context, this.shape, this.truth, this.mask, opacity);
  }

  showCurve(counts) {
    const percent = this.get("threshold_percent");
    const own = this.painting ? scoresOf(counts).dice : null;
    this.curve.parentElement.hidden = this.hidden;
    drawScores(this.curve, this.byThreshold, percent, own);
    const { dice, iou } = scoresOf(this.byThreshold[percent]);
    this.curveCaption.textContent =
      "The network's Dice (solid) and IoU (dashed) at every threshold" +
      (own?.whole ? "; dotted: your Dice" : "");
    this.curve.setAttribute(
      "aria-label",
      `${this.curveCaption.textContent}. At threshold ${(percent / 100).toFixed(2)}: ` +
        `Dice ${scoreInWords(dice)}, IoU ${scoreInWords(iou)}`,
    );
  }

  showPixel() {
    const [row, column] = this.get("cursor");
    const i = row * this.shape.columns + column;
    this.pixel.textContent = pixelInWords([row, column], {
      level: this.levels[i],
      inTruth: this.truth[i],
      inMask: this.mask[i],
      painting: this.painting,
      hidden: this.hidden,
    });
  }

  showWords(counts) {
    const words = this.wordsOf(counts);
    if (this.readout.textContent !== words) this.readout.textContent = words;
    this.caption.textContent = this.captionInWords();
    this.hint.textContent = this.painting ? PAINT_HINT : LOOK_HINT;
    this.canvas.setAttribute("aria-label", `${this.caption.textContent}. ${this.hint.textContent}`);
  }

  wordsOf(counts) {
    const classId = this.get("class_id");
    if (this.hidden) return hiddenInWords(counts.hits + counts.falsePositives, this.pixelArea, classId);
    const words = comparisonInWords(counts, this.pixelArea, classId);
    if (!this.painting) return words;
    const percent = this.get("threshold_percent");
    const network = scoreInWords(scoresOf(this.byThreshold[percent]).dice);
    const at = (percent / 100).toFixed(2);
    return `Your mask: ${words} The network's Dice at threshold ${at}: ${network}.`;
  }

  captionInWords() {
    const slice = `Slice ${this.get("index")}`;
    if (this.hidden) return `${slice} with what you have painted (tinted)`;
    const whose = this.painting ? "your mask" : "the network's mask";
    return `${slice} with ${whose}; white outline: the truth`;
  }

  close() {
    this.undo.forEach((undo) => undo());
  }
}

function bytesOfStack(model) {
  const { images, masks, levels } = model.get("stack");
  return unpackEach({ images, masks, levels });
}

export { OUTCOMES, unpack };
export default { render: renderAfter(bytesOfStack, SegmentationView) };
