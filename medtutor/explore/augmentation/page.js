// The augmentation explorer's page: sliders, the changed slice, the difference, the likest slice.

const signed = (unit) => (n) => `${n > 0 ? "+" : ""}${write(n)}${unit}`;
const DIALS = {
  degrees: ["Turn", { min: -180, max: 180, step: 5 }, signed("°"), 0],
  down: ["Shift down", { min: -32, max: 32, step: 1 }, signed(" px"), 0],
  right: ["Shift right", { min: -32, max: 32, step: 1 }, signed(" px"), 0],
  zoom: ["Zoom", { min: 50, max: 200, step: 5 }, (n) => `${n} %`, 100],
  bend: ["Bend", { min: 0, max: 10, step: 1 }, (n) => `${n} % of the edge`, 0],
  noise: ["Noise", { min: 0, max: 50, step: 2 }, (n) => `${n} % of the range`, 0],
  brightness: ["Brightness", { min: -50, max: 50, step: 5 }, signed(" % of the range"), 0],
};
const SWITCHES = { mirror: "Mirror, left to right", upside_down: "Upside down" };
const PLAIN = {
  ...Object.fromEntries(Object.entries(DIALS).map(([name, dial]) => [name, dial[3]])),
  ...Object.fromEntries(Object.keys(SWITCHES).map((name) => [name, false])),
};

class AugmentationView {
  /** `bytes` holds the pixels of all slices, `images` and `masks`, and the pattern of `noise`. */
  constructor(model, root, bytes) {
    const { count, rows, columns, patients, usual } = model.get("stack");
    Object.assign(this, { model, bytes, count, patients, usual, shape: { rows, columns } });
    this.directions = patients.map((_, place) => directionOf(this.sliceOf("images", place)));
    this.build(root);
    this.show();
    this.unwatch = watch(model, ["index", ...Object.keys(PLAIN)], () => this.show());
  }

  sliceOf(name, place) {
    const size = this.shape.rows * this.shape.columns;
    return this.bytes[name].subarray(place * size, (place + 1) * size);
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    this.readout = make("p", { className: "mt-readout", attributes: { role: "status" } });
    this.panels = ["changed", "difference", "likest"].map(() => this.buildPanel());
    this.panels[0].figure.className = "mt-slice";
    const figures = this.panels.map(({ figure }) => figure);
    const parts = [
      make("div", { className: "mt-row" }, ...this.buildDials()),
      make("div", { className: "mt-row" }, ...this.buildSwitches()),
      this.readout,
      make("div", { className: "mt-panels" }, ...figures),
    ];
    root.append(make("div", { className: "mt-explorer mt-augmentation" }, ...parts));
  }

  buildDials() {
    const set = (name) => (value) => share(this.model, { [name]: value });
    const range = { min: 0, max: this.count - 1, step: 1 };
    this.dials = { index: makeSlider("Slice", range, (n) => `${n} of 0–${range.max}`, set("index")) };
    for (const [name, [label, limits, inWords]] of Object.entries(DIALS))
      this.dials[name] = makeSlider(label, limits, inWords, set(name));
    return Object.values(this.dials).map(({ field }) => field);
  }

  buildSwitches() {
    this.boxes = {};
    const fields = Object.entries(SWITCHES).map(([name, label]) => {
      const box = keepKeys(make("input", { type: "checkbox" }));
      box.addEventListener("change", () => share(this.model, { [name]: box.checked }));
      this.boxes[name] = box;
      return make("label", { className: "mt-switch" }, box, label);
    });
    return [...fields, makeButton("Undo all changes", () => share(this.model, PLAIN))];
  }

  buildPanel() {
    const caption = make("figcaption");
    const canvas = make("canvas", { attributes: { role: "img" } });
    return { caption, canvas, figure: make("figure", {}, caption, canvas) };
  }

  // Showing -----------------------------------------------------------------------------

  show() {
    const names = Object.keys(PLAIN);
    const settings = Object.fromEntries(names.map((name) => [name, this.model.get(name)]));
    const index = this.model.get("index");
    const [image, mask] = ["images", "masks"].map((name) => this.sliceOf(name, index));
    const scene = augmentedScene(image, mask, this.bytes.noise, this.shape, settings);
    const own = this.patients[index];
    const found = likest(scene.image, this.directions, (place) => this.patients[place] !== own);
    for (const [name, dial] of Object.entries(this.dials)) dial.show(this.model.get(name));
    for (const [name, box] of Object.entries(this.boxes)) box.checked = settings[name];
    this.showPictures(index, image, scene, found);
    const before = sideOf(mask, this.shape);
    const lesion = lesionInWords(before, scene.side, scene.share_lost, scene.between);
    const words = `${lesion} ${likenessInWords(found.likeness, this.usual)}`;
    if (this.readout.textContent !== words) this.readout.textContent = words;
  }

  showPictures(index, image, scene, { place }) {
    const [changed, difference, likestOne] = this.panels;
    const context = this.drawGrey(changed.canvas, scene.image);
    drawOutline(context, this.shape, scene.mask, FRAME);
    this.caption(changed, `Slice ${index}, changed; yellow: the lesion's outline`);
    this.drawDifference(difference.canvas, scene.image.map((value, i) => value - image[i]));
    this.caption(difference, "Less the original: blue is darker, orange brighter");
    const other = this.drawGrey(likestOne.canvas, this.sliceOf("images", place));
    drawOutline(other, this.shape, this.sliceOf("masks", place), FRAME);
    this.caption(likestOne, `Most similar slice of another patient: slice ${place}`);
  }

  drawGrey(canvas, values) {
    const context = fitCanvas(canvas, this.shape.rows, this.shape.columns);
    const colourOf = (value) => 0xff000000 | (Math.round(value) * 0x10101);
    enlarge(context, pixelsOf(this.shape, values, colourOf), canvas.unit);
    return context;
  }

  drawDifference(canvas, values) {
    const context = fitCanvas(canvas, this.shape.rows, this.shape.columns);
    const colourOf = (value) => {
      const [red, green, blue] = signedColour(value, HIGHEST / 2);
      return 0xff000000 | (blue << 16) | (green << 8) | red;
    };
    enlarge(context, pixelsOf(this.shape, values, colourOf), canvas.unit);
  }

  caption({ caption, canvas }, text) {
    caption.textContent = text;
    canvas.setAttribute("aria-label", `Picture. ${text}`);
  }

  close() {
    this.unwatch();
  }
}

async function bytesOfStack({ images, masks, noise }) {
  const [grey, ids, pattern] = await Promise.all([images, masks, noise].map(unpack));
  return { images: grey, masks: ids, noise: pattern };
}

function render({ model, el }) {
  let [view, closed] = [null, false];
  bytesOfStack(model.get("stack")).then((bytes) => {
    if (!closed) view = new AugmentationView(model, el, bytes);
  });
  return () => {
    closed = true;
    view?.close();
  };
}

export { bytesOfStack, directionOf };
export default { render };
