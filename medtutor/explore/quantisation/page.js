// The quantisation explorer's page: dials, the filter's weights with their levels, three maps.

const BOX = { width: 460, left: 14, right: 446, top: 8, bottom: 118, height: 150 };
const SETTINGS = ["filter", "bits", "per_filter", "symmetric", "clip"];

class QuantisationView {
  constructor(model, root, layer) {
    Object.assign(this, { model, layer });
    this.build(root);
    this.show();
    this.unwatch = watch(model, SETTINGS, () => this.show());
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    this.readout = makeReadout();
    this.bars = draw("svg", { viewBox: `0 0 ${BOX.width} ${BOX.height}`, role: "img" });
    this.panels = [0, 1, 2].map(() => this.buildPanel());
    const note =
      "Bars: how many of the filter's weights lie there. Orange lines: the levels that they may take.";
    const parts = [
      make("div", { className: "mt-row" }, ...this.buildDials()),
      this.readout,
      make("figure", { className: "mt-levels" }, this.bars, make("p", { className: "mt-note", textContent: note })),
      make("div", { className: "mt-panels" }, ...this.panels.map(({ figure }) => figure)),
    ];
    root.append(make("div", { className: "mt-explorer mt-quantisation" }, ...parts));
  }

  buildDials() {
    const set = (name) => (value) => share(this.model, { [name]: value });
    const last = this.layer.kernelShape[3] - 1;
    this.dials = {
      bits: makeSlider("Bits", { min: 2, max: 8, step: 1 }, (n) => `${n}`, set("bits")),
      filter: makeSlider("Filter", { min: 0, max: last, step: 1 }, (n) => `${n} of 0–${last}`, set("filter")),
      clip: makeSlider("Range ends at percentile", { min: 90, max: 100, step: 0.5 }, (n) => `${n}`, set("clip")),
    };
    const choice = (label, name, yes, no) =>
      makeChoice(label, [["yes", yes], ["no", no]], (value) => share(this.model, { [name]: value === "yes" }));
    this.choices = {
      per_filter: choice("One scale", "per_filter", "a filter", "for the layer"),
      symmetric: choice("Levels", "symmetric", "symmetric", "with zero point"),
    };
    return [...Object.values(this.dials), ...Object.values(this.choices)].map(({ field }) => field);
  }

  buildPanel() {
    const caption = make("figcaption");
    const canvas = make("canvas", { attributes: { role: "img" } });
    return { caption, canvas, figure: make("figure", {}, caption, canvas) };
  }

  // Showing -----------------------------------------------------------------------------

  show() {
    const settings = Object.fromEntries(SETTINGS.map((name) => [name, this.model.get(name)]));
    const scene = quantisationScene(this.layer, settings);
    for (const [name, dial] of Object.entries(this.dials)) dial.show(settings[name]);
    for (const [name, { select }] of Object.entries(this.choices))
      select.value = settings[name] ? "yes" : "no";
    const words = `${levelsInWords(scene)} ${errorsInWords(scene)}`;
    if (this.readout.textContent !== words) this.readout.textContent = words;
    this.drawBars(scene, settings.filter);
    this.drawMaps(scene, settings.bits);
  }

  drawBars({ counts, levels, limit }, filter) {
    const { left, right, top, bottom } = BOX;
    const x = scale(-limit, limit, left, right);
    const y = scale(0, Math.max(...counts), bottom, top);
    const wide = (right - left) / counts.length;
    const bar = (count, i) =>
      draw("rect", { x: left + i * wide, y: y(count), width: wide - 1, height: bottom - y(count), class: "mt-bar-of" });
    const shown = levels.filter((level) => Math.abs(level) <= limit * (1 + 1e-9));
    // Many levels side by side let the bars shine through.
    const line = Math.min(1.2, 0.4 * (x(levels[1]) - x(levels[0])));
    this.bars.style.setProperty("--mt-level-line", line);
    this.bars.replaceChildren(
      ...counts.map(bar),
      ...shown.map((level) => drawLine(x(level), top, x(level), bottom + 6, "mt-level")),
      drawLine(left, bottom, right, bottom),
      ...ticksOf(-limit, limit).map((tick) => drawText(x(tick), bottom + 24, write(tick))),
    );
    const text = `Histogram of ${sum(counts)} weights of filter ${filter}, with ${levels.length} levels.`;
    this.bars.setAttribute("aria-label", text);
  }

  drawMaps({ exact, rounded }, bits) {
    const largest = Math.max(...exact.values.map(Math.abs)) || 1;
    const off = { ...exact, values: rounded.values.map((value, i) => value - exact.values[i]) };
    const worst = Math.max(...off.values.map(Math.abs));
    const told = `${write(worst)}, ${Math.round((100 * worst) / largest)} % of the map's largest`;
    const captions = [
      "The filter's map with exact weights",
      `The same with weights of ${bits} bits`,
      `Second less first, same colours; at most ${told}`,
    ];
    [exact, rounded, off].forEach((map, place) => {
      const { canvas, caption } = this.panels[place];
      caption.textContent = captions[place];
      canvas.setAttribute("aria-label", `Picture. ${captions[place]}`);
      const colourOf = (value) => colourPixel(signedColour(value, largest));
      enlarge(fitCanvas(canvas, map.rows, map.columns), pixelsOf(map, map.values, colourOf), canvas.unit);
    });
  }

  close() {
    this.unwatch();
  }
}

async function unpackedLayer({ kernel, image }) {
  const [weights, maps] = await Promise.all([unpack(kernel), unpack(image)]);
  return { kernel: weights, image: maps, kernelShape: kernel.shape, imageShape: image.shape };
}

export { unpackedLayer };
export default { render: renderAfter((model) => unpackedLayer(model.get("layer")), QuantisationView) };
