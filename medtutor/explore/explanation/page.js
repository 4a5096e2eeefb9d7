// The explanation explorer's page: controls, the covered slice, a map, the scores that the kernel
// computes. `seen.settings` says for which settings it has computed them.

const SETTINGS = ["index", "map_name", "random_head", "place", "size", "fill"];
const FILLS = [
  ["local", "the mean around it"],
  ["mean", "the slice's mean"],
  ["black", "black"],
  ["noise", "noise"],
];
const SIZE = { min: 2, max: 16, step: 1 };
const KEYS =
  "Arrow keys move the cover (with Shift by 8 pixels); Home, End, Page Up, Page Down go to the rim; " +
  "[ and ] change its size, F its filling, ";
const WAITING =
  "The kernel computes the score of this cover … (This explorer needs a running kernel: it asks " +
  "the network again for each cover.)";

class ExplanationView {
  /** `bytes` holds the pixels of all slices: `images`, `maps` and `masks`. */
  constructor(model, root, bytes) {
    this.stack = model.get("stack");
    Object.assign(this, { model, bytes, shape: { rows: this.stack.rows, columns: this.stack.columns } });
    this.build(root);
    this.show();
    this.unwatch = watch(model, [...SETTINGS, "seen"], () => this.show());
  }

  get(name) {
    return this.model.get(name);
  }

  get keys() {
    const { names } = this.stack;
    return `${KEYS}${names.length > 1 ? `1 to ${names.length}` : "1"} the map. Or click.`;
  }

  set(name, value) {
    share(this.model, { [name]: value });
  }

  /** The cover's first pixel: at the rim it stays on the slice, however large it is. */
  get place() {
    const edges = [this.shape.rows, this.shape.columns];
    return this.get("place").map((at, axis) => Math.min(at, edges[axis] - this.get("size")));
  }

  /** Whether the kernel's answer is the one to these settings. */
  get answered() {
    const now = SETTINGS.map((name) => this.get(name));
    return JSON.stringify(this.get("seen").settings) === JSON.stringify(now);
  }

  sliceOf(name, place) {
    const size = this.shape.rows * this.shape.columns;
    return this.bytes[name].subarray(place * size, (place + 1) * size);
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    this.readout = makeReadout();
    this.bars = draw("svg", { viewBox: "0 0 410 108", role: "img" });
    const panels = make("div", { className: "mt-panels" }, this.buildSlice(), this.buildMap());
    const row = make("div", { className: "mt-row" }, ...this.buildControls());
    const score = make("figure", { className: "mt-score" }, this.bars);
    root.append(
      make("div", { className: "mt-explorer mt-explanation" }, row, this.readout, score, panels),
    );
  }

  buildControls() {
    const { count, names, random } = this.stack;
    const ofSlices = (n) => `${n} of 0–${count - 1}`;
    const inPixels = (n) => `${n} × ${n} pixels`;
    const maps = names.map((name, n) => [name, `${n + 1}: ${name}`]);
    const slices = { min: 0, max: count - 1, step: 1 };
    this.index = makeSlider("Slice", slices, ofSlices, (index) => this.set("index", index));
    this.size = makeSlider("Cover", SIZE, inPixels, (size) => this.set("size", size));
    this.fill = makeChoice("Filled with", FILLS, (fill) => this.set("fill", fill));
    this.map = makeChoice("Map", maps, (name) => this.set("map_name", name));
    const onTick = (ticked) => this.set("random_head", ticked);
    this.random = makeTick(onTick, "maps of a random head");
    const fields = [this.index, this.size, this.fill, this.map].map(({ field }) => field);
    return random ? [...fields, this.random.field] : fields;
  }

  buildSlice() {
    this.canvas = keepKeys(make("canvas", { tabIndex: 0, attributes: { role: "application" } }));
    this.canvas.addEventListener("keydown", (event) => this.onKey(event));
    followPointer(this.canvas, (row, column) => this.moveTo(this.middled(row, column)));
    this.caption = make("figcaption");
    const hint = make("p", { className: "mt-note", textContent: this.keys });
    return make("figure", { className: "mt-slice" }, this.caption, this.canvas, hint);
  }

