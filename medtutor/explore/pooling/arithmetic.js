// The arithmetic of pooling one channel, its gradient, and the image that is pooled.

const DRAW_STEP = [17, 29]; // as in pooling_scene.py

/** The picture with its lesion and noise; contrast and noise in per cent of its scale of grey. */
export function dialled(picture, field, { contrast, diameter, noise, draw }) {
  const perCent = (picture.high - picture.low) / 100;
  const [edge, [downward, across]] = [field.length, DRAW_STEP];
  return picture.pixels.map((line, y) =>
    line.map((pixel, x) => {
      const grain = field[(y + draw * downward) % edge][(x + draw * across) % edge];
      return pixel + perCent * (contrast * lesionCover(picture, diameter, y, x) + noise * grain);
    }),
  );
}

/** How much of a pixel the lesion covers, 0 to 1. */
function lesionCover({ lesion }, diameter, y, x) {
  const distance = Math.hypot(y - lesion[0], x - lesion[1]);
  return Math.max(0, Math.min(diameter / 2 + 0.5 - distance, 1));
}

/** How the window goes over the image; stride 0 stands for the window's own size. */
export function poolGeometry(image, { pool_size, strides, padding }) {
  const settings = { strides: strides || pool_size, padding, dilation: 1 };
  return {
    strides: settings.strides,
    rows: axisGeometry(image.length, pool_size, settings),
    columns: axisGeometry(image[0].length, pool_size, settings),
  };
}

/** First pixel of the window and the one behind its last, cut at the image's border. */
function covered(axis, strides, place) {
  const first = place * strides - axis.before;
  return [Math.max(first, 0), Math.min(first + axis.span, axis.length)];
}

/** What the window gives at one place, and which pixel won; padded places never count. */
export function poolWindow(image, { rows, columns, strides }, kind, row, column) {
  const [top, bottom] = covered(rows, strides, row);
  const [left, right] = covered(columns, strides, column);
  let [sum, largest, winner] = [0, -Infinity, null];
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      sum += image[y][x];
      if (image[y][x] > largest) [largest, winner] = [image[y][x], { y, x }];
    }
  const count = (bottom - top) * (right - left);
  const value = kind === "max" ? largest : sum / count;
  return { value, winner, count, box: { top, bottom, left, right } };
}

function eachPlace({ rows, columns }, act) {
  return Array.from({ length: rows.output }, (_, row) =>
    Array.from({ length: columns.output }, (_, column) => act(row, column)),
  );
}

export function pool(image, settings, kind) {
  const shape = poolGeometry(image, settings);
  return eachPlace(shape, (row, column) => poolWindow(image, shape, kind, row, column).value);
}

/** The gradient of each pixel: `grad` has one number for each output. */
export function poolGradient(image, settings, kind, grad) {
  const shape = poolGeometry(image, settings);
  const total = image.map((line) => line.map(() => 0));
  eachPlace(shape, (row, column) => {
    if (!grad[row][column]) return;
    const { winner, count, box } = poolWindow(image, shape, kind, row, column);
    if (kind === "max") total[winner.y][winner.x] += grad[row][column];
    else
      for (let y = box.top; y < box.bottom; y++)
        for (let x = box.left; x < box.right; x++) total[y][x] += grad[row][column] / count;
  });
  return total;
}

const SURROUNDINGS = 8; // pixels beyond the lesion's rim

/**
 * How far the lesion rises above its surroundings, in their standard deviations.
 * A place of the map is on the lesion where its window holds a pixel that is half covered or more;
 * it belongs to the surroundings where all its pixels are free and one is within 8 pixels.
 */
export function standsOut(map, picture, { diameter, contrast }, shape) {
  const [on, around] = [[], []];
  map.forEach((line, row) =>
    line.forEach((value, column) => {
      const [top, bottom] = covered(shape.rows, shape.strides, row);
      const [left, right] = covered(shape.columns, shape.strides, column);
      let [cover, nearest] = [0, Infinity];
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++) {
          cover = Math.max(cover, lesionCover(picture, diameter, y, x));
          nearest = Math.min(nearest, Math.hypot(y - picture.lesion[0], x - picture.lesion[1]));
        }
      if (cover >= 0.5) on.push(value);
      else if (cover === 0 && nearest <= diameter / 2 + SURROUNDINGS) around.push(value);
    }),
  );
  if (on.length === 0 || around.length < 2) return null;
  const mean = around.reduce((a, b) => a + b) / around.length;
  const spread = Math.sqrt(around.reduce((a, b) => a + (b - mean) ** 2, 0) / around.length);
  const peak = contrast < 0 ? Math.min(...on) : Math.max(...on);
  return spread > 1e-9 ? ((peak - mean) * (contrast < 0 ? -1 : 1)) / spread : null;
}
