// The recurrence explorer's page: a signal, one unit that reads it, and the gradient's way back.

const TRAITS = ["cell", "signal", "step", "forget_bias", "weights"];
const OWN = "own";
// What is drawn of each cell: a name in its steps, and the label where that is another.
const GATE_LINES = {
  rnn: [["slope", "1−h²"]],
  lstm: [["i"], ["f"], ["o"]],
  gru: [["z"], ["r"]],
};
const STATE_LINES = {
  rnn: [["h"]],
  lstm: [["candidate", "cand."], ["c"], ["h"]],
  gru: [["candidate", "cand."], ["h"]],
};

class RecurrenceView {
  constructor(model, root) {
    this.model = model;
    this.limits = model.get("limits");
    this.build(root);
    this.show();
    this.unwatch = watch(model, TRAITS, () => this.show());
  }

  build(root) {
    this.readout = makeReadout();
    const panels = make("div", { className: "mt-panels" }, ...this.buildPictures());
    this.table = make("table", { className: "mt-table" });
    this.legend = make("p", { className: "mt-note" });
    const scroll = make("div", { className: "mt-scroll" }, this.table, this.legend);
    const parts = [...this.buildControls(), this.readout, panels, scroll];
    root.append(make("div", { className: "mt-explorer mt-recurrence" }, ...parts));
  }

  // Controls ---------------------------------------------------------------------------

  buildControls() {
    const cells = makeChoice("Cell", Object.entries(CELL_TITLES), (cell) => this.set({ cell }));
    const names = Object.keys(this.model.get("presets"));
    const signals = makeChoice("Signal", [...names, OWN].map((name) => [name, name]), (name) =>
      this.choosePreset(name),
    );
    [this.cell, this.preset] = [cells.select, signals.select];
    this.ownOption = this.preset.querySelector(`option[value=${OWN}]`);
    this.ownOption.disabled = true;
    const [fewest, most] = this.limits.steps;
    const [low, high] = this.limits.forget_bias;
    this.length = this.makeSlider({ min: fewest, max: most, step: 1 }, (n) => this.setLength(n));
    this.bias = this.makeSlider({ min: low, max: high, step: 0.5 }, (forget_bias) =>
      this.set({ forget_bias }),
    );
    return [
      make("div", { className: "mt-row" }, cells.field, this.bias.field, signals.field, this.length.field),
      this.buildStepping(),
    ];
  }

  buildStepping() {
    this.step = this.makeSlider({ min: 1, step: 1 }, (step) => this.set({ step }));
    this.back = makeButton("‹ Step", () => this.set({ step: this.model.get("step") - 1 }));
    this.next = makeButton("Step ›", () => this.set({ step: this.model.get("step") + 1 }));
    this.text = keepKeys(make("input", { type: "text", spellcheck: false }));
    this.text.addEventListener("input", () => this.readText());
    this.text.addEventListener("blur", () => this.showText());
    this.textNote = make("span", { className: "mt-note", attributes: { role: "alert" } });
    const text = make("label", { className: "mt-field mt-broad" }, "Signal as numbers", this.text);
    const buttons = make("div", { className: "mt-group" }, this.back, this.next);
    return make("div", { className: "mt-row" }, buttons, this.step.field, text, this.textNote);
  }

  makeSlider(range, onChange) {
    const input = keepKeys(make("input", { type: "range", ...range }));
    input.addEventListener("input", () => onChange(input.valueAsNumber));
    const title = make("span");
    return { input, title, field: make("label", { className: "mt-field mt-wide" }, title, input) };
  }

  set(changes) {
    share(this.model, changes);
  }

  choosePreset(name) {
    const { length } = this.model.get("signal");
    this.set({ signal: this.model.get("presets")[name].slice(0, length) });
  }

  setLength(length) {
    const [old, name] = [this.model.get("signal"), this.presetName()];
    const more = name === OWN ? Array(length).fill(0) : this.model.get("presets")[name];
    this.setSignal([...old, ...more.slice(old.length)].slice(0, length));
  }

