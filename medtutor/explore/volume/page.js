// The volume explorer's page: three planes with one cross-hair, window controls, read-out.

const FAR = 10;
const GAP = 10; // what the cross-hair leaves free, in the canvas' own pixels
const LETTER = 30;

class VolumeView {
  constructor(model, root) {
    this.model = model;
    this.build(root);
    this.undo = [watch(model, ["center", "width", "place"], () => this.show())];
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    this.controls = new WindowControls({
      ranges: this.model.get("ranges"),
      presets: this.model.get("presets"),
      unit: this.model.get("unit"),
      choose: (changes) => share(this.model, changes),
    });
    this.readout = makeReadout();
    const about = make("p", { className: "mt-note", textContent: `Shown: ${this.model.get("about")}.` });
    const notes = [CROSS_HINT, ...this.model.get("notes")];
    const parts = [
      make("div", { className: "mt-row" }, this.controls.presets),
      this.controls.row,
      this.readout,
      about,
      make("div", { className: "mt-panels" }, ...PLANES.map((_, axis) => this.buildPlane(axis))),
      ...notes.map((textContent) => make("p", { className: "mt-note", textContent })),
    ];
    root.append(make("div", { className: "mt-explorer mt-volume" }, ...parts));
  }

  buildPlane(axis) {
    const plane = makePlane({
      far: FAR,
      onSteps: (steps) => this.volume && this.step(axis, steps),
      onPoint: (event) =>
        this.volume && this.goTo(axis, pixelUnder(plane.canvas, event, this.slices[axis])),
      onSlide: (index) => this.goThrough(axis, index),
    });
    (this.planes ??= []).push(plane);
    return plane.figure;
  }

  // What the learner does ---------------------------------------------------------------

  get place() {
    return this.volume.fromVoxel(this.model.get("place"));
  }

  move(place) {
    share(this.model, { place: this.volume.toVoxel(this.volume.inside(place)) });
  }

  goTo(axis, pixel) {
    this.move(this.volume.fromPlane(axis, pixel, this.place));
  }

  goThrough(axis, index) {
    this.move(this.place.map((now, other) => (other === axis ? index : now)));
  }

  step(axis, [right, down, through]) {
    const place = this.place;
    if (through) return this.goThrough(axis, place[axis] + through);
    const [row, column] = this.volume.inPlane(axis, place);
    this.goTo(axis, [row + down, column + right]);
  }

  // Showing -----------------------------------------------------------------------------

  /** Unpack the volume and give each plane its room, all to one scale. */
  async load() {
    const voxels = this.model.get("voxels");
    this.volume = new Volume(await unpack(voxels), voxels.shape, this.model.get("geometry"));
    const longest = Math.max(...this.volume.shape.map((n, axis) => n * this.volume.mm[axis]));
    this.planes.forEach(({ canvas, slider }, axis) => {
      const slice = this.volume.plane(axis, 0);
      fitSlice(canvas, slice, longest);
      canvas.style.width = `${(100 * slice.columns * slice.spacing[1]) / longest}%`;
      slider.max = this.volume.shape[axis] - 1;
    });
    this.show();
  }

  show() {
    if (!this.volume) return;
    const { volume, place } = this;
    const window_ = { center: this.model.get("center"), width: this.model.get("width") };
    const greyOf = (stored) =>
      exactlyWindowed(volume.valueOf(stored), window_.center, window_.width);
    this.slices = this.planes.map((_, axis) => volume.plane(axis, place[axis]));
    this.planes.forEach(({ canvas }, axis) => {
      const context = paintSlice(canvas, this.slices[axis], greyOf);
      paintMarks(context, crossLines(canvas, this.slices[axis], volume.inPlane(axis, place)));
      paintLetters(context, volume.letters(axis));
    });
    this.controls.show(window_);
    this.showWords(place, window_);
  }

  showWords(place, { center, width }) {
    const { volume } = this;
    this.planes.forEach(({ canvas, slider, caption }, axis) => {
      const text = planeInWords(volume, axis, place);
      const letters = volume.letters(axis);
      caption.textContent = text;
      const sides = letters ? `; ${sidesInWords(letters)}` : "";
      canvas.setAttribute("aria-label", `${text}${sides}. ${CROSS_HINT}`);
      slider.value = place[axis];
      slider.setAttribute("aria-label", volume.oriented ? `${PLANES[axis].name} slice` : `Slice along axis ${axis}`);
      slider.setAttribute("aria-valuetext", sliceInWords(volume, axis, place));
    });
    const unit = this.model.get("unit");
    this.readout.textContent =
      `${valueInWords(volume, place, unit)}${positionInWords(volume, place)} ` +
      `Window: ${write(center - width / 2)} and below is black, ${write(center + width / 2)} and above white.`;
  }

  close() {
    this.undo.forEach((undo) => undo());
  }
}

/** Lines across the picture that leave the voxel itself free. */
function crossLines(canvas, { rows, columns }, [row, column]) {
  const [high, wide] = [canvas.height / rows, canvas.width / columns];
  const [x, y] = [(column + 0.5) * wide, (row + 0.5) * high];
  const [across, along] = [wide / 2 + GAP, high / 2 + GAP];
  return [
    [0, y, x - across, y],
    [x + across, y, canvas.width, y],
    [x, 0, x, y - along],
    [x, y + along, x, canvas.height],
  ].filter(([x1, y1, x2, y2]) => x2 > x1 || y2 > y1);
}

/** Letters at the edges, white with a dark rim. */
function paintLetters(context, letters) {
  if (!letters) return;
  const { width, height } = context.canvas;
  const places = {
    left: [LETTER / 2 + 4, height / 2],
    right: [width - LETTER / 2 - 4, height / 2],
    top: [width / 2, LETTER / 2 + 4],
    bottom: [width / 2, height - LETTER / 2 - 2],
  };
  Object.assign(context, { textAlign: "center", textBaseline: "middle", lineWidth: 6 });
  Object.assign(context, { font: `600 ${LETTER}px system-ui, sans-serif`, lineJoin: "round" });
  for (const [side, place] of Object.entries(places)) {
    context.strokeStyle = "#000";
    context.strokeText(letters[side], ...place);
    context.fillStyle = "#fff";
    context.fillText(letters[side], ...place);
  }
}

async function render({ model, el }) {
  const view = new VolumeView(model, el);
  await view.load();
  return () => view.close();
}

export { Volume, exactlyWindowed, unpack };
export default { render };
