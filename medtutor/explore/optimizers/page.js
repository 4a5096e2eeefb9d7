// The optimizers explorer's page: controls, the map, the distances, the table, the read-out.

const RACE = ["landscape", "racers", "learning_rate", "tuned", "start"];
const NUDGE = 0.05;
const NUDGES = {
  ArrowUp: [0, NUDGE],
  ArrowDown: [0, -NUDGE],
  ArrowLeft: [-NUDGE, 0],
  ArrowRight: [NUDGE, 0],
};
const HINT = "Cross: the start; arrow keys or a click move it. Star: a minimum.";

class OptimizersView {
  constructor(model, root) {
    this.model = model;
    this.build(root);
    this.restart();
    this.undo = [
      watch(model, RACE, () => this.restart()),
      watch(model, ["step"], () => this.show()),
    ];
  }

  get landscape() {
    const name = this.model.get("landscape");
    return this.model.get("landscapes").find((one) => one.name === name);
  }

  get start() {
    const start = this.model.get("start");
    return start.length === 2 ? start : this.landscape.start;
  }

  get limits() {
    return this.model.get("limits");
  }

  get step() {
    return Math.min(this.model.get("step"), this.limits.steps);
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    this.readout = makeReadout();
    const maps = make("div", { className: "mt-panels" }, ...this.buildPictures());
    const parts = [this.buildSettings(), this.buildRacers(), this.buildSteps(), this.readout, maps];
    root.append(make("div", { className: "mt-explorer mt-race" }, ...parts, this.buildTable()));
  }

  buildSettings() {
    const options = this.model.get("landscapes").map(({ name, title }) => [name, title]);
    // Another landscape has another start.
    const choose = (landscape) => share(this.model, { start: [], landscape });
    this.choice = makeChoice("Landscape", options, choose);
    const rates = this.model.get("rates").map(Math.log10);
    const ends = { min: rates[0], max: rates.at(-1), step: 0.025 };
    this.slider = keepKeys(make("input", { type: "range", ...ends }));
    this.slider.addEventListener("input", () => this.chooseRate(10 ** this.slider.valueAsNumber));
    this.field = keepKeys(make("input", { type: "number", step: "any" }));
    this.field.setAttribute("aria-label", "Learning rate as a number");
    this.field.addEventListener("input", () => this.chooseRate(this.field.valueAsNumber));
    this.field.addEventListener("blur", () => this.showRate());
    const onTick = (ticked) => share(this.model, { tuned: ticked });
    const tuned = makeTick(onTick, "Its own best rate for each");
    this.tuned = tuned.box;
    const label = make("label", { className: "mt-field mt-wide" }, "Learning rate", this.slider);
    return make("div", { className: "mt-row" }, this.choice.field, label, this.field, tuned.field);
  }

  buildRacers() {
    this.boxes = {};
    const ticks = this.model.get("offered").map(({ name, title, code }) => {
      const label = [makeBadge(name, code), ` ${title}`];
      const { box, field } = makeTick(() => this.chooseRacers(), ...label);
      this.boxes[name] = box;
      return field;
    });
    const legend = make("legend", { textContent: "Optimizers" });
    return make("fieldset", {}, legend, ...ticks);
  }

  buildSteps() {
    const steps = this.limits.steps;
    this.steps = keepKeys(make("input", { type: "range", min: 0, max: steps, step: 1 }));
    this.steps.addEventListener("input", () => this.goTo(this.steps.valueAsNumber));
    this.back = makeButton("To the start", () => this.goTo(0));
    this.one = makeButton("One step", () => this.goTo(this.step + 1));
    this.all = makeButton("All steps", () => this.goTo(steps));
    this.stepLabel = make("span");
    const label = make("label", { className: "mt-field mt-wide" }, this.stepLabel, this.steps);
    const buttons = make("div", { className: "mt-group" }, this.back, this.one, this.all);
    return make("div", { className: "mt-row" }, label, buttons);
  }

