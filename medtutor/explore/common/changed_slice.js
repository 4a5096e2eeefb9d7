// What the explorers of a changed slice share: a slider for each change, pictures with captions.

/** The settings that change nothing; a dial is [label, range, value in words, its plain value]. */
const plainSettings = (dials) =>
  Object.fromEntries(Object.entries(dials).map(([name, dial]) => [name, dial[3]]));

class ChangedSliceView {
  /** `bytes` holds the values of all slices by name, and the pattern of `noise`. */
  constructor(model, bytes) {
    const { count, rows, columns } = model.get("stack");
    Object.assign(this, { model, bytes, count, shape: { rows, columns } });
  }

  /** Build the page, show it, and show it anew when one of these settings changes. */
  open(root, names) {
    this.readout = makeReadout();
    this.panels = [0, 1, 2].map(() => this.buildPanel());
    this.build(root);
    this.show();
    this.unwatch = watch(this.model, names, () => this.show());
  }

  buildDials(dials) {
    const set = (name) => (value) => share(this.model, { [name]: value });
    const range = { min: 0, max: this.count - 1, step: 1 };
    this.dials = { index: makeSlider("Slice", range, (n) => `${n} of 0–${range.max}`, set("index")) };
    for (const [name, [label, limits, inWords]] of Object.entries(dials))
      this.dials[name] = makeSlider(label, limits, inWords, set(name));
    return Object.values(this.dials).map(({ field }) => field);
  }

  buildPanel() {
    const caption = make("figcaption");
    const canvas = make("canvas", { attributes: { role: "img" } });
    return { caption, canvas, figure: make("figure", {}, caption, canvas) };
  }

  /** The panels side by side, under what is said of them. */
  framed(className, ...rows) {
    const figures = make("div", { className: "mt-panels" }, ...this.panels.map((p) => p.figure));
    const parts = [...rows.map((row) => make("div", { className: "mt-row" }, ...row)), this.readout];
    return make("div", { className: `mt-explorer mt-changed ${className}` }, ...parts, figures);
  }

  settings(plain) {
    return Object.fromEntries(Object.keys(plain).map((name) => [name, this.model.get(name)]));
  }

  sliceOf(name, place) {
    const size = this.shape.rows * this.shape.columns;
    return this.bytes[name].subarray(place * size, (place + 1) * size);
  }

  showDials() {
    for (const [name, dial] of Object.entries(this.dials)) dial.show(this.model.get(name));
  }

  drawGrey(canvas, values) {
    return paintPixels(canvas, this.shape, values, greyPixel);
  }

  /** Blue below zero, white at zero, orange above. */
  drawSigned(canvas, values, limit) {
    const colourOf = (value) => colourPixel(signedColour(value, limit));
    paintPixels(canvas, this.shape, values, colourOf);
  }

  caption({ caption, canvas }, text) {
    caption.textContent = text;
    canvas.setAttribute("aria-label", `Picture. ${text}`);
  }

  say(words) {
    if (this.readout.textContent !== words) this.readout.textContent = words;
  }

  close() {
    this.unwatch();
  }
}
