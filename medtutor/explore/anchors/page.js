// The anchors explorer's page: two tabs, a slice with boxes on it, a read-out.

const TABS = { anchors: "Anchors", suppression: "Suppression" };
const WATCHED = [
  "tab",
  "index",
  "stride",
  "sizes",
  "three_ratios",
  "positive",
  "negative",
  "place",
  "score_threshold",
  "nms_threshold",
];
const SHARE = { min: 0, max: 1, step: 0.01 };
const OVERLAP = { min: 0.05, max: 0.95, step: 0.05 };
const NONE = "none";
const CLOSE = 20; // pixels of the slice that the close-up shows, each way
const LEGENDS = {
  anchors:
    "Blue, dashed: true boxes. Cross: the cursor, with its anchors: orange positive, white and " +
    "dotted left out, grey negative. Dots: places with a positive anchor",
  suppression:
    "Blue, dashed: true boxes. Orange: hits; orange and dotted: duplicates; pink, long dashes: " +
    "false alarms",
};
const CURSOR_HINT =
  "Arrow keys move the cursor from place to place; Home, End, Page Up, Page Down go to the rim. Or click.";

class AnchorsView {
  constructor(model, root, pixels) {
    this.model = model;
    this.stack = model.get("stack");
    this.pixels = pixels;
    this.build(root);
    this.show();
    this.unwatch = watch(model, WATCHED, () => this.show());
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    this.readout = makeReadout();
    this.rows = { anchors: this.buildAnchorControls(), suppression: this.buildThresholds() };
    this.controls = make("div");
    this.panels = make("div", { className: "mt-panels" }, ...this.buildFigures());
    const shared = make("div", { className: "mt-row" }, ...this.buildTabs(), this.buildIndex());
    root.append(
      make(
        "div",
        { className: "mt-explorer mt-anchors" },
        shared,
        this.controls,
        this.readout,
        this.panels,
      ),
    );
  }

  /** Two buttons; arrows go from one to the other, as everywhere with tabs. */
  buildTabs() {
    if (!this.stack.detections.length) return [];
    this.tabs = Object.entries(TABS).map(([name, text]) => {
      const button = makeButton(text, () => share(this.model, { tab: name }));
      button.setAttribute("role", "tab");
      button.addEventListener("keydown", (event) => this.otherTab(event));
      return button;
    });
    const attributes = { role: "tablist", "aria-label": "What to try" };
    return [make("div", { className: "mt-group", attributes }, ...this.tabs)];
  }

  otherTab(event) {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    const other = Object.keys(TABS).find((name) => name !== this.model.get("tab"));
    share(this.model, { tab: other });
    this.tabs[Object.keys(TABS).indexOf(other)].focus();
  }

  buildIndex() {
    const range = { min: 0, max: this.stack.count - 1, step: 1 };
    const inWords = (n) => `${n} of 0–${range.max}`;
    this.index = makeSlider("Slice", range, inWords, (index) => share(this.model, { index }));
    return this.index.field;
  }

  buildAnchorControls() {
    const strides = [1, 2, 4, 8].map((n) => [n, n === 1 ? "1 pixel" : `${n} pixels`]);
    this.stride = makeChoice("Stride", strides, (n) => share(this.model, { stride: Number(n) }));
    this.sizes = [0, 1, 2].map((n) => this.buildSize(n));
    this.shapes = makeChoice(
      "Ratios, height : width",
      [["1", "1"], ["3", "½, 1, 2"]],
      (value) => share(this.model, { three_ratios: value === "3" }),
    );
    const set = (name) => (value) => this.setOverlap(name, value);
    this.positive = makeSlider("Positive from IoU", OVERLAP, twoDigits, set("positive"));
    this.negative = makeSlider("Negative below IoU", OVERLAP, twoDigits, set("negative"));
    const choices = [this.stride, ...this.sizes, this.shapes].map(({ field }) => field);
    const sliders = [this.positive, this.negative].map(({ field }) => field);
    return make("div", { className: "mt-row" }, ...choices, ...sliders);
  }

