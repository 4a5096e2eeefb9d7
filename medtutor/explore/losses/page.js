// The losses explorer's page: one prediction, the curves of all losses, and a table of them.

const AXES = {
  probability: { title: "probability p of class 1", range: [0.001, 0.999], frame: [0, 1], step: 0.001, limit: 5 },
  logit: { title: "logit z of class 1", range: [-8, 8], step: 0.05, limit: Infinity },
  "far logit": { title: "logit z of class 1, far out", range: [-120, 120], step: 0.5, limit: Infinity },
};
const CURVES = {
  mae: "mean absolute error",
  mse: "mean squared error",
  huber: "Huber",
  crossentropy: "cross-entropy",
  focal: "focal",
  dice: "soft Dice, one pixel",
  naive: "naive cross-entropy, float32",
  clipped: "clipped cross-entropy, float32",
};
const IN_FLOAT32 = { naive: naiveAt, clipped: clippedAt };
const WEIGHTS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50];
const DELTAS = [0.1, 0.25, 0.5, 1];
const GAMMAS = [0, 0.5, 1, 2, 5];
const TRAITS = ["axis", "prediction", "share", "class_weights", "delta", "gamma", "shown"];

/** Write a value that may be no number. */
function say(value) {
  if (Number.isNaN(value)) return "NaN";
  return Math.abs(value) === Infinity ? (value < 0 ? "−∞" : "∞") : write(value);
}

/** The offered numbers, and the present one where it isn't among them. */
function offer(numbers, now) {
  const all = numbers.includes(now) ? numbers : [...numbers, now].sort((a, b) => a - b);
  return all.map((number) => [String(number), String(number)]);
}

class LossesView {
  constructor(model, root) {
    this.model = model;
    this.build(root);
    this.show();
    this.unwatch = watch(model, TRAITS, () => this.show());
  }

  build(root) {
    this.readout = makeReadout();
    const panels = make("div", { className: "mt-panels" }, ...this.buildPictures());
    const parts = [...this.buildControls(), this.readout, panels, this.buildTable()];
    root.append(make("div", { className: "mt-explorer mt-losses" }, ...parts));
  }

  buildControls() {
    const axes = Object.entries(AXES).map(([name, { title }]) => [name, title]);
    this.axis = makeChoice("Prediction is a", axes, (axis) => this.chooseAxis(axis));
    this.slider = keepKeys(make("input", { type: "range" }));
    this.field = keepKeys(make("input", { type: "number" }));
    this.field.setAttribute("aria-label", "Prediction as a number");
    for (const control of [this.slider, this.field])
      control.addEventListener("input", () => this.choose(control.valueAsNumber));
    this.field.addEventListener("blur", () => this.showNumber());
    const wide = make("label", { className: "mt-field mt-wide" }, "Prediction", this.slider);
    const prediction = make("div", { className: "mt-row" }, this.axis.field, wide, this.field);
    return [prediction, this.buildSettings()];
  }

  buildSettings() {
    this.share = keepKeys(make("input", { type: "range", min: 0, max: 1, step: 0.01 }));
    this.share.addEventListener("input", () => share(this.model, { share: this.share.valueAsNumber }));
    this.shareName = make("span");
    const truth = make("label", { className: "mt-field mt-truth" }, this.shareName, this.share);
    const weight = (class_) => {
      const options = offer(WEIGHTS, this.model.get("class_weights")[class_]);
      return makeChoice(`Weight of class ${class_}`, options, (value) => this.chooseWeight(class_, value));
    };
    this.weights = [weight(0), weight(1)];
    const number = (name, label, numbers) =>
      makeChoice(label, offer(numbers, this.model.get(name)), (value) => share(this.model, { [name]: Number(value) }));
    this.delta = number("delta", "Huber’s δ", DELTAS);
    this.gamma = number("gamma", "Focal γ", GAMMAS);
    const choices = [...this.weights, this.delta, this.gamma].map(({ field }) => field);
    return make("div", { className: "mt-row" }, truth, ...choices);
  }

  buildPictures() {
    const picture = () => {
      const svg = draw("svg", { viewBox: "0 0 420 276", role: "img", id: uniqueId() });
      const follow = (event) => {
        if (event.buttons) this.choose(predictionUnder(svg, event, AXES[this.model.get("axis")].range));
      };
      svg.addEventListener("pointerdown", follow);
      svg.addEventListener("pointermove", follow);
      const caption = make("figcaption");
      return { svg, caption, figure: make("figure", {}, caption, svg) };
    };
    this.values = picture();
    this.slopes = picture();
    return [this.values.figure, this.slopes.figure];
  }

