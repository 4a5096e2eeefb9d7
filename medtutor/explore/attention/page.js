// The attention explorer's page: controls, the slice with its patches, and what one of them sees.

const SETTINGS = ["index", "place", "knows", "head", "size", "scaled", "temperature"];
const KNOWLEDGE = ["brightness", "position", "both"].map((name) => [name, name]);
const SIZES = [8, 32, 128, 512].map((size) => [size, `d = ${size}`]);
const TENTHS = { min: -10, max: 10, step: 1 }; // of the logarithm of the temperature
const KEYS = "Arrow keys move the patch that looks; 1 to 4 change the head. Or click and drag.";
const GRID_LINE = "rgb(255 255 255 / 35%)";

class AttentionView {
  constructor(model, root, images) {
    const { count, rows, columns } = model.get("stack");
    Object.assign(this, { model, images, count, shape: { rows, columns } });
    this.build(root);
    this.show();
    this.unwatch = watch(model, SETTINGS, () => this.show());
  }

  set(name, value) {
    share(this.model, { [name]: value });
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    this.readout = makeReadout();
    const panels = make("div", { className: "mt-panels" }, this.buildSlice(), this.buildHeat());
    const rows = this.buildControls().map((row) => make("div", { className: "mt-row" }, ...row));
    root.append(
      make("div", { className: "mt-explorer mt-attention" }, ...rows, this.readout, panels),
    );
  }

  buildControls() {
    const slices = { min: 0, max: this.count - 1, step: 1 };
    const inSlices = (n) => `${n} of 0–${slices.max}`;
    const heads = HEADS_IN_WORDS.map((words, n) => [n + 1, `${n + 1}: ${words}`]);
    this.index = makeSlider("Slice", slices, inSlices, (n) => this.set("index", n));
    this.knows = makeChoice("Patches know", KNOWLEDGE, (name) => this.set("knows", name));
    this.head = makeChoice("Head", heads, (head) => this.set("head", Number(head)));
    this.size = makeChoice("Size of a key", SIZES, (size) => this.set("size", Number(size)));
    this.heat = makeSlider(
      "Temperature",
      TENTHS,
      (tenths) => write(Number((10 ** (tenths / 10)).toPrecision(2))),
      (tenths) => this.set("temperature", 10 ** (tenths / 10)),
    );
    this.scaled = makeTick((scaled) => this.set("scaled", scaled), "divide by √d");
    return [
      [this.index.field, this.knows.field, this.head.field],
      [this.size.field, this.scaled.field, this.heat.field],
    ];
  }

  buildSlice() {
    this.canvas = keepKeys(make("canvas", { tabIndex: 0, attributes: { role: "application" } }));
    this.canvas.addEventListener("keydown", (event) => this.onKey(event));
    followPointer(this.canvas, (row, column) => {
      const { rows, columns } = this.shape;
      this.moveTo(Math.floor((row * GRID) / rows), Math.floor((column * GRID) / columns));
    });
    this.caption = make("figcaption");
    const hint = make("p", { className: "mt-note", textContent: KEYS });
    return make("figure", {}, this.caption, this.canvas, hint);
  }

  buildHeat() {
    this.picture = make("canvas", { attributes: { role: "img" } });
    this.pictureCaption = make("figcaption");
    return make("figure", {}, this.pictureCaption, this.picture);
  }

  // What the learner does ---------------------------------------------------------------

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const head = Number(event.key);
    if (head >= 1 && head <= HEADS.length) {
      event.preventDefault();
      this.set("head", head);
      return;
    }
    const [row, column] = this.model.get("place");
    const step = steppedByKey(event, { row, column });
    if (step) this.moveTo(step.row, step.column);
  }

  moveTo(row, column) {
    this.set("place", [clamp(row, GRID), clamp(column, GRID)]);
  }

  // Showing -----------------------------------------------------------------------------

  show() {
    const settings = Object.fromEntries(SETTINGS.map((name) => [name, this.model.get(name)]));
    const size = this.shape.rows * this.shape.columns;
    const greys = this.images.subarray(settings.index * size, (settings.index + 1) * size);
    const scene = attentionScene(greys, this.shape, settings);
    this.showControls(settings);
    const words = attentionWords(scene, settings.place);
    if (this.readout.textContent !== words) this.readout.textContent = words;
    const [row, column] = settings.place;
    this.caption.textContent = `Slice ${settings.index}; yellow: the patch that looks, row ${row}, column ${column}`;
    this.canvas.setAttribute("aria-label", `${this.caption.textContent}. ${KEYS}`);
    this.draw(this.canvas, greys, settings.place);
    this.pictureCaption.textContent =
      "What it looks at: the more orange, the larger the weight (the largest is full orange)";
    this.picture.setAttribute("aria-label", `Picture. ${words}`);
    this.draw(this.picture, greys, settings.place, scene);
  }

  showControls({ index, knows, head, size, scaled, temperature }) {
    this.index.show(index);
    this.knows.select.value = knows;
    this.head.select.value = head;
    this.size.select.value = size;
    this.scaled.box.checked = scaled;
    this.heat.show(Math.round(10 * Math.log10(temperature)));
  }

  /** A slice with the lines of its patches, and orange where a weight lies, if there are any. */
  draw(canvas, greys, [row, column], scene) {
    const { rows, columns } = this.shape;
    const context = fitCanvas(canvas, rows, columns);
    const [high, wide] = [rows / GRID, columns / GRID];
    const shareAt = (i) => {
      const patch = Math.floor(Math.floor(i / columns) / high) * GRID + Math.floor((i % columns) / wide);
      return scene ? scene.weights[patch] / scene.largest : 0;
    };
    const colourOf = (i) => {
      const [grey, share_] = [greys[i], 0.9 * shareAt(i)];
      return colourPixel([230, 120, 0].map((far) => Math.round(grey + share_ * (far - grey))));
    };
    enlarge(context, pixelsOf(this.shape, Uint32Array.from(greys, (_, i) => i), colourOf), canvas.unit);
    this.drawGrid(context, high * canvas.unit, wide * canvas.unit);
    drawFrame(context, row * high, column * wide, high, wide);
  }

  drawGrid(context, high, wide) {
    context.strokeStyle = GRID_LINE;
    context.lineWidth = 1;
    context.beginPath();
    for (let n = 1; n < GRID; n++) {
      context.moveTo(EDGE, EDGE + n * high);
      context.lineTo(EDGE + GRID * wide, EDGE + n * high);
      context.moveTo(EDGE + n * wide, EDGE);
      context.lineTo(EDGE + n * wide, EDGE + GRID * high);
    }
    context.stroke();
  }

  close() {
    this.unwatch();
  }
}

export { attentionScene, attentionWords, unpack };
export default { render: renderAfter((model) => unpack(model.get("stack").images), AttentionView) };
