// The patches explorer's page: three planes through the patch's middle, two dials, read-out.

const FAR = 4;
const TINT = "rgb(213 94 0 / 55%)";
const FIELD = "#56b4e9";
const GRID = "rgb(255 255 255 / 45%)";

class PatchesView {
  constructor(model, root, { image, mask }) {
    Object.assign(this, { model, image, mask, stack: model.get("stack") });
    this.build(root);
    this.show();
    this.unwatch = watch(model, ["place", "size", "overlap"], () => this.show());
  }

  // Building the page -------------------------------------------------------------------

  build(root) {
    const set = (name) => (value) => share(this.model, { [name]: value });
    const largest = Math.min(48, ...this.stack.shape);
    this.dials = {
      size: makeSlider("Edge of the patch", { min: 8, max: largest, step: 4 }, (n) => `${n} voxels`, set("size")),
      overlap: makeSlider("Overlap", { min: 0, max: 75, step: 25 }, (n) => `${n} %`, set("overlap")),
    };
    this.readout = makeReadout();
    this.planes = PLANES.map((_, plane) => this.buildPlane(plane));
    const note =
      "Yellow: the patch; blue, dashed: what its middle voxel sees of the volume; white: where " +
      `patches of the grid begin; orange: lesion. ${KEYS_HINT}`;
    const parts = [
      make("div", { className: "mt-row" }, ...Object.values(this.dials).map(({ field }) => field)),
      this.readout,
      make("div", { className: "mt-panels" }, ...this.planes.map(({ figure }) => figure)),
      make("p", { className: "mt-note", textContent: note }),
    ];
    root.append(make("div", { className: "mt-explorer mt-patches" }, ...parts));
  }

  buildPlane(plane) {
    const made = makePlane({
      far: FAR,
      onSteps: (steps) => this.step(plane, steps),
      onPoint: (event) => this.goTo(plane, pixelUnder(made.canvas, event, this.cuts[plane])),
      onSlide: (first) => this.move(PLANES[plane].across, first),
    });
    made.slider.setAttribute("aria-label", `Patch, across the ${PLANES[plane].name} plane`);
    return made;
  }

  // What the learner does ---------------------------------------------------------------

  get size() {
    return this.model.get("size");
  }

  get place() {
    return placeInside(this.model.get("place"), this.stack.shape, this.size);
  }

  put(place) {
    share(this.model, { place: placeInside(place, this.stack.shape, this.size) });
  }

  move(axis, first) {
    this.put(this.place.map((now, other) => (other === axis ? first : now)));
  }

  goTo(plane, [row, column]) {
    const { rows, columns } = PLANES[plane];
    const place = [...this.place];
    const half = Math.floor(this.size / 2);
    place[rows] = (rows === 0 ? this.stack.shape[0] - 1 - row : row) - half;
    place[columns] = column - half;
    this.put(place);
  }

  step(plane, [right, down, through]) {
    const { across, rows, columns } = PLANES[plane];
    const place = [...this.place];
    place[columns] += right;
    place[rows] += rows === 0 ? -down : down;
    place[across] += through;
    this.put(place);
  }

  // Showing -----------------------------------------------------------------------------

  show() {
    const { stack, place, size } = this;
    const overlap = this.model.get("overlap");
    const scene = patchesScene(stack, this.mask, { place, size, overlap });
    this.dials.size.show(size);
    this.dials.overlap.show(overlap);
    const words = `${gridInWords(scene, { size, overlap })} ${lesionsInWords(scene, stack.lesions.length)}`;
    if (this.readout.textContent !== words) this.readout.textContent = words;
    const middle = place.map((first) => first + Math.floor(size / 2));
    this.cuts = PLANES.map(({ across }, plane) => this.showPlane(plane, middle[across], middle, overlap));
  }

  showPlane(plane, index, middle, overlap) {
    const { shape, spacing, field } = this.stack;
    const { across, rows, columns } = PLANES[plane];
    const { canvas, caption, slider } = this.planes[plane];
    const cut = planeOf(this.image, shape, plane, index);
    const longest = Math.max(...shape.map((n, axis) => n * spacing[axis]));
    fitSlice(canvas, { ...cut, spacing: [spacing[rows], spacing[columns]] }, longest);
    canvas.style.width = `${(100 * cut.columns * spacing[columns]) / longest}%`;
    const context = paintSlice(canvas, cut, (value) => value / 255);
    paintTint(context, planeOf(this.mask, shape, plane, index));
    this.paintGrid(context, plane, overlap);
    const half = Math.floor(field / 2);
    const seen = { first: middle.map((n) => n - half), end: middle.map((n) => n - half + field) };
    paintBox(context, cut, boxInPlane(seen, shape, plane), FIELD, [14, 9]);
    const end = this.place.map((first) => first + this.size);
    paintBox(context, cut, boxInPlane({ first: this.place, end }, shape, plane), MARK, []);
    this.sayPlane(plane, index, canvas, caption, slider, across);
    return cut;
  }

  sayPlane(plane, index, canvas, caption, slider, across) {
    const text = planeInWords(plane, index, this.stack.shape[across]);
    caption.textContent = text;
    canvas.setAttribute("aria-label", `${text}. ${KEYS_HINT}`);
    slider.max = this.stack.shape[across] - this.size;
    slider.value = this.place[across];
    slider.setAttribute("aria-valuetext", `from ${this.place[across]} to ${this.place[across] + this.size - 1}`);
  }

  paintGrid(context, plane, overlap) {
    const { shape } = this.stack;
    const { rows, columns } = PLANES[plane];
    const starts = (axis) => startsOf(shape[axis], this.size, stepOf(this.size, overlap));
    const { width, height } = context.canvas;
    context.beginPath();
    for (const start of starts(rows)) {
      const row = rows === 0 ? shape[0] - start : start;
      context.moveTo(0, (row / shape[rows]) * height);
      context.lineTo(width, (row / shape[rows]) * height);
    }
    for (const start of starts(columns)) {
      context.moveTo((start / shape[columns]) * width, 0);
      context.lineTo((start / shape[columns]) * width, height);
    }
    Object.assign(context, { strokeStyle: GRID, lineWidth: 1.5 });
    context.stroke();
  }

  close() {
    this.unwatch();
  }
}

/** Tint all voxels of a mask. */
function paintTint(context, { values, rows, columns }) {
  const [high, wide] = [context.canvas.height / rows, context.canvas.width / columns];
  context.fillStyle = TINT;
  values.forEach((value, i) => {
    if (value) context.fillRect((i % columns) * wide, Math.floor(i / columns) * high, wide, high);
  });
}

/** A box in pixels of the slice, with a dark rim so that it shows on white, too. */
function paintBox(context, { rows, columns }, [top, left, height, width], colour, dash) {
  const [high, wide] = [context.canvas.height / rows, context.canvas.width / columns];
  context.setLineDash(dash);
  for (const [lineWidth, strokeStyle] of [[7, "#000"], [4, colour]]) {
    Object.assign(context, { lineWidth, strokeStyle });
    context.strokeRect(left * wide, top * high, width * wide, height * high);
  }
  context.setLineDash([]);
}

function arraysOfStack(model) {
  const { image, mask } = model.get("stack");
  return unpackEach({ image, mask });
}

export { patchesScene, planeOf, unpack };
export default { render: renderAfter(arraysOfStack, PatchesView) };
