// The arithmetic of patches, as in scene.py; nothing here knows of the page.

const N_MAPS = 8;
// Of each plane: across which axis it lies, and along which its rows and columns go.
const PLANES = [
  { name: "axial", across: 0, rows: 1, columns: 2 },
  { name: "coronal", across: 1, rows: 0, columns: 2 },
  { name: "sagittal", across: 2, rows: 0, columns: 1 },
];

const product = (numbers) => numbers.reduce((a, b) => a * b, 1);
const stepOf = (size, overlap) => Math.max(1, Math.floor((size * (100 - overlap)) / 100));

/** Where the patches along an axis begin: the last one ends with the volume. */
function startsOf(length, size, step) {
  const starts = [];
  for (let start = 0; start < length - size; start += step) starts.push(start);
  return [...starts, length - size];
}

/** A patch that was moved or grew, kept inside the volume. */
function placeInside(place, shape, size) {
  return place.map((first, axis) => Math.max(0, Math.min(first, shape[axis] - size)));
}

function patchesScene({ shape, spacing, lesions }, mask, { place, size, overlap }) {
  const starts = shape.map((length) => startsOf(length, size, stepOf(size, overlap)));
  const nPatches = product(starts.map((along) => along.length));
  const ml = product(spacing) / 1000;
  const inside = countInside(mask, shape, placeInside(place, shape, size), size);
  return {
    n_patches: nPatches,
    times: (nPatches * size ** 3) / product(shape),
    edges_mm: spacing.map((mm) => size * mm),
    megabytes: (4 * N_MAPS * size ** 3) / 1e6,
    ml_inside: ml * inside,
    ml: ml * lesions.reduce((sum, { voxels }) => sum + voxels, 0),
    n_whole: lesions.filter((lesion) => liesWhole(lesion, starts, size)).length,
  };
}

function countInside(mask, [, rows, columns], [z, y, x], size) {
  let count = 0;
  for (let i = z; i < z + size; i++)
    for (let j = y; j < y + size; j++) {
      const line = (i * rows + j) * columns;
      for (let k = line + x; k < line + x + size; k++) count += mask[k];
    }
  return count;
}

function liesWhole({ first, end }, starts, size) {
  return starts.every((along, axis) =>
    along.some((start) => start <= first[axis] && end[axis] <= start + size),
  );
}

/** The plane across an axis, its first row on top: head up, or front up in an axial one. */
function planeOf(values, shape, plane, place) {
  const { across, rows: down, columns: right } = PLANES[plane];
  const strides = [shape[1] * shape[2], shape[2], 1];
  const [rows, columns] = [shape[down], shape[right]];
  const cut = new values.constructor(rows * columns);
  for (let row = 0, i = 0; row < rows; row++) {
    const from = down === 0 ? rows - 1 - row : row;
    const line = place * strides[across] + from * strides[down];
    for (let column = 0; column < columns; column++, i++) cut[i] = values[line + column * strides[right]];
  }
  return { values: cut, rows, columns };
}

/** A box [first, end) of the volume as [top, left, height, width] in a plane. */
function boxInPlane({ first, end }, shape, plane) {
  const { rows: down, columns: right } = PLANES[plane];
  const top = down === 0 ? shape[0] - end[0] : first[down];
  return [top, first[right], end[down] - first[down], end[right] - first[right]];
}