  buildSize(n) {
    const offered = this.stack.sizes.map((size) => [size, `${write(size)} pixels`]);
    const options = n === 0 ? offered : [[NONE, "none"], ...offered];
    return makeChoice(`Size ${n + 1}`, options, (value) => {
      const chosen = [...this.model.get("sizes")];
      if (value === NONE) chosen.splice(n, 1);
      else chosen[Math.min(n, chosen.length)] = Number(value);
      share(this.model, { sizes: chosen });
    });
  }

  /** The lower threshold never stands above the upper one: each takes the other along. */
  setOverlap(name, value) {
    const now = { positive: this.model.get("positive"), negative: this.model.get("negative") };
    now[name] = value;
    if (now.negative > now.positive) now.positive = now.negative = value;
    share(this.model, now);
  }

  buildThresholds() {
    const set = (name) => (value) => share(this.model, { [name]: value });
    this.score = makeSlider("Score from", SHARE, twoDigits, set("score_threshold"));
    this.nms = makeSlider("NMS threshold (IoU)", SHARE, twoDigits, set("nms_threshold"));
    return make("div", { className: "mt-row" }, this.score.field, this.nms.field);
  }

  buildFigures() {
    this.canvas = keepKeys(make("canvas", { tabIndex: 0, attributes: { role: "application" } }));
    this.canvas.addEventListener("keydown", (event) => this.stepByKey(event));
    followPointer(this.canvas, (row, column) => this.goTo([row, column]));
    this.caption = make("figcaption");
    this.hint = make("p", { className: "mt-note", textContent: CURSOR_HINT });
    const attributes = { role: "img", "aria-label": "Close-up around the cursor" };
    this.near = make("canvas", { attributes });
    const closeTitle = make("figcaption", { textContent: "Close-up around the cursor" });
    this.closeUp = make("figure", { className: "mt-close" }, closeTitle, this.near);
    this.froc = draw("svg", { viewBox: "0 0 294 260", role: "img", "aria-label": "FROC curve" });
    const title = make("figcaption", {
      textContent:
        "FROC over all slices at this NMS threshold; dot: the score threshold, at the right rim " +
        "where it lets in more false alarms",
    });
    this.curve = make("figure", { className: "mt-froc" }, title, this.froc);
    const slice = make("figure", { className: "mt-slice" }, this.caption, this.canvas, this.hint);
    return [slice, this.closeUp];
  }

  // What the learner does ---------------------------------------------------------------

  stepByKey(event) {
    if (this.model.get("tab") !== "anchors") return;
    const stride = this.model.get("stride");
    const [row, column] = this.model.get("place").map((pixel) => Math.floor(pixel / stride));
    const stepped = steppedByKey(event, { row, column });
    if (stepped) this.goTo([stepped.row * stride, stepped.column * stride]);
  }

  goTo([row, column]) {
    const { rows, columns } = this.stack;
    if (this.model.get("tab") === "anchors")
      share(this.model, { place: [clamp(row, rows), clamp(column, columns)] });
  }

  // Showing -----------------------------------------------------------------------------

  show() {
    const tab = this.model.get("tab");
    if (this.controls.firstChild !== this.rows[tab]) this.showTab(tab);
    this.showSettings();
    const words = tab === "anchors" ? this.showAnchors() : this.showSuppression();
    if (this.readout.textContent !== words) this.readout.textContent = words;
    this.canvas.setAttribute("aria-label", `Slice ${this.model.get("index")}. ${words}`);
  }