  buildMap() {
    this.heat = make("canvas", { attributes: { role: "img" } });
    this.heatCaption = make("figcaption");
    return make("figure", { className: "mt-heat" }, this.heatCaption, this.heat);
  }

  // What the learner does ---------------------------------------------------------------

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const change = this.changeByKey(event.key);
    if (change) {
      event.preventDefault();
      share(this.model, change);
      return;
    }
    const [row, column] = this.place;
    const step = steppedByKey(event, { row, column });
    if (!step) return;
    const far = event.shiftKey ? 8 : 1;
    const go = (from, to) => (Number.isFinite(to) ? from + far * (to - from) : to);
    const jumps = ["Home", "End", "PageUp", "PageDown"].includes(event.key);
    this.moveTo(jumps ? [step.row, step.column] : [go(row, step.row), go(column, step.column)]);
  }

  changeByKey(key) {
    const { names } = this.stack;
    const sizes = { "[": -1, "]": 1 };
    if (key in sizes)
      return { size: Math.max(SIZE.min, Math.min(this.get("size") + sizes[key], SIZE.max)) };
    if (key.toLowerCase() === "f") {
      const fills = FILLS.map(([name]) => name);
      return { fill: fills[(fills.indexOf(this.get("fill")) + 1) % fills.length] };
    }
    return names[Number(key) - 1] ? { map_name: names[Number(key) - 1] } : null;
  }

  middled(row, column) {
    const half = Math.floor(this.get("size") / 2);
    return [row - half, column - half];
  }

  moveTo([row, column]) {
    const size = this.get("size");
    const place = [
      clamp(row, this.shape.rows - size + 1),
      clamp(column, this.shape.columns - size + 1),
    ];
    this.set("place", place);
  }

  // Showing -----------------------------------------------------------------------------

  show() {
    this.index.show(this.get("index"));
    this.size.show(this.get("size"));
    this.fill.select.value = this.get("fill");
    this.map.select.value = this.get("map_name");
    this.random.box.checked = this.get("random_head");
    this.showWords();
    this.showMap();
    this.showSlice();
  }

  showWords() {
    const { words, whole, covered } = this.get("seen");
    const [row, column] = this.place;
    const size = this.get("size");
    this.readout.textContent = this.answered ? words : WAITING;
    this.caption.textContent =
      `The slice with its cover: rows ${row} to ${row + size - 1}, ` +
      `columns ${column} to ${column + size - 1}`;
    this.canvas.setAttribute("aria-label", `${this.caption.textContent}. ${this.keys}`);
    this.bars.classList.toggle("mt-waiting", !this.answered);
    drawBars(this.bars, whole, covered);
    const said = `Score of the whole slice ${write(whole)}, covered ${write(covered)}`;
    this.bars.setAttribute("aria-label", said);
  }

  frame(context) {
    const size = this.get("size");
    drawOutline(context, this.shape, this.sliceOf("masks", this.get("index")), "#fff");
    drawFrame(context, ...this.place, size, size);
  }

  async showSlice() {
    const greys = this.sliceOf("images", this.get("index"));
    const seen = this.get("seen");
    const picture = this.answered ? await unpack(seen.picture) : greys;
    // While it was unpacked another cover may have come.
    if (seen === this.get("seen")) this.frame(paintPixels(this.canvas, this.shape, picture, greyPixel));
  }

  showMap() {
    const { count, names } = this.stack;
    const random = this.get("random_head");
    const number = names.indexOf(this.get("map_name")) + (random ? names.length : 0);
    const values = this.sliceOf("maps", number * count + this.get("index"));
    this.frame(drawTinted(this.heat, this.shape, this.sliceOf("images", this.get("index")), values));
    const truth = this.sliceOf("masks", this.get("index")).includes(1) ? "; white: the lesion" : "";
    this.heatCaption.textContent =
      `Map: ${this.get("map_name")}${random ? ", random head" : ""}. Orange speaks for sick, ` +
      `blue against${truth}`;
    this.heat.setAttribute("aria-label", this.heatCaption.textContent);
  }

  close() {
    this.unwatch();
  }
}

function bytesOfStack(model) {
  const { images, maps, masks } = model.get("stack");
  return unpackEach({ images, maps, masks });
}

export default { render: renderAfter(bytesOfStack, ExplanationView) };