  /** Change the signal, and stay on a step that it has. */
  setSignal(signal) {
    this.set({ step: Math.min(this.model.get("step"), signal.length) });
    this.set({ signal });
  }

  presetName() {
    const signal = this.model.get("signal");
    const isSame = (values) => signal.every((value, i) => value === values[i]);
    return Object.entries(this.model.get("presets")).find(([, values]) => isSame(values))?.[0] ?? OWN;
  }

  drawInput(t, value) {
    const signal = [...this.model.get("signal")];
    signal[t] = value;
    this.set({ step: t + 1 });
    this.set({ signal });
  }

  readText() {
    const { numbers, error } = parseSignal(this.text.value, this.limits);
    this.text.setAttribute("aria-invalid", String(Boolean(error)));
    this.textNote.textContent = error ?? "";
    if (numbers) this.setSignal(numbers);
  }

  // Pictures ---------------------------------------------------------------------------

  buildPictures() {
    this.signal = makeSignalPad({
      limit: this.limits.input,
      signalNow: () => this.model.get("signal"),
      stepNow: () => this.model.get("step") - 1,
      onDraw: (t, value) => this.drawInput(t, value),
      onStep: (t) => this.set({ step: t + 1 }),
    });
    [this.gates, this.states, this.gradient] = [0, 1, 2].map(() => this.makePicture());
    this.gatesCaption = make("span");
    const signal = "Input x: draw here, or use the arrow keys";
    const gradient = "Gradient of the last h for each x; hollow: negative";
    return [
      this.makeFigure(signal, this.signal),
      this.makeFigure(this.gatesCaption, this.gates),
      this.makeFigure("States: what the unit remembers", this.states),
      this.makeFigure(gradient, this.gradient),
    ];
  }

  makeFigure(caption, svg) {
    return make("figure", {}, make("figcaption", {}, caption), svg);
  }

  makePicture() {
    const { width, height } = PICTURE;
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", id: uniqueId() });
    const choose = (event) => {
      if (event.type === "pointerdown") svg.setPointerCapture(event.pointerId);
      if (!svg.hasPointerCapture(event.pointerId)) return;
      this.set({ step: stepUnder(svg, event, this.model.get("signal").length) + 1 });
    };
    svg.addEventListener("pointerdown", choose);
    svg.addEventListener("pointermove", choose);
    return svg;
  }

  // Showing ----------------------------------------------------------------------------

  show() {
    const signal = this.model.get("signal");
    // Step and signal may change one after the other; for a moment they may not fit.
    const t = Math.min(this.model.get("step"), signal.length) - 1;
    const [cell, bias] = [this.model.get("cell"), this.model.get("forget_bias")];
    const runs = {};
    for (const name of Object.keys(CELLS))
      runs[name] = follow(name, signal, weightsOf(name, this.model.get("weights"), bias));
    this.showControls(cell, bias, t, signal);
    this.showText();
    this.drawAll(cell, runs, t, signal);
    this.showTable(cell, weightsOf(cell, this.model.get("weights"), bias), runs[cell].steps[t], t);
    this.readout.textContent = inWords(cell, runs[cell], t);
  }

  showControls(cell, bias, t, { length }) {
    this.cell.value = cell;
    this.preset.value = this.presetName();
    this.length.input.value = length;
    this.length.title.textContent = `Length: ${length} steps`;
    this.bias.input.value = bias;
    this.bias.input.disabled = cell === "rnn";
    this.bias.title.textContent = KEEPER_TITLES[cell] + (cell === "rnn" ? "" : `: ${write(bias)}`);
    this.step.input.max = length;
    this.step.input.value = t + 1;
    this.step.title.textContent = `Time step: ${t + 1} of ${length}`;
    this.back.disabled = t === 0;
    this.next.disabled = t === length - 1;
  }