  /** The cursor is on the slice with anchors alone: elsewhere it is a picture. */
  showTab(tab) {
    const [names, onAnchors] = [Object.keys(TABS), tab === "anchors"];
    this.controls.replaceChildren(this.rows[tab]);
    this.panels.lastChild.replaceWith(onAnchors ? this.closeUp : this.curve);
    this.tabs?.forEach((button, n) => button.setAttribute("aria-selected", String(names[n] === tab)));
    this.caption.textContent = LEGENDS[tab];
    this.hint.hidden = !onAnchors;
    this.canvas.setAttribute("role", onAnchors ? "application" : "img");
    if (onAnchors) this.canvas.tabIndex = 0;
    else this.canvas.removeAttribute("tabindex");
  }

  showSettings() {
    const get = (name) => this.model.get(name);
    this.index.show(get("index"));
    this.stride.select.value = get("stride");
    this.sizes.forEach(({ select }, n) => (select.value = get("sizes")[n] ?? NONE));
    this.shapes.select.value = get("three_ratios") ? "3" : "1";
    this.positive.show(get("positive"));
    this.negative.show(Math.min(get("negative"), get("positive")));
    this.score.show(get("score_threshold"));
    this.nms.show(get("nms_threshold"));
  }

  /** The slice itself, enlarged, with its true boxes. */
  drawSlice(context) {
    const { rows, columns, boxes } = this.stack;
    const index = this.model.get("index");
    const values = this.pixels.subarray(index * rows * columns, (index + 1) * rows * columns);
    enlarge(context, pixelsOf({ rows, columns }, values, greyPixel), context.canvas.unit);
    boxes[index].forEach((box) => drawBox(context, box, "truth"));
  }

  /** A canvas as large as the slice, and one for the part around the cursor. */
  contexts() {
    const { rows, columns } = this.stack;
    const whole = fitCanvas(this.canvas, rows, columns);
    const near = fitCanvas(this.near, CLOSE, CLOSE);
    const corner = this.model.get("place").map((pixel, axis) => {
      const room = [rows, columns][axis] - CLOSE;
      return Math.max(Math.min(pixel - CLOSE / 2, room), Math.min(room, 0));
    });
    near.translate(-corner[1] * this.near.unit, -corner[0] * this.near.unit);
    return [whole, near];
  }

  showAnchors() {
    const get = (name) => this.model.get(name);
    const settings = {
      stride: get("stride"),
      sizes: get("sizes"),
      ratios: get("three_ratios") ? THREE : SQUARE,
      positive: get("positive"),
      negative: Math.min(get("negative"), get("positive")),
      place: get("place"),
    };
    const scene = anchorsScene(this.stack, this.stack.boxes[get("index")], settings);
    for (const context of this.contexts()) {
      this.drawSlice(context);
      scene.middles.forEach((middle) => drawDot(context, middle, 4, STYLES[1][0]));
      for (const label of [0, -1, 1])
        scene.here.filter((a) => a.label === label).forEach((a) => drawBox(context, a.box, label));
      drawCursor(context, middleOf(scene.here[0].box));
    }
    return anchorsInWords(scene);
  }

  showSuppression() {
    const { boxes, detections, count } = this.stack;
    const names = ["index", "score_threshold", "nms_threshold"];
    const settings = Object.fromEntries(names.map((name) => [name, this.model.get(name)]));
    const scene = suppressionScene(detections, boxes, settings);
    const [context] = this.contexts();
    this.drawSlice(context);
    for (const [place, kind] of scene.marks)
      drawBox(context, detections[settings.index][place], kind);
    drawFroc(this.froc, scene);
    const share_ = scene.sensitivity === null ? "no true box" : twoDigits(scene.sensitivity);
    const alarms = twoDigits(scene.false_alarms);
    this.froc.setAttribute(
      "aria-label",
      `FROC curve; the dot: sensitivity ${share_} at ${alarms} false alarms a slice`,
    );
    return suppressionInWords(scene, count);
  }

  close() {
    this.unwatch();
  }
}

export default {
  render: renderAfter((model) => unpack(model.get("stack").images), AnchorsView),
};
