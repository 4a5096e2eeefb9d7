// Controls for a window's centre and width: presets, sliders, fields for exact numbers.

const WINDOW_LABELS = { center: "Centre", width: "Width" };

class WindowControls {
  /** `ranges` holds the ends of each and perhaps a `step`; `choose` gets what is to change. */
  constructor({ ranges, presets, unit, choose }) {
    this.ranges = ranges;
    this.tell = choose;
    this.buttons = presets.map(({ name, center, width }) => {
      const button = makeButton(name, () => this.choose({ center, width }));
      return { button, center, width };
    });
    const attributes = { role: "group", "aria-label": "Window presets" };
    const buttons = this.buttons.map(({ button }) => button);
    this.presets = make("div", { className: "mt-group mt-presets", attributes }, ...buttons);
    this.unit = unit ? ` ${unit}` : "";
    this.dials = {};
    const fields = Object.keys(WINDOW_LABELS).map((name) => this.buildDial(name));
    this.row = make("div", { className: "mt-row" }, ...fields);
  }

  buildDial(name) {
    const [min, max] = this.ranges[name];
    const label = WINDOW_LABELS[name];
    const slider = keepKeys(
      make("input", { type: "range", min, max, step: this.ranges.step ?? 1 }),
    );
    const field = keepKeys(make("input", { type: "number", min, max, step: "any" }));
    field.setAttribute("aria-label", `${label} as a number`);
    for (const control of [slider, field])
      control.addEventListener("input", () => this.chooseNumber(name, control));
    field.addEventListener("blur", () => this.show(this.shown));
    this.dials[name] = { slider, field };
    const text = this.unit ? `${label} (${this.unit.trim()})` : label;
    const labelled = make("label", { className: "mt-field mt-wide" }, text, slider);
    return make("div", { className: "mt-group mt-exact" }, labelled, field);
  }

  /** Tell the nearest window that the ranges allow. */
  choose(changes) {
    const limited = Object.entries(changes).map(([name, value]) => [
      name,
      within(value, ...this.ranges[name]),
    ]);
    this.tell(Object.fromEntries(limited));
  }

  chooseNumber(name, control) {
    const [low, high] = this.ranges[name];
    const number = control.valueAsNumber;
    const usable = number >= low && number <= high;
    control.setAttribute("aria-invalid", String(!usable));
    if (usable) this.tell({ [name]: number });
  }

  show(window_) {
    this.shown = window_;
    for (const [name, { slider, field }] of Object.entries(this.dials)) {
      const value = window_[name];
      slider.value = value;
      slider.setAttribute("aria-valuetext", `${write(value)}${this.unit}`);
      if (field.matches(":focus") && field.getAttribute("aria-invalid") === "true") continue;
      if (field.valueAsNumber !== value) field.value = value;
      field.setAttribute("aria-invalid", "false");
    }
    for (const { button, center, width } of this.buttons) {
      const chosen = center === window_.center && width === window_.width;
      button.setAttribute("aria-pressed", String(chosen));
    }
  }
}