  buildTable() {
    this.rows = {};
    this.slopeHead = make("th", { scope: "col" });
    const heads = ["curve", "value"].map((text) => make("th", { scope: "col", textContent: text }));
    const lowest = make("th", { scope: "col", textContent: "lowest at" });
    const lines = Object.entries(CURVES).map(([name, title]) => this.buildLine(name, title));
    const caption = make("caption", { textContent: "The curves, and where they stand at this prediction" });
    return make("table", { className: "mt-table" }, caption, make("tr", {}, ...heads, this.slopeHead, lowest), ...lines);
  }

  buildLine(name, title) {
    const box = keepKeys(make("input", { type: "checkbox" }));
    box.addEventListener("change", () => this.chooseCurve(name, box.checked));
    const sample = draw("svg", { viewBox: "0 0 34 12", "aria-hidden": "true", class: "mt-sample" });
    sample.append(drawLine(1, 6, 33, 6, `mt-curve mt-${name}`));
    const cells = [make("td"), make("td"), make("td")];
    this.rows[name] = { box, cells };
    const label = make("label", {}, box, sample, title);
    return make("tr", {}, make("th", { scope: "row" }, label), ...cells);
  }

  choose(prediction) {
    const [low, high] = AXES[this.model.get("axis")].range;
    const fits = prediction >= low && prediction <= high;
    this.field.setAttribute("aria-invalid", String(!fits));
    if (fits) share(this.model, { prediction });
  }

  /** Keep the prediction where it is, in the new units. */
  chooseAxis(axis) {
    const logit = this.logitOf(this.model.get("prediction"));
    const [low, high] = AXES[axis].range;
    const wanted = axis === "probability" ? sigmoid(logit) : logit;
    share(this.model, { axis, prediction: Math.min(Math.max(wanted, low), high) });
  }

  chooseWeight(class_, value) {
    const weights = [...this.model.get("class_weights")];
    weights[class_] = Number(value);
    share(this.model, { class_weights: weights });
  }

  chooseCurve(name, wanted) {
    const shown = this.model.get("shown");
    const now = Object.keys(CURVES).filter((key) => (key === name ? wanted : shown.includes(key)));
    share(this.model, { shown: now });
  }

  logitOf(prediction) {
    return this.model.get("axis") === "probability" ? logitOf(prediction) : prediction;
  }

  at(name, prediction) {
    const compute = IN_FLOAT32[name] ?? ((logit, options) => lossAt(name, logit, options));
    return compute(this.logitOf(prediction), {
      axis: this.model.get("axis") === "probability" ? "probability" : "logit",
      share: this.model.get("share"),
      weights: this.model.get("class_weights"),
      delta: this.model.get("delta"),
      gamma: this.model.get("gamma"),
    });
  }

  /** What the curves need: sampled along the axis, and at the chosen prediction. */
  compute() {
    const samples = samplesOf(AXES[this.model.get("axis")].range);
    const prediction = this.model.get("prediction");
    const usable = Object.keys(CURVES).filter((name) => this.isUsable(name));
    const shown = usable.filter((name) => this.model.get("shown").includes(name));
    const computed = shown.map((name) => ({
      name,
      now: this.at(name, prediction),
      along: samples.map((sample) => this.at(name, sample)),
    }));
    return { samples, prediction, computed };
  }

  /** float32 matters far out alone; before, the three cross-entropies are one curve. */
  isUsable(name) {
    return !(name in IN_FLOAT32) || this.model.get("axis") === "far logit";
  }

  show() {
    const { samples, prediction, computed } = this.compute();
    const { title, range, frame = range, limit } = AXES[this.model.get("axis")];
    const scaled = limit * Math.max(...this.model.get("class_weights"));
    for (const [picture, part] of [[this.values, "value"], [this.slopes, "slope"]]) {
      const curves = computed.map(({ name, now, along }) => ({
        name,
        now: now[part],
        values: along.map((one) => one[part]),
      }));
      drawCurves(picture.svg, { curves, samples, range: frame, limit: scaled, axisName: title, prediction });
    }
    this.showSettings();
    this.showNumber();
    this.showTable(computed, samples);
    this.showWords(computed);
  }