  buildPictures() {
    this.map = keepKeys(make("canvas", { tabIndex: 0, attributes: { role: "application" } }));
    this.map.addEventListener("keydown", (event) => this.onKey(event));
    this.map.addEventListener("pointerdown", (event) => this.onPointer(event));
    this.map.addEventListener("pointermove", (event) => event.buttons && this.onPointer(event));
    this.curves = make("canvas", { attributes: { role: "img" } });
    this.mapCaption = make("figcaption");
    const text = "Distance to the nearest minimum; below the dashed line: arrived";
    const caption = make("figcaption", { textContent: text });
    const note = make("p", { className: "mt-note", textContent: HINT });
    return [
      make("figure", {}, this.mapCaption, this.map, note),
      make("figure", {}, caption, this.curves),
    ];
  }

  buildTable() {
    const heads = ["optimizer", "learning rate", "distance now", "steps to arrive and stay"];
    const head = make("tr", {}, ...heads.map((text) => makeHead(text, "col")));
    this.rows = make("tbody");
    const { arrived } = this.limits;
    const text = `The race, nearest first; who is within ${arrived} of a minimum has arrived`;
    const caption = make("caption", { textContent: text });
    const table = make("table", { className: "mt-table" }, caption, make("thead", {}, head), this.rows);
    return make("div", { className: "mt-scroll" }, table);
  }

  // What the learner does ---------------------------------------------------------------

  chooseRate(rate) {
    const rates = this.model.get("rates");
    const fine = rate >= rates[0] * 0.999 && rate <= rates.at(-1) * 1.001;
    this.field.setAttribute("aria-invalid", String(!fine));
    if (!fine) return;
    const learning_rate = Math.max(rates[0], Math.min(rate, rates.at(-1)));
    share(this.model, { tuned: false, learning_rate });
  }

  chooseRacers() {
    const racers = Object.keys(this.boxes).filter((name) => this.boxes[name].checked);
    share(this.model, { racers });
  }

  goTo(step) {
    share(this.model, { step: Math.max(0, Math.min(step, this.limits.steps)) });
  }

