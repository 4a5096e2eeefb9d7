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

class PrivacyView extends SlidersView {
  constructor(model, root) {
    super(model, root, "privacy", NAMES);
  }

  /** All sliders go in powers of ten. */
  buildSlider(name) {
    const [min, max] = ENDS[name].map(Math.log10);
    const onMove = (place) => this.set(name, place);
    const onKey = (event) => this.stepByKey(event, name);
    return this.makeSlider(name, TITLES[name], { min, max, step: "any" }, onMove, onKey);
  }

  /** An arrow always changes the number, also where a step is less than one; Shift: ten steps. */
  stepByKey(event, name) {
    const direction = arrowOf(event);
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
    const figure = (name, ...caption) => this.makeFigure(name, 270, 252, "mt-square", ...caption);
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
    this.moveSlider(name, Math.log10(value), text);
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
}

export default { render: renderAtOnce(PrivacyView) };