  get unit() {
    return this.model.get("axis") === "probability" ? "p" : "z";
  }

  showSettings() {
    this.axis.select.value = this.model.get("axis");
    this.share.value = this.model.get("share");
    this.shareName.textContent = `True class: ${this.truth}`;
    this.share.setAttribute("aria-valuetext", this.truth);
    this.weights.forEach(({ select }, class_) => {
      select.value = String(this.model.get("class_weights")[class_]);
    });
    this.delta.select.value = String(this.model.get("delta"));
    this.gamma.select.value = String(this.model.get("gamma"));
    this.values.caption.textContent = "Loss";
    this.slopes.caption.textContent = `Gradient: its slope along ${this.unit}`;
    this.slopeHead.textContent = `slope along ${this.unit}`;
  }

  get truth() {
    const share_ = this.model.get("share");
    if (share_ === 0 || share_ === 1) return `${share_} in all cases`;
    return `1 in ${Math.round(100 * share_)} % of the cases, else 0`;
  }

  showNumber() {
    const prediction = this.model.get("prediction");
    const { range, step } = AXES[this.model.get("axis")];
    for (const control of [this.slider, this.field])
      Object.assign(control, { min: range[0], max: range[1], step });
    this.slider.value = prediction;
    this.slider.setAttribute("aria-valuetext", `${this.unit} ${write(prediction)}`);
    if (this.field.matches(":focus")) return;
    this.field.value = String(Number(prediction.toPrecision(4)));
    this.field.setAttribute("aria-invalid", "false");
  }

  showTable(computed, samples) {
    for (const [name, { box, cells }] of Object.entries(this.rows)) {
      const found = computed.find((one) => one.name === name);
      box.checked = this.model.get("shown").includes(name);
      box.disabled = !this.isUsable(name);
      const texts = found
        ? [say(found.now.value), say(found.now.slope), lowestAt(found.along, samples, this.unit)]
        : ["", "", ""];
      if (box.disabled) texts[0] = "far out only";
      cells.forEach((cell, i) => (cell.textContent = texts[i]));
    }
  }

  showWords(computed) {
    const prediction = this.model.get("prediction");
    const logit = this.logitOf(prediction);
    const other = this.unit === "p" ? `z = ${write(logit)}` : `p = ${write(sigmoid(logit))}`;
    const start = `Prediction ${this.unit} = ${write(prediction)} (${other}), true class ${this.truth}.`;
    const list = (part) => computed.map(({ name, now }) => `${CURVES[name]} ${say(now[part])}`).join(", ");
    this.readout.textContent = `${start} ${steepest(computed)}`;
    this.values.svg.setAttribute("aria-label", `Loss over the prediction; here ${list("value") || "no curve"}`);
    this.slopes.svg.setAttribute(
      "aria-label",
      `Slope of the loss over the prediction; here ${list("slope") || "no curve"}`,
    );
  }

  close() {
    this.unwatch();
  }
}

/** Where a curve is lowest, in words: a place, an end, or nowhere. */
function lowestAt(along, samples, unit) {
  const values = along.map(({ value }) => value);
  if (!values.every(Number.isFinite)) return "breaks off";
  const least = Math.min(...values);
  if (Math.max(...values) - least < 1e-9) return "flat";
  if (values[0] === least) return "left end";
  if (values.at(-1) === least) return "right end";
  return `${unit} ≈ ${write(Number(samples[values.indexOf(least)].toFixed(2)))}`;
}

/** Which curve pushes hardest, and which least. */
function steepest(computed) {
  const lost = computed.filter(({ now }) => !Number.isFinite(now.value) || !Number.isFinite(now.slope));
  if (lost.length) {
    const { name, now } = lost[0];
    return `The ${CURVES[name]} is ${say(now.value)}, its slope ${say(now.slope)}: no training step can use that.`;
  }
  if (!computed.length) return "No curve is chosen.";
  const sorted = [...computed].sort((a, b) => Math.abs(b.now.slope) - Math.abs(a.now.slope));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (say(first.now.slope) === "0") return "All curves are flat here.";
  const words = ({ name, now }) => `${CURVES[name]}, ${say(now.slope)}`;
  return `Steepest: ${words(first)}; flattest: ${words(last)}.`;
}

export default { render: renderAtOnce(LossesView) };
