// Overlap, anchors and their labels, suppression: the same as scene.py and scratch.

const THREE = [0.5, 1, 2];
const SQUARE = [1];

function overlap(a, b) {
  const height = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const width = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (height <= 0 || width <= 0) return 0;
  const both = height * width;
  const area = (box) => (box[2] - box[0]) * (box[3] - box[1]);
  return both / (area(a) + area(b) - both);
}

/** All anchors, by row, column, size and ratio. */
function anchorsOf({ rows, columns }, { stride, sizes, ratios }) {
  const roots = ratios.map(Math.sqrt);
  const edges = sizes.flatMap((size) => roots.map((root) => [size * root, size * (1 / root)]));
  const anchors = [];
  for (let y = stride / 2; y < rows; y += stride)
    for (let x = stride / 2; x < columns; x += stride)
      for (const [h, w] of edges) anchors.push([y - h / 2, x - w / 2, y + h / 2, x + w / 2]);
  return anchors;
}

const middleOf = (box) => [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];

/** What leads from an anchor to a box: shifts in edges of the anchor, logarithms of edges. */
function offsetsOf(anchor, box) {
  const edges = [anchor[2] - anchor[0], anchor[3] - anchor[1]];
  const [from, to] = [middleOf(anchor), middleOf(box)];
  const shifts = edges.map((edge, axis) => (to[axis] - from[axis]) / edge);
  const growth = edges.map((edge, axis) => Math.log((box[axis + 2] - box[axis]) / edge));
  return [...shifts, ...growth];
}

/** For each anchor its largest overlap and with which true box; for each of these the best. */
function overlapsOf(anchors, truths) {
  const best = truths.map(() => 0);
  const rows = anchors.map((anchor) => truths.map((truth) => overlap(anchor, truth)));
  for (const row of rows) row.forEach((iou, n) => (best[n] = Math.max(best[n], iou)));
  return { rows, best };
}

function labelOf(row, best, positive, negative) {
  if (row.some((iou, n) => iou >= positive || (iou > 0 && iou === best[n]))) return 1;
  return row.every((iou) => iou < negative) ? 0 : -1;
}

export function anchorsScene(shape, truths, settings) {
  const { stride, sizes, ratios, positive, negative, place } = settings;
  const anchors = anchorsOf(shape, settings);
  const { rows, best } = overlapsOf(anchors, truths);
  const labels = rows.map((row) => labelOf(row, best, positive, negative));
  const each = sizes.length * ratios.length;
  const [row, column] = place.map((pixel) => Math.floor(pixel / stride));
  const across = shape.columns / stride;
  const cell = row * across + column;
  const here = Array.from({ length: each }, (_, n) => {
    const k = cell * each + n;
    const iou = rows[k].reduce((a, b) => Math.max(a, b), 0);
    const offsets = iou > 0 ? offsetsOf(anchors[k], truths[rows[k].indexOf(iou)]) : null;
    return { box: anchors[k], label: labels[k], iou, offsets };
  });
  const chosen = new Set();
  labels.forEach((label, k) => label === 1 && chosen.add(Math.floor(k / each)));
  return {
    n_anchors: anchors.length,
    n_positive: labels.filter((label) => label === 1).length,
    n_left_out: labels.filter((label) => label === -1).length,
    best_iou: best,
    middles: [...chosen].map((n) => [Math.floor(n / across), n % across].map((i) => (i + 0.5) * stride)),
    here,
  };
}

/** Places of the boxes that are kept, of `found`, which goes from the best score down. */
function keptOf(found, threshold) {
  const kept = [];
  found.forEach((box, n) => {
    if (kept.every((k) => overlap(found[k], box) <= threshold)) kept.push(n);
  });
  return kept;
}

const holds = (box, [y, x]) => box[0] <= y && y < box[2] && box[1] <= x && x < box[3];

/** Kept boxes as [place, kind, score]: each takes the nearest true box around it that is free. */
function marksOf(found, truths, threshold) {
  const free = truths.map(() => true);
  return keptOf(found, threshold).map((place) => {
    const middle = middleOf(found[place]);
    const away = (n) => {
      const [y, x] = middleOf(truths[n]);
      return (middle[0] - y) ** 2 + (middle[1] - x) ** 2;
    };
    const inside = truths.map((_, n) => n).filter((n) => holds(truths[n], middle));
    const [nearest] = inside.filter((n) => free[n]).sort((a, b) => away(a) - away(b));
    if (nearest !== undefined) free[nearest] = false;
    const other = inside.length ? "duplicate" : "false alarm";
    return [place, nearest === undefined ? other : "hit", found[place][4]];
  });
}

export function suppressionScene(detections, truths, { index, score_threshold, nms_threshold }) {
  const kept = detections.map((found, n) => marksOf(found, truths[n], nms_threshold));
  const nTrue = truths.flat().length;
  const marks = kept.flat();
  const rates = (threshold) => {
    const count = (wanted) =>
      marks.filter(([, kind, score]) => kind === wanted && score >= threshold).length;
    return [count("false alarm") / kept.length, nTrue ? count("hit") / nTrue : null];
  };
  const [false_alarms, sensitivity] = rates(score_threshold);
  const scores = [...new Set(marks.map(([, , score]) => score))].sort((a, b) => b - a);
  return {
    marks: kept[index].filter((mark) => mark[2] >= score_threshold).map(([p, kind]) => [p, kind]),
    n_true: truths[index].length,
    sensitivity,
    false_alarms,
    curve: scores.map(rates),
  };
}
