// The privacy explorer's page: four sliders, three pictures.

const NAMES = ["noise", "batch", "patients", "steps"];
const BIG_STEP = 10;

/** Two digits of a count are enough: 256 stays, where it came from Python. */
function rounded(value) {
  const unit = 10 ** Math.max(Math.floor(Math.log10(value)) - 1, 0);
  return Math.round(value / unit) * unit;
}

const TITLES = { noise: "Noise σ", batch: "Batch", patients: "Patients", steps: "Steps" };
const ENDS = { noise: [0.3, 20], batch: [1, 100000], patients: [50, 100000], steps: [1, 5000] };

/** A hundredth of the way between a slider's ends, in powers of ten. */
const stepOf = (name) => Math.log10(ENDS[name][1] / ENDS[name][0]) / 100;

class PrivacyView {
  constructor(model, root) {
    this.model = model;
    this.build(root);
    this.show();
    this.unwatch = watch(model, NAMES, () => this.show());
  }

  build(root) {
    this.readout = make("p", { className: "mt-readout", attributes: { role: "status" } });
    const sliders = make("div", { className: "mt-row" }, ...NAMES.map((n) => this.buildSlider(n)));
    const panels = make("div", { className: "mt-panels" }, ...this.buildFigures());
    root.append(make("div", { className: "mt-explorer mt-privacy" }, sliders, this.readout, panels));
  }

  /** All sliders go in powers of ten. */
  buildSlider(name) {
    const [min, max] = ENDS[name].map(Math.log10);
    const slider = keepKeys(make("input", { type: "range", min, max, step: "any" }));
    slider.addEventListener("input", () => this.set(name, slider.valueAsNumber));
    slider.addEventListener("keydown", (event) => this.stepByKey(event, name));
    this[name] = slider;
    this[`${name}_text`] = make("span", { attributes: { "aria-hidden": "true" } });
    const text = make("span", {}, `${TITLES[name]} `, this[`${name}_text`]);
    return make("label", { className: "mt-field mt-wide" }, text, slider);
  }

  /** An arrow always changes the number, also where a step is less than one; Shift: ten steps. */
  stepByKey(event, name) {
    const direction = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!direction || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const before = this.settings()[name];
    const steps = direction * (event.shiftKey ? BIG_STEP : 1);
    const value = this.valueOf(name, Math.log10(before) + steps * stepOf(name));
    this.choose(name, value === before ? this.inside(name, before + direction) : value);
  }

  inside(name, value) {
    const [low, high] = ENDS[name];
    const most = name === "batch" ? this.model.get("patients") : high;
    return Math.min(Math.max(value, low), most);
  }

  valueOf(name, place) {
    const value = 10 ** place;
    const written = name === "noise" ? Number(value.toPrecision(3)) : rounded(value);
    return this.inside(name, written);
  }

  set(name, place) {
    this.choose(name, this.valueOf(name, place));
  }

  choose(name, value) {
    const batch = Math.min(this.model.get("batch"), value);
    share(this.model, name === "patients" ? { patients: value, batch } : { [name]: value });
  }

  buildFigures() {
    const figure = (name, ...caption) => {
      this[name] = draw("svg", { viewBox: "0 0 270 252", role: "img" });
      return make("figure", { className: "mt-square" }, make("figcaption", {}, ...caption), this[name]);
    };
    const key = (name, text) => make("span", { className: `mt-key mt-key-${name}`, textContent: text });
    return [
      figure("bells", "One step ", key("without", "without you"), " ", key("with", "with you in the batch")),
      figure("limit", "Best attacker ", key("with", "after one step"), "; grey: out of reach after all steps"),
      figure("spent", "ε over the steps"),
    ];
  }

  settings() {
    const found = Object.fromEntries(NAMES.map((name) => [name, this.model.get(name)]));
    return { ...found, batch: Math.min(found.batch, found.patients) };
  }

  show() {
    const settings = this.settings();
    const scene = sceneOf(settings);
    for (const name of NAMES) this.showSlider(name, settings[name]);
    drawBells(this.bells, scene.noise);
    drawLimit(this.limit, scene);
    drawSpent(this.spent, scene);
    this.showWords(scene);
  }

  showSlider(name, value) {
    const text = name === "noise" ? write(value) : counted(value);
    this[name].value = Math.log10(value);
    this[name].setAttribute("aria-valuetext", text);
    this[`${name}_text`].textContent = text;
  }

  showWords(scene) {
    this.readout.textContent = sceneInWords(scene);
    const apart = write(1 / scene.noise);
    this.bells.setAttribute("aria-label", `Two bell curves, ${apart} times their spread apart`);
    this.limit.setAttribute(
      "aria-label",
      `Share of members found against false alarms: at 1 % at most ${percent(scene.found)}`,
    );
    const ends = scene.spent.filter(([n]) => [1, 100, 5000].includes(n));
    const said = ends.map(([n, value]) => `${shortened(value)} after ${counted(n)}`).join(", ");
    this.spent.setAttribute("aria-label", `ε over the steps: ${said}`);
  }

  close() {
    this.unwatch();
  }
}

function render({ model, el }) {
  const view = new PrivacyView(model, el);
  return () => view.close();
}

export default { render };
