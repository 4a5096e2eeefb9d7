// The ensemble explorer's page: members, method, expert's weight, three pictures, a table.

const TRAITS = ["members", "method", "expert_percent"];

class EnsembleView {
  constructor(model, root) {
    this.model = model;
    this.labels = model.get("labels");
    this.probabilities = model.get("probabilities");
    this.expert = model.get("expert").length ? model.get("expert") : null;
    this.build(root);
    this.show();
    this.unwatch = watch(model, TRAITS, () => this.show());
  }

  settings() {
    const [members, method, percent] = TRAITS.map((name) => this.model.get(name));
    return { members, method, percent, expert: this.expert };
  }

  build(root) {
    this.readout = makeReadout();
    const panels = make("div", { className: "mt-panels" }, ...this.buildPictures());
    const parts = [this.buildMembers(), this.buildControls(), this.readout, panels, this.buildTable()];
    const box = make("div", { className: "mt-explorer mt-ensemble" }, ...parts);
    box.addEventListener("keydown", (event) => this.onKey(event));
    root.append(box);
  }

  buildMembers() {
    const ticks = this.probabilities.map((_, i) =>
      makeTick(() => this.toggle(i), `member ${i + 1}`),
    );
    this.boxes = ticks.map(({ box }) => box);
    const legend = make("legend", { textContent: `Members (keys 1 to ${this.boxes.length})` });
    return make("fieldset", {}, legend, ...ticks.map(({ field }) => field));
  }

  buildControls() {
    this.method = makeChoice("Combined by", Object.entries(METHOD_NAMES), (method) => share(this.model, { method }));
    const row = make("div", { className: "mt-row" }, this.method.field);
    if (!this.expert) return row;
    this.slider = keepKeys(make("input", { type: "range", min: 0, max: 100, step: 5 }));
    this.slider.addEventListener("input", () => share(this.model, { expert_percent: this.slider.valueAsNumber }));
    this.slider.setAttribute("aria-label", "Weight of the expert");
    this.weight = make("span", { className: "mt-value" });
    const title = make("span", {}, "Weight of the expert: ", this.weight);
    row.append(make("label", { className: "mt-field mt-wide" }, title, this.slider));
    return row;
  }

  buildPictures() {
    this.pictures = {};
    const captions = {
      rocs: "ROC curves: together (thick), and each voice alone (thin)",
      pair: "Two voices: ● class 1, × class 0; shaded: they disagree",
      reliability: "Reliability: of the cases near 0.7, are 70\u00a0% of class 1?",
    };
    return Object.entries(captions).map(([name, textContent]) => {
      this.pictures[name] = draw("svg", { viewBox: "0 0 264 260", role: "img" });
      return make("figure", {}, make("figcaption", { textContent }), this.pictures[name]);
    });
  }

  buildTable() {
    const heads = ["voice", "AUC alone", "log loss alone"];
    const line = make("tr", {}, ...heads.map((textContent) => make("th", { scope: "col", textContent })));
    this.rows = make("tbody");
    const caption = make("caption", { textContent: "Who is asked" });
    return make("table", { className: "mt-table" }, caption, make("thead", {}, line), this.rows);
  }

  onKey(event) {
    const i = Number(event.key) - 1;
    if (!this.boxes[i] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.toggle(i);
  }

  toggle(i) {
    const members = this.model.get("members").map((on, j) => (j === i ? !on : on));
    share(this.model, { members });
  }

  show() {
    const settings = this.settings();
    const scene = sceneOf(this.labels, this.probabilities, settings);
    settings.members.forEach((on, i) => (this.boxes[i].checked = on));
    this.method.select.value = settings.method;
    if (this.slider) this.showWeight(settings.percent);
    const names = voiceNames(settings);
    drawRocs(this.pictures.rocs, this.labels, scene);
    drawReliability(this.pictures.reliability, this.labels, scene);
    drawPair(this.pictures.pair, this.labels, scene, names);
    this.showTable(scene, names);
    this.showWords(scene, settings, names);
  }

  showWeight(percent) {
    this.slider.value = percent;
    this.weight.textContent = `${percent} %`;
    this.slider.setAttribute("aria-valuetext", `${percent} %`);
  }

  showTable(scene, names) {
    const line = (name, i) => {
      const numbers = [scene.aucs[i], scene.losses[i]].map(three);
      const cells = numbers.map((textContent) => make("td", { textContent }));
      return make("tr", {}, make("th", { scope: "row", textContent: name }), ...cells);
    };
    this.rows.replaceChildren(...(scene ? names.map(line) : []));
  }

  showWords(scene, settings, names) {
    const words = sceneInWords(scene, settings);
    if (this.readout.textContent !== words) this.readout.textContent = words;
    const nothing = "nothing is drawn: nobody is asked";
    const texts = {
      rocs: scene ? `ROC curve, area ${three(scene.auc)}` : nothing,
      reliability: scene
        ? `Reliability: ${scene.reliability.map(([p, s, n]) => `${n} cases near ${p.toFixed(2)}, of class 1 ${s.toFixed(2)}`).join("; ")}`
        : nothing,
      pair: scene?.voices.length > 1 ? `${names[0]} against ${names[1]}, one mark for each case` : nothing,
    };
    for (const [name, text] of Object.entries(texts)) this.pictures[name].setAttribute("aria-label", text);
  }

  close() {
    this.unwatch();
  }
}

export default { render: renderAtOnce(EnsembleView) };
