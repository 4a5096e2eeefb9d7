// The augmentation explorer's page: sliders, the changed slice, the difference, the likest slice.

const signed = (unit) => (n) => `${n > 0 ? "+" : ""}${write(n)}${unit}`;
const DIALS = {
  degrees: ["Turn", { min: -180, max: 180, step: 5 }, signed("°"), 0],
  down: ["Shift down", { min: -32, max: 32, step: 1 }, signed(" px"), 0],
  right: ["Shift right", { min: -32, max: 32, step: 1 }, signed(" px"), 0],
  zoom: ["Zoom", { min: 50, max: 200, step: 5 }, (n) => `${n} %`, 100],
  bend: ["Bend", { min: 0, max: 10, step: 1 }, (n) => `${n} % of the edge`, 0],
  noise: ["Noise", { min: 0, max: 50, step: 2 }, (n) => `${n} % of the range`, 0],
  brightness: ["Brightness", { min: -50, max: 50, step: 5 }, signed(" % of the range"), 0],
};
const SWITCHES = { mirror: "Mirror, left to right", upside_down: "Upside down" };
const PLAIN = {
  ...plainSettings(DIALS),
  ...Object.fromEntries(Object.keys(SWITCHES).map((name) => [name, false])),
};

class AugmentationView extends ChangedSliceView {
  constructor(model, root, bytes) {
    super(model, bytes);
    const { patients, usual } = model.get("stack");
    Object.assign(this, { patients, usual });
    this.directions = patients.map((_, place) => directionOf(this.sliceOf("images", place)));
    this.open(root, ["index", ...Object.keys(PLAIN)]);
  }

  build(root) {
    this.panels[0].figure.className = "mt-slice";
    root.append(this.framed("mt-augmentation", this.buildDials(DIALS), this.buildSwitches()));
  }

  buildSwitches() {
    this.boxes = {};
    const fields = Object.entries(SWITCHES).map(([name, label]) => {
      const onTick = (ticked) => share(this.model, { [name]: ticked });
      const { box, field } = makeTick(onTick, label);
      this.boxes[name] = box;
      return field;
    });
    return [...fields, makeButton("Undo all changes", () => share(this.model, PLAIN))];
  }

  show() {
    const settings = this.settings(PLAIN);
    const index = this.model.get("index");
    const [image, mask] = ["images", "masks"].map((name) => this.sliceOf(name, index));
    const scene = augmentedScene(image, mask, this.bytes.noise, this.shape, settings);
    const own = this.patients[index];
    const found = likest(scene.image, this.directions, (place) => this.patients[place] !== own);
    this.showDials();
    for (const [name, box] of Object.entries(this.boxes)) box.checked = settings[name];
    this.showPictures(index, image, scene, found);
    const before = sideOf(mask, this.shape);
    const lesion = lesionInWords(before, scene.side, scene.share_lost, scene.between);
    this.say(`${lesion} ${likenessInWords(found.likeness, this.usual)}`);
  }

  showPictures(index, image, scene, { place }) {
    const [changed, difference, likestOne] = this.panels;
    const context = this.drawGrey(changed.canvas, scene.image);
    drawOutline(context, this.shape, scene.mask, FRAME);
    this.caption(changed, `Slice ${index}, changed; yellow: the lesion's outline`);
    const changes = scene.image.map((value, i) => value - image[i]);
    this.drawSigned(difference.canvas, changes, HIGHEST / 2);
    this.caption(difference, "Less the original: blue is darker, orange brighter");
    const other = this.drawGrey(likestOne.canvas, this.sliceOf("images", place));
    drawOutline(other, this.shape, this.sliceOf("masks", place), FRAME);
    this.caption(likestOne, `Most similar slice of another patient: slice ${place}`);
  }
}

function bytesOfStack({ images, masks, noise }) {
  return unpackEach({ images, masks, noise });
}

export { bytesOfStack, directionOf };
export default { render: renderAfter((model) => bytesOfStack(model.get("stack")), AugmentationView) };
