// The screening explorer's page: three sliders, a thousand people, two diagrams.

const NAMES = ["prevalence", "threshold", "temperature"];
const BIG_STEP = 10;

/** Each slider: where it stands for a value, the value where it stands, and how it is written. */
const SLIDERS = {
  prevalence: {
    title: "Prevalence",
    range: { min: Math.log10(0.005), max: Math.log10(0.5), step: 0.02 },
    placeOf: (value) => Math.log10(value),
    valueOf: (place) => Math.min(Math.max(10 ** place, 0.005), 0.5),
    write: percentage,
  },
  threshold: {
    title: "Threshold",
    range: { min: 0.01, max: 0.99, step: 0.01 },
    placeOf: (value) => value,
    valueOf: (place) => place,
    write,
  },
  temperature: {
    title: "Temperature",
    range: { min: -2, max: 2, step: 0.05 },
    placeOf: (value) => Math.log2(value),
    valueOf: (place) => 2 ** place,
    write,
  },
};

class ScreeningView extends SlidersView {
  constructor(model, root) {
    super(model, root, "screening", NAMES);
  }

  buildSlider(name) {
    const { title, range, valueOf } = SLIDERS[name];
    const onMove = (place) => this.set(name, valueOf(place));
    return this.makeSlider(name, title, range, onMove, this.stepFar);
  }

  /** Shift and an arrow: ten steps at once. */
  stepFar(event, slider) {
    const direction = arrowOf(event);
    if (!event.shiftKey || !direction) return;
    event.preventDefault();
    slider.stepUp(direction * BIG_STEP);
    slider.dispatchEvent(new Event("input"));
  }

  buildFigures() {
    const legend = [
      legendOf("found", "sick, found"),
      legendOf("missed", "sick, missed"),
      legendOf("alarms", "false alarm"),
      legendOf("cleared", "let go"),
    ];
    const { rows, columns, cell } = FIELD;
    const auc = this.model.get("auc").toFixed(3);
    return [
      this.makeFigure("people", columns * cell, rows * cell, "mt-people", "1,000 people:", ...legend.flatMap((one) => [" ", one])),
      this.makeFigure("roc", 264, 260, "mt-square", `ROC curve, area under it ${auc}`),
      this.makeFigure("bins", 264, 260, "mt-square", "Reliability in ten bins; upright line: threshold"),
    ];
  }

  set(name, value) {
    share(this.model, { [name]: value });
  }

  show() {
    const settings = Object.fromEntries(NAMES.map((name) => [name, this.model.get(name)]));
    const scene = sceneOf(this.model.get("labels"), this.model.get("logits"), settings);
    for (const name of NAMES) this.showSlider(name, settings[name]);
    drawPeople(this.people, scene);
    drawRoc(this.roc, this.model.get("roc"), scene);
    drawReliability(this.bins, scene, settings.threshold);
    this.showWords(scene);
  }

  showSlider(name, value) {
    const { placeOf, write: written } = SLIDERS[name];
    this.moveSlider(name, placeOf(value), written(value));
  }

  showWords(scene) {
    this.readout.textContent = sceneInWords(scene);
    const { found, missed, alarms, cleared } = scene;
    this.people.setAttribute(
      "aria-label",
      `1,000 people: ${found} sick found, ${missed} sick missed, ${alarms} false alarms, ${cleared} let go`,
    );
    const [sensitivity, specificity] = [scene.sensitivity, scene.specificity].map(percentage);
    this.roc.setAttribute(
      "aria-label",
      `ROC curve; the operating point has sensitivity ${sensitivity} and specificity ${specificity}`,
    );
    const bins = scene.bins.map((bin) => bin.map((part) => part.toFixed(2)).join(" → "));
    this.bins.setAttribute(
      "aria-label",
      `Reliability diagram, mean probability → share of sick in each bin: ${bins.join(", ")}`,
    );
  }
}

export default { render: renderAtOnce(ScreeningView) };
