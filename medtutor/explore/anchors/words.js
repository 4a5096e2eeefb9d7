// The scenes in words: the same as anchors_words and suppression_words in Python.

const LABEL_NAMES = { 1: "positive", 0: "negative", [-1]: "left out" };

function twoDigits(value) {
  const rounded = Math.floor(100 * value + 0.5) / 100;
  return (rounded + 0).toFixed(2).replace("-", "−");
}

const counted = (count, name) => `${count} ${name}${count === 1 ? "" : "s"}`;

function hereInWords(here) {
  const best = here.reduce((a, b) => (b.iou > a.iou ? b : a));
  const [y, x] = middleOf(best.box).map(write);
  const at = `At the cursor (y ${y}, x ${x})`;
  if (best.offsets === null) return `${at}: no anchor touches a true box.`;
  const [height, width] = [0, 1].map((axis) => twoDigits(best.box[axis + 2] - best.box[axis]));
  const offsets = best.offsets.map(twoDigits).join(", ");
  return (
    `${at}: the best anchor, ${height} × ${width} pixels, has IoU ${twoDigits(best.iou)} ` +
    `and is ${LABEL_NAMES[best.label]}; offsets to its true box (${offsets}).`
  );
}

export function anchorsInWords(scene) {
  const total = `${scene.n_anchors.toLocaleString("en")} anchors`;
  if (!scene.best_iou.length) return `This slice has no true box: all ${total} are negative.`;
  const best = scene.best_iou.map(twoDigits).join(", ");
  return (
    `${total}: ${scene.n_positive} positive, ${scene.n_left_out} left out. ` +
    `Best IoU of each true box: ${best}. ${hereInWords(scene.here)}`
  );
}

export function suppressionInWords(scene, nSlices) {
  const count = (wanted) => scene.marks.filter(([, kind]) => kind === wanted).length;
  const found = scene.n_true ? `${count("hit")} of ${scene.n_true} found` : "nothing to find";
  const duplicates = counted(count("duplicate"), "duplicate");
  const alarms = counted(count("false alarm"), "false alarm");
  const rate = `${twoDigits(scene.false_alarms)} false alarms a slice`;
  const share_ = scene.sensitivity;
  const overall = share_ === null ? "no true box" : `sensitivity ${twoDigits(share_)}`;
  return (
    `On this slice: ${found}; ${duplicates}, ${alarms}. ` +
    `Over all ${nSlices} slices: ${overall}, ${rate}.`
  );
}
