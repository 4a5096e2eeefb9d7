// The image-quality explorer's page: sliders, the original, the changed slice, what differs.

const DIALS = {
  erase: ["Erase the lesion", { min: 0, max: 100, step: 5 }, (n) => `${n} %`, 0],
  shift: ["Shift right", { min: 0, max: 3, step: 1 }, (n) => `${n} px`, 0],
  blur: ["Blur", { min: 0, max: 3, step: 0.1 }, (n) => `${n.toFixed(1)} px`, 0],
  blocks: ["JPEG blocks", { min: 0, max: 100, step: 5 }, (n) => `steps of ${n}`, 0],
  gain: ["Brightness", { min: 50, max: 150, step: 5 }, (n) => `${n} %`, 100],
  noise: ["Noise", { min: 0, max: 30, step: 1 }, (n) => `${n} % of full scale`, 0],
};
const PLAIN = Object.fromEntries(Object.entries(DIALS).map(([name, dial]) => [name, dial[3]]));
const VIEWS = {
  difference: "Less the original: blue is darker, orange brighter",
  "SSIM map": "SSIM of each 7 × 7 window: white is 1, the bluer the less alike",
};

class ImageQualityView {
  /** `bytes` holds the values of all slices by name, and two parts of noise. */
  constructor(model, root, bytes) {
    const { count, rows, columns } = model.get("stack");
    Object.assign(this, { model, bytes, count, shape: { rows, columns } });
    this.build(root);
    this.show();
    this.unwatch = watch(model, ["index", "view", ...Object.keys(PLAIN)], () => this.show());
  }

  slice(index) {
    const size = this.shape.rows * this.shape.columns;
    const part = (name) => this.bytes[name].subarray(index * size, (index + 1) * size);
    return {
      image: part("images"),
      erased: part("erased"),
      mask: part("masks"),
      ring: part("rings"),
      noise: this.bytes.noise,
    };
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    this.readout = make("p", { className: "mt-readout", attributes: { role: "status" } });
    this.panels = [0, 1, 2].map(() => this.buildPanel());
    this.panels[1].figure.className = "mt-slice";
    const views = Object.keys(VIEWS).map((name) => [name, name]);
    this.choice = makeChoice("Third picture", views, (view) => share(this.model, { view }));
    keepKeys(this.choice.select);
    const undo = makeButton("Undo all changes", () => share(this.model, PLAIN));
    const parts = [
      make("div", { className: "mt-row" }, ...this.buildDials()),
      make("div", { className: "mt-row" }, this.choice.field, undo),
      this.readout,
      make("div", { className: "mt-panels" }, ...this.panels.map(({ figure }) => figure)),
    ];
    root.append(make("div", { className: "mt-explorer mt-quality" }, ...parts));
  }

  buildDials() {
    const set = (name) => (value) => share(this.model, { [name]: value });
    const range = { min: 0, max: this.count - 1, step: 1 };
    this.dials = { index: makeSlider("Slice", range, (n) => `${n} of 0–${range.max}`, set("index")) };
    for (const [name, [label, limits, inWords]] of Object.entries(DIALS))
      this.dials[name] = makeSlider(label, limits, inWords, set(name));
    return Object.values(this.dials).map(({ field }) => field);
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
    const [index, view] = [this.model.get("index"), this.model.get("view")];
    const bytes = this.slice(index);
    const scene = qualityScene(bytes, this.shape, settings);
    for (const [name, dial] of Object.entries(this.dials)) dial.show(this.model.get(name));
    this.choice.select.value = view;
    const [original, changed, third] = this.panels;
    drawOutline(this.drawGrey(original.canvas, bytes.image), this.shape, bytes.mask, FRAME);
    this.caption(original, `Slice ${index}, the original; yellow: the lesion's outline`);
    this.drawGrey(changed.canvas, scene.image);
    this.caption(changed, "Changed");
    this.drawThird(third.canvas, view, bytes.image, scene);
    this.caption(third, VIEWS[view]);
    const words = qualityInWords(scene);
    if (this.readout.textContent !== words) this.readout.textContent = words;
  }

  drawGrey(canvas, values) {
    const context = fitCanvas(canvas, this.shape.rows, this.shape.columns);
    const colourOf = (value) => 0xff000000 | (Math.round(value) * 0x10101);
    enlarge(context, pixelsOf(this.shape, values, colourOf), canvas.unit);
    return context;
  }

  drawThird(canvas, view, original, scene) {
    const rim = (WINDOW - 1) / 2;
    const { rows, columns } = this.shape;
    const wide = columns - 2 * rim;
    const lessThanOne = (_, i) => {
      const [row, column] = [Math.floor(i / columns) - rim, (i % columns) - rim];
      const inside = row >= 0 && column >= 0 && row < rows - 2 * rim && column < wide;
      return inside ? scene.ssim_map[row * wide + column] - 1 : 0;
    };
    const values =
      view === "difference"
        ? scene.image.map((value, i) => (value - original[i]) / (HIGHEST / 2))
        : scene.image.map(lessThanOne);
    const colourOf = (value) => {
      const [red, green, blue] = signedColour(value, 1);
      return 0xff000000 | (blue << 16) | (green << 8) | red;
    };
    const context = fitCanvas(canvas, rows, columns);
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

async function bytesOfStack(stack) {
  const names = ["images", "masks", "rings", "erased", "noise"];
  const arrays = await Promise.all(names.map((name) => unpack(stack[name])));
  return Object.fromEntries(names.map((name, place) => [name, arrays[place]]));
}

function render({ model, el }) {
  let [view, closed] = [null, false];
  bytesOfStack(model.get("stack")).then((bytes) => {
    if (!closed) view = new ImageQualityView(model, el, bytes);
  });
  return () => {
    closed = true;
    view?.close();
  };
}

export { bytesOfStack };
export default { render };
