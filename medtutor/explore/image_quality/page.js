// The image-quality explorer's page: sliders, the original, the changed slice, what differs.

const DIALS = {
  erase: ["Erase the lesion", { min: 0, max: 100, step: 5 }, (n) => `${n} %`, 0],
  shift: ["Shift right", { min: 0, max: 3, step: 1 }, (n) => `${n} px`, 0],
  blur: ["Blur", { min: 0, max: 3, step: 0.1 }, (n) => `${n.toFixed(1)} px`, 0],
  blocks: ["JPEG blocks", { min: 0, max: 100, step: 5 }, (n) => `steps of ${n}`, 0],
  gain: ["Brightness", { min: 50, max: 150, step: 5 }, (n) => `${n} %`, 100],
  noise: ["Noise", { min: 0, max: 30, step: 1 }, (n) => `${n} % of full scale`, 0],
};
const PLAIN = plainSettings(DIALS);
const VIEWS = {
  difference: "Less the original: blue is darker, orange brighter",
  "SSIM map": "SSIM of each 7 × 7 window: white is 1, the bluer the less alike",
};

class ImageQualityView extends ChangedSliceView {
  constructor(model, root, bytes) {
    super(model, bytes);
    this.open(root, ["index", "view", ...Object.keys(PLAIN)]);
  }

  slice(index) {
    return {
      image: this.sliceOf("images", index),
      erased: this.sliceOf("erased", index),
      mask: this.sliceOf("masks", index),
      ring: this.sliceOf("rings", index),
      noise: this.bytes.noise,
    };
  }

  build(root) {
    this.panels[1].figure.className = "mt-slice";
    const views = Object.keys(VIEWS).map((name) => [name, name]);
    this.choice = makeChoice("Third picture", views, (view) => share(this.model, { view }));
    const undo = makeButton("Undo all changes", () => share(this.model, PLAIN));
    root.append(this.framed("mt-quality", this.buildDials(DIALS), [this.choice.field, undo]));
  }

  show() {
    const [index, view] = [this.model.get("index"), this.model.get("view")];
    const bytes = this.slice(index);
    const scene = qualityScene(bytes, this.shape, this.settings(PLAIN));
    this.showDials();
    this.choice.select.value = view;
    const [original, changed, third] = this.panels;
    drawOutline(this.drawGrey(original.canvas, bytes.image), this.shape, bytes.mask, FRAME);
    this.caption(original, `Slice ${index}, the original; yellow: the lesion's outline`);
    this.drawGrey(changed.canvas, scene.image);
    this.caption(changed, "Changed");
    this.drawThird(third.canvas, view, bytes.image, scene);
    this.caption(third, VIEWS[view]);
    this.say(qualityInWords(scene));
  }

  drawThird(canvas, view, original, scene) {
    const rim = (WINDOW - 1) / 2;
    const { rows, columns } = this.shape;
    const wide = columns - 2 * rim;
    const lessThanOne = (_, i) => {
      const [row, column] = [Math.floor(i / columns) - rim, (i % columns) - rim];
      const inside = row >= 0 && column >= 0 && row < rows - 2 * rim && column < wide;
      return inside ? scene.ssim_map[row * wide + column] - 1 : 0;
    };
    if (view === "difference") {
      this.drawSigned(canvas, scene.image.map((value, i) => value - original[i]), HIGHEST / 2);
      return;
    }
    this.drawSigned(canvas, scene.image.map(lessThanOne), 1);
  }
}

function bytesOfStack({ images, masks, rings, erased, noise }) {
  return unpackEach({ images, masks, rings, erased, noise });
}

export { bytesOfStack };
export default { render: renderAfter((model) => bytesOfStack(model.get("stack")), ImageQualityView) };
