// The scaling explorer's page: what a step is made of, how many machines, and what they bring.

const TRAITS = [
  "compute_ms", "read_ms", "serial_percent", "weights_millions", "network", "latency_us", "batch", "machines",
];
const FINE = 10; // steps of a slider between 1 and 10

class ScalingView {
  constructor(model, root) {
    this.model = model;
    this.build(root);
    this.show();
    this.unwatch = watch(model, TRAITS, () => this.show());
  }

  settings() {
    return Object.fromEntries(TRAITS.map((name) => [name, this.model.get(name)]));
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    this.dials = this.buildDials();
    const choose = (network) => share(this.model, { network });
    this.network = makeChoice("Network between machines", Object.keys(NETWORKS).map((name) => [name, name]), choose);
    this.readout = makeReadout();
    const rows = [["compute_ms", "read_ms", "serial_percent", "batch"], ["machines", "weights_millions", "latency_us"]];
    const fields = rows.map((names) => names.map((name) => this.dials[name].field));
    fields[1].splice(2, 0, this.network.field);
    const parts = [
      ...fields.map((row) => make("div", { className: "mt-row" }, ...row)),
      this.readout,
      make("div", { className: "mt-panels" }, this.buildSpeeds(), this.buildStep()),
    ];
    root.append(make("div", { className: "mt-explorer mt-scaling" }, ...parts));
  }

  buildDials() {
    const dial = (name, label, range, inWords, there, back) => {
      const set = (place) => share(this.model, { [name]: there(place) });
      const slider = makeSlider(label, range, (place) => inWords(this.model.get(name), place), set);
      return { field: slider.field, show: (value) => slider.show(back(value)) };
    };
    const same = (value) => value;
    // Each step of these sliders multiplies: they go over several powers of ten.
    const times = (name, label, low, high, inWords) => {
      const back = (value) => Math.round(FINE * Math.log10(value));
      const there = (place) => Number((10 ** (place / FINE)).toPrecision(2));
      return dial(name, label, { min: back(low), max: back(high), step: 1 }, inWords, there, back);
    };
    return {
      compute_ms: times("compute_ms", "Computing, an image", 0.01, 100, duration),
      read_ms: times("read_ms", "Reading, an image", 0.01, 100, duration),
      serial_percent: dial("serial_percent", "Only one machine can do", { min: 0, max: 50, step: 1 }, (n) => `${n} %`, same, same),
      batch: dial("batch", "Batch of one machine", { min: 0, max: 10, step: 1 }, String, (k) => 2 ** k, (n) => Math.round(Math.log2(n))),
      machines: dial("machines", "Machines", { min: 1, max: MOST_MACHINES, step: 1 }, String, same, same),
      weights_millions: times("weights_millions", "Weights", 0.01, 1000, inMillions),
      latency_us: times("latency_us", "Latency", 1, 10000, (us) => duration(us / 1000)),
    };
  }

  buildSpeeds() {
    this.speeds = draw("svg", { viewBox: "0 0 410 272", role: "img" });
    const textContent = "Speed-up: thin ideal, dashed Amdahl's law, thick with the network; the dot is you";
    return make("figure", {}, make("figcaption", { textContent }), this.speeds);
  }

  buildStep() {
    this.step = draw("svg", { viewBox: "0 0 410 172", role: "img" });
    const key = PARTS.map(([, name], i) =>
      make("li", {}, make("span", { className: `mt-key mt-key-${i}`, attributes: { "aria-hidden": "true" } }), name),
    );
    const caption = make("figcaption", { textContent: "One step, from left to right" });
    return make("figure", {}, caption, this.step, make("ul", { className: "mt-keys" }, ...key));
  }

  // Showing -----------------------------------------------------------------------------

  show() {
    const settings = this.settings();
    const scene = scalingScene(settings);
    for (const [name, dial] of Object.entries(this.dials)) dial.show(settings[name]);
    this.network.select.value = settings.network;
    const [speed, step] = [speedInWords(scene, settings), stepInWords(scene)];
    if (this.readout.textContent !== `${speed} ${step}`) this.readout.textContent = `${speed} ${step}`;
    drawSpeeds(this.speeds, scene, settings);
    drawStep(this.step, scene);
    const ends = [8, 64].map((n) => `${short(scene.curve[n - 1])} with ${n} machines`).join(", ");
    this.speeds.setAttribute("aria-label", `Times as fast over machines: ${ends}. ${speed}`);
    this.step.setAttribute("aria-label", step);
  }

  close() {
    this.unwatch();
  }
}

export default { render: renderAtOnce(ScalingView) };
