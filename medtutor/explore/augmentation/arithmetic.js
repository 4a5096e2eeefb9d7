// The arithmetic of changing a slice, as in scene.py; nothing here knows of the page.

const HIGHEST = 255;

/** From a place in the result to the place that is read, before the bend: two rows of two. */
function matrixOf({ degrees, zoom, mirror, upside_down }) {
  const angle = (degrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)].map((part) => part / (zoom / 100));
  const [vertical, across] = [upside_down ? -1 : 1, mirror ? -1 : 1];
  return [[vertical * cosine, vertical * sine], [across * -sine, across * cosine]];
}

/** How far the bend moves a place: rows by columns, columns by rows. */
function waveAt(row, column, { rows, columns }, bend) {
  return [
    (bend / 100) * rows * Math.sin((2 * Math.PI * column) / columns),
    (bend / 100) * columns * Math.sin((2 * Math.PI * row) / rows),
  ];
}

/** The rows and columns that each pixel of the result reads. */
function placesRead(shape, settings) {
  const { rows, columns } = shape;
  const [[a, b], [c, d]] = matrixOf(settings);
  const [middleRow, middleColumn] = [(rows - 1) / 2, (columns - 1) / 2];
  const places = [new Float64Array(rows * columns), new Float64Array(rows * columns)];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const [y, x] = [i - middleRow - settings.down, j - middleColumn - settings.right];
      const [row, column] = [a * y + b * x + middleRow, c * y + d * x + middleColumn];
      const [down, right] = waveAt(row, column, shape, settings.bend);
      places[0][i * columns + j] = row + down;
      places[1][i * columns + j] = column + right;
    }
  return places;
}

const inside = (place, length) => Math.min(Math.max(place, 0), length - 1);

/** Bilinear: each pixel mixes the four around its place; beyond the rim the nearest counts. */
function mixed(values, { rows, columns }, places) {
  return Float64Array.from(places[0], (place, i) => {
    const [row, column] = [inside(place, rows), inside(places[1][i], columns)];
    const [top, left] = [Math.floor(row), Math.floor(column)];
    const [below, after] = [Math.min(top + 1, rows - 1), Math.min(left + 1, columns - 1)];
    const [y, x] = [row - top, column - left];
    const line = (r) => (1 - x) * values[r * columns + left] + x * values[r * columns + after];
    return (1 - y) * line(top) + y * line(below);
  });
}

/** The nearest pixel; rounded first, so that Python finds the same where two are equally near. */
function nearest(values, { rows, columns }, places) {
  const whole = (place, length) => inside(Math.floor(Math.round(place * 1e6) / 1e6 + 0.5), length);
  return Uint8Array.from(
    places[0],
    (place, i) => values[whole(place, rows) * columns + whole(places[1][i], columns)],
  );
}

/** Share of the lesion that lies beyond the rim. */
function shareLost(mask, shape, settings) {
  const { rows, columns } = shape;
  const [[a, b], [c, d]] = matrixOf(settings);
  const determinant = a * d - b * c;
  let [total, lost] = [0, 0];
  mask.forEach((value, i) => {
    if (!value) return;
    const lesion = [Math.floor(i / columns), i % columns];
    let before = lesion;
    for (let step = 0; step < 12; step++) {
      const wave = waveAt(...before, shape, settings.bend);
      before = [lesion[0] - wave[0], lesion[1] - wave[1]];
    }
    const [y, x] = [before[0] - (rows - 1) / 2, before[1] - (columns - 1) / 2];
    const row = (d * y - b * x) / determinant + (rows - 1) / 2 + settings.down;
    const column = (-c * y + a * x) / determinant + (columns - 1) / 2 + settings.right;
    const out = (place, length) => place < -0.5 - 1e-6 || place > length - 0.5 + 1e-6;
    total += 1;
    lost += out(row, rows) || out(column, columns);
  });
  return total ? lost / total : 0;
}

/** Which half of the picture holds more than 80 % of a mask. */
function sideOf(mask, { columns }) {
  const total = mask.reduce((sum, value) => sum + value, 0);
  if (!total) return "none";
  const half = Math.floor(columns / 2);
  const left = mask.reduce((sum, value, i) => sum + (i % columns < half ? value : 0), 0) / total;
  return left > 0.8 ? "left" : left < 0.2 ? "right" : "both";
}

export function augmentedScene(image, mask, pattern, shape, settings) {
  const places = placesRead(shape, settings);
  const { noise, brightness } = settings;
  const grey = mixed(image, shape, places).map((value, i) => {
    const changed = value + (HIGHEST * (noise * pattern[i] + brightness)) / 100;
    return Math.min(Math.max(changed, 0), HIGHEST);
  });
  const moved = nearest(mask, shape, places);
  const between = mixed(mask, shape, places).filter((value) => value > 1e-6 && value < 1 - 1e-6);
  return {
    image: grey,
    mask: moved,
    between: between.length,
    share_lost: shareLost(mask, shape, settings),
    side: sideOf(moved, shape),
  };
}

/** A picture without its brightness and contrast: mean 0, length 1 (0 where it has one grey). */
function directionOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = Float64Array.from(values, (value) => value - mean);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return centred.map((value) => value / (length > 1e-9 ? length : 1));
}

/** The likest of some pictures, given as directions, and its correlation. */
export function likest(values, directions, allowed) {
  const own = directionOf(values);
  let best = { place: -1, likeness: -Infinity };
  directions.forEach((other, place) => {
    if (!allowed(place)) return;
    let likeness = 0;
    for (let i = 0; i < own.length; i++) likeness += own[i] * other[i];
    if (likeness > best.likeness) best = { place, likeness };
  });
  return best;
}