  showText() {
    if (this.text.matches(":focus")) return;
    this.text.value = this.model.get("signal").join(" ");
    this.text.setAttribute("aria-invalid", "false");
    this.textNote.textContent = "";
  }

  drawAll(cell, runs, t, signal) {
    const { steps } = runs[cell];
    const linesOf = (names) =>
      names.map(([name, label = name]) => ({ name, label, values: steps.map((step) => step[name]) }));
    const [gates, states] = [linesOf(GATE_LINES[cell]), linesOf(STATE_LINES[cell])];
    const all = states.flatMap(({ values }) => values);
    drawSignal(this.signal, { signal, t, limit: this.limits.input });
    drawLines(this.gates, { lines: gates, range: [0, 1], t });
    drawLines(this.states, { lines: states, range: [Math.min(-1, ...all), Math.max(1, ...all)], t });
    const gradients = Object.fromEntries(
      Object.entries(runs).map(([name, { gradient }]) => [name, gradient]),
    );
    drawGradients(this.gradient, { gradients, chosen: cell, t });
    this.gatesCaption.textContent =
      cell === "rnn" ? "No gates; shown is tanh’s slope, 1 − h²" : "Gates: 0 is shut, 1 is open";
    this.describe(cell, runs, t, gates, states);
  }

  describe(cell, runs, t, gates, states) {
    const now = (lines) => lines.map(({ label, values }) => `${label} ${digits(values[t])}`).join(", ");
    const x = this.model.get("signal")[t];
    const ends = Object.entries(runs).map(
      ([name, { gradient }]) =>
        `${CELL_TITLES[name]} from ${digits(gradient[0])} at the first step to ${digits(gradient.at(-1))} at the last`,
    );
    const label = (svg, text) => svg.setAttribute("aria-label", text);
    label(this.signal, `Signal; step ${t + 1}: ${digits(x)}. Left and right choose a step, up and down change its value.`);
    label(this.gates, `Gates over time; at step ${t + 1}: ${now(gates)}`);
    label(this.states, `States over time; at step ${t + 1}: ${now(states)}`);
    label(this.gradient, `Gradient of the last hidden state by step: ${ends.join("; ")}`);
  }

  showTable(cell, weights, step, t) {
    const head = (text, scope = "col") => make("th", { scope, textContent: text });
    const data = (text) => make("td", { textContent: text });
    // On narrow pages a line may end behind each dot, never within a number.
    const arithmetic = (text) =>
      make("td", { className: "mt-formula" }, ...text.split(/(?<=·)/).flatMap((part) => [part, make("wbr")]));
    const columns = cell === "gru" ? ["w", "u", "b", "b2"] : ["w", "u", "b"];
    const titles = { w: "w", u: "u", b: "b", b2: "b′" };
    const rows = ARITHMETIC[cell](weights, step).map(([name, formula, value]) => {
      const gate = GATE_NAMES[cell].indexOf(name);
      const numbers = columns.map((column) => data(gate < 0 ? "" : digits(weights[column][gate])));
      const cells = [...numbers, arithmetic(formula), data(digits(value))];
      return make("tr", {}, head(TITLES[name], "row"), ...cells);
    });
    const before = `h = ${digits(step.before)}` + (cell === "lstm" ? `, c = ${digits(step.cBefore)}` : "");
    const caption = `Step ${t + 1} in numbers: x = ${digits(step.x)}, from the step before ${before}`;
    const names = [...columns.map((column) => titles[column]), "now", "value"].map((name) => head(name));
    this.table.replaceChildren(
      make("caption", { textContent: caption }),
      make("thead", {}, make("tr", {}, make("td"), ...names)),
      make("tbody", {}, ...rows),
    );
    this.legend.textContent =
      "w weighs the input x, u the hidden state h of the step before; b is the bias" +
      (cell === "gru" ? ", b′ the bias that is added to h’s share." : ".");
  }

  close() {
    this.unwatch();
  }
}

export default { render: renderAtOnce(RecurrenceView) };