  onKey(event) {
    const nudge = NUDGES[event.key];
    if (!nudge || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    // On even numbers, so that the very ridge of the saddle can be reached.
    const nudged = (value, by) => (by ? NUDGE * Math.round((value + by) / NUDGE) : value);
    this.moveStart(this.start.map((value, k) => nudged(value, nudge[k])));
  }

  onPointer(event) {
    const box = this.map.getBoundingClientRect();
    const share_ = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    this.map.setPointerCapture(event.pointerId);
    this.moveStart(fromMap([share_[0] * MAP.width, share_[1] * MAP.height]));
  }

  moveStart([x, y]) {
    const inside = (value, low, high) => Number(Math.max(low, Math.min(value, high)).toFixed(3));
    const start = [inside(x, MAP.left, MAP.right), inside(y, MAP.bottom, MAP.top)];
    share(this.model, { start });
  }

  // Computing and showing ---------------------------------------------------------------

  restart() {
    if (this.background?.name !== this.landscape.name) {
      const scale = Math.min(2, Math.ceil(window.devicePixelRatio || 1));
      const picture = contours(this.landscape, scale);
      this.background = { name: this.landscape.name, picture };
    }
    const racers = this.model.get("racers");
    this.runs = this.model.get("offered").filter(({ name }) => racers.includes(name)).map(
      (racer) => this.run(racer),
    );
    this.show();
  }

  run(racer) {
    const { landscape, start, limits } = this;
    const noise = this.model.get("noise");
    const rate = this.model.get("tuned")
      ? bestRate(landscape, racer, this.model.get("rates"), start, noise, limits)
      : this.model.get("learning_rate");
    const path = race(landscape, racer, rate, start, noise, limits.lost);
    const distances = path.map((place) => distanceTo(landscape, place));
    const arrival = stepsToArrive(landscape, path, limits.arrived);
    const lost = path.length <= limits.steps ? path.length - 1 : null;
    return { ...racer, rate, path, distances, arrival, lost };
  }

  show() {
    const { landscape, start, runs, step, limits } = this;
    drawMap(this.map, this.background.picture, { landscape, start, runs, step });
    drawCurves(this.curves, { runs, step, limits });
    this.showControls();
    const ranked = runs
      .map((run) => ({ ...run, now: run.distances[Math.min(step, run.distances.length - 1)] }))
      .sort((one, other) => one.now - other.now);
    this.rows.replaceChildren(...ranked.map((run) => this.makeRow(run)));
    this.showWords(ranked);
  }

  showControls() {
    const { step, limits } = this;
    this.choice.select.value = this.model.get("landscape");
    this.tuned.checked = this.model.get("tuned");
    const racers = this.model.get("racers");
    for (const [name, box] of Object.entries(this.boxes)) box.checked = racers.includes(name);
    this.stepLabel.textContent = `Step ${step} of ${limits.steps}`;
    this.steps.value = step;
    this.back.disabled = step === 0;
    this.one.disabled = this.all.disabled = step === limits.steps;
    this.showRate();
  }

  showRate() {
    const rate = this.model.get("learning_rate");
    this.slider.value = Math.log10(rate);
    this.slider.setAttribute("aria-valuetext", writeRate(rate));
    if (this.field.matches(":focus")) return;
    this.field.value = String(Number(rate.toPrecision(3)));
    this.field.setAttribute("aria-invalid", "false");
  }

  makeRow(run) {
    const cell = (text) => make("td", { textContent: text });
    const head = make("th", { scope: "row" }, makeBadge(run.name, run.code), ` ${run.title}`);
    const cells = [writeRate(run.rate), writeDistance(run.now), this.arrivalInWords(run)];
    return make("tr", {}, head, ...cells.map(cell));
  }

  arrivalInWords({ arrival, lost }) {
    if (lost !== null && lost <= this.step) return `lost at step ${lost}`;
    if (arrival !== null && arrival <= this.step) return String(arrival);
    return this.step < this.limits.steps ? "not yet" : `not in ${this.limits.steps}`;
  }

  showWords(ranked) {
    const { step, limits, landscape } = this;
    const rate = this.model.get("tuned")
      ? "each at its best rate"
      : `learning rate ${writeRate(this.model.get("learning_rate"))}`;
    const where = `Step ${step} of ${limits.steps} on the ${landscape.title}, ${rate}.`;
    const lost = ranked.filter((run) => run.lost !== null && run.lost <= step);
    const arrived = ranked.filter((run) => run.arrival !== null && run.arrival <= step);
    const named = (runs) => runs.map(({ title }) => title).join(", ") || "nobody";
    const leader = ranked[0] && `Nearest: ${ranked[0].title}, ${writeDistance(ranked[0].now)}.`;
    const standing = `Arrived: ${named(arrived)}. Lost: ${named(lost)}.`;
    this.readout.textContent = ranked.length
      ? `${where} ${leader} ${standing}`
      : `${where} Nobody races: choose an optimizer.`;
    const [x, y] = this.start.map((value) => write(value));
    this.mapCaption.textContent =
      `Contours of the loss (${landscape.title}); start at x ${x}, y ${y}`;
    this.map.setAttribute(
      "aria-label",
      `Contours of the ${landscape.title} with ${ranked.length} paths. Start at x ${x}, y ${y}; ` +
        "arrow keys move it.",
    );
    this.curves.setAttribute(
      "aria-label",
      `Distance to the nearest minimum by step, up to step ${step}: ` +
        ranked.map(({ title, now }) => `${title} ${writeDistance(now)}`).join(", "),
    );
  }

  close() {
    this.undo.forEach((stop) => stop());
  }
}

function makeHead(text, scope) {
  return make("th", { scope, textContent: text });
}

/** The letters by which a racer is known in the pictures. */
function makeBadge(name, code) {
  const badge = make("span", { className: "mt-badge", textContent: code });
  badge.setAttribute("aria-hidden", "true");
  badge.style.borderColor = LOOKS[name][0];
  return badge;
}

function writeRate(rate) {
  return String(Number(rate.toPrecision(2)));
}

function writeDistance(distance) {
  if (distance < 1e-4) return "below 0.0001";
  if (distance > 100) return "above 100";
  return String(Number(distance.toPrecision(2)));
}

export default { render: renderAtOnce(OptimizersView) };
