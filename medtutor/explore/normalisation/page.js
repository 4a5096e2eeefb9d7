// The normalisation explorer's page: sliders, four pictures with histograms, a table.

const METHODS = ["min_max", "z_score", "percentiles"];
// Which values are black and white on the screen; z-scores know no ends, so three SD are taken.
const SHOWN = { min_max: [0, 1], z_score: [-3, 3], percentiles: [0, 1] };
const COLUMNS = [
  "version", "mean", "spread (SD)", "lowest", "highest", "pixels cut off", "range left for the others",
];

class NormalisationView {
  constructor(model, root, pixels) {
    this.model = model;
    const [rows, columns] = model.get("picture").shape;
    this.shape = { rows, columns, place: model.get("place") };
    this.pixels = pixels;
    this.sorted = Float64Array.from(pixels).sort();
    this.at = this.shape.place[0] * columns + this.shape.place[1];
    this.plain = makeImage(pixels, this.sorted, this.at, 0);
    this.build(root);
    this.show();
    this.unwatch = watch(model, ["stray", "low", "high"], () => this.show());
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    this.readout = makeReadout();
    this.panels = Object.fromEntries(["image", ...METHODS].map((name) => [name, this.buildPanel()]));
    const figures = Object.values(this.panels).map(({ figure }) => figure);
    const parts = [
      make("div", { className: "mt-row" }, ...this.buildDials()),
      this.readout,
      make("div", { className: "mt-panels" }, ...figures),
      this.buildTable(),
    ];
    root.append(make("div", { className: "mt-explorer mt-normalisation" }, ...parts));
  }

  buildDials() {
    const dial = (name, label, range, unit) => {
      const slider = keepKeys(make("input", { type: "range", ...range }));
      slider.setAttribute("aria-label", label);
      slider.addEventListener("input", () => share(this.model, { [name]: slider.valueAsNumber }));
      const value = make("span", { className: "mt-value" });
      const title = make("span", {}, `${label}: `, value);
      return { slider, value, unit, field: make("label", { className: "mt-field mt-dial" }, title, slider) };
    };
    const most = this.model.get("stray_steps");
    this.dials = {
      stray: dial("stray", "Stray pixel", { min: 0, max: most, step: 1 }),
      low: dial("low", "Lower percentile", { min: 0, max: 45, step: 0.5 }, "%"),
      high: dial("high", "Upper percentile", { min: 55, max: 100, step: 0.5 }, "%"),
    };
    return Object.values(this.dials).map(({ field }) => field);
  }

  buildPanel() {
    const caption = make("figcaption");
    const canvas = make("canvas", { attributes: { role: "img" } });
    const bars = draw("svg", { viewBox: `0 0 204 ${BARS.height}`, role: "img" });
    return { caption, canvas, bars, figure: make("figure", {}, caption, canvas, bars) };
  }

  buildTable() {
    const head = COLUMNS.map((text) => make("th", { scope: "col", textContent: text }));
    this.cells = {};
    const titles = { image: "Image", ...TITLES };
    const lines = Object.entries(titles).map(([name, title]) => {
      this.cells[name] = COLUMNS.slice(1).map(() => make("td"));
      return make("tr", {}, make("th", { scope: "row", textContent: title }), ...this.cells[name]);
    });
    const caption = make("caption", { textContent: "Before and after" });
    const table = make("table", { className: "mt-table" }, caption, make("tr", {}, ...head), ...lines);
    const textContent =
      "Range left for the others: highest less lowest of all pixels but the stray one, as a share " +
      "of what it is without the stray pixel. The z-score is shown from −3 (black) to 3 (white).";
    const scroll = make("div", { className: "mt-scroll" }, table);
    return make("div", {}, scroll, make("p", { className: "mt-note", textContent }));
  }

  // Computing and showing ---------------------------------------------------------------

  show() {
    const [stray, low, high] = ["stray", "low", "high"].map((name) => this.model.get(name));
    const image = makeImage(this.pixels, this.sorted, this.at, stray);
    const left = Object.fromEntries(
      METHODS.map((method) => [method, contrastLeft(image, this.plain, method, { low, high })]),
    );
    this.showDials(image, { stray, low, high });
    this.showImage(image, stray);
    for (const method of METHODS)
      this.showMethod(method, image, { stray, low, high }, left[method]);
    const clipping = methodOf(image, "percentiles", { low, high });
    const cut = clipping && shareCut(image, clipping);
    this.readout.textContent = normalisationInWords(image, stray, left, cut);
  }

  showDials(image, settings) {
    for (const [name, { slider, value, unit }] of Object.entries(this.dials)) {
      slider.value = settings[name];
      const text = unit ? `${settings[name]} ${unit}` : strayInWords(image, settings.stray);
      value.textContent = text;
      slider.setAttribute("aria-valuetext", text);
    }
  }

  showImage(image, stray) {
    const values = Float64Array.from(this.pixels);
    values[this.at] = image.value;
    const ends = [this.sorted[0], this.sorted.at(-1)];
    const caption = `Image: ${write(ends[0])} (black) to ${write(ends[1])} (white)`;
    this.fillPanel("image", caption, values, ends, stray);
    this.fillLine("image", values, "", "");
  }

  showMethod(method, image, { stray, ...percentiles }, left) {
    const rule = methodOf(image, method, percentiles);
    const values = rule && normalised(image, rule);
    const caption = ruleInWords(method, rule, image, percentiles);
    this.fillPanel(method, caption, values, SHOWN[method], stray);
    const cut = perCentInWords(rule && shareCut(image, rule));
    this.fillLine(method, values, cut, perCentInWords(left));
  }

  fillPanel(name, text, values, shown, stray) {
    const { caption, canvas, bars } = this.panels[name];
    const { low, high } = values ? summaryOf(values) : {};
    drawValues(canvas, this.shape, values, shown, stray);
    drawHistogram(bars, values, [low, high], shown);
    caption.textContent = text;
    canvas.setAttribute("aria-label", `Picture. ${text}`);
    bars.setAttribute("aria-label", values ? `Histogram from ${write(low)} to ${write(high)}` : "");
  }

  fillLine(name, values, cut, left) {
    const { mean, sd, low, high } = values ? summaryOf(values) : {};
    const numbers = [mean, sd, low, high].map((value) => (values ? write(value) : "not defined"));
    [...numbers, cut, left].forEach((text, i) => (this.cells[name][i].textContent = text));
  }

  close() {
    this.unwatch();
  }
}

export { unpack };
export default { render: renderAfter((model) => unpack(model.get("picture")), NormalisationView) };
