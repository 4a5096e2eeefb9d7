// The threshold explorer's page: slider, histogram, ROC curve, confusion matrix, measures.

const N_STEPS = 100;
const MEASURES = {
  sensitivity: "sensitivity (recall)",
  specificity: "specificity",
  precision: "precision",
  accuracy: "accuracy",
};

function threeDigits({ part, whole }) {
  return whole ? (part / whole).toFixed(3) : "not defined";
}

class ThresholdView {
  constructor(model, root) {
    this.model = model;
    this.range = this.findRange();
    this.build(root);
    this.show();
    this.unwatch = watch(model, ["threshold"], () => this.show());
  }

  /** What the slider spans: all scores, and a step above the highest, where nothing is positive. */
  findRange() {
    const { edges } = this.model.get("histogram");
    const [low, top] = [edges[0], edges.at(-1)];
    const step = (top - low) / N_STEPS;
    const highestScore = this.model.get("table").thresholds[0];
    return { low, step, high: highestScore < top ? top : top + step };
  }

  build(root) {
    this.readout = makeReadout();
    const panels = make("div", { className: "mt-panels" });
    panels.append(...this.buildPictures(), this.buildTables());
    root.append(
      make("div", { className: "mt-explorer mt-decision" }, this.buildControls(), this.readout, panels),
    );
  }

  buildControls() {
    const { low, high, step } = this.range;
    this.slider = keepKeys(make("input", { type: "range", min: low, max: high, step }));
    this.field = keepKeys(make("input", { type: "number", step }));
    this.field.setAttribute("aria-label", "Threshold as a number");
    for (const control of [this.slider, this.field])
      control.addEventListener("input", () => this.choose(control.valueAsNumber));
    this.field.addEventListener("blur", () => this.showNumber());
    this.down = makeButton("One score lower", () => this.chooseNeighbour("down"));
    this.up = makeButton("One score higher", () => this.chooseNeighbour("up"));
    const label = make("label", { className: "mt-field mt-wide" }, "Decision threshold", this.slider);
    const buttons = make("div", { className: "mt-group" }, this.down, this.up);
    return make("div", { className: "mt-row" }, label, this.field, buttons);
  }

  buildPictures() {
    const [negative, positive] = this.model.get("class_names");
    const picture = (caption, width) => {
      const svg = draw("svg", { viewBox: `0 0 ${width} 260`, role: "img" });
      svg.style.maxWidth = `${width}px`;
      return [svg, make("figure", {}, make("figcaption", { textContent: caption }), svg)];
    };
    const auc = this.model.get("auc").toFixed(3);
    const caption = `Scores: ${positive} above the line, ${negative} below it; hollow bars are mistakes`;
    let histogramFigure, rocFigure;
    [this.histogram, histogramFigure] = picture(caption, 320);
    [this.roc, rocFigure] = picture(`ROC curve, area under it ${auc}`, 264);
    return [histogramFigure, rocFigure];
  }

  buildTables() {
    this.counts = {};
    const [negative, positive] = this.model.get("class_names");
    const head = (text, scope) => make("th", { scope, textContent: text });
    const cell = (name, text) => {
      this.counts[name] = make("strong");
      return make("td", {}, this.counts[name], make("div", { textContent: text }));
    };
    const line = (...cells) => make("tr", {}, ...cells);
    const matrix = make(
      "table",
      { className: "mt-table mt-matrix" },
      make("caption", { textContent: "Confusion matrix" }),
      line(make("td"), head(`called ${negative}`, "col"), head(`called ${positive}`, "col")),
      line(
        head(`truly ${negative}`, "row"),
        cell("trueNegatives", "true negatives"),
        cell("falsePositives", "false positives"),
      ),
      line(
        head(`truly ${positive}`, "row"),
        cell("falseNegatives", "false negatives"),
        cell("truePositives", "true positives"),
      ),
    );
    return make("div", { className: "mt-tables" }, matrix, this.buildMeasures());
  }

  buildMeasures() {
    this.measures = {};
    const lines = Object.entries(MEASURES).map(([name, title]) => {
      this.measures[name] = make("td");
      return make("tr", {}, make("th", { scope: "row", textContent: title }), this.measures[name]);
    });
    const caption = make("caption", { textContent: "Measures" });
    return make("table", { className: "mt-table mt-measures" }, caption, ...lines);
  }

  choose(threshold) {
    this.field.setAttribute("aria-invalid", String(!Number.isFinite(threshold)));
    if (Number.isFinite(threshold)) share(this.model, { threshold });
  }

  chooseNeighbour(direction) {
    const now = this.model.get("threshold");
    this.choose(neighbour(this.model.get("table"), now, direction, this.range.high));
  }

  show() {
    const table = this.model.get("table");
    const threshold = this.model.get("threshold");
    const counts = countsAt(table, threshold);
    const measures = measuresOf(counts);
    const facts = { table, threshold, counts, range: this.range };
    drawHistogram(this.histogram, { ...facts, histogram: this.model.get("histogram") });
    drawRoc(this.roc, facts);
    this.showNumber();
    for (const [name, place] of Object.entries(this.counts)) place.textContent = counts[name];
    for (const [name, place] of Object.entries(this.measures))
      place.textContent = this.measureInWords(measures[name]);
    this.showWords(threshold, counts, measures);
    const reached = scoresAtOrAbove(table.thresholds, threshold);
    this.down.disabled = reached === table.thresholds.length;
    this.up.disabled = reached === 0;
  }

  showNumber() {
    const threshold = this.model.get("threshold");
    this.slider.value = threshold;
    this.slider.setAttribute("aria-valuetext", write(threshold));
    if (this.field.matches(":focus")) return;
    this.field.value = String(Number(threshold.toPrecision(4)));
    this.field.setAttribute("aria-invalid", "false");
  }

  measureInWords({ part, whole }) {
    if (!whole) return "not defined: nothing is called positive";
    return `${threeDigits({ part, whole })} = ${part} / ${whole}`;
  }

  showWords(threshold, counts, { sensitivity, specificity }) {
    const [negative, positive] = this.model.get("class_names");
    const at = String(Number(threshold.toPrecision(4))).replace("-", "−");
    this.readout.textContent =
      `Threshold ${at}. ${positive}: ${sensitivity.part} of ${sensitivity.whole} found, ` +
      `sensitivity ${threeDigits(sensitivity)}. ${negative}: ${specificity.part} of ` +
      `${specificity.whole} cleared, specificity ${threeDigits(specificity)}.`;
    this.histogram.setAttribute(
      "aria-label",
      `Histogram of the scores with the threshold at ${at}: ${counts.falseNegatives} ${positive} ` +
        `below it, ${counts.falsePositives} ${negative} at or above it`,
    );
    this.roc.setAttribute(
      "aria-label",
      `ROC curve; the operating point has sensitivity ${threeDigits(sensitivity)} ` +
        `and specificity ${threeDigits(specificity)}`,
    );
  }

  close() {
    this.unwatch();
  }
}

export default { render: renderAtOnce(ThresholdView) };
